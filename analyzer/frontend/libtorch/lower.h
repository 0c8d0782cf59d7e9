// Lowers a loaded module to a Program: every method and function reachable from one method, one to one.
#pragma once

#include <ATen/core/ivalue.h>

#include <map>
#include <memory>
#include <string>

#include "analyzer/frontend/libtorch/load_module.h"
#include "analyzer/frontend/libtorch/model_objects.h"
#include "analyzer/ir/graph.h"
#include "analyzer/support/result.h"

namespace torch::jit {
struct Graph;
}

namespace flopaudit {

struct LoweredModule {
  std::unique_ptr<Program> program;
  // The values behind the parameters `CONSTANTS.c<k>`: tensors and objects of the archive's constant table.
  std::map<std::string, c10::IValue> constants;
};

// Errors: usage (no such method), input (a graph that our IR cannot hold).
Result<LoweredModule> lower(const LoadedModule& loaded, const std::string& method);

// One graph without a module, for tests: a program of one function.
Result<std::unique_ptr<Program>> lower_graph(const torch::jit::Graph& graph);

}  // namespace flopaudit
