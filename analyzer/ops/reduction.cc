// Reductions of n elements to o: one step less than the window has elements, for each output. Norms and variances are
// in statistics.cc, order statistics in sorting.cc, running sums in scans.cc.
#include "analyzer/ops/all_ops.h"
#include "analyzer/ops/default_dtype.h"
#include "analyzer/ops/elementwise_helpers.h"
#include "analyzer/ops/reduction_helpers.h"

namespace flopaudit {
namespace {

// all.dims, any.dims: here alone an empty list of dims means none.
RuleResult<Facts> shape_of_truth_dims(const Facts& inputs) {
  FA_RULE(const Fact* listed, fact_at(inputs, 1));
  if (!(*listed == Fact::list({}))) return shape_of_reduction<kDimKept, ResultType::boolean>(inputs);
  FA_RULE(const Dims dims, dims_at(inputs, 0));
  FA_RULE(const std::optional<DType> dtype, reduced_dtype(inputs, kDimKept, ResultType::boolean));
  return one(tensor_fact(dtype, dims));
}

// aminmax(self, dim, keepdim): two results alike.
RuleResult<Facts> shape_of_aminmax(const Facts& inputs) {
  FA_RULE(Facts facts, (shape_of_selection<kDimKept, ResultType::same>(inputs)));
  facts.push_back(facts[0]);
  return facts;
}

RuleResult<Facts> shape_of_nansum(const Facts& inputs) {
  FA_REFUSE(refuse_complex_input(inputs));
  static constexpr Places kPlaces = {1, 2, 3};
  return shape_of_reduction<kPlaces, ResultType::sum>(inputs);
}

// logsumexp: integers become floating.
RuleResult<Facts> shape_of_logsumexp(const Facts& inputs) {
  FA_RULE(Facts facts, (shape_of_reduction<kDimKept, ResultType::same>(inputs)));
  TensorFact& result = *facts[0].get<TensorFact>();
  if (result.dtype && is_integral(*result.dtype)) result.dtype = default_dtype();
  const std::optional<Dims>& dims = inputs[0].tensor()->dims;
  if (!(inputs[1] == Fact::list({})) || !dims || dims->empty() || element_count(*dims) == Expr(0)) return facts;
  FA_RULE(const bool keepdim, bool_at(inputs, 2));  // LibTorch writes into what has no room for the dims otherwise
  if (!keepdim) return misfit("logsumexp needs a dim to sum along");
  return facts;
}

RuleResult<Facts> shape_of_trace(const Facts& inputs) {
  FA_RULE(const Dims dims, dims_at(inputs, 0));
  if (dims.size() != 2) return misfit("trace needs a matrix: " + inputs[0].to_string());
  FA_RULE(const std::optional<DType> dtype, reduced_dtype(inputs, kAllDims, ResultType::sum));
  return one(tensor_fact(dtype, Dims()));
}

RuleResult<Facts> shape_of_one_truth(const Facts& inputs) {
  FA_RULE(const DType dtype, dtype_at(inputs, 0));
  if (dtype != DType::boolean) return misfit("the input should be bool and is " + inputs[0].to_string());
  return one(tensor_fact(DType::boolean, Dims()));
}

// sum_to_size(self, size): the dims in front and those that are 1 there are summed.
RuleResult<Facts> shape_of_sum_to_size(const Facts& inputs) {
  FA_RULE(const Dims input, dims_at(inputs, 0));
  FA_RULE(const Dims sizes, ints_at(inputs, 1));
  if (cannot_expand(sizes, input)) {
    return misfit("the size " + text(sizes) + " does not expand to that of " + inputs[0].to_string());
  }
  std::optional<DType> dtype = inputs[0].tensor()->dtype;
  if (dtype && is_integral(*dtype) && !(sizes == input)) dtype = DType::i64;  // a sum
  return one(tensor_fact(dtype, sizes));
}

// amax, amin: of no rows LibTorch does not ask for an order.
RuleResult<Facts> shape_of_extreme(const Facts& inputs) {
  const RuleResult<Dims> dims = reduced_dims(inputs, kDimKept);
  if (dims && element_count(*dims) == Expr(0)) {  // of no outputs the dtype is not looked at
    FA_REFUSE(refuse_empty(inputs, kDimKept));
    return shape_of_reduction<kDimKept, ResultType::same>(inputs);
  }
  return shape_of_selection<kDimKept, ResultType::same>(inputs);
}

// argmax, argmin: bools have no place here.
RuleResult<Facts> shape_of_place(const Facts& inputs) {
  FA_RULE(const TensorFact* tensor, tensor_at(inputs, 0));
  if (tensor->dtype == DType::boolean) return misfit("the largest of bools: " + inputs[0].to_string());
  return shape_of_selection<kDimKept, ResultType::index>(inputs);
}

RuleResult<Facts> shape_of_nanmean(const Facts& inputs) {
  FA_REFUSE(refuse_complex_input(inputs));
  const TensorFact* input = inputs[0].tensor();
  if (input != nullptr && input->dtype && is_integral(*input->dtype)) {
    return misfit("a mean wants floating numbers: " + inputs[0].to_string());
  }
  static constexpr Places kPlaces = {1, 2, 3};
  return shape_of_reduction<kPlaces, ResultType::floating>(inputs);
}

// --- work ---

template <WorkClass step>
RuleResult<Work> work_of_steps(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const ReductionSizes sizes, reduction_sizes(inputs, outputs));
  return WorkCounter(inputs, outputs).count(step, sizes.steps).work();
}

// Comparisons happen in the dtype of the input (argmax returns integers).
template <std::int64_t times>
RuleResult<Work> work_of_compares(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const ReductionSizes sizes, reduction_sizes(inputs, outputs));
  FA_RULE(const DType dtype, dtype_at(inputs, 0));
  WorkCounter counter(inputs, outputs);
  return counter.in_dtype(dtype).count(WorkClass::compare, sizes.steps * Expr(times)).work();
}

// any, all: the input's truth, joined; integer work.
RuleResult<Work> work_of_truth(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const ReductionSizes sizes, reduction_sizes(inputs, outputs));
  return WorkCounter(inputs, outputs).in_dtype(DType::boolean).count(WorkClass::integer, sizes.steps).work();
}

// count_nonzero: a compare with 0 each, and the sum of the truths.
RuleResult<Work> work_of_count_nonzero(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const ReductionSizes sizes, reduction_sizes(inputs, outputs));
  FA_RULE(const DType dtype, dtype_at(inputs, 0));
  WorkCounter counter(inputs, outputs);
  counter.in_dtype(real_dtype(dtype)).count(WorkClass::compare, sizes.elements);
  return counter.in_dtype(DType::i64).count(WorkClass::integer, sizes.steps).work();
}

RuleResult<Work> work_of_mean(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const ReductionSizes sizes, reduction_sizes(inputs, outputs));
  return WorkCounter(inputs, outputs).count(WorkClass::add, sizes.steps).count(WorkClass::div, sizes.outputs).work();
}

// nansum, nanmean: a test for nan each, then as sum and mean (nanmean counts what is left, in integers).
template <bool mean>
RuleResult<Work> work_of_nan_sum(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const ReductionSizes sizes, reduction_sizes(inputs, outputs));
  WorkCounter counter(inputs, outputs);
  counter.count(WorkClass::compare, sizes.elements).count(WorkClass::add, sizes.steps);
  if (mean) counter.count(WorkClass::div, sizes.outputs).count(WorkClass::integer, sizes.steps);
  return counter.work();
}

// logsumexp: m + log(sum exp(x - m)), m the maximum.
RuleResult<Work> work_of_logsumexp(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const ReductionSizes sizes, reduction_sizes(inputs, outputs));
  WorkCounter counter(inputs, outputs);
  counter.count(WorkClass::compare, sizes.steps).count(WorkClass::add, sizes.elements + sizes.steps + sizes.outputs);
  return counter.count(WorkClass::exp, sizes.elements).count(WorkClass::log, sizes.outputs).work();
}

RuleResult<Work> work_of_trace(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const std::vector<Expr> dims, known_dims_at(inputs, 0));
  const Expr diagonal = min(dims[0], dims[1]);
  return WorkCounter(inputs, outputs).count(WorkClass::add, reduction_steps(diagonal, 1)).work();
}

constexpr Places kAllDtype = {-1, -1, 1}, kDimDtype = {1, 2, 3}, kDimOnly = {1, -1, -1};

constexpr auto kSame = ResultType::same;
constexpr auto kSum = ResultType::sum;
constexpr auto kFloat = ResultType::floating;
constexpr auto kBool = ResultType::boolean;
constexpr auto kIndex = ResultType::index;

constexpr WorkRule kAdds = work_of_steps<WorkClass::add>;
constexpr WorkRule kMuls = work_of_steps<WorkClass::mul>;
constexpr WorkRule kCompares = work_of_compares<1>;

constexpr char kAddText[] = "add = n - o";
constexpr char kCompareText[] = "compare = n - o";
constexpr char kIntegerText[] = "integer = n - o";
constexpr char kMeanText[] = "add = n - o, div = o";
constexpr char kCountText[] = "compare = n, integer = n - o";

// n elements in, o out
// clang-format off
constexpr OpSpec kRows[] = {
    // name                          shape rule                            work rule               formula
    {"aten::_is_all_true",           shape_of_one_truth,                   work_of_truth,          kIntegerText},
    {"aten::_is_any_true",           shape_of_one_truth,                   work_of_truth,          kIntegerText},
    {"aten::all",                    shape_of_reduction<kAllDims, kBool>,  work_of_truth,          kIntegerText},
    {"aten::all.dim",                shape_of_reduction<kDimKept, kBool>,  work_of_truth,          kIntegerText},
    {"aten::all.dims",               shape_of_truth_dims,                  work_of_truth,          kIntegerText},
    {"aten::amax",                   shape_of_extreme,                     kCompares,              kCompareText},
    {"aten::amin",                   shape_of_extreme,                     kCompares,              kCompareText},
    {"aten::aminmax",                shape_of_aminmax,                     work_of_compares<2>,    "compare = 2(n - o)"},
    {"aten::any",                    shape_of_reduction<kAllDims, kBool>,  work_of_truth,          kIntegerText},
    {"aten::any.dim",                shape_of_reduction<kDimKept, kBool>,  work_of_truth,          kIntegerText},
    {"aten::any.dims",               shape_of_truth_dims,                  work_of_truth,          kIntegerText},
    {"aten::argmax",                 shape_of_place,                       kCompares,              kCompareText},
    {"aten::argmin",                 shape_of_place,                       kCompares,              kCompareText},
    {"aten::count_nonzero",          shape_of_reduction<kDimOnly, kIndex>, work_of_count_nonzero,  kCountText},
    {"aten::count_nonzero.dim_IntList", shape_of_reduction<kDimOnly, kIndex>, work_of_count_nonzero, kCountText},
    {"aten::logsumexp",              shape_of_logsumexp,                   work_of_logsumexp,      "compare = n - o, add = 2n, exp = n, log = o"},
    {"aten::max",                    shape_of_selection<kAllDims, kSame>,  kCompares,              kCompareText},
    {"aten::max.dim",                shape_with_indices<kDimKept>,         kCompares,              kCompareText},
    {"aten::mean",                   shape_of_reduction<kAllDtype, kFloat>, work_of_mean,          kMeanText},
    {"aten::mean.dim",               shape_of_reduction<kDimDtype, kFloat>, work_of_mean,          kMeanText},
    {"aten::min",                    shape_of_selection<kAllDims, kSame>,  kCompares,              kCompareText},
    {"aten::min.dim",                shape_with_indices<kDimKept>,         kCompares,              kCompareText},
    {"aten::nanmean",                shape_of_nanmean,                      work_of_nan_sum<true>, "compare = n, add = n - o, div = o, integer = n - o"},
    {"aten::nansum",                 shape_of_nansum,                      work_of_nan_sum<false>, "compare = n, add = n - o"},
    {"aten::prod",                   shape_of_reduction<kAllDtype, kSum>,  kMuls,                  "mul = n - o"},
    {"aten::prod.dim_int",           shape_of_reduction<kDimDtype, kSum>,  kMuls,                  "mul = n - o"},
    {"aten::sum",                    shape_of_reduction<kAllDtype, kSum>,  kAdds,                  kAddText},
    {"aten::sum.dim_IntList",        shape_of_reduction<kDimDtype, kSum>,  kAdds,                  kAddText},
    {"aten::sum_to_size",            shape_of_sum_to_size,                 kAdds,                  kAddText},
    {"aten::trace",                  shape_of_trace,                       work_of_trace,          "add = min(rows, columns) - 1"},
};
// clang-format on

}  // namespace

std::span<const OpSpec> reduction_ops() { return kRows; }

}  // namespace flopaudit
