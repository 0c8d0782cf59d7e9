// ComparedReport: what `diff` and `check` see of a report, be it an analysis or an audit: figures by name, of the
// whole, of every module, op, source line and node. A figure that is not known is absent, never 0.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analyzer/report/analysis_report.h"
#include "analyzer/report/audit_report.h"

namespace flopaudit {

// One number of something. Where `complete` is false the number is a lower bound, or absent: something is not counted.
struct Figure {
  std::optional<Range> value;
  bool complete = true;
  friend bool operator==(const Figure&, const Figure&) = default;
};

// Figures stand in the order of ComparedReport::figure_names.
using Figures = std::vector<Figure>;

struct ComparedNode {
  int id = 0;
  std::string op;      // with overload
  std::string module;  // path
  std::string source;  // "resnet.py:269", "" when not known
  std::string shapes;  // "f32[1,3], f32[3] -> f32[1,3]", "" when the report has none
  std::string state;   // of the work, or the verdict
  Figures figures;
};

// All nodes of one op, module (with what is in it) or source line.
struct ComparedGroup {
  std::string key;
  std::int64_t nodes = 0;
  Figures figures;
  std::optional<std::int64_t> parameters = {};  // of a module
};

struct NamedFigure {
  std::string name;  // "flops"
  Figure figure;
};

struct ComparedReport {
  std::string kind;                       // "analysis" or "audit": only equal ones can be compared
  std::string title;                      // file, method, inputs
  std::vector<std::string> figure_names;  // of nodes and groups; the first one is what changes are sorted by
  std::vector<NamedFigure> totals;
  std::vector<ComparedNode> nodes;
  std::vector<ComparedGroup> ops, modules, sources;  // in the report's order
};

ComparedReport compared(const AnalysisReport& report);
ComparedReport compared(const AuditReport& report);

}  // namespace flopaudit
