#include "analyzer/report/training_views.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "analyzer/report/json_text.h"
#include "analyzer/report/stored_report.h"
#include "analyzer/report/units.h"

namespace flopaudit {
namespace {

using Json = nlohmann::ordered_json;

std::int64_t nodes_left_out(const TrainingStep& step) {
  std::int64_t nodes = 0;
  for (const LeftOut& gap : step.left_out) nodes += gap.nodes;
  return nodes;
}

}  // namespace

std::string training_line(const AnalysisReport& report, FormulaNames& names) {
  const TrainingStep& step = report.training;
  if (!step.why_not.empty()) return "training step    no estimate: " + step.why_not;
  const std::int64_t nodes = nodes_left_out(step);
  const std::string least =
      nodes == 0 ? "" : fmt::format(", AT LEAST: without the backward of {} nodes", with_separators(nodes));
  return fmt::format("training step    {} FLOPs, an estimate: forward, and {} for the backward{}",
                     with_separators(step.forward_flops + step.backward_flops, names),
                     with_separators(step.backward_flops, names), least);
}

std::vector<std::string> training_notes(const AnalysisReport& report) {
  std::vector<std::string> notes;
  if (!report.training.why_not.empty()) return notes;
  for (const LeftOut& gap : report.training.left_out) {
    notes.push_back(fmt::format("not in the training step: {} x {} ({})", with_separators(gap.nodes), gap.op, gap.why));
  }
  for (const std::string& sentence : training_assumptions()) notes.push_back("training step: " + sentence);
  return notes;
}

Json training_json(const AnalysisReport& report) {
  const TrainingStep& step = report.training;
  Json json = {{"label", "estimate"}, {"why_not", step.why_not}};
  const bool there = step.why_not.empty();
  const auto number = [there](const Range& range) { return there ? range_json(range) : Json(nullptr); };
  json["forward_macs"] = number(step.forward_macs);
  json["forward_flops"] = number(step.forward_flops);
  json["backward_macs"] = number(step.backward_macs);
  json["backward_flops"] = number(step.backward_flops);
  json["step_flops"] = number(step.forward_flops + step.backward_flops);
  json["left_out"] = Json::array();
  for (const LeftOut& gap : step.left_out) {
    json["left_out"].push_back({{"op", gap.op}, {"nodes", gap.nodes}, {"why", gap.why}});
  }
  json["assumes"] = training_assumptions();
  return json;
}

Json backward_json(const AnalysisReport& report, int node) {
  const auto found = report.training.by_node.find(node);
  return found == report.training.by_node.end() ? Json(nullptr) : range_json(found->second.flops);
}

void read_training(JsonReader& reader, const Json& json, AnalysisReport& report) {
  TrainingStep& step = report.training;
  if (!json.contains("training_step")) {
    step.why_not = "the report was made by a program that did not look for it";
    return;
  }
  const std::string where = "`training_step`";
  const Json& object = json["training_step"];
  step.why_not = reader.value<std::string>(object, "why_not", where);
  if (!step.why_not.empty()) return;
  const auto range = [&](const char* key) {
    return read_range(reader, reader.at(object, key, where), "`" + std::string(key) + "` in " + where);
  };
  step.forward_macs = range("forward_macs");
  step.forward_flops = range("forward_flops");
  step.backward_macs = range("backward_macs");
  step.backward_flops = range("backward_flops");
  step.left_out = reader.each(object, "left_out", where, [&](const Json& gap) {
    return LeftOut{reader.value<std::string>(gap, "op", where), reader.value<std::int64_t>(gap, "nodes", where),
                   reader.value<std::string>(gap, "why", where)};
  });
  for (const Json& node : json["nodes"]) {
    if (!node.is_object() || !node.contains("backward_flops") || node["backward_flops"].is_null()) continue;
    const auto id = reader.value<std::string>(node, "id", "a node");
    step.by_node[read_node_id(reader, id)].flops =
        read_range(reader, node["backward_flops"], "`backward_flops` of " + id);
  }
}

}  // namespace flopaudit
