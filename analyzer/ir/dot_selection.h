// Which nodes and values the picture shows: the tensor program. What only computes the program's own integers, lists
// and flags is left out, and so is control flow in which no tensor is made or chosen.
#pragma once

#include <string>
#include <unordered_map>
#include <unordered_set>

#include "analyzer/ir/graph.h"

namespace flopaudit {

// A tensor, or a container or optional that may hold one.
bool holds_tensor(const Value& value);

class DotSelection {
 public:
  explicit DotSelection(const Graph& graph);
  bool is_drawn(const Node& node) const { return drawn_.contains(&node); }
  // `n12`; `v3` (its place in pre-order) where inline-calls has not given an id yet.
  const std::string& vertex(const Node& node) const { return vertices_.at(&node); }
  // Something is drawn in the region, and nothing of it is executed.
  bool is_not_taken(const Region& region) const;

 private:
  bool select(const Region& region);

  std::unordered_set<const Node*> drawn_;
  std::unordered_map<const Node*, std::string> vertices_;
};

}  // namespace flopaudit
