// Resampling (ATen's UpSampleKernel): where an output lies in the input is computed in floats. Most kernels do so once
// for each row, column and plane and weigh one dim after the other; the one for small images takes pixel by pixel and
// all channels of one at a time.
#include <algorithm>
#include <cmath>

#include "analyzer/audit/causes/resampling_call.h"

namespace flopaudit {
namespace {

constexpr const char* kProbes =
    "testdata/audit/probes.tsv, testdata/validation/standard.csv; 1 to 64 channels, 1 to 200 a side, equal, doubled, "
    "halved and ragged sizes, with and without scale factors, f32 and f64";
constexpr CauseInfo kCauses[] = {
    {"positions in floats",
     "Where an output lies in the input, and how far from its neighbours, is computed in floats.",
     "aten::upsample_*, _upsample_nearest_exact*", "standard",
     "a row, column or plane of the output: linear 4 add (2 with align_corners), 1 mul; cubic 16 (14) add, 13 mul; "
     "nearest 1 mul, exact 3 add (1 less where it lies before the first); 1 div a dim. Small images: each column anew "
     "for each row",
     kProbes},
    {"weights dim by dim", "The neighbours of one dim are weighed after those of another, which multiplies more often.",
     "aten::upsample_bilinear2d, upsample_bicubic2d, upsample_trilinear3d", "standard",
     "an output: bilinear 2 mul, bicubic 4, trilinear 6; small images: 4 mul a pixel (2 where the width stays)",
     kProbes},
    {"channel lanes", "The last 2 or 3 channels of a pixel take 4 or 5 lanes.",
     "aten::upsample_bilinear2d of small images and single pixels", "standard",
     "f32: 2 lanes more when the channels mod 4 are 2 or 3", kProbes},
};
constexpr const CauseInfo& kPositions = kCauses[0];
constexpr const CauseInfo& kWeights = kCauses[1];
constexpr const CauseInfo& kLanes = kCauses[2];

// The kernel that takes all channels of a pixel at a time: for small images, of three channels for large ones too, for
// images whose channels lie together, and for what is one pixel, which lies in memory as if it were stored so.
bool takes_pixel_by_pixel(const Resampling& image) {
  if (image.method == ResamplingMethod::cubic || image.dims() == 1) return false;
  if (image.channels_last && image.channels > 3) return true;
  if (product(image.in) == 1 && image.channels > 3) return true;
  if (image.dims() == 3) return false;
  constexpr std::int64_t kSmall = 128;  // height and width together
  return image.out[0] + image.out[1] <= kSmall || (image.method == ResamplingMethod::linear && image.channels == 3);
}

// The ratio of the sizes, or one over the factor, which is a double.
void add_ratio(const Resampling& image, std::size_t dim, FlopClass of_sizes, std::int64_t times, Explanation& out) {
  if (image.align_corners) {
    if (image.out[dim] > 1) out.add(kPositions, image.classes.div, times);
    return;
  }
  out.add(kPositions, image.scales[dim] ? FlopClass::div_f64 : of_sizes, times);
}

// Where an output lies in the input, as the kernel computes it.
template <typename Float>
Float position_of(const Resampling& image, std::size_t dim, std::int64_t output) {
  const auto size_in = static_cast<Float>(image.in[dim]), size_out = static_cast<Float>(image.out[dim]);
  const auto index = static_cast<Float>(output), half = static_cast<Float>(0.5);
  if (image.align_corners) return image.out[dim] > 1 ? (size_in - 1) / (size_out - 1) * index : 0;
  const Float ratio = image.scales[dim] ? static_cast<Float>(1.0 / *image.scales[dim]) : size_in / size_out;
  return ratio * (index + half) - half;
}

// How many outputs lie before the middle of the first input.
template <typename Float>
std::int64_t outputs_before_first(const Resampling& image, std::size_t dim) {
  std::int64_t count = 0;
  while (count < image.out[dim] && position_of<Float>(image, dim, count) < 0) ++count;
  return count;
}

// How many outputs lie, for the kernel, on an input and not between two: those past the last one, and those whose f64
// position its f32 floor rounds up. Their weights are constants.
template <typename Float>
std::int64_t outputs_on_inputs(const Resampling& image, std::size_t dim) {
  std::int64_t count = 0;
  for (std::int64_t output = 0; output < image.out[dim]; ++output) {
    Float position = position_of<Float>(image, dim, output);
    if (image.method == ResamplingMethod::linear && position < 0) position = 0;
    const auto before =
        std::min<std::int64_t>(static_cast<std::int64_t>(std::floor(static_cast<float>(position))), image.in[dim] - 1);
    const Float distance = position - static_cast<Float>(before);
    if (distance < 0 || !(distance < 1)) ++count;
  }
  return count;
}

std::int64_t outputs_before_first(const Resampling& image, std::size_t dim) {
  return image.classes.f32 ? outputs_before_first<float>(image, dim) : outputs_before_first<double>(image, dim);
}
std::int64_t outputs_on_inputs(const Resampling& image, std::size_t dim) {
  return image.classes.f32 ? outputs_on_inputs<float>(image, dim) : outputs_on_inputs<double>(image, dim);
}

std::int64_t adds_of_position(const Resampling& image) {
  if (image.method == ResamplingMethod::linear) return image.align_corners ? 2 : 4;
  return image.align_corners ? 14 : 16;
}

void explain_dim_by_dim(const Resampling& image, Explanation& out) {
  const PrecisionClasses& classes = image.classes;
  for (std::size_t dim = 0; dim < image.dims(); ++dim) {
    const std::int64_t size = image.out[dim];
    add_ratio(image, dim, classes.div, 1, out);
    switch (image.method) {
      case ResamplingMethod::nearest: out.add(kPositions, classes.mul, size); break;
      case ResamplingMethod::nearest_exact:
        out.add(kPositions, classes.mul, size);
        out.add(kPositions, classes.add, 3 * size - outputs_before_first(image, dim));
        break;
      case ResamplingMethod::linear:
        if (image.stays(dim)) break;
        out.add(kPositions, classes.mul, size);
        out.add(kPositions, classes.add, adds_of_position(image) * size - outputs_on_inputs(image, dim));
        break;
      case ResamplingMethod::cubic: {
        const std::int64_t constant = classes.f32 ? 0 : outputs_on_inputs(image, dim);
        out.add(kPositions, classes.mul, 13 * size - 12 * constant);
        out.add(kPositions, classes.add, adds_of_position(image) * size - 13 * constant);
        break;
      }
      case ResamplingMethod::lanczos: break;  // antialiased only
    }
  }
  // The sum of the neighbours over 1, 2, ... dims against their product.
  const std::int64_t outputs = image.pixels() * image.channels;
  if (image.method == ResamplingMethod::linear)
    out.add(kWeights, classes.mul, (image.dims() == 3 ? 6 : image.dims() == 2 ? 2 : 0) * outputs);
  if (image.method == ResamplingMethod::cubic) out.add(kWeights, classes.mul, 4 * outputs);
}

void explain_lanes(const Resampling& image, std::int64_t adds, std::int64_t muls, Explanation& out) {
  if (!image.classes.f32 || image.channels % 4 < 2) return;
  out.add(kLanes, image.classes.add, 2 * adds * image.pixels());
  out.add(kLanes, image.classes.mul, 2 * muls * image.pixels());
}

void explain_linear_pixels(const Resampling& image, Explanation& out) {
  const PrecisionClasses& classes = image.classes;
  const std::int64_t rows = image.batch * image.out[0];
  if (!image.stays(0)) {
    out.add(kPositions, classes.mul, rows);
    out.add(kPositions, classes.add, adds_of_position(image) * rows - image.batch * outputs_on_inputs(image, 0));
  }
  if (!image.stays(1)) {
    out.add(kPositions, classes.mul, image.pixels());
    const std::int64_t constant = rows * outputs_on_inputs(image, 1);
    out.add(kPositions, classes.add, adds_of_position(image) * image.pixels() - constant);
    out.add(kWeights, classes.mul, -2 * constant);
  }
  for (std::size_t dim = 0; dim < 2; ++dim) add_ratio(image, dim, classes.div, 1, out);
  out.add(kWeights, classes.mul, (image.stays(1) ? 2 : 4) * image.pixels());
  explain_lanes(image, 3, 4, out);
}

// One voxel into a volume.
void explain_trilinear_pixels(const Resampling& image, Explanation& out) {
  if (image.stays(0) || image.stays(1) || image.stays(2))
    return out.refuse("a volume of one voxel with a size of 1 has no model");
  const PrecisionClasses& classes = image.classes;
  const std::int64_t planes = image.batch * image.out[0], rows = planes * image.out[1], voxels = image.pixels();
  for (std::size_t dim = 0; dim < 3; ++dim) {
    add_ratio(image, dim, classes.div, 1, out);
  }
  out.add(kPositions, classes.mul, planes + rows + voxels);
  out.add(kPositions, classes.add,
          adds_of_position(image) * (planes + rows + voxels) - image.batch * outputs_on_inputs(image, 0) -
              planes * outputs_on_inputs(image, 1) - rows * outputs_on_inputs(image, 2));
  out.add(kWeights, classes.mul, 4 * rows + 8 * voxels);
  explain_lanes(image, 7, 8, out);
}

// A size that stays or doubles needs no position. The ratio is a float whatever the type.
void explain_nearest_pixels(const Resampling& image, Explanation& out) {
  for (std::size_t dim = 0; dim < image.dims(); ++dim) {
    if (image.stays(dim) || image.out[dim] == 2 * image.in[dim]) continue;
    add_ratio(image, dim, FlopClass::div_f32, image.pixels(), out);
    out.add(kPositions, FlopClass::mul_f32, image.pixels());
  }
}

// Where the channels of an image do not fill a vector, the ratio is kept over the loop, once before it and once in its
// first turn; but not in f64 where a factor is given.
void explain_exact_pixels(const Resampling& image, Explanation& out) {
  const bool fills = image.dims() == 3 || image.channels >= (image.classes.f32 ? 8 : 4);
  for (std::size_t dim = 0; dim < image.dims(); ++dim) {
    const bool anew = fills || (image.scales[dim] && !image.classes.f32);
    const std::int64_t kept = std::min<std::int64_t>(image.pixels(), 2);
    add_ratio(image, dim, FlopClass::div_f32, anew ? image.pixels() : kept, out);
    if (!fills && anew) out.add(kPositions, FlopClass::div_f32, 1);
    out.add(kPositions, FlopClass::add_f64, image.pixels());
    out.add(kPositions, FlopClass::mul_f64, image.pixels());
  }
}

// Images whose channels lie together are read as they lie; all else is copied row by row.
std::optional<Resampling> read_laid_out(const KernelCall& call, ResamplingMethod method, Explanation& out) {
  auto image = read_resampling(call, method, out);
  if (!image) return std::nullopt;
  image->channels_last = lies_by_channel_at(call, 0) == true;
  if (!image->channels_last) check_layout(call, Layout::copied, out);
  return image;
}

template <ResamplingMethod method>
void explain(const KernelCall& call, Explanation& out) {
  const auto image = read_laid_out(call, method, out);
  if (!image || image->pixels() * image->channels == 0) return;
  if (image->computes_size) out.add(kPositions, FlopClass::mul_f64, static_cast<std::int64_t>(image->dims()));
  const bool one_to_one = product(image->in) == 1 && product(image->out) == 1;
  if (one_to_one && method == ResamplingMethod::linear)
    return out.refuse("one element resampled to one element has no model");
  if (!takes_pixel_by_pixel(*image)) return explain_dim_by_dim(*image, out);
  if (method == ResamplingMethod::nearest) return explain_nearest_pixels(*image, out);
  if (method == ResamplingMethod::nearest_exact) return explain_exact_pixels(*image, out);
  if (image->dims() == 3) return explain_trilinear_pixels(*image, out);
  explain_linear_pixels(*image, out);
}

constexpr auto kNearest = explain<ResamplingMethod::nearest>;
constexpr auto kExact = explain<ResamplingMethod::nearest_exact>;
constexpr auto kLinear = explain<ResamplingMethod::linear>;
constexpr auto kCubic = explain<ResamplingMethod::cubic>;

constexpr KernelModel kModels[] = {
    {"aten::_upsample_nearest_exact1d", kExact, Layout::any},
    {"aten::_upsample_nearest_exact1d.vec", kExact, Layout::any},
    {"aten::_upsample_nearest_exact2d", kExact, Layout::any},
    {"aten::_upsample_nearest_exact2d.vec", kExact, Layout::any},
    {"aten::_upsample_nearest_exact3d", kExact, Layout::any},
    {"aten::_upsample_nearest_exact3d.vec", kExact, Layout::any},
    {"aten::upsample_bicubic2d", kCubic, Layout::any},
    {"aten::upsample_bicubic2d.vec", kCubic, Layout::any},
    {"aten::upsample_bilinear2d", kLinear, Layout::any},
    {"aten::upsample_bilinear2d.vec", kLinear, Layout::any},
    {"aten::upsample_linear1d", kLinear, Layout::any},
    {"aten::upsample_linear1d.vec", kLinear, Layout::any},
    {"aten::upsample_nearest1d", kNearest, Layout::any},
    {"aten::upsample_nearest1d.vec", kNearest, Layout::any},
    {"aten::upsample_nearest2d", kNearest, Layout::any},
    {"aten::upsample_nearest2d.vec", kNearest, Layout::any},
    {"aten::upsample_nearest3d", kNearest, Layout::any},
    {"aten::upsample_nearest3d.vec", kNearest, Layout::any},
    {"aten::upsample_trilinear3d", kLinear, Layout::any},
    {"aten::upsample_trilinear3d.vec", kLinear, Layout::any},
};

}  // namespace

std::span<const KernelModel> resampling_models() { return kModels; }
std::span<const CauseInfo> resampling_causes() { return kCauses; }

}  // namespace flopaudit
