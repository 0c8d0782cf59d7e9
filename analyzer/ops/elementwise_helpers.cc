#include "analyzer/ops/elementwise_helpers.h"

namespace flopaudit {
namespace {

std::string operands_text(const Facts& inputs, const std::vector<std::size_t>& places) {
  std::string list;
  for (const std::size_t place : places) {
    if (inputs[place].tensor() == nullptr) continue;
    list += (list.empty() ? "" : " and ") + inputs[place].to_string();
  }
  return list;
}

}  // namespace

std::optional<RuleFailure> refuse_complex(const Facts& inputs) {
  for (const Fact& input : inputs) {
    const TensorFact* tensor = input.tensor();
    if (tensor != nullptr && tensor->dtype && is_complex(*tensor->dtype)) {
      return misfit("complex numbers have no order: " + input.to_string());
    }
  }
  return std::nullopt;
}

std::optional<DType> operand_dtype(const Facts& inputs, const std::vector<std::size_t>& places) {
  std::vector<const Fact*> operands;
  for (const std::size_t place : places) {
    if (place < inputs.size()) operands.push_back(&inputs[place]);
  }
  return result_dtype(operands);
}

RuleResult<Fact> broadcast_operands(const Facts& inputs, const std::vector<std::size_t>& places) {
  TensorFact result;
  result.dims = Dims();
  for (const std::size_t place : places) {
    FA_RULE(const Fact* fact, fact_at(inputs, place));
    if (fact->is_unknown()) return tensor_at(inputs, place).failure();
    const TensorFact* tensor = fact->tensor();
    if (tensor == nullptr || !result.dims) continue;
    if (!tensor->dims) {
      result.dims.reset();
      result.why = tensor->why;
      continue;
    }
    result.dims = broadcast(*result.dims, *tensor->dims);
    if (!result.dims) return misfit("the shapes do not broadcast: " + operands_text(inputs, places));
  }
  result.dtype = operand_dtype(inputs, places);
  return Fact(result);
}

RuleResult<Dims> stretched(const Facts& inputs) {
  FA_RULE(const Dims left, dims_at(inputs, 0));
  FA_RULE(const Dims right, dims_at(inputs, 1));
  const std::optional<Dims> both = broadcast(left, right);
  if (!both) return misfit("the operands do not broadcast: " + shapes_text(inputs, {0, 1}));
  return *both;
}

}  // namespace flopaudit
