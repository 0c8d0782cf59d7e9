// The request file between the two halves of a measurement. Private to them: its format may change at any time.
#include <nlohmann/json.hpp>

#include "runtime/measure_child.h"

namespace flopaudit {
namespace {
constexpr const char* kFirstArgument = "--measure-child";
}

std::string to_json(const MeasureRequest& request) {
  const nlohmann::json json = {{"record", to_json(request.record)},
                               {"counters", request.counters},
                               {"time", request.time},
                               {"retarget_dtype", request.retarget_dtype},
                               {"progress", request.progress}};
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

Result<MeasureRequest> request_from_json(const std::string& text) {
  const auto json = nlohmann::json::parse(text, nullptr, false);
  if (!json.is_object()) return input_error("the request of a measurement is damaged");
  MeasureRequest request;
  FA_ASSIGN(request.record, record_from_json(json.value("record", "")));
  request.counters = json.value("counters", "none");
  request.time = json.value("time", false);
  request.retarget_dtype = json.value("retarget_dtype", "");
  request.progress = json.value("progress", false);
  return request;
}

std::vector<std::string> measure_child_arguments(const std::string& request_file, const std::string& result_file) {
  return {kFirstArgument, request_file, result_file};
}

bool is_measure_child(const std::vector<std::string>& arguments) {
  return arguments.size() == 3 && arguments[0] == kFirstArgument;
}

}  // namespace flopaudit
