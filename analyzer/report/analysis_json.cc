#include <map>
#include <nlohmann/json.hpp>

#include "analyzer/report/analysis_report.h"
#include "analyzer/report/json_text.h"
#include "analyzer/report/memory_views.h"
#include "analyzer/report/node_text.h"
#include "analyzer/report/stored_report.h"
#include "analyzer/report/training_views.h"
#include "analyzer/support/version.h"

namespace flopaudit {
namespace {

using Json = nlohmann::ordered_json;

Json work_json(const WorkTotal& work) {
  Json json = Json::object();
  for (std::size_t i = 0; i < kWorkClassCount; ++i) {
    const auto work_class = static_cast<WorkClass>(i);
    const Range total = work.total(work_class);
    if (total != Range()) json[std::string(name(work_class))] = range_json(total);
  }
  return json;
}

// The whole work: by dtype and class; nothing of the report is lost with it.
Json by_dtype_json(const WorkTotal& work) {
  std::map<DType, Json> rows;
  for (const auto& [key, count] : work.operations) {
    rows.try_emplace(key.second, Json::object()).first->second[std::string(name(key.first))] = range_json(count);
  }
  for (const auto& [dtype, count] : work.valid_mac) {
    rows.try_emplace(dtype, Json::object()).first->second[kValidMacKey] = range_json(count);
  }
  Json json = Json::object();
  for (auto& [dtype, row] : rows) json[std::string(name(dtype))] = std::move(row);
  return json;
}

Json valid_json(const WorkTotal& work) {
  Json json = Json::object();
  if (!work.valid_mac.empty()) json["mac"] = range_json(valid_macs(work));
  return json;
}

// The derived numbers, under the same keys in totals, nodes and modules.
void add_derived(Json& json, const WorkTotal& work) {
  json["macs"] = range_json(macs(work));
  json["flops"] = range_json(flops(work));
  json["transcendentals"] = range_json(transcendentals(work));
  json["comparisons"] = range_json(comparisons(work));
  json["bytes_read"] = range_json(work.bytes_read);
  json["bytes_written"] = range_json(work.bytes_written);
}

Json totals_json(const AnalysisReport& report) {
  Json json = Json::object();
  add_derived(json, report.total);
  json["by_dtype"] = by_dtype_json(report.total);
  json["valid_macs"] = range_json(valid_macs(report.total));
  json["integers"] = range_json(report.total.total(WorkClass::integer));
  json["span_flops"] = range_json(Range(report.span_flops));
  const auto intensity = arithmetic_intensity(report);
  json["arithmetic_intensity"] = intensity ? Json(*intensity) : Json(nullptr);
  json["nodes"] = report.nodes;
  json["zero"] = report.zero;
  json["no_rule"] = report.no_rule;
  json["no_shape"] = report.no_shape;
  json["not_taken"] = report.not_taken;
  return json;
}

// Of one node by each convention that was asked for; null: left out.
Json convention_numbers(const AnalysisReport& report, int node) {
  Json json = Json::object();
  for (const ConventionValue& convention : report.conventions) {
    const auto number = convention.by_node.find(node);
    json[convention.name] = number == convention.by_node.end() ? Json() : range_json(number->second);
  }
  return json;
}

Json node_json(const AnalysisNode& node) {
  Json json = {{"id", node_name(node.id)},     {"op", node.op.name},
               {"overload", node.op.overload}, {"module", node.module},
               {"source", node.source},        {"inputs", node.inputs},
               {"outputs", node.outputs},      {"executions", range_json(node.executions)},
               {"state", name(node.state)}};
  if (!node.why.empty()) json["why"] = node.why;
  json["work"] = work_json(node.work);
  json["valid"] = valid_json(node.work);
  json["by_dtype"] = by_dtype_json(node.work);
  add_derived(json, node.work);
  json["formula"] = node.formula;
  return json;
}

Json op_json(const OpTotal& op) {
  Json json = {{"op", op.op}, {"nodes", op.nodes}, {"state", name(op.worst_state)}};
  add_derived(json, op.work);
  json["by_dtype"] = by_dtype_json(op.work);
  return json;
}

}  // namespace

Json range_json(const Range& range) {
  if (range.exact() && range.min.constant()) return *range.min.constant();
  const auto end = [&range](const Expr& expr) -> Json {
    if (const auto number = expr.constant()) return *number;
    return range.exact() ? Json(nullptr) : Json(expr.to_string());
  };
  Json json = Json::object();
  json["expr"] = range.to_string();
  json["min"] = end(range.min);
  json["max"] = end(range.max);
  return json;
}

std::string to_json(const AnalysisReport& report) {
  Json json = Json::object();
  json["schema"] = kAnalysisSchema;
  json["flopaudit"] = kVersion;
  json["libtorch"] = report.libtorch;
  json["model"] = {{"file", report.file},
                   {"kind", report.kind},
                   {"method", report.method},
                   {"parameters", report.parameters},
                   {"parameter_bytes", report.parameter_bytes}};
  json["inputs"] = Json::array();
  for (const auto& [input, type] : report.inputs) json["inputs"].push_back({{"name", input}, {"type", type}});
  json["symbols"] = report.symbols;
  json["assumptions"] = {{"device", "cpu"}, {"grad", false}, {"training", false}, {"sizes", report.size_assumptions}};
  json["totals"] = totals_json(report);
  json["memory"] = memory_json(report);
  json["critical_path"] = critical_path_json(report);
  json["training_step"] = training_json(report);
  json["conventions"] = Json::object();
  for (const ConventionValue& convention : report.conventions) {
    Json row = {{"value", range_json(convention.value)}, {"unit", convention.unit}, {"left_out", Json::array()}};
    for (const LeftOut& gap : convention.left_out) {
      row["left_out"].push_back({{"op", gap.op}, {"nodes", gap.nodes}, {"why", gap.why}});
    }
    json["conventions"][convention.name] = std::move(row);
  }
  json["nodes"] = Json::array();
  for (const AnalysisNode& node : report.node_list) {
    json["nodes"].push_back(node_json(node));
    add_memory(json["nodes"].back(), report, node);
    json["nodes"].back()["backward_flops"] = backward_json(report, node.id);
    if (!report.conventions.empty()) json["nodes"].back()["conventions"] = convention_numbers(report, node.id);
  }
  json["ops"] = Json::array();
  for (const OpTotal& op : report.ops) json["ops"].push_back(op_json(op));
  json["modules"] = Json::array();
  for (const ModuleSummary& module : report.modules) {
    Json row = {{"path", module.path}, {"class", module.class_name}};
    add_derived(row, module.work);
    row["by_dtype"] = by_dtype_json(module.work);
    row["parameters"] = module.parameters;
    json["modules"].push_back(std::move(row));
  }
  json["gaps"] = Json::array();
  for (const Gap& gap : report.gaps) {
    Json row = {{"op", gap.op}, {"nodes", gap.nodes}};
    if (gap.elements)
      row["elements"] = *gap.elements;
    else
      row["elements"] = nullptr;
    row["why"] = gap.why;
    json["gaps"].push_back(std::move(row));
  }
  json["depends_on"] = dependencies_json(report.depends_on);
  json["diagnostics"] = report.diagnostics;
  return dump_json(json);
}

}  // namespace flopaudit
