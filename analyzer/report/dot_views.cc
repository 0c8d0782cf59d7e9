// The two DOT views: what the colours mean differs, the drawing (analyzer/ir/dot.h) is the same.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "analyzer/ir/dot.h"
#include "analyzer/report/analysis_report.h"
#include "analyzer/report/audit_report.h"
#include "analyzer/report/node_text.h"
#include "analyzer/report/units.h"

namespace flopaudit {
namespace {

double largest_flops(const AnalysisReport& report) {
  double largest = 0;
  for (const AnalysisNode& node : report.node_list)
    largest = std::max(largest, magnitude(flops(node.work)).value_or(0));
  return largest;
}

DotNodeStyle analysis_style(const Node& node, double largest, double all) {
  DotNodeStyle style;
  if (!is_reported(node)) return style;
  const auto cost = magnitude(flops(node.work));
  if (node.state == WorkState::known || node.state == WorkState::zero) {
    if (cost && largest > 0) style.heat = *cost / largest;
    if (cost && *cost > 0) style.lines.push_back(fmt::format("{}FLOP, {}", with_prefix(*cost), percent(*cost / all)));
  } else {
    style.lines.emplace_back(name(node.state));
  }
  return style;
}

// A discrepancy of a quarter or more is as hot as the scale goes.
constexpr double kHottestDiscrepancy = 0.25;

DotNodeStyle audit_style(const NodeJudgement& node) {
  DotNodeStyle style;
  style.lines.emplace_back(name(node.verdict));
  if (!node.measured) return style;
  if (node.annotated == 0) {
    style.heat = node.verdict == Verdict::quiet ? 0.0 : 1.0;
  } else {
    const double ratio = static_cast<double>(*node.measured) / static_cast<double>(node.annotated);
    style.heat = std::min(1.0, std::abs(ratio - 1) / kHottestDiscrepancy);
    style.lines.push_back(fmt::format("{}FLOP x {:.4f}", with_prefix(static_cast<double>(node.annotated)), ratio));
  }
  if (node.verdict == Verdict::quiet) style.lines.clear();
  return style;
}

}  // namespace

std::string to_dot(const Program& program, const AnalysisReport& report) {
  const double largest = largest_flops(report);
  const double all = std::max(1.0, magnitude(flops(report.total)).value_or(largest));
  DotOptions options;
  options.title = fmt::format("{} {}: {}MAC, {}FLOP", report.file, report.method, with_prefix(macs(report.total)),
                              with_prefix(flops(report.total)));
  options.heat_meaning = "share of FLOPs";
  options.hot_label = percent(largest / all);
  options.style = [=](const Node& node) { return analysis_style(node, largest, all); };
  return to_dot(program, options);
}

std::string to_dot(const AuditReport& report) {
  std::map<int, const NodeJudgement*> judgements;
  for (const NodeJudgement& node : report.judgement.nodes) judgements[node.id] = &node;
  DotOptions options;
  options.title = fmt::format("{} {}: {} FLOPs annotated, {} measured", report.record.model_file, report.program.method,
                              with_separators(report.judgement.annotated), with_separators(report.judgement.measured));
  options.heat_meaning = "measured against annotated";
  options.cold_label = "equal";
  options.hot_label = "25 % or more apart";
  options.style = [&](const Node& node) {
    const auto entry = judgements.find(node.id);
    return entry == judgements.end() ? DotNodeStyle{} : audit_style(*entry->second);
  };
  return to_dot(report.program, options);
}

}  // namespace flopaudit
