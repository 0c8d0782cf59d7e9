// The estimate of a training step, labelled as one in every format. By which rules: analyzer/training/README.md.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "analyzer/report/analysis_report.h"
#include "analyzer/support/expr_formulas.h"
#include "analyzer/support/json_reader.h"

namespace flopaudit {

std::string training_line(const AnalysisReport& report, FormulaNames& names);
// What it takes for granted and leaves out; nothing where there is no estimate.
std::vector<std::string> training_notes(const AnalysisReport& report);

// The object `training_step` of the report, and a node's `backward_flops`: null where there is no rule.
nlohmann::ordered_json training_json(const AnalysisReport& report);
nlohmann::ordered_json backward_json(const AnalysisReport& report, int node);
void read_training(JsonReader& reader, const nlohmann::ordered_json& json, AnalysisReport& report);

}  // namespace flopaudit
