// The invariants of the IR. Runs between passes in debug builds and in every test. Each invariant is one function; the
// message names the graph, the node and the value. A violation is our bug or a hand-written .ir file's.
#pragma once

#include "analyzer/ir/graph.h"
#include "analyzer/support/result.h"

namespace flopaudit {

Result<void> verify(const Program& program);

}  // namespace flopaudit
