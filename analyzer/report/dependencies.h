// What a count depends on beside the inputs, as the reports list it: each once, with what it can be and how to set it.
#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "analyzer/ir/dependency.h"
#include "analyzer/ir/graph.h"
#include "analyzer/support/expr_bounds.h"

namespace flopaudit {

// One branch of an If that is not decided: what its nodes cost if it is taken.
struct BranchCost {
  Range macs;
  Range flops;
};

struct DependencyRow {
  Dependency dependency;
  std::string source;                // "model.py:12" of the node, "" when not known
  std::optional<std::int64_t> most;  // the number that bounds it, where there is one
  std::vector<BranchCost> branches;  // of a branch: where the condition holds, and where not
};

// Those of `found` that matter: symbols that a total or a number of executions has, loops and branches that run.
std::vector<DependencyRow> dependency_rows(const Program& program, const WorkTotal& total,
                                           const std::vector<Dependency>& found,
                                           const std::map<std::string, SymbolMost>& most);

// "nms(n12) = 0..1000: how many boxes it keeps at n12 (torchvision::nms, boxes.py:41)"; a branch takes three lines.
std::vector<std::string> dependency_lines(const std::vector<DependencyRow>& rows);

nlohmann::ordered_json dependencies_json(const std::vector<DependencyRow>& rows);

}  // namespace flopaudit
