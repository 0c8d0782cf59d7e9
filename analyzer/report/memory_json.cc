#include <nlohmann/json.hpp>

#include "analyzer/report/json_text.h"
#include "analyzer/report/memory_views.h"
#include "analyzer/report/node_text.h"
#include "analyzer/report/stored_report.h"

namespace flopaudit {
namespace {

using Json = nlohmann::ordered_json;

Json number_or_null(const std::optional<double>& number) { return number ? Json(*number) : Json(nullptr); }
Json node_or_null(int id) { return id < 0 ? Json(nullptr) : Json(node_name(id)); }

int read_node(JsonReader& reader, const Json& json, const char* key, const std::string& where) {
  const auto name = reader.optional<std::string>(json, key, where);
  return name ? read_node_id(reader, *name) : -1;
}

}  // namespace

Json memory_json(const AnalysisReport& report) {
  const LiveMemory& memory = report.memory;
  const bool has_peak = memory.why_not.empty();
  Json json = {{"parameter_bytes", report.parameter_bytes},
               {"input_bytes", range_json(Range(memory.input_bytes))},
               {"activation_bytes", range_json(memory.activation_bytes)}};
  json["peak_bytes"] = has_peak ? range_json(Range(memory.peak_bytes)) : Json(nullptr);
  json["complete"] = memory.is_complete();
  json["unknown_storages"] = memory.unknown_storages;
  json["assumed_copies"] = memory.assumed_copies;
  json["proved"] = memory.is_proved;
  json["left_out"] = memory.left_out;
  json["why_not"] = memory.why_not;
  json["peaks"] = Json::array();
  for (const PeakCandidate& peak : memory.peaks) {
    json["peaks"].push_back({{"node", node_or_null(peak.node)}, {"bytes", range_json(Range(peak.bytes))}});
  }
  json["alive"] = Json::array();
  for (const LiveStorage& storage : memory.alive) {
    json["alive"].push_back({{"value", storage.value},
                             {"node", node_or_null(storage.node)},
                             {"bytes", storage.bytes ? range_json(Range(*storage.bytes)) : Json(nullptr)}});
  }
  return json;
}

Json critical_path_json(const AnalysisReport& report) {
  Json json = {{"flops", range_json(Range(report.span_flops))},
               {"parallelism", number_or_null(parallelism(report))},
               {"nodes", Json::array()}};
  for (const int id : report.span_nodes) json["nodes"].push_back(node_name(id));
  return json;
}

void add_memory(Json& json, const AnalysisReport& report, const AnalysisNode& node) {
  const auto found = report.memory.nodes.find(node.id);
  const bool is_known = found != report.memory.nodes.end() && found->second.complete;
  json["activation_bytes"] = is_known ? range_json(found->second.activation_bytes) : Json(nullptr);
  json["live_bytes"] = is_known ? range_json(Range(found->second.live_bytes)) : Json(nullptr);
  json["arithmetic_intensity"] =
      number_or_null(node.state == WorkState::known ? arithmetic_intensity(node.work) : std::nullopt);
}

void read_memory(JsonReader& reader, const Json& json, AnalysisReport& report) {
  LiveMemory& memory = report.memory;
  if (!json.contains("memory") || !json.contains("critical_path")) {
    memory.why_not = "the report was made by a program that did not look for it";
    return;
  }
  const std::string where = "`memory`";
  const Json& object = reader.at(json, "memory", where);
  memory.input_bytes = read_range(reader, reader.at(object, "input_bytes", where), "`input_bytes`").max;
  memory.activation_bytes = read_range(reader, reader.at(object, "activation_bytes", where), "`activation_bytes`");
  const Json& peak = reader.at(object, "peak_bytes", where);
  if (!peak.is_null()) memory.peak_bytes = read_range(reader, peak, "`peak_bytes`").max;
  memory.unknown_storages = reader.value<std::int64_t>(object, "unknown_storages", where);
  memory.assumed_copies = reader.value<std::int64_t>(object, "assumed_copies", where);
  memory.is_proved = reader.value<bool>(object, "proved", where);
  memory.left_out = reader.value<bool>(object, "left_out", where);
  memory.why_not = reader.value<std::string>(object, "why_not", where);
  memory.peaks = reader.each(object, "peaks", where, [&](const Json& row) {
    return PeakCandidate{read_range(reader, reader.at(row, "bytes", "a peak"), "`bytes` of a peak").max,
                         read_node(reader, row, "node", "a peak")};
  });
  memory.alive = reader.each(object, "alive", where, [&](const Json& row) {
    const std::string each = "what is alive at the peak";
    LiveStorage storage{reader.value<std::string>(row, "value", each), read_node(reader, row, "node", each), {}};
    const Json& bytes = reader.at(row, "bytes", each);
    if (!bytes.is_null()) storage.bytes = read_range(reader, bytes, "`bytes` of " + each).max;
    return storage;
  });
  const Json& path = reader.at(json, "critical_path", "the report");
  report.span_nodes = reader.each(path, "nodes", "`critical_path`", [&](const Json& id) {
    return read_node_id(reader, reader.converted<std::string>(id, "a node of `critical_path`"));
  });
  for (const Json& node : json["nodes"]) {
    if (!node.is_object() || !node.contains("live_bytes") || node["live_bytes"].is_null()) continue;
    const auto id = reader.value<std::string>(node, "id", "a node");
    memory.nodes[read_node_id(reader, id)] = {
        read_range(reader, node["live_bytes"], "`live_bytes` of " + id).max,
        read_range(reader, reader.at(node, "activation_bytes", id), "`activation_bytes` of " + id), true};
  }
}

}  // namespace flopaudit
