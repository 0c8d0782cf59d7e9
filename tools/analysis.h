// From a model file to an annotated program: what analyze, measure and audit share.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "analyzer/frontend/gate/admission.h"
#include "analyzer/report/analysis_report.h"
#include "analyzer/support/result.h"
#include "passes/pass_manager.h"
#include "tools/front_end.h"

namespace flopaudit {

struct AnalysisOptions {
  std::string model;                // a TorchScript file, or the IR as text (FILE.ir)
  std::vector<std::string> inputs;  // --input, raw: [NAME=]SPEC
  std::string method = "forward";
  std::string dtype;                     // --dtype: "", "f32" or "f64"
  std::vector<std::string> conventions;  // --convention
  std::string at;                        // --at: "N=8,H=224"
  std::vector<std::string> assume;       // --assume: "trips(n12)=100"
  std::optional<std::int64_t> loop_bound;
  std::string op_rules;  // --op-rules: a rule file, "" for none
  std::string front_end = kDefaultFrontEnd;
  bool trust = false;     // --trust: let LibTorch have a file whose code does more than compute
  bool executes = false;  // the program will be run: the gate comes first (analyzer/frontend/gate)
  PipelineOptions pipeline;
};

struct Analysis {
  std::unique_ptr<Program> program;
  PassContext context;
  std::vector<ConventionValue> conventions;
  std::optional<Admitted> admitted;  // what may be executed, where it is asked for
};

// Errors: usage (inputs, convention, pass), input (the file; shapes that do not fit), environment (no LibTorch for a
// front end that needs it).
Result<Analysis> run_analysis(const AnalysisOptions& options);

// Not `describes_nodes`: what each node takes and gives is left out, for views that do not list nodes.
AnalysisReport report_of(const Analysis& analysis, bool describes_nodes = true);

}  // namespace flopaudit
