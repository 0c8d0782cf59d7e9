// batch_norm with running statistics: one scale and shift a channel, then a mul and an add over vectors of 256 bits.
// layer_norm and group_norm: Welford's moments in vectors, merged pairwise; instance_norm and batch statistics: sums in
// f64, element by element.
#include <algorithm>

#include "analyzer/audit/causes/inner_loops.h"
#include "analyzer/audit/causes/parts.h"
#include "analyzer/audit/causes/shared_models.h"
#include "analyzer/audit/layouts.h"

namespace flopaudit {
namespace {

constexpr const char* kMoments =
    "testdata/audit/probes.tsv, testdata/validation/standard.csv: rows of 1 to 4096, f32 and f64";
constexpr CauseInfo kCauses[] = {
    {"padded lanes",
     "Each channel's map is done in vectors of 256 bits, the last one whole; maps of one element, and maps whose "
     "channels lie together, go by channel.",
     "aten::batch_norm in eval mode", "standard, avx2",
     "N*C*(pad(HW) - HW) add and mul, by channel N*HW*(pad(C) - C); pad to 8 in f32, to 4 in f64",
     "testdata/audit/probes.tsv: maps of 1, 9, 16, 35, 49, 784, 3136 and 12544 elements, f32 and f64"},
    {"scale and shift folded", "The scale and the shift of a channel are computed also where weight or bias are None.",
     "aten::batch_norm in eval mode without weight or bias", "standard, avx2",
     "without bias: C add and C mul (the shift), as an affine one has",
     "testdata/audit/probes.tsv: with both, with weight only, with neither, f32 and f64"},
    {"moments by Welford",
     "Mean and variance are updated element by element in the lanes of a vector, in chunks of 16 vectors that are "
     "merged pairwise, and the lanes at the end.",
     "aten::layer_norm, group_norm", "standard",
     "D = vectors*V + tail, V = 8 (f64: 4): 4*D + 4*V*merges + 4*V add, 2*vectors*V + tail + 3*V*merges + 4*V mul, "
     "merges + V + tail + 1 div a row",
     kMoments},
    {"normalised in vectors", "A row is scaled and shifted in whole vectors when affine; in group_norm by channel.",
     "aten::layer_norm, group_norm", "standard",
     "affine: D padded to 8 (f64: 4), 2 add and 2 mul each; else D, 2 add and 1 mul; group_norm: D and 1 a channel",
     kMoments},
    {"statistics in f64", "Batch statistics are summed in f64, two adds an element: the mean, then the squares.",
     "aten::instance_norm, batch_norm in training mode and its native forms", "standard",
     "an element: 2 add in f64, 1 add and 1 mul; a channel: 1 add, 2 div, 1 sqrt in f64; running statistics: 1 div, 3 "
     "add, 3 mul a channel, and 1 add, 1 mul in f64",
     kMoments},
    {"norm as its parts", "The norm is put together from other ops.",
     "aten::rms_norm; instance_norm by running statistics", "standard",
     "rms_norm: a square, a mean, an add of eps, an rsqrt, a mul, with a weight one more; instance_norm: batch_norm of "
     "one "
     "sample that has all channels",
     "rows of 2 to 100, f32 and f64; testdata/validation/standard.csv"},
    {"weight norm in vectors", "Norms and scaled elements are done in vectors of 256 bits.",
     "aten::_weight_norm, _weight_norm_interface", "standard",
     "a row of D, the first dim kept: D - 1 add, D mul (a vector where D is less), 1 div, 1 sqrt, and D padded to a "
     "vector "
     "mul; R rows of C columns, the last dim kept: R*pad(C) + C add, 2*R*pad(C) mul, pad(C) div, C sqrt",
     "rows of 1 to 100 elements either way, f32 and f64"},
    {"elements that lie apart",
     "An input that lies neither by channel nor by pixel is normalised element by element; the channels' factors are "
     "made by other ops.",
     "aten::batch_norm and its native forms in eval mode", "standard",
     "an element: 2 add, 2 mul; and add.Scalar, sqrt, reciprocal of C", "1 to 16 channels in six layouts, f32 and f64"},
};
constexpr const CauseInfo& kPaddedLanes = kCauses[0];
constexpr const CauseInfo& kFolded = kCauses[1];
constexpr const CauseInfo& kWelford = kCauses[2];
constexpr const CauseInfo& kNormalised = kCauses[3];
constexpr const CauseInfo& kInF64 = kCauses[4];
constexpr const CauseInfo& kParts = kCauses[5];
constexpr const CauseInfo& kWeightNorm = kCauses[6];
constexpr const CauseInfo& kSpread = kCauses[7];

struct Affine {
  bool weight = false, bias = false;
};

// --- by running statistics ---

// All channels of a pixel lie together, and nothing between.
bool lies_by_pixel(const KernelCall& call) { return lies_by_channel_at(call, 0) == true && memory_order_at(call, 0); }

// An input that lies neither by channel nor by pixel is done element by element, its channels' factors by other ops.
void explain_spread_batch_norm(const KernelCall& call, const PrecisionClasses& classes, Explanation& out) {
  const auto input = sizes_at(call.inputs, 0);
  const auto strides = strides_at(call, 0);
  const auto annotated = annotated_of(call, out);
  if (!annotated) return;
  if (!strides) return out.refuse("it is not known how an operand lies in memory");
  if (input->size() > 4 && (*strides)[1] == 1) return out.refuse("volumes whose channels lie together have no model");
  const Fact channel = part_tensor(*dtype_at_place(call.inputs, 0), {(*input)[1]});
  FlopIntervals elements;
  add_point(elements, classes.add, 2 * product(*input));
  add_point(elements, classes.mul, 2 * product(*input));
  Parts parts(out);
  parts.add("aten::add.Scalar", {channel, Fact::floating(1e-5), Fact::integer(1)});
  parts.add("aten::sqrt", {channel});
  parts.add("aten::reciprocal", {channel});
  parts.add(elements);
  parts.explain(kSpread, *annotated);
}

void explain_batch_norm_by_running(const KernelCall& call, Explanation& out) {
  const auto input = sizes_at(call.inputs, 0);
  const auto classes = precision_of(dtype_at_place(call.inputs, 0));
  if (!input || input->size() < 2) return out.refuse("the shape is not known");
  if (!classes) return out.refuse("only f32 and f64 have a model");
  const std::int64_t lanes = classes->f32 ? 8 : 4;
  const std::int64_t batch = (*input)[0], channels = (*input)[1], map = product(*input, 2);
  if (!lie_together_at(call, 0, 0) && !lies_by_pixel(call)) return explain_spread_batch_norm(call, *classes, out);
  const bool by_pixel = map == 1 || !lie_together_at(call, 0, 0);
  const std::int64_t padded =
      by_pixel ? batch * map * round_up(channels, lanes) : batch * channels * round_up(map, lanes);
  out.add(kPaddedLanes, classes->add, padded - product(*input));
  out.add(kPaddedLanes, classes->mul, padded - product(*input));
  const bool has_weight = !is_none_at(call.inputs, 1), has_bias = !is_none_at(call.inputs, 2);
  if (has_bias && !has_weight) return out.refuse("a bias without a weight has no model");
  if (has_bias) return;
  out.add(kFolded, classes->add, channels);
  out.add(kFolded, classes->mul, channels);
}

// --- moments of a row, as ATen's RowwiseMoments is structured ---

struct Merges {
  std::int64_t levels = 0;
  std::int64_t all = 0;
  std::int64_t divisions = 0;  // none where both sides are empty
};

// Chunks are merged like the digits of a binary counter: two of a size make one of the next.
Merges merges_of(std::int64_t chunks) {
  std::size_t depth = 0;
  while ((std::int64_t{1} << depth) < chunks) ++depth;
  std::vector<std::int64_t> stack(std::max<std::size_t>(depth, 1), 0);  // chunks in each
  Merges merges;
  merges.levels = static_cast<std::int64_t>(depth);
  const auto merge = [&](std::size_t into, std::int64_t more) {
    ++merges.all;
    stack[into] += more;
    if (stack[into] > 0) ++merges.divisions;
  };
  for (std::int64_t chunk = 1; chunk <= chunks; ++chunk) {
    merge(0, 1);
    std::int64_t digits = chunk;
    for (std::size_t level = 1; level < depth && digits % 2 == 0; ++level, digits /= 2) {
      merge(level, stack[level - 1]);
      stack[level - 1] = 0;
    }
  }
  for (std::size_t level = 1; level < depth; ++level) merge(0, stack[level]);
  return merges;
}

// Mean and variance of one row, without the root.
FlopIntervals moments_of(std::int64_t length, const PrecisionClasses& classes) {
  constexpr std::int64_t kChunk = 16;
  const std::int64_t lanes = classes.f32 ? 8 : 4;
  const std::int64_t vectors = length / lanes, tail = length % lanes;
  const Merges merges = merges_of(blocks_of(vectors, kChunk));
  FlopIntervals total;
  add_point(total, classes.add, 4 * length + 4 * lanes * merges.all + 4 * lanes);
  add_point(total, classes.mul, 2 * vectors * lanes + tail + 3 * lanes * merges.all + 4 * lanes);
  add_point(total, classes.div, merges.divisions + lanes + tail + 1);
  // More than 4 levels are merged at the end by other code in f32: 12 lanes more each. Seen at 5 and 8 levels.
  const std::int64_t more = classes.f32 && merges.levels > 4 ? 12 * (merges.levels - 1) : 0;
  add_point(total, classes.add, more);
  add_point(total, classes.mul, more);
  return total;
}

// The elements past a multiple of 4 of a plain loop in f32: a pair takes a vector of 4.
std::int64_t with_pair(std::int64_t count, const PrecisionClasses& classes) {
  return count + (classes.f32 && count % 4 >= 2 ? 2 : 0);
}

void explain_layer_norm(const KernelCall& call, Explanation& out) {
  const auto input = sizes_at(call.inputs, 0);
  const auto normalised = ints_at_place(call.inputs, 1, 1);
  const auto classes = precision_of(dtype_at_place(call.inputs, 0));
  if (!input || !normalised) return out.refuse("the shape is not known");
  if (!classes) return out.refuse("only f32 and f64 have a model");
  const std::int64_t length = product(*normalised);
  if (product(*input) == 0) return;
  const std::int64_t rows = product(*input) / length;
  const Affine affine = {!is_none_at(call.inputs, 2), !is_none_at(call.inputs, 3)};
  if (affine.bias && !affine.weight) return out.refuse("a bias without a weight has no model");
  FlopIntervals row = moments_of(length, *classes);
  add_point(row, classes->add, 1);  // eps
  add_point(row, classes->div, 1);
  add_point(row, classes->sqrt, 1);
  const auto annotated = annotated_of(call, out);
  if (!annotated) return;
  const std::int64_t lanes = affine.bias     ? round_up(length, classes->f32 ? 8 : 4)
                             : affine.weight ? with_pair(length, *classes)
                                             : length;
  out.add(kNormalised, classes->add, rows * 2 * (lanes - length));
  out.add(kNormalised, classes->mul, rows * (affine.weight ? 2 : 1) * (lanes - length));
  add_point(row, classes->add, 2 * lanes);
  add_point(row, classes->mul, (affine.weight ? 2 : 1) * lanes);
  out.add_rest(kWelford, *annotated, times(rows, row));
}

template <std::size_t groups_place, std::size_t weight_place>
void explain_group_norm(const KernelCall& call, Explanation& out) {
  const auto input = sizes_at(call.inputs, 0);
  const auto groups = ints_at_place(call.inputs, groups_place, 1);
  const auto classes = precision_of(dtype_at_place(call.inputs, 0));
  if (!input || !groups || input->size() < 2) return out.refuse("the shape is not known");
  if (!classes) return out.refuse("only f32 and f64 have a model");
  if (product(*input) == 0) return;
  const std::int64_t rows = (*input)[0] * groups->front();
  const std::int64_t length = product(*input) / rows, channels = (*input)[0] * (*input)[1];
  const bool weight = !is_none_at(call.inputs, weight_place), bias = !is_none_at(call.inputs, weight_place + 1);
  if (weight != bias) return out.refuse("a weight or a bias alone has no model");
  const auto annotated = annotated_of(call, out);
  if (!annotated) return;
  FlopIntervals whole = times(rows, moments_of(length, *classes));
  // The root and its reciprocal are f64, also of f32 statistics.
  add_point(whole, FlopClass::add_f64, rows);
  add_point(whole, FlopClass::div_f64, rows);
  add_point(whole, FlopClass::sqrt_f64, rows);
  const std::int64_t map = product(*input, 2);
  const std::int64_t elements = weight ? channels * with_pair(map, *classes) : rows * with_pair(length, *classes);
  add_point(whole, classes->add, elements + (weight ? channels : 0));
  add_point(whole, classes->mul, elements + (weight ? 2 * channels : 0));
  out.add_rest(kWelford, *annotated, whole);
}

// --- statistics over a batch ---

// `channels` sums of `length` elements each, in maps of `map` neighbours.
FlopIntervals batch_statistics(std::int64_t channels, std::int64_t length, std::int64_t map,
                               const PrecisionClasses& classes) {
  const std::int64_t padded = length / map * round_up(map, classes.f32 ? 8 : 4);
  FlopIntervals one;
  add_point(one, FlopClass::add_f64, 2 * length + 1);
  add_point(one, FlopClass::div_f64, 2);
  add_point(one, FlopClass::sqrt_f64, 1);
  add_point(one, classes.add, length + padded + 1);
  add_point(one, classes.mul, length + padded + 1);
  add_point(one, classes.div, 1);
  return times(channels, one);
}

// Statistics of `channels` channels, and the running ones that they are mixed into.
void explain_by_batch(const KernelCall& call, std::int64_t channels, std::int64_t length, std::int64_t map,
                      bool keeps_running, Explanation& out) {
  const auto classes = precision_of(dtype_at_place(call.inputs, 0));
  const auto annotated = annotated_of(call, out);
  if (!classes) return out.refuse("only f32 and f64 have a model");
  if (!annotated || channels * length == 0) return;
  FlopIntervals whole = batch_statistics(channels, length, map, *classes);
  if (!is_none_at(call.inputs, 1)) add_point(whole, classes->mul, channels);
  if (keeps_running) {
    add_point(whole, classes->add, 3 * channels);
    add_point(whole, classes->mul, 3 * channels);
    add_point(whole, classes->div, channels);
    add_point(whole, FlopClass::add_f64, channels);
    add_point(whole, FlopClass::mul_f64, channels);
  }
  out.add_rest(kInF64, *annotated, whole);
}

// One sample that has all channels of all of them.
void explain_running_instances(const KernelCall& call, Explanation& out) {
  Sizes one = *sizes_at(call.inputs, 0);
  const auto dtype = dtype_at_place(call.inputs, 0);
  const auto annotated = annotated_of(call, out);
  if (!dtype || !annotated) return out.refuse("the type is not known");
  if (is_none_at(call.inputs, 3) || is_none_at(call.inputs, 4)) return out.refuse("there are no running statistics");
  one[1] *= one[0];
  one[0] = 1;
  const Fact channel = part_tensor(*dtype, {one[1]});
  const auto repeated = [&](std::size_t place) { return is_none_at(call.inputs, place) ? Fact::none() : channel; };
  Parts parts(out);
  parts.add("aten::batch_norm",
            {part_tensor(*dtype, one), repeated(1), repeated(2), channel, channel, Fact::boolean(false),
             Fact::floating(0.1), Fact::floating(1e-5), Fact::boolean(false)});
  parts.explain(kParts, *annotated);
}

void explain_instance_norm(const KernelCall& call, Explanation& out) {
  const auto input = sizes_at(call.inputs, 0);
  const auto by_input = bool_at_place(call.inputs, 5);
  if (!input || input->size() < 3) return out.refuse("the shape is not known");
  if (product(*input) == 0) return;
  if (by_input == false) return explain_running_instances(call, out);
  if (!by_input || !is_none_at(call.inputs, 3) || !is_none_at(call.inputs, 4))
    return out.refuse("running statistics beside the input's have no model");
  const std::int64_t map = product(*input, 2);
  explain_by_batch(call, (*input)[0] * (*input)[1], map, map, false, out);
}

// Mean and variance of each channel alone, and the running ones that they are mixed into.
void explain_updated_statistics(const KernelCall& call, Explanation& out) {
  const auto input = sizes_at(call.inputs, 0);
  const auto classes = precision_of(dtype_at_place(call.inputs, 0));
  const auto annotated = annotated_of(call, out);
  if (!input || input->size() < 2) return out.refuse("the shape is not known");
  if (!classes) return out.refuse("only f32 and f64 have a model");
  if (!annotated || product(*input) == 0) return;
  const std::int64_t channels = (*input)[1], length = product(*input) / channels;
  const bool mean = !is_none_at(call.inputs, 1), variance = !is_none_at(call.inputs, 2);
  if (product(*input, 2) == 1) return out.refuse("batch statistics of maps of one element have no model");
  if (mean != variance) return out.refuse("one running statistic alone has no model");
  FlopIntervals one;
  add_point(one, FlopClass::add_f64, 2 * length + (mean ? 1 : 0));
  add_point(one, FlopClass::mul_f64, mean ? 1 : 0);
  add_point(one, FlopClass::div_f64, 1);
  add_point(one, classes->add, length + (mean ? 3 : 0));
  add_point(one, classes->mul, length + (mean ? 3 : 0));
  add_point(one, classes->div, mean ? 2 : 1);
  FlopIntervals whole = times(channels, one);
  if (!mean) add_point(whole, classes->div, with_pair(channels, *classes) - channels);
  out.add_rest(kInF64, *annotated, whole);
}

// --- the native forms ---

enum class Statistics : std::uint8_t { by_argument, running, of_batch };

// `kept`: whether there are running statistics among the operands.
template <Statistics statistics, bool kept = true>
void explain_native_batch_norm(const KernelCall& call, Explanation& out) {
  const auto input = sizes_at(call.inputs, 0);
  const auto training = bool_at_place(call.inputs, 5);
  if (!input || input->size() < 2) return out.refuse("the shape is not known");
  if (statistics == Statistics::by_argument && !training) return out.refuse("the statistics are not known");
  const bool of_batch = statistics == Statistics::of_batch || (statistics == Statistics::by_argument && *training);
  if (!of_batch) return explain_batch_norm_by_running(call, out);
  check_layout(call, Layout::row_major, out);
  const std::int64_t channels = (*input)[1], map = product(*input, 2);
  if (map == 1) return out.refuse("batch statistics of maps of one element have no model");
  const bool keeps_running = kept && !is_none_at(call.inputs, 3);
  explain_by_batch(call, channels, (*input)[0] * map, map, keeps_running, out);
}

// --- put together from other ops ---

// x * rsqrt(mean(x^2) + eps) * weight
void explain_rms_norm(const KernelCall& call, Explanation& out) {
  const auto input = sizes_at(call.inputs, 0);
  const auto normalised = ints_at_place(call.inputs, 1, 1);
  const auto dtype = dtype_at_place(call.inputs, 0);
  const auto annotated = annotated_of(call, out);
  if (!input || !normalised || !dtype || normalised->size() > input->size())
    return out.refuse("the shape is not known");
  if (!annotated || product(*input) == 0) return;
  Sizes rows = *input;
  std::vector<Fact> dims;
  for (std::size_t dim = input->size() - normalised->size(); dim < input->size(); ++dim) {
    rows[dim] = 1;
    dims.push_back(Fact::integer(static_cast<std::int64_t>(dim)));
  }
  const auto strides = strides_at(call, 0);
  if (!strides) return out.refuse("it is not known how an operand lies in memory");
  const Sizes made = without_gaps(*input, *strides);
  const OperandStrides one = {*strides}, squares = {made}, with_row = {*strides, kRowByRow},
                       with_weight = {made, kRowByRow};
  const Fact whole = part_tensor(*dtype, *input), row = part_tensor(*dtype, rows);
  Parts parts(out);
  parts.add("aten::pow.Tensor_Scalar", {whole, Fact::integer(2)}, 1, &one);
  parts.add("aten::mean.dim", {whole, Fact::list(std::move(dims)), Fact::boolean(true), Fact::none()}, 1, &squares);
  parts.add("aten::add.Scalar", {row, Fact::floating(1e-5), Fact::integer(1)});
  parts.add("aten::rsqrt", {row});
  parts.add("aten::mul.Tensor", {whole, row}, 1, &with_row);
  if (!is_none_at(call.inputs, 2))
    parts.add("aten::mul.Tensor", {whole, part_tensor(*dtype, *normalised)}, 1, &with_weight);
  parts.explain(kParts, *annotated);
}

// Another dim is brought to the front for the norms of its rows; -1 is one norm of all. Both are put together.
void explain_other_weight_norm(const KernelCall& call, const Sizes& input, double dim, const FlopIntervals& annotated,
                               Explanation& out) {
  const DType dtype = *dtype_at_place(call.inputs, 0);
  const bool of_all = dim < 0;
  const Fact whole = part_tensor(dtype, input);
  Sizes kept(input.size(), 1);
  Parts parts(out);
  if (of_all) {
    parts.add("aten::norm.Scalar", {whole, Fact::integer(2)});
  } else {
    const auto place = static_cast<std::size_t>(dim);
    kept[place] = input[place];
    const Fact rows = part_tensor(dtype, {input[place], product(input) / input[place]});
    parts.add("aten::norm.ScalarOpt_dim",
              {rows, Fact::integer(2), Fact::list({Fact::integer(1)}), Fact::boolean(true)});
  }
  const Fact norms = part_tensor(dtype, kept), lengths = call.inputs[1];
  parts.add("aten::div.Tensor", {lengths, of_all ? part_tensor(dtype, {}) : norms});
  parts.add("aten::mul.Tensor", {whole, lengths});
  parts.explain(kWeightNorm, annotated);
}

void explain_weight_norm(const KernelCall& call, Explanation& out) {
  const auto input = sizes_at(call.inputs, 0);
  const auto dim = number_at_place(call.inputs, 2);
  const auto classes = precision_of(dtype_at_place(call.inputs, 0));
  const auto annotated = annotated_of(call, out);
  if (!input || !dim || input->empty()) return out.refuse("the shape is not known");
  if (!classes) return out.refuse("only f32 and f64 have a model");
  if (!annotated || product(*input) == 0) return;
  const std::int64_t vector = classes->f32 ? 8 : 4;
  FlopIntervals whole;
  if (*dim == 0) {
    const std::int64_t rows = (*input)[0], length = product(*input) / rows;
    add_point(whole, classes->add, rows * (length - 1));
    add_point(whole, classes->mul, rows * (std::max(length, vector) + round_up(length, vector)));
    add_point(whole, classes->div, rows);
    add_point(whole, classes->sqrt, rows);
  } else if (static_cast<std::size_t>(*dim) + 1 == input->size()) {
    const std::int64_t columns = input->back(), rows = product(*input) / columns;
    add_point(whole, classes->add, rows * round_up(columns, vector) + columns);
    add_point(whole, classes->mul, 2 * rows * round_up(columns, vector));
    add_point(whole, classes->div, round_up(columns, vector));
    add_point(whole, classes->sqrt, columns);
  } else {
    return explain_other_weight_norm(call, *input, *dim, *annotated, out);
  }
  out.add_rest(kWeightNorm, *annotated, whole);
}

constexpr KernelModel kModels[] = {
    {"aten::_batch_norm_impl_index", explain_native_batch_norm<Statistics::by_argument>, Layout::any},
    {"aten::_batch_norm_no_update", explain_native_batch_norm<Statistics::running>, Layout::any},
    {"aten::_batch_norm_with_update", explain_native_batch_norm<Statistics::of_batch>},
    {"aten::_batch_norm_with_update_functional", explain_native_batch_norm<Statistics::of_batch>},
    {"aten::_fused_rms_norm", explain_rms_norm},
    {"aten::_native_batch_norm_legit", explain_native_batch_norm<Statistics::by_argument>, Layout::any},
    {"aten::_native_batch_norm_legit.no_stats", explain_native_batch_norm<Statistics::of_batch, false>, Layout::any},
    {"aten::_native_batch_norm_legit_functional", explain_native_batch_norm<Statistics::by_argument>},
    {"aten::_native_batch_norm_legit_no_training", explain_native_batch_norm<Statistics::running>, Layout::any},
    {"aten::_weight_norm", explain_weight_norm},
    {"aten::_weight_norm_interface", explain_weight_norm},
    {"aten::batch_norm", explain_native_batch_norm<Statistics::by_argument>, Layout::any},
    {"aten::batch_norm_update_stats", explain_updated_statistics},
    {"aten::group_norm", explain_group_norm<1, 2>, Layout::copied},
    {"aten::instance_norm", explain_instance_norm, Layout::any},
    {"aten::layer_norm", explain_layer_norm, Layout::any},
    {"aten::native_batch_norm", explain_native_batch_norm<Statistics::by_argument>, Layout::any},
    {"aten::native_group_norm", explain_group_norm<6, 1>, Layout::copied},
    {"aten::native_layer_norm", explain_layer_norm, Layout::any},
    {"aten::rms_norm", explain_rms_norm, Layout::any},
};

}  // namespace

void explain_batch_norm(const KernelCall& call, Explanation& out) {
  if (bool_at_place(call.inputs, 5) != false) return out.refuse("batch statistics have no model");
  explain_batch_norm_by_running(call, out);
}

std::span<const KernelModel> normalization_models() { return kModels; }
std::span<const CauseInfo> normalization_causes() { return kCauses; }

}  // namespace flopaudit
