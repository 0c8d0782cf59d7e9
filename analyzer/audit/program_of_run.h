// The program of a record with what its run has settled: sizes that only a run tells (the boxes that nms keeps), which
// branch was taken, how often a loop ran. A detector has no other numbers behind its first nms. What was counted is not
// looked at: what is expected stays a prediction, of the shapes that there were.
#pragma once

#include <memory>

#include "analyzer/audit/record.h"
#include "analyzer/ir/graph.h"
#include "analyzer/support/result.h"

namespace flopaudit {

// Error: input, the IR of the record cannot be read.
Result<std::unique_ptr<Program>> program_of_run(const Record& record);

// Of an annotated program. What the annotation knows stays as it is, also where the run contradicts it.
void settle(Program& program, const Record& record);

}  // namespace flopaudit
