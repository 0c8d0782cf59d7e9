// Antialiased resampling (ATen's separable kernel): the columns first, then the rows, each output a sum over a filter
// whose weights are computed anew for each call; a size that stays is left out.
#include <algorithm>
#include <cmath>

#include "analyzer/audit/causes/resampling_call.h"

namespace flopaudit {
namespace {

constexpr CauseInfo kCauses[] = {
    {"filter weights",
     "The filters of a dim are computed for each call, in a mixture of f32 and f64: where they begin and end, and the "
     "distance and weight of each tap, which is divided by the sum. Taps and weights are those of the kernel's own "
     "rounding; a filter outside of the image multiplies once. A size that stays needs none. All rows of a single "
     "column are summed by the first one's filter (so does LibTorch, and gives them all one value).",
     "aten::_upsample_bilinear2d_aa, _upsample_bicubic2d_aa", "standard",
     "a dim of O outputs and S taps: 2S + 2O + 1 add, S + O div (S + 1 where it enlarges); in f64 S + 3O add, S + O + "
     "2 "
     "mul; a tap: linear 1 add, cubic 2 add within 1, 3 up to 2, and 3 mul",
     "testdata/audit/probes.tsv, testdata/validation/standard.csv: 1 to 40 a side to 1 to 50, 1 to 9 channels, both "
     "methods and layouts, corners and scale factors, f32 and f64"},
};
constexpr const CauseInfo& kFilters = kCauses[0];

// What the filters of one dim take: all taps, how often a sum has a tap, taps within 1 and up to 2 of the centre.
struct Filters {
  std::int64_t taps = 0, summed = 0, near = 0, far = 0;
  std::int64_t first = 0;  // taps of the first output
  bool shrinks = false;
};

template <typename Float>
Float scale_of(const Resampling& image, std::size_t dim) {
  const auto in = static_cast<Float>(image.in[dim]), out = static_cast<Float>(image.out[dim]);
  if (image.align_corners) return image.out[dim] > 1 ? (in - 1) / (out - 1) : 0;
  return image.scales[dim] ? static_cast<Float>(1.0 / *image.scales[dim]) : in / out;
}

// Rounded as the kernel does: centres and distances in Float, halves in double.
template <typename Float>
Filters filters_of(const Resampling& image, std::size_t dim) {
  const Float scale = scale_of<Float>(image, dim);
  const double neighbours = image.method == ResamplingMethod::cubic ? 2 : 1;
  Filters filters;
  filters.shrinks = scale >= 1;
  const Float reach = static_cast<Float>(filters.shrinks ? neighbours * static_cast<double>(scale) : neighbours);
  const Float inverse = filters.shrinks ? 1 / scale : 1;
  for (std::int64_t output = 0; output < image.out[dim]; ++output) {
    const auto centre = static_cast<Float>(static_cast<double>(scale) * (static_cast<double>(output) + 0.5));
    const auto place = [](Float at) { return static_cast<std::int64_t>(static_cast<double>(at) + 0.5); };
    const std::int64_t first = std::max<std::int64_t>(place(centre - reach), 0);
    const std::int64_t taps = std::max<std::int64_t>(std::min(place(centre + reach), image.in[dim]) - first, 0);
    filters.taps += taps;
    filters.summed += std::max<std::int64_t>(taps, 1);
    if (output == 0) filters.first = std::max<std::int64_t>(taps, 1);
    for (std::int64_t tap = 0; tap < taps; ++tap) {
      const double distance = static_cast<double>(static_cast<Float>(tap + first) - centre) + 0.5;
      const Float at = std::abs(static_cast<Float>(distance * static_cast<double>(inverse)));
      if (at < 1)
        ++filters.near;
      else if (at < 2)
        ++filters.far;
    }
  }
  return filters;
}

// One dim of `lines` lines. The rows of a single column are one loop, in which the kernel takes the first one's filter
// for all of them.
void add_dim(const Resampling& image, std::size_t dim, std::int64_t lines, FlopIntervals& whole) {
  const PrecisionClasses& classes = image.classes;
  const Filters filters = classes.f32 ? filters_of<float>(image, dim) : filters_of<double>(image, dim);
  const std::int64_t outputs = image.out[dim], taps = filters.taps;
  const std::int64_t summed = dim == 0 && image.out[1] == 1 ? filters.first * outputs : filters.summed;
  add_point(whole, classes.add, (summed - outputs) * lines + 2 * taps + 2 * outputs + 1);
  add_point(whole, classes.mul, summed * lines);
  if (image.method == ResamplingMethod::cubic) {
    add_point(whole, classes.add, 2 * filters.near + 3 * filters.far);
    add_point(whole, classes.mul, 3 * (filters.near + filters.far));
  } else {
    add_point(whole, classes.add, filters.near);
  }
  add_point(whole, classes.div, taps + (filters.shrinks ? outputs : 0));
  const bool divides = !image.align_corners || outputs > 1;
  const bool by_factor = !image.align_corners && image.scales[dim].has_value();
  if (divides) add_point(whole, by_factor ? FlopClass::div_f64 : classes.div, 1);
  add_point(whole, FlopClass::add_f64, taps + 3 * outputs);
  add_point(whole, FlopClass::mul_f64, taps + outputs + (filters.shrinks ? 2 : 1));
}

template <ResamplingMethod method>
void explain(const KernelCall& call, Explanation& out) {
  const auto image = read_resampling(call, method, out);
  if (!image || image->pixels() * image->channels == 0) return;
  const auto annotated = annotated_of(call, out);
  if (!annotated) return;
  if (image->out[1] == 1 && !image->stays(0) && lies_by_channel_at(call, 0) != false)
    return out.refuse("an antialiased image of one column whose channels lie together has no model");
  const std::int64_t images = image->batch * image->channels;
  FlopIntervals whole;
  if (image->computes_size) add_point(whole, FlopClass::mul_f64, 2);
  if (!image->stays(1)) add_dim(*image, 1, images * image->in[0], whole);
  if (!image->stays(0)) add_dim(*image, 0, images * image->out[1], whole);
  out.add_rest(kFilters, *annotated, whole);
}

constexpr auto kLinear = explain<ResamplingMethod::linear>;
constexpr auto kCubic = explain<ResamplingMethod::cubic>;

// What lies otherwise than row by row or by channel is copied, and both are read alike.
constexpr KernelModel kModels[] = {
    {"aten::_upsample_bicubic2d_aa", kCubic, Layout::any},
    {"aten::_upsample_bicubic2d_aa.vec", kCubic, Layout::any},
    {"aten::_upsample_bilinear2d_aa", kLinear, Layout::any},
    {"aten::_upsample_bilinear2d_aa.vec", kLinear, Layout::any},
};

}  // namespace

std::span<const KernelModel> antialiasing_models() { return kModels; }
std::span<const CauseInfo> antialiasing_causes() { return kCauses; }

}  // namespace flopaudit
