// A TorchScript file as a Program, without LibTorch: nothing of the file is run, and its weights are not read.
#pragma once

#include <memory>
#include <string>

#include "analyzer/ir/graph.h"
#include "analyzer/support/result.h"

namespace flopaudit {

// The same program as load_with_libtorch() gives, to the letter of its text. Errors: input (missing, damaged, not
// TorchScript, code that LibTorch never writes: one sentence each), usage (no such method: lists those that exist).
Result<std::unique_ptr<Program>> load_with_torchscript(const std::string& file, const std::string& method);

}  // namespace flopaudit
