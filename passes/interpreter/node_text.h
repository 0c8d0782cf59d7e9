// How messages of the interpreter name nodes.
#pragma once

#include <string>

#include "analyzer/ir/graph.h"
#include "analyzer/ir/node_text.h"

namespace flopaudit {

// "torch/nn/functional.py:12", "?" where the model does not say.
std::string source_of(const Node& node);
// "(f32[1,10], f32[16,8], None)", long ones cut.
std::string facts_text(const std::vector<Fact>& facts);

}  // namespace flopaudit
