// A counting convention is a row: one node -> one number with the convention's unit. A convention adds a column; it
// never changes the work itself. Rows that copy a tool's numbers copy its errors too, and say so.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/conventions/node_view.h"
#include "analyzer/ir/graph.h"
#include "analyzer/ops/op_spec.h"
#include "analyzer/support/result.h"

namespace flopaudit {

// Nodes of one op that a total leaves out.
struct LeftOut {
  std::string op;  // with overload
  std::int64_t nodes = 0;
  std::string why;  // of the first of them
};

struct ConventionTotal {
  Range value;                     // of all that could be counted
  std::vector<LeftOut> left_out;   // by op; empty: the value is all of it
  std::map<int, Range> by_node;    // node id -> its number; a node that is left out is not there
};

struct Convention {
  const char* name;     // as --convention takes it
  const char* unit;     // "FLOP" or "MAC"
  const char* counts;   // one sentence: what counts
  const char* differs;  // one sentence: where it differs from `flops`
  // Of all executions of one annotated node, or why it cannot be counted. Control flow is never asked.
  RuleResult<Range> (*of_node)(const NodeView& view);
  // Of an undecided If the dearer branch alone, as one number; else [min, max].
  bool dearer_branch = false;

  // Over the entry method; the branches of an undecided If exclude each other (analyzer/ir/region_total.h).
  ConventionTotal total(const Program& program) const;
};

// Every convention, sorted by name.
const std::vector<const Convention*>& all_conventions();

// Error: usage, listing the names that exist.
Result<const Convention*> find_convention(std::string_view name);

}  // namespace flopaudit
