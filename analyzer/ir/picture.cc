#include "analyzer/ir/picture.h"

#include <algorithm>
#include <set>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "analyzer/ir/dot_clusters.h"
#include "analyzer/ir/dot_selection.h"
#include "analyzer/ir/effects.h"
#include "analyzer/ir/text_format.h"

namespace flopaudit {
namespace {

using Shape = Picture::Shape;
using Group = Picture::Group;
using Edge = Picture::Edge;

bool is_undecided(const Node& node) {
  if (node.op.name != "prim::If") return false;
  return std::any_of(node.cases.begin(), node.cases.end(), [](const Execution& execution) {
    if (execution.inputs.empty()) return true;
    const auto* condition = execution.inputs[0].get<BoolFact>();
    return condition == nullptr || !condition->value;
  });
}

// A loop's header takes what the body yields and hands out the last; the branches of an If meet in a vertex of their
// own.
bool has_join(const Node& node) {
  if (node.regions.empty() || node.op.name == "prim::Loop") return false;
  return std::any_of(node.results.begin(), node.results.end(), [](const Value* value) { return holds_tensor(*value); });
}

class PictureMaker {
 public:
  PictureMaker(const Graph& graph, bool all) : graph_(graph), selection_(graph, all) {}

  Picture make() {
    arguments();
    place(cluster_by_module(graph_.body, "", selection_), picture_.root);
    edges_of(graph_.body);
    results();
    picture_.left_out = selection_.left_out();
    return std::move(picture_);
  }

 private:
  // --- vertices and boxes ---
  std::size_t add(Picture::Vertex vertex, Group& group) {
    picture_.vertices.push_back(std::move(vertex));
    group.items.emplace_back(picture_.vertices.size() - 1);
    return picture_.vertices.size() - 1;
  }

  Group& open(Group& outer, Group group) {
    outer.items.emplace_back(std::make_unique<Group>(std::move(group)));
    return *std::get<std::unique_ptr<Group>>(outer.items.back());
  }

  void arguments() {
    std::size_t index = 0;
    for (const Value* argument : graph_.body.arguments) {
      if (!holds_tensor(*argument)) continue;
      Picture::Vertex vertex{"in" + std::to_string(index++), Shape::argument, argument->name, ""};
      vertex.value = argument;
      source_[argument] = add(std::move(vertex), picture_.root);
    }
  }

  void results() {
    std::size_t index = 0;
    for (const Value* result : graph_.body.results) {
      const auto from = source_.find(result);
      if (from == source_.end()) continue;
      Picture::Vertex vertex{"out" + std::to_string(index++), Shape::result, "result", ""};
      vertex.value = result;
      edge({from->second, add(std::move(vertex), picture_.root), result});
    }
  }

  // A module with one drawn node gets no box of its own: its name stands before the op.
  void place(const DotCluster& cluster, Group& group) {
    for (const DotCluster::Item& item : cluster.items) {
      if (const auto* node = std::get_if<const Node*>(&item)) {
        place(**node, "", group);
        continue;
      }
      const DotCluster& child = *std::get<std::unique_ptr<DotCluster>>(item);
      const auto* only = child.items.size() == 1 ? std::get_if<const Node*>(&child.items[0]) : nullptr;
      if (only != nullptr)
        place(**only, child.label, group);
      else
        place(child, open(group, {Group::Kind::module, "module " + child.key, child.label, child.path}));
    }
  }

  void place(const Node& node, const std::string& label, Group& group) {
    const std::string& id = selection_.vertex(node);
    Picture::Vertex vertex{id, Shape::op, label, node.module, {&node}};
    vertex.not_taken = node.state == WorkState::not_taken;
    if (node.regions.empty()) {
      vertex_[&node] = add(std::move(vertex), group);
      return;
    }
    vertex.shape = node.op.name == "prim::Loop" ? Shape::loop : Shape::branch;
    vertex.undecided = !vertex.not_taken && is_undecided(node);
    Group& box =
        open(group, {Group::Kind::node, "node " + id, id, node.module, &node, vertex.not_taken, vertex.undecided});
    const bool undecided = vertex.undecided;
    vertex_[&node] = add(std::move(vertex), box);
    for (std::size_t i = 0; i < node.regions.size(); ++i) {
      const DotCluster contents = cluster_by_module(*node.regions[i], node.module, selection_);
      if (contents.items.empty()) continue;
      const bool not_taken = selection_.is_not_taken(*node.regions[i]);
      place(contents,
            open(box, {Group::Kind::region, "region " + id + "." + std::to_string(i),
                       std::string(region_label(node.op, i)), node.module, &node, not_taken, undecided && !not_taken}));
    }
    if (has_join(node)) join_[&node] = add({id + "_out", Shape::join, "", node.module}, box);
  }

  // --- edges ---
  void edge(Edge edge) {
    if (edges_.insert({edge.from, edge.to, edge.value}).second) picture_.edges.push_back(std::move(edge));
  }

  void edges_to(std::size_t vertex, const std::vector<Value*>& values, Edge::Kind kind, bool not_taken) {
    for (const Value* value : values) {
      const auto from = source_.find(value);
      if (from != source_.end()) edge({from->second, vertex, value, "", kind, not_taken});
    }
  }

  void edges_of(const Region& region) {
    for (const auto& each : region.nodes) {
      if (const Region* branch = selection_.inlined(*each))
        pass_through(*each, *branch);
      else if (selection_.is_drawn(*each))
        edges_of(*each);
      else if (is_alias(*each))
        pass_on(each->operands[0], each->results);
    }
  }

  void pass_on(const Value* from, const std::vector<Value*>& to) {
    const auto source = source_.find(from);
    if (source == source_.end() || to.empty()) return;
    const std::size_t vertex = source->second;
    source_[to[0]] = vertex;
  }

  // What the taken branch yields is what comes out of the If.
  void pass_through(const Node& node, const Region& branch) {
    edges_of(branch);
    for (std::size_t i = 0; i < node.results.size() && i < branch.results.size(); ++i) {
      const auto from = source_.find(branch.results[i]);
      if (from != source_.end()) source_[node.results[i]] = from->second;
    }
  }

  void edges_of(const Node& node) {
    const std::size_t vertex = vertex_.at(&node);
    const bool not_taken = node.state == WorkState::not_taken;
    edges_to(vertex, node.operands, Edge::Kind::data, not_taken);
    if (picture_.vertices[vertex].undecided) condition_edges(node.operands, vertex);
    for (std::size_t i = 0; i < node.regions.size(); ++i) region_edges(node, i);
    for (const Value* result : node.results) {
      if (holds_tensor(*result)) source_[result] = has_join(node) ? join_.at(&node) : vertex;
    }
    if (!node.regions.empty() || not_taken) return;
    // Who reads a value that was written in place reads what the writer left.
    for (const std::size_t i : written_operands(node)) {
      const auto written = source_.find(node.operands[i]);
      if (written == source_.end()) continue;
      written_.emplace_back(written->first, written->second);
      written->second = vertex;
    }
  }

  // From the tensors that the condition is computed from: what lies between is the program's own and is not drawn.
  void condition_edges(const std::vector<Value*>& condition, std::size_t header) {
    constexpr std::size_t kFarthest = 32;  // values to look through
    std::vector<const Value*> seen(condition.begin(), condition.end());
    for (std::size_t i = 0; i < seen.size() && i < kFarthest; ++i) {
      const auto from = source_.find(seen[i]);
      if (from != source_.end()) {
        edge({from->second, header, nullptr, "condition", Edge::Kind::control});
      } else if (const Node* producer = seen[i]->producer) {
        for (const Value* operand : producer->operands) {
          if (std::find(seen.begin(), seen.end(), operand) == seen.end()) seen.push_back(operand);
        }
      }
    }
  }

  void region_edges(const Node& node, std::size_t index) {
    const std::size_t vertex = vertex_.at(&node);
    const Region& region = *node.regions[index];
    for (const Value* argument : region.arguments) {
      if (holds_tensor(*argument)) source_[argument] = vertex;
    }
    control_edge(node, index);
    const auto writes_before = written_.size();
    edges_of(region);
    const bool not_taken = selection_.is_not_taken(region) || node.state == WorkState::not_taken;
    if (node.op.name == "prim::Loop") {
      edges_to(vertex, region.results, Edge::Kind::carried, not_taken);
    } else if (has_join(node)) {
      edges_to(join_.at(&node), region.results, Edge::Kind::data, not_taken);
    }
    // What one branch writes, the other does not see.
    for (; written_.size() > writes_before; written_.pop_back())
      source_[written_.back().first] = written_.back().second;
  }

  // From the header to where the region begins, or to the join past an empty branch. A loop that carries tensors is
  // joined to its body by them.
  void control_edge(const Node& node, std::size_t index) {
    const Region& region = *node.regions[index];
    if (std::any_of(region.arguments.begin(), region.arguments.end(),
                    [](const Value* value) { return holds_tensor(*value); }))
      return;
    Edge control{vertex_.at(&node),
                 0,
                 nullptr,
                 std::string(region_label(node.op, index)),
                 Edge::Kind::control,
                 selection_.is_not_taken(region)};
    const Node* first = nullptr;
    selection_.for_each_drawn(region, [&first](const Node& drawn) { first = first == nullptr ? &drawn : first; });
    if (first != nullptr) {
      control.to = vertex_.at(first);
      edge(std::move(control));
      return;
    }
    if (!has_join(node)) return;
    control.to = join_.at(&node);
    picture_.edges.push_back(std::move(control));  // both branches may be empty
  }

  const Graph& graph_;
  DotSelection selection_;
  Picture picture_;
  std::unordered_map<const Node*, std::size_t> vertex_, join_;
  std::unordered_map<const Value*, std::size_t> source_;       // the vertex that a value comes from
  std::vector<std::pair<const Value*, std::size_t>> written_;  // in place so far, with the vertex before
  std::set<std::tuple<std::size_t, std::size_t, const Value*>> edges_;
};

}  // namespace

Picture make_picture(const Graph& graph, bool all) { return PictureMaker(graph, all).make(); }

SourceLocation condition_source(const Node& branch) {
  if (!branch.operands.empty() && branch.operands[0]->producer != nullptr) {
    const SourceLocation& source = branch.operands[0]->producer->source;
    if (!source.file.empty()) return source;
  }
  return branch.source;
}

std::string trips_text(const Node& loop) {
  if (loop.op.name != "prim::Loop" || loop.regions.empty()) return "";
  for (const auto& node : loop.regions.front()->nodes) {
    if (node->state != WorkState::not_taken) return node->executions.to_string();
  }
  return "";
}

std::size_t module_depth(const std::string& path) {
  return path.empty() ? 0 : 1 + static_cast<std::size_t>(std::count(path.begin(), path.end(), '.'));
}

bool is_in_module(const std::string& path, const std::string& module) {
  return module.empty() || path == module ||
         (path.size() > module.size() && path.compare(0, module.size(), module) == 0 && path[module.size()] == '.');
}

}  // namespace flopaudit
