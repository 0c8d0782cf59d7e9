// flopaudit audit = analyze + measure + report: the main job.
#include "analyzer/support/files.h"
#include "analyzer/support/log.h"
#include "tools/command.h"
#include "tools/formats.h"
#include "tools/judged_record.h"
#include "tools/options.h"

namespace flopaudit {
namespace {

struct Options {
  AnalysisOptions analysis;
  MeasureOptions measure;
  ReportOptions report;
  std::string record;
  bool strict = false;
};

// Where nothing can be counted the analysis is still worth having; the error, and its exit status, stay.
Result<int> analysis_without_audit(const Options& options, const AnalysisReport& report, const Analysis& analysis,
                                   const Error& error) {
  if (!options.report.dot.empty()) {
    DotView view = options.report.dot_view;
    if (view.color == DotColor::discrepancy) view.color = DotColor::by_report;
    FA_ASSIGN(const std::string dot, to_dot(*analysis.program, report, view));
    FA_TRY(write_output(options.report.dot, dot));
  }
  FA_ASSIGN(const std::string text,
            formatted(options.report.format, report, analysis.program.get(), options.report.view));
  FA_TRY(write_output(options.report.output, text));
  return Error{error.kind, "the analysis above is not audited: " + error.message};
}

Result<int> run(Options options) {
  FA_ASSIGN(options.report, checked(options.report));
  FA_TRY(check_measure_options(options.measure));
  FA_ASSIGN(const Analysis analysis, run_analysis(options.analysis));
  FA_TRY(check_dot_view(*analysis.program, options.report.dot_view));
  const AnalysisReport report = report_of(analysis);
  const Result<Record> record =
      measure(*analysis.program, *analysis.admitted, options.measure, analysis.context.retarget_dtype);
  if (!record) {
    if (record.error().kind != ErrorKind::environment) return record.error();
    return analysis_without_audit(options, report, analysis, record.error());
  }
  if (!options.record.empty()) FA_TRY(write_output(options.record, to_json(*record)));
  FA_ASSIGN(const int status, report_record(*record, options.report, options.measure.time));
  return options.strict && !report.gaps.empty() ? kFindings : status;
}

}  // namespace

Run add_audit_command(CLI::App& app) {
  CLI::App& command =
      *app.add_subcommand("audit", "analyze, measure and report: annotated against measured, node by node");
  auto options = std::make_shared<Options>();
  add_analysis_options(command, options->analysis);
  options->analysis.executes = true;
  add_measure_options(command, options->measure);
  add_report_options(command, options->report);
  command.add_option("--record", options->record, "keep the record")->type_name("FILE");
  command.add_flag("--strict", options->strict, "exit 1 when the count leaves anything out");
  return [options] { return run(*options); };
}

}  // namespace flopaudit
