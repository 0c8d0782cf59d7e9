#include "tools/compared_file.h"

#include <fstream>

#include "analyzer/audit/judge.h"
#include "analyzer/audit/program_of_run.h"
#include "analyzer/audit/record.h"
#include "analyzer/report/stored_report.h"
#include "analyzer/support/files.h"

namespace flopaudit {
namespace {

Result<ComparedReport> of_record(const std::string& text) {
  FA_ASSIGN(const Record record, record_from_json(text));
  FA_ASSIGN(const std::unique_ptr<Program> program, program_of_run(record));
  FA_ASSIGN(const Judgement judgement, judge(record, *program));
  return compared(make_audit_report(record, *program, judgement));
}

Result<ComparedReport> of_json(const std::string& text) {
  const std::string schema = schema_of(text);
  if (schema == kAnalysisSchema) {
    FA_ASSIGN(const AnalysisReport report, analysis_from_json(text));
    return compared(report);
  }
  if (schema == kAuditSchema) {
    FA_ASSIGN(const StoredAudit audit, audit_from_json(text));
    return compared(audit.report());
  }
  return of_record(text);
}

}  // namespace

bool is_json_file(const std::string& file) {
  std::ifstream stream(file, std::ios::binary);
  char first = 0;
  return stream >> first && first == '{';
}

Result<ComparedReport> compared_file(const std::string& file, const AnalysisOptions& options) {
  if (is_json_file(file)) {
    FA_ASSIGN(const std::string text, read_file(file));
    Result<ComparedReport> report = of_json(text);
    if (!report) return Error{report.error().kind, file + ": " + report.error().message};
    return report;
  }
  AnalysisOptions of_file = options;
  of_file.model = file;
  FA_ASSIGN(const Analysis analysis, run_analysis(of_file));
  return compared(report_of(analysis));
}

Result<void> check_no_analysis_options(const std::string& file, const AnalysisOptions& options) {
  const AnalysisOptions plain;
  const bool given = !options.inputs.empty() || options.method != plain.method || !options.dtype.empty() ||
                     !options.conventions.empty() || !options.at.empty() || !options.assume.empty() ||
                     options.loop_bound || !options.op_rules.empty() || options.front_end != plain.front_end;
  if (!given) return {};
  return usage_error(file +
                     " is a report: --input and the other options of an analysis do nothing to it; give the model");
}

}  // namespace flopaudit
