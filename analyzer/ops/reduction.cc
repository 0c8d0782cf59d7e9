// Reductions of n elements to o: one step less than the window has elements, for each output.
#include "analyzer/ops/all_ops.h"
#include "analyzer/ops/norm_helpers.h"
#include "analyzer/ops/default_dtype.h"
#include "analyzer/ops/shape_helpers.h"
#include "analyzer/ops/work_helpers.h"

namespace flopaudit {
namespace {

// --- dims: what is left when the dims of the mask are reduced ---

Dims reduced(const Dims& input, const std::vector<bool>& mask, bool keep) {
  Dims output;
  for (std::size_t i = 0; i < input.size(); ++i) {
    if (!mask[i]) {
      output.push_back(input[i]);
    } else if (keep) {
      output.push_back(Expr(1));
    }
  }
  return output;
}

// Where an overload has its arguments; -1: it has none (then all dims are reduced, not kept, the dtype is its own).
struct Places {
  int dim = -1;
  int keepdim = -1;
  int dtype = -1;
};

RuleResult<Dims> reduced_dims(const Facts& inputs, const Places& places) {
  FA_RULE(const Dims input, dims_at(inputs, 0));
  if (places.dim < 0) return Dims();
  FA_RULE(const std::vector<bool> mask, dims_mask_at(inputs, static_cast<std::size_t>(places.dim), input.size()));
  bool keep = false;
  if (places.keepdim >= 0) {
    FA_RULE(keep, bool_at(inputs, static_cast<std::size_t>(places.keepdim)));
  }
  return reduced(input, mask, keep);
}

enum class ResultType { same, sum, floating, boolean, index };

RuleResult<std::optional<DType>> reduced_dtype(const Facts& inputs, const Places& places, ResultType type) {
  FA_RULE(const TensorFact* tensor, tensor_at(inputs, 0));
  std::optional<DType> dtype = tensor->dtype;
  const bool given = places.dtype >= 0 && !none_at(inputs, static_cast<std::size_t>(places.dtype));
  if (given) return dtype_argument_at(inputs, static_cast<std::size_t>(places.dtype), dtype);
  if (type == ResultType::boolean) return std::optional(DType::boolean);
  if (type == ResultType::index) return std::optional(DType::i64);
  if (type == ResultType::sum && dtype && is_integral(*dtype)) return std::optional(DType::i64);
  if (type == ResultType::floating && dtype && is_integral(*dtype)) {
    return misfit("this reduction needs a floating dtype and the input is " + inputs[0].to_string());
  }
  return dtype;
}

template <const Places& places, ResultType type>
RuleResult<Facts> shape_of_reduction(const Facts& inputs) {
  FA_RULE(Dims dims, reduced_dims(inputs, places));
  FA_RULE(const std::optional<DType> dtype, reduced_dtype(inputs, places, type));
  return one(tensor_fact(dtype, std::move(dims)));
}

// max.dim and its like: values and their indices.
template <const Places& places>
RuleResult<Facts> shape_with_indices(const Facts& inputs) {
  FA_RULE(Facts facts, (shape_of_reduction<places, ResultType::same>(inputs)));
  facts.push_back(tensor_fact(DType::i64, *facts[0].tensor()->dims));
  return facts;
}

// argmax of a dim that is None: over all, one index.
template <const Places& places>
RuleResult<Facts> shape_of_index(const Facts& inputs) {
  return shape_of_reduction<places, ResultType::index>(inputs);
}

// --- work ---

struct Sizes {
  Expr elements, outputs, steps;
};
RuleResult<Sizes> sizes_of(const Facts& inputs, const Facts& outputs) {
  Sizes sizes;
  FA_RULE(sizes.elements, elements_at(inputs, 0));
  FA_RULE(sizes.outputs, elements_at(outputs, 0));
  sizes.steps = reduction_steps(sizes.elements, sizes.outputs);
  return sizes;
}

template <WorkClass step>
RuleResult<Work> work_of_steps(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const Sizes sizes, sizes_of(inputs, outputs));
  return WorkCounter(inputs, outputs).count(step, sizes.steps).work();
}

// Comparisons happen in the dtype of the input (argmax returns integers).
RuleResult<Work> work_of_compares(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const Sizes sizes, sizes_of(inputs, outputs));
  FA_RULE(const DType dtype, dtype_at(inputs, 0));
  return WorkCounter(inputs, outputs).in_dtype(dtype).count(WorkClass::compare, sizes.steps).work();
}

// any, all: the input's truth, joined; integer work.
RuleResult<Work> work_of_truth(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const Sizes sizes, sizes_of(inputs, outputs));
  return WorkCounter(inputs, outputs).in_dtype(DType::boolean).count(WorkClass::integer, sizes.steps).work();
}

RuleResult<Work> work_of_mean(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const Sizes sizes, sizes_of(inputs, outputs));
  return WorkCounter(inputs, outputs).count(WorkClass::add, sizes.steps).count(WorkClass::div, sizes.outputs).work();
}

// The mean, then differences, their squares, their sum, and the division.
template <bool root>
RuleResult<Work> work_of_variance(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const Sizes sizes, sizes_of(inputs, outputs));
  WorkCounter counter(inputs, outputs);
  counter.count(WorkClass::add, sizes.steps).count(WorkClass::div, sizes.outputs);
  counter.count(WorkClass::add, sizes.elements).count(WorkClass::mul, sizes.elements);
  counter.count(WorkClass::add, sizes.steps).count(WorkClass::div, sizes.outputs);
  if (root) counter.count(WorkClass::sqrt, sizes.outputs);
  return counter.work();
}

// (sum |x|^p)^(1/p)
RuleResult<Work> work_of_norm(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const Sizes sizes, sizes_of(inputs, outputs));
  double order = 2;
  if (!none_at(inputs, 1)) {
    FA_RULE(order, number_at(inputs, 1));
  }
  WorkCounter counter(inputs, outputs);
  count_norm(counter, order, sizes.elements, sizes.outputs);
  return counter.work();
}

// cumsum: each element but the first of a row is added once.
template <const Places& places>
RuleResult<Facts> shape_of_cumulative(const Facts& inputs) {
  FA_RULE(Facts facts, same_as_first(inputs));
  FA_RULE(facts[0].get<TensorFact>()->dtype, reduced_dtype(inputs, places, ResultType::sum));
  FA_RULE(const Dims input, dims_at(inputs, 0));
  const RuleResult<std::size_t> dim = dim_at(inputs, 1, input.size());
  if (!dim) return dim.failure();
  return facts;
}
template <WorkClass step>
RuleResult<Work> work_of_cumulative(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const std::vector<Expr> dims, known_dims_at(inputs, 0));
  FA_RULE(const std::size_t dim, dim_at(inputs, 1, dims.size()));
  const auto [rows, elements] = rows_along(dims, dim);
  return WorkCounter(inputs, outputs).count(step, reduction_steps(elements, rows)).work();
}

constexpr Places kAll = {}, kAllDtype = {-1, -1, 1}, kDim = {1, 2, -1}, kDimDtype = {1, 2, 3};
constexpr Places kNormAll = {}, kNormDim = {2, 3, -1}, kNormDimDtype = {2, 3, 4};
constexpr Places kVarDim = {1, 3, -1}, kCumulative = {1, -1, 2};

constexpr auto kSame = ResultType::same;
constexpr auto kSum = ResultType::sum;
constexpr auto kFloat = ResultType::floating;
constexpr auto kBool = ResultType::boolean;

constexpr WorkRule kAdds = work_of_steps<WorkClass::add>;
constexpr WorkRule kMuls = work_of_steps<WorkClass::mul>;

constexpr char kAddText[] = "add = n - o";
constexpr char kCompareText[] = "compare = n - o";
constexpr char kIntegerText[] = "integer = n - o";
constexpr char kMeanText[] = "add = n - o, div = o";
constexpr char kVarText[] = "add = 3n - 2o, mul = n, div = 2o";
constexpr char kStdText[] = "add = 3n - 2o, mul = n, div = 2o, sqrt = o";
constexpr char kNormText[] =
    "2-norm: mul = n, add = n - o, sqrt = o; 1: add = n - o; inf: compare = n - o; else pow = n + o, add = n - o";

// n elements in, o out
// clang-format off
constexpr OpSpec kRows[] = {
    // name                          shape rule                              work rule               formula
    {"aten::all",                    shape_of_reduction<kAll, kBool>,        work_of_truth,           kIntegerText},
    {"aten::all.dim",                shape_of_reduction<kDim, kBool>,        work_of_truth,           kIntegerText},
    {"aten::amax",                   shape_of_reduction<kDim, kSame>,        work_of_compares,        kCompareText},
    {"aten::amin",                   shape_of_reduction<kDim, kSame>,        work_of_compares,        kCompareText},
    {"aten::any",                    shape_of_reduction<kAll, kBool>,        work_of_truth,           kIntegerText},
    {"aten::any.dim",                shape_of_reduction<kDim, kBool>,        work_of_truth,           kIntegerText},
    {"aten::argmax",                 shape_of_index<kDim>,                   work_of_compares,        kCompareText},
    {"aten::argmin",                 shape_of_index<kDim>,                   work_of_compares,        kCompareText},
    {"aten::cumprod",                shape_of_cumulative<kCumulative>,       work_of_cumulative<WorkClass::mul>, "mul = n - rows"},
    {"aten::cumsum",                 shape_of_cumulative<kCumulative>,       work_of_cumulative<WorkClass::add>, "add = n - rows"},
    {"aten::linalg_vector_norm",     shape_of_reduction<kNormDimDtype, kFloat>, work_of_norm,         kNormText},
    {"aten::max",                    shape_of_reduction<kAll, kSame>,        work_of_compares,        kCompareText},
    {"aten::max.dim",                shape_with_indices<kDim>,               work_of_compares,        kCompareText},
    {"aten::mean",                   shape_of_reduction<kAllDtype, kFloat>,  work_of_mean,            kMeanText},
    {"aten::mean.dim",               shape_of_reduction<kDimDtype, kFloat>,  work_of_mean,            kMeanText},
    {"aten::min",                    shape_of_reduction<kAll, kSame>,        work_of_compares,        kCompareText},
    {"aten::min.dim",                shape_with_indices<kDim>,               work_of_compares,        kCompareText},
    {"aten::norm.Scalar",            shape_of_reduction<kNormAll, kFloat>,   work_of_norm,            kNormText},
    {"aten::norm.ScalarOpt_dim",     shape_of_reduction<kNormDim, kFloat>,   work_of_norm,            kNormText},
    {"aten::prod",                   shape_of_reduction<kAllDtype, kSum>,    kMuls,                   "mul = n - o"},
    {"aten::prod.dim_int",           shape_of_reduction<kDimDtype, kSum>,    kMuls,                   "mul = n - o"},
    {"aten::std",                    shape_of_reduction<kAll, kFloat>,       work_of_variance<true>,  kStdText},
    {"aten::std.correction",         shape_of_reduction<kVarDim, kFloat>,    work_of_variance<true>,  kStdText},
    {"aten::std.dim",                shape_of_reduction<kVarDim, kFloat>,    work_of_variance<true>,  kStdText},
    {"aten::sum",                    shape_of_reduction<kAllDtype, kSum>,    kAdds,                   kAddText},
    {"aten::sum.dim_IntList",        shape_of_reduction<kDimDtype, kSum>,    kAdds,                   kAddText},
    {"aten::var",                    shape_of_reduction<kAll, kFloat>,       work_of_variance<false>, kVarText},
    {"aten::var.correction",         shape_of_reduction<kVarDim, kFloat>,    work_of_variance<false>, kVarText},
    {"aten::var.dim",                shape_of_reduction<kVarDim, kFloat>,    work_of_variance<false>, kVarText},
};
// clang-format on

}  // namespace

std::span<const OpSpec> reduction_ops() { return kRows; }

}  // namespace flopaudit
