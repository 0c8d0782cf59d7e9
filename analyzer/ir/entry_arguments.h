// The arguments of a program's method. A method of a module takes the model first; a free function does not.
#pragma once

#include <cstddef>

#include "analyzer/ir/graph.h"

namespace flopaudit {

bool takes_self(const Program& program);
// Where the inputs begin among the arguments of the entry.
inline std::size_t first_input(const Program& program) { return takes_self(program) ? 1 : 0; }

}  // namespace flopaudit
