// What matrix products share: their operands' ranks and inner sizes. `first` is the place of the left operand.
#pragma once

#include "analyzer/ops/fact_access.h"

namespace flopaudit {

RuleResult<Dims> dims_of_rank(const Facts& inputs, std::size_t index, std::size_t rank);

// The summed dim of both operands must agree.
std::optional<RuleFailure> check_inner(const Facts& inputs, std::size_t a, const Dim& inner_a, std::size_t b,
                                       const Dim& inner_b);

RuleResult<Dims> mm_dims(const Facts& inputs, std::size_t first);   // [M,K] x [K,N]
RuleResult<Dims> bmm_dims(const Facts& inputs, std::size_t first);  // [B,M,K] x [B,K,N]

bool is_number(const Facts& inputs, std::size_t index, double number);

}  // namespace flopaudit
