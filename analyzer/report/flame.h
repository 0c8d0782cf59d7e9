// Flame graphs for programs that draw them: the cost of every node on the stack of its modules, as a speedscope profile
// or a Chrome trace.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "analyzer/report/analysis_report.h"
#include "analyzer/report/audit_report.h"
#include "analyzer/support/result.h"

namespace flopaudit {

struct FlameNode {
  std::vector<std::string> modules;   // outermost first: "layer1", "0", "conv1"
  std::string op;                     // "aten::conv2d n15"
  std::string source;                 // "resnet.py:269"
  std::vector<std::int64_t> weights;  // in the order of FlameProfile::weight_names
};

struct FlameProfile {
  std::string title;
  std::string root;                       // the model
  std::vector<std::string> weight_names;  // "FLOPs", "bytes"
  std::vector<FlameNode> nodes;           // in order of execution; those that cost nothing are left out
};

// FLOPs, transcendentals and bytes; of a range its larger end. Errors: usage: a cost is a formula, which has no width.
Result<FlameProfile> flame_profile(const AnalysisReport& report);
// Measured and annotated FLOPs; measured alone where it is known.
Result<FlameProfile> flame_profile(const AuditReport& report);

// The JSON of speedscope's file format: one profile a weight.
std::string to_speedscope(const FlameProfile& profile);
// Chrome's trace event format: modules and nodes as slices one after the other, the first weight as their length, where
// a microsecond stands for 1,000.
std::string to_chrome_trace(const FlameProfile& profile);

}  // namespace flopaudit
