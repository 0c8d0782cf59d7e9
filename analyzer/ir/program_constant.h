// Constants of a program that are tensors or objects: parameters of its graphs by the names that the archive's own code
// has.
#pragma once

#include "analyzer/ir/graph.h"

namespace flopaudit {

// `CONSTANTS.c3`; of numbers, strings and small tensors written into the graph see Value::Origin::constant.
inline bool is_program_constant(const Value& value) { return value.name.starts_with("CONSTANTS."); }

}  // namespace flopaudit
