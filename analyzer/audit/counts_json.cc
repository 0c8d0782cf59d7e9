#include "analyzer/audit/counts_json.h"

namespace flopaudit {

using Json = nlohmann::ordered_json;

Json counts_json(const Counts& counts) {
  Json json = Json::object();
  for (std::size_t i = 0; i < kEventCount; ++i) {
    if (counts.lanes[i] != 0) json[std::string(kEventNames[i])] = counts.lanes[i];
  }
  return json;
}

Json counts_list_json(const std::vector<Counts>& list) {
  Json json = Json::array();
  for (const Counts& counts : list) json.push_back(counts_json(counts));
  return json;
}

namespace {

Json views_json(const std::vector<CounterView>& views) {
  Json json = Json::array();
  for (const CounterView& view : views) {
    Counts weights;
    weights.lanes = view.weights;
    json.push_back(
        {{"slot", std::string(kEventNames[static_cast<std::size_t>(view.slot)])}, {"takes_in", counts_json(weights)}});
  }
  return json;
}

}  // namespace

Json calibration_json(const CalibrationResult& calibration) {
  Json kernels = Json::array();
  for (const CalibrationKernelResult& kernel : calibration.kernels) {
    kernels.push_back({{"name", kernel.name},
                       {"expected", counts_json(kernel.expected)},
                       {"measured", counts_json(kernel.measured)}});
  }
  Json json = {{"trusted", calibration.trusted},
               {"reason", calibration.reason},
               {"empty_region", counts_json(calibration.empty_region)}};
  if (!calibration.views.empty()) json["views"] = views_json(calibration.views);
  json["kernels"] = kernels;
  return json;
}

Counts read_counts(JsonReader& reader, const Json& json, const std::string& what) {
  Counts result;
  if (!json.is_object()) {
    reader.refuse(what + " is not an object");
    return result;
  }
  for (const auto& [key, lanes] : json.items()) {
    const std::optional<Event> event = event_of_name(key);
    if (!event) {
      reader.refuse("`" + key + "` in " + what + " is not an event");
      return result;
    }
    result[*event] = reader.converted<std::int64_t>(lanes, "`" + key + "` in " + what);
  }
  return result;
}

std::vector<Counts> read_counts_list(JsonReader& reader, const Json& json, const std::string& what) {
  std::vector<Counts> list;
  if (!json.is_array()) {
    reader.refuse(what + " is not a list");
    return list;
  }
  for (const Json& element : json) list.push_back(read_counts(reader, element, what));
  return list;
}

namespace {

std::vector<CounterView> read_views(JsonReader& reader, const Json& calibration) {
  const std::string of_view = "a view of the counter";
  return reader.each(calibration, "views", "the calibration", [&](const Json& view) {
    const std::string slot = reader.value<std::string>(view, "slot", of_view);
    const std::optional<Event> event = event_of_name(slot);
    if (!event) reader.refuse("the slot `" + slot + "` of " + of_view + " is not an event");
    return CounterView{event.value_or(Event::add_sp),
                       read_counts(reader, reader.at(view, "takes_in", of_view), "`takes_in` of " + of_view).lanes};
  });
}

}  // namespace

CalibrationResult read_calibration(JsonReader& reader, const Json& json) {
  const std::string where = "the calibration";
  const std::string of_kernel = "a calibration kernel";
  CalibrationResult calibration;
  calibration.trusted = reader.value<bool>(json, "trusted", where);
  calibration.reason = reader.value<std::string>(json, "reason", where);
  calibration.empty_region = read_counts(reader, reader.at(json, "empty_region", where), "the empty region");
  if (json.is_object() && json.contains("views")) calibration.views = read_views(reader, json);
  calibration.kernels = reader.each(json, "kernels", where, [&](const Json& kernel) {
    return CalibrationKernelResult{reader.value<std::string>(kernel, "name", of_kernel),
                                   read_counts(reader, reader.at(kernel, "expected", of_kernel), "a kernel"),
                                   read_counts(reader, reader.at(kernel, "measured", of_kernel), "a kernel")};
  });
  return calibration;
}

}  // namespace flopaudit
