// flopaudit report: judges a stored record. Needs no counters and no LibTorch.
#include "analyzer/audit/record.h"
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

Result<int> run(const Options& options) {
  FA_TRY(check_format(options.report.format));
  FA_ASSIGN(const std::string text, read_file(options.record));
  const Result<Record> record = record_from_json(text);
  if (!record) return Error{record.error().kind, options.record + ": " + record.error().message};
  return report_record(*record, options.report, options.times);
}

}  // namespace

Run add_report_command(CLI::App& app) {
  CLI::App& command = *app.add_subcommand("report", "annotated against measured, from a record");
  auto options = std::make_shared<Options>();
  command.add_option("RECORD", options->record, "a record that `measure` wrote")->required();
  add_report_options(command, options->report);
  command.add_flag("--times", options->times, "show the record's times");
  return [options] { return run(*options); };
}

}  // namespace flopaudit
