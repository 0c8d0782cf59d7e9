#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "analyzer/report/analysis_report.h"
#include "analyzer/report/analysis_tables.h"
#include "analyzer/report/memory_views.h"
#include "analyzer/report/node_text.h"
#include "analyzer/report/table.h"
#include "analyzer/report/training_views.h"
#include "analyzer/report/units.h"
#include "analyzer/support/expr_formulas.h"

namespace flopaudit {
namespace {

std::string input_line(const AnalysisReport& report) {
  std::string text;
  for (const auto& [input, type] : report.inputs) text += (text.empty() ? "" : ", ") + input + ": " + type;
  return text;
}

std::string convention_line(const ConventionValue& convention, FormulaNames& names) {
  std::int64_t nodes = 0;
  for (const LeftOut& gap : convention.left_out) nodes += gap.nodes;
  const std::string least = nodes == 0 ? "" : fmt::format(", AT LEAST: without {} nodes", with_separators(nodes));
  return fmt::format("{:<16} {} {}{}", convention.name, with_separators(convention.value, names), convention.unit,
                     least);
}

std::vector<std::string> total_lines(const AnalysisReport& report, FormulaNames& names) {
  const auto exact_number = [&names](const Range& range) { return with_separators(range, names); };
  std::vector<std::string> lines = {
      fmt::format("MACs             {}", exact_number(macs(report.total))),
      fmt::format("FLOPs            {}   (2 per MAC, and every loose add, mul, div, sqrt)",
                  exact_number(flops(report.total))),
      fmt::format("transcendentals  {}", exact_number(transcendentals(report.total))),
      fmt::format("comparisons      {}", exact_number(comparisons(report.total))),
      fmt::format("bytes            {} read, {} written", exact_number(report.total.bytes_read),
                  exact_number(report.total.bytes_written)),
  };
  for (std::string& line : memory_lines(report, names)) lines.push_back(std::move(line));
  lines.push_back(training_line(report, names));
  if (valid_macs(report.total) != macs(report.total)) {
    lines.insert(lines.begin() + 1, fmt::format("  without padding {}", exact_number(valid_macs(report.total))));
  }
  if (const Range integers = report.total.total(WorkClass::integer); !(integers == Range(Expr(0)))) {
    lines.push_back(
        fmt::format("integers         {}   (of integers, bools and quantized numbers; in none of the above)",
                    exact_number(integers)));
  }
  for (const ConventionValue& convention : report.conventions) {
    lines.push_back(convention_line(convention, names));
  }
  if (const std::int64_t left_out = report.no_rule + report.no_shape; left_out > 0) {
    lines.push_back(fmt::format("AT LEAST: {} nodes are not in these totals, see below", with_separators(left_out)));
  }
  return lines;
}

// What the totals leave out: never silent, also when it is nothing.
std::vector<std::string> gap_lines(const AnalysisReport& report) {
  std::vector<std::string> lines = {fmt::format(
      "nodes: {} in all, {} without cost by definition, {} never executed, {} without a rule, {} without a shape",
      with_separators(report.nodes), with_separators(report.zero), with_separators(report.not_taken),
      with_separators(report.no_rule), with_separators(report.no_shape))};
  for (const Gap& gap : report.gaps) {
    const std::string elements = gap.elements ? with_separators(*gap.elements) + " elements" : "size not known";
    lines.push_back(
        fmt::format("not counted: {} x {} ({}; {})", with_separators(gap.nodes), gap.op, elements, gap.why));
  }
  for (const ConventionValue& convention : report.conventions) {
    for (const LeftOut& gap : convention.left_out) {
      lines.push_back(
          fmt::format("not in {}: {} x {} ({})", convention.name, with_separators(gap.nodes), gap.op, gap.why));
    }
  }
  lines.push_back("assumed: device cpu, no grad, eval");
  for (const std::string& note : memory_notes(report)) lines.push_back(note);
  for (const std::string& note : training_notes(report)) lines.push_back(note);
  for (const std::string& assumption : report.size_assumptions) lines.push_back("assumed: " + assumption);
  for (const std::string& diagnostic : report.diagnostics) lines.push_back("note: " + diagnostic);
  return lines;
}

std::string header_line(const AnalysisReport& report) {
  return fmt::format("{} ({}), {}({}), {} parameters, {}", report.file, report.kind, report.method, input_line(report),
                     with_separators(report.parameters), bytes(report.parameter_bytes));
}

std::string more_line(const CostTable& costs, const Layout& layout) {
  if (costs.left_out == 0) return "";
  return layout.bullet + fmt::format("... and {} more", with_separators(static_cast<std::int64_t>(costs.left_out))) +
         "\n";
}

std::string laid_out(const AnalysisReport& report, const ReportView& view, const Layout& layout) {
  FormulaNames names(report.symbols);
  const std::vector<std::string> totals = total_lines(report, names);
  const Range all_flops = flops(report.total);
  // The tables first, as they name parts of formulas.
  std::string tables;
  for (const std::string& by : view.by.empty() ? std::vector<std::string>{"op", "module"} : std::vector{view.by}) {
    const CostTable costs = cost_table(report, by, view);
    if (costs.rows.empty()) continue;
    tables += "\n" + layout.table(for_people(costs, all_flops, names)) + more_line(costs, layout);
  }
  if (view.by.empty()) {
    constexpr std::size_t kMostAlive = 8;
    const Table alive = alive_table(report, view.top != 0 ? view.top : kMostAlive, names);
    if (!alive.rows.empty()) tables += "\n" + layout.table(alive);
    const std::size_t more = report.memory.alive.size() - alive.rows.size();
    if (!alive.rows.empty() && more > 0) {
      tables += layout.bullet + fmt::format("... and {} more", with_separators(static_cast<std::int64_t>(more))) + "\n";
    }
  }
  std::string text = layout.heading + header_line(report) + "\n\n";
  for (const std::string& line : totals) text += layout.bullet + line + "\n";
  for (const std::string& line : names.where()) text += layout.bullet + ("where " + line) + "\n";
  text += tables + "\n";
  for (const std::string& line : dependency_lines(report.depends_on)) text += layout.bullet + line + "\n";
  for (const std::string& line : gap_lines(report)) text += layout.bullet + line + "\n";
  return text;
}

}  // namespace

std::string to_text(const AnalysisReport& report, const ReportView& view) {
  return laid_out(report, view, text_layout(view.style));
}
std::string to_markdown(const AnalysisReport& report, const ReportView& view) {
  return laid_out(report, view, kMarkdownLayout);
}
std::string to_text(const AnalysisReport& report) { return to_text(report, ReportView{}); }
std::string to_markdown(const AnalysisReport& report) { return to_markdown(report, ReportView{}); }

std::string to_csv(const AnalysisReport& report) {
  Table table{{{"id"},
               {"op"},
               {"overload"},
               {"module"},
               {"source"},
               {"inputs"},
               {"outputs"},
               {"executions"},
               {"state"},
               {"macs"},
               {"valid_macs"},
               {"flops"},
               {"transcendentals"},
               {"comparisons"},
               {"bytes_read"},
               {"bytes_written"},
               {"activation_bytes"},
               {"live_bytes"},
               {"arithmetic_intensity"},
               {"formula"}},
              {}};
  for (const ConventionValue& convention : report.conventions) table.columns.push_back({convention.name});
  const auto joined = [](const std::vector<std::string>& parts) {
    std::string text;
    for (const std::string& part : parts) text += (text.empty() ? "" : " ") + part;
    return text;
  };
  for (const AnalysisNode& node : report.node_list) {
    // What is not known is an empty cell, never a 0.
    const bool known =
        node.state == WorkState::known || node.state == WorkState::zero || node.state == WorkState::not_taken;
    const auto cell = [&](const Range& range) { return known ? plain(range) : std::string(); };
    const auto memory = report.memory.nodes.find(node.id);
    const bool has_memory = memory != report.memory.nodes.end() && memory->second.complete;
    const std::string made = has_memory ? plain(memory->second.activation_bytes) : "";
    const std::string live = has_memory ? plain(Range(memory->second.live_bytes)) : "";
    table.rows.push_back({node_name(node.id),
                          node.op.name,
                          node.op.overload,
                          node.module,
                          node.source,
                          joined(node.inputs),
                          joined(node.outputs),
                          plain(node.executions),
                          std::string(name(node.state)),
                          cell(macs(node.work)),
                          cell(valid_macs(node.work)),
                          cell(flops(node.work)),
                          cell(transcendentals(node.work)),
                          cell(comparisons(node.work)),
                          cell(node.work.bytes_read),
                          cell(node.work.bytes_written),
                          made,
                          live,
                          known ? ratio_text(arithmetic_intensity(node.work)) : "",
                          node.formula});
    for (const ConventionValue& convention : report.conventions) {
      const auto number = convention.by_node.find(node.id);
      table.rows.back().push_back(number == convention.by_node.end() ? "" : plain(number->second));
    }
  }
  return to_csv(table);
}

}  // namespace flopaudit
