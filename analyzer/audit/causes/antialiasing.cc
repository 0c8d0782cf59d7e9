// Antialiased resampling (ATen's separable kernel): the columns first, then the rows, each output a sum over a filter
// whose weights are computed anew for each call; a size that stays is left out.
#include <algorithm>
#include <cmath>
#include <numbers>

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
    {"sines of the filter",
     "A weight of the Lanczos filter is the product of two sines over their arguments, of libm; the second one in f64. "
     "What a sine takes depends on the range that its argument falls into.",
     "aten::_upsample_lanczos2d_aa", "standard",
     "a tap within 3, not at the centre: 1 mul, 1 div, 2 mul and 2 div in f64, and the sines; at the centre: 1 div "
     "in f64. sinf: 3 add 6 mul below 0.75, else 4 (5 of odd quarters) add 9 mul; sin: 7 and 7 below 0.126, 13 and "
     "11 below 0.855469, 13 and 10 below 2.426265, else 18 and 13, 24 and 16, 23 and 15 (odd quarters)",
     "libm's sine and the op one by one, 1 to 60 a side, and testdata/validation/standard.csv"},
};
constexpr const CauseInfo& kFilters = kCauses[0];
constexpr const CauseInfo& kSines = kCauses[1];

// What the filters of one dim take: all taps, how often a sum has a tap, taps within 1 and up to 2 of the centre.
struct Filters {
  std::int64_t taps = 0, summed = 0, near = 0, far = 0;
  std::int64_t first = 0;  // taps of the first output
  bool shrinks = false;
  std::int64_t peaks = 0, lobes = 0;  // at the centre; beside it, within 3
  std::int64_t sine_add = 0, sine_mul = 0;
};

void add_sine(std::int64_t add, std::int64_t mul, Filters& into) {
  into.sine_add += add;
  into.sine_mul += mul;
}

// libm's sines in f64, by the range of the argument, which is none less than 0 here.
void add_sine(double of, Filters& into) {
  constexpr double kTiny = 0x1p-26, kTaylor = 0.126, kTable = 0.855469, kCosine = 2.426265;
  if (of < kTiny) return;
  if (of < kTaylor) return add_sine(7, 7, into);
  if (of < kTable) return add_sine(13, 11, into);
  if (of < kCosine) return add_sine(13, 10, into);
  constexpr double kQuarters = 2 * std::numbers::inv_pi;
  const double quarters = std::nearbyint(of * kQuarters);
  if (std::fmod(quarters, 2) != 0) return add_sine(23, 15, into);
  if (std::abs(of - quarters * std::numbers::pi / 2) < kTaylor) return add_sine(18, 13, into);
  add_sine(24, 16, into);
}
void add_sine(float of, Filters& into) {
  constexpr float kTiny = 0x1p-12F, kSmall = 0.75F;
  if (of < kTiny) return add_sine(0, 1, into);
  if (of < kSmall) return add_sine(3, 6, into);
  const double quarters = std::floor(static_cast<double>(of) * std::numbers::inv_pi * 2 + 0.5);
  add_sine(std::fmod(quarters, 2) != 0 ? 5 : 4, 9, into);
}

template <typename Float>
void add_lobe(Float at, Filters& into) {
  if (at >= 3) return;
  ++(at == 0 ? into.peaks : into.lobes);
  if (at == 0) return;
  add_sine(at * std::numbers::pi_v<Float>, into);
  add_sine(static_cast<double>(at) / 3.0 * std::numbers::pi, into);
}

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
  const double neighbours = image.method == ResamplingMethod::lanczos ? 3
                            : image.method == ResamplingMethod::cubic ? 2
                                                                      : 1;
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
      if (image.method == ResamplingMethod::lanczos) add_lobe(at, filters);
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
  } else if (image.method == ResamplingMethod::linear) {
    add_point(whole, classes.add, filters.near);
  }
  add_point(whole, classes.div, taps + (filters.shrinks ? outputs : 0));
  const bool divides = !image.align_corners || outputs > 1;
  const bool by_factor = !image.align_corners && image.scales[dim].has_value();
  if (divides) add_point(whole, by_factor ? FlopClass::div_f64 : classes.div, 1);
  add_point(whole, FlopClass::add_f64, taps + 3 * outputs);
  add_point(whole, FlopClass::mul_f64, taps + outputs + (filters.shrinks ? 2 : 1));
}

void add_sines(const Resampling& image, std::size_t dim, Explanation& out) {
  const PrecisionClasses& classes = image.classes;
  const Filters filters = classes.f32 ? filters_of<float>(image, dim) : filters_of<double>(image, dim);
  out.add(kSines, classes.mul, filters.lobes);
  out.add(kSines, classes.div, filters.lobes);
  out.add(kSines, FlopClass::mul_f64, 2 * filters.lobes + filters.sine_mul);
  out.add(kSines, FlopClass::div_f64, 2 * filters.lobes + filters.peaks);
  out.add(kSines, FlopClass::add_f64, filters.sine_add);
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
  for (std::size_t dim = 0; dim < 2; ++dim) {
    if (method == ResamplingMethod::lanczos && !image->stays(dim)) add_sines(*image, dim, out);
  }
  for (const CauseDelta& cause : out.deltas()) whole += cause.delta;
  out.add_rest(kFilters, *annotated, whole);
}

constexpr auto kLinear = explain<ResamplingMethod::linear>;
constexpr auto kCubic = explain<ResamplingMethod::cubic>;
constexpr auto kLanczos = explain<ResamplingMethod::lanczos>;

// What lies otherwise than row by row or by channel is copied, and both are read alike.
constexpr KernelModel kModels[] = {
    {"aten::_upsample_bicubic2d_aa", kCubic, Layout::any},
    {"aten::_upsample_bicubic2d_aa.vec", kCubic, Layout::any},
    {"aten::_upsample_bilinear2d_aa", kLinear, Layout::any},
    {"aten::_upsample_bilinear2d_aa.vec", kLinear, Layout::any},
    {"aten::_upsample_lanczos2d_aa", kLanczos, Layout::any},
    {"aten::_upsample_lanczos2d_aa.vec", kLanczos, Layout::any},
};

}  // namespace

std::span<const KernelModel> antialiasing_models() { return kModels; }
std::span<const CauseInfo> antialiasing_causes() { return kCauses; }

}  // namespace flopaudit
