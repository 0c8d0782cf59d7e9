// Which kernel computes attention, and what both are.
#pragma once

#include <optional>

#include "analyzer/audit/causes/kernel_model.h"

namespace flopaudit {

// Whether ATen takes its fused kernel for the operands of aten::scaled_dot_product_attention, or composes attention of
// other ops. Nothing, and `out` refused, where that is not known.
std::optional<bool> takes_fused_attention(const KernelCall& call, Explanation& out);

// (query, key, value, mask, dropout, causal, scale)
void explain_fused_attention(const KernelCall& call, Explanation& out);

// (query, key, value, mask, dropout, causal, mask of dropout, scale, grouped)
void explain_composed_attention(const KernelCall& call, Explanation& out);

}  // namespace flopaudit
