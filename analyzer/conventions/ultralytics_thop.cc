// `thop-2`: thop.profile(model, inputs) of ultralytics-thop 2.2.3. Sources: thop/profile.py (register_hooks,
// functional_hooks), thop/vision/basic_hooks.py and calc_func.py, thop/rnn_hooks.py. It hooks modules of the registered
// classes and of classes derived from them, and counts matrix products that run outside such modules as functions.
//
// A file does not say what a class is derived from; the derived classes that are known are in kDerived.
#include <map>

#include "analyzer/conventions/convention_list.h"
#include "analyzer/ops/einsum_terms.h"
#include "analyzer/conventions/layers.h"
#include "analyzer/conventions/thop_rules.h"

namespace flopaudit {
namespace {

constexpr std::int64_t kMostWindows = 1 << 16;

// The channels are counted from the end; a transposed convolution goes over its input.
RuleResult<Expr> convolution(const NodeView& view, const Facts& inputs, const Facts& outputs) {
  FA_RULE(const ConvolutionShapes conv, convolution_shapes(view, inputs, outputs));
  const std::vector<Expr>& volume = conv.transposed ? conv.input : conv.output;
  const std::vector<Expr>& channels = conv.transposed ? conv.output : conv.input;
  return product_of(volume) * floor_div(channels[1], conv.groups) * product_of(conv.weight, 2);
}

RuleResult<Expr> softmax(const NodeView&, const Facts& inputs, const Facts&) {
  FA_RULE(const SoftmaxRows softmax, softmax_rows(inputs));
  return softmax.rows * thop_softmax_row(softmax.features);
}
RuleResult<Expr> log_softmax(const NodeView&, const Facts& inputs, const Facts&) {
  FA_RULE(const SoftmaxRows softmax, softmax_rows(inputs));
  return softmax.rows * (thop_softmax_row(softmax.features) + Expr(1));
}
RuleResult<Expr> softmin(const NodeView&, const Facts& inputs, const Facts&) {
  FA_RULE(const SoftmaxRows softmax, softmax_rows(inputs));
  return softmax.rows * (thop_softmax_row(softmax.features) + softmax.features);
}

// Along one dim: the sizes of all windows, without what lies outside the input (and its padding, where that counts).
RuleResult<Expr> window_sizes(const Expr& size, const Expr& output, const Expr& kernel, const Expr& stride,
                              const Expr& padding, bool count_padding) {
  const auto windows = output.constant();
  if (!windows || *windows > kMostWindows) return missing("the output size of a pool is symbolic or huge");
  const Expr lower = count_padding ? -padding : Expr(0);
  const Expr upper = count_padding ? size + padding : size;
  Expr sum;
  for (std::int64_t i = 0; i < *windows; ++i) {
    const Expr begin = Expr(i) * stride - padding;
    sum += max(min(begin + kernel, upper) - max(begin, lower), Expr(0));
  }
  return sum;
}

// avg_pool2d(input, kernel_size, stride, padding, ceil_mode, count_include_pad, ...): an add an input, a div an output.
RuleResult<Expr> avg_pool(const NodeView& view, const Facts& inputs, const Facts& outputs) {
  const auto spatial = static_cast<std::size_t>(view.op[view.op.size() - 2] - '0');
  FA_RULE(const std::vector<Expr> input, known_dims_at(inputs, 0));
  FA_RULE(const std::vector<Expr> output, known_dims_at(outputs, 0));
  FA_RULE(const std::vector<Expr> kernel, ints_at(inputs, 1, spatial));
  FA_RULE(const std::vector<Fact> given_stride, list_at(inputs, 2));
  std::vector<Expr> stride = kernel;
  if (!given_stride.empty()) {
    FA_RULE(stride, ints_at(inputs, 2, spatial));
  }
  FA_RULE(const std::vector<Expr> padding, ints_at(inputs, 3, spatial));
  FA_RULE(const bool count_padding, bool_at(inputs, 5));
  if (input.size() < spatial || output.size() != input.size()) return missing("the ranks of the pool do not fit");
  const std::size_t first = input.size() - spatial;
  Expr windows = product_of(input, 0, first);
  for (std::size_t dim = 0; dim < spatial; ++dim) {
    FA_RULE(const Expr along, window_sizes(input[first + dim], output[first + dim], kernel[dim], stride[dim],
                                           padding[dim], count_padding));
    windows *= along;
  }
  return windows + product_of(output);
}

RuleResult<Expr> adaptive_avg_pool(const NodeView&, const Facts& inputs, const Facts& outputs) {
  FA_RULE(const std::vector<Expr> input, known_dims_at(inputs, 0));
  FA_RULE(const std::vector<Expr> output, known_dims_at(outputs, 0));
  if (output.size() != input.size()) return missing("the ranks of the pool do not fit");
  Expr windows = 1;
  for (std::size_t dim = 0; dim < input.size(); ++dim) {
    if (input[dim] == output[dim]) {
      windows *= output[dim];
      continue;
    }
    const auto count = output[dim].constant();
    if (!count || *count > kMostWindows) return missing("the output size of an adaptive pool is symbolic or huge");
    Expr along;
    for (std::int64_t i = 0; i < *count; ++i) {
      along += ceil_div(Expr(i + 1) * input[dim], *count) - floor_div(Expr(i) * input[dim], *count);
    }
    windows *= along;
  }
  return windows + product_of(output);
}

// bilinear(input1, input2, weight, bias), weight [out, in1, in2].
RuleResult<Expr> bilinear(const NodeView&, const Facts& inputs, const Facts& outputs) {
  FA_RULE(const std::vector<Expr> weight, known_dims_at(inputs, 2));
  FA_RULE(const Expr elements, elements_at(outputs, 0));
  if (weight.size() != 3) return missing("the weight of a bilinear map has no 3 dims");
  return (weight[1] + Expr(1)) * weight[2] * elements;
}

RuleResult<Expr> recurrent(const NodeView& view, const Facts& inputs, const Facts&) {
  FA_RULE(const RecurrentShapes rnn, recurrent_shapes(view, inputs));
  return thop_layers(rnn, rnn.projection) * rnn.evaluations;
}

// Projections, both products and the softmax.
RuleResult<Expr> attention(const NodeView& view, const Facts& inputs, const Facts&) {
  FA_RULE(const AttentionShapes a, attention_shapes(view, inputs));
  const Expr projections = a.embed_dim * (Expr(2) * a.queries * a.embed_dim +
                                          (a.keys - a.appended) * (a.key_dim + a.value_dim));
  const Expr products = Expr(2) * a.queries * a.keys * a.embed_dim;
  return a.batch * (projections + products) + a.batch * a.heads * a.queries * thop_softmax_row(a.keys);
}

RuleResult<Expr> encoder_layer(const NodeView& view, const Facts& inputs, const Facts& outputs) {
  FA_RULE(const Expr attended, attention(view, inputs, outputs));
  FA_RULE(const Expr parts, thop_encoder_layer_parts(view, inputs, outputs));
  return attended + parts;
}

const LayerRules& layer_rows() {
  // clang-format off
  static const LayerRules table = {
      {Layer::adaptive_avg_pool,   adaptive_avg_pool},
      {Layer::attention,           attention},
      {Layer::avg_pool,            avg_pool},
      {Layer::batch_norm,          thop_norm},
      {Layer::bilinear,            bilinear},
      {Layer::convolution,         convolution},
      {Layer::encoder_layer,       encoder_layer},
      {Layer::fused_attention,     attention},
      {Layer::group_norm,          thop_norm},
      {Layer::gru_cell,            thop_cell_step<3>},
      {Layer::instance_norm,       thop_norm},
      {Layer::layer_norm,          thop_norm},
      {Layer::linear,              thop_linear},
      {Layer::log_softmax,         log_softmax},
      {Layer::lstm_cell,           thop_cell_step<4>},
      {Layer::prelu,               thop_prelu},
      {Layer::recurrent,           recurrent},
      {Layer::rms_norm,            thop_norm},
      {Layer::rnn_cell,            thop_cell_step<1>},
      {Layer::softmax,             softmax},
      {Layer::softmax2d,           softmax},
      {Layer::softmin,             softmin},
      {Layer::sync_batch_norm,     thop_norm},
      {Layer::upsample_bicubic,    thop_upsample<259>},
      {Layer::upsample_bilinear,   thop_upsample<11>},
      {Layer::upsample_linear,     thop_upsample<5>},
      {Layer::upsample_trilinear,  thop_upsample<31>},
      {Layer::upsampling_bilinear, thop_upsample<11>},
  };
  // clang-format on
  return table;
}

// --- products that run as functions, outside the modules above ---

// One for each output and element of the first factor's last dim.
RuleResult<Expr> product(const NodeView&, const Facts& inputs, const Facts& outputs) {
  FA_RULE(const std::vector<Expr> first, known_dims_at(inputs, 0));
  FA_RULE(const Expr elements, elements_at(outputs, 0));
  if (first.empty()) return missing("a factor has no dims");
  return elements * first.back();
}

RuleResult<Expr> dot_product_attention(const NodeView&, const Facts& inputs, const Facts& outputs) {
  FA_RULE(const std::vector<Expr> query, known_dims_at(inputs, 0));
  FA_RULE(const std::vector<Expr> key, known_dims_at(inputs, 1));
  FA_RULE(const std::vector<Expr> value, known_dims_at(inputs, 2));
  FA_RULE(const Expr elements, elements_at(outputs, 0));
  if (query.size() < 2 || key.size() < 2 || value.size() < 2) return missing("query, key or value have too few dims");
  return floor_div(elements, value.back()) * key[key.size() - 2] * (query.back() + value.back());
}

// Two operands: the product of the letters that both have, or that one has and the output keeps.
RuleResult<Expr> einsum(const NodeView&, const Facts& inputs, const Facts&) {
  FA_RULE(const EinsumTerms terms, einsum_terms(inputs));
  if (terms.inputs.size() != 2) return Expr(0);
  std::vector<std::map<std::string, Expr>> sizes(2);  // without dims of 1, which broadcast
  for (std::size_t operand = 0; operand < 2; ++operand) {
    for (std::size_t dim = 0; dim < terms.shapes[operand].size(); ++dim) {
      const Expr& size = terms.shapes[operand][dim];
      if (!(size == Expr(1))) sizes[operand].insert_or_assign(terms.inputs[operand][dim], size);
    }
  }
  const std::set<std::string> output(terms.output.begin(), terms.output.end());
  Expr total = 1;
  for (const std::string& label : terms.labels()) {
    const auto first = sizes[0].find(label);
    const auto second = sizes[1].find(label);
    const bool in_both = first != sizes[0].end() && second != sizes[1].end();
    const bool in_one = first != sizes[0].end() || second != sizes[1].end();
    if (!in_both && !(in_one && output.contains(label))) continue;
    total *= first != sizes[0].end() ? first->second : second->second;
  }
  return total;
}

const std::vector<OpRow>& function_rows() {
  static const std::vector<OpRow> table = {
      {"aten::bmm", product},    {"aten::einsum", einsum},
      {"aten::linear", product}, {"aten::matmul", product},
      {"aten::scaled_dot_product_attention", dot_product_attention},
  };
  return table;
}

// Classes derived from registered ones: torchvision's, timm's and torch's own.
const std::map<std::string_view, std::string_view>& derived() {
  static const std::map<std::string_view, std::string_view> rows = {
      {"linear.NonDynamicallyQuantizableLinear", "linear.Linear"},
      {"timm.layers.conv2d_same.Conv2dSame", "conv.Conv2d"},
      {"timm.layers.linear.Linear", "linear.Linear"},
      {"timm.layers.norm.GroupNorm", "normalization.GroupNorm"},
      {"timm.layers.norm.GroupNorm1", "normalization.GroupNorm"},
      {"timm.layers.norm.LayerNorm", "normalization.LayerNorm"},
      {"timm.layers.norm.LayerNorm2d", "normalization.LayerNorm"},
      {"timm.layers.norm_act.BatchNormAct2d", "batchnorm.BatchNorm2d"},
      {"timm.layers.norm_act.GroupNormAct", "normalization.GroupNorm"},
      {"timm.layers.norm_act.LayerNormAct", "normalization.LayerNorm"},
      {"timm.layers.norm_act.LayerNormAct2d", "normalization.LayerNorm"},
      {"timm.layers.std_conv.ScaledStdConv2d", "conv.Conv2d"},
      {"timm.layers.std_conv.ScaledStdConv2dSame", "conv.Conv2d"},
      {"timm.layers.std_conv.StdConv2d", "conv.Conv2d"},
      {"timm.layers.std_conv.StdConv2dSame", "conv.Conv2d"},
      {"torchvision.models.convnext.LayerNorm2d", "normalization.LayerNorm"},
  };
  return rows;
}

RuleResult<Range> of_node(const NodeView& given) {
  NodeView view = given;
  if (const auto base = derived().find(view.module.class_name); base != derived().end()) {
    view.module.class_name = base->second;
  }
  if (const ExecutionRule rule = find_rule(layer_rows(), view)) return over_executions(view, rule);
  // The module's rule accounts for all that runs in it.
  if (has_rule(layer_rows(), view.module.class_name)) return Range();
  if (const ExecutionRule rule = find_rule(function_rows(), view)) return over_executions(view, rule);
  if (module_is_lost(view)) return missing("the file is frozen: it does not say which module this was");
  return Range();
}

}  // namespace

const Convention kUltralytics = {
    "thop-2", "MAC",
    "as ultralytics-thop 2.2.3: by module class and its known derived classes; as thop-0.1.1, with exact transposed "
    "convolutions and pooling windows, all norms, softmaxes and MultiheadAttention, and products called as functions",
    "activations and elementwise operators are 0, and so are convolutions called as functions and mm, addmm, baddbmm; "
    "norms, pools, softmax and RNN gates count adds and divs as MACs",
    of_node};

}  // namespace flopaudit
