#include "tools/judged_record.h"

#include "analyzer/audit/judge.h"
#include "analyzer/audit/program_of_run.h"
#include "analyzer/support/files.h"
#include "tools/command.h"
#include "tools/formats.h"

namespace flopaudit {

Result<int> report_record(const Record& record, const ReportOptions& options, bool times) {
  FA_ASSIGN(const std::unique_ptr<Program> program, program_of_run(record));
  FA_ASSIGN(const Judgement judgement, judge(record, *program));
  const AuditReport report = make_audit_report(record, *program, judgement, times);
  if (!options.dot.empty()) {
    FA_ASSIGN(const std::string dot, to_dot(report, options.dot_view));
    FA_TRY(write_output(options.dot, dot));
  }
  FA_ASSIGN(const std::string text, formatted(options.format, report, options.view));
  FA_TRY(write_output(options.output, text));
  return judgement.has_findings() || record.partial ? kFindings : kDone;
}

}  // namespace flopaudit
