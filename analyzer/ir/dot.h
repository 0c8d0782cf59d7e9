// The annotated graph in DOT: clusters by module, a legend, truncated labels, stable ids (`n12`), shapes on edges,
// colour by a number that the caller gives a node. Pure: a program and callbacks in, text out.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "analyzer/ir/graph.h"

namespace flopaudit {

struct DotNodeStyle {
  std::optional<double> heat;      // 0 (cold) to 1 (hot) on the colour scale; nullopt: grey, the state is not known
  std::vector<std::string> lines;  // below the op's name: "118.0 MMAC, 6.5 %"
  std::string tooltip;
};

struct DotOptions {
  std::string title;               // "resnet18.pt forward: 1.81 GMAC"
  std::string heat_meaning;        // legend: "share of FLOPs" or "measured / expected"
  std::string cold_label = "0 %";  // ends of the colour scale
  std::string hot_label = "100 %";
  std::function<DotNodeStyle(const Node&)> style;
};

std::string to_dot(const Program& program, const DotOptions& options);

}  // namespace flopaudit
