#include "analyzer/report/dependencies.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <set>
#include <unordered_map>

#include "analyzer/ir/region_total.h"
#include "analyzer/report/json_text.h"
#include "analyzer/report/node_text.h"
#include "analyzer/report/units.h"

namespace flopaudit {
namespace {

using Kind = Dependency::Kind;

void add_symbols(std::set<std::string>& symbols, const Range& range) {
  symbols.merge(range.min.symbols());
  symbols.merge(range.max.symbols());
}

std::set<std::string> symbols_of_counts(const Program& program, const WorkTotal& total) {
  std::set<std::string> symbols;
  for (const auto& [key, count] : total.operations) add_symbols(symbols, count);
  for (const auto& [dtype, count] : total.valid_mac) add_symbols(symbols, count);
  add_symbols(symbols, total.bytes_read);
  add_symbols(symbols, total.bytes_written);
  for_each_node(program.entry().body, [&](const Node& node) { add_symbols(symbols, node.executions); });
  return symbols;
}

BranchCost cost_of(const Region& region) {
  const WorkTotal work = branch_total(region, [](const Node& node) { return node.work; });
  return {macs(work), flops(work)};
}

std::string number_text(const Range& range) {
  const auto low = range.min.constant();
  return range.exact() && low ? with_separators(*low) : plain(range);
}

// "0..1000", "any number", "0 or more".
std::string values_text(const DependencyRow& row) {
  if (row.dependency.kind == Kind::integer) return "any number";
  if (row.most) return fmt::format("0..{}", with_separators(*row.most));
  if (row.dependency.most) return fmt::format("0..{}", row.dependency.most->to_string());
  return "0 or more";
}

}  // namespace

std::vector<DependencyRow> dependency_rows(const Program& program, const WorkTotal& total,
                                           const std::vector<Dependency>& found,
                                           const std::map<std::string, SymbolMost>& most) {
  if (found.empty()) return {};
  const std::set<std::string> symbols = symbols_of_counts(program, total);
  std::unordered_map<int, const Node*> nodes;
  for_each_node(program.entry().body, [&nodes](const Node& node) { nodes[node.id] = &node; });
  std::vector<DependencyRow> rows;
  for (const Dependency& dependency : found) {
    const auto node = nodes.find(dependency.node);
    if (node == nodes.end()) continue;
    const bool runs = node->second->executions.max != Expr(0);
    const bool is_control = dependency.kind == Kind::branch || dependency.kind == Kind::trips;
    if (!symbols.contains(dependency.name) && !(is_control && runs)) continue;
    DependencyRow row{dependency, source_text(node->second->source), {}, {}};
    if (const auto bound = most.find(dependency.name); bound != most.end()) row.most = bound->second.number;
    if (dependency.kind == Kind::trips && dependency.most) row.most = upper_bound(*dependency.most);
    if (dependency.kind == Kind::branch) {
      for (const auto& region : node->second->regions) row.branches.push_back(cost_of(*region));
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

std::vector<std::string> dependency_lines(const std::vector<DependencyRow>& rows) {
  std::vector<std::string> lines;
  for (const DependencyRow& row : rows) {
    const Dependency& dependency = row.dependency;
    if (dependency.kind != Kind::branch) {
      lines.push_back(fmt::format("  {} = {}: {}", dependency.name, values_text(row), dependency.what));
      continue;
    }
    lines.push_back(fmt::format("  {} = 0 or 1: {}", dependency.name, dependency.what));
    const char* when[] = {"where it holds", "where it does not"};
    for (std::size_t i = 0; i < row.branches.size() && i < 2; ++i) {
      lines.push_back(fmt::format("    {}: {} MACs, {} FLOPs", when[i], number_text(row.branches[i].macs),
                                  number_text(row.branches[i].flops)));
    }
  }
  if (lines.empty()) return lines;
  lines.insert(lines.begin(), "what this count depends on; --assume 'NAME=NUMBER' sets one, --loop-bound N all trips:");
  return lines;
}

nlohmann::ordered_json dependencies_json(const std::vector<DependencyRow>& rows) {
  using Json = nlohmann::ordered_json;
  Json list = Json::array();
  for (const DependencyRow& row : rows) {
    const Dependency& dependency = row.dependency;
    Json json = {{"name", dependency.name},
                 {"kind", name(dependency.kind)},
                 {"node", node_name(dependency.node)},
                 {"source", row.source},
                 {"what", dependency.what}};
    json["min"] = dependency.kind == Kind::integer ? Json() : Json(0);
    json["max"] = row.most ? Json(*row.most) : Json();
    if (dependency.kind == Kind::branch) json["max"] = 1;
    if (!row.most && dependency.most && dependency.kind != Kind::branch)
      json["max_expr"] = dependency.most->to_string();
    if (dependency.kind == Kind::branch) {
      json["branches"] = Json::array();
      for (const BranchCost& branch : row.branches) {
        json["branches"].push_back({{"macs", range_json(branch.macs)}, {"flops", range_json(branch.flops)}});
      }
    }
    list.push_back(std::move(json));
  }
  return list;
}

}  // namespace flopaudit
