// `torchprofile`: profile_macs(model, args) of torchprofile 0.1.0, on the trace that the file holds. Source:
// torchprofile/handlers.py. Ops without a handler are 0 there, with a warning.
#include "analyzer/conventions/convention_list.h"
#include "analyzer/ops/einsum_terms.h"
#include "analyzer/conventions/layer_shapes.h"

namespace flopaudit {
namespace {

// A transposed convolution is not told apart: it is counted on its output, with the weight's first or second dim as
// input channels, whichever is not the output's. Groups of a transposed one are overlooked.
RuleResult<Expr> convolution(const NodeView& view, const Facts& inputs, const Facts& outputs) {
  FA_RULE(const ConvolutionShapes conv, convolution_shapes(view, inputs, outputs));
  if (conv.padding_in_words) return Expr(0);  // traces as _convolution_mode, which has no handler
  const std::optional<bool> first = always_equal(conv.output[1], conv.weight[0]);
  if (!first) return missing("it depends on the channels which dim of the weight torchprofile takes");
  return product_of(conv.output) * conv.weight[*first ? 1 : 0] * product_of(conv.weight, 2);
}

// Its handler takes the batch and rows from the output, and the summed dim from the first factor.
RuleResult<Expr> product(const NodeView& view, const Facts& inputs, const Facts& outputs) {
  FA_RULE(const ProductShapes shapes, product_shapes(view, inputs, outputs));
  return product_of(shapes.output) * shapes.left.back();
}

RuleResult<Expr> addmv(const NodeView&, const Facts& inputs, const Facts&) { return elements_at(inputs, 1); }

// Numbers of the program are no tensors and have no shape.
RuleResult<Expr> mul(const NodeView&, const Facts&, const Facts& outputs) {
  FA_RULE(const Fact* result, fact_at(outputs, 0));
  if (result->tensor() == nullptr && !result->is_unknown()) return Expr(0);
  return elements_at(outputs, 0);
}

template <int times>
RuleResult<Expr> per_output(const NodeView&, const Facts&, const Facts& outputs) {
  FA_RULE(const Expr elements, elements_at(outputs, 0));
  return elements * Expr(times);
}

RuleResult<Expr> norm(const NodeView& view, const Facts& inputs, const Facts& outputs) {
  if (!is_affine(view, inputs)) return Expr(0);
  return elements_at(outputs, 0);
}

// The gates alone; a projection is overlooked, and the state has its size.
RuleResult<Expr> lstm(const NodeView& view, const Facts& inputs, const Facts&) {
  FA_RULE(const RecurrentShapes rnn, recurrent_shapes(view, inputs));
  if (rnn.packed) return missing("torchprofile has no rule for packed input");
  const Expr hidden = rnn.state_size();
  const Expr directions = rnn.directions;
  const Expr gates = (rnn.input_size + hidden) + Expr(rnn.layers - 1) * (hidden * directions + hidden);
  return rnn.batch * rnn.steps * directions * Expr(4) * hidden * gates;
}

// A scripted cell is one op; traced, it is its two linear maps and the muls of what follows: 3 of an LSTM, 2 of a GRU.
template <std::int64_t gates>
RuleResult<Expr> cell(const NodeView& view, const Facts& inputs, const Facts&) {
  FA_RULE(const std::optional<CellShapes> shapes, cell_shapes(view, inputs, gates));
  if (!shapes) return Expr(0);
  const Expr& hidden = shapes->hidden_size;
  return shapes->batch * hidden * (Expr(gates) * (shapes->input_size + hidden) + Expr(gates - 1));
}

RuleResult<Expr> einsum(const NodeView&, const Facts& inputs, const Facts&) {
  FA_RULE(const EinsumTerms terms, einsum_terms(inputs));
  if (terms.has_ellipsis) return Expr(0);
  std::map<std::string, Expr> sizes;  // of a letter, that of its last place: broadcasting is overlooked
  for (std::size_t operand = 0; operand < terms.inputs.size(); ++operand) {
    for (std::size_t dim = 0; dim < terms.shapes[operand].size(); ++dim) {
      sizes.insert_or_assign(terms.inputs[operand][dim], terms.shapes[operand][dim]);
    }
  }
  Expr product = 1;
  for (const auto& [label, size] : sizes) product *= size;
  return product;
}

RuleResult<Expr> grid_sampler(const NodeView&, const Facts& inputs, const Facts& outputs) {
  FA_RULE(const std::int64_t mode, constant_at(inputs, 2));
  FA_RULE(const Expr elements, elements_at(outputs, 0));
  return elements * Expr(mode == 1 ? 0 : mode == 2 ? 16 : 4);  // nearest, bicubic, bilinear
}

RuleResult<Expr> attention(const NodeView&, const Facts& inputs, const Facts&) {
  FA_RULE(const std::vector<Expr> query, known_dims_at(inputs, 0));
  FA_RULE(const std::vector<Expr> key, known_dims_at(inputs, 1));
  FA_RULE(const std::vector<Expr> value, known_dims_at(inputs, 2));
  if (query.size() < 3 || key.size() < 3 || value.size() < 3) return missing("query, key or value have too few dims");
  const auto heads = [](const std::vector<Expr>& dims) { return product_of(dims, 0, dims.size() - 2); };
  if (always_equal(heads(query), heads(key)) == false || always_equal(heads(query), heads(value)) == false) {
    return missing("torchprofile raises where query and key differ in heads");
  }
  return heads(query) * query[query.size() - 2] * key[key.size() - 2] * (query.back() + value.back());
}

// It has no handler, and a trace in which it gives no weights cannot be read.
RuleResult<Expr> fused_attention(const NodeView&, const Facts& inputs, const Facts&) {
  FA_RULE(const bool needs_weights, bool_at(inputs, 10));
  if (!needs_weights) return missing("torchprofile raises on the fused attention of a trace without gradients");
  return Expr(0);
}

const std::vector<OpRow>& rows() {
  static const std::vector<OpRow> table = {
      {"aten::_native_multi_head_attention", fused_attention},
      {"aten::adaptive_avg_pool1d", per_output<1>},
      {"aten::adaptive_avg_pool2d", per_output<1>},
      {"aten::adaptive_avg_pool3d", per_output<1>},
      {"aten::addmm", product},
      {"aten::addmv", addmv},
      {"aten::avg_pool1d", per_output<1>},
      {"aten::avg_pool2d", per_output<1>},
      {"aten::avg_pool3d", per_output<1>},
      {"aten::baddbmm", product},
      {"aten::batch_norm", norm},
      {"aten::bmm", product},
      {"aten::convolution", convolution},
      {"aten::einsum", einsum},
      {"aten::grid_sampler", grid_sampler},
      {"aten::group_norm", norm},
      {"aten::gru_cell", cell<3>},
      {"aten::instance_norm", norm},
      {"aten::layer_norm", norm},
      {"aten::leaky_relu", per_output<1>},
      {"aten::linear", product},
      {"aten::lstm", lstm},
      {"aten::lstm_cell", cell<4>},
      {"aten::matmul", product},
      {"aten::mean", per_output<1>},
      {"aten::mul", mul},
      {"aten::rnn_relu_cell", cell<1>},
      {"aten::rnn_tanh_cell", cell<1>},
      {"aten::scaled_dot_product_attention", attention},
      {"aten::upsample_bilinear2d", per_output<4>},
  };
  return table;
}

RuleResult<Range> of_node(const NodeView& view) {
  const ExecutionRule rule = find_rule(rows(), view);
  return rule == nullptr ? Range() : over_executions(view, rule);
}

}  // namespace

const Convention kTorchprofile = {
    "torchprofile", "MAC",
    "as torchprofile 0.1.0: a multiply-add of products, convolutions, LSTM gates and attention; norms with weight, mul, "
    "mean, leaky_relu and average pools 1 an output, bilinear upsampling and sampling 4",
    "softmax, other activations, add, div, GRU, RNN, mm, norms without weight and padding='same' are 0; a transposed "
    "convolution is counted on its output without groups; mul counts integers of a trace too",
    of_node};

}  // namespace flopaudit
