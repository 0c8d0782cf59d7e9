#include "analyzer/ir/dataflow.h"

#include <algorithm>
#include <boost/graph/compressed_sparse_row_graph.hpp>
#include <boost/graph/topological_sort.hpp>
#include <boost/range/iterator_range.hpp>
#include <cstdint>
#include <iterator>
#include <limits>
#include <map>
#include <unordered_map>
#include <utility>

#include "analyzer/ir/alias_classes.h"
#include "analyzer/ir/effects.h"
#include "analyzer/support/distinct.h"

namespace flopaudit {
namespace {

// Edges point from a node to what it needs: boost::topological_sort writes a vertex behind all that it points to and
// starts at the lowest vertex, so that independent nodes keep their program order.
using NeedsGraph = boost::compressed_sparse_row_graph<boost::directedS>;

using Needs = std::vector<std::pair<std::size_t, std::size_t>>;

std::vector<std::size_t> topological_positions(const NeedsGraph& graph) {
  std::vector<std::size_t> order;
  order.reserve(boost::num_vertices(graph));
  boost::topological_sort(graph, std::back_inserter(order));
  return order;
}

NeedsGraph needs_graph(const Needs& needs, std::size_t nodes) {
  return {boost::edges_are_sorted, needs.begin(), needs.end(), nodes};
}

// All values that a node or the nodes of its regions use, each once, in order of use.
std::vector<const Value*> used_values(const Node& node) {
  std::vector<const Value*> used;
  const auto visit = [&used](const Node& each) {
    used.insert(used.end(), each.operands.begin(), each.operands.end());
    for (const auto& region : each.regions) used.insert(used.end(), region->results.begin(), region->results.end());
  };
  visit(node);
  for (const auto& region : node.regions) for_each_node(*region, visit);
  keep_first_of_each(used);
  return used;
}

// Costs are compared as if every symbol were 1; what has no number then (an overflow) is the heaviest.
std::int64_t comparable(const Expr& cost) {
  if (cost.is_constant()) return *cost.constant();
  std::map<std::string, Expr> ones;
  for (const std::string& symbol : cost.symbols()) ones.emplace(symbol, Expr(1));
  return cost.substitute(ones).constant().value_or(std::numeric_limits<std::int64_t>::max());
}

// Through all regions of a node. Of one that never runs there is none.
Dataflow::Path path_through(const Node& node) {
  Dataflow::Path through;
  if (node.state == WorkState::not_taken) return through;
  for (const auto& region : node.regions) {
    if (never_runs(*region)) continue;
    Dataflow::Path path = span_path(*region);
    if (node.op.name != "prim::If") {  // the work of a Loop's body is that of all trips already
      through.weight += path.weight;
      through.nodes.insert(through.nodes.end(), path.nodes.begin(), path.nodes.end());
    } else if (through.nodes.empty() || comparable(path.weight) > comparable(through.weight)) {
      through = std::move(path);  // one branch is taken: the first of equally heavy ones
    }
  }
  return through;
}

}  // namespace

Dataflow::Dataflow(const Region& region) {
  std::unordered_map<const Node*, std::size_t> position;
  AliasClasses classes;
  for (const auto& each : region.nodes) {
    const Node& node = *each;
    std::vector<const Node*> needed;
    const auto add_edge = [&](std::size_t from, const Value* value) {
      edges_.push_back({nodes_[from], &node, value});
      needs_.emplace_back(nodes_.size(), from);
    };
    for (const Value* value : used_values(node)) {
      if (value->producer == nullptr) continue;
      const auto from = position.find(value->producer);
      if (from == position.end()) continue;  // made around the region, or inside of one of its nodes
      add_edge(from->second, value);
      needed.push_back(value->producer);
    }
    keep_first_of_each(needed);
    const std::size_t with_values = needed.size();
    for (const Node* before : classes.nodes_before(node)) needed.push_back(before);
    keep_first_of_each(needed);
    for (std::size_t i = with_values; i < needed.size(); ++i) add_edge(position.at(needed[i]), nullptr);
    position.emplace(&node, nodes_.size());
    nodes_.push_back(&node);
  }
}

std::vector<const Node*> Dataflow::topological_order() const {
  std::vector<const Node*> result;
  result.reserve(nodes_.size());
  for (const std::size_t vertex : topological_positions(needs_graph(needs_, nodes_.size())))
    result.push_back(nodes_[vertex]);
  return result;
}

Dataflow::Path Dataflow::critical_path(const std::function<Expr(const Node&)>& weight) const {
  const NeedsGraph graph = needs_graph(needs_, nodes_.size());
  constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();
  struct Best {
    Expr weight;
    std::int64_t compared = 0;
    std::size_t before = kNone;
  };
  std::vector<Best> best(nodes_.size());
  std::size_t end = kNone;
  for (const std::size_t vertex : topological_positions(graph)) {
    Best& mine = best[vertex];
    for (const auto edge : boost::make_iterator_range(boost::out_edges(vertex, graph))) {
      const std::size_t before = boost::target(edge, graph);
      if (mine.before == kNone || best[before].compared > best[mine.before].compared) mine.before = before;
    }
    mine.weight = weight(*nodes_[vertex]);
    if (mine.before != kNone) mine.weight += best[mine.before].weight;
    mine.compared = comparable(mine.weight);
    if (end == kNone || mine.compared > best[end].compared) end = vertex;
  }

  Path path;
  if (end != kNone) path.weight = best[end].weight;
  for (std::size_t vertex = end; vertex != kNone; vertex = best[vertex].before) path.nodes.push_back(nodes_[vertex]);
  std::reverse(path.nodes.begin(), path.nodes.end());
  return path;
}

Dataflow::Path span_path(const Region& region) {
  std::unordered_map<const Node*, std::vector<const Node*>> through;
  const Dataflow::Path outer = Dataflow(region).critical_path([&through](const Node& node) {
    Dataflow::Path path = path_through(node);
    through.emplace(&node, std::move(path.nodes));
    return flops(node.work).max + path.weight;
  });
  Dataflow::Path path{outer.weight, {}};
  for (const Node* node : outer.nodes) {
    path.nodes.push_back(node);
    const std::vector<const Node*>& inner = through.at(node);
    path.nodes.insert(path.nodes.end(), inner.begin(), inner.end());
  }
  return path;
}

Expr span_flops(const Region& region) { return span_path(region).weight; }

}  // namespace flopaudit
