// Points sampled one by one: grids over volumes, the plain loop over images, and pools at random places.
#include <algorithm>

#include "analyzer/audit/causes/elements.h"
#include "analyzer/audit/causes/shared_models.h"
#include "analyzer/audit/causes/tensor_parts.h"

namespace flopaudit {
namespace {

constexpr const char* kEvidence =
    "1 to 60 points inside, at the border and outside, 1 to 9 channels, f32 and f64; testdata/validation/standard.csv";
constexpr CauseInfo kCauses[] = {
    {"points one by one",
     "A plain loop puts each point into the volume, and weighs those of its neighbours that lie inside.",
     "aten::grid_sampler_3d, grid_sampler of volumes, _grid_sampler_2d_cpu_fallback", "standard",
     "a point, C channels: nearest 2 add and 2 mul a dim, 1 add less where corners are aligned; volumes 14 (f64 11) to "
     "15 (12) + 8C add, 14 to 18 + 8C mul; images 9 to 10 + 4C add, 6 to 8 + 4C mul, bicubic 39 + 19C (at the border "
     "38 + 23C) add and 28 + 20C mul",
     kEvidence},
    {"windows at random places", "Each dim of each map places its windows by a random number and their distance.",
     "aten::fractional_max_pool2d, fractional_max_pool3d", "standard",
     "O windows along a dim, where it has more than one: O - 1 add, O mul, 1 div, each map by itself", kEvidence},
};
constexpr const CauseInfo& kPoints = kCauses[0];
constexpr const CauseInfo& kWindows = kCauses[1];

constexpr double kBilinear = 0, kNearest = 1, kZeros = 0, kBorder = 1, kReflected = 2;

// Of one point: from where no neighbour lies inside to where all do; at the border one always does.
struct Point {
  PerElement least, most;
};

Point point_of(double method, double padding, std::int64_t dims, std::int64_t channels, bool f32) {
  const std::int64_t inside = padding == kBorder ? channels : 0;  // neighbours times channels
  if (method == kNearest) return {{.add = 2 * dims, .mul = 2 * dims}, {.add = 2 * dims, .mul = 2 * dims}};
  if (method != kBilinear) {
    const PerElement all = {.add = padding == kBorder ? 38 + 23 * channels : 39 + 19 * channels,
                            .mul = 28 + 20 * channels};
    return {all, all};
  }
  if (dims == 2) return {{.add = 9 + inside, .mul = 6 + inside}, {.add = 10 + 4 * channels, .mul = 8 + 4 * channels}};
  const std::int64_t less = f32 ? 0 : 3;
  return {{.add = 14 - less + inside, .mul = 14 + inside}, {.add = 15 - less + 8 * channels, .mul = 18 + 8 * channels}};
}

template <std::size_t dims>
void explain_points(const KernelCall& call, Explanation& out) {
  const auto plan = plan_of(call, {0, 1}, out);
  const auto method = number_at_place(call.inputs, 2), padding = number_at_place(call.inputs, 3);
  const auto align_corners = bool_at_place(call.inputs, 4);
  const auto result = sizes_at(call.outputs, 0);
  if (!plan) return;
  if (!method || !padding || !align_corners || !result) return out.refuse("the method is not known");
  // libm takes the remainder by an x87 instruction, which the software counter does not tell from others.
  if (*padding == kReflected) return out.refuse("reflected samples one by one have no model");
  if (product(*result) == 0) return;
  const std::int64_t points = (*result)[0] * product(*result, 2);
  Point point = point_of(*method, *padding, dims, (*result)[1], plan->classes.f32);
  if (*align_corners) {
    point.least.add -= static_cast<std::int64_t>(dims);
    point.most.add -= static_cast<std::int64_t>(dims);
  }
  out.add_rest(kPoints, plan->annotated,
               between(counts_of(point.least, points, plan->classes), counts_of(point.most, points, plan->classes)));
  if (*method == kBilinear) out.depends_on_data();
}

// Samples and the places of windows have the input's type.
template <std::size_t dims>
void explain_windows(const KernelCall& call, Explanation& out) {
  const auto plan = plan_of(call, {0, 3}, out);
  const auto result = sizes_at(call.outputs, 0);
  if (!plan) return;
  if (!result || result->size() < dims) return out.refuse("a shape is not known");
  if (product(*result) == 0) return;
  const std::size_t first = result->size() - dims;
  const std::int64_t maps = product({result->begin(), result->begin() + static_cast<std::ptrdiff_t>(first)});
  FlopIntervals whole;
  for (std::size_t dim = first; dim < result->size(); ++dim) {
    const std::int64_t windows = (*result)[dim];
    if (windows < 2) continue;
    whole += counts_of({.add = windows - 1, .mul = windows, .div = 1}, maps, plan->classes);
  }
  out.add_rest(kWindows, plan->annotated, whole);
}

constexpr KernelModel kModels[] = {
    {"aten::_grid_sampler_2d_cpu_fallback", explain_points<2>},
    {"aten::fractional_max_pool2d", explain_windows<2>},
    {"aten::fractional_max_pool3d", explain_windows<3>},
    {"aten::grid_sampler_3d", explain_points<3>},
};

}  // namespace

void explain_points_of_volume(const KernelCall& call, Explanation& out) { explain_points<3>(call, out); }

std::span<const KernelModel> sample_models() { return kModels; }
std::span<const CauseInfo> sample_causes() { return kCauses; }

}  // namespace flopaudit
