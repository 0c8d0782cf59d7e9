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

// Nothing: a layout is not known.
std::optional<InnerLoops> inner_loops_of(const KernelCall& call);

}  // namespace flopaudit
