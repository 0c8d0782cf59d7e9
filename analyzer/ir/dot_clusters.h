// The tree of module clusters of one region: `layer1.0.conv1` is a box in the box `0` in the box `layer1`.
#pragma once

#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "analyzer/ir/dot_selection.h"
#include "analyzer/ir/graph.h"

namespace flopaudit {

struct DotCluster {
  using Item = std::variant<const Node*, std::unique_ptr<DotCluster>>;
  std::string label;        // "0", or "layer1.0" where a box would hold nothing but another box
  std::string path;         // "layer1.0": of the innermost module that the box is
  std::string key;          // unique in the picture: its first node and how deep it lies
  std::vector<Item> items;  // in order of first appearance
};

// The drawn nodes of `region`. A module gets one box for each run of its nodes: one that is called again later, such as
// the shared relu of a residual block, gets a second, so that no edge has to point upwards. `base` is the module of the
// node that owns it: its own boxes are around already.
DotCluster cluster_by_module(const Region& region, const std::string& base, const DotSelection& selection);

}  // namespace flopaudit
