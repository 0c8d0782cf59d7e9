// flopaudit.record/1. Counts are objects of the events that are not 0; keys keep their order, so that equal records are
// equal texts.
#include "analyzer/audit/record.h"

#include <nlohmann/json.hpp>

#include "analyzer/audit/counts_json.h"
#include "analyzer/support/sha256.h"

namespace flopaudit {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kSchema = "flopaudit.record/1";

// What is empty is left out: a record has a line for every node and iteration.
Json node_json(const NodeMeasurement& node) {
  Json json = {{"id", node.id}, {"iteration", node.iteration}, {"counts", counts_list_json(node.counts)}};
  if (!node.seconds.empty()) json["seconds"] = node.seconds;
  json["outputs"] = node.outputs;
  if (!node.inputs.empty()) {
    json["inputs"] = node.inputs;
    json["strides"] = Json::array();
    for (const auto& each : node.strides) json["strides"].push_back(each ? Json(*each) : Json(nullptr));
  }
  if (!node.error.empty()) json["error"] = node.error;
  if (!node.not_run.empty()) json["not_run"] = node.not_run;
  return json;
}

Json forward_json(const WholeForward& forward) {
  return {{"counts", counts_list_json(forward.counts)},
          {"counted_seconds", forward.counted_seconds},
          {"native_seconds", forward.native_seconds}};
}

Json speed_json(const MachineSpeed& speed) {
  Json json = {{"peaks", Json::array()}, {"bytes_per_second", speed.bytes_per_second}};
  for (const PeakSpeed& peak : speed.peaks) {
    json["peaks"].push_back(
        {{"kernel", peak.kernel}, {"dtype", peak.dtype}, {"flops_per_second", peak.flops_per_second}});
  }
  return json;
}

// One line a key and one a node: readable, small, and a changed count is one changed line.
std::string one_line_a_key(const Json& record) {
  const auto line = [](const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); };
  std::string text = "{";
  const char* separator = "\n ";
  for (const auto& [key, value] : record.items()) {
    text += separator + line(key) + ": ";
    separator = ",\n ";
    if (key != "nodes") {
      text += line(value);
      continue;
    }
    const char* between = "[\n  ";
    for (const Json& node : value) {
      text += between + line(node);
      between = ",\n  ";
    }
    text += value.empty() ? "[]" : "]";
  }
  return text + "\n}\n";
}

// --- reading ---
NodeMeasurement read_node(JsonReader& reader, const Json& json) {
  NodeMeasurement node;
  node.id = reader.value<int>(json, "id", "a node");
  const std::string where = "node n" + std::to_string(node.id);
  node.iteration = reader.value<int>(json, "iteration", where);
  node.counts = read_counts_list(reader, reader.at(json, "counts", where), "the counts of " + where);
  if (json.contains("seconds")) node.seconds = reader.list<double>(json["seconds"], "`seconds` of " + where);
  node.outputs = reader.list<std::string>(reader.at(json, "outputs", where), "`outputs` of " + where);
  if (json.contains("inputs")) {
    node.inputs = reader.list<std::string>(json["inputs"], "`inputs` of " + where);
    node.strides = reader.each(json, "strides", where, [&](const Json& each) {
      if (each.is_null()) return std::optional<std::vector<std::int64_t>>();
      return std::optional(reader.list<std::int64_t>(each, "`strides` of " + where));
    });
  }
  if (json.contains("error")) node.error = reader.value<std::string>(json, "error", where);
  if (json.contains("not_run")) node.not_run = reader.value<std::string>(json, "not_run", where);
  return node;
}

WholeForward read_forward(JsonReader& reader, const Json& json) {
  const std::string where = "`forward`";
  return {read_counts_list(reader, reader.at(json, "counts", where), "the counts of the forward"),
          reader.list<double>(reader.at(json, "counted_seconds", where), "`counted_seconds`"),
          reader.list<double>(reader.at(json, "native_seconds", where), "`native_seconds`")};
}

MachineSpeed read_speed(JsonReader& reader, const Json& json) {
  const std::string where = "`speed`";
  MachineSpeed speed;
  speed.bytes_per_second = reader.value<double>(json, "bytes_per_second", where);
  speed.peaks = reader.each(json, "peaks", where, [&](const Json& peak) {
    return PeakSpeed{reader.value<std::string>(peak, "kernel", where), reader.value<std::string>(peak, "dtype", where),
                     reader.value<double>(peak, "flops_per_second", where)};
  });
  return speed;
}

Record read_record(JsonReader& reader, const Json& json) {
  const std::string where = "the record";
  Record record;
  record.flopaudit_version = reader.value<std::string>(json, "flopaudit", where);
  record.libtorch_version = reader.value<std::string>(json, "libtorch", where);
  record.libtorch_build = reader.value<std::string>(json, "libtorch_build", where);
  record.machine = reader.words(reader.at(json, "machine", where), "`machine`");
  record.knobs = reader.words(reader.at(json, "knobs", where), "`knobs`");
  record.path = reader.value<std::string>(json, "path", where);
  record.counter_source = reader.value<std::string>(json, "counter_source", where);
  record.counter_description = reader.value<std::string>(json, "counter_description", where);
  record.calibration = read_calibration(reader, reader.at(json, "calibration", where));
  record.seed = reader.value<std::uint64_t>(json, "seed", where);
  record.repetitions = reader.value<int>(json, "repetitions", where);
  record.model_file = reader.value<std::string>(json, "model_file", where);
  record.model_sha256 = reader.value<std::string>(json, "model_sha256", where);
  record.ir_sha256 = reader.value<std::string>(json, "ir_sha256", where);
  for (const Json& node : reader.at(json, "nodes", where)) record.nodes.push_back(read_node(reader, node));
  record.forward = read_forward(reader, reader.at(json, "forward", where));
  if (json.contains("speed")) record.speed = read_speed(reader, json["speed"]);
  const Json& equal = reader.at(json, "outputs_equal_forward", where);
  if (!equal.is_null()) record.outputs_equal_forward = reader.converted<bool>(equal, "`outputs_equal_forward`");
  record.outputs_equal_reason = reader.value<std::string>(json, "outputs_equal_reason", where);
  record.partial = reader.value<bool>(json, "partial", where);
  record.error = reader.value<std::string>(json, "error", where);
  record.ir = reader.value<std::string>(json, "ir", where);
  return record;
}

}  // namespace

std::string to_json(const Record& record) {
  Json json = {{"schema", kSchema},
               {"flopaudit", record.flopaudit_version},
               {"libtorch", record.libtorch_version},
               {"libtorch_build", record.libtorch_build},
               {"machine", record.machine},
               {"knobs", record.knobs},
               {"path", record.path},
               {"counter_source", record.counter_source},
               {"counter_description", record.counter_description},
               {"calibration", calibration_json(record.calibration)},
               {"seed", record.seed},
               {"repetitions", record.repetitions},
               {"model_file", record.model_file},
               {"model_sha256", record.model_sha256},
               {"ir_sha256", record.ir_sha256}};
  json["nodes"] = Json::array();
  for (const NodeMeasurement& node : record.nodes) json["nodes"].push_back(node_json(node));
  json["forward"] = forward_json(record.forward);
  if (record.speed) json["speed"] = speed_json(*record.speed);
  json["outputs_equal_forward"] = nullptr;
  if (record.outputs_equal_forward) json["outputs_equal_forward"] = *record.outputs_equal_forward;
  json["outputs_equal_reason"] = record.outputs_equal_reason;
  json["partial"] = record.partial;
  json["error"] = record.error;
  json["ir"] = record.ir;
  return one_line_a_key(json);
}

Result<Record> record_from_json(const std::string& text) {
  const Json json = Json::parse(text, nullptr, false);
  if (json.is_discarded() || !json.is_object()) {
    return input_error("this is not a flopaudit record: it is not a JSON object; make one with `flopaudit measure`");
  }
  const auto schema = json.find("schema");
  if (schema == json.end() || !schema->is_string()) {
    return input_error("this is not a flopaudit record: it has no `schema`; make one with `flopaudit measure`");
  }
  if (*schema != kSchema) {
    return input_error("the record has schema \"" + schema->get<std::string>() + "\" and this program reads \"" +
                       kSchema + "\": measure again with this version");
  }
  JsonReader reader;
  Record record = read_record(reader, json);
  if (!reader.problem().empty()) return input_error("the record is damaged: " + reader.problem());
  if (sha256_hex(record.ir) != record.ir_sha256) {
    return input_error(
        "the IR in the record does not have the hash that the record states: they do not belong together");
  }
  return record;
}

}  // namespace flopaudit
