// The shape rules of elementwise ops with several operands: dims broadcast, dtypes promote. Shared by elementwise.cc
// and comparison.cc.
#pragma once

#include <vector>

#include "analyzer/ops/shape_helpers.h"

namespace flopaudit {

// The operands at `places`: tensors or numbers, None left out. Unknown ranks give unknown dims. Refuses shapes that do
// not broadcast.
RuleResult<Fact> broadcast_operands(const Facts& inputs, const std::vector<std::size_t>& places);

// Refuses complex tensors among the operands: what has an order.
std::optional<RuleFailure> refuse_complex(const Facts& inputs);
// A rule behind that gate.
template <RuleResult<Facts> (*rule)(const Facts&)>
RuleResult<Facts> of_ordered(const Facts& inputs) {
  FA_REFUSE(refuse_complex(inputs));
  return rule(inputs);
}

// Operands 0 and 1, tensors both, stretched to one shape. Refuses shapes that do not broadcast.
RuleResult<Dims> stretched(const Facts& inputs);

// dtype in which the operands of a comparison meet.
std::optional<DType> operand_dtype(const Facts& inputs, const std::vector<std::size_t>& places);

}  // namespace flopaudit
