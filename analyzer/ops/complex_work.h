// What one operation on complex numbers is in operations on their real and imaginary parts.
#pragma once

#include <cstdint>
#include <span>

#include "analyzer/ir/work.h"

namespace flopaudit {

struct RealStep {
  WorkClass work_class;
  std::int64_t times;
};

// Empty: there is no such operation on complex numbers, or no rule for it.
std::span<const RealStep> complex_steps(WorkClass work_class);

}  // namespace flopaudit
