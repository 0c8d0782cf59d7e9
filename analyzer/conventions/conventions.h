// A counting convention is a row: the work of a node -> one number with its unit. A convention adds a column; it never
// changes the work itself.
#pragma once

#include <string_view>
#include <vector>

#include "analyzer/ir/graph.h"
#include "analyzer/support/result.h"

namespace flopaudit {

struct Convention {
  const char* name;      // as --convention takes it
  const char* unit;      // "FLOP" or "MAC"
  const char* sentence;  // what it counts
  // Of all executions of one annotated node; nodes without known work are 0 and show in the report's gaps.
  Range (*of_node)(const Node& node);

  // The sum over the entry method; the branches of an undecided If exclude each other (analyzer/ir/region_total.h).
  Range value(const Program& program) const;
};

// Every convention, sorted by name.
const std::vector<Convention>& all_conventions();

// Error: usage, listing the names that exist.
Result<const Convention*> find_convention(std::string_view name);

}  // namespace flopaudit
