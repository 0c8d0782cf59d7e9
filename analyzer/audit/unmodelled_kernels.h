// Ops that do arithmetic and have no kernel model on the standard path, and why: what `no_model` says of their nodes.
#pragma once

#include <string_view>

#include "analyzer/ops/op_spec.h"

namespace flopaudit {

// "LibTorch has no kernel of it for a CPU", "iterates until it converges"; of the op itself or of one that it is a form
// of. Empty: it has a model, needs none, or nobody said why it has none (a test asks).
std::string_view why_unmodelled(const OpSpec& op);

// Whether LibTorch 2.13's dispatcher has a CPU kernel of the op, or one that is put together from other ops.
bool has_cpu_kernel(const OpSpec& op);

// Whether its work may be arithmetic or functions of elements. An op that only compares, counts in integers or moves
// elements executes what its work says: nothing.
bool needs_model(const OpSpec& op);

}  // namespace flopaudit
