#include "runtime/measure_child.h"

#include <cpuid.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>

#include "analyzer/ir/parser.h"
#include "analyzer/support/files.h"
#include "runtime/calibration.h"
#include "runtime/executor/execute.h"

namespace flopaudit {
namespace {

// Redrawn in place: the parent passes it on only where stderr is a terminal.
void show_progress(const std::string& phase, std::size_t done, std::size_t all) {
  std::fprintf(stderr, "\rflopaudit: %s %zu/%zu   %s", phase.c_str(), done, all, done == all ? "\r\n" : "");
  std::fflush(stderr);
}

void take(Record& record, ExecuteResult result) {
  record.nodes = std::move(result.nodes);
  record.forward = std::move(result.forward);
  record.outputs_equal_forward = result.outputs_equal_forward;
  record.outputs_equal_reason = std::move(result.outputs_equal_reason);
  record.libtorch_version = std::move(result.libtorch_version);
  record.libtorch_build = std::move(result.libtorch_build);
  record.partial = result.partial;
  record.error = std::move(result.error);
}

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

Result<Record> run(MeasureRequest request) {
  Record& record = request.record;
  record.machine["cpu_seen"] = cpu_seen_by_the_program();
  FA_ASSIGN(const std::unique_ptr<CounterSource> source, open_counter_source(request.counters));
  if (source) {
    FA_ASSIGN(record.calibration, calibrate(*source));
    record.counter_description = source->description();
  }
  if (record.ir.empty()) return std::move(record);  // asked for the calibration alone
  FA_ASSIGN(const std::unique_ptr<Program> program, parse_program(record.ir));
  if (source) FA_TRY(source->start());
  ExecuteOptions options;
  options.model_file = record.model_sha256.empty() ? "" : record.model_file;
  options.seed = record.seed;
  options.repetitions = record.repetitions;
  options.counters = source.get();
  options.time = request.time;
  if (!request.retarget_dtype.empty()) options.retarget_dtype = dtype_of_name(request.retarget_dtype);
  if (request.progress) options.progress = show_progress;
  FA_ASSIGN(ExecuteResult result, execute(*program, options));
  if (source) FA_TRY(source->stop());
  take(record, std::move(result));
  return std::move(record);
}

Result<void> run_files(const std::string& request_file, const std::string& result_file) {
  FA_ASSIGN(const std::string text, read_file(request_file));
  FA_ASSIGN(MeasureRequest request, request_from_json(text));
  FA_ASSIGN(const Record record, run(std::move(request)));
  return write_output(result_file, to_json(record));
}

}  // namespace

int run_measure_child(const std::vector<std::string>& arguments) {
  const Result<void> result = run_files(arguments[1], arguments[2]);
  if (result) return 0;
  std::fprintf(stderr, "%s\n", result.error().message.c_str());
  return static_cast<int>(result.error().kind);
}

}  // namespace flopaudit
