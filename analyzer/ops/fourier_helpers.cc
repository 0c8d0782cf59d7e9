#include "analyzer/ops/fourier_helpers.h"

#include <bit>

#include "analyzer/ops/default_dtype.h"

namespace flopaudit {

std::optional<RuleFailure> count_transforms(WorkCounter& counter, std::optional<DType> real, const Expr& elements,
                                            const Expr& length, bool real_side) {
  const std::optional<std::int64_t> points = length.constant();
  if (!points) return missing("the log2 of a symbolic length: " + length.to_string());
  if (*points < 2) return std::nullopt;
  const Expr stages = elements * Expr(std::bit_width(static_cast<std::uint64_t>(*points) - 1));
  counter.in_dtype(real);
  counter.count(WorkClass::mul, real_side ? stages : stages * Expr(2));
  counter.count(WorkClass::add, real_side ? floor_div(stages * Expr(3), 2) : stages * Expr(3));
  return std::nullopt;
}

RuleResult<std::optional<DType>> transform_dtype(const Facts& inputs, std::size_t index) {
  FA_RULE(const TensorFact* tensor, tensor_at(inputs, index));
  if (!tensor->dtype) return std::optional<DType>();
  const DType real = is_integral(*tensor->dtype) ? default_dtype() : real_dtype(*tensor->dtype);
  if (real != DType::f32 && real != DType::f64) {
    return misfit("a Fourier transform is of f32, f64, c64 and c128: " + inputs[index].to_string());
  }
  return std::optional(real);
}

std::optional<DType> complex_of_real(std::optional<DType> dtype) {
  return dtype ? promote_types(*dtype, DType::c64) : std::nullopt;
}

}  // namespace flopaudit
