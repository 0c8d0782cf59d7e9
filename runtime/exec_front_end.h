// The front end through LibTorch, for programs without LibTorch: flopaudit-exec loads and lowers the file, and the
// program comes back as text. A file that crashes LibTorch crashes that process alone.
#pragma once

#include <memory>
#include <string>

#include "analyzer/frontend/gate/admission.h"
#include "analyzer/ir/graph.h"
#include "analyzer/support/result.h"

namespace flopaudit {

// What load_with_libtorch gives (analyzer/frontend/libtorch/load_libtorch.h), but for `saved_training`, which the text
// does not hold. Errors: its own; environment: no flopaudit-exec, or it cannot start; input: LibTorch crashed.
Result<std::unique_ptr<Program>> load_in_exec(const Admitted& file, const std::string& method);

}  // namespace flopaudit
