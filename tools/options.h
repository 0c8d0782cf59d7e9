// Options that several subcommands share.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "analyzer/report/dot_view.h"
#include "analyzer/report/report_view.h"
#include "runtime/measurement.h"
#include "tools/analysis.h"

namespace flopaudit {

// The model, --input, --method and all that shapes the analysis; --trust.
void add_analysis_options(CLI::App& command, AnalysisOptions& options);
// The same without the model and without what stops or dumps passes: all that shapes the numbers.
void add_model_options(CLI::App& command, AnalysisOptions& options);
// --counters, --path, --repeat, --seed, --time.
void add_measure_options(CLI::App& command, MeasureOptions& options);

// --format, -o, --by and --dot of a report.
struct ReportOptions {
  std::string format = "text";
  std::string output;
  ReportView view;
  std::string dot;
  DotView dot_view;
};
// What can be wrong with them, before any work is done, and the style of the terminal that stdout is, if it is one.
// Errors: usage: unknown words; environment: html without its page.
Result<ReportOptions> checked(ReportOptions options);
void add_report_options(CLI::App& command, ReportOptions& options);

// An option that takes exactly one value each time it is given, raw: CLI11 would split `[a,b]` and take what follows.
CLI::Option* add_raw_list(CLI::App& command, const std::string& name, std::vector<std::string>& values,
                          const std::string& help);

}  // namespace flopaudit
