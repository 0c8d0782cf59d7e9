// A picture in DOT: boxes by module, a legend of what occurs, shortened labels, stable ids (`n12`), shapes on edges,
// colour by a number that the caller gives each vertex. Pure: a picture and callbacks in, text out.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "analyzer/ir/dot_text.h"
#include "analyzer/ir/picture.h"

namespace flopaudit {

struct DotStyle {
  std::optional<double> heat;      // on the scale; nullopt: not known
  std::vector<std::string> lines;  // below the op's name: "118.0 MMAC, 6.5 %"
  std::string tooltip;
  bool plain = false;  // plumbing without a cost of its own: no colour, and none is missed
  bool alarm = false;  // a finding: drawn with a thick red border
};

struct DotOptions {
  std::string title;  // "resnet18.pt forward: 1.81 GMAC"
  HeatScale scale = HeatScale::from_zero;
  std::string heat_meaning;        // legend: "share of FLOPs" or "measured / expected"
  std::string cold_label = "0 %";  // ends of the colour scale
  std::string hot_label = "100 %";
  std::string alarm_meaning;  // legend: "mismatch"
  // Of an op, a branch, a loop, or of all the nodes of a module that is drawn as one vertex.
  std::function<DotStyle(const Picture::Vertex&)> style;
};

std::string to_dot(const Picture& picture, const DotOptions& options);

}  // namespace flopaudit
