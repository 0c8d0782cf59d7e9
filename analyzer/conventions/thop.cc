// `thop-0.1.1`: thop.profile(model, inputs) of thop 0.1.1.post2209072238 (Lyken17/pytorch-OpCounter). Sources:
// thop/profile.py (register_hooks), thop/vision/basic_hooks.py and calc_func.py, thop/rnn_hooks.py. It hooks modules of
// exactly the registered classes; functions and classes derived from them are 0. Registered and free: ReLU, max pools,
// dropout, padding, PixelShuffle.
#include "analyzer/conventions/convention_list.h"
#include "analyzer/conventions/layers.h"
#include "analyzer/conventions/thop_rules.h"

namespace flopaudit {
namespace {

// The channels of dim 1, which of an unbatched input is another dim; a transposed one is counted on its output.
RuleResult<Expr> convolution(const NodeView& view, const Facts& inputs, const Facts& outputs) {
  FA_RULE(const ConvolutionShapes conv, convolution_shapes(view, inputs, outputs));
  return product_of(conv.module_output) * floor_div(conv.module_input[1], conv.groups) * product_of(conv.weight, 2);
}

RuleResult<Expr> softmax(const NodeView&, const Facts& inputs, const Facts&) {
  FA_RULE(const SoftmaxRows softmax, softmax_rows(inputs));
  return softmax.rows * thop_softmax_row(softmax.features);
}

RuleResult<Expr> avg_pool(const NodeView&, const Facts&, const Facts& outputs) { return elements_at(outputs, 0); }

// int((prod(input / output) + 1) * outputs), in doubles; where sizes are symbolic, what that would be without rounding.
RuleResult<Expr> adaptive_avg_pool(const NodeView&, const Facts& inputs, const Facts& outputs) {
  FA_RULE(const std::vector<Expr> input, known_dims_at(inputs, 0));
  FA_RULE(const std::vector<Expr> output, known_dims_at(outputs, 0));
  const auto from = as_numbers(input);
  const auto to = as_numbers(output);
  if (!from || !to) return product_of(output, 0, 2) * (product_of(input, 2) + product_of(output, 2));
  double kernel = 1;
  for (std::size_t dim = 2; dim < to->size(); ++dim) kernel *= (*from)[dim] / (*to)[dim];
  double elements = 1;
  for (const double size : *to) elements *= size;
  return Expr(static_cast<std::int64_t>((kernel + 1) * elements));
}

RuleResult<Expr> recurrent(const NodeView& view, const Facts& inputs, const Facts&) {
  FA_RULE(const RecurrentShapes rnn, recurrent_shapes(view, inputs));
  return thop_layers(rnn, Expr(0)) * rnn.steps * rnn.batch;
}

const LayerRules& rows() {
  // clang-format off
  static const LayerRules table = {
      {Layer::adaptive_avg_pool,   adaptive_avg_pool},
      {Layer::avg_pool,            avg_pool},
      {Layer::batch_norm,          thop_norm},
      {Layer::convolution,         convolution},
      {Layer::encoder_layer,       thop_encoder_layer_parts},
      {Layer::gru_cell,            thop_cell_step<3>},
      {Layer::instance_norm,       thop_norm},
      {Layer::layer_norm,          thop_norm},
      {Layer::linear,              thop_linear},
      {Layer::lstm_cell,           thop_cell_step<4>},
      {Layer::prelu,               thop_prelu},
      {Layer::recurrent,           recurrent},
      {Layer::rnn_cell,            thop_cell_step<1>},
      {Layer::softmax,             softmax},
      {Layer::sync_batch_norm,     thop_norm},
      {Layer::upsample_bicubic,    thop_upsample<259>},
      {Layer::upsample_bilinear,   thop_upsample<11>},
      {Layer::upsample_linear,     thop_upsample<5>},
      {Layer::upsample_nearest,    thop_upsample<1>},
      {Layer::upsampling_bilinear, thop_upsample<11>},
      {Layer::upsampling_nearest,  thop_upsample<1>},
  };
  // clang-format on
  return table;
}

RuleResult<Range> of_node(const NodeView& view) {
  const ExecutionRule rule = find_rule(rows(), view);
  if (rule == nullptr) {
    if (module_is_lost(view)) return missing("the file is frozen: it does not say which module this was");
    return Range();
  }
  RuleResult<Range> cost = over_executions(view, rule);
  // A module in several places is hooked once for each, and its sum added once for each.
  if (cost) *cost = *cost * Range(Expr(view.module.places * view.module.places));
  return cost;
}

}  // namespace

const Convention kThop = {
    "thop-0.1.1", "MAC",
    "as thop 0.1.1: by module class; convolutions and Linear without bias, batch, layer and instance norms 4 an "
    "element (2 without weight), Softmax 3 an element less 1 a row, average pools, upsampling, RNNs",
    "functions, tensor operators, attention, GroupNorm and derived classes are 0; a transposed convolution is "
    "counted on its output, a module in k places k*k times",
    of_node};

}  // namespace flopaudit
