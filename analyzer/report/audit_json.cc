#include <nlohmann/json.hpp>

#include "analyzer/audit/counts_json.h"
#include "analyzer/report/audit_report.h"
#include "analyzer/report/json_text.h"
#include "analyzer/report/node_text.h"
#include "analyzer/report/roofline_views.h"
#include "analyzer/report/stored_report.h"
#include "analyzer/support/version.h"

namespace flopaudit {
namespace {

using Json = nlohmann::ordered_json;

// An integer, or {"min", "max"} for a stated interval.
Json interval_json(const Interval& interval) {
  if (interval.width() == 0) return interval.low;
  return {{"min", interval.low}, {"max", interval.high}};
}

template <typename T>
Json optional_json(const std::optional<T>& value) {
  if (!value) return nullptr;
  if constexpr (std::is_same_v<T, Interval>)
    return interval_json(*value);
  else
    return *value;
}

Json record_json(const Record& record) {
  return {{"machine", record.machine},
          {"libtorch", record.libtorch_version},
          {"counters", record.counter_source},
          {"path", record.path},
          {"knobs", record.knobs},
          {"calibration", calibration_json(record.calibration)},
          {"seed", record.seed},
          {"repetitions", record.repetitions},
          {"ir_sha256", record.ir_sha256},
          {"partial", record.partial},
          {"error", record.error}};
}

Json totals_json(const AuditReport& report) {
  const Judgement& judgement = report.judgement;
  Json verdicts = Json::object();
  std::int64_t quiet = 0;
  for (const auto& [verdict, nodes] : judgement.verdicts) {
    if (verdict == Verdict::quiet)
      quiet = nodes;
    else
      verdicts[std::string(name(verdict))] = nodes;
  }
  Json json = {{"annotated", judgement.annotated},
               {"expected", interval_json(judgement.expected)},
               {"measured", optional_json(measured_flops(judgement))},
               {"unexplained", judgement.unexplained},
               {"bound_width", judgement.bound_width},
               {"value_width", judgement.value_width},
               {"verdicts", verdicts},
               {"quiet", quiet},
               {"shape_mismatches", judgement.shape_mismatches}};
  if (judgement.above_peak) json["above_peak"] = *judgement.above_peak;
  json["outputs_equal_forward"] = optional_json(report.record.outputs_equal_forward);
  if (!report.record.outputs_equal_reason.empty()) json["outputs_equal_reason"] = report.record.outputs_equal_reason;
  if (judgement.node_sum) json["node_sum"] = counts_json(*judgement.node_sum);
  if (judgement.whole_forward) json["whole_forward"] = counts_json(*judgement.whole_forward);
  return json;
}

Json node_json(const NodeJudgement& node) {
  Json json = {{"id", node_name(node.id)},   {"op", node.op},       {"module", node.module},
               {"source", node.source},      {"dtype", node.dtype}, {"executions", node.executions},
               {"annotated", node.annotated}};
  json["expected"] = optional_json(node.expected);
  json["measured"] = optional_json(node.measured);
  if (node.measured && node.annotated != 0) {
    json["ratio"] = static_cast<double>(*node.measured) / static_cast<double>(node.annotated);
  } else {
    json["ratio"] = nullptr;
  }
  json["verdict"] = name(node.verdict);
  json["by_class"] = Json::object();
  for (const auto& [class_name, counts] : node.by_class) {
    Json row = {{"annotated", counts.annotated}};
    row["expected"] = optional_json(counts.expected);
    row["measured"] = optional_json(counts.measured);
    if (!counts.arithmetic) row["decides"] = false;
    json["by_class"][class_name] = std::move(row);
  }
  json["causes"] = Json::array();
  for (const CauseShare& cause : node.causes) {
    json["causes"].push_back({{"name", cause.name}, {"flops", interval_json(cause.flops)}});
  }
  json["unexplained"] = node.unexplained;
  json["bound_width"] = node.bound_width;
  if (node.value_width != 0) json["value_width"] = node.value_width;
  if (node.by_values != Interval{}) json["by_values"] = {{"min", node.by_values.low}, {"max", node.by_values.high}};
  if (node.above_peak) json["above_peak"] = true;
  if (node.shape_mismatch) json["shape_mismatch"] = true;
  if (!node.note.empty()) json["note"] = node.note;
  return json;
}

Json op_json(const Judgement& judgement, const OpJudgement& op) {
  Json json = {{"op", op.op}, {"nodes", op.nodes}, {"annotated", op.annotated}};
  json["expected"] = optional_json(op.expected);
  json["measured"] = optional_json(measured_flops(judgement, op.op));
  json["median_ratio"] = optional_json(op.median_ratio);
  json["worst_ratio"] = optional_json(op.worst_ratio);
  json["unexplained"] = op.unexplained;
  return json;
}

Json times_json(const Record& record) {
  Json nodes = Json::object();
  for (const NodeMeasurement& node : record.nodes) {
    if (!node.seconds.empty()) nodes[node_name(node.id)].push_back(node.seconds);
  }
  return {{"forward_counted_seconds", record.forward.counted_seconds},
          {"forward_native_seconds", record.forward.native_seconds},
          {"nodes", nodes}};
}

}  // namespace

std::string to_json(const AuditReport& report) {
  Json json = Json::object();
  json["schema"] = kAuditSchema;
  json["flopaudit"] = kVersion;
  json["model"] = {{"file", report.record.model_file},
                   {"sha256", report.record.model_sha256},
                   {"kind", report.kind},
                   {"method", report.method}};
  json["inputs"] = Json::array();
  for (const auto& [input, type] : report.inputs) json["inputs"].push_back({{"name", input}, {"type", type}});
  json["record"] = record_json(report.record);
  json["totals"] = totals_json(report);
  json["nodes"] = Json::array();
  for (const NodeJudgement& node : report.judgement.nodes) json["nodes"].push_back(node_json(node));
  json["ops"] = Json::array();
  for (const OpJudgement& op : report.judgement.ops) json["ops"].push_back(op_json(report.judgement, op));
  if (report.times) json["times"] = times_json(report.record);
  if (report.roofline) json["times"]["roofline"] = roofline_json(*report.roofline);
  return dump_json(json);
}

}  // namespace flopaudit
