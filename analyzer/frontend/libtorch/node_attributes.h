// The constant attributes of a LibTorch node, as text.
#pragma once

#include <torch/csrc/jit/ir/ir.h>

#include <map>
#include <string>

#include "analyzer/support/result.h"

namespace flopaudit {

// `name` of attribute reads, writes and method calls; `function` of prim::CallFunction (its operand in LibTorch);
// `types` of prim::isinstance, separated by ", "; numbers and strings under LibTorch's own names. A subgraph is a
// region, not an attribute. Errors: input, an attribute of a kind that serialized code cannot hold.
Result<std::map<std::string, std::string>> node_attributes(const torch::jit::Node& node);

}  // namespace flopaudit
