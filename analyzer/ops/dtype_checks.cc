#include "analyzer/ops/dtype_checks.h"

namespace flopaudit {
namespace {

std::optional<RuleFailure> need(const Facts& inputs, std::size_t index, bool (*accepted)(DType), const char* what) {
  const RuleResult<const TensorFact*> tensor = tensor_at(inputs, index);
  if (!tensor) return tensor.failure();
  if (!(*tensor)->dtype || accepted(*(*tensor)->dtype)) return std::nullopt;
  return misfit("the op takes no " + std::string(what) + ": " + inputs[index].to_string());
}

}  // namespace

std::optional<RuleFailure> need_floating(const Facts& inputs, std::size_t index) {
  const auto accepted = [](DType dtype) { return !is_integral(dtype) && !is_complex(dtype); };
  return need(inputs, index, accepted, "integers or complex numbers");
}

std::optional<RuleFailure> refuse_integers(const Facts& inputs, std::size_t index) {
  return need(inputs, index, [](DType dtype) { return !is_integral(dtype); }, "integers");
}

std::optional<RuleFailure> need_real_numbers(const Facts& inputs, std::size_t index) {
  const auto accepted = [](DType dtype) { return dtype != DType::boolean && !is_complex(dtype); };
  return need(inputs, index, accepted, "bools or complex numbers");
}

std::optional<RuleFailure> check_long(const Facts& inputs, std::size_t index) {
  const RuleResult<const TensorFact*> tensor = tensor_at(inputs, index);
  if (!tensor) return tensor.failure();
  if (!(*tensor)->dtype || *(*tensor)->dtype == DType::i64) return std::nullopt;
  return misfit("the index should be i64 and is " + inputs[index].to_string());
}

RuleResult<Facts> floating_like_first(const Facts& inputs) {
  FA_REFUSE(need_floating(inputs, 0));
  return same_as_first(inputs);
}

RuleResult<Facts> real_like_first(const Facts& inputs) {
  FA_REFUSE(need_real_numbers(inputs, 0));
  return same_as_first(inputs);
}

}  // namespace flopaudit
