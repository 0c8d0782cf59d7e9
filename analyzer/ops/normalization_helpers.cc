#include "analyzer/ops/normalization_helpers.h"

namespace flopaudit {

Affine affine_at(const Facts& inputs, std::size_t weight, std::size_t bias) {
  return {!none_at(inputs, weight), !none_at(inputs, bias)};
}

std::optional<RuleFailure> check_channels(const Facts& inputs, const Dims& input,
                                          std::initializer_list<std::size_t> vectors) {
  if (input.size() < 2) return misfit("the input has no channel dim: " + inputs[0].to_string());
  for (const std::size_t place : vectors) {
    const RuleResult<const TensorFact*> vector = optional_tensor_at(inputs, place);
    if (!vector) return vector.failure();
    if (*vector == nullptr || !(*vector)->dims) continue;
    const std::optional<Expr> elements = element_count(*(*vector)->dims);
    if (elements && !same_dim(elements, input[1])) {
      return misfit("input has " + input[1]->to_string() + " channels and the normalisation has " +
                    elements->to_string() + ": " + shapes_text(inputs, {0, place}));
    }
  }
  return std::nullopt;
}

std::optional<RuleFailure> check_parameter_dtypes(const Facts& inputs, std::initializer_list<std::size_t> parameters) {
  const TensorFact* input = inputs[0].tensor();
  if (input == nullptr || !input->dtype) return std::nullopt;
  const bool half = *input->dtype == DType::f16 || *input->dtype == DType::bf16;
  std::optional<DType> expected;
  for (const std::size_t place : parameters) {
    const TensorFact* parameter = place < inputs.size() ? inputs[place].tensor() : nullptr;
    if (parameter == nullptr || !parameter->dtype) continue;
    if (!expected) expected = half && *parameter->dtype != *input->dtype ? DType::f32 : *input->dtype;
    if (*parameter->dtype != *expected) {
      return misfit("the parameters should be " + std::string(name(*expected)) + ": " +
                    shapes_text(inputs, {0, place}));
    }
  }
  return std::nullopt;
}

std::optional<RuleFailure> check_vectors(const Facts& inputs, std::initializer_list<std::size_t> parameters) {
  for (const std::size_t place : parameters) {
    const TensorFact* parameter = place < inputs.size() ? inputs[place].tensor() : nullptr;
    if (parameter != nullptr && parameter->dims && parameter->dims->size() != 1) {
      return misfit("one value a channel is expected: " + inputs[place].to_string());
    }
  }
  return std::nullopt;
}

std::optional<DType> statistics_dtype(const Facts& inputs, std::initializer_list<std::size_t> parameters) {
  const TensorFact* input = inputs[0].tensor();
  if (input == nullptr || !input->dtype) return std::nullopt;
  if (*input->dtype != DType::f16 && *input->dtype != DType::bf16) return input->dtype;
  for (const std::size_t place : parameters) {
    const TensorFact* parameter = place < inputs.size() ? inputs[place].tensor() : nullptr;
    if (parameter != nullptr && parameter->dtype != input->dtype) return parameter->dtype;
  }
  return input->dtype;
}

void count_statistics(WorkCounter& counter, const Expr& elements, const Expr& groups) {
  const Expr steps = reduction_steps(elements, groups);
  counter.count(WorkClass::add, steps).count(WorkClass::div, groups);       // mean
  counter.count(WorkClass::add, elements).count(WorkClass::mul, elements);  // squared differences
  counter.count(WorkClass::add, steps).count(WorkClass::div, groups);       // var
  counter.count(WorkClass::add, groups).count(WorkClass::sqrt, groups).count(WorkClass::div, groups);
}

WorkCounter& count_normalized_groups(WorkCounter& counter, const Expr& elements, const Expr& groups) {
  count_statistics(counter, elements, groups);
  return counter.count(WorkClass::add, elements).count(WorkClass::mul, elements);
}

RuleResult<Work> work_by_groups(const Facts& inputs, const Facts& outputs, const Expr& groups, Affine affine) {
  FA_RULE(const Expr elements, elements_at(inputs, 0));
  WorkCounter counter(inputs, outputs);
  if (elements == Expr(0)) return counter.work();
  count_normalized_groups(counter, elements, groups);
  if (affine.scale) counter.count(WorkClass::mul, elements);
  if (affine.shift) counter.count(WorkClass::add, elements);
  return counter.work();
}

RuleResult<Work> work_by_running_statistics(const Facts& inputs, const Facts& outputs, const Expr& channels,
                                            Affine affine) {
  FA_RULE(const Expr elements, elements_at(inputs, 0));
  WorkCounter counter(inputs, outputs);
  if (elements == Expr(0)) return counter.work();
  counter.count(WorkClass::mul, elements).count(WorkClass::add, elements);
  counter.count(WorkClass::add, channels).count(WorkClass::sqrt, channels).count(WorkClass::div, channels);
  if (affine.scale) counter.count(WorkClass::mul, channels);
  if (affine.shift) counter.count(WorkClass::mul, channels).count(WorkClass::add, channels);
  return counter.work();
}

}  // namespace flopaudit
