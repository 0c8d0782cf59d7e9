// What calibration found: fixed kernels of known counts, and what the source read for them. Part of every record.
#pragma once

#include <string>
#include <vector>

#include "analyzer/audit/counter_view.h"
#include "analyzer/audit/counts.h"

namespace flopaudit {

struct CalibrationKernelResult {
  std::string name;  // "mul_ymm_f32"
  Counts expected;
  Counts measured;
};

struct CalibrationResult {
  bool trusted = false;
  std::string reason;              // why the source is refused; empty when trusted
  Counts empty_region;             // what a region without floating-point work reads
  std::vector<CounterView> views;  // what each reading takes in, as found; empty: every class by itself
  std::vector<CalibrationKernelResult> kernels;
};

}  // namespace flopaudit
