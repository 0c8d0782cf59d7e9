// A front end makes a Program of a model file: every method reachable from the entry, one to one, calls and attribute
// reads kept. Two front ends give the same text; today there is one, through LibTorch.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "analyzer/ir/graph.h"
#include "analyzer/support/result.h"

namespace flopaudit {

struct MethodSignature {
  std::string name;
  std::string text;  // "forward(x: Tensor) -> Tensor"
};

// Errors: input (missing, a directory, no permission, empty, damaged, not TorchScript: one sentence each), usage (no
// such method: lists those that exist).
Result<std::unique_ptr<Program>> load_with_libtorch(const std::string& file, const std::string& method);

// The version of the LibTorch that this program runs with: "2.13.0".
std::string libtorch_version();

}  // namespace flopaudit
