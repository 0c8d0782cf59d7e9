// The files between the two halves of a measurement. Private to them: their format may change at any time.
#include <cstdio>
#include <nlohmann/json.hpp>

#include "analyzer/support/files.h"
#include "runtime/measure_child.h"

namespace flopaudit {
namespace {

Result<void> answer(const std::string& request_file, const std::string& result_file,
                    const std::function<Result<Record>(MeasureRequest)>& answer_one) {
  FA_ASSIGN(const std::string text, read_file(request_file));
  FA_ASSIGN(MeasureRequest request, request_from_json(text));
  FA_ASSIGN(const Record record, answer_one(std::move(request)));
  return write_output(result_file, to_json(record));
}

}  // namespace

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

int answer_request(const std::string& request_file, const std::string& result_file,
                   const std::function<Result<Record>(MeasureRequest)>& answer_one) {
  const Result<void> result = answer(request_file, result_file, answer_one);
  if (result) return 0;
  std::fprintf(stderr, "%s\n", result.error().message.c_str());
  return static_cast<int>(result.error().kind);
}

}  // namespace flopaudit
