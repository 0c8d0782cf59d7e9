// AnalysisReport: what `analyze` found, as one plain struct; the printers below turn it into text, JSON, CSV, Markdown.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "analyzer/conventions/conventions.h"
#include "analyzer/ir/graph.h"
#include "analyzer/ir/memory/live_memory.h"
#include "analyzer/ir/module_summary.h"
#include "analyzer/report/dependencies.h"
#include "analyzer/support/result.h"
#include "analyzer/training/training_step.h"

namespace flopaudit {

struct ConventionValue {
  std::string name;                    // "torch"
  std::string unit;                    // "FLOP" or "MAC"
  Range value;                         // of all that could be counted
  std::vector<LeftOut> left_out = {};  // what could not
  std::map<int, Range> by_node = {};   // node id -> its number; a node that is left out is not there
};

// What the caller knows beside the annotated program.
struct AnalysisInputs {
  std::vector<ModuleSummary> modules;
  std::vector<std::string> diagnostics;
  std::vector<ConventionValue> conventions;
  std::vector<std::string> size_assumptions = {};        // what must hold of symbolic sizes
  std::map<std::string, std::int64_t> least_sizes = {};  // that the annotations rely on
  std::map<std::string, SymbolMost> most_sizes = {};
  std::vector<Dependency> dependencies = {};  // found on the way, whether or not they matter in the end
  bool describes_nodes = true;  // else AnalysisNode::inputs and outputs are left out: a twentieth of the time
};

struct AnalysisNode {
  int id = 0;
  OpName op;
  std::string module;
  std::string source;               // "torchvision/models/resnet.py:269", "" when not known
  std::vector<std::string> inputs;  // facts as text, of the first execution
  std::vector<std::string> outputs;
  Range executions;
  WorkState state = WorkState::not_annotated;
  std::string why;
  std::string formula;
  WorkTotal work;
};

// All nodes of one op.
struct OpTotal {
  std::string op;  // with overload
  std::int64_t nodes = 0;
  WorkTotal work;
  WorkState worst_state = WorkState::known;  // no_rule or no_shape where a node's cost is not known
};

// Nodes of one op whose cost is not known, for one reason.
struct Gap {
  std::string op;
  std::int64_t nodes = 0;
  std::optional<std::int64_t> elements;  // that they read and write, where known: how much may be missing
  std::string why;
};

struct AnalysisReport {
  std::string file, kind, method, libtorch;
  std::int64_t parameters = 0, parameter_bytes = 0;
  std::vector<std::pair<std::string, std::string>> inputs;  // name, fact
  std::set<std::string> symbols;                            // in the inputs

  WorkTotal total;
  Expr span_flops;
  std::vector<int> span_nodes;  // of the critical path: those that compute anything, in order
  LiveMemory memory;
  TrainingStep training;                                                       // an estimate, in none of the totals
  std::int64_t nodes = 0, zero = 0, no_rule = 0, no_shape = 0, not_taken = 0;  // numbers of nodes

  std::vector<ConventionValue> conventions;
  std::vector<AnalysisNode> node_list;  // every node that is not prim, by id
  std::vector<OpTotal> ops;             // heaviest first, equal ones by name: the order never depends on the machine
  std::vector<ModuleSummary> modules;
  std::vector<Gap> gaps;
  std::vector<DependencyRow> depends_on;
  std::vector<std::string> diagnostics;
  std::vector<std::string> size_assumptions;
};

// FLOPs for each byte read or written; nothing where either is not a number, or no byte is.
std::optional<double> arithmetic_intensity(const WorkTotal& work);
// Of the whole model; nothing as well where nodes are not counted: of two lower bounds the ratio says nothing.
std::optional<double> arithmetic_intensity(const AnalysisReport& report);
// How much of the work may run at once: FLOPs over the span; nothing where they are not numbers, or nodes not counted.
std::optional<double> parallelism(const AnalysisReport& report);

AnalysisReport make_analysis_report(const Program& program, const AnalysisInputs& inputs);

// `schema` flopaudit.analysis/1, ends with a newline. Keys are stable; additions are allowed (DESIGN.md §3).
std::string to_json(const AnalysisReport& report);
// The same report: every view of it prints the same. Errors: input: another schema or version, a missing key.
Result<AnalysisReport> analysis_from_json(const std::string& text);
std::string to_csv(const AnalysisReport& report);   // one line a node
std::string to_text(const AnalysisReport& report);  // totals, by op kind, by module, gaps, assumptions
std::string to_markdown(const AnalysisReport& report);

}  // namespace flopaudit
