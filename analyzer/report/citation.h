// The sentence to paste into a paper.
#pragma once

#include <string>

#include "analyzer/report/analysis_report.h"

namespace flopaudit {

// "1.814 GMAC (3.634 GFLOP), flopaudit 0.1.0, convention flops, input f32[1,3,224,224]". Says what is left out, and
// which other conventions the report has. Ends with a newline.
Result<std::string> citation(const AnalysisReport& report);

}  // namespace flopaudit
