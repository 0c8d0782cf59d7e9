// The work rule of an op whose results are known and whose work is not: its nodes have no rule, and its formula says
// why.
#pragma once

#include "analyzer/ops/op_spec.h"

namespace flopaudit {

RuleResult<Work> not_modelled(const Facts& inputs, const Facts& outputs);

}  // namespace flopaudit
