// The work of vector norms: (sum |x|^p)^(1/p).
#pragma once

#include "analyzer/ops/work_helpers.h"

namespace flopaudit {

// `elements` reduced to `outputs` norms. p = 2 is mul and sqrt, 1 add alone, infinite compare, 0 counts what is not 0.
void count_norm(WorkCounter& counter, double order, const Expr& elements, const Expr& outputs);

}  // namespace flopaudit
