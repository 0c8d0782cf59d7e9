// The report formats by their word. A new format is one row in formats.cc.
#pragma once

#include <string>

#include "analyzer/report/analysis_report.h"
#include "analyzer/report/audit_report.h"
#include "analyzer/report/table.h"
#include "analyzer/support/result.h"

namespace flopaudit {

// Errors: usage: lists the words; environment: html in a program that was built without its page. Called before any
// work is done, so that a typing mistake costs nothing.
Result<void> check_format(const std::string& word);
// The same for what prints a table alone, which has no HTML.
Result<void> check_table_format(const std::string& word);

// `word` has passed check_format.
std::string formatted(const std::string& word, const AnalysisReport& report, const Program& program);
std::string formatted(const std::string& word, const AuditReport& report);
std::string formatted(const std::string& word, const Table& table);

}  // namespace flopaudit
