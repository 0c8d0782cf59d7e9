// sum, mean and average pooling.
#include <algorithm>
#include <cmath>

#include "analyzer/audit/causes/cascade_sum.h"
#include "analyzer/audit/causes/elements.h"
#include "analyzer/audit/causes/parts.h"

namespace flopaudit {
namespace {

constexpr CauseInfo kCauses[] = {
    {"vector accumulator merge",
     "A sum over the last dims runs in 4 vectors of 256 bits (4 scalars when short, or where elements lie apart) on 4 "
     "levels, which are merged into one.",
     "aten::sum, mean and adaptive_avg_pool to 1x1, over the last dims", "standard",
     "f32: 130 add an output beyond window-1, 34 more each 16 times 32 elements and each 256 of those; f64: 66 and 16 "
     "each 16 times 16 elements; windows below one vector: 17",
     "testdata/audit/probes.tsv: windows of 1 to 12544 elements, f32 and f64"},
    {"accumulator starts at zero", "Each output starts at 0 and adds every element, and adds the sum once more.",
     "aten::avg_pool1d, avg_pool2d, adaptive_avg_pool", "standard",
     "avg_pool: 2 add an output; adaptive: 1 add and 1 div (by each side of the window)",
     "testdata/audit/probes.tsv: windows 2x2, 3x3 with and without padding, uneven windows, f32 and f64"},
    {"columns in vectors",
     "A sum over other than the last dims runs over 4 vectors of columns at a time, then over single vectors and "
     "columns in 4 accumulators, on 4 levels.",
     "aten::sum, mean over other than the last dims", "standard",
     "an output of R elements: 4 + R/16 + R/256 + R/4096 add in a block of 32 columns (f64: 16), 16 + 4*(R/64 + R/1024 "
     "+ R/16384) else, once for each pass over the outer dims",
     "testdata/audit/probes.tsv, testdata/validation/standard.csv: 2 to 1030 rows, 1 to 100 columns, f32 and f64"},
    {"norm in lanes", "A row's squares are added up in the lanes of a vector, and the lanes at its end.",
     "aten::linalg_vector_norm, norm of order 2", "standard",
     "rows of at least 8 (f64: 4) neighbours, no other dims reduced: 8 (4) add a row beyond n - 1; else 1; no absolute "
     "values",
     "testdata/audit/probes.tsv, testdata/validation/standard.csv: rows of 1 to 1000 elements, f32 and f64"},
    {"norm one by one",
     "Norms of other orders than 2 start at 0, take one element at a time, and a power where they must.",
     "aten::linalg_vector_norm, norm of other orders than 2", "standard",
     "1 add a row beyond n - 1, none in the inf-norm; an order other than 0, 1 and inf: pow an element and a row, 1 "
     "div "
     "a row; rows of one element: nothing, in any order",
     "testdata/validation/standard.csv: rows and columns of 1 to 1000 elements, orders 0, 0.5, 1, 3, inf, f32 and f64"},
    {"sums in f64", "Running sums are kept in f64.", "aten::cumsum", "standard", "n add in f64",
     "testdata/audit/probes.tsv, testdata/validation/standard.csv: 1 to 1000 elements, along the last and another dim"},
    {"pooled by pixel",
     "Maps whose channels lie together are pooled in vectors of channels, without a zero to start at.",
     "aten::avg_pool2d, adaptive_avg_pool2d", "standard",
     "C channels of which R are past vectors of 8 (f64: 4), in f32 2 more where R mod 4 is 2 or 3: a tap C add, a "
     "pixel C "
     "div, adaptive R more",
     "3, 5, 8 and 17 channels, windows 2x2, 3x3 with padding and of halves, f32 and f64"},
};
constexpr const CauseInfo& kColumns = kCauses[2];
constexpr const CauseInfo& kNorm = kCauses[3];
constexpr const CauseInfo& kOneByOne = kCauses[4];
constexpr const CauseInfo& kRunning = kCauses[5];
constexpr const CauseInfo& kPixels = kCauses[6];
constexpr const CauseInfo& kMerge = kCauses[0];
constexpr const CauseInfo& kZeroStart = kCauses[1];

struct Pooled {
  Sizes input, output;
  PrecisionClasses classes;
};

std::optional<Pooled> pooled(const KernelCall& call, Explanation& out) {
  const auto input = sizes_at(call.inputs, 0), output = sizes_at(call.outputs, 0);
  const auto classes = precision_of(dtype_at_place(call.inputs, 0));
  const auto result = dtype_at_place(call.outputs, 0);
  // Of integers there is no arithmetic that counts.
  if (result && is_integral(*result)) return std::nullopt;
  if (!input || !output)
    out.refuse("a shape is not known");
  else if (!classes)
    out.refuse("only f32 and f64 have a model");
  else
    return Pooled{*input, *output, *classes};
  return std::nullopt;
}

// Maps whose channels lie together are pooled pixel by pixel, in vectors of channels; what is left of them is divided
// `divisions_of_rest` times.
void explain_by_pixel(const KernelCall& call, const Pooled& found, std::int64_t divisions_of_rest, Explanation& out) {
  const auto annotated = annotated_of(call, out);
  const std::int64_t channels = found.input[1], outputs = product(found.output);
  if (!annotated || outputs == 0) return;
  const std::int64_t vector = found.classes.f32 ? 8 : 4, pixels = outputs / channels;
  const std::int64_t rest = channels % vector + pair_tail(channels % vector, found.classes);
  const std::int64_t in_vectors = channels / vector * vector;
  const std::int64_t taps = ((*annotated)[found.classes.add].low + outputs) / channels;  // of a channel
  FlopIntervals whole;
  add_point(whole, found.classes.add, taps * (in_vectors + rest));
  add_point(whole, found.classes.div, pixels * (in_vectors + divisions_of_rest * rest));
  out.add_rest(kPixels, *annotated, whole);
}

bool lies_by_pixel(const KernelCall& call) {
  return lies_by_channel_at(call, 0) == true && !lie_together_at(call, 0, 0);
}

void explain_avg_pool(const KernelCall& call, Explanation& out) {
  const auto found = pooled(call, out);
  if (!found) return;
  if (lies_by_pixel(call)) return explain_by_pixel(call, *found, 1, out);
  check_layout(call, Layout::copied, out);
  out.add(kZeroStart, found->classes.add, 2 * product(found->output));
}

constexpr const char* kUnknownLayout = "it is not known how the operand lies in memory";

void explain_sum_of(const KernelCall& call, const std::vector<bool>& reduced, const Pooled& found, Explanation& out) {
  if (dtype_at_place(call.inputs, 0) != dtype_at_place(call.outputs, 0))
    return out.refuse("sums with a cast have no model");
  const std::int64_t elements = product(found.input), outputs = product(found.output);
  if (outputs == 0 || elements == 0) return;
  const auto strides = strides_at(call, 0);
  if (!strides) return out.refuse(kUnknownLayout);
  const auto sum = cascade_sum(found.input, *strides, reduced, found.classes.f32);
  if (!sum) return out.refuse("a sum of so many elements, or of repeated ones, has no model");
  out.add(sum->in_columns ? kColumns : kMerge, found.classes.add, sum->adds - (elements - outputs));
}

void explain_adaptive(const KernelCall& call, Explanation& out) {
  const auto found = pooled(call, out);
  if (!found) return;
  const std::int64_t outputs = product(found->output);
  const std::size_t rank = found->output.size();
  if (rank >= 2 && found->output[rank - 1] == 1 && found->output[rank - 2] == 1) {
    std::vector<bool> reduced(rank, false);
    reduced[rank - 1] = reduced[rank - 2] = true;
    return explain_sum_of(call, reduced, *found, out);
  }
  if (lies_by_pixel(call)) return explain_by_pixel(call, *found, 2, out);
  check_layout(call, Layout::copied, out);
  out.add(kZeroStart, found->classes.add, outputs);
  out.add(kZeroStart, found->classes.div, outputs);
}

void explain_sum_of_dims(const KernelCall& call, Explanation& out) {
  const auto found = pooled(call, out);
  if (!found) return;
  const auto reduced = reduced_dims_at(call, 1, found->input.size());
  if (!reduced) return out.refuse("the dims are not known");
  explain_sum_of(call, *reduced, *found, out);
}

void explain_sum_of_all(const KernelCall& call, Explanation& out) {
  const auto found = pooled(call, out);
  if (found) explain_sum_of(call, std::vector<bool>(found->input.size(), true), *found, out);
}

// --- norms, variances, running sums ---

void explain_rest(const KernelCall& call, const CauseInfo& cause, const FlopIntervals& whole, Explanation& out) {
  const auto annotated = arithmetic_of(call.work);
  if (const NoModel* refused = std::get_if<NoModel>(&annotated)) return out.refuse(refused->reason);
  out.add_rest(cause, std::get<FlopIntervals>(annotated), whole);
}

// Whether what is reduced is one row of neighbours, which is reduced in vectors; else it goes one by one.
bool reduces_neighbours(const Sizes& sizes, const std::vector<std::int64_t>& strides,
                        const std::vector<bool>& reduced) {
  std::vector<std::size_t> dims;
  for (std::size_t dim = 0; dim < sizes.size(); ++dim) {
    if (reduced[dim] && sizes[dim] > 1) dims.push_back(dim);
  }
  std::sort(dims.begin(), dims.end(), [&](std::size_t a, std::size_t b) { return strides[a] < strides[b]; });
  std::int64_t next = 1;
  for (const std::size_t dim : dims) {
    if (strides[dim] != next) return false;
    next *= sizes[dim];
  }
  return !dims.empty();
}

void explain_two_norm(const KernelCall& call, const std::vector<bool>& reduced, const Pooled& found, Explanation& out) {
  const auto strides = strides_at(call, 0);
  if (!strides) return out.refuse(kUnknownLayout);
  const std::int64_t elements = product(found.input), outputs = product(found.output);
  const std::int64_t lanes = found.classes.f32 ? 8 : 4;
  const bool in_vectors = reduces_neighbours(found.input, *strides, reduced) && elements / outputs >= lanes;
  const std::int64_t merged = in_vectors ? (lanes - 1) * outputs : 0;
  FlopIntervals whole;
  whole[found.classes.add] = {elements + merged, elements + merged};
  whole[found.classes.mul] = {elements, elements};
  whole[found.classes.sqrt] = {outputs, outputs};
  explain_rest(call, kNorm, whole, out);
}

// Each element to the order's power, their sum to its inverse's.
void explain_power_norm(const KernelCall& call, const Pooled& found, Explanation& out) {
  const auto annotated = annotated_of(call, out);
  const std::int64_t elements = product(found.input), outputs = product(found.output);
  if (!annotated) return;
  Parts parts(out);
  const Fact powers = part_tensor(*dtype_at_place(call.inputs, 0), {elements + outputs});
  parts.add("aten::pow.Tensor_Tensor", {powers, powers});
  parts.explain(kOneByOne, *annotated);
  out.add(kOneByOne, found.classes.add, elements);
  out.add(kOneByOne, found.classes.div, outputs);
}

void explain_norm_of(const KernelCall& call, double order, const std::vector<bool>& reduced, const Pooled& found,
                     Explanation& out) {
  if (dtype_at_place(call.inputs, 0) != dtype_at_place(call.outputs, 0))
    return out.refuse("a cast inside has no model");
  const std::int64_t elements = product(found.input), outputs = product(found.output);
  if (elements == 0) return;
  // Of single elements the absolute values are taken.
  if (elements == outputs) return explain_rest(call, kOneByOne, {}, out);
  if (order == 2) return explain_two_norm(call, reduced, found, out);
  if (std::isinf(order)) return;
  if (order == 0 || order == 1) return out.add(kOneByOne, found.classes.add, outputs);
  explain_power_norm(call, found, out);
}

// No operand names dims.
constexpr std::size_t kAllDims = SIZE_MAX;

template <std::size_t dims_place>
void explain_norm(const KernelCall& call, Explanation& out) {
  const auto found = pooled(call, out);
  if (!found) return;
  const auto reduced = reduced_dims_at(call, dims_place, found->input.size());
  if (!reduced) return out.refuse("the dims are not known");
  const auto order = is_none_at(call.inputs, 1) ? std::optional(2.0) : number_at_place(call.inputs, 1);
  if (!order) return out.refuse("the order is not known");
  explain_norm_of(call, *order, *reduced, *found, out);
}

void explain_cumsum(const KernelCall& call, Explanation& out) {
  const auto found = pooled(call, out);
  if (!found) return;
  if (dtype_at_place(call.inputs, 0) != dtype_at_place(call.outputs, 0))
    return out.refuse("a cast inside has no model");
  FlopIntervals whole;
  whole[FlopClass::add_f64] = {product(found->input), product(found->input)};
  explain_rest(call, kRunning, whole, out);
}

constexpr KernelModel kModels[] = {
    {"aten::adaptive_avg_pool2d", explain_adaptive, Layout::any},
    {"aten::avg_pool2d", explain_avg_pool, Layout::any},
    {"aten::cumsum", explain_cumsum, Layout::any},
    {"aten::linalg_vector_norm", explain_norm<2>, Layout::any},
    {"aten::mean", explain_sum_of_all, Layout::any},
    {"aten::mean.dim", explain_sum_of_dims, Layout::any},
    {"aten::norm.Scalar", explain_norm<2>, Layout::any},
    {"aten::norm.ScalarOpt_dim", explain_norm<2>, Layout::any},
    {"aten::norm.ScalarOpt_dim_dtype", explain_norm<2>, Layout::any},
    {"aten::norm.ScalarOpt_dtype", explain_norm<kAllDims>, Layout::any},
    {"aten::sum", explain_sum_of_all, Layout::any},
    {"aten::sum.dim_IntList", explain_sum_of_dims, Layout::any},
};

}  // namespace

std::span<const KernelModel> reduction_models() { return kModels; }
std::span<const CauseInfo> reduction_causes() { return kCauses; }

}  // namespace flopaudit
