// Reductions other than sums, means and norms: variances, products, sums that leave nan out, logarithms of sums; and
// running products.
#include <algorithm>

#include "analyzer/audit/causes/inner_loops.h"
#include "analyzer/audit/causes/parts.h"
#include "analyzer/audit/layouts.h"

namespace flopaudit {
namespace {

constexpr const char* kEvidence =
    "reductions of 1 to 5000 elements along either dim, and of all; testdata/validation/standard.csv";
constexpr CauseInfo kCauses[] = {
    {"Welford in f64", "The variance is updated element by element in f64, with a division each.",
     "aten::var, std, var_mean, std_mean", "standard",
     "n elements in, o out: 4*n + o add (4*n where the correction leaves nothing), n mul, n + o div, o sqrt for a "
     "deviation, in f64",
     kEvidence},
    {"variance of all in f64",
     "A variance that is a single number is a mean, and then a sum of squares that runs in f64, one by one.",
     "aten::var, std to one number", "standard", "the mean's own; 2*n + 1 add, n mul, 1 div, in f64", kEvidence},
    {"product starts at one", "Each output starts at 1 and multiplies every element.", "aten::prod", "standard",
     "n mul", kEvidence},
    {"products in f64", "Running products are kept in f64.", "aten::cumprod", "standard", "n mul in f64", kEvidence},
    {"sum without nan", "A sum whose elements are replaced by 0 where they are nan; a mean divides by their number.",
     "aten::nansum, nanmean", "standard",
     "as the sum; f32 over other than the last dims: 4 add more for each 16 rows in each column of a block of 32, 2 "
     "for each "
     "64 rows in each vector of columns behind them",
     kEvidence},
    {"logarithm of a sum as its parts",
     "The largest of each sum is taken off, and comes back behind the logarithm; both times alpha multiplies.",
     "aten::logsumexp", "standard", "what a sub, an exp, a sum, a log and an add of these sizes execute", kEvidence},
};
constexpr const CauseInfo& kWelford = kCauses[0];
constexpr const CauseInfo& kOfAll = kCauses[1];
constexpr const CauseInfo& kProduct = kCauses[2];
constexpr const CauseInfo& kRunning = kCauses[3];
constexpr const CauseInfo& kWithoutNan = kCauses[4];
constexpr const CauseInfo& kLogOfSum = kCauses[5];

struct Reduced {
  Sizes input;
  std::int64_t elements, outputs;
  DType dtype;
  PrecisionClasses classes;
};

// Nothing, and `out` refused, where a shape is not known or the kernel casts; nothing where there is no element.
std::optional<Reduced> reduced_by(const KernelCall& call, Explanation& out) {
  const auto input = sizes_at(call.inputs, 0), output = sizes_at(call.outputs, 0);
  const auto dtype = dtype_at_place(call.inputs, 0);
  const auto classes = precision_of(dtype);
  const auto result = dtype_at_place(call.outputs, 0);
  // Of integers there is no arithmetic that counts.
  if (result && is_integral(*result)) return std::nullopt;
  if (!input || !output)
    out.refuse("a shape is not known");
  else if (!classes)
    out.refuse("only f32 and f64 have a model");
  else if (dtype != dtype_at_place(call.outputs, 0))
    out.refuse("a cast inside has no model");
  else if (product(*input) > 0)
    return Reduced{*input, product(*input), product(*output), *dtype, *classes};
  return std::nullopt;
}

void explain_whole(const KernelCall& call, const CauseInfo& cause, const FlopIntervals& whole, Explanation& out) {
  if (const auto annotated = annotated_of(call, out)) out.add_rest(cause, *annotated, whole);
}

void explain_variance_of_all(const KernelCall& call, const Reduced& found, bool root, Explanation& out) {
  const auto annotated = annotated_of(call, out);
  if (!annotated) return;
  FlopIntervals squares;
  add_point(squares, FlopClass::add_f64, 2 * found.elements + 1);
  add_point(squares, FlopClass::mul_f64, found.elements);
  add_point(squares, FlopClass::div_f64, 1);
  if (root) add_point(squares, FlopClass::sqrt_f64, 1);
  Parts parts(out);
  parts.add("aten::mean", {call.inputs[0], Fact::none()}, 1, call.strides);
  parts.add_counts(squares);
  parts.explain(kOfAll, *annotated);
}

// What is taken off the number of elements: for `unbiased` 1, as where nothing is said.
std::optional<double> correction_of(const KernelCall& call) {
  const std::size_t place = call.op.find('.') == std::string_view::npos ? 1 : 2;
  if (is_none_at(call.inputs, place)) return 1;
  if (const auto unbiased = bool_at_place(call.inputs, place)) return *unbiased ? 1 : 0;
  return number_at_place(call.inputs, place);
}

template <bool root>
void explain_variance(const KernelCall& call, Explanation& out) {
  const auto found = reduced_by(call, out);
  if (!found) return;
  if (found->outputs == 1 && call.outputs.size() == 1) return explain_variance_of_all(call, *found, root, out);
  const auto correction = correction_of(call);
  if (!correction) return out.refuse("the correction is not known");
  // It is not taken off where nothing would be left.
  const bool is_corrected = static_cast<double>(found->elements / found->outputs) > *correction;
  FlopIntervals whole;
  add_point(whole, FlopClass::add_f64, 4 * found->elements + (is_corrected ? found->outputs : 0));
  add_point(whole, FlopClass::mul_f64, found->elements);
  add_point(whole, FlopClass::div_f64, found->elements + found->outputs);
  if (root) add_point(whole, FlopClass::sqrt_f64, found->outputs);
  explain_whole(call, kWelford, whole, out);
}

void explain_product(const KernelCall& call, Explanation& out) {
  const auto found = reduced_by(call, out);
  if (!found) return;
  FlopIntervals whole;
  add_point(whole, found->classes.mul, found->elements);
  explain_whole(call, kProduct, whole, out);
}

void explain_running_product(const KernelCall& call, Explanation& out) {
  const auto found = reduced_by(call, out);
  if (!found) return;
  FlopIntervals whole;
  add_point(whole, FlopClass::mul_f64, found->elements);
  explain_whole(call, kRunning, whole, out);
}

// What f32's merges of columns cost more than those of a sum: the last dims are kept, the ones before them summed. Each
// 16 rows 4 add in the columns of whole blocks of 32, each 64 rows 2 in those of the vectors behind them.
std::int64_t adds_of_columns(const Sizes& sizes, const std::vector<bool>& reduced) {
  std::size_t at = sizes.size();
  std::int64_t columns = 1, rows = 1;
  for (; at > 0 && (!reduced[at - 1] || sizes[at - 1] == 1); --at) columns *= sizes[at - 1];
  for (; at > 0 && (reduced[at - 1] || sizes[at - 1] == 1); --at) rows *= sizes[at - 1];
  if (columns == 1) return 0;
  const std::int64_t in_blocks = columns / 32 * 32 * 4 * (rows / 16), in_vectors = columns % 32 / 8 * 2 * (rows / 64);
  return product(sizes) / (columns * rows) * (in_blocks + in_vectors);
}

template <bool mean>
void explain_without_nan(const KernelCall& call, Explanation& out) {
  const auto found = reduced_by(call, out);
  const auto annotated = annotated_of(call, out);
  if (!found || !annotated) return;
  const auto reduced = reduced_dims_at(call, 1, found->input.size());
  if (!reduced) return out.refuse("the dims are not known");
  FlopIntervals more;
  if (found->classes.f32) add_point(more, found->classes.add, adds_of_columns(found->input, *reduced));
  Parts parts(out);
  parts.add("aten::sum.dim_IntList", {call.inputs[0], call.inputs[1], Fact::boolean(false), Fact::none()});
  parts.add_counts(more);
  const Fact quotients = part_tensor(found->dtype, {found->outputs});
  if (mean) parts.add("aten::div.Tensor", {quotients, quotients});
  parts.explain(kWithoutNan, *annotated);
}

void explain_log_of_sum(const KernelCall& call, Explanation& out) {
  const auto found = reduced_by(call, out);
  const auto annotated = annotated_of(call, out);
  if (!found || !annotated) return;
  const auto reduced = reduced_dims_at(call, 1, found->input.size());
  if (!reduced) return out.refuse("the dims are not known");
  Sizes kept = found->input;
  for (std::size_t dim = 0; dim < kept.size(); ++dim) {
    if ((*reduced)[dim]) kept[dim] = 1;
  }
  const Fact whole = part_tensor(found->dtype, found->input), largest = part_tensor(found->dtype, kept);
  const auto strides = strides_at(call, 0);
  if (!strides) return out.refuse("it is not known how an operand lies in memory");
  const OperandStrides both = {*strides, kRowByRow}, made = {without_gaps(found->input, *strides)};
  Parts parts(out);
  parts.add("aten::sub.Tensor", {whole, largest, Fact::integer(1)}, 1, &both);
  parts.add("aten::exp_", {whole});
  parts.add("aten::sum.dim_IntList", {whole, call.inputs[1], Fact::boolean(true), Fact::none()}, 1, &made);
  parts.add("aten::log_", {largest});
  parts.add("aten::add_.Tensor", {largest, largest, Fact::integer(1)});
  parts.explain(kLogOfSum, *annotated);
}

constexpr KernelModel kModels[] = {
    {"aten::cumprod", explain_running_product, Layout::any},
    {"aten::cumprod_", explain_running_product, Layout::any},
    {"aten::logsumexp", explain_log_of_sum, Layout::any},
    {"aten::nanmean", explain_without_nan<true>},
    {"aten::nansum", explain_without_nan<false>},
    {"aten::prod", explain_product, Layout::any},
    {"aten::prod.dim_int", explain_product, Layout::any},
    {"aten::std", explain_variance<true>, Layout::any},
    {"aten::std.correction", explain_variance<true>, Layout::any},
    {"aten::std.dim", explain_variance<true>, Layout::any},
    {"aten::std_mean", explain_variance<true>, Layout::any},
    {"aten::std_mean.correction", explain_variance<true>, Layout::any},
    {"aten::std_mean.dim", explain_variance<true>, Layout::any},
    {"aten::var", explain_variance<false>, Layout::any},
    {"aten::var.correction", explain_variance<false>, Layout::any},
    {"aten::var.dim", explain_variance<false>, Layout::any},
    {"aten::var_mean", explain_variance<false>, Layout::any},
    {"aten::var_mean.correction", explain_variance<false>, Layout::any},
    {"aten::var_mean.dim", explain_variance<false>, Layout::any},
};

}  // namespace

std::span<const KernelModel> statistics_models() { return kModels; }
std::span<const CauseInfo> statistics_causes() { return kCauses; }

}  // namespace flopaudit
