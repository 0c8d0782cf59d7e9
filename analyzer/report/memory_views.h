// Memory, intensity and the critical path of an analysis, in each format. By which rules memory is counted:
// analyzer/ir/memory/README.md.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "analyzer/report/analysis_report.h"
#include "analyzer/report/table.h"
#include "analyzer/support/expr_formulas.h"
#include "analyzer/support/json_reader.h"

namespace flopaudit {

// "intensity", "memory", "peak", "span": the lines behind the other totals.
std::vector<std::string> memory_lines(const AnalysisReport& report, FormulaNames& names);
// What is alive at the peak, largest first; `most` rows, 0: all. No rows where there is no answer.
Table alive_table(const AnalysisReport& report, std::size_t most, FormulaNames& names);
// What the numbers take for granted, and what they leave out.
std::vector<std::string> memory_notes(const AnalysisReport& report);

// "12.3": three digits, as many as a ratio of counts is worth; "" for nothing.
std::string ratio_text(const std::optional<double>& ratio);

// The objects `memory` and `critical_path` of the report.
nlohmann::ordered_json memory_json(const AnalysisReport& report);
nlohmann::ordered_json critical_path_json(const AnalysisReport& report);
// `activation_bytes`, `live_bytes` and `arithmetic_intensity` of a node; null where not known, or where it never runs.
void add_memory(nlohmann::ordered_json& json, const AnalysisReport& report, const AnalysisNode& node);
// Both, read back; reports of earlier programs have neither, and say so.
void read_memory(JsonReader& reader, const nlohmann::ordered_json& json, AnalysisReport& report);

}  // namespace flopaudit
