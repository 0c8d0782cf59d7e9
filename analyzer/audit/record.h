// A measurement record: all that `report` needs, and nothing that judges (DESIGN.md §2.4, flopaudit.record/1).
// The raw counts are stored as read; no verdict, no expected number is in it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "analyzer/audit/calibration_result.h"
#include "analyzer/audit/counts.h"
#include "analyzer/audit/machine_speed.h"
#include "analyzer/support/result.h"

namespace flopaudit {

// One execution of one node: its iteration within the run (0, 1, ... where a node runs more than once).
struct NodeMeasurement {
  int id = 0;  // n<id> of the IR
  int iteration = 0;
  std::vector<Counts> counts;        // one a repetition; empty when the source is `none`
  std::vector<double> seconds;       // native wall time, one a repetition of the --time run; empty without
  std::vector<std::string> outputs;  // facts of the results as executed: "f32[1,64,112,112]", "3", "true"
  std::string error;                 // why the node failed; then counts are empty
  std::string not_run;               // why it was left out: it needs what an operator that cannot run here would give
  // Of a node that the annotation leaves open (program_of_run.h), else empty: facts of the operands as executed, and
  // how they lie: strides of each operand and then of the elements of each that is a list of tensors; nothing: no
  // tensor.
  std::vector<std::string> inputs = {};
  std::vector<std::optional<std::vector<std::int64_t>>> strides = {};
};

struct WholeForward {
  std::vector<Counts> counts;           // the model's own forward, one a repetition, after warm-up
  std::vector<double> counted_seconds;  // wall time of those forwards under the counter
  std::vector<double> native_seconds;   // wall time natively on the same code path (--time)
};

struct Record {
  std::string flopaudit_version;
  std::string libtorch_version;
  std::string libtorch_build;                  // torch::show_config(), one line
  std::map<std::string, std::string> machine;  // cpu, cpu seen by the program, os, glibc, valgrind, papi
  std::map<std::string, std::string> knobs;    // environment settings of the code path
  std::string path;                            // standard, avx2, native
  std::string counter_source;                  // software, hardware, preset, none
  std::string counter_description;
  CalibrationResult calibration;
  std::uint64_t seed = 0;
  int repetitions = 0;

  std::string model_file;    // as given
  std::string model_sha256;  // "" when the IR was read from text without weights
  std::string ir;            // the annotated IR as text
  std::string ir_sha256;

  std::vector<NodeMeasurement> nodes;  // in order of execution
  WholeForward forward;
  std::optional<MachineSpeed> speed;  // of the machine, in the process that took the times (--time)
  std::optional<bool> outputs_equal_forward;
  std::string outputs_equal_reason;  // why it is null or false
  bool partial = false;              // the run ended early; `error` says why
  std::string error;
};

std::string to_json(const Record& record);
// Errors: input: not a record, another schema version, hash of the IR does not match, a missing key.
Result<Record> record_from_json(const std::string& text);

}  // namespace flopaudit
