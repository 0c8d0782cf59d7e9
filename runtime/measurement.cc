#include "runtime/measurement.h"

#include <gnu/libc-version.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <sstream>

#include "analyzer/ir/printer.h"
#include "analyzer/support/files.h"
#include "analyzer/support/log.h"
#include "analyzer/support/sha256.h"
#include "analyzer/support/version.h"
#include "runtime/counter_source.h"
#include "runtime/exec_program.h"
#include "runtime/measure_child.h"
#include "runtime/reexec.h"

namespace flopaudit {
namespace {

constexpr std::array kCounterWords = {"auto", "hardware", "preset", "software", "none"};

// A private folder for the two files between parent and child; gone when the measurement ends.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "flopaudit-XXXXXX").string();
    if (mkdtemp(name.data()) != nullptr) path_ = name;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  bool made() const { return !path_.empty(); }
  std::string file(const char* name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

// `key : value` of a system file, the value of the first line that has the key.
std::string value_in_file(const char* file, const std::string& key, char separator) {
  const auto text = read_file(file);
  if (!text) return "";
  std::istringstream lines(*text);
  for (std::string line; std::getline(lines, line);) {
    if (line.rfind(key, 0) != 0) continue;
    const std::size_t at = line.find(separator);
    if (at == std::string::npos) continue;
    const std::size_t begin = line.find_first_not_of(" \t\"", at + 1);
    if (begin == std::string::npos) return "";
    return line.substr(begin, line.find_last_not_of(" \t\"") + 1 - begin);
  }
  return "";
}

std::map<std::string, std::string> machine_of_this_process() {
  return {{"cpu", value_in_file("/proc/cpuinfo", "model name", ':')},
          {"os", value_in_file("/etc/os-release", "PRETTY_NAME", '=')},
          {"glibc", gnu_get_libc_version()}};
}

// `auto` is settled here: hardware, then presets, in this process; else the software counter.
std::string settled_source(const std::string& word) {
  if (word != "auto") return word;
  const auto source = open_counter_source("auto");
  if (source && *source) return (*source)->name();
  if (!source) log::info("no hardware counters: " + source.error().message);
  return "software";
}

Result<Record> record_for(const Program& program, const std::string& model_file, const MeasureOptions& options) {
  Record record;
  record.flopaudit_version = std::string(kVersion);
  record.libtorch_version = program.libtorch_version;
  record.machine = machine_of_this_process();
  record.path = options.path;
  FA_ASSIGN(record.knobs, knobs_of_path(options.path));
  record.seed = options.seed;
  record.repetitions = options.repetitions;
  record.model_file = model_file.empty() ? program.file : model_file;
  if (!model_file.empty()) {
    FA_ASSIGN(const std::string bytes, read_file(model_file));
    record.model_sha256 = sha256_hex(bytes);
  }
  record.ir = print(program);
  record.ir_sha256 = sha256_hex(record.ir);
  return record;
}

// The child is flopaudit-exec where there is a program to run, and this program where there is none. Valgrind takes a
// name, not a link: hence no /proc/self/exe.
Result<std::vector<std::string>> command_of(const MeasureRequest& request, const std::string& request_file,
                                            const std::string& result_file) {
  if (!request.record.ir.empty()) {
    FA_ASSIGN(const std::filesystem::path program, find_exec_program());
    return std::vector<std::string>{program.string(), kMeasureTask, request_file, result_file};
  }
  std::vector<std::string> command = calibration_arguments(request_file, result_file);
  command.insert(command.begin(), std::filesystem::read_symlink("/proc/self/exe").string());
  return command;
}

Result<Record> run_request(const MeasureRequest& request) {
  const TemporaryFolder folder;
  if (!folder.made()) return environment_error("cannot make a temporary folder for the measurement: set TMPDIR");
  ChildRun child;
  FA_ASSIGN(child.argv, command_of(request, folder.file("request.json"), folder.file("result.json")));
  FA_TRY(write_output(folder.file("request.json"), to_json(request)));
  child.path_name = request.record.path;
  child.under_valgrind = request.counters == "software";
  FA_ASSIGN(const ChildExit exit, run_child(child));
  if (exit.status != 0) return task_error(exit);
  FA_ASSIGN(const std::string text, read_file(folder.file("result.json")));
  return record_from_json(text);
}

// The native run of --time: the same nodes, no counter. Its times join the record node by node.
Result<void> add_native_times(Record& record, MeasureRequest request) {
  request.counters = "none";
  request.time = true;
  request.record = record;
  request.record.nodes.clear();
  FA_ASSIGN(const Record native, run_request(request));
  record.forward.native_seconds = native.forward.native_seconds;
  record.speed = native.speed;
  if (native.nodes.size() != record.nodes.size()) return {};  // partial runs may differ in length
  for (std::size_t i = 0; i < record.nodes.size(); ++i) record.nodes[i].seconds = native.nodes[i].seconds;
  return {};
}

}  // namespace

Result<void> check_measure_options(const MeasureOptions& options) {
  if (std::find(kCounterWords.begin(), kCounterWords.end(), options.counters) == kCounterWords.end()) {
    return usage_error("--counters " + options.counters + ": expected auto, hardware, preset, software or none");
  }
  FA_TRY(knobs_of_path(options.path));
  return {};
}

Result<Record> measure(const Program& program, const Admitted& admitted, const MeasureOptions& options,
                       std::optional<DType> retarget_dtype) {
  FA_TRY(find_exec_program());  // before anything that takes long
  MeasureRequest request;
  FA_ASSIGN(request.record, record_for(program, admitted.model_file(), options));
  request.counters = settled_source(options.counters);
  request.record.counter_source = request.counters;
  if (retarget_dtype) request.retarget_dtype = name(*retarget_dtype);
  request.progress = isatty(STDERR_FILENO) != 0;
  if (request.counters == "software") {
    FA_ASSIGN(const ValgrindTool tool, find_valgrind());
    request.record.machine["valgrind"] = tool.version;
  }
  log::info("measuring with the " + request.counters + " counter on the " + options.path + " path");
  FA_ASSIGN(Record record, run_request(request));
  if (options.time) FA_TRY(add_native_times(record, request));
  return record;
}

Result<Record> calibrate_in_child(const std::string& source, const std::string& path) {
  MeasureRequest request;
  request.counters = source;
  request.record.counter_source = source;
  request.record.path = path;
  FA_ASSIGN(request.record.knobs, knobs_of_path(path));
  request.record.ir_sha256 = sha256_hex("");
  return run_request(request);
}

}  // namespace flopaudit
