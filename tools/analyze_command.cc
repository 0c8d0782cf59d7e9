// flopaudit analyze: the cost of a model from its graph alone; nothing of it is executed.
#include <algorithm>

#include "analyzer/ir/printer.h"
#include "analyzer/report/citation.h"
#include "analyzer/support/files.h"
#include "tools/command.h"
#include "tools/formats.h"
#include "tools/options.h"
#include "tools/sweep.h"

namespace flopaudit {
namespace {

struct AnalyzeOptions {
  AnalysisOptions analysis;
  ReportOptions report;
  bool strict = false;
  bool cite = false;
  std::string sweep;
};

Result<int> run_sweep_command(const AnalyzeOptions& options) {
  FA_TRY(check_sweep_format(options.report.format));
  FA_ASSIGN(const Sweep sweep, run_sweep(options.analysis, options.sweep));
  FA_TRY(write_output(options.report.output, formatted(options.report.format, sweep)));
  const bool all = std::all_of(sweep.rows.begin(), sweep.rows.end(),
                               [](const SweepRow& row) { return row.gaps == 0 && row.error.empty(); });
  return options.strict && !all ? kFindings : kDone;
}

bool lists_nodes(const ReportOptions& options) {
  return options.format != "text" || options.view.by == "node" || !options.dot.empty();
}

Result<int> run(const AnalyzeOptions& options) {
  if (!options.sweep.empty()) return run_sweep_command(options);
  FA_ASSIGN(const ReportOptions view, checked(options.report));
  FA_ASSIGN(Analysis analysis, run_analysis(options.analysis));
  if (!options.analysis.pipeline.stop_after.empty()) {
    FA_TRY(write_output(options.report.output, print(*analysis.program)));
    return kDone;
  }
  const AnalysisReport report = report_of(analysis, lists_nodes(view));
  if (!options.report.dot.empty()) {
    FA_ASSIGN(const std::string dot, to_dot(*analysis.program, report, options.report.dot_view));
    FA_TRY(write_output(options.report.dot, dot));
  }
  FA_ASSIGN(const std::string text,
            options.cite ? citation(report) : formatted(view.format, report, analysis.program.get(), view.view));
  FA_TRY(write_output(view.output, text));
  // The process ends, and its memory goes as a whole; value by value it takes a twentieth of the time.
  static_cast<void>(analysis.program.release());
  return options.strict && !report.gaps.empty() ? kFindings : kDone;
}

}  // namespace

Run add_analyze_command(CLI::App& app) {
  CLI::App& command = *app.add_subcommand("analyze", "what the model costs, from its graph; nothing is executed");
  auto options = std::make_shared<AnalyzeOptions>();
  add_analysis_options(command, options->analysis);
  add_report_options(command, options->report);
  command.add_flag("--cite", options->cite, "print the sentence to paste into a paper, and nothing else");
  CLI::Option* sweep =
      command
          .add_option(
              "--sweep", options->sweep,
              "the cost over one symbolic dim, a row a size: N=1..64, N=8..64:8 (steps of 8), N=1..1024:x2 (each "
              "twice the one before), N=1,2,4; --format svg or html plots it")
          ->type_name("N=1..64");
  for (const char* other : {"--dot", "--by", "--cite", "--stop-after", "--dump-passes"}) {
    sweep->excludes(command.get_option(other));
  }
  command.add_flag("--strict", options->strict, "exit 1 when the count leaves anything out");
  return [options] { return run(*options); };
}

}  // namespace flopaudit
