// Counts and calibrations in JSON, as records and reports have them: objects of the events that are not 0.
#pragma once

#include <string>
#include <vector>

#include "analyzer/audit/calibration_result.h"
#include "analyzer/audit/counts.h"
#include "analyzer/support/json_reader.h"

namespace flopaudit {

nlohmann::ordered_json counts_json(const Counts& counts);
nlohmann::ordered_json counts_list_json(const std::vector<Counts>& list);
nlohmann::ordered_json calibration_json(const CalibrationResult& calibration);

// What is wrong stays in the reader. `what` names the value to people.
Counts read_counts(JsonReader& reader, const nlohmann::ordered_json& json, const std::string& what);
std::vector<Counts> read_counts_list(JsonReader& reader, const nlohmann::ordered_json& json, const std::string& what);
CalibrationResult read_calibration(JsonReader& reader, const nlohmann::ordered_json& json);

}  // namespace flopaudit
