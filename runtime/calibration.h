// Calibration: before a counter source is believed, it must read kernels of known counts exactly.
#pragma once

#include "analyzer/audit/calibration_result.h"
#include "analyzer/support/result.h"
#include "runtime/counter_source.h"

namespace flopaudit {

// Runs every kernel that the CPU (as the program sees it) can run, and an empty region before them. The result says
// whether the source is trusted and, if not, which kernel, class, expected and read counts are the reason. A source
// that does not separate classes is held to its weighted totals (CounterCapability); `expected` then holds those.
// Errors: environment: the source cannot be started, read or stopped, or the CPU shows no AVX, without which the
// standard path is another one. The source is stopped afterwards.
Result<CalibrationResult> run_calibration(CounterSource& source);

// The same, but a source that is not trusted is an environment Error.
Result<CalibrationResult> calibrate(CounterSource& source);

}  // namespace flopaudit
