#include "runtime/measure_child.h"

#include <cstdio>

#include "analyzer/ir/parser.h"
#include "runtime/exec_program.h"
#include "runtime/executor/execute.h"
#include "runtime/machine_speed.h"

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

Result<Record> run(MeasureRequest request) {
  Record& record = request.record;
  FA_ASSIGN(const std::unique_ptr<CounterSource> source, calibrated_source(record, request.counters));
  FA_ASSIGN(const std::unique_ptr<Program> program, parse_program(record.ir));
  ExecuteOptions options;
  options.model_file = record.model_sha256.empty() ? "" : record.model_file;
  options.seed = record.seed;
  options.repetitions = record.repetitions;
  options.counters = source.get();
  options.time = request.time;
  if (!request.retarget_dtype.empty()) options.retarget_dtype = dtype_of_name(request.retarget_dtype);
  if (request.progress) options.progress = show_progress;
  if (request.time && request.counters == "none") record.speed = measure_machine_speed();
  FA_ASSIGN(ExecuteResult result, execute(*program, options));
  take(record, std::move(result));
  return std::move(record);
}

}  // namespace

int run_measure_task(const std::vector<std::string>& arguments) {
  return answer_request(arguments[0], arguments[1], run);
}

}  // namespace flopaudit
