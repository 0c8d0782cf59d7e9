#include "analyzer/report/counters_report.h"

#include <nlohmann/json.hpp>

#include "analyzer/audit/counts_json.h"
#include "analyzer/report/counts_text.h"
#include "analyzer/report/json_text.h"
#include "analyzer/support/version.h"

namespace flopaudit {
namespace {

using Json = nlohmann::ordered_json;
using Source = CountersReport::Source;

constexpr const char* kSchema = "flopaudit.counters/1";

std::string name_of(Event event) { return std::string(kEventNames[static_cast<std::size_t>(event)]); }

// The view that takes a class in; null: none does, or each class is read by itself.
const CounterView* view_of(const Source& source, Event event) {
  for (const CounterView& view : source.calibration.views)
    if (view[event] != 0) return &view;
  return nullptr;
}

// `by itself`, `2 in ADD_SP`, `not counted`; `-` of a source that cannot be used.
std::string class_text(const Source& source, Event event) {
  if (!source.usable()) return "-";
  if (source.calibration.views.empty()) return "by itself";
  const CounterView* view = view_of(source, event);
  return view == nullptr ? "not counted" : std::to_string((*view)[event]) + " in " + name_of(view->slot);
}

Table class_table(const CountersReport& report) {
  Table table{{{"class"}}, {}};
  for (const Source& source : report.sources) table.columns.push_back({source.name});
  for (std::size_t i = 0; i < kEventCount; ++i) {
    table.rows.push_back({std::string(kEventNames[i])});
    for (const Source& source : report.sources) table.rows.back().push_back(class_text(source, static_cast<Event>(i)));
  }
  return table;
}

Table event_table(const CountersReport& report) {
  Table table{{{"event of " + report.family}, {"read into"}, {"FLOPs a count", true}}, {}};
  for (const auto& row : report.events) table.rows.push_back({row.event, name_of(row.slot), std::to_string(row.flops)});
  return table;
}

std::string machine_text(const CountersReport& report) {
  std::string text = report.has_pmu ? "the machine shows hardware counters" : "the machine shows no hardware counters";
  text += "; kernel.perf_event_paranoid " + std::to_string(report.paranoid);
  if (report.has_pmu && !report.may_count) text += ", which does not let this process use them";
  if (!report.linux_version.empty()) text += "; Linux " + report.linux_version;
  return text;
}

std::string verdict(const Source& source) {
  if (!source.usable()) return source.why_not;
  return "calibrated: " + std::to_string(source.calibration.kernels.size()) +
         " kernels read exactly, an empty region reads " + counts_text(source.calibration.empty_region) + "; " +
         source.description;
}

Json classes_json(const Source& source) {
  Json json = Json::object();
  for (std::size_t i = 0; i < kEventCount; ++i) {
    const Event event = static_cast<Event>(i);
    const CounterView* view = view_of(source, event);
    const bool by_itself = source.calibration.views.empty();
    const std::int64_t weight = by_itself ? 1 : view == nullptr ? 0 : (*view)[event];
    json[name_of(event)] = {{"weight", weight}, {"read_into", nullptr}};
    if (weight != 0) json[name_of(event)]["read_into"] = name_of(by_itself ? event : view->slot);
  }
  return json;
}

Json source_json(const Source& source) {
  Json json = {{"source", source.name}, {"usable", source.usable()}};
  if (!source.usable()) {
    json["why"] = source.why_not;
    return json;
  }
  json["description"] = source.description;
  json["classes"] = classes_json(source);
  json["calibration"] = calibration_json(source.calibration);
  return json;
}

}  // namespace

std::string to_text(const CountersReport& report) {
  std::string text = "processor  " + report.processor + (report.family.empty() ? "" : ": " + report.family) + "\n";
  text += "counters   " + machine_text(report) + "\n";
  if (!report.no_counter.empty()) text += "events     none: " + report.no_counter + "\n";
  text += "path       " + report.path + "\n\n" + to_text(source_table(report));
  if (!report.events.empty()) text += "\n" + to_text(event_table(report));
  return text + "\n" + to_text(class_table(report));
}

std::string to_json(const CountersReport& report) {
  Json json = {{"schema", kSchema}, {"flopaudit", std::string(kVersion)}, {"path", report.path}};
  json["processor"] = {{"identity", report.processor}, {"family", nullptr}};
  if (!report.family.empty()) json["processor"]["family"] = report.family;
  if (!report.no_counter.empty()) json["processor"]["no_counter"] = report.no_counter;
  json["machine"] = {{"has_counters", report.has_pmu},
                     {"perf_event_paranoid", report.paranoid},
                     {"may_count", report.may_count},
                     {"linux", report.linux_version}};
  json["events"] = Json::array();
  for (const auto& row : report.events)
    json["events"].push_back({{"event", row.event}, {"read_into", name_of(row.slot)}, {"flops", row.flops}});
  json["sources"] = Json::array();
  for (const Source& source : report.sources) json["sources"].push_back(source_json(source));
  return dump_json(json);
}

Table source_table(const CountersReport& report) {
  Table table{{{"source"}, {"usable"}, {"why"}}, {}};
  for (const Source& source : report.sources)
    table.rows.push_back({source.name, source.usable() ? "yes" : "no", verdict(source)});
  return table;
}

Table kernel_table(const CountersReport& report) {
  Table table{{{"source"}, {"kernel"}, {"expected"}, {"measured"}}, {}};
  for (const Source& source : report.sources) {
    if (!source.usable()) continue;
    for (const CalibrationKernelResult& kernel : source.calibration.kernels)
      table.rows.push_back({source.name, kernel.name, counts_text(kernel.expected), counts_text(kernel.measured)});
  }
  return table;
}

}  // namespace flopaudit
