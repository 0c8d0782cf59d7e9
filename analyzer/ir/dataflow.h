// The dataflow view of a graph, on Boost.Graph (which is included in dataflow.cc only): one vertex a node, an
// edge from producer to consumer, and an ordering edge where a value is written in place that others read. Nodes with
// regions are one vertex in their parent's view.
#pragma once

#include <cstddef>
#include <functional>
#include <utility>
#include <vector>

#include "analyzer/ir/graph.h"
#include "analyzer/support/result.h"

namespace flopaudit {

struct DataflowEdge {
  const Node* from;
  const Node* to;
  const Value* value;  // null: an ordering edge
};

class Dataflow {
 public:
  explicit Dataflow(const Region& region);
  const std::vector<DataflowEdge>& edges() const { return edges_; }
  std::vector<const Node*> topological_order() const;  // stable: program order among the independent

  struct Path {
    Expr weight;
    std::vector<const Node*> nodes;
  };
  // The heaviest chain of dependent nodes. `weight` gives a node's cost; symbolic costs are compared at `at` = 1 each.
  Path critical_path(const std::function<Expr(const Node&)>& weight) const;

 private:
  std::vector<const Node*> nodes_;
  std::vector<DataflowEdge> edges_;                         // by `to`, in program order
  std::vector<std::pair<std::size_t, std::size_t>> needs_;  // of each edge the positions of `to` and `from` in nodes_
};

// The critical path by flops: what no parallelism between nodes removes, each node taken as one piece. The heavier
// branch of an If, all trips of a Loop. Of nodes with regions the path through them is in `nodes` behind them.
Dataflow::Path span_path(const Region& region);
Expr span_flops(const Region& region);  // its weight

}  // namespace flopaudit
