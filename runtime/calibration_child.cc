#include <cpuid.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "runtime/calibration.h"
#include "runtime/measure_child.h"

namespace flopaudit {
namespace {

constexpr const char* kFirstArgument = "--calibrate";

// What CPUID says in this process: under Valgrind another CPU than the machine's.
std::string cpu_seen_by_the_program() {
  std::array<unsigned, 12> words{};
  for (unsigned i = 0; i < 3; ++i) {
    unsigned* const part = words.data() + std::size_t{4} * i;
    if (__get_cpuid(0x80000002U + i, part, part + 1, part + 2, part + 3) == 0) return "";
  }
  char brand[sizeof words + 1] = {};
  std::memcpy(brand, words.data(), sizeof words);
  std::string text(brand);
  text.erase(0, std::min(text.find_first_not_of(' '), text.size()));
  text.erase(text.find_last_not_of(' ') + 1);
  return text;
}

}  // namespace

Result<std::unique_ptr<CounterSource>> calibrated_source(Record& record, const std::string& counters) {
  record.machine["cpu_seen"] = cpu_seen_by_the_program();
  FA_ASSIGN(std::unique_ptr<CounterSource> source, open_counter_source(counters));
  if (source) {
    FA_ASSIGN(record.calibration, calibrate(*source));
    record.counter_description = source->description();
  }
  return source;
}

std::vector<std::string> calibration_arguments(const std::string& request_file, const std::string& result_file) {
  return {kFirstArgument, request_file, result_file};
}

bool is_calibration_child(const std::vector<std::string>& arguments) {
  return arguments.size() == 3 && arguments[0] == kFirstArgument;
}

int run_calibration_child(const std::vector<std::string>& arguments) {
  return answer_request(arguments[1], arguments[2], [](MeasureRequest request) -> Result<Record> {
    FA_TRY(calibrated_source(request.record, request.counters));
    return std::move(request.record);
  });
}

}  // namespace flopaudit
