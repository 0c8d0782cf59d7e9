#include "analyzer/ops/fourier_helpers.h"

#include "analyzer/ops/default_dtype.h"
#include "analyzer/support/expr_log2.h"

namespace flopaudit {

void count_transforms(WorkCounter& counter, std::optional<DType> real, const Expr& elements, const Expr& length,
                      bool real_side) {
  const Expr stages = elements * ceil_log2(length);
  counter.in_dtype(real);
  counter.count(WorkClass::mul, real_side ? stages : stages * Expr(2));
  counter.count(WorkClass::add, real_side ? floor_div(stages * Expr(3), 2) : stages * Expr(3));
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
