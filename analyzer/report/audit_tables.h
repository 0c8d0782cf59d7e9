// The tables of an audit that --by asks for: annotated, expected and measured by op, module, source line, dtype or
// node.
#pragma once

#include "analyzer/report/audit_report.h"
#include "analyzer/report/report_view.h"

namespace flopaudit {

// `view.by` has passed check_by and is not empty. Sorted by what was measured, or annotated where nothing was; modules
// in the order of the tree. FLOPs are plain integers for programs (`plain`), else with separators. A figure that is not
// known of all nodes is an empty cell.
Table audit_table(const AuditReport& report, const ReportView& view, bool plain);

std::string to_text(const AuditReport& report, const ReportView& view);
std::string to_markdown(const AuditReport& report, const ReportView& view);
std::string to_csv(const AuditReport& report, const ReportView& view);  // without --by: one line a node

}  // namespace flopaudit
