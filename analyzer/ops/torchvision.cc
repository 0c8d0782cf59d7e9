// torchvision's own operators, as its documentation defines them. nms keeps a number of boxes that their values decide:
// n boxes have areas (2 add, 1 mul) and are sorted by score; a pair costs 6 compare (its corners, no less than 0, the
// threshold), 4 add, 1 mul and 1 div, and there are n - 1 pairs at least, where the first box drops all others, and n(n
// - 1)/2 at most. The sizes of roi_pool's bins are values of the boxes too: the work is unknown. Of roi_align without a
// sampling ratio it is a range, for boxes that lie in the image. A sample point of roi_align or deform_conv2d is
// weighed from its four neighbours: 2 add and 4 mul and 2 add for the weights (two distances and their complements,
// four products), shared by all channels, then 4 mul and 3 add a channel. roi_align: a box costs 4 mul and 4 add
// (scaled, shifted), 2 add and 2 div for its bins; a point 2 mul, 2 add and 1 div a coordinate; a bin averages its
// points (points - 1 add, 1 div). deform_conv2d: 2 add bring a point to its offset; a mask multiplies each sampled
// column; the columns are contracted as in a convolution.
#include "analyzer/ops/all_ops.h"
#include "analyzer/ops/convolution_helpers.h"
#include "analyzer/ops/dtype_checks.h"
#include "analyzer/ops/work_helpers.h"
#include "analyzer/support/expr_bounds.h"
#include "analyzer/support/expr_log2.h"

namespace flopaudit {
namespace {

RuleResult<Work> decided_by_boxes(const Facts&, const Facts&) {
  return missing("the work depends on the values of the boxes");
}

// nms(dets [N, 4], scores [N], iou_threshold)
RuleResult<Facts> shape_of_nms(const Facts& inputs) {
  FA_RULE(const Dims boxes, dims_at(inputs, 0));
  FA_RULE(const Dims scores, dims_at(inputs, 1));
  if (boxes.size() != 2 || !same_dim(boxes[1], Expr(4)) || scores.size() != 1 || !same_dim(boxes[0], scores[0])) {
    return misfit("nms expects boxes [N,4] and scores [N]: " + shapes_text(inputs, {0, 1}));
  }
  const RuleResult<std::optional<DType>> dtype = same_dtype(inputs, 0, 1);
  if (!dtype) return dtype.failure();
  Fact kept = tensor_fact(DType::i64, {boxes[0] == Dim(Expr(0)) ? boxes[0] : Dim()});
  kept.get<TensorFact>()->why = "the number of boxes that nms keeps depends on their values";
  return one(kept);
}

// n = 0 has no pairs; otherwise the count is at least 0 by itself.
RuleResult<Work> work_of_pairs(const Facts& inputs, const Facts& outputs, const Expr& boxes, const Expr& pairs) {
  FA_RULE(const DType dtype, dtype_at(inputs, 0));
  WorkCounter counter(inputs, outputs);
  counter.in_dtype(dtype).count(WorkClass::add, Expr(2) * boxes + Expr(4) * pairs);
  counter.count(WorkClass::mul, boxes + pairs).count(WorkClass::div, pairs);
  return counter.count(WorkClass::compare, boxes * ceil_log2(boxes) + Expr(6) * pairs).work();
}
// Boxes of ninety classes joined are a sum of ninety symbols, and its square has thousands of terms, which no Expr
// holds and nobody reads: of a long formula its bound is taken, which keeps the range right.
bool is_long(const Expr& formula) {
  constexpr std::size_t kLong = 256;
  return !formula.is_constant() && formula.to_string().size() > kLong;
}
RuleResult<Work> most_work_of_nms(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const std::vector<Expr> dims, known_dims_at(inputs, 0));
  const auto most = is_long(dims[0]) ? upper_bound(dims[0]) : std::nullopt;
  const Expr boxes = most ? Expr(*most) : dims[0];
  return work_of_pairs(inputs, outputs, boxes, floor_div(boxes * max(boxes - Expr(1), Expr(0)), 2));
}
RuleResult<Work> least_work_of_nms(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const std::vector<Expr> dims, known_dims_at(inputs, 0));
  const auto least = is_long(dims[0]) ? lower_bound(dims[0]) : std::nullopt;
  const Expr boxes = least ? Expr(*least) : dims[0];
  return work_of_pairs(inputs, outputs, boxes, max(boxes - Expr(1), Expr(0)));
}

// box_iou_rotated(boxes1 [N, 5], boxes2 [M, 5])
RuleResult<Facts> shape_of_iou_rotated(const Facts& inputs) {
  FA_RULE(const Dims first, dims_at(inputs, 0));
  FA_RULE(const Dims second, dims_at(inputs, 1));
  if (first.size() != 2 || second.size() != 2 || !same_dim(first[1], Expr(5)) || !same_dim(second[1], Expr(5))) {
    return misfit("rotated boxes should be [N,5] and [M,5]: " + shapes_text(inputs, {0, 1}));
  }
  return one(tensor_fact(DType::f32, {first[0], second[0]}));
}

// roi ops: (input [N, C, H, W], rois [K, 5], spatial_scale, pooled_height, pooled_width, ...). Position sensitive ones
// spread the channels over the bins; those and roi_pool return a second tensor of the same shape.
template <bool position_sensitive, bool second>
RuleResult<Facts> shape_of_roi(const Facts& inputs) {
  FA_REFUSE(need_floating(inputs, 0));
  FA_RULE(const std::optional<DType> dtype, same_dtype(inputs, 0, 1));
  FA_RULE(const Dims input, dims_at(inputs, 0));
  FA_RULE(const Dims boxes, dims_at(inputs, 1));
  FA_RULE(const Expr height, int_at(inputs, 3));
  FA_RULE(const Expr width, int_at(inputs, 4));
  if (input.size() != 4 || boxes.size() != 2 || !same_dim(boxes[1], Expr(5))) {
    return misfit("expected an image [N,C,H,W] and boxes [K,5]: " + shapes_text(inputs, {0, 1}));
  }
  Dim channels = input[1];
  if (position_sensitive && channels) {
    if (always_equal(mod(*channels, height * width), 0) == false) {
      return misfit("the channels are no multiple of the bins: " + inputs[0].to_string());
    }
    channels = floor_div(*channels, height * width);
  }
  Facts facts = one(tensor_fact(dtype, {boxes[0], channels, height, width}));
  if (second) facts.push_back(tensor_fact(DType::i32, {boxes[0], channels, height, width}));
  return facts;
}

// Weights of `points` samples, and their sums over `values` sampled values.
void count_samples(WorkCounter& counter, const Expr& points, const Expr& values) {
  counter.count(WorkClass::add, Expr(4) * points).count(WorkClass::mul, Expr(4) * points);
  counter.count(WorkClass::mul, Expr(4) * values).count(WorkClass::add, Expr(3) * values);
}

// position sensitive: a bin reads one channel of its own, so that points are not shared.
template <bool position_sensitive>
RuleResult<Work> work_of_samples(const Facts& inputs, const Facts& outputs, const Expr& per_bin) {
  FA_RULE(const std::vector<Expr> output, known_dims_at(outputs, 0));
  const Expr boxes = output[0];
  const Expr outs = boxes * output[1] * output[2] * output[3];
  const Expr points = (position_sensitive ? outs : boxes * output[2] * output[3]) * per_bin;
  WorkCounter counter(inputs, outputs);
  counter.count(WorkClass::mul, Expr(4) * boxes).count(WorkClass::add, Expr(6) * boxes);
  counter.count(WorkClass::div, Expr(2) * boxes);
  counter.count(WorkClass::mul, Expr(4) * points).count(WorkClass::add, Expr(4) * points);
  counter.count(WorkClass::div, Expr(2) * points);
  count_samples(counter, points, outs * per_bin);
  return counter.count(WorkClass::add, outs * max(per_bin - Expr(1), Expr(0))).count(WorkClass::div, outs).work();
}
// Without a sampling ratio a bin has a point for each cell of the image that it covers, begun ones too: all cells over
// all bins where the box is as large as the image. An aligned box may be empty; others are taken for a cell large.
template <bool position_sensitive>
RuleResult<Work> most_work_of_roi_align(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const std::int64_t ratio, constant_at(inputs, 5));
  if (ratio > 0) return work_of_samples<position_sensitive>(inputs, outputs, Expr(ratio) * Expr(ratio));
  FA_RULE(const std::vector<Expr> image, known_dims_at(inputs, 0));
  FA_RULE(const Expr height, int_at(inputs, 3));
  FA_RULE(const Expr width, int_at(inputs, 4));
  return work_of_samples<position_sensitive>(inputs, outputs, ceil_div(image[2], height) * ceil_div(image[3], width));
}
template <bool position_sensitive>
RuleResult<Work> least_work_of_roi_align(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const std::int64_t ratio, constant_at(inputs, 5));
  if (ratio > 0) return most_work_of_roi_align<position_sensitive>(inputs, outputs);
  const bool aligned = inputs.size() > 6 && inputs[6] == Fact::boolean(true);
  return work_of_samples<position_sensitive>(inputs, outputs, Expr(aligned ? 0 : 1));
}

// deform_conv2d(input, weight, offset, mask, bias, stride_h, stride_w, pad_h, pad_w, dilation_h, dilation_w, groups,
// offset_groups, use_mask)
RuleResult<Facts> convolution_facts(const Facts& inputs) {
  if (inputs.size() != 14) return misfit("deform_conv2d takes 14 arguments");
  return Facts{inputs[0],
               inputs[1],
               inputs[4],
               Fact::list({inputs[5], inputs[6]}),
               Fact::list({inputs[7], inputs[8]}),
               Fact::list({inputs[9], inputs[10]}),
               inputs[11]};
}
constexpr ConvolutionPlaces kPlaces = {
    .bias = 2, .stride = 3, .padding = 4, .dilation = 5, .groups = 6, .takes_unbatched = false, .spatial = 2};

RuleResult<Facts> shape_of_deform_conv(const Facts& inputs) {
  FA_RULE(const Facts facts, convolution_facts(inputs));
  FA_RULE(const Convolution conv, read_convolution(facts, kPlaces));
  FA_RULE(const std::optional<DType> dtype, same_dtype(facts, 0, 1));
  FA_RULE(const Dims output, convolution_output(conv, facts));
  FA_RULE(const Dims offset, dims_at(inputs, 2));
  FA_RULE(const Expr offset_groups, int_at(inputs, 12));
  const std::optional<Expr> taps = product({conv.kernel(0), conv.kernel(1)});
  const Dim planes = taps ? Dim(Expr(2) * offset_groups * *taps) : Dim();
  if (offset.size() != 4 || !same_dim(offset[0], output[0]) || !same_dim(offset[1], planes) ||
      !same_dim(offset[2], output[2]) || !same_dim(offset[3], output[3])) {
    return misfit("the offsets do not fit the taps and outputs: " + shapes_text(inputs, {0, 1, 2}));
  }
  return one(tensor_fact(dtype, output));
}

RuleResult<Work> work_of_deform_conv(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const Facts facts, convolution_facts(inputs));
  FA_RULE(const Convolution conv, read_convolution(facts, kPlaces));
  FA_RULE(const std::vector<Expr> output, known_dims_at(outputs, 0));
  FA_RULE(const std::vector<Expr> input, known_dims_at(inputs, 0));
  FA_RULE(const std::vector<Expr> weight, known_dims_at(inputs, 1));
  FA_RULE(const Expr offset_groups, int_at(inputs, 12));
  FA_RULE(const bool masked, bool_at(inputs, 13));
  const Expr places = output[0] * output[2] * output[3] * weight[2] * weight[3];  // taps of all outputs
  const Expr points = places * offset_groups;
  const Expr columns = places * input[1];
  WorkCounter counter(inputs, outputs);
  counter.count(WorkClass::mac, places * weight[0] * weight[1]);
  counter.count(WorkClass::add, Expr(2) * points);
  count_samples(counter, points, columns);
  if (masked) counter.count(WorkClass::mul, columns);
  return counter.work();
}

// K boxes, o outputs, s = K*H*W*ratio^2 points, C channels
constexpr char kAlign[] = "mul = 4K + 8s + 4s*C, add = 6K + 8s + 3s*C + (ratio^2 - 1)*o, div = 2K + 2s + o";
constexpr char kAlignPs[] = "as roi_align, with points for each output";
constexpr char kDeform[] =
    "mac = B*Cout*(Cin/G)*K*OUT; p points, c columns: add = 6p + 3c, mul = 4p + 4c; mask: mul += c";
constexpr char kNms[] =
    "n boxes, p pairs, n - 1 to n(n - 1)/2: add = 2n + 4p, mul = n + p, div = p, compare = n*ceil(log2 n) + 6p";
constexpr char kBoxes[] = "depends on the values of the boxes";

// clang-format off
constexpr OpSpec kRows[] = {
    // name                          shape rule                  work rule                 formula
    {"torchvision::box_iou_rotated", shape_of_iou_rotated,       decided_by_boxes,         kBoxes},
    {"torchvision::deform_conv2d",   shape_of_deform_conv,       work_of_deform_conv,      kDeform},
    {"torchvision::nms",             shape_of_nms,               most_work_of_nms,         kNms, nullptr, nullptr, least_work_of_nms},
    {"torchvision::ps_roi_align",    shape_of_roi<true, true>,   most_work_of_roi_align<true>,  kAlignPs, nullptr, nullptr, least_work_of_roi_align<true>},
    {"torchvision::ps_roi_pool",     shape_of_roi<true, true>,   decided_by_boxes,         kBoxes},
    {"torchvision::roi_align",       shape_of_roi<false, false>, most_work_of_roi_align<false>, kAlign, nullptr, nullptr, least_work_of_roi_align<false>},
    {"torchvision::roi_pool",        shape_of_roi<false, true>,  decided_by_boxes,         kBoxes},
};
// clang-format on

}  // namespace

std::span<const OpSpec> torchvision_ops() { return kRows; }

}  // namespace flopaudit
