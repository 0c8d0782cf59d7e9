// What the program's own `__setstate__` makes of the objects that it was saved with, as far as it can be known without
// running it. No pass: it belongs to loading a model, and comes before all of them.
#pragma once

#include <vector>

#include "analyzer/ir/graph.h"
#include "analyzer/ir/saved_objects.h"

namespace flopaudit {

// Gives values to attributes that have none. What cannot be interpreted stays unknown: it is no error.
void restore_objects(Program& program, std::vector<SavedObjects> saved);

}  // namespace flopaudit
