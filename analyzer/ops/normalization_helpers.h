// The work of normalisation by statistics of the input, shared by normalization.cc and the ops that fuse one.
#pragma once

#include "analyzer/ops/work_helpers.h"

namespace flopaudit {

// `elements` in `groups`: mean, variance, 1/sqrt(var + eps) of each group, and each element normalised
// (normalization.cc). Learned scale and shift are not in it.
WorkCounter& count_normalized_groups(WorkCounter& counter, const Expr& elements, const Expr& groups);

}  // namespace flopaudit
