// Ops on quantized images that are no layers: pooling, resampling, normalization and means. Those whose channels lie
// together have loops of their own, which go over the channels of a pixel in vectors.
#include <algorithm>
#include <vector>

#include "analyzer/audit/causes/elements.h"
#include "analyzer/audit/causes/parts.h"
#include "analyzer/audit/causes/quantized_call.h"
#include "analyzer/ops/fact_access.h"

namespace flopaudit {
namespace {

constexpr const char* kProbes =
    "images of 1 to 70 channels, 3 to 9 rows and columns, row by row and by channel, 1 to 6 rows and columns of output";
constexpr CauseInfo kCauses[] = {
    {"windows of quantized numbers",
     "Each output's sum of integers is brought to its scale; where a window begins and ends is a division each, "
     "rounded, once for a plane, or for an image whose channels lie together.",
     "aten::adaptive_avg_pool2d, avg_pool2d of quantized tensors", "standard",
     "adaptive: 2 + 2*oh + 2*oh*ow add and 2 + 3*oh + 3*oh*ow div a plane (by channel 2 + 2*oh + 5*oh*ow div an image, "
     "and 1 add, 1 mul, 1 div an output), 1 mul an output; average: 1 add, 1 mul an output, and 1 div in f64 (by "
     "channel in f32, and 3 div a pixel)",
     kProbes},
    {"integers averaged",
     "Over innermost dims integers are added up and divided once; else the kernel is the op in f32 between both "
     "conversions.",
     "aten::mean of quantized tensors", "standard", "1 div a result; or the sum of the parts", kProbes},
    {"pixels between quantized ones",
     "Source positions are computed for each row and column of each plane, or for each pixel where channels lie "
     "together; positions before the first are cut to it.",
     "aten::upsample_nearest2d, upsample_bilinear2d of quantized tensors", "standard",
     "nearest: 1 mul a column and 1 a row of each plane (by channel 2 a pixel); bilinear: 2 add and 1 mul a column, 2 "
     "add and 1 mul a row, 5 add, 7 mul and 1 div an output (by channel 4 add and 2 mul a pixel beside them); corners "
     "not aligned: 2 add more a position; 2 div where scales are made of sizes",
     kProbes},
    {"statistics folded into a scale",
     "Each channel's statistics and parameters become a factor and a summand, which its numbers take in vectors of 64, "
     "what is left of a pixel's channels in vectors of 8 and one by one.",
     "quantized::batch_norm", "standard",
     "a channel 2 add, 3 mul, 1 div, 1 sqrt and 1 mul, 1 div in f64; a lane of a vector 2 add, 3 mul, 2 div a vector; "
     "past them 1 add, 1 mul a number",
     kProbes},
    {"integers summed for a row's statistics",
     "Sums and squares of a row are those of its integers; its numbers are brought to f32 and back in vectors of 32.",
     "quantized::layer_norm", "standard",
     "a row 2 add, 3 mul, 2 div and 1 add, 1 div, 1 sqrt in f64; a number in a vector 6 add, 7 mul, 4 div a vector; "
     "past them 3 add, 4 mul, 1 div; 1 div a call",
     kProbes},
    {"integers summed for a group's statistics",
     "Sums and squares of a group are those of its integers; each channel's numbers take one factor and one summand, "
     "in "
     "vectors of 32 padded by 8, or pixel by pixel where channels lie together.",
     "quantized::group_norm, instance_norm", "standard",
     "a group 2 add, 3 mul, 2 div and 1 add, 1 div, 1 sqrt in f64; a plane 1 mul, 2 add and 1 mul a number padded to "
     "8, "
     "1 add and 2 mul a number padded to 32, 1 div a vector; by channel 1 add, 2 mul a channel of an image, 2 add and "
     "3 "
     "mul a number, 1 div a vector of 32 and a number past it; 1 div a call",
     kProbes},
};
constexpr const CauseInfo& kWindows = kCauses[0];
constexpr const CauseInfo& kMeans = kCauses[1];
constexpr const CauseInfo& kPixels = kCauses[2];
constexpr const CauseInfo& kFolded = kCauses[3];
constexpr const CauseInfo& kRows = kCauses[4];
constexpr const CauseInfo& kGroups = kCauses[5];

// Four dims of 8 bits, and how they lie.
struct Image {
  std::int64_t batch, channels, rows, columns;  // of the result
  std::int64_t in_rows, in_columns;
  bool by_channel;
  std::int64_t pixels() const { return batch * rows * columns; }
  std::int64_t planes() const { return batch * channels; }
  std::int64_t outputs() const { return pixels() * channels; }
};

std::optional<Image> image_of(const KernelCall& call, Explanation& out) {
  const auto from = sizes_at(call.inputs, 0), to = sizes_at(call.outputs, 0);
  const auto refuse = [&out](const char* why) {
    out.refuse(why);
    return std::nullopt;
  };
  if (!is_of_8_bits(dtype_at_place(call.inputs, 0))) return refuse("only numbers of 8 bits have a model");
  if (!from || !to || from->size() != 4 || to->size() != 4) return refuse("only batches of images have a model");
  if (product(*to) == 0) return refuse("an image of nothing has no model");
  const auto strides = strides_at(call, 0);
  const auto by_channel = lies_by_channel_at(call, 0);
  if (!strides || !by_channel) return refuse("it is not known how an operand lies in memory");
  // One channel, and one pixel, lie both ways, which LibTorch takes for the one by channel.
  const bool takes_channels = *by_channel || (*from)[1] == 1 || (*from)[2] * (*from)[3] == 1;
  if (!takes_channels && !lie_together_at(call, 0, 0)) return refuse("an image with gaps has no model");
  return Image{(*to)[0], (*to)[1], (*to)[2], (*to)[3], (*from)[2], (*from)[3], takes_channels};
}

std::optional<FlopIntervals> annotated_in_floats(const KernelCall& call, Explanation& out) {
  const Work work = without_quantized(call.work);
  return annotated_of({call.op, call.inputs, call.outputs, work, call.strides}, out);
}

void explain_adaptive_pool(const KernelCall& call, Explanation& out) {
  const auto image = image_of(call, out);
  const auto annotated = annotated_in_floats(call, out);
  if (!image || !annotated) return;
  const std::int64_t bounds = 2 + 2 * image->rows, windows = image->rows * image->columns;
  FlopIntervals whole;
  if (image->by_channel) {
    const std::int64_t each = image->batch;
    whole = counts_f32(each * (bounds + 2 * windows) + image->outputs(), image->outputs(),
                       each * (bounds + 5 * windows) + image->outputs());
  } else {
    const std::int64_t each = image->planes();
    whole = counts_f32(each * (bounds + 2 * windows), image->outputs(), each * (2 + 3 * image->rows + 3 * windows));
    add_point(whole, FlopClass::div_f64, each);
  }
  out.add_rest(kWindows, *annotated, whole);
}

void explain_average_pool(const KernelCall& call, Explanation& out) {
  const auto image = image_of(call, out);
  const auto annotated = annotated_in_floats(call, out);
  if (!image || !annotated) return;
  const std::int64_t outputs = image->outputs();
  FlopIntervals whole = counts_f32(outputs, outputs, image->by_channel ? outputs + 3 * image->pixels() : 0);
  if (!image->by_channel) add_point(whole, FlopClass::div_f64, outputs);
  out.add_rest(kWindows, *annotated, whole);
}

void explain_mean(const KernelCall& call, Explanation& out) {
  const auto sizes = sizes_at(call.inputs, 0), result = sizes_at(call.outputs, 0);
  const auto annotated = annotated_in_floats(call, out);
  const bool whole_mean = call.op == "aten::mean";
  if (!sizes || !result || !annotated) return out.refuse("the shape is not known");
  const auto dtype = dtype_at_place(call.inputs, 0);
  if (!is_of_8_bits(dtype)) return out.refuse("only numbers of 8 bits have a model");
  const auto reduced =
      whole_mean ? std::optional(std::vector<bool>(sizes->size(), true)) : reduced_dims_at(call, 1, sizes->size());
  if (!reduced) return out.refuse("the dims are not known");
  const bool innermost = std::is_sorted(reduced->begin(), reduced->end());
  if (innermost && lie_together_at(call, 0, 0)) {
    return out.add_rest(kMeans, *annotated, counts_f32(0, 0, product(*result)));
  }
  Parts parts(out);
  Facts inputs = call.inputs;
  inputs[0] = part_tensor(DType::f32, *sizes);
  parts.add(call.op, inputs, 1, call.strides);
  parts.add(dequantizing(product(*sizes), *dtype));
  parts.add(quantizing(product(*result), *dtype));
  parts.explain(kMeans, *annotated);
}

// --- resampling: (input, output_size, [align_corners,] scale_factors) ---

// Positions of an axis that are not cut to the first.
std::int64_t inside(std::int64_t from, std::int64_t to, std::optional<double> factor) {
  const float scale = factor ? static_cast<float>(1.0 / *factor) : static_cast<float>(from) / static_cast<float>(to);
  std::int64_t count = 0;
  for (std::int64_t i = 0; i < to; ++i) {
    if (scale * (static_cast<float>(i) + 0.5F) - 0.5F >= 0) ++count;
  }
  return count;
}

// Nothing: none are given.
std::optional<double> factor_at(const KernelCall& call, std::size_t place, std::size_t axis) {
  const auto* list = place < call.inputs.size() ? call.inputs[place].get<ListFact>() : nullptr;
  if (list == nullptr || !*list->elements || axis >= (*list->elements)->size()) return std::nullopt;
  return number_of((**list->elements)[axis]);
}

void explain_nearest(const KernelCall& call, Explanation& out) {
  const auto image = image_of(call, out);
  const auto annotated = annotated_in_floats(call, out);
  if (!image || !annotated) return;
  const bool same = image->rows == image->in_rows && image->columns == image->in_columns;
  const std::int64_t made = is_none_at(call.inputs, 2) ? 2 : 0;  // scales, of sizes
  FlopIntervals whole;
  if (image->by_channel) {
    whole = same ? FlopIntervals() : counts_f32(0, 2 * image->pixels(), made);
  } else {
    whole = counts_f32(0, same ? 0 : image->columns + image->planes() * image->rows, made);
  }
  out.add_rest(kPixels, *annotated, whole);
}

void explain_bilinear(const KernelCall& call, Explanation& out) {
  const auto image = image_of(call, out);
  const auto annotated = annotated_in_floats(call, out);
  const auto aligned = bool_at_place(call.inputs, 2);
  if (!image || !annotated || !aligned) return out.refuse("an operand is not known");
  const bool same = image->rows == image->in_rows && image->columns == image->in_columns;
  if (same && !image->by_channel) return out.add_rest(kPixels, *annotated, {});
  std::int64_t rows_inside = 0, columns_inside = 0;
  if (!*aligned) {
    rows_inside = inside(image->in_rows, image->rows, factor_at(call, 3, 0));
    columns_inside = inside(image->in_columns, image->columns, factor_at(call, 3, 1));
  }
  const std::int64_t made = *aligned || is_none_at(call.inputs, 3) ? 2 : 0;
  const std::int64_t outputs = image->outputs();
  FlopIntervals whole;
  if (image->by_channel) {
    const std::int64_t shifted = 2 * image->batch * (rows_inside * image->columns + columns_inside * image->rows);
    whole = counts_f32(5 * outputs + 4 * image->pixels() + shifted, 7 * outputs + 2 * image->pixels(), outputs + made);
  } else {
    const std::int64_t planes = image->planes();
    whole = counts_f32(
        5 * outputs + 2 * image->columns + 2 * planes * image->rows + 2 * columns_inside + 2 * planes * rows_inside,
        7 * outputs + image->columns + planes * image->rows, outputs + made);
  }
  out.add_rest(kPixels, *annotated, whole);
}

// --- normalization ---

// (input, weight, bias, mean, var, eps, scale, zero_point)
void explain_batch_norm(const KernelCall& call, Explanation& out) {
  const auto sizes = sizes_at(call.inputs, 0);
  const auto annotated = annotated_in_floats(call, out);
  if (!sizes || sizes->size() < 2 || !annotated || product(*sizes) == 0) return out.refuse("the shape is not known");
  if (!is_of_8_bits(dtype_at_place(call.inputs, 0))) return out.refuse("only numbers of 8 bits have a model");
  const std::int64_t channels = (*sizes)[1], pixels = product(*sizes) / channels;
  const ChannelRun run = channel_run(channels);
  const std::int64_t in_vectors = channels - run.past;
  FlopIntervals whole = counts_f32(2 * channels, 3 * channels, channels);
  add_point(whole, FlopClass::sqrt_f32, channels);
  add_point(whole, FlopClass::mul_f64, channels);
  add_point(whole, FlopClass::div_f64, channels);
  // A factor and a summand a number; lanes are dequantized and quantized.
  whole += times(pixels,
                 counts_f32(in_vectors + run.lanes + run.past, in_vectors + 2 * run.lanes + run.past, run.reciprocals));
  out.add_rest(kFolded, *annotated, whole);
}

// (input, normalized_shape, weight, bias, eps, scale, zero_point)
void explain_layer_norm(const KernelCall& call, Explanation& out) {
  const auto sizes = sizes_at(call.inputs, 0);
  const auto annotated = annotated_in_floats(call, out);
  const auto* shape = call.inputs[1].get<ListFact>();
  if (!sizes || !annotated || shape == nullptr || !*shape->elements) return out.refuse("the shape is not known");
  if (!is_of_8_bits(dtype_at_place(call.inputs, 0))) return out.refuse("only numbers of 8 bits have a model");
  const std::size_t dims = (*shape->elements)->size();
  if (dims > sizes->size() || product(*sizes) == 0) return out.refuse("a row of nothing has no model");
  constexpr std::int64_t kVector = 32;
  const std::int64_t length = product(*sizes, sizes->size() - dims), rows = product(*sizes) / length;
  const std::int64_t vectors = length / kVector, past = length % kVector;
  FlopIntervals whole = times(rows, counts_f32(6 * kVector * vectors + 3 * past + 2,
                                               7 * kVector * vectors + 4 * past + 3, 4 * vectors + past + 2));
  whole += counts_f32(0, 0, 1);
  for (const FlopClass flop_class : {FlopClass::add_f64, FlopClass::div_f64, FlopClass::sqrt_f64}) {
    add_point(whole, flop_class, rows);
  }
  out.add_rest(kRows, *annotated, whole);
}

// (input, groups, weight, bias, eps, scale, zero_point); instance_norm is one group a channel, without the number.
// Integers are summed for the statistics of a group; its numbers become others by a factor and a summand a channel.
void explain_group_norm(const KernelCall& call, Explanation& out) {
  const auto sizes = sizes_at(call.inputs, 0);
  const auto annotated = annotated_in_floats(call, out);
  if (!sizes || sizes->size() < 2 || !annotated || product(*sizes) == 0) return out.refuse("the shape is not known");
  if (!is_of_8_bits(dtype_at_place(call.inputs, 0))) return out.refuse("only numbers of 8 bits have a model");
  const bool instance = call.op == "quantized::instance_norm";
  const auto groups = instance ? std::optional(Sizes{(*sizes)[1]}) : ints_at_place(call.inputs, 1, 1);
  if (!groups) return out.refuse("the groups are not known");
  if (is_none_at(call.inputs, instance ? 1 : 2) || is_none_at(call.inputs, instance ? 2 : 3)) {
    return out.refuse("a norm without parameters has no model");
  }
  const std::int64_t rows = (*sizes)[0] * groups->front(), planes = (*sizes)[0] * (*sizes)[1];
  const std::int64_t length = product(*sizes, 2);
  // One channel, and one pixel, lie both ways, which LibTorch takes for the one by channel.
  const bool by_channel =
      sizes->size() == 4 && ((*sizes)[1] == 1 || length == 1 || lies_by_channel_at(call, 0) == true);
  if (!by_channel && !lie_together_at(call, 0, 0)) return out.refuse("an image with gaps has no model");
  constexpr std::int64_t kVector = 32, kPart = 8;
  FlopIntervals whole = counts_f32(2 * rows, 3 * rows, 2 * rows + 1);
  for (const FlopClass flop_class : {FlopClass::add_f64, FlopClass::div_f64, FlopClass::sqrt_f64}) {
    add_point(whole, flop_class, rows);
  }
  if (by_channel) {
    const std::int64_t channels = (*sizes)[1] / groups->front();  // of a group, which lie together
    const std::int64_t vectors = channels / kVector, past = channels % kVector;
    whole += counts_f32(planes, 2 * planes, 0);
    whole += times(rows * length, counts_f32(2 * channels, 3 * channels, vectors + past));
  } else {
    const std::int64_t lanes = round_up(length, kVector), parts = round_up(length, kPart);
    whole += times(planes, counts_f32(2 * parts + lanes, 2 * lanes + parts + 1, blocks_of(length, kVector)));
  }
  out.add_rest(kGroups, *annotated, whole);
}

constexpr auto kAny = Layout::any;
constexpr KernelModel kModels[] = {
    {"aten::quantized_batch_norm", explain_batch_norm, kAny},
    {"quantized::batch_norm", explain_batch_norm, kAny},
    {"quantized::batch_norm1d", explain_batch_norm, kAny},
    {"quantized::batch_norm1d_relu", explain_batch_norm, kAny},
    {"quantized::batch_norm2d", explain_batch_norm, kAny},
    {"quantized::batch_norm2d_relu", explain_batch_norm, kAny},
    {"quantized::batch_norm3d", explain_batch_norm, kAny},
    {"quantized::batch_norm3d_relu", explain_batch_norm, kAny},
    {"quantized::batch_norm_relu", explain_batch_norm, kAny},
    {"quantized::group_norm", explain_group_norm, kAny},
    {"quantized::instance_norm", explain_group_norm, kAny},
    {"quantized::layer_norm", explain_layer_norm},
};

constexpr KernelModel kOfQuantized[] = {
    {"aten::adaptive_avg_pool2d", explain_adaptive_pool, kAny},
    {"aten::avg_pool2d", explain_average_pool, kAny},
    {"aten::mean", explain_mean, kAny},
    {"aten::mean.dim", explain_mean, kAny},
    {"aten::upsample_bilinear2d.vec", explain_bilinear, kAny},
    {"aten::upsample_nearest2d.vec", explain_nearest, kAny},
};

}  // namespace

// Whole vectors of 64; from 8 numbers on what is left is worked on in vectors of 8, converted in half vectors of 32.
ChannelRun channel_run(std::int64_t channels) {
  constexpr std::int64_t kVector = 64, kHalf = 32, kPart = 8;
  const std::int64_t vectors = channels / kVector, rest = channels % kVector;
  const std::int64_t part = rest / kPart * kPart;
  return {vectors * kVector + round_up(part, kHalf), rest - part, 2 * vectors + blocks_of(part, kHalf)};
}

std::span<const KernelModel> quantized_image_models() { return kModels; }
std::span<const KernelModel> quantized_image_operand_models() { return kOfQuantized; }
std::span<const CauseInfo> quantized_image_causes() { return kCauses; }

}  // namespace flopaudit
