// Average pooling over one dim and three, and the adaptive kernels (over two dims: reductions.cc); samples at the
// points of a grid.
#include "analyzer/audit/causes/elements.h"
#include "analyzer/audit/causes/parts.h"
#include "analyzer/audit/causes/shared_models.h"
#include "analyzer/audit/layouts.h"

namespace flopaudit {
namespace {

constexpr CauseInfo kCauses[] = {
    {"pool starts at zero", "Each output starts at 0 and adds every element of its window.",
     "aten::avg_pool1d, avg_pool3d, adaptive_avg_pool1d, adaptive_avg_pool3d", "standard",
     "avg_pool1d: 2 add an output, avg_pool3d: 2; adaptive over one dim: 1 add, 1 div, over three: 1 add, 2 div (by "
     "each "
     "side of the window)",
     "windows of 1 to 5 with and without padding, uneven windows, f32 and f64; testdata/validation/standard.csv"},
    {"pool to one is a mean", "Where a single output is left the mean takes over.",
     "aten::adaptive_avg_pool1d, adaptive_avg_pool3d to 1", "standard", "what mean executes over these dims",
     "testdata/validation/standard.csv"},
    {"points in vectors",
     "The points of a sample are done in vectors of 256 bits, the last one whole: first where they lie, then each "
     "channel.",
     "aten::grid_sampler, grid_sampler_2d", "standard",
     "a lane of C channels: bilinear 10 + 3*C add, 6 + 4*C mul; nearest 4 and 2; bicubic 46 + 19*C and 38 + 20*C; 2 "
     "add "
     "less with align_corners; reflected 8 add (4 with align_corners), 2 mul, 2 div more, bicubic 16 "
     "times for each channel; once 2 add, 2 mul",
     "1 to 4 channels, 4 to 60 points, every method, padding and alignment, f32 and f64"},
    {"grid as its parts",
     "A range for each side of the image, scaled where corners are not aligned, and the product of its points with the "
     "transform.",
     "aten::affine_grid_generator", "standard",
     "a side of n > 1: what linspace executes, and n mul and n div without align_corners; and the bmm",
     "sides of 1 to 40, images and volumes, f32 and f64"},
};
constexpr const CauseInfo& kZeroStart = kCauses[0];
constexpr const CauseInfo& kMean = kCauses[1];
constexpr const CauseInfo& kPoints = kCauses[2];
constexpr const CauseInfo& kGrid = kCauses[3];

void explain_starts(const KernelCall& call, std::int64_t adds, std::int64_t divs, Explanation& out) {
  const auto output = sizes_at(call.outputs, 0);
  const auto classes = precision_of(dtype_at_place(call.inputs, 0));
  if (!output) return out.refuse("a shape is not known");
  if (!classes) return out.refuse("only f32 and f64 have a model");
  // A signal is pooled as an image of one row, which may lie by channel.
  const auto strides = strides_at(call, 0);
  const auto input = sizes_at(call.inputs, 0);
  if (strides && strides->size() == 3 && !lie_together_at(call, 0, 0)) {
    const Sizes image = {(*input)[0], (*input)[1], 1, (*input)[2]};
    if (lies_by_channel(image, {(*strides)[0], (*strides)[1], (*input)[2] * (*strides)[2], (*strides)[2]}))
      return out.refuse("a signal that lies by channel has no model");
  }
  out.add(kZeroStart, classes->add, adds * product(*output));
  out.add(kZeroStart, classes->div, divs * product(*output));
}

void explain_avg_pool(const KernelCall& call, Explanation& out) { explain_starts(call, 2, 0, out); }

void explain_mean_of_last(const KernelCall& call, std::size_t spatial, Explanation& out) {
  const auto annotated = annotated_of(call, out);
  if (!annotated) return;
  std::vector<Fact> dims;
  for (std::size_t dim = 1; dim <= spatial; ++dim) dims.push_back(Fact::integer(-static_cast<std::int64_t>(dim)));
  Parts parts(out);
  parts.add("aten::mean.dim", {call.inputs[0], Fact::list(std::move(dims)), Fact::boolean(true), Fact::none()}, 1,
            call.strides);
  parts.explain(kMean, *annotated);
}

template <std::size_t spatial, bool may_be_mean>
void explain_adaptive(const KernelCall& call, Explanation& out) {
  const auto output = sizes_at(call.outputs, 0);
  if (!output || output->size() < spatial) return out.refuse("a shape is not known");
  if (may_be_mean && product(*output, output->size() - spatial) == 1) return explain_mean_of_last(call, spatial, out);
  check_layout(call, Layout::copied, out);
  explain_starts(call, 1, spatial == 3 ? 2 : 1, out);
}

// --- samples at the points of a grid ---

constexpr double kBilinear = 0, kNearest = 1, kReflected = 2;

// What a lane costs by method, padding and alignment.
PerElement lane_of(double method, double padding, bool align_corners, std::int64_t channels) {
  PerElement lane = method == kBilinear  ? PerElement{.add = 10 + 3 * channels, .mul = 6 + 4 * channels}
                    : method == kNearest ? PerElement{.add = 4, .mul = 2}
                                         : PerElement{.add = 46 + 19 * channels, .mul = 38 + 20 * channels};
  if (padding == kReflected && method != kBilinear && method != kNearest) {
    // Both places of all 16 neighbours are reflected, for each channel anew.
    const std::int64_t reflected = align_corners ? 64 : 128;
    return {.add = (align_corners ? 44 : 46) + (19 + reflected) * channels,
            .mul = 38 + 52 * channels,
            .div = 32 * channels};
  }
  if (align_corners) lane.add -= 2;
  if (padding != kReflected) return lane;
  lane.add += align_corners ? 4 : 8;
  lane.mul += 2;
  lane.div += 2;
  return lane;
}

void explain_grid(const KernelCall& call, Explanation& out) {
  const auto result = result_of(call, out);
  const auto output = sizes_at(call.outputs, 0);
  const auto method = number_at_place(call.inputs, 2), padding = number_at_place(call.inputs, 3);
  const auto align_corners = bool_at_place(call.inputs, 4);
  const auto annotated = annotated_of(call, out);
  if (!result || !annotated || result->elements == 0) return;
  if (!method || !padding || !align_corners) return out.refuse("the method is not known");
  if (output->size() != 4) return explain_points_of_volume(call, out);
  const std::int64_t points = product(*output, 2), vector = result->classes.f32 ? 8 : 4;
  const PerElement lane = lane_of(*method, *padding, *align_corners, (*output)[1]);
  FlopIntervals whole = counts_of(lane, (*output)[0] * round_up(points, vector), result->classes);
  whole += counts_of({.add = 2, .mul = 2}, 1, result->classes);
  out.add_rest(kPoints, *annotated, whole);
}

void explain_affine_grid(const KernelCall& call, Explanation& out) {
  const auto result = result_of(call, out);
  const auto grid = sizes_at(call.outputs, 0);
  const auto align_corners = bool_at_place(call.inputs, 2);
  const auto annotated = annotated_of(call, out);
  if (!result || !annotated || result->elements == 0) return;
  if (!align_corners) return out.refuse("it is not known whether corners are aligned");
  const DType dtype = *dtype_at_place(call.outputs, 0);
  const Fact number = Fact::integer(scalar_type_number(dtype)), none = Fact::none();
  Parts parts(out);
  for (std::size_t dim = 1; dim + 1 < grid->size(); ++dim) {
    const std::int64_t side = (*grid)[dim];
    if (side < 2) continue;
    parts.add("aten::linspace", {Fact::integer(-1), Fact::integer(1), Fact::integer(side), number, none, none, none});
    if (!*align_corners) parts.add_counts(counts_of({.mul = 1, .div = 1}, side, result->classes));
  }
  const std::int64_t batch = grid->front(), dims = grid->back(), points = result->elements / (batch * dims);
  // The transform is read as it lies, transposed.
  const OperandStrides strides = {Sizes{points * (dims + 1), dims + 1, 1}, Sizes{dims * (dims + 1), 1, dims + 1}};
  parts.add("aten::bmm", {part_tensor(dtype, {batch, points, dims + 1}), part_tensor(dtype, {batch, dims + 1, dims})},
            1, &strides);
  parts.explain(kGrid, *annotated);
}

constexpr KernelModel kModels[] = {
    {"aten::_adaptive_avg_pool2d", explain_adaptive<2, false>, Layout::any},
    {"aten::_adaptive_avg_pool3d", explain_adaptive<3, false>, Layout::any},
    {"aten::adaptive_avg_pool1d", explain_adaptive<1, true>, Layout::any},
    {"aten::adaptive_avg_pool2d.out", explain_adaptive<2, false>},
    {"aten::adaptive_avg_pool3d", explain_adaptive<3, true>, Layout::any},
    {"aten::adaptive_avg_pool3d.out", explain_adaptive<3, false>},
    {"aten::affine_grid_generator", explain_affine_grid},
    {"aten::avg_pool1d", explain_avg_pool, Layout::copied},
    {"aten::avg_pool3d", explain_avg_pool, Layout::copied},
    {"aten::grid_sampler", explain_grid, Layout::any},
    {"aten::grid_sampler_2d", explain_grid, Layout::any},
};

}  // namespace

std::span<const KernelModel> pooling_models() { return kModels; }
std::span<const CauseInfo> pooling_causes() { return kCauses; }

}  // namespace flopaudit
