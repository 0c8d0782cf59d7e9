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

Json calibration_json(const CalibrationResult& calibration) {
  Json kernels = Json::array();
  for (const CalibrationKernelResult& kernel : calibration.kernels) {
    kernels.push_back({{"name", kernel.name},
                       {"expected", counts_json(kernel.expected)},
                       {"measured", counts_json(kernel.measured)}});
  }
  return {{"trusted", calibration.trusted},
          {"reason", calibration.reason},
          {"empty_region", counts_json(calibration.empty_region)},
          {"kernels", kernels}};
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

CalibrationResult read_calibration(JsonReader& reader, const Json& json) {
  const std::string where = "the calibration";
  const std::string of_kernel = "a calibration kernel";
  CalibrationResult calibration;
  calibration.trusted = reader.value<bool>(json, "trusted", where);
  calibration.reason = reader.value<std::string>(json, "reason", where);
  calibration.empty_region = read_counts(reader, reader.at(json, "empty_region", where), "the empty region");
  calibration.kernels = reader.each(json, "kernels", where, [&](const Json& kernel) {
    return CalibrationKernelResult{reader.value<std::string>(kernel, "name", of_kernel),
                                   read_counts(reader, reader.at(kernel, "expected", of_kernel), "a kernel"),
                                   read_counts(reader, reader.at(kernel, "measured", of_kernel), "a kernel")};
  });
  return calibration;
}

}  // namespace flopaudit
