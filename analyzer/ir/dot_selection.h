// Which nodes and values the picture shows: the tensor program. What only computes the program's own integers, lists
// and flags is left out, and so is control flow in which no tensor is made or chosen.
#pragma once

#include <cstddef>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "analyzer/ir/graph.h"

namespace flopaudit {

// A tensor, or a container or optional that may hold one.
bool holds_tensor(const Value& value);

// Hands on its operand as it is: the same tensor under another name.
bool is_alias(const Node& node);

// The branch of an If that runs in every execution of it; null where that is not known, where it differs from one
// execution to the next, and of other nodes.
const Region* taken_branch(const Node& node);

class DotSelection {
 public:
  // Not `all`: what is never executed is left out, and an If that is decided is as if its taken branch stood in its
  // place.
  DotSelection(const Graph& graph, bool all);
  bool is_drawn(const Node& node) const { return drawn_.contains(&node); }
  // Nodes that are left out because they are never executed; prim ones are not counted.
  std::size_t left_out() const { return left_out_; }
  // The branch that stands in the place of the node; null: none does.
  const Region* inlined(const Node& node) const { return all_ ? nullptr : taken_branch(node); }
  // The drawn nodes of a region in program order, those of an If that is decided among them.
  template <typename Visit>
  void for_each_drawn(const Region& region, const Visit& visit) const {
    for (const auto& node : region.nodes) {
      if (const Region* branch = inlined(*node))
        for_each_drawn(*branch, visit);
      else if (is_drawn(*node))
        visit(*node);
    }
  }
  // `n12`; `v3` (its place in pre-order) where inline-calls has not given an id yet.
  const std::string& vertex(const Node& node) const { return vertices_.at(&node); }
  // Something is drawn in the region, and nothing of it is executed.
  bool is_not_taken(const Region& region) const;

 private:
  bool select(const Region& region);
  bool select(const Node& node);
  void drop_unused(const Region& region);

  bool all_;
  std::size_t left_out_ = 0;

  std::unordered_set<const Node*> drawn_;
  std::unordered_set<const Value*> used_;  // by what is drawn
  std::unordered_map<const Node*, std::string> vertices_;
};

}  // namespace flopaudit
