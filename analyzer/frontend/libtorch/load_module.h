// Loads a TorchScript file on the CPU. The module is in eval mode; whether it was saved in training mode is kept.
#pragma once

#include <torch/csrc/jit/api/module.h>

#include <optional>
#include <string>
#include <vector>

#include "analyzer/frontend/libtorch/operator_stubs.h"
#include "analyzer/frontend/model_file.h"
#include "analyzer/support/result.h"

namespace flopaudit {

struct LoadedModule {
  ModelFile file;
  torch::jit::Module module;
  bool saved_training = false;  // the model itself or one of its submodules
};

// Operators that LibTorch does not have become stubs (operator_stubs.h); `schemas`: what is known of them. Errors:
// input, one sentence each: those of inspect_model_file, an operator that no stub can stand for, a custom class,
// anything else that LibTorch refuses.
Result<LoadedModule> load_module(const std::string& path, const StubSchemas& schemas = {});

// The method, or a usage error that lists those that exist.
Result<torch::jit::Method> find_method(const LoadedModule& loaded, const std::string& name);

// The example inputs that a traced file carries for a method. Tensors have sizes and types but no data to read.
std::optional<std::vector<c10::IValue>> traced_inputs(const ModelFile& file, const std::string& method);

}  // namespace flopaudit
