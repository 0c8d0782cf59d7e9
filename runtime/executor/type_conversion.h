// Our static types as LibTorch's: element types of the lists and dicts that the program builds, classes that it
// creates.
#pragma once

#include <ATen/core/jit_type.h>
#include <torch/csrc/jit/api/compilation_unit.h>

#include <memory>

#include "analyzer/ir/type.h"
#include "analyzer/support/result.h"

namespace flopaudit {

// `unit` knows the model's classes, named tuples and enums; null where no model is loaded. Errors: input, a name that
// it does not know, or a word that no value of a running program can have as its type.
Result<c10::TypePtr> torch_type_of(const Type& type, torch::jit::CompilationUnit* unit);

// Types separated by commas, as in the attribute `types` of prim::isinstance.
Result<std::vector<c10::TypePtr>> torch_types_of(const std::string& types, torch::jit::CompilationUnit* unit);

}  // namespace flopaudit
