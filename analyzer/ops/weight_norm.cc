// Weight normalisation: w = v * (g / |v|), the norm over all dims but one (Salimans and Kingma, "Weight
// Normalization"). A norm of r rows costs, over its n elements, n mul, n - r add and r sqrt; other powers n pow, n - r
// add and r pow.
#include "analyzer/ops/all_ops.h"
#include "analyzer/ops/dtype_checks.h"
#include "analyzer/ops/work_helpers.h"

namespace flopaudit {
namespace {

// The dims that are left when all but `dim` are reduced to 1; -1: all are reduced.
RuleResult<Dims> norm_dims(const Facts& inputs, std::size_t place_of_dim) {
  FA_RULE(const Dims input, dims_at(inputs, 0));
  FA_RULE(const std::int64_t number, constant_at(inputs, place_of_dim));
  if (number == -1) return Dims();
  if (input.empty()) return misfit("a 0-dim tensor has no dim " + std::to_string(number));
  FA_RULE(const std::size_t dim, wrap_dim(number, input.size()));
  Dims output(input.size(), Expr(1));
  output[dim] = input[dim];
  return output;
}

// norm_except_dim(v, pow, dim)
RuleResult<Facts> shape_of_norm_except_dim(const Facts& inputs) {
  FA_REFUSE(refuse_integers(inputs, 0));
  FA_RULE(const Dims output, norm_dims(inputs, 2));
  if (has_no_elements(inputs[0]) && product(output) == Expr(0)) {  // which LibTorch cannot arrange in rows
    return misfit("the norms of no rows: " + inputs[0].to_string());
  }
  const std::optional<DType> dtype = inputs[0].tensor()->dtype;
  return one(tensor_fact(dtype ? std::optional(real_dtype(*dtype)) : dtype, output));
}

WorkCounter& count_norm(WorkCounter& counter, const Expr& elements, const Expr& rows, std::int64_t power) {
  counter.count(WorkClass::add, reduction_steps(elements, rows));
  if (power == 1) return counter;
  counter.count(power == 2 ? WorkClass::mul : WorkClass::pow, elements);
  return counter.count(power == 2 ? WorkClass::sqrt : WorkClass::pow, rows);
}

RuleResult<Work> work_of_norm_except_dim(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const Expr elements, elements_at(inputs, 0));
  FA_RULE(const Expr rows, elements_at(outputs, 0));
  FA_RULE(const std::int64_t power, constant_at(inputs, 1));
  WorkCounter counter(inputs, outputs);
  return count_norm(counter, elements, rows, power).work();
}

// _weight_norm(v, g, dim): LibTorch has a fused kernel for the first and last dim; the others broadcast and promote.
RuleResult<Facts> shape_of_weight_norm(const Facts& inputs) {
  FA_RULE(const Dims input, dims_at(inputs, 0));
  FA_RULE(const std::int64_t kept, constant_at(inputs, 2));
  const bool fused = kept == 0 || kept + 1 == static_cast<std::int64_t>(input.size());
  FA_REFUSE(fused ? need_floating(inputs, 0) : refuse_integers(inputs, 0));
  FA_RULE(const Dims norm, norm_dims(inputs, 2));
  FA_RULE(const Dims gain, dims_at(inputs, 1));
  if (!fused) {
    const std::optional<Dims> factor = broadcast(norm, gain);
    const std::optional<Dims> output = factor ? broadcast(input, *factor) : std::nullopt;
    if (!output) return misfit("g does not fit the norm " + text(norm) + " of v: " + shapes_text(inputs, {0, 1}));
    return one(tensor_fact(result_dtype({&inputs[0], &inputs[1]}), *output));
  }
  FA_RULE(const std::optional<DType> dtype, same_dtype(inputs, 0, 1));
  if (!broadcast(norm, gain) || cannot_expand(gain, input)) {
    return misfit("g does not fit the norm " + text(norm) + " of v: " + shapes_text(inputs, {0, 1}));
  }
  return one(tensor_fact(dtype, input));
}

// Returns the norm too, in f32 for half precision.
RuleResult<Facts> shape_of_weight_norm_interface(const Facts& inputs) {
  FA_RULE(Facts facts, shape_of_weight_norm(inputs));
  FA_RULE(const Dims gain, dims_at(inputs, 1));  // the norm is written into a tensor like g
  FA_RULE(const std::int64_t dim, constant_at(inputs, 2));
  FA_RULE(const Dims input, dims_at(inputs, 0));
  if (dim != 0 && dim + 1 != static_cast<std::int64_t>(input.size())) {
    return misfit("the fused weight norm keeps the first or the last dim, not " + std::to_string(dim));
  }
  std::optional<DType> dtype = facts[0].tensor()->dtype;
  if (dtype == DType::f16 || dtype == DType::bf16) dtype = DType::f32;
  facts.push_back(tensor_fact(dtype, gain));
  return facts;
}

RuleResult<Work> work_of_weight_norm(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const Expr elements, elements_at(inputs, 0));
  FA_RULE(const Dims norm, norm_dims(inputs, 2));
  const std::optional<Expr> rows = product(norm);
  if (!rows) return missing("the number of norms is unknown");
  WorkCounter counter(inputs, outputs);
  return count_norm(counter, elements, *rows, 2).count(WorkClass::div, *rows).count(WorkClass::mul, elements).work();
}

// n elements, r norms
constexpr char kNorm[] = "mul = n, add = n - r, sqrt = r; power 1: add = n - r; others: pow = n + r, add = n - r";
constexpr char kWeight[] = "mul = 2n, add = n - r, sqrt = r, div = r";

// clang-format off
constexpr OpSpec kRows[] = {
    // name                          shape rule                      work rule                formula
    {"aten::_weight_norm",           shape_of_weight_norm,           work_of_weight_norm,     kWeight},
    {"aten::_weight_norm_interface", shape_of_weight_norm_interface, work_of_weight_norm,     kWeight},
    {"aten::norm_except_dim",        shape_of_norm_except_dim,       work_of_norm_except_dim, kNorm},
};
// clang-format on

}  // namespace

std::span<const OpSpec> weight_norm_ops() { return kRows; }

}  // namespace flopaudit
