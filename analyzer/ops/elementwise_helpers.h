// The shape rules of elementwise ops with several operands: dims broadcast, dtypes promote, an in-place op keeps its
// first operand's. Shared by elementwise.cc and comparison.cc.
#pragma once

#include <vector>

#include "analyzer/ops/shape_helpers.h"

namespace flopaudit {

// The operands at `places`: tensors or numbers, None left out. Unknown ranks give unknown dims. Refuses shapes that do
// not broadcast.
RuleResult<Fact> broadcast_operands(const Facts& inputs, const std::vector<std::size_t>& places);

// The same written into operand 0: its dims and dtype stay, and must hold the result.
RuleResult<Fact> broadcast_into_first(const Facts& inputs, const std::vector<std::size_t>& places);

// dtype in which the operands of a comparison meet.
std::optional<DType> operand_dtype(const Facts& inputs, const std::vector<std::size_t>& places);

}  // namespace flopaudit
