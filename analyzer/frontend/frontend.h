// What every front end is: `Result<std::unique_ptr<Program>> load_with_X(file, method)` makes a Program of a model
// file, every method reachable from the entry, one to one, calls and attribute reads kept. All give the same text.
//   torchscript/  reads the file itself; no LibTorch, no code of the file run
//   libtorch/     through LibTorch: a library of its own, for programs that link LibTorch
// Errors: input (missing, a directory, no permission, empty, damaged, not TorchScript: one sentence each), usage (no
// such method: lists those that exist).
#pragma once

#include <string>

namespace flopaudit {

struct MethodSignature {
  std::string name;
  std::string text;  // "forward(x: Tensor) -> Tensor"
};

}  // namespace flopaudit
