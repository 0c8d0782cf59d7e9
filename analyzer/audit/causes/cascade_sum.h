// ATen's sum (cascade_sum in SumKernel.cpp): which two loops TensorIterator gives its kernel, and what that adds.
#pragma once

#include <optional>
#include <vector>

#include "analyzer/audit/causes/kernel_model.h"

namespace flopaudit {

struct CascadeSum {
  std::int64_t adds = 0;    // all of them
  bool in_columns = false;  // sums lie together and not what they sum
};

// Of an operand that lies so over the dims that are `reduced`. Nothing: a sum as long, or as repeated, was not
// measured.
std::optional<CascadeSum> cascade_sum(const std::vector<std::int64_t>& sizes, const std::vector<std::int64_t>& strides,
                                      const std::vector<bool>& reduced, bool f32);

}  // namespace flopaudit
