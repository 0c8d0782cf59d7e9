// flopaudit report: judges a stored record, or prints a JSON report another way. Needs no counters and no LibTorch.
#include "analyzer/audit/record.h"
#include "analyzer/report/stored_report.h"
#include "analyzer/support/files.h"
#include "tools/command.h"
#include "tools/formats.h"
#include "tools/judged_record.h"

namespace flopaudit {
namespace {

struct Options {
  std::string record;
  ReportOptions report;
  bool times = false;
};

// The graph is in records and models; a report has its numbers alone. Its page says so, where DOT would be empty.
Result<void> check_no_dot(const Options& options) {
  if (options.report.dot.empty()) return {};
  return usage_error(options.record + " is a report, which has no graph for --dot: give the record or the model");
}

Result<int> print_analysis(const std::string& text, const Options& options) {
  FA_ASSIGN(const AnalysisReport report, analysis_from_json(text));
  FA_ASSIGN(const std::string printed, formatted(options.report.format, report, nullptr, options.report.view));
  FA_TRY(write_output(options.report.output, printed));
  return kDone;
}

Result<int> print_audit(const std::string& text, const Options& options) {
  FA_ASSIGN(StoredAudit audit, audit_from_json(text));
  audit.times = audit.times && options.times;
  FA_ASSIGN(const std::string printed, formatted(options.report.format, audit.report(), options.report.view));
  FA_TRY(write_output(options.report.output, printed));
  return audit.judgement.has_findings() || audit.record.partial ? kFindings : kDone;
}

Result<int> run(Options options) {
  FA_ASSIGN(options.report, checked(options.report));
  FA_ASSIGN(const std::string text, read_file(options.record));
  const auto in_file = [&](const Error& error) { return Error{error.kind, options.record + ": " + error.message}; };
  const std::string schema = schema_of(text);
  if (schema == kAnalysisSchema || schema == kAuditSchema) {
    FA_TRY(check_no_dot(options));
    const Result<int> status = schema == kAnalysisSchema ? print_analysis(text, options) : print_audit(text, options);
    if (!status) return in_file(status.error());
    return status;
  }
  const Result<Record> record = record_from_json(text);
  if (!record) return in_file(record.error());
  return report_record(*record, options.report, options.times);
}

}  // namespace

Run add_report_command(CLI::App& app) {
  CLI::App& command = *app.add_subcommand("report", "annotated against measured, from a record");
  auto options = std::make_shared<Options>();
  command
      .add_option("RECORD", options->record,
                  "a record that `measure` wrote, or a JSON report of analyze, audit or report")
      ->required();
  add_report_options(command, options->report);
  command.add_flag("--times", options->times, "show the record's times");
  return [options] { return run(*options); };
}

}  // namespace flopaudit
