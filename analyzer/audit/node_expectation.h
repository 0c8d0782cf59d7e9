// What is expected of all executions of one node, from the annotated IR alone.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analyzer/audit/class_folding.h"
#include "analyzer/audit/expected.h"
#include "analyzer/audit/layouts.h"
#include "analyzer/ir/graph.h"

namespace flopaudit {

struct NodeExpectation {
  std::optional<std::int64_t> executions;  // nothing: it depends on symbols or undecided branches
  FlopIntervals annotated;                 // points; the upper end where the work is a range
  std::optional<FlopIntervals> expected;   // nothing: `why_not`
  std::string why_not;
  std::vector<CauseDelta> causes;  // over all executions
  ValueRange by_values;            // what values that are not ordinary make of it, over all executions
  bool data_dependent = false;     // the width of `expected` comes from values
};

NodeExpectation expectation_of(const Node& node, const CodePath& path, const Layouts& layouts);

// The same as a counter sees it that folds classes. One that adds min, max or estimates to its readings has no expected
// count of a node that may execute them: no model states how many.
NodeExpectation as_counted(NodeExpectation expectation, const Node& node, const ClassFolding& folding);

// The case that execution number `iteration` (0, 1, ...) belongs to; null when there is none, or it is not known.
const Execution* case_of_iteration(const Node& node, std::int64_t iteration);

}  // namespace flopaudit
