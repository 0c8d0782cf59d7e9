// The child's half of a measurement: this same program, started by runtime/measurement.cc with the code path's
// environment, natively or under Valgrind. It reads a request file, runs the program of it, writes a result file.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "analyzer/audit/record.h"

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

// The hidden command line of the child: which two files.
std::vector<std::string> measure_child_arguments(const std::string& request_file, const std::string& result_file);
bool is_measure_child(const std::vector<std::string>& arguments);

// Exit status 0: the result file holds the record. Else it holds nothing and stderr has one sentence.
int run_measure_child(const std::vector<std::string>& arguments);

}  // namespace flopaudit
