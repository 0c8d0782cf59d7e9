// Calibration: before a counter source is believed, it must read kernels of known counts exactly.
#pragma once

#include <vector>

#include "analyzer/audit/calibration_result.h"
#include "analyzer/support/result.h"
#include "runtime/calibration_kernels.h"
#include "runtime/counter_source.h"

namespace flopaudit {

// Runs every kernel that the CPU (as the program sees it) can run, and an empty region before them, in each pass of the
// source. The result says whether the source is trusted and, if not, which kernel, class, expected and read counts are
// the reason, and what is likely wrong. A source that folds classes is held to its views (CounterCapability),
// `expected` then holds their readings; weights that were open are what the kernels of the class read. Errors:
// environment: the source cannot be started, read or stopped, or the CPU shows no AVX, without which the standard path
// is another one. The source is stopped afterwards.
Result<CalibrationResult> run_calibration(CounterSource& source);
// The same with these kernels, all of which this CPU can run.
Result<CalibrationResult> run_calibration(CounterSource& source, const std::vector<const CalibrationKernel*>& kernels);

// The same, but a source that is not trusted is an environment Error.
Result<CalibrationResult> calibrate(CounterSource& source);

}  // namespace flopaudit
