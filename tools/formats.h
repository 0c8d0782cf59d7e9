// The report formats by their word. A new format is one row in formats.cc.
#pragma once

#include <string>

#include "analyzer/compare/budget.h"
#include "analyzer/compare/report_diff.h"
#include "analyzer/report/analysis_report.h"
#include "analyzer/report/audit_report.h"
#include "analyzer/report/report_view.h"
#include "analyzer/report/sweep.h"
#include "analyzer/report/table.h"
#include "analyzer/support/result.h"

namespace flopaudit {

// Errors: usage: lists the words; environment: html in a program that was built without its page. Called before any
// work is done, so that a typing mistake costs nothing.
Result<void> check_format(const std::string& word);
inline constexpr const char* kHtml = "html";
// The same for what has other formats: diff; tables and check; sweeps.
Result<void> check_diff_format(const std::string& word);
Result<void> check_table_format(const std::string& word);
Result<void> check_sweep_format(const std::string& word);

// `word` has passed check_format. `program` is null where a report was read back: its page has no graph.
// Errors: usage: a flame graph of costs that are formulas.
Result<std::string> formatted(const std::string& word, const AnalysisReport& report, const Program* program,
                              const ReportView& view);
Result<std::string> formatted(const std::string& word, const AuditReport& report, const ReportView& view);
std::string formatted(const std::string& word, const Table& table, const TableHeading& heading);
std::string formatted(const std::string& word, const ReportDiff& diff, const DiffLayout& layout);
std::string formatted(const std::string& word, const BudgetCheck& check);
std::string formatted(const std::string& word, const Sweep& sweep);

}  // namespace flopaudit
