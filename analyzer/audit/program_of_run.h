// The program of a record with what its run has settled: sizes that only a run tells (the boxes that nms keeps), which
// branch was taken, how often a loop ran, how what comes out of a list or an object lies in memory. A detector has no
// other numbers behind its first nms. What was counted is not looked at: what is expected stays a prediction, of the
// operands that there were.
#pragma once

#include <memory>

#include "analyzer/audit/layouts.h"
#include "analyzer/audit/record.h"
#include "analyzer/ir/graph.h"
#include "analyzer/support/result.h"

namespace flopaudit {

// Whether a record keeps the node's operands: the annotation does not tell how often it runs, what it takes, gives or
// does, or how its operands lie.
bool is_open(const Node& node, const Layouts& layouts);

// Error: input, the IR of the record cannot be read.
Result<std::unique_ptr<Program>> program_of_run(const Record& record);

// Of an annotated program. A node that ran otherwise than its annotation says stays as it is, for the judge to show.
void settle(Program& program, const Record& record);

}  // namespace flopaudit
