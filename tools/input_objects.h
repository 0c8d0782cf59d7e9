// Instances of classes as inputs: `--input 'p={"x": f32[3,8], "n": 2}'` for an argument of a class gives its
// attributes.
#pragma once

#include <vector>

#include "analyzer/ir/graph.h"
#include "analyzer/support/result.h"

namespace flopaudit {

// One input after self each. A dict for a class becomes an object of the program, `input p`, in lists, tuples and the
// attributes of other objects too; what else there is stays. Error: usage, an attribute that the program reads is
// missing.
Result<std::vector<Fact>> with_input_objects(Program& program, std::vector<Fact> inputs);

}  // namespace flopaudit
