#include "analyzer/ops/quantized_helpers.h"

namespace flopaudit {

bool is_quantized(DType dtype) { return !is_integral(dtype) && !is_floating(dtype) && !is_complex(dtype); }

std::optional<RuleFailure> need_quantized(const Facts& inputs, std::size_t index) {
  const RuleResult<const TensorFact*> tensor = tensor_at(inputs, index);
  if (!tensor) return tensor.failure();
  if (!(*tensor)->dtype || is_quantized(*(*tensor)->dtype)) return std::nullopt;
  return misfit("a quantized tensor is expected: " + inputs[index].to_string());
}

std::optional<RuleFailure> need_f32(const Fact& fact) {
  const TensorFact* tensor = fact.tensor();
  if (tensor == nullptr) return misfit("a tensor is expected: " + fact.to_string());
  if (tensor->dtype && is_integral(*tensor->dtype)) return misfit("integers are not quantized: " + fact.to_string());
  if (tensor->dtype && *tensor->dtype != DType::f32) return misfit("quantization takes f32: " + fact.to_string());
  return std::nullopt;
}

void count_dequantize(WorkCounter& counter, const Expr& elements, std::optional<DType> quantized) {
  counter.in_dtype(quantized).count(WorkClass::integer, elements);
  counter.in_dtype(DType::f32).count(WorkClass::convert, elements).count(WorkClass::mul, elements);
}

void count_quantize(WorkCounter& counter, const Expr& elements, std::optional<DType> quantized) {
  counter.in_dtype(DType::f32).count(WorkClass::div, elements).count(WorkClass::convert, elements);
  counter.in_dtype(quantized).count(WorkClass::integer, Expr(3) * elements);
}

void count_requantize(WorkCounter& counter, const Expr& elements, std::optional<DType> quantized) {
  counter.in_dtype(DType::f32).count(WorkClass::convert, Expr(2) * elements).count(WorkClass::mul, elements);
  counter.in_dtype(quantized).count(WorkClass::integer, Expr(3) * elements);
}

Facts as_floating(const Facts& facts) {
  Facts floating = facts;
  for (Fact& fact : floating) {
    if (TensorFact* tensor = fact.get<TensorFact>(); tensor && tensor->dtype && is_quantized(*tensor->dtype)) {
      tensor->dtype = DType::f32;
    }
  }
  return floating;
}

RuleResult<std::vector<Fact>> packed_at(const Facts& inputs, std::size_t index, std::size_t fields) {
  FA_RULE(const Fact* fact, fact_at(inputs, index));
  const auto* tuple = fact->get<TupleFact>();
  if (tuple == nullptr) return missing("the contents of the packed parameters are unknown: " + fact->to_string());
  if (tuple->elements.size() != fields) return misfit("packed parameters of another op: " + fact->to_string());
  return tuple->elements;
}

}  // namespace flopaudit
