// `onnx-tool`: the "MACs" of onnx-tool 1.0.1 for the ONNX nodes that torch's exporter writes of the same ops. They are
// instructions: add, mul and compare 1, div 4, exp and pow 32, log 43, sin and cos 39, sqrt 24. Source:
// onnx_tool/node.py. An op with work that is no single kind of ONNX node is left out, by name.
#include "analyzer/conventions/convention_list.h"
#include "analyzer/ops/einsum_terms.h"
#include "analyzer/conventions/layer_shapes.h"

namespace flopaudit {
namespace {

constexpr int kDiv = 4, kExp = 32, kLog = 43, kSin = 39, kSqrt = 24;
constexpr int kTanh = kExp + 2 + kDiv;

// Whole-number arithmetic of a trace is folded away by the exporter.
bool is_floating_result(const Facts& outputs) {
  const TensorFact* tensor = outputs.empty() ? nullptr : outputs[0].tensor();
  return tensor != nullptr && (!tensor->dtype || is_floating(*tensor->dtype));
}

template <int times>
RuleResult<Expr> per_output(const NodeView&, const Facts&, const Facts& outputs) {
  if (!is_floating_result(outputs)) return Expr(0);
  FA_RULE(const Expr elements, elements_at(outputs, 0));
  return elements * Expr(times);
}

RuleResult<Expr> comparison(const NodeView&, const Facts& inputs, const Facts& outputs) {
  if (!is_floating_result(inputs)) return Expr(0);
  return elements_at(outputs, 0);
}

RuleResult<Expr> per_input(const NodeView&, const Facts& inputs, const Facts&) { return elements_at(inputs, 0); }

// Also of a transposed one: on its output, with the weight's dims after the first.
RuleResult<Expr> convolution(const NodeView& view, const Facts& inputs, const Facts& outputs) {
  FA_RULE(const ConvolutionShapes conv, convolution_shapes(view, inputs, outputs));
  return product_of(conv.output) * (product_of(conv.weight, 1) + Expr(conv.bias ? 1 : 0));
}

RuleResult<Expr> linear(const NodeView& view, const Facts& inputs, const Facts& outputs) {
  FA_RULE(const ProductShapes shapes, product_shapes(view, inputs, outputs));
  return product_of(shapes.output) * (shapes.left.back() + Expr(shapes.bias ? 1 : 0));
}

// A vector as second factor is taken for a scalar.
RuleResult<Expr> product(const NodeView& view, const Facts& inputs, const Facts& outputs) {
  FA_RULE(const ProductShapes shapes, product_shapes(view, inputs, outputs));
  const Expr summed = shapes.right.size() > 1 ? shapes.right[shapes.right.size() - 2] : Expr(1);
  return product_of(shapes.output) * (summed + Expr(shapes.bias ? 1 : 0));
}

// 7 an element, and add, sqrt and div for each row of the first normalised dim.
RuleResult<Expr> layer_norm(const NodeView&, const Facts& inputs, const Facts&) {
  FA_RULE(const std::vector<Expr> input, known_dims_at(inputs, 0));
  FA_RULE(const std::vector<Fact> shape, list_at(inputs, 1));
  if (shape.empty() || shape.size() > input.size()) return missing("the normalised shape does not fit the input");
  const std::size_t axis = input.size() - shape.size();
  const Expr rows = product_of(input, 0, axis) * product_of(input, axis + 1);
  return Expr(7) * product_of(input) + Expr(1 + kSqrt + kDiv) * rows;
}

// The first kernel size alone where there are not two.
template <std::size_t spatial>
RuleResult<Expr> pool(const NodeView&, const Facts& inputs, const Facts& outputs) {
  FA_RULE(const std::vector<Expr> kernel, ints_at(inputs, 1, spatial));
  FA_RULE(const Expr elements, elements_at(outputs, 0));
  return elements * kernel[0] * (spatial == 2 ? kernel[1] : Expr(1));
}

// To size 1 it is a GlobalAveragePool; to a divisor of the size an AveragePool; other sizes are not exported.
template <std::size_t spatial>
RuleResult<Expr> adaptive_avg_pool(const NodeView&, const Facts& inputs, const Facts& outputs) {
  FA_RULE(const std::vector<Expr> input, known_dims_at(inputs, 0));
  FA_RULE(const std::vector<Expr> output, known_dims_at(outputs, 0));
  if (input.size() < spatial || output.size() != input.size()) return missing("the ranks of the pool do not fit");
  const std::size_t first = input.size() - spatial;
  if (product_of(output, first) == Expr(1)) return product_of(input) + Expr(kDiv) * product_of(output);
  std::vector<Expr> kernel;
  for (std::size_t dim = first; dim < input.size(); ++dim) {
    if (!(mod(input[dim], output[dim]) == Expr(0))) return missing("an uneven adaptive pool is not exported to ONNX");
    kernel.push_back(floor_div(input[dim], output[dim]));
  }
  return product_of(output) * kernel[0] * (spatial == 2 ? kernel[1] : Expr(1));
}

// One ONNX node a layer. Gates, biases, then what the gates do, which forgets the second direction.
RuleResult<Expr> recurrent(const NodeView& view, const Facts& inputs, const Facts&) {
  FA_RULE(const RecurrentShapes rnn, recurrent_shapes(view, inputs));
  if (!rnn.bias || rnn.packed || !(rnn.projection == Expr(0))) {
    return missing("onnx-tool has no rule for an RNN without bias, with projection or with packed input");
  }
  const int blend = rnn.gates == 4 ? 4 + 3 * kExp + 2 * kTanh + 4 : 3 + 2 * kExp + kTanh + 5;
  const Expr& hidden = rnn.hidden_size;
  Expr sum;
  for (std::int64_t layer = 0; layer < rnn.layers; ++layer) {
    const Expr input = layer == 0 ? rnn.input_size : hidden * Expr(rnn.directions);
    sum += Expr(rnn.directions * rnn.gates) * hidden * (input + hidden + Expr(2)) + Expr(blend) * hidden;
  }
  return sum * rnn.batch * rnn.steps;
}

RuleResult<Expr> attention(const NodeView&, const Facts& inputs, const Facts&) {
  FA_RULE(const std::vector<Expr> query, known_dims_at(inputs, 0));
  FA_RULE(const std::vector<Expr> key, known_dims_at(inputs, 1));
  FA_RULE(const std::vector<Expr> value, known_dims_at(inputs, 2));
  if (query.size() < 2 || key.size() < 2 || value.size() < 2) return missing("query, key or value have too few dims");
  const Expr scores = product_of(query, 0, query.size() - 1) * key[key.size() - 2];
  return scores * (query.back() + value.back() + Expr(kExp + kDiv));
}

RuleResult<Expr> einsum(const NodeView&, const Facts& inputs, const Facts&) {
  FA_RULE(const EinsumTerms terms, einsum_terms(inputs));
  if (terms.inputs.size() != 2 || terms.has_ellipsis) return missing("onnx-tool reads two operands without `...`");
  Expr product = 1;
  for (const auto& [label, size] : terms.sizes) product *= size;
  return product;
}

const std::vector<OpRow>& rows() {
  // clang-format off
  static const std::vector<OpRow> table = {
      {"aten::abs",                          per_output<1>},
      {"aten::adaptive_avg_pool1d",          adaptive_avg_pool<1>},
      {"aten::adaptive_avg_pool2d",          adaptive_avg_pool<2>},
      {"aten::adaptive_avg_pool3d",          adaptive_avg_pool<3>},
      {"aten::add",                          per_output<1>},
      {"aten::addmm",                        product},
      {"aten::avg_pool1d",                   pool<1>},
      {"aten::avg_pool2d",                   pool<2>},
      {"aten::avg_pool3d",                   pool<3>},
      {"aten::batch_norm",                   per_output<1 + kSqrt + kDiv + 1 + 1>},
      {"aten::bmm",                          product},
      {"aten::ceil",                         per_output<1>},
      {"aten::clamp",                        per_output<2>},
      {"aten::convolution",                  convolution},
      {"aten::cos",                          per_output<kSin>},
      {"aten::div",                          per_output<kDiv>},
      {"aten::einsum",                       einsum},
      {"aten::elu",                          per_output<1 + kExp + 1 + 1>},
      {"aten::embedding",                    per_output<0>},
      {"aten::erf",                          per_output<0>},
      {"aten::exp",                          per_output<kExp>},
      {"aten::gather",                       per_output<0>},
      {"aten::ge",                           comparison},
      {"aten::gelu",                         per_output<kExp + 2>},
      {"aten::grid_sampler",                 per_output<0>},
      {"aten::gru",                          recurrent},
      {"aten::gt",                           comparison},
      {"aten::hardsigmoid",                  per_output<4>},
      {"aten::hardswish",                    per_output<5>},
      {"aten::hardtanh",                     per_output<2>},
      {"aten::instance_norm",                per_output<3 + kDiv>},
      {"aten::layer_norm",                   layer_norm},
      {"aten::le",                           comparison},
      {"aten::leaky_relu",                   per_output<2>},
      {"aten::linear",                       linear},
      {"aten::log",                          per_output<kLog>},
      {"aten::log_softmax",                  per_output<kExp + kDiv + 1 + kLog>},
      {"aten::lstm",                         recurrent},
      {"aten::lt",                           comparison},
      {"aten::matmul",                       product},
      {"aten::max_pool1d",                   pool<1>},
      {"aten::max_pool2d",                   pool<2>},
      {"aten::max_pool3d",                   pool<3>},
      {"aten::mean",                         per_input},
      {"aten::mm",                           product},
      {"aten::mul",                          per_output<1>},
      {"aten::neg",                          per_output<1>},
      {"aten::pow",                          per_output<kExp>},
      {"aten::prelu",                        per_output<2>},
      {"aten::prod",                         per_input},
      {"aten::reciprocal",                   per_output<kDiv>},
      {"aten::relu",                         per_output<1>},
      {"aten::relu6",                        per_output<2>},
      {"aten::scaled_dot_product_attention", attention},
      {"aten::sigmoid",                      per_output<kExp>},
      {"aten::sign",                         per_output<1>},
      {"aten::silu",                         per_output<kExp + 1>},
      {"aten::sin",                          per_output<kSin>},
      {"aten::softmax",                      per_output<kExp + kDiv>},
      {"aten::softplus",                     per_output<kExp + 1 + kLog>},
      {"aten::sqrt",                         per_output<kSqrt>},
      {"aten::sub",                          per_output<1>},
      {"aten::sum",                          per_input},
      {"aten::tanh",                         per_output<2 * kTanh>},  // it sets a ratio of 2 for this node alone
      {"aten::upsample_bicubic2d",           per_output<8>},
      {"aten::upsample_bilinear2d",          per_output<4>},
      {"aten::upsample_linear1d",            per_output<4>},
      {"aten::upsample_nearest1d",           per_output<0>},
      {"aten::upsample_nearest2d",           per_output<0>},
      {"aten::upsample_nearest3d",           per_output<0>},
      {"aten::upsample_trilinear3d",         per_output<4>},
  };
  // clang-format on
  return table;
}

RuleResult<Range> of_node(const NodeView& view) {
  if (const ExecutionRule rule = find_rule(rows(), view)) return over_executions(view, rule);
  if (view.node.state == WorkState::no_rule || view.node.state == WorkState::no_shape) return missing(view.node.why);
  const bool computes = !(flops(view.node.work) == Range()) || !(transcendentals(view.node.work) == Range());
  if (computes) return missing("no ONNX node of its own with a rule in onnx-tool");
  return Range();
}

}  // namespace

const Convention kOnnxTool = {
    "onnx-tool", "MAC",
    "as onnx-tool 1.0.1, in instructions it calls MACs: convolutions and products with bias, batch_norm 31 an element, "
    "softmax 36, sigmoid 32, relu 1, div 4, pools a tap an output",
    "a function is as many instructions as its AVX code has; erf, nearest upsampling and sampling are 0, a transposed "
    "convolution is counted on its output; ops that are exported as several nodes are left out by name",
    of_node};

}  // namespace flopaudit
