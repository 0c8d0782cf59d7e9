// A sweep: the analysis at each of some sizes of one symbol, as `--at` would have it.
#pragma once

#include <string>

#include "analyzer/report/sweep.h"
#include "tools/analysis.h"

namespace flopaudit {

// `spec` is what --sweep says. A size that the model does not take is a row with its reason.
// Errors: usage: no such symbol, or it has a number already; whatever the analysis cannot do at any size.
Result<Sweep> run_sweep(const AnalysisOptions& options, const std::string& spec);

}  // namespace flopaudit
