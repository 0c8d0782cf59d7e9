// What diff and check are given: a model, which is analysed, or a report or record of one.
#pragma once

#include <string>

#include "analyzer/compare/compared_report.h"
#include "analyzer/support/result.h"
#include "tools/analysis.h"

namespace flopaudit {

// By content: a JSON object is a report (flopaudit.analysis/1, flopaudit.report/1) or a record, which is judged.
bool is_json_file(const std::string& file);

// `options` shape the analysis of a model. Errors: as run_analysis, and of a damaged report.
Result<ComparedReport> compared_file(const std::string& file, const AnalysisOptions& options);

// Options that change an analysis do nothing to a report: says so. Errors: usage.
Result<void> check_no_analysis_options(const std::string& file, const AnalysisOptions& options);

}  // namespace flopaudit
