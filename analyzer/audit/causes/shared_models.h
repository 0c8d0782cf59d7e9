// Models that hold on more than one code path: stated in their family's file, bound to ops in each path's tables.
#pragma once

#include "analyzer/audit/causes/kernel_model.h"

namespace flopaudit {

// aten::add, sub, rsub: pointwise.cc.
void explain_alpha(const KernelCall& call, Explanation& out);
// aten::grid_sampler of volumes: samples.cc.
void explain_points_of_volume(const KernelCall& call, Explanation& out);
// aten::batch_norm in eval mode: normalization.cc.
void explain_batch_norm(const KernelCall& call, Explanation& out);

}  // namespace flopaudit
