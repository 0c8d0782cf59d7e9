// The LibTorch operator of a node, by name and overload.
#pragma once

#include <torch/csrc/jit/runtime/operator.h>

#include <memory>

#include "analyzer/ir/graph.h"
#include "analyzer/support/result.h"

namespace flopaudit {

struct FoundOperator {
  torch::jit::Operation operation = nullptr;
  bool is_vararg = false;  // wants the number of its operands on the stack, last
  std::shared_ptr<const torch::jit::Operator> entry;
};

// Errors: input: this LibTorch has no such operator, or knows its schema alone.
Result<FoundOperator> find_operator(const OpName& name);

}  // namespace flopaudit
