// `ptflops`: get_model_complexity_info(model, ..., backend="pytorch") of ptflops 0.7.5, for a whole batch (it divides
// by the batch of a positional input; its own inputs have a batch of 1). Sources: ptflops/pytorch_ops.py and
// pytorch_engine.py. It hooks modules of exactly the registered classes, and wraps functions of torch.nn.functional and
// torch that Python code calls by name: what a hooked module calls so counts twice.
//
// A file does not say how a function was called. Products, relu, softmax, gelu, silu, elu, prelu, pools and interpolate
// are taken as calls by name (`@` and torch.relu would be 0 there), add and mul as operators (torch.add would count).
#include "analyzer/conventions/convention_list.h"
#include "analyzer/conventions/layers.h"
#include "analyzer/conventions/layer_shapes.h"

namespace flopaudit {
namespace {

// `extra` of a deformable one, per tap and position: 20 for the interpolation, 4 for coordinates, 1 for a mask.
Expr convolution_of(const std::vector<Expr>& input, const std::vector<Expr>& output, const std::vector<Expr>& weight,
                    const Expr& groups, bool transposed, bool bias, const Expr& extra) {
  const Expr in_channels = weight[transposed ? 0 : 1] * (transposed ? Expr(1) : groups);
  const Expr filters = transposed ? weight[1] : floor_div(weight[0], groups);
  const Expr position = product_of(weight, 2) * (in_channels * filters + extra);
  const Expr positions = input[0] * product_of(transposed ? input : output, 2);
  return position * positions + (bias ? input[0] * product_of(output, 1) : Expr(0));
}

RuleResult<Expr> convolution(const NodeView& view, const Facts& inputs, const Facts& outputs) {
  FA_RULE(const ConvolutionShapes conv, convolution_shapes(view, inputs, outputs));
  return convolution_of(conv.module_input, conv.module_output, conv.weight, conv.groups, conv.transposed, conv.bias,
                        Expr(0));
}

// torchvision::deform_conv2d(input, weight, offset, mask, bias, stride.., pad.., dilation.., groups, offset_groups,
// use_mask).
RuleResult<Expr> deformable_convolution(const NodeView&, const Facts& inputs, const Facts& outputs) {
  FA_RULE(const std::vector<Expr> input, known_dims_at(inputs, 0));
  FA_RULE(const std::vector<Expr> weight, known_dims_at(inputs, 1));
  FA_RULE(const std::vector<Expr> output, known_dims_at(outputs, 0));
  FA_RULE(const Expr groups, int_at(inputs, 11));
  FA_RULE(const bool masked, bool_at(inputs, 13));
  if (input.size() != 4 || weight.size() != 4 || output.size() != 4) return missing("a deformable convolution is 4-D");
  // A module without bias hands zeros on; that it had none is not in the file.
  return convolution_of(input, output, weight, groups, false, true, Expr(masked ? 25 : 24));
}

RuleResult<Expr> linear(const NodeView& view, const Facts& inputs, const Facts& outputs) {
  FA_RULE(const ProductShapes shapes, product_shapes(view, inputs, outputs));
  const Expr width = shapes.output.empty() ? Expr(1) : shapes.output.back();
  const Expr rows = product_of(shapes.left, 0, shapes.left.size() - 1);
  return (shapes.left.back() * width + (shapes.bias ? width : Expr(0))) * rows;
}

template <int affine, int plain>
RuleResult<Expr> norm(const NodeView& view, const Facts& inputs, const Facts&) {
  FA_RULE(const Expr elements, elements_at(inputs, 0));
  return elements * Expr(is_affine(view, inputs) ? affine : plain);
}

RuleResult<Expr> per_input(const NodeView&, const Facts& inputs, const Facts&) { return elements_at(inputs, 0); }

// The hook counts the first sample alone.
RuleResult<Expr> upsample_module(const NodeView&, const Facts&, const Facts& outputs) {
  FA_RULE(const std::vector<Expr> output, known_dims_at(outputs, 0));
  return product_of(output, 1);
}

// interpolate(size=...): 1 an output; interpolate(scale_factor=...): the inputs times the scales, whatever comes out.
RuleResult<Expr> interpolate(const NodeView& view, const Facts& inputs, const Facts& outputs) {
  FA_RULE(const Expr elements, elements_at(outputs, 0));
  const bool has_scales = view.node.op.overload == "vec" && none_at(inputs, 1);
  if (!has_scales) return elements;
  FA_RULE(const std::vector<Fact> scales, list_at(inputs, inputs.size() - 1));
  FA_RULE(const Expr input, elements_at(inputs, 0));
  double scale = 1;
  for (std::size_t i = 0; i < scales.size(); ++i) {
    FA_RULE(const double factor, number_at(scales, i));
    scale *= factor;
  }
  if (scale == static_cast<double>(static_cast<std::int64_t>(scale))) {
    return input * Expr(static_cast<std::int64_t>(scale));
  }
  const auto constant = input.constant();
  if (!constant) return missing("ptflops multiplies by a scale that is no integer, which takes numbers");
  return Expr(static_cast<std::int64_t>(static_cast<double>(*constant) * scale));
}

// Sizes are those of the first layer but for the weights; batch and steps are the first two dims.
RuleResult<Expr> recurrent(const NodeView& view, const Facts& inputs, const Facts&) {
  FA_RULE(const RecurrentShapes rnn, recurrent_shapes(view, inputs));
  if (rnn.packed) return missing("ptflops raises on packed input");
  const Expr state = rnn.state_size();
  Expr sum;
  for (std::int64_t layer = 0; layer < rnn.layers; ++layer) {
    const Expr input = layer == 0 ? rnn.input_size : state * Expr(rnn.directions);
    const std::int64_t blend = rnn.gates == 1 ? 1 : rnn.gates == 3 ? 7 : 10;
    sum += Expr(rnn.gates) * rnn.hidden_size * (input + state) + Expr(blend) * rnn.hidden_size;
    if (rnn.bias) sum += Expr(2 * rnn.gates) * rnn.hidden_size;
  }
  return sum * rnn.batch * rnn.steps * Expr(rnn.directions);
}

template <std::int64_t gates>
RuleResult<Expr> cell(const NodeView& view, const Facts& inputs, const Facts&) {
  FA_RULE(const std::optional<CellShapes> shapes, cell_shapes(view, inputs, gates));
  if (!shapes) return Expr(0);
  constexpr std::int64_t blend = gates == 1 ? 1 : gates == 3 ? 7 : 10;
  const Expr& hidden = shapes->hidden_size;
  const Expr bias = shapes->bias ? Expr(2 * gates) * hidden : Expr(0);
  return shapes->batch * (Expr(gates) * hidden * (shapes->input_size + hidden) + Expr(blend) * hidden + bias);
}

// What the hook of nn.MultiheadAttention counts.
RuleResult<Expr> attention_hook(const NodeView& view, const Facts& inputs) {
  FA_RULE(const AttentionShapes a, attention_shapes(view, inputs));
  const Expr keys = a.keys - a.appended;
  Expr sum = a.queries * a.embed_dim;  // scaling
  sum += a.queries * a.embed_dim * a.embed_dim + keys * a.key_dim * a.key_dim + keys * a.value_dim * a.value_dim;
  if (a.bias) sum += (a.queries + Expr(2) * keys) * a.embed_dim;
  const Expr sizes = floor_div(a.embed_dim, a.heads) + floor_div(a.value_dim, a.heads);
  sum += a.heads * a.queries * keys * (sizes + Expr(1));
  sum += a.queries * a.value_dim * (a.value_dim + Expr(1));
  return sum * a.batch;
}

// The module as Python runs it, from its fused node: with weights asked for, products and softmax count once more as
// functions.
RuleResult<Expr> fused_attention(const NodeView& view, const Facts& inputs, const Facts&) {
  FA_RULE(const AttentionShapes a, attention_shapes(view, inputs));
  FA_RULE(const Expr hook, attention_hook(view, inputs));
  if (!a.needs_weights) return hook;
  const Expr scores = a.batch * a.heads * a.queries * a.keys;
  const Expr products = Expr(2) * a.batch * a.queries * a.keys * a.embed_dim;
  return hook + scores + products + (a.has_mask ? scores : Expr(0));
}

RuleResult<Expr> attention(const NodeView& view, const Facts& inputs, const Facts&) {
  return attention_hook(view, inputs);
}

// The fused layer does not run so where gradients are recorded, and ptflops records them: its parts count.
RuleResult<Expr> encoder_layer(const NodeView& view, const Facts& inputs, const Facts&) {
  FA_RULE(const Expr attended, attention_hook(view, inputs));
  FA_RULE(const AttentionShapes a, attention_shapes(view, inputs));
  FA_RULE(const std::vector<Expr> first, known_dims_at(inputs, 14));
  FA_RULE(const TensorFact* bias, optional_tensor_at(inputs, 15));
  const Expr rows = a.batch * a.queries;
  if (first.size() != 2) return missing("the feedforward weight has no 2 dims");
  const Expr norms = Expr(2) * rows * a.embed_dim;
  const Expr biases = bias != nullptr ? first[0] + a.embed_dim : Expr(0);
  return attended + norms + rows * (Expr(2) * a.embed_dim * first[0] + biases);
}

const LayerRules& layer_rows() {
  // clang-format off
  static const LayerRules table = {
      {Layer::adaptive_avg_pool,      per_input},
      {Layer::adaptive_max_pool,      per_input},
      {Layer::attention,              attention},
      {Layer::avg_pool,               per_input},
      {Layer::batch_norm,             norm<2, 1>},
      {Layer::convolution,            convolution},
      {Layer::deformable_convolution, deformable_convolution},
      {Layer::elu,                    per_input},
      {Layer::encoder_layer,          encoder_layer},
      {Layer::fused_attention,        fused_attention},
      {Layer::gelu,                   per_input},
      {Layer::group_norm,             norm<2, 1>},
      {Layer::gru_cell,               cell<3>},
      {Layer::instance_norm,          norm<2, 1>},
      {Layer::layer_norm,             norm<1, 1>},
      {Layer::leaky_relu,             per_input},
      {Layer::linear,                 linear},
      {Layer::lstm_cell,              cell<4>},
      {Layer::max_pool,               per_input},
      {Layer::prelu,                  per_input},
      {Layer::recurrent,              recurrent},
      {Layer::relu,                   per_input},
      {Layer::relu6,                  per_input},
      {Layer::rnn_cell,               cell<1>},
      {Layer::upsample_bicubic,       upsample_module},
      {Layer::upsample_bilinear,      upsample_module},
      {Layer::upsample_linear,        upsample_module},
      {Layer::upsample_nearest,       upsample_module},
      {Layer::upsample_trilinear,     upsample_module},
  };
  // clang-format on
  return table;
}

// --- functions called by name ---

// Batch dims of the second factor do not count, and of a vector its length counts as columns.
RuleResult<Expr> product(const NodeView& view, const Facts& inputs, const Facts& outputs) {
  FA_RULE(const ProductShapes shapes, product_shapes(view, inputs, outputs));
  const bool has_addend = view.op == "aten::addmm" || view.op == "aten::baddbmm";
  Expr sum = product_of(shapes.left) * shapes.right.back();
  if (has_addend && shapes.bias) {
    FA_RULE(const Expr addend, elements_at(inputs, 0));
    sum += addend;
  }
  return sum;
}

const std::vector<OpRow>& function_rows() {
  // clang-format off
  static const std::vector<OpRow> table = {
      {"aten::_upsample_nearest_exact1d", interpolate},
      {"aten::_upsample_nearest_exact2d", interpolate},
      {"aten::_upsample_nearest_exact3d", interpolate},
      {"aten::adaptive_avg_pool1d",       per_input},
      {"aten::adaptive_avg_pool2d",       per_input},
      {"aten::adaptive_avg_pool3d",       per_input},
      {"aten::adaptive_max_pool1d",       per_input},
      {"aten::adaptive_max_pool2d",       per_input},
      {"aten::adaptive_max_pool3d",       per_input},
      {"aten::addmm",                     product},
      {"aten::avg_pool1d",                per_input},
      {"aten::avg_pool2d",                per_input},
      {"aten::avg_pool3d",                per_input},
      {"aten::baddbmm",                   product},
      {"aten::bmm",                       product},
      {"aten::elu",                       per_input},
      {"aten::gelu",                      per_input},
      {"aten::matmul",                    product},
      {"aten::max_pool1d",                per_input},
      {"aten::max_pool2d",                per_input},
      {"aten::max_pool3d",                per_input},
      {"aten::mm",                        product},
      {"aten::prelu",                     per_input},
      {"aten::relu",                      per_input},
      {"aten::relu6",                     per_input},
      {"aten::silu",                      per_input},
      {"aten::softmax",                   per_input},
      {"aten::upsample_bicubic2d",        interpolate},
      {"aten::upsample_bilinear2d",       interpolate},
      {"aten::upsample_linear1d",         interpolate},
      {"aten::upsample_nearest1d",        interpolate},
      {"aten::upsample_nearest2d",        interpolate},
      {"aten::upsample_nearest3d",        interpolate},
      {"aten::upsample_trilinear3d",      interpolate},
  };
  // clang-format on
  return table;
}

RuleResult<Range> of_node(const NodeView& view) {
  Range sum;
  const ExecutionRule layer = find_rule(layer_rows(), view);
  if (layer != nullptr) {
    RuleResult<Range> hooked = over_executions(view, layer);
    if (!hooked) return hooked;
    sum += *hooked * Range(Expr(view.module.places));  // added once for each place where the module stands
  } else if (module_is_lost(view)) {
    return missing("the file is frozen: it does not say which module this was");
  }
  // F.linear and F.softmin are not wrapped, whatever ops they show.
  const bool runs_below_python = view.in("linear.Linear") || view.in("activation.Softmin");
  const ExecutionRule function = runs_below_python ? nullptr : find_rule(function_rows(), view);
  if (function == nullptr) return sum;
  RuleResult<Range> called = over_executions(view, function);
  if (!called) return called;
  return sum + *called;
}

}  // namespace

const Convention kPtflops = {
    "ptflops", "MAC",
    "as ptflops 0.7.5, pytorch backend: by module class, convolutions and Linear with bias, norms 2 an element "
    "(LayerNorm 1), activations and pools 1 an input, RNNs, MultiheadAttention; and functions called by name",
    "a ReLU, GELU or pool module counts twice (module and function); F.linear, add, mul and other operators, einsum, "
    "LogSoftmax and scaled_dot_product_attention are 0; RNN layers above the first are as wide as their weights",
    of_node};

}  // namespace flopaudit
