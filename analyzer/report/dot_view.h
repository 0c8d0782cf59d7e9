// Which part of the picture DOT shows, how deep, and in which colours: --dot-focus, --dot-depth, --dot-color.
#pragma once

#include <cstddef>
#include <map>
#include <string>

#include "analyzer/report/analysis_report.h"
#include "analyzer/report/audit_report.h"
#include "analyzer/support/result.h"

namespace flopaudit {

enum class DotColor { by_report, flops, bytes, discrepancy, none };  // by_report: flops, of an audit discrepancy

struct DotView {
  DotColor color = DotColor::by_report;
  std::size_t depth = 0;   // of modules; what lies deeper is one vertex a module; 0: everything is drawn
  bool all = false;        // also what is never executed, and branches that are decided
  std::string focus = {};  // path of a module, "" is all of them; `depth` counts from here
};

const std::map<std::string, DotColor>& dot_colors();  // by their words

// Errors: usage: the focus names no module of the picture. Asked before anything is measured.
Result<void> check_dot_view(const Program& program, const DotView& view);

// The annotated graph. Errors: as above; a discrepancy where nothing was measured.
Result<std::string> to_dot(const Program& program, const AnalysisReport& report, const DotView& view = {});
Result<std::string> to_dot(const AuditReport& report, const DotView& view = {});

}  // namespace flopaudit
