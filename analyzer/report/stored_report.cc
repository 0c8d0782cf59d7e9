#include "analyzer/report/stored_report.h"

#include <charconv>

namespace flopaudit {

using Json = nlohmann::ordered_json;

std::string schema_of(const std::string& text) {
  const Json json = Json::parse(text, nullptr, false);
  if (!json.is_object()) return "";
  const auto schema = json.find("schema");
  return schema != json.end() && schema->is_string() ? schema->get<std::string>() : "";
}

Result<Json> parse_report_json(const std::string& text, const char* schema) {
  Json json = Json::parse(text, nullptr, false);
  if (!json.is_object()) return input_error("this is not a report of flopaudit: it is not a JSON object");
  const auto found = json.find("schema");
  if (found == json.end() || !found->is_string()) {
    return input_error("this is not a report of flopaudit: it has no `schema`");
  }
  if (*found != schema) {
    return input_error("the report has schema \"" + found->get<std::string>() + "\" and \"" + schema +
                       "\" is wanted: make it again with this version");
  }
  return json;
}

int read_node_id(JsonReader& reader, const std::string& id) {
  int number = 0;
  const char* end = id.data() + id.size();
  const bool named = id.size() > 1 && id[0] == 'n';
  if (named) {
    const auto [stopped, failure] = std::from_chars(id.data() + 1, end, number);
    if (failure == std::errc() && stopped == end && number >= 0) return number;
  }
  reader.refuse("\"" + id + "\" is not the id of a node");
  return 0;
}

std::vector<std::pair<std::string, std::string>> read_inputs(JsonReader& reader, const Json& report) {
  return reader.each(report, "inputs", "the report", [&](const Json& input) {
    return std::pair(reader.value<std::string>(input, "name", "an input"),
                     reader.value<std::string>(input, "type", "an input"));
  });
}

}  // namespace flopaudit
