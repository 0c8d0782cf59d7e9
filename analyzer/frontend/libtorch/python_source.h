// The Python line that a node of a loaded graph was made from.
#pragma once

#include <torch/csrc/jit/frontend/source_range.h>

#include <optional>

#include "analyzer/ir/graph.h"

namespace flopaudit {

// Scripted code records a file and a line; a traced node records the whole Python stack, of which the first frame
// outside torch is taken (the innermost one where the model consists of torch's own modules). Paths lose what is
// particular to a machine: all up to site-packages or the standard library, else all but the last two components.
// Without debug information: the line in the archive's own code ("code/__torch__.py:12").
SourceLocation python_source(const torch::jit::SourceRange& range);

// Whether tracing made the code: its ranges carry a Python stack or nothing instead of a file name. nullopt: no debug
// information.
std::optional<bool> made_by_tracing(const torch::jit::SourceRange& range);

}  // namespace flopaudit
