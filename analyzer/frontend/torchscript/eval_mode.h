// Eval mode, which every analysis assumes, for a model that was saved in training mode.
#pragma once

#include <vector>

#include "analyzer/frontend/torchscript/class_layout.h"
#include "analyzer/ir/graph.h"
#include "analyzer/support/result.h"

namespace flopaudit {

// Puts modules into eval mode as LibTorch does: those that are reached through attributes which are declared as
// modules. Returns whether one of them was in training mode; where none was, nothing is changed. `objects` begins with
// the model.
Result<bool> set_eval_mode(std::vector<Object>& objects, ClassLayouts& classes);

}  // namespace flopaudit
