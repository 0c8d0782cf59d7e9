// What is likely wrong with a counter whose readings are not what the calibration kernels execute.
#pragma once

#include <string>
#include <vector>

#include "analyzer/audit/calibration_result.h"
#include "runtime/calibration_kernels.h"

namespace flopaudit {

// One clause, what and what to do, or "" where the readings say nothing. `kernels[i]` gave `results[i]`; readings are
// of a source that folds classes.
std::string diagnosis(const std::vector<const CalibrationKernel*>& kernels,
                      const std::vector<CalibrationKernelResult>& results);

}  // namespace flopaudit
