// Means of squares: variances, norms, distances, covariances, of n elements to o.
//   variance: the mean, then n differences, n squares, their sum and the division; a standard deviation its root too.
//   norm: (sum |x|^p)^(1/p); p = 2 by mul and sqrt, 1 by add alone, infinite by compare, 0 counts what is not 0.
#include "analyzer/ops/all_ops.h"
#include "analyzer/ops/default_dtype.h"
#include "analyzer/ops/elementwise_helpers.h"
#include "analyzer/ops/norm_helpers.h"
#include "analyzer/ops/reduction_helpers.h"

namespace flopaudit {
namespace {

constexpr Places kNormDim = {2, 3, -1}, kNormDimDtype = {2, 3, 4}, kNormDtype = {-1, -1, 2}, kVarDim = {1, 3, -1};

// A norm's dtype must hold the input's.
template <const Places& places>
RuleResult<Facts> shape_of_norm(const Facts& inputs) {
  FA_RULE(const Facts facts, (shape_of_reduction<places, ResultType::real>(inputs)));
  FA_RULE(const TensorFact* tensor, tensor_at(inputs, 0));
  if (tensor->dtype && is_integral(*tensor->dtype)) {
    return misfit("a norm needs floating numbers: " + inputs[0].to_string());
  }
  if (places.dtype >= 0 && !none_at(inputs, static_cast<std::size_t>(places.dtype)) && tensor->dtype) {
    FA_RULE(const std::optional<DType> asked,
            dtype_argument_at(inputs, static_cast<std::size_t>(places.dtype), std::nullopt));
    if (asked && (is_complex(*asked) != is_complex(*tensor->dtype) || is_integral(*asked))) {
      return misfit("a norm in " + std::string(name(*asked)) + " of " + inputs[0].to_string());
    }
  }
  const std::optional<DType> dtype = facts[0].tensor()->dtype;
  if (tensor->dtype && dtype && promote_types(real_dtype(*tensor->dtype), *dtype) != *dtype) {
    return misfit("a norm in " + std::string(name(*dtype)) + " would narrow its input " + inputs[0].to_string());
  }
  return facts;
}

template <const Places& places>
RuleResult<Facts> shape_of_variance_and_mean(const Facts& inputs) {
  FA_RULE(Facts facts, (shape_of_reduction<places, ResultType::real>(inputs)));
  Fact mean = facts[0];
  mean.get<TensorFact>()->dtype = inputs[0].tensor()->dtype;
  facts.push_back(std::move(mean));
  return facts;
}

// Of complex numbers: the variance of the real parts and that of the imaginary parts, and their sum.
template <bool root>
RuleResult<Work> work_of_variance(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const ReductionSizes sizes, reduction_sizes(inputs, outputs));
  WorkCounter counter(inputs, outputs);
  FA_RULE(const DType dtype, dtype_at(inputs, 0));
  const Expr parts = is_complex(dtype) ? 2 : 1;
  counter.count(WorkClass::add, parts * sizes.steps).count(WorkClass::div, parts * sizes.outputs);
  counter.count(WorkClass::add, parts * sizes.elements).count(WorkClass::mul, parts * sizes.elements);
  counter.count(WorkClass::add, parts * sizes.steps).count(WorkClass::div, parts * sizes.outputs);
  if (is_complex(dtype)) counter.count(WorkClass::add, sizes.outputs);
  if (root) counter.count(WorkClass::sqrt, sizes.outputs);
  return counter.work();
}

RuleResult<Work> norm_of(const ReductionSizes& sizes, double order, WorkCounter& counter) {
  count_norm(counter, order, sizes.elements, sizes.outputs);
  return counter.work();
}

RuleResult<double> order_at(const Facts& inputs, std::size_t place) {
  if (none_at(inputs, place)) return 2.0;
  return number_at(inputs, place);
}

// |z|^2 of a complex number is 2 mul and 1 add, |z| its root: what comes to the norm of as many real numbers.
void count_magnitudes(WorkCounter& counter, double order, const Expr& elements) {
  counter.count(WorkClass::mul, elements).count(WorkClass::add, elements);
  if (order != 2) counter.count(WorkClass::mul, elements).count(WorkClass::sqrt, elements);
}

RuleResult<Work> work_of_norm(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const ReductionSizes sizes, reduction_sizes(inputs, outputs));
  FA_RULE(const double order, order_at(inputs, 1));
  FA_RULE(const DType dtype, dtype_at(inputs, 0));
  WorkCounter counter(inputs, outputs);
  if (is_complex(dtype)) count_magnitudes(counter, order, sizes.elements);
  return norm_of(sizes, order, counter);
}

// dist(a, b, p): the norm of a - b over all.
RuleResult<Facts> shape_of_dist(const Facts& inputs) {
  FA_RULE(Fact fact, broadcast_operands(inputs, {0, 1}));
  std::optional<DType> dtype = fact.tensor()->dtype;
  if (dtype && is_integral(*dtype)) return misfit("a norm needs floating numbers: " + shapes_text(inputs, {0, 1}));
  return one(tensor_fact(dtype ? std::optional(real_dtype(*dtype)) : dtype, Dims()));
}
RuleResult<Work> work_of_dist(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const Fact difference, broadcast_operands(inputs, {0, 1}));
  FA_RULE(const ReductionSizes sizes, reduction_sizes({difference}, outputs));
  FA_RULE(const double order, order_at(inputs, 2));
  FA_RULE(const DType dtype, dtype_at({difference}, 0));
  WorkCounter counter(inputs, outputs);
  counter.count(WorkClass::add, Expr(is_complex(dtype) ? 2 : 1) * sizes.elements);
  if (is_complex(dtype)) count_magnitudes(counter, order, sizes.elements);
  return norm_of(sizes, order, counter);
}

// renorm(self, p, dim, maxnorm): slices along dim whose norm is above maxnorm are scaled to it: norms, a compare, an
// add (of a small number) and a div per slice, a mul per element.
RuleResult<Facts> shape_of_renorm(const Facts& inputs) {
  FA_RULE(const Dims dims, dims_at(inputs, 0));
  FA_RULE(const std::size_t dim, dim_at(inputs, 2, dims.size()));
  if (dims.size() < 2 || dim >= dims.size()) return misfit("renorm needs 2 dims: " + inputs[0].to_string());
  FA_RULE(const DType dtype, dtype_at(inputs, 0));
  if (is_integral(dtype)) return misfit("a norm needs floating numbers: " + inputs[0].to_string());
  if (number_of(inputs[1]).value_or(1) <= 0)
    return misfit("the order of the norms is not positive: " + inputs[1].to_string());
  if (number_of(inputs.at(3)).value_or(0) < 0) return misfit("no norm is below 0: " + inputs[3].to_string());
  return same_as_first(inputs);
}
RuleResult<Work> work_of_renorm(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const std::vector<Expr> dims, known_dims_at(inputs, 0));
  FA_RULE(const std::size_t dim, dim_at(inputs, 2, dims.size()));
  FA_RULE(const double order, order_at(inputs, 1));
  ReductionSizes sizes;
  FA_RULE(sizes.elements, elements_at(inputs, 0));
  sizes.outputs = dims[dim];
  sizes.steps = reduction_steps(sizes.elements, sizes.outputs);
  WorkCounter counter(inputs, outputs);
  counter.count(WorkClass::compare, sizes.outputs).count(WorkClass::add, sizes.outputs);
  counter.count(WorkClass::div, sizes.outputs).count(WorkClass::mul, sizes.elements);
  return norm_of(sizes, order, counter);
}

constexpr auto kReal = ResultType::real;
constexpr char kVarText[] = "add = 3n - 2o, mul = n, div = 2o";
constexpr char kStdText[] = "add = 3n - 2o, mul = n, div = 2o, sqrt = o";
constexpr char kNormText[] =
    "2-norm: mul = n, add = n - o, sqrt = o; 1: add = n - o; inf: compare = n - o; else pow = n + o, add = n - o";

// n elements in, o out
// clang-format off
constexpr OpSpec kRows[] = {
    // name                          shape rule                            work rule               formula
    {"aten::dist",                   shape_of_dist,                        work_of_dist,            "add = n, and the norm"},
    {"aten::linalg_vector_norm",     shape_of_norm<kNormDimDtype>,         work_of_norm,            kNormText},
    {"aten::norm.Scalar",            shape_of_norm<kAllDims>,              work_of_norm,            kNormText},
    {"aten::norm.ScalarOpt_dim",     shape_of_norm<kNormDim>,              work_of_norm,            kNormText},
    {"aten::norm.ScalarOpt_dim_dtype", shape_of_norm<kNormDimDtype>,       work_of_norm,            kNormText},
    {"aten::norm.ScalarOpt_dtype",   shape_of_norm<kNormDtype>,            work_of_norm,            kNormText},
    {"aten::renorm",                 shape_of_renorm,                      work_of_renorm,          "the norms, compare, add and div = slices, mul = n"},
    {"aten::std",                    shape_of_reduction<kAllDims, kReal>,  work_of_variance<true>,  kStdText},
    {"aten::std.correction",         shape_of_reduction<kVarDim, kReal>,   work_of_variance<true>,  kStdText},
    {"aten::std.dim",                shape_of_reduction<kVarDim, kReal>,   work_of_variance<true>,  kStdText},
    {"aten::std_mean",               shape_of_variance_and_mean<kAllDims>, work_of_variance<true>,  kStdText},
    {"aten::std_mean.correction",    shape_of_variance_and_mean<kVarDim>,  work_of_variance<true>,  kStdText},
    {"aten::std_mean.dim",           shape_of_variance_and_mean<kVarDim>,  work_of_variance<true>,  kStdText},
    {"aten::var",                    shape_of_reduction<kAllDims, kReal>,  work_of_variance<false>, kVarText},
    {"aten::var.correction",         shape_of_reduction<kVarDim, kReal>,   work_of_variance<false>, kVarText},
    {"aten::var.dim",                shape_of_reduction<kVarDim, kReal>,   work_of_variance<false>, kVarText},
    {"aten::var_mean",               shape_of_variance_and_mean<kAllDims>, work_of_variance<false>, kVarText},
    {"aten::var_mean.correction",    shape_of_variance_and_mean<kVarDim>,  work_of_variance<false>, kVarText},
    {"aten::var_mean.dim",           shape_of_variance_and_mean<kVarDim>,  work_of_variance<false>, kVarText},
};
// clang-format on

}  // namespace

std::span<const OpSpec> statistics_ops() { return kRows; }

}  // namespace flopaudit
