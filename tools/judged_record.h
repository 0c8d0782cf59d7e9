// From a record to the written report: what report and audit share.
#pragma once

#include "analyzer/audit/record.h"
#include "tools/options.h"

namespace flopaudit {

// Judges the record, writes the report and the DOT, returns the exit status: 1 when there are findings.
Result<int> report_record(const Record& record, const ReportOptions& options, bool times);

}  // namespace flopaudit
