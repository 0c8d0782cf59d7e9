// Refusals by dtype alone: what LibTorch has no kernel for. A dtype that is not known is let pass.
#pragma once

#include <optional>

#include "analyzer/ops/shape_helpers.h"

namespace flopaudit {

// Floating and quantized pass; integers, bools and complex numbers do not.
std::optional<RuleFailure> need_floating(const Facts& inputs, std::size_t index);
// Complex numbers pass too.
std::optional<RuleFailure> refuse_integers(const Facts& inputs, std::size_t index);
// All but complex numbers and bools: what has an order and arithmetic.
std::optional<RuleFailure> need_real_numbers(const Facts& inputs, std::size_t index);
// An index: i64 alone.
std::optional<RuleFailure> check_long(const Facts& inputs, std::size_t index);

// --- whole rules: dtype and dims of the first operand, which must be of such a dtype ---
RuleResult<Facts> floating_like_first(const Facts& inputs);
RuleResult<Facts> real_like_first(const Facts& inputs);

}  // namespace flopaudit
