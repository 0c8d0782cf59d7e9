// The two halves of a measurement: runtime/measurement.cc starts a child with the code path's environment, natively or
// under Valgrind; the child reads a request file, does what it says, writes a result file. A measurement is a task of
// flopaudit-exec; a calibration alone needs no LibTorch, and this same program does it.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "analyzer/audit/record.h"
#include "runtime/counter_source.h"

namespace flopaudit {

// What the parent asks for. The record carries the IR, the seed and the repetitions; the child fills in the rest.
struct MeasureRequest {
  Record record;
  std::string counters;        // hardware, preset, software or none
  bool time = false;           // take times of nodes and of the whole forward
  std::string retarget_dtype;  // "" or "f64": for the reference forward
  bool progress = false;       // say on stderr how far it is
};
std::string to_json(const MeasureRequest& request);
Result<MeasureRequest> request_from_json(const std::string& text);

// From request file to result file. Exit status 0: the result file holds the record. Else it holds nothing and stderr
// has one sentence.
int answer_request(const std::string& request_file, const std::string& result_file,
                   const std::function<Result<Record>(MeasureRequest)>& answer);

// How every child begins: the CPU that it sees goes into the record, its counter is opened and calibrated. Null: none
// was asked for.
Result<std::unique_ptr<CounterSource>> calibrated_source(Record& record, const std::string& counters);

// The child that calibrates and runs nothing: the hidden command line of this program.
std::vector<std::string> calibration_arguments(const std::string& request_file, const std::string& result_file);
bool is_calibration_child(const std::vector<std::string>& arguments);
int run_calibration_child(const std::vector<std::string>& arguments);

}  // namespace flopaudit
