// Random changes to the operands of a case: other sizes, ranks, dtypes, numbers, None. A change that does not apply to
// the operands at hand does nothing, so that any list of them is a valid draw and RapidCheck can shrink it.
#pragma once

#include <ostream>
#include <vector>

#include "tests/op_oracle/libtorch_op.h"

namespace flopaudit {

struct Mutation {
  unsigned kind = 0;   // what is changed, modulo the number of kinds
  unsigned site = 0;   // where, modulo the number of places that it applies to
  unsigned place = 0;  // which dim, which element
  unsigned value = 0;  // what it becomes
};
std::ostream& operator<<(std::ostream& stream, const Mutation& mutation);

Facts mutated(const Facts& inputs, const std::vector<OpArgument>& arguments, const std::vector<Mutation>& mutations);

// All elements of all tensors: what a call may cost.
double elements_of(const Facts& facts);

}  // namespace flopaudit
