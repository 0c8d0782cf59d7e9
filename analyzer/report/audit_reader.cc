// flopaudit.report/1, read back: what the views print, without the record that it was made from.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "analyzer/audit/counts_json.h"
#include "analyzer/report/audit_report.h"
#include "analyzer/report/roofline_views.h"
#include "analyzer/report/stored_report.h"

namespace flopaudit {
namespace {

using Json = nlohmann::ordered_json;

// An integer, or {"min", "max"}.
Interval read_interval(JsonReader& reader, const Json& json, const std::string& what) {
  if (!json.is_object()) {
    const auto both = reader.converted<std::int64_t>(json, what);
    return {both, both};
  }
  return {reader.value<std::int64_t>(json, "min", what), reader.value<std::int64_t>(json, "max", what)};
}

std::optional<Interval> read_optional_interval(JsonReader& reader, const Json& object, const char* key,
                                               const std::string& where) {
  const Json& json = reader.at(object, key, where);
  if (json.is_null()) return std::nullopt;
  return read_interval(reader, json, "`" + std::string(key) + "` in " + where);
}

std::string text_or_nothing(JsonReader& reader, const Json& object, const char* key, const std::string& where) {
  return object.is_object() && object.contains(key) ? reader.value<std::string>(object, key, where) : "";
}

Verdict read_verdict(JsonReader& reader, const std::string& word, const std::string& where) {
  for (int i = 0; i <= static_cast<int>(Verdict::error); ++i) {
    if (name(static_cast<Verdict>(i)) == word) return static_cast<Verdict>(i);
  }
  reader.refuse("\"" + word + "\" in " + where + " is not a verdict");
  return Verdict::error;
}

Record read_record(JsonReader& reader, const Json& json) {
  const std::string where = "`record`";
  Record record;
  record.machine = reader.words(reader.at(json, "machine", where), "`machine`");
  record.libtorch_version = reader.value<std::string>(json, "libtorch", where);
  record.counter_source = reader.value<std::string>(json, "counters", where);
  record.path = reader.value<std::string>(json, "path", where);
  record.knobs = reader.words(reader.at(json, "knobs", where), "`knobs`");
  record.calibration = read_calibration(reader, reader.at(json, "calibration", where));
  record.seed = reader.value<std::uint64_t>(json, "seed", where);
  record.repetitions = reader.value<int>(json, "repetitions", where);
  record.ir_sha256 = reader.value<std::string>(json, "ir_sha256", where);
  record.partial = reader.value<bool>(json, "partial", where);
  record.error = reader.value<std::string>(json, "error", where);
  return record;
}

// Where no values decide, and in reports of earlier programs, there is none.
std::int64_t width_or_nothing(JsonReader& reader, const Json& json, const std::string& where) {
  const bool there = json.is_object() && json.contains("value_width");
  return there ? reader.value<std::int64_t>(json, "value_width", where) : 0;
}

void read_totals(JsonReader& reader, const Json& json, StoredAudit& audit) {
  const std::string where = "`totals`";
  Judgement& judgement = audit.judgement;
  judgement.annotated = reader.value<std::int64_t>(json, "annotated", where);
  judgement.expected = read_interval(reader, reader.at(json, "expected", where), "`expected` in " + where);
  judgement.measured = reader.optional<std::int64_t>(json, "measured", where).value_or(0);
  judgement.unexplained = reader.value<std::int64_t>(json, "unexplained", where);
  judgement.bound_width = reader.value<std::int64_t>(json, "bound_width", where);
  judgement.value_width = width_or_nothing(reader, json, where);
  const Json& verdicts = reader.at(json, "verdicts", where);
  if (verdicts.is_object()) {
    for (const auto& [word, nodes] : verdicts.items()) {
      judgement.verdicts[read_verdict(reader, word, "`verdicts`")] =
          reader.converted<std::int64_t>(nodes, "`" + word + "` in `verdicts`");
    }
  }
  const auto quiet = reader.value<std::int64_t>(json, "quiet", where);
  if (quiet > 0) judgement.verdicts[Verdict::quiet] = quiet;
  judgement.shape_mismatches = reader.value<std::int64_t>(json, "shape_mismatches", where);
  if (json.is_object() && json.contains("above_peak")) {
    judgement.above_peak = reader.value<std::int64_t>(json, "above_peak", where);
  }
  judgement.outputs_equal_forward = reader.optional<bool>(json, "outputs_equal_forward", where);
  audit.record.outputs_equal_forward = judgement.outputs_equal_forward;
  audit.record.outputs_equal_reason = text_or_nothing(reader, json, "outputs_equal_reason", where);
  if (json.is_object() && json.contains("node_sum")) {
    judgement.node_sum = read_counts(reader, json["node_sum"], "`node_sum`");
  }
  if (json.is_object() && json.contains("whole_forward")) {
    judgement.whole_forward = read_counts(reader, json["whole_forward"], "`whole_forward`");
  }
}

void read_classes(JsonReader& reader, const Json& json, NodeJudgement& node, const std::string& where) {
  if (!json.is_object()) return reader.refuse("`by_class` of " + where + " is not an object");
  for (const auto& [class_name, row] : json.items()) {
    const std::string of_class = "`" + class_name + "` of " + where;
    node.by_class[class_name] = {reader.value<std::int64_t>(row, "annotated", of_class),
                                 read_optional_interval(reader, row, "expected", of_class),
                                 reader.optional<std::int64_t>(row, "measured", of_class),
                                 !(row.is_object() && row.contains("decides"))};
  }
}

NodeJudgement read_node(JsonReader& reader, const Json& json) {
  NodeJudgement node;
  const auto id = reader.value<std::string>(json, "id", "a node");
  const std::string where = "node " + id;
  node.id = read_node_id(reader, id);
  node.op = reader.value<std::string>(json, "op", where);
  node.module = reader.value<std::string>(json, "module", where);
  node.source = reader.value<std::string>(json, "source", where);
  node.dtype = reader.value<std::string>(json, "dtype", where);
  node.executions = reader.value<std::int64_t>(json, "executions", where);
  node.annotated = reader.value<std::int64_t>(json, "annotated", where);
  node.expected = read_optional_interval(reader, json, "expected", where);
  node.measured = reader.optional<std::int64_t>(json, "measured", where);
  node.verdict = read_verdict(reader, reader.value<std::string>(json, "verdict", where), where);
  read_classes(reader, reader.at(json, "by_class", where), node, where);
  node.causes = reader.each(json, "causes", where, [&](const Json& cause) {
    return CauseShare{reader.value<std::string>(cause, "name", "a cause"),
                      read_interval(reader, reader.at(cause, "flops", "a cause"), "`flops` of a cause")};
  });
  node.unexplained = reader.value<std::int64_t>(json, "unexplained", where);
  node.bound_width = reader.value<std::int64_t>(json, "bound_width", where);
  node.value_width = width_or_nothing(reader, json, where);
  if (json.is_object() && json.contains("by_values")) {
    node.by_values = read_interval(reader, json["by_values"], "`by_values` of " + where);
  }
  node.above_peak = json.is_object() && json.contains("above_peak");
  node.shape_mismatch = json.is_object() && json.contains("shape_mismatch");
  node.note = text_or_nothing(reader, json, "note", where);
  return node;
}

OpJudgement read_op(JsonReader& reader, const Json& json) {
  OpJudgement op;
  op.op = reader.value<std::string>(json, "op", "an op");
  op.nodes = reader.value<std::int64_t>(json, "nodes", op.op);
  op.annotated = reader.value<std::int64_t>(json, "annotated", op.op);
  op.expected = read_optional_interval(reader, json, "expected", op.op);
  op.measured = reader.optional<std::int64_t>(json, "measured", op.op).value_or(0);
  op.median_ratio = reader.optional<double>(json, "median_ratio", op.op);
  op.worst_ratio = reader.optional<double>(json, "worst_ratio", op.op);
  op.unexplained = reader.value<std::int64_t>(json, "unexplained", op.op);
  return op;
}

void read_times(JsonReader& reader, const Json& json, Record& record) {
  const std::string where = "`times`";
  const auto seconds = [&](const char* key) {
    return reader.list<double>(reader.at(json, key, where), "`" + std::string(key) + "`");
  };
  record.forward.counted_seconds = seconds("forward_counted_seconds");
  record.forward.native_seconds = seconds("forward_native_seconds");
  const Json& nodes = reader.at(json, "nodes", where);
  if (!nodes.is_object()) return reader.refuse("`nodes` in `times` is not an object");
  for (const auto& [id, iterations] : nodes.items()) {
    int iteration = 0;
    for (const Json& times : iterations) {
      NodeMeasurement node;
      node.id = read_node_id(reader, id);
      node.iteration = iteration++;
      node.seconds = reader.list<double>(times, "the times of " + id);
      record.nodes.push_back(std::move(node));
    }
  }
}

}  // namespace

Result<StoredAudit> audit_from_json(const std::string& text) {
  FA_ASSIGN(const Json json, parse_report_json(text, kAuditSchema));
  JsonReader reader;
  const std::string where = "the report";
  StoredAudit audit;
  audit.record = read_record(reader, reader.at(json, "record", where));
  const Json& model = reader.at(json, "model", where);
  audit.record.model_file = reader.value<std::string>(model, "file", "`model`");
  audit.record.model_sha256 = reader.value<std::string>(model, "sha256", "`model`");
  audit.kind = reader.value<std::string>(model, "kind", "`model`");
  audit.method = reader.value<std::string>(model, "method", "`model`");
  audit.inputs = read_inputs(reader, json);
  read_totals(reader, reader.at(json, "totals", where), audit);
  audit.judgement.nodes = reader.each(json, "nodes", where, [&](const Json& node) { return read_node(reader, node); });
  audit.judgement.ops = reader.each(json, "ops", where, [&](const Json& op) { return read_op(reader, op); });
  audit.times = json.contains("times");
  if (audit.times) read_times(reader, json["times"], audit.record);
  if (audit.times && json["times"].contains("roofline"))
    audit.roofline = read_roofline(reader, json["times"]["roofline"]);
  if (!reader.problem().empty()) return input_error("the report is damaged: " + reader.problem());
  return audit;
}

}  // namespace flopaudit
