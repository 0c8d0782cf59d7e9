// The front end through LibTorch: loads the file, which runs its `__setstate__`, and lowers LibTorch's graph.
// For programs that link LibTorch; flopaudit asks flopaudit-exec for it (runtime/exec_front_end.h).
#pragma once

#include <memory>
#include <string>

#include "analyzer/ir/graph.h"
#include "analyzer/support/result.h"

namespace flopaudit {

// Errors: those of every front end (analyzer/frontend/frontend.h).
Result<std::unique_ptr<Program>> load_with_libtorch(const std::string& file, const std::string& method);

// The version of the LibTorch that this program runs with: "2.13.0".
std::string libtorch_version();

}  // namespace flopaudit
