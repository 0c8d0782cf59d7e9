// Matrix products. A mac is one multiply whose product is accumulated; a bias or `self` with beta 1 starts the
// accumulator and is free; alpha and beta other than 1 add a mul per element of the result.
#include "analyzer/ops/all_ops.h"
#include "analyzer/ops/elementwise_helpers.h"
#include "analyzer/ops/matmul_helpers.h"
#include "analyzer/ops/shape_helpers.h"
#include "analyzer/ops/work_helpers.h"

namespace flopaudit {
namespace {

// --- mv, dot and the add... forms: `first` is the place of the left operand ---

RuleResult<Dims> mv_dims(const Facts& inputs, std::size_t first) {
  FA_RULE(const Dims left, dims_of_rank(inputs, first, 2));
  FA_RULE(const Dims right, dims_of_rank(inputs, first + 1, 1));
  FA_REFUSE(check_inner(inputs, first, left[1], first + 1, right[0]));
  return Dims{left[0]};
}

RuleResult<Dims> dot_dims(const Facts& inputs, std::size_t first) {
  FA_RULE(const Dims left, dims_of_rank(inputs, first, 1));
  FA_RULE(const Dims right, dims_of_rank(inputs, first + 1, 1));
  FA_REFUSE(check_inner(inputs, first, left[0], first + 1, right[0]));
  return Dims{};
}

// outer is a broadcast mul: nothing is summed, and dtypes promote.
RuleResult<Facts> shape_of_outer(const Facts& inputs) {
  FA_RULE(const Dims left, dims_of_rank(inputs, 0, 1));
  FA_RULE(const Dims right, dims_of_rank(inputs, 1, 1));
  return one(tensor_fact(result_dtype({&inputs[0], &inputs[1]}), {left[0], right[0]}));
}

using DimsRule = RuleResult<Dims> (*)(const Facts&, std::size_t);

template <DimsRule dims_rule>
RuleResult<Facts> shape_of_product(const Facts& inputs) {
  FA_RULE(const std::optional<DType> dtype, same_dtype(inputs, 0, 1));
  FA_RULE(Dims dims, dims_rule(inputs, 0));
  return one(tensor_fact(dtype, std::move(dims)));
}

// self, left, right: the result has the product's shape, into which self broadcasts.
template <DimsRule dims_rule>
RuleResult<Facts> shape_of_added_product(const Facts& inputs) {
  FA_RULE(const std::optional<DType> dtype, same_dtype(inputs, 1, 2));
  FA_RULE(const Dims self, dims_at(inputs, 0));
  FA_RULE(Dims dims, dims_rule(inputs, 1));
  if (cannot_expand(self, dims)) {
    return misfit("the added tensor does not broadcast to " + text(dims) + ": " + shapes_text(inputs, {0, 1, 2}));
  }
  return one(tensor_fact(dtype, std::move(dims)));
}
// Where what is added has the dtype of the product.
template <DimsRule dims_rule>
RuleResult<Facts> shape_of_sum_with_product(const Facts& inputs) {
  FA_RULE([[maybe_unused]] const std::optional<DType> dtype, same_dtype(inputs, 0, 1));
  return shape_of_added_product<dims_rule>(inputs);
}

// Every output sums over the last dim of the left operand.
RuleResult<Work> work_of_product(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const std::vector<Expr> left, known_dims_at(inputs, 0));
  FA_RULE(const Expr elements, elements_at(outputs, 0));
  return WorkCounter(inputs, outputs).count(WorkClass::mac, elements * left.back()).work();
}

RuleResult<Work> work_of_added_product(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const std::vector<Expr> left, known_dims_at(inputs, 1));
  FA_RULE(const Expr elements, elements_at(outputs, 0));
  WorkCounter counter(inputs, outputs);
  counter.count(WorkClass::mac, elements * left.back());
  if (!is_number(inputs, 3, 1)) counter.count(WorkClass::mul, elements);  // beta
  if (!is_number(inputs, 4, 1)) counter.count(WorkClass::mul, elements);  // alpha
  return counter.work();
}

// addbmm sums the batch too: [B,M,K] x [B,K,N] into [M,N].
RuleResult<Dims> addbmm_dims(const Facts& inputs, std::size_t first) {
  FA_RULE(const Dims dims, bmm_dims(inputs, first));
  return Dims{dims[1], dims[2]};
}
RuleResult<Work> work_of_addbmm(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const std::vector<Expr> left, known_dims_at(inputs, 1));
  FA_RULE(const Expr elements, elements_at(outputs, 0));
  WorkCounter counter(inputs, outputs);
  counter.count(WorkClass::mac, elements * left[0] * left[2]);
  if (!is_number(inputs, 3, 1)) counter.count(WorkClass::mul, elements);
  if (!is_number(inputs, 4, 1)) counter.count(WorkClass::mul, elements);
  return counter.work();
}

// --- matmul: the ranks choose ---

// [..., M, K] and [..., K, N] with batch dims broadcast; a vector is a row on the left, a column on the right.
RuleResult<Facts> shape_of_matmul(const Facts& inputs) {
  FA_RULE(const std::optional<DType> dtype, same_dtype(inputs, 0, 1));
  FA_RULE(Dims left, dims_at(inputs, 0));
  FA_RULE(Dims right, dims_at(inputs, 1));
  if (left.empty() || right.empty()) return misfit("a matmul of a 0-dim tensor: " + shapes_text(inputs, {0, 1}));
  const bool row = left.size() == 1;
  const bool column = right.size() == 1;
  if (row) left.insert(left.begin(), Dim(Expr(1)));
  if (column) right.push_back(Expr(1));
  FA_REFUSE(check_inner(inputs, 0, left.back(), 1, right[right.size() - 2]));
  std::optional<Dims> result = broadcast(Dims(left.begin(), left.end() - 2), Dims(right.begin(), right.end() - 2));
  if (!result) return misfit("the batch dims do not broadcast: " + shapes_text(inputs, {0, 1}));
  if (!row) result->push_back(left[left.size() - 2]);
  if (!column) result->push_back(right.back());
  return one(tensor_fact(dtype, *result));
}

// --- linear ---

RuleResult<Facts> shape_of_linear(const Facts& inputs) {
  FA_RULE(const std::optional<DType> dtype, same_dtype(inputs, 0, 1));
  FA_RULE(Dims input, dims_at(inputs, 0));
  FA_RULE(const Dims weight, dims_at(inputs, 1));
  if (input.empty() || weight.empty() || weight.size() > 2) {
    return misfit("a linear needs an input of 1 dim or more and a weight of 2: " + shapes_text(inputs, {0, 1}));
  }
  if (!same_dim(input.back(), weight.back())) {
    return misfit("input has " + input.back()->to_string() + " features and the weight expects " +
                  weight.back()->to_string() + ": " + shapes_text(inputs, {0, 1}));
  }
  input.pop_back();
  if (weight.size() == 2) input.push_back(weight[0]);
  FA_RULE(const TensorFact* bias, optional_tensor_at(inputs, 2));
  if (bias != nullptr) {
    FA_RULE([[maybe_unused]] const std::optional<DType> same, same_dtype(inputs, 0, 2));
  }
  if (bias != nullptr && bias->dims && cannot_expand(*bias->dims, input)) {
    return misfit("the bias does not fit the output " + text(input) + ": " + shapes_text(inputs, {1, 2}));
  }
  return one(tensor_fact(dtype, input));
}

// --- bilinear: y = x1' A x2 + b; A is [out, in1, in2] ---

RuleResult<Facts> shape_of_bilinear(const Facts& inputs) {
  FA_RULE(const std::optional<DType> dtype, same_dtype(inputs, 0, 2));
  FA_RULE(Dims first, dims_at(inputs, 0));
  FA_RULE(const Dims second, dims_at(inputs, 1));
  FA_RULE(const Dims weight, dims_of_rank(inputs, 2, 3));
  for (const std::size_t place : {1, 3}) {
    if (none_at(inputs, place)) continue;
    if (const auto same = same_dtype(inputs, 0, place); !same) return same.failure();
  }
  if (first.empty() || second.size() != first.size()) {
    return misfit("the inputs of a bilinear have different ranks: " + shapes_text(inputs, {0, 1}));
  }
  if (!same_dim(first.back(), weight[1]) || !same_dim(second.back(), weight[2])) {
    return misfit("the inputs do not fit the weight: " + shapes_text(inputs, {0, 1, 2}));
  }
  for (std::size_t i = 0; i + 1 < first.size(); ++i) {
    if (!same_dim(first[i], second[i])) {
      return misfit("the batch dims of a bilinear differ: " + shapes_text(inputs, {0, 1}));
    }
  }
  FA_RULE(const TensorFact* bias, optional_tensor_at(inputs, 3));
  if (bias != nullptr && bias->dims && !same_dims(*bias->dims, {weight[0]})) {
    return misfit("the bias should have one value for each output: " + shapes_text(inputs, {2, 3}));
  }
  first.back() = weight[0];
  return one(tensor_fact(dtype, first));
}

RuleResult<Work> work_of_bilinear(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const std::vector<Expr> weight, known_dims_at(inputs, 2));
  FA_RULE(const Expr elements, elements_at(outputs, 0));
  // x1' A is in1*in2 macs an output, and its dot product with x2 is in2 more.
  return WorkCounter(inputs, outputs).count(WorkClass::mac, elements * (weight[1] * weight[2] + weight[2])).work();
}

// --- products with a dtype of their own for the result (CUDA), and with an activation behind ---

template <DimsRule dims_rule, bool added>
RuleResult<Facts> shape_in_dtype(const Facts& inputs) {
  FA_RULE(Facts facts, added ? shape_of_added_product<dims_rule>(inputs) : shape_of_product<dims_rule>(inputs));
  FA_RULE(facts[0].get<TensorFact>()->dtype, dtype_argument_at(inputs, added ? 3 : 2, std::nullopt));
  return facts;
}

// self, mat1, mat2, out_dtype, beta, alpha
RuleResult<Work> work_of_added_product_in_dtype(const Facts& inputs, const Facts& outputs) {
  Facts plain = inputs;
  plain.erase(plain.begin() + 3);
  return work_of_added_product(plain, outputs);
}

// self, mat1, mat2, beta, alpha, use_gelu: relu, or gelu by erf (1 erf, 3 mul, 1 add)
RuleResult<Work> work_of_activated_product(const Facts& inputs, const Facts& outputs) {
  FA_RULE(Work work, work_of_added_product(inputs, outputs));
  FA_RULE(const bool gelu, bool_at(inputs, 5));
  FA_RULE(const Expr elements, elements_at(outputs, 0));
  FA_RULE(const DType dtype, dtype_at(outputs, 0));
  if (!gelu) {
    work.add(WorkClass::compare, dtype, elements);
    return work;
  }
  work.add(WorkClass::erf, dtype, elements);
  work.add(WorkClass::mul, dtype, elements * Expr(3));
  work.add(WorkClass::add, dtype, elements);
  return work;
}

// M, K, N matrix sizes; B batch; n elements of the result
// clang-format off
constexpr OpSpec kRows[] = {
    // name              shape rule                           work rule               formula
    {"aten::_addmm_activation", of_ordered<shape_of_sum_with_product<mm_dims>>, work_of_activated_product, "mac = M*K*N; relu or gelu of n; beta or alpha not 1: mul = n each"},
    {"aten::addbmm",     shape_of_sum_with_product<addbmm_dims>, work_of_addbmm,         "mac = B*M*K*N; beta or alpha not 1: mul = n each"},
    {"aten::addmm",      shape_of_sum_with_product<mm_dims>,     work_of_added_product,  "mac = M*K*N; beta or alpha not 1: mul = n each"},
    {"aten::addmm.dtype", shape_in_dtype<mm_dims, true>,       work_of_added_product_in_dtype, "mac = M*K*N; beta or alpha not 1: mul = n each"},
    {"aten::addmv",      shape_of_sum_with_product<mv_dims>,     work_of_added_product,  "mac = M*K; beta or alpha not 1: mul = n each"},
    {"aten::baddbmm",    shape_of_sum_with_product<bmm_dims>,    work_of_added_product,  "mac = B*M*K*N; beta or alpha not 1: mul = n each"},
    {"aten::baddbmm.dtype", shape_in_dtype<bmm_dims, true>,    work_of_added_product_in_dtype, "mac = B*M*K*N; beta or alpha not 1: mul = n each"},
    {"aten::bilinear",   shape_of_bilinear,                   work_of_bilinear,       "mac = n*(IN1*IN2 + IN2)"},
    {"aten::bmm",        shape_of_product<bmm_dims>,          work_of_product,        "mac = B*M*K*N"},
    {"aten::bmm.dtype",  shape_in_dtype<bmm_dims, false>,      work_of_product,        "mac = B*M*K*N"},
    {"aten::dot",        shape_of_product<dot_dims>,          work_of_product,        "mac = K"},
    {"aten::ger",        shape_of_outer,                      per_output<WorkClass::mul>, "mul = M*N"},
    {"aten::linalg_matmul", shape_of_matmul,                   work_of_product,        "mac = n*K"},
    {"aten::linear",     shape_of_linear,                     work_of_product,        "mac = n*IN"},
    {"aten::matmul",     shape_of_matmul,                     work_of_product,        "mac = n*K"},
    {"aten::mkldnn_linear", shape_of_linear,                   work_of_product,        "mac = n*IN"},
    {"aten::mm",         shape_of_product<mm_dims>,           work_of_product,        "mac = M*K*N"},
    {"aten::mm.dtype",   shape_in_dtype<mm_dims, false>,       work_of_product,        "mac = M*K*N"},
    {"aten::mv",         shape_of_product<mv_dims>,           work_of_product,        "mac = M*K"},
    {"aten::outer",      shape_of_outer,                      per_output<WorkClass::mul>, "mul = M*N"},
};
// clang-format on

}  // namespace

std::span<const OpSpec> matmul_ops() { return kRows; }

}  // namespace flopaudit
