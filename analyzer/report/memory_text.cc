#include <fmt/format.h>

#include <algorithm>

#include "analyzer/report/memory_views.h"
#include "analyzer/report/node_text.h"
#include "analyzer/report/units.h"

namespace flopaudit {
namespace {

const AnalysisNode* find_node(const AnalysisReport& report, int id) {
  const auto found = std::lower_bound(report.node_list.begin(), report.node_list.end(), id,
                                      [](const AnalysisNode& node, int wanted) { return node.id < wanted; });
  return found == report.node_list.end() || found->id != id ? nullptr : &*found;
}

// "n12 (aten::conv2d, resnet.py:269)"; a node of the program's own plumbing has its id alone.
std::string place(const AnalysisReport& report, int id) {
  if (id < 0) return "the start";
  const AnalysisNode* node = find_node(report, id);
  if (node == nullptr) return node_name(id);
  const std::string source = node->source.empty() ? "" : ", " + file_name(node->source);
  return fmt::format("{} ({}{})", node_name(id), node->op.full(), source);
}

std::string peak_line(const AnalysisReport& report, FormulaNames& names) {
  const LiveMemory& memory = report.memory;
  if (!memory.why_not.empty()) return "peak             not known: " + memory.why_not;
  std::string at = memory.peaks.empty() ? "" : place(report, memory.peaks.front().node);
  for (std::size_t i = 1; i < memory.peaks.size(); ++i) at += " or " + node_name(memory.peaks[i].node);
  const std::string least =
      memory.unknown_storages == 0
          ? memory.left_out ? ", AT LEAST: too many formulas may be the largest" : ""
          : fmt::format(", AT LEAST: without {} tensors of unknown size", with_separators(memory.unknown_storages));
  return fmt::format("peak             {} bytes alive at {}{}", with_separators(Range(memory.peak_bytes), names), at,
                     least);
}

}  // namespace

std::string ratio_text(const std::optional<double>& ratio) {
  if (!ratio) return "";
  return fmt::format("{:.{}f}", *ratio, *ratio < 10 ? 2 : *ratio < 100 ? 1 : 0);
}

std::vector<std::string> memory_lines(const AnalysisReport& report, FormulaNames& names) {
  const auto intensity = arithmetic_intensity(report);
  const auto parallel = parallelism(report);
  std::vector<std::string> lines;
  if (intensity) {
    lines.push_back(fmt::format("intensity        {} FLOPs for each byte read or written", ratio_text(intensity)));
  }
  lines.push_back(fmt::format("memory           {} bytes of parameters, {} of inputs, {} of tensors made",
                              with_separators(report.parameter_bytes),
                              with_separators(Range(report.memory.input_bytes), names),
                              with_separators(report.memory.activation_bytes, names)));
  lines.push_back(peak_line(report, names));
  lines.push_back(fmt::format("span             {} FLOPs that no parallelism between nodes removes{}",
                              with_separators(Range(report.span_flops), names),
                              parallel
                                  ? fmt::format(": {} x parallel at most, {} nodes on the path", ratio_text(parallel),
                                                with_separators(static_cast<std::int64_t>(report.span_nodes.size())))
                                  : ""));
  return lines;
}

Table alive_table(const AnalysisReport& report, std::size_t most, FormulaNames& names) {
  Table table{{{"alive at the peak"}, {"made by"}, {"bytes", true}}, {}};
  if (!report.memory.why_not.empty()) return table;
  for (const LiveStorage& storage : report.memory.alive) {
    if (most != 0 && table.rows.size() == most) break;
    table.rows.push_back({storage.value, storage.node < 0 ? "(input)" : place(report, storage.node),
                          storage.bytes ? with_separators(Range(*storage.bytes), names) : "?"});
  }
  return table;
}

std::vector<std::string> memory_notes(const AnalysisReport& report) {
  const LiveMemory& memory = report.memory;
  if (!memory.why_not.empty()) return {};
  std::vector<std::string> notes = {
      "peak: inputs are alive all the time, a tensor to its last use, views share storage; parameters are apart; "
      "without "
      "workspaces inside of ops and the allocator's rounding"};
  if (!memory.is_proved) {
    notes.emplace_back(
        "peak: which of its formulas is the largest was tried at sizes from 1 to 1024, and is not proved");
  }
  if (memory.assumed_copies > 0) {
    notes.push_back(fmt::format("peak: {} reshapes may be views, and are counted as copies",
                                with_separators(memory.assumed_copies)));
  }
  return notes;
}

}  // namespace flopaudit
