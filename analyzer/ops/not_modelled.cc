#include "analyzer/ops/not_modelled.h"

namespace flopaudit {

RuleResult<Work> not_modelled(const Facts&, const Facts&) { return missing("its work is not modelled"); }

}  // namespace flopaudit
