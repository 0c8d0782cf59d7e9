// Small reports made by hand, for diff and check: figures are flops and macs.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "analyzer/compare/compared_report.h"

namespace flopaudit {

inline Figure known(std::int64_t value) { return {Range(Expr(value))}; }
inline Figure at_least(std::int64_t value) { return {Range(Expr(value)), false}; }
inline Figure symbolic(const std::string& text) { return {Range(*Expr::parse(text))}; }
inline Figure unknown() { return {std::nullopt, false}; }

inline ComparedNode node(int id, const std::string& op, const std::string& module, std::int64_t flops,
                         const std::string& shapes = "f32[2]") {
  return {id, op, module, "m.py:" + std::to_string(id), shapes, "known", {known(flops), known(flops / 2)}};
}

inline ComparedReport report_of(std::vector<ComparedNode> nodes) {
  ComparedReport report;
  report.kind = "analysis";
  report.title = "m.pt, forward(x: f32[2])";
  report.figure_names = {"flops", "macs"};
  report.nodes = std::move(nodes);
  Figure flops = known(0);
  const auto add_to = [](std::vector<ComparedGroup>& groups, const std::string& key, const ComparedNode& node) {
    for (ComparedGroup& group : groups) {
      if (group.key != key) continue;
      ++group.nodes;
      for (std::size_t i = 0; i < 2; ++i) {
        group.figures[i].value = *group.figures[i].value + *node.figures[i].value;
      }
      return;
    }
    groups.push_back({key, 1, node.figures});
  };
  for (const ComparedNode& node : report.nodes) {
    flops.value = *flops.value + *node.figures[0].value;
    add_to(report.ops, node.op, node);
    add_to(report.modules, node.module, node);
    add_to(report.sources, node.source, node);
  }
  report.totals = {{"flops", flops},
                   {"nodes", known(static_cast<std::int64_t>(report.nodes.size()))},
                   {"parameters", known(1000)},
                   {"gaps", known(0)}};
  return report;
}

}  // namespace flopaudit
