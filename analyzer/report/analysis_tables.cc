#include "analyzer/report/analysis_tables.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "analyzer/report/node_text.h"
#include "analyzer/report/units.h"

namespace flopaudit {
namespace {

bool is_counted(WorkState state) { return state != WorkState::no_rule && state != WorkState::no_shape; }

bool has_cost(const CostRow& row) { return !row.complete || row.work != WorkTotal(); }

// Ops without any cost are summed up in one line: a scripted model has hundreds of them.
CostTable by_op(const AnalysisReport& report) {
  CostTable table{{{"op"}, {"nodes", true}}, {}};
  std::int64_t free_nodes = 0;
  for (const OpTotal& total : report.ops) {
    CostRow row{{total.op, with_separators(total.nodes)}, total.work, is_counted(total.worst_state)};
    if (!row.complete) row.cells[0] += fmt::format(" ({})", name(total.worst_state));
    if (has_cost(row))
      table.rows.push_back(std::move(row));
    else
      free_nodes += total.nodes;
  }
  if (free_nodes > 0) table.rows.push_back({{"(without cost by definition)", with_separators(free_nodes)}, {}});
  return table;
}

// Modules that hold a node whose cost is not known, or a module of such a node.
std::set<std::string> incomplete_modules(const AnalysisReport& report) {
  std::set<std::string> modules;
  for (const AnalysisNode& node : report.node_list) {
    if (is_counted(node.state)) continue;
    modules.insert("");
    for (std::size_t dot = 0; dot != std::string::npos && !node.module.empty();) {
      dot = node.module.find('.', dot + 1);
      modules.insert(node.module.substr(0, dot));
    }
  }
  return modules;
}

CostTable by_module(const AnalysisReport& report, std::size_t most_depth) {
  CostTable table{{{"module"}, {"class"}, {"parameters", true}}, {}};
  const std::set<std::string> incomplete = incomplete_modules(report);
  for (const ModuleSummary& module : report.modules) {
    const auto dots = static_cast<std::size_t>(std::count(module.path.begin(), module.path.end(), '.'));
    const std::size_t depth = module.path.empty() ? 0 : dots + 1;
    if (depth > most_depth) continue;
    const std::string label = std::string(2 * depth, ' ') + (module.path.empty() ? "(model)" : module.path);
    table.rows.push_back({{label, module.class_name, with_separators(module.parameters)},
                          module.work,
                          !incomplete.contains(module.path)});
  }
  return table;
}

// Nodes with the same key, added up. Where branches exclude each other the sum is wide: both may have run.
struct NodeSum {
  std::size_t first = 0;
  std::int64_t nodes = 0;
  std::set<std::string> ops;
  CostRow row;
};

CostTable by_source(const AnalysisReport& report) {
  std::map<std::string, NodeSum> sums;
  for (const AnalysisNode& node : report.node_list) {
    NodeSum& sum = sums[node.source];
    if (sum.nodes++ == 0) sum.first = static_cast<std::size_t>(node.id);
    sum.row.work += node.work;
    sum.row.complete = sum.row.complete && is_counted(node.state);
    if (node.work != WorkTotal() || !is_counted(node.state)) sum.ops.insert(node.op.name);
  }
  CostTable table{{{"source"}, {"ops"}, {"nodes", true}}, {}};
  std::map<std::size_t, CostRow> in_order;
  std::int64_t free_nodes = 0;
  for (auto& [source, sum] : sums) {
    if (!has_cost(sum.row)) {
      free_nodes += sum.nodes;
      continue;
    }
    std::vector<std::string> ops(sum.ops.begin(), sum.ops.end());
    sum.row.cells = {source.empty() ? "(not known)" : source, fmt::format("{}", fmt::join(ops, ", ")),
                     with_separators(sum.nodes)};
    in_order[sum.first] = std::move(sum.row);
  }
  for (auto& [first, row] : in_order) table.rows.push_back(std::move(row));
  if (free_nodes > 0) table.rows.push_back({{"(lines without cost)", "", with_separators(free_nodes)}, {}});
  return table;
}

CostTable by_dtype(const AnalysisReport& report) {
  std::map<DType, WorkTotal> works;
  for (const auto& [key, count] : report.total.operations) works[key.second].operations[key] = count;
  for (const auto& [dtype, count] : report.total.valid_mac) works[dtype].valid_mac[dtype] = count;
  const bool complete = report.no_rule + report.no_shape == 0;
  CostTable table{{{"dtype"}}, {}};
  for (const auto& [dtype, work] : works) table.rows.push_back({{std::string(name(dtype))}, work, complete});
  return table;
}

CostTable by_node(const AnalysisReport& report) {
  CostTable table{{{"node"}, {"op"}, {"module"}, {"source"}, {"outputs"}}, {}};
  std::int64_t free_nodes = 0;
  for (const AnalysisNode& node : report.node_list) {
    std::string state = is_counted(node.state) ? "" : fmt::format(" ({})", name(node.state));
    CostRow row{{node_name(node.id), node.op.full() + state, node.module, node.source,
                 fmt::format("{}", fmt::join(node.outputs, " "))},
                node.work,
                is_counted(node.state)};
    if (has_cost(row))
      table.rows.push_back(std::move(row));
    else
      ++free_nodes;
  }
  if (free_nodes > 0)
    table.rows.push_back({{"", fmt::format("({} nodes without cost)", with_separators(free_nodes)), "", "", ""}, {}});
  return table;
}

// What is not a number comes first: it wants to be seen.
double weight(const CostRow& row) {
  if (!row.complete && row.work == WorkTotal()) return 1e300;
  return magnitude(flops(row.work)).value_or(1e300);
}

std::string share(const Range& part, const Range& whole) {
  const auto of_part = magnitude(part);
  const auto of_whole = magnitude(whole);
  if (!of_part || !of_whole || *of_whole == 0) return "";
  return percent(*of_part / *of_whole);
}

std::string rounded(const Range& range, FormulaNames& names) {
  if (!range.min.constant() || !range.max.constant()) return names.text(range);
  return with_prefix(range);
}

// Unknown is not zero: where nodes are left out, a sum is a lower bound, and of nothing known it is a question mark.
std::vector<std::string> work_cells(const CostRow& row, const Range& all_flops, FormulaNames& names) {
  const WorkTotal& work = row.work;
  const auto cell = [&](const Range& sum) {
    if (row.complete) return rounded(sum, names);
    return work == WorkTotal() ? std::string("?") : ">= " + rounded(sum, names);
  };
  return {cell(macs(work)), cell(flops(work)), row.complete ? share(flops(work), all_flops) : "",
          cell(transcendentals(work)), cell(comparisons(work))};
}

}  // namespace

Result<void> check_by(const std::string& word) {
  static constexpr std::array kWords = {"", "op", "module", "source", "dtype", "node"};
  if (std::find(kWords.begin(), kWords.end(), word) != kWords.end()) return {};
  return usage_error("--by " + word + ": expected op, module, source, dtype or node");
}

CostTable cost_table(const AnalysisReport& report, const std::string& by, const ReportView& view) {
  CostTable table = by == "op"       ? by_op(report)
                    : by == "module" ? by_module(report, view.depth)
                    : by == "source" ? by_source(report)
                    : by == "dtype"  ? by_dtype(report)
                                     : by_node(report);
  if (by != "module" && by != "op") {
    std::stable_sort(table.rows.begin(), table.rows.end(),
                     [](const CostRow& a, const CostRow& b) { return weight(a) > weight(b); });
  }
  if (view.top != 0 && table.rows.size() > view.top) {
    table.left_out = table.rows.size() - view.top;
    table.rows.resize(view.top);
  }
  return table;
}

Table for_people(const CostTable& costs, const Range& all_flops, FormulaNames& names) {
  Table table{costs.headers, {}};
  for (const char* header : {"MACs", "FLOPs", "share", "transcendentals", "comparisons"})
    table.columns.push_back({header, true});
  for (const CostRow& row : costs.rows) {
    table.rows.push_back(row.cells);
    for (std::string& cell : work_cells(row, all_flops, names)) table.rows.back().push_back(std::move(cell));
  }
  return table;
}

Table for_programs(const CostTable& costs) {
  Table table{costs.headers, {}};
  for (const char* header :
       {"macs", "flops", "transcendentals", "comparisons", "bytes_read", "bytes_written", "complete"})
    table.columns.push_back({header});
  for (const CostRow& row : costs.rows) {
    std::vector<std::string> cells = row.cells;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      // A name without the indent of the tree, a number without separators.
      cells[i].erase(0, cells[i].find_first_not_of(' '));
      if (costs.headers[i].right) std::erase(cells[i], ',');
    }
    const bool known = row.complete || row.work != WorkTotal();
    for (const Range& range : {macs(row.work), flops(row.work), transcendentals(row.work), comparisons(row.work),
                               row.work.bytes_read, row.work.bytes_written}) {
      cells.push_back(known ? plain(range) : "");
    }
    cells.emplace_back(row.complete ? "true" : "false");
    table.rows.push_back(std::move(cells));
  }
  return table;
}

std::string to_csv(const AnalysisReport& report, const ReportView& view) {
  return view.by.empty() ? to_csv(report) : to_csv(for_programs(cost_table(report, view.by, view)));
}

}  // namespace flopaudit
