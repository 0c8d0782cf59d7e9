#include "analyzer/conventions/thop_rules.h"

namespace flopaudit {

RuleResult<Expr> thop_linear(const NodeView& view, const Facts& inputs, const Facts& outputs) {
  FA_RULE(const ProductShapes shapes, product_shapes(view, inputs, outputs));
  return shapes.left.back() * product_of(shapes.output);
}

RuleResult<Expr> thop_norm(const NodeView& view, const Facts& inputs, const Facts&) {
  FA_RULE(const Expr elements, elements_at(inputs, 0));
  return elements * Expr(is_affine(view, inputs) ? 4 : 2);
}

RuleResult<Expr> thop_prelu(const NodeView&, const Facts& inputs, const Facts&) { return elements_at(inputs, 0); }

Expr thop_softmax_row(const Expr& features) {
  if (features == Expr(0)) return Expr(0);
  return Expr(3) * features - Expr(1);
}

RuleResult<SoftmaxRows> softmax_rows(const Facts& inputs) {
  FA_RULE(const std::vector<Expr> dims, known_dims_at(inputs, 0));
  FA_RULE(const std::int64_t dim, constant_at(inputs, 1));
  const std::int64_t rank = static_cast<std::int64_t>(dims.size());
  if (rank == 0) return SoftmaxRows{1, 1};
  if (dim < -rank || dim >= rank) return missing("the softmax is over a dim that is not there");
  const std::size_t along = static_cast<std::size_t>(dim < 0 ? dim + rank : dim);
  return SoftmaxRows{product_of(dims, 0, along) * product_of(dims, along + 1), dims[along]};
}

Expr thop_cell(std::int64_t gates, const Expr& input, const Expr& hidden, const Expr& projection, bool bias) {
  const Expr state = projection == Expr(0) ? hidden : projection;
  const Expr gate = (input + state) * hidden + hidden + (bias ? Expr(2) * hidden : Expr(0));
  const Expr blend = gates == 1 ? Expr(0) : Expr(4) * hidden + hidden * projection;
  return Expr(gates) * gate + blend;
}

Expr thop_layers(const RecurrentShapes& rnn, const Expr& projection) {
  const Expr directions = rnn.directions;
  const Expr width = directions * (projection == Expr(0) ? rnn.hidden_size : projection);
  const Expr first = thop_cell(rnn.gates, rnn.input_size, rnn.hidden_size, projection, rnn.bias);
  const Expr other = thop_cell(rnn.gates, width, rnn.hidden_size, projection, rnn.bias);
  return directions * (first + Expr(rnn.layers - 1) * other);
}

RuleResult<Expr> thop_encoder_layer_parts(const NodeView&, const Facts& inputs, const Facts&) {
  FA_RULE(const Expr source, elements_at(inputs, 0));
  FA_RULE(const TensorFact* norm_weight, optional_tensor_at(inputs, 10));
  FA_RULE(const std::vector<Expr> feedforward, known_dims_at(inputs, 14));  // [width, embed_dim]
  if (feedforward.size() != 2) return missing("the feedforward weight has no 2 dims");
  const Expr norm = Expr(norm_weight != nullptr ? 4 : 2) * source;
  return Expr(2) * (norm + source * feedforward[0]);
}

}  // namespace flopaudit
