// What random integers are drawn between: refused where there is none, or none that the dtype holds.
#pragma once

#include <optional>

#include "analyzer/ops/fact_access.h"

namespace flopaudit {

// low <= x < high; bounds that are no known numbers are let pass.
std::optional<RuleFailure> check_draw(std::optional<DType> dtype, const Fact& low, const Fact& high);

}  // namespace flopaudit
