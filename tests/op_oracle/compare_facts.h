// Facts that a rule states, held against those of a real value.
#pragma once

#include <string>

#include "analyzer/ops/op_spec.h"

namespace flopaudit {

// Where `real` is not what `stated` says; empty: it is. What is not stated (an unknown dim, contents) may be anything.
// Floating elements compare within the rounding of their dtype.
std::string difference(const Facts& stated, const Facts& real, bool with_elements);
std::string difference(const Fact& stated, const Fact& real, bool with_elements);

std::string facts_text(const Facts& facts);

}  // namespace flopaudit
