// Measuring an annotated program: a child process, flopaudit-exec, with the code path's environment runs it node by
// node under the counter; what it read becomes a Record. The environment must be set before LibTorch is loaded, and the
// software counter needs Valgrind around the process, so that measuring is always a child's job (measure_child.h).
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "analyzer/audit/record.h"
#include "analyzer/frontend/gate/admission.h"
#include "analyzer/ir/graph.h"
#include "analyzer/support/result.h"

namespace flopaudit {

struct MeasureOptions {
  std::string counters = "auto";  // auto, hardware, preset, software, none
  std::string path = "standard";  // standard, avx2, native
  int repetitions = 2;
  std::uint64_t seed = 0;
  bool time = false;  // add a native run and keep its times
};

// Errors: usage: an unknown word.
Result<void> check_measure_options(const MeasureOptions& options);

// `admitted`: the file of the weights and the reference forward, or IR that was read as text. `retarget_dtype`: as the
// program was retargeted (--dtype), for the reference forward.
// Errors: environment (no flopaudit-exec, no counters, no Valgrind, the child died), input (LibTorch cannot run the
// file). A run that ended early is a Record that says `partial`.
Result<Record> measure(const Program& program, const Admitted& admitted, const MeasureOptions& options,
                       std::optional<DType> retarget_dtype);

// Calibrates a counter source where it will be used: in a child on the code path. The record has the calibration and no
// program. Errors: environment: why the source cannot be used.
Result<Record> calibrate_in_child(const std::string& source, const std::string& path);

}  // namespace flopaudit
