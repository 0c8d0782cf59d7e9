// What all tensors in a fact come to, those in its lists and tuples too. Numbers, None and other values have no
// tensors.
#pragma once

#include <functional>
#include <optional>

#include "analyzer/ir/fact.h"

namespace flopaudit {

// The sum of `amount` (elements, bytes) over them; nothing as soon as one tensor, or what a list holds, is not known.
std::optional<Expr> sum_over_tensors(const Fact& fact,
                                     const std::function<std::optional<Expr>(const TensorFact&)>& amount);
// Bytes of one tensor; nothing where its size or dtype is not known.
std::optional<Expr> tensor_bytes(const TensorFact& tensor);
// Of all tensors in a fact.
std::optional<Expr> bytes_in(const Fact& fact);

}  // namespace flopaudit
