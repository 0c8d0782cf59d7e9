// The loops of ATen's elementwise kernels: which dims are walked as one, and what lies together in them.
#pragma once

#include <cstdint>
#include <optional>

#include "analyzer/audit/causes/kernel_model.h"

namespace flopaudit {

// The innermost loops of an op: dims are one loop where all operands go through them without a gap.
struct InnerLoops {
  std::int64_t length = 1, count = 1;
  bool is_plain = true;  // all operands go from neighbour to neighbour
  bool leaps = false;    // neither that, nor does one operand alone stay where it is while the others do
};

// Over all tensor operands; a number as the second operand stays where it is. Nothing: a layout is not known.
std::optional<InnerLoops> inner_loops_of(const KernelCall& call);
// The same where all tensors are of the result's shape and lie alike, gaps and all, so that their loops are those of
// one; nothing where they do not, or where an element is repeated.
std::optional<InnerLoops> loops_of_one(const KernelCall& call);

// The strides of what an elementwise op makes of operands that lie so: dims in the same order, without gaps.
Sizes without_gaps(const Sizes& sizes, const Sizes& strides);

}  // namespace flopaudit
