// The shape rules of elementwise ops with several operands: dims broadcast, dtypes promote. Shared by elementwise.cc
// and comparison.cc.
#pragma once

#include <vector>

#include "analyzer/ops/shape_helpers.h"

namespace flopaudit {

// The operands at `places`: tensors or numbers, None left out. Unknown ranks give unknown dims. Refuses shapes that do
// not broadcast.
RuleResult<Fact> broadcast_operands(const Facts& inputs, const std::vector<std::size_t>& places);

// dtype in which the operands of a comparison meet.
std::optional<DType> operand_dtype(const Facts& inputs, const std::vector<std::size_t>& places);

}  // namespace flopaudit
