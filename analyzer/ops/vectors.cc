// Products of vectors that contract nothing, and what statistics make of a matrix of observations.
//   cross: 6 mul, 3 add per vector; addr: the outer product, 1 mul and 1 add per element
//   vander: powers by repeated mul; cov: means, differences, then X X^T / (n - 1), which LibTorch does by a matmul: mac
//   corrcoef: cov, roots of its diagonal, and 2 divisions per element
#include "analyzer/ops/all_ops.h"
#include "analyzer/ops/default_dtype.h"
#include "analyzer/ops/elementwise_helpers.h"
#include "analyzer/ops/size_conditions.h"
#include "analyzer/ops/work_helpers.h"

namespace flopaudit {
namespace {

// --- cross(self, other, dim) ---

RuleResult<Facts> cross_along(const Facts& inputs, std::size_t dim, const Dims& dims) {
  if (dims[dim] && !must_be_equal(*dims[dim], 3)) {
    return misfit("a cross product is of vectors of 3: " + shapes_text(inputs, {0, 1}));
  }
  FA_RULE(const std::optional<DType> dtype, same_dtype(inputs, 0, 1));
  return one(tensor_fact(dtype, dims));
}
RuleResult<Dims> dims_of_cross(const Facts& inputs) {
  FA_RULE(const Dims a, dims_at(inputs, 0));
  FA_RULE(const Dims b, dims_at(inputs, 1));
  if (a.size() != b.size() || a.empty()) {
    return misfit("a cross product needs as many dims of both: " + shapes_text(inputs, {0, 1}));
  }
  const std::optional<Dims> dims = broadcast(a, b);
  if (!dims) return misfit("the shapes do not broadcast: " + shapes_text(inputs, {0, 1}));
  return *dims;
}
RuleResult<Facts> shape_of_linalg_cross(const Facts& inputs) {
  FA_RULE(const Dims dims, dims_of_cross(inputs));
  FA_RULE(const std::size_t dim, dim_at(inputs, 2, dims.size()));
  return cross_along(inputs, dim, dims);
}
// Without dim: the first that is 3.
RuleResult<Facts> shape_of_cross(const Facts& inputs) {
  if (!none_at(inputs, 2)) return shape_of_linalg_cross(inputs);
  FA_RULE(const Dims dims, dims_of_cross(inputs));
  FA_RULE(const Dims own, dims_at(inputs, 0));
  for (std::size_t i = 0; i < own.size(); ++i) {
    if (!own[i] || !own[i]->constant()) return missing("whether a dim is 3 is unknown: " + inputs[0].to_string());
    if (*own[i] == Expr(3)) return cross_along(inputs, i, dims);
  }
  return misfit("no dim is 3: " + inputs[0].to_string());
}
RuleResult<Work> work_of_cross(const Facts& inputs, const Facts& outputs) {
  return WorkCounter(inputs, outputs).per_output(WorkClass::mul, 2).per_output(WorkClass::add).work();
}

// --- addr(self, vec1, vec2, beta, alpha) ---

RuleResult<Facts> shape_of_addr(const Facts& inputs) {
  FA_RULE(const Dims self, dims_at(inputs, 0));
  FA_RULE(const Dims rows, dims_at(inputs, 1));
  FA_RULE(const Dims columns, dims_at(inputs, 2));
  if (rows.size() != 1 || columns.size() != 1) return misfit("addr needs two vectors: " + shapes_text(inputs, {1, 2}));
  const Dims output = {rows[0], columns[0]};
  if (cannot_expand(self, output)) {
    return misfit(inputs[0].to_string() + " does not expand to the outer product of " + shapes_text(inputs, {1, 2}));
  }
  const std::optional<DType> dtype = operand_dtype(inputs, {0, 1, 2});
  for (const std::size_t factor : {3, 4}) {
    if (dtype && *dtype != DType::boolean && inputs[factor].get<BoolFact>() != nullptr) {
      return misfit("a bool for a factor of " + std::string(name(*dtype)));
    }
    if (dtype && is_integral(*dtype) && inputs[factor].get<FloatFact>() != nullptr) {
      return misfit("a floating factor beside a result of " + std::string(name(*dtype)));
    }
  }
  return one(tensor_fact(dtype, output));
}
RuleResult<Work> work_of_addr(const Facts& inputs, const Facts& outputs) {
  WorkCounter counter(inputs, outputs);
  counter.per_output(WorkClass::mul);
  if (number_of(inputs[4]) != 1) counter.per_output(WorkClass::mul);
  if (number_of(inputs[3]) == 0) return counter.work();  // beta 0 leaves self out
  counter.per_output(WorkClass::add);
  if (number_of(inputs[3]) != 1) counter.per_output(WorkClass::mul);
  return counter.work();
}

// --- vander(x, N): columns 1, x, x^2 ... ---

RuleResult<Facts> vander(const Facts& inputs, std::int64_t least) {
  FA_RULE(Dims dims, dims_at(inputs, 0));
  if (dims.empty()) dims = {Dim(Expr(1))};
  FA_RULE(const std::optional<Expr> given, optional_int_at(inputs, 1));
  const Dim columns = given ? Dim(*given) : dims.back();
  if (columns && !must_be_at_least(*columns, least)) {
    return misfit("vander needs N of at least " + std::to_string(least) + ", not " + columns->to_string());
  }
  dims.push_back(columns);
  return one(tensor_fact(inputs[0].tensor()->dtype, dims));
}
// Integers are multiplied up in i64.
RuleResult<Facts> shape_of_linalg_vander(const Facts& inputs) {
  FA_RULE(Facts facts, vander(inputs, 2));
  std::optional<DType>& dtype = facts[0].get<TensorFact>()->dtype;
  if (dtype == DType::boolean || dtype == DType::f16 || dtype == DType::bf16) {
    return misfit("vander is not of bools, f16 and bf16: " + inputs[0].to_string());
  }
  if (dtype && is_integral(*dtype)) dtype = DType::i64;
  return facts;
}
RuleResult<Facts> shape_of_vander(const Facts& inputs) {
  FA_RULE(const Dims dims, dims_at(inputs, 0));
  if (dims.size() != 1) return misfit("vander needs a vector: " + inputs[0].to_string());
  FA_RULE(Facts facts, vander(inputs, 0));
  std::optional<DType>& dtype = facts[0].get<TensorFact>()->dtype;
  if (dtype && is_integral(*dtype)) dtype = DType::i64;
  return facts;
}
RuleResult<Work> work_of_vander(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const Expr elements, elements_at(inputs, 0));
  FA_RULE(const std::vector<Expr> dims, known_dims_at(outputs, 0));
  const Expr products = elements * max(Expr(0), dims.back() - Expr(2));
  return WorkCounter(inputs, outputs).count(WorkClass::mul, products).work();
}

// --- cov(self, correction, fweights, aweights): variables are rows, observations columns ---

template <bool weighted>
RuleResult<Facts> shape_of_cov(const Facts& inputs) {
  FA_RULE(const Dims dims, dims_at(inputs, 0));
  if (dims.size() > 2) return misfit("cov needs 2 dims at most: " + inputs[0].to_string());
  FA_RULE(const DType dtype, dtype_at(inputs, 0));
  if (dtype == DType::boolean) return misfit("cov of bools: " + inputs[0].to_string());
  if (weighted) {  // frequencies, and weights
    const Dim observations = dims.empty() ? Dim(Expr(1)) : dims.back();
    for (const std::size_t place : {2, 3}) {
      FA_RULE(const TensorFact* weights, optional_tensor_at(inputs, place));
      if (weights == nullptr) continue;
      const bool fits = !weights->dims || same_dims(*weights->dims, {observations});
      const bool typed = !weights->dtype || (place == 2 ? is_integral(*weights->dtype) : is_floating(*weights->dtype));
      if (!fits || !typed) return misfit("a weight for each observation is needed: " + shapes_text(inputs, {0, place}));
    }
  }
  const DType result = is_integral(dtype) ? default_dtype() : dtype;
  if (dims.size() < 2 || dims[0] == Dim(Expr(1))) return one(tensor_fact(result, Dims()));
  return one(tensor_fact(result, {dims[0], dims[0]}));
}
template <bool correlation>
RuleResult<Work> work_of_cov(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const std::vector<Expr> dims, known_dims_at(inputs, 0));
  const Expr observations = dims.empty() ? Expr(1) : dims.back();
  const Expr variables = dims.size() == 2 ? dims[0] : Expr(1);
  const bool weighted = !correlation && (!none_at(inputs, 2) || !none_at(inputs, 3));
  if (weighted) return missing("no rule for weighted covariances");
  const Expr elements = variables * observations;
  WorkCounter counter(inputs, outputs);
  counter.count(WorkClass::add, reduction_steps(elements, variables)).count(WorkClass::div, variables);  // means
  counter.count(WorkClass::add, elements).count(WorkClass::mac, elements * variables);
  counter.count(WorkClass::div, variables * variables);
  if (!correlation) return counter.work();
  return counter.count(WorkClass::sqrt, variables).count(WorkClass::div, variables * variables * Expr(2)).work();
}

// n elements of the result
// clang-format off
constexpr OpSpec kRows[] = {
    // name                  shape rule              work rule           formula
    {"aten::addr",           shape_of_addr,          work_of_addr,       "mul = n, add = n; beta or alpha not 1: mul = n each"},
    {"aten::corrcoef",       shape_of_cov<false>,           work_of_cov<true>,  "V variables, N observations: as cov, sqrt = V, div = 2V*V"},
    {"aten::cov",            shape_of_cov<true>,            work_of_cov<false>, "V variables, N observations: add = 2VN - V, mac = V*V*N, div = V*V + V"},
    {"aten::cross",          shape_of_cross,         work_of_cross,      "mul = 2n, add = n"},
    {"aten::linalg_cross",   shape_of_linalg_cross,  work_of_cross,      "mul = 2n, add = n"},
    {"aten::linalg_vander",  shape_of_linalg_vander, work_of_vander,     "mul = elements * (N - 2)"},
    {"aten::vander",         shape_of_vander,        work_of_vander,     "mul = elements * (N - 2)"},
};
// clang-format on

}  // namespace

std::span<const OpSpec> vector_ops() { return kRows; }

}  // namespace flopaudit
