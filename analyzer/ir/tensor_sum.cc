#include "analyzer/ir/tensor_sum.h"

namespace flopaudit {

std::optional<Expr> sum_over_tensors(const Fact& fact,
                                     const std::function<std::optional<Expr>(const TensorFact&)>& amount) {
  if (const TensorFact* tensor = fact.tensor()) return amount(*tensor);
  if (fact.is_unknown()) return std::nullopt;
  const auto* list = fact.get<ListFact>();
  const auto* tuple = fact.get<TupleFact>();
  if (list != nullptr && (!list->elements || !list->elements->length())) return std::nullopt;
  if (const Fact* element = list != nullptr ? list->elements->element() : nullptr) {
    const auto each = sum_over_tensors(*element, amount);
    return each ? std::optional(*list->elements->length() * *each) : std::nullopt;
  }
  Expr sum;
  if (list == nullptr && tuple == nullptr) return sum;
  for (const Fact& element : list != nullptr ? **list->elements : tuple->elements) {
    const auto more = sum_over_tensors(element, amount);
    if (!more) return std::nullopt;
    sum += *more;
  }
  return sum;
}

std::optional<Expr> tensor_bytes(const TensorFact& tensor) {
  const auto elements = element_count(tensor);
  if (!elements || !tensor.dtype) return std::nullopt;
  return *elements * Expr(element_bytes(*tensor.dtype));
}

std::optional<Expr> bytes_in(const Fact& fact) { return sum_over_tensors(fact, tensor_bytes); }

}  // namespace flopaudit
