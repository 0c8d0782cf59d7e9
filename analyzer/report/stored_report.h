// Reports that are read back from their JSON: what the readers share, and which kind a file is.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "analyzer/support/expr.h"
#include "analyzer/support/json_reader.h"
#include "analyzer/support/result.h"

namespace flopaudit {

inline constexpr const char* kAnalysisSchema = "flopaudit.analysis/1";
inline constexpr const char* kAuditSchema = "flopaudit.report/1";
// Beside the classes of work under a dtype: macs without those of padding, where they differ.
inline constexpr const char* kValidMacKey = "valid_mac";

// The `schema` of a JSON object; "" where the text is no such thing. Reads all of the text.
std::string schema_of(const std::string& text);

// The object. Errors: input: no JSON object, another schema or another version of it.
Result<nlohmann::ordered_json> parse_report_json(const std::string& text, const char* schema);

// What is wrong stays in the reader.
Range read_range(JsonReader& reader, const nlohmann::ordered_json& json, const std::string& what);  // as range_json
int read_node_id(JsonReader& reader, const std::string& id);                                        // "n12" -> 12
std::vector<std::pair<std::string, std::string>> read_inputs(JsonReader& reader, const nlohmann::ordered_json& report);

}  // namespace flopaudit
