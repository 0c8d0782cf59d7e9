#include "analyzer/ir/dot.h"

#include <algorithm>
#include <set>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "analyzer/ir/dot_clusters.h"
#include "analyzer/ir/dot_selection.h"
#include "analyzer/ir/dot_text.h"
#include "analyzer/ir/effects.h"
#include "analyzer/ir/text_format.h"

namespace flopaudit {
namespace {

std::string short_op(const OpName& op) {
  const std::size_t colons = op.name.rfind("::");
  return colons == std::string::npos ? op.name : op.name.substr(colons + 2);
}

class DotWriter {
 public:
  DotWriter(const Graph& graph, const DotOptions& options) : graph_(graph), options_(options), selection_(graph) {}

  std::string write() {
    line("digraph \"flopaudit\" {");
    depth_ = 1;
    line("graph [label=" + dot_string(shortened(options_.title, 120)) +
         ", labelloc=t, fontname=\"Helvetica\", fontsize=14, nodesep=0.25, ranksep=0.35];");
    line("node [shape=box, style=\"filled,rounded\", fontname=\"Helvetica\", fontsize=10, margin=\"0.1,0.05\"];");
    line("edge [fontname=\"Helvetica\", fontsize=8, arrowsize=0.6, color=\"#555555\"];");
    line(legend_statement(options_.heat_meaning, options_.cold_label, options_.hot_label));
    arguments();
    cluster_items(cluster_by_module(graph_.body, "", selection_));
    edges_of(graph_.body);
    outputs();
    depth_ = 0;
    line("}");
    return std::move(out_);
  }

 private:
  void line(const std::string& text) { out_ += std::string(2 * static_cast<std::size_t>(depth_), ' ') + text + "\n"; }

  // --- vertices ---
  void arguments() {
    std::size_t index = 0;
    for (const Value* argument : graph_.body.arguments) {
      if (!holds_tensor(*argument)) continue;
      const std::string vertex = "in" + std::to_string(index++);
      terminal(vertex, argument->name, *argument);
      source_[argument] = vertex;
    }
  }

  void outputs() {
    std::size_t index = 0;
    for (const Value* result : graph_.body.results) {
      const auto from = source_.find(result);
      if (from == source_.end()) continue;
      const std::string vertex = "out" + std::to_string(index++);
      terminal(vertex, "result", *result);
      edge(from->second, vertex, result, {});
    }
  }

  void terminal(const std::string& vertex, const std::string& label, const Value& value) {
    line(dot_string(vertex) + " [shape=ellipse, style=filled, fillcolor=\"#e8f0fe\", label=" +
         dot_string(shortened(label)) + ", tooltip=" + dot_string(value.type.to_string()) + "];");
  }

  // A module with one drawn node gets no box of its own: its name stands before the op.
  void cluster_items(const DotCluster& cluster) {
    for (const DotCluster::Item& item : cluster.items) {
      if (const auto* node = std::get_if<const Node*>(&item)) {
        node_statement(**node, "");
        continue;
      }
      const DotCluster& child = *std::get<std::unique_ptr<DotCluster>>(item);
      const auto* only = child.items.size() == 1 ? std::get_if<const Node*>(&child.items[0]) : nullptr;
      if (only != nullptr) {
        node_statement(**only, child.label);
        continue;
      }
      open_cluster("module " + child.key, child.label, "color=\"#9aa0a6\", style=rounded");
      cluster_items(child);
      close_cluster();
    }
  }

  void open_cluster(const std::string& key, const std::string& label, const std::string& style) {
    line("subgraph " + dot_string("cluster " + key) + " {");
    ++depth_;
    line("graph [label=" + dot_string(shortened(label)) + ", fontsize=10, labelloc=t, " + style + "];");
  }
  void close_cluster() {
    --depth_;
    line("}");
  }

  void node_statement(const Node& node, const std::string& module_label) {
    if (node.regions.empty()) {
      vertex_statement(node, module_label, "");
      return;
    }
    const std::string vertex = selection_.vertex(node);
    const bool dashed = node.state == WorkState::not_taken;
    open_cluster("node " + vertex, vertex + " " + short_op(node.op),
                 dashed ? "color=\"#5f6368\", style=\"rounded,dashed\"" : "color=\"#5f6368\", style=rounded");
    vertex_statement(node, module_label, node.op.name == "prim::If" ? "diamond" : "hexagon");
    for (std::size_t i = 0; i < node.regions.size(); ++i) {
      const Region& region = *node.regions[i];
      const DotCluster contents = cluster_by_module(region, node.module, selection_);
      if (contents.items.empty()) continue;
      const std::string label(region_label(node.op, i));
      const bool not_taken = selection_.is_not_taken(region);
      open_cluster("region " + vertex + "." + std::to_string(i), not_taken ? label + " (not executed)" : label,
                   not_taken ? "color=\"#9aa0a6\", style=\"rounded,dashed\"" : "color=\"#9aa0a6\", style=rounded");
      cluster_items(contents);
      close_cluster();
    }
    if (has_join(node))
      line(dot_string(join_vertex(node)) + " [shape=circle, label=\"\", width=0.15, tooltip=\"joins the branches\"];");
    close_cluster();
  }

  void vertex_statement(const Node& node, const std::string& module_label, const std::string& shape) {
    const DotNodeStyle style = options_.style ? options_.style(node) : DotNodeStyle{};
    const std::string prefix = selection_.vertex(node) + " " + (module_label.empty() ? "" : module_label + ": ");
    std::string label = shortened(prefix + short_op(node.op));
    for (const std::string& each : style.lines) label += "\n" + shortened(each);
    if (node.executions.exact() && node.executions.min.constant().value_or(0) > 1) {
      label += "\nexecuted " + node.executions.min.to_string() + " times";
    }
    std::string attributes = "label=" + dot_string(label) + ", tooltip=" + dot_string(tooltip(node, style));
    const bool not_taken = node.state == WorkState::not_taken;
    if (style.heat && !not_taken) {
      attributes += ", fillcolor=\"" + heat_colour(*style.heat) + "\", fontcolor=" + text_colour(*style.heat);
    } else {
      attributes += ", fillcolor=\"" + std::string(not_taken ? "white" : kUnknownColour) + "\"";
    }
    if (!shape.empty()) attributes += ", shape=" + shape;
    if (not_taken || !shape.empty()) attributes += not_taken ? ", style=\"filled,dashed\"" : ", style=filled";
    line(dot_string(selection_.vertex(node)) + " [" + attributes + "];");
  }

  static std::string tooltip(const Node& node, const DotNodeStyle& style) {
    std::string text = node.op.full();
    if (!node.module.empty()) text += "\n" + shortened(node.module, 80);
    if (!node.source.file.empty())
      text += "\n" + shortened(node.source.file, 80) + ":" + std::to_string(node.source.line);
    if (!node.formula.empty()) text += "\n" + node.formula;
    if (!style.tooltip.empty()) text += "\n" + style.tooltip;
    return text;
  }

  // --- edges ---
  bool has_join(const Node& node) const {
    if (node.op.name == "prim::Loop") return false;  // its header takes what the body yields and hands out the last
    for (const Value* result : node.results) {
      if (holds_tensor(*result)) return true;
    }
    return false;
  }
  std::string join_vertex(const Node& node) const { return selection_.vertex(node) + "_out"; }

  void edge(const std::string& from, const std::string& to, const Value* value, const std::string& style) {
    if (!edges_.insert({from, to, value}).second) return;
    std::string attributes = style;
    const auto append = [&](const std::string& attribute) {
      attributes += (attributes.empty() ? "" : ", ") + attribute;
    };
    if (value != nullptr) {
      append("label=" +
             dot_string(shortened(value->fact.is_unknown() ? value->type.to_string() : value->fact.to_string())));
      append("tooltip=" +
             dot_string(value->origin == Value::Origin::constant ? "constant" : "%" + shortened(value->name)));
    }
    line(dot_string(from) + " -> " + dot_string(to) + " [" + attributes + "];");
  }

  void edges_to(const std::string& vertex, const std::vector<Value*>& values, const std::string& style) {
    for (const Value* value : values) {
      const auto from = source_.find(value);
      if (from != source_.end()) edge(from->second, vertex, value, style);
    }
  }

  void edges_of(const Region& region) {
    for (const auto& each : region.nodes) {
      if (selection_.is_drawn(*each)) edges_of(*each);
    }
  }

  void edges_of(const Node& node) {
    const std::string vertex = selection_.vertex(node);
    const std::string style = node.state == WorkState::not_taken ? "style=dashed" : "";
    edges_to(vertex, node.operands, style);
    const bool loop = node.op.name == "prim::Loop";
    for (std::size_t i = 0; i < node.regions.size(); ++i) {
      const Region& region = *node.regions[i];
      for (const Value* argument : region.arguments) {
        if (holds_tensor(*argument)) source_[argument] = vertex;
      }
      control_edge(node, i);
      const auto writes_before = written_.size();
      edges_of(region);
      const bool not_taken = selection_.is_not_taken(region) || !style.empty();
      if (loop) {
        edges_to(vertex, region.results, "constraint=false, style=dashed");
      } else if (has_join(node)) {
        edges_to(join_vertex(node), region.results, not_taken ? "style=dashed" : "");
      }
      // What one branch writes, the other does not see.
      for (; written_.size() > writes_before; written_.pop_back())
        source_[written_.back().first] = written_.back().second;
    }
    const std::string maker = has_join(node) && !node.regions.empty() ? join_vertex(node) : vertex;
    for (const Value* result : node.results) {
      if (holds_tensor(*result)) source_[result] = maker;
    }
    if (!node.regions.empty() || node.state == WorkState::not_taken) return;
    // Who reads a value that was written in place reads what the writer left.
    for (const std::size_t i : written_operands(node)) {
      const auto written = source_.find(node.operands[i]);
      if (written == source_.end()) continue;
      written_.emplace_back(written->first, written->second);
      written->second = vertex;
    }
  }

  // Dotted: from the header to where the region begins, or to the join past an empty branch. A loop that carries
  // tensors is joined to its body by them.
  void control_edge(const Node& node, std::size_t index) {
    const auto& arguments = node.regions[index]->arguments;
    if (std::any_of(arguments.begin(), arguments.end(), [](const Value* value) { return holds_tensor(*value); }))
      return;
    const std::string label(region_label(node.op, index));
    const std::string style = "style=dotted, arrowhead=open, label=" + dot_string(label);
    for (const auto& first : node.regions[index]->nodes) {
      if (!selection_.is_drawn(*first)) continue;
      edge(selection_.vertex(node), selection_.vertex(*first), nullptr, style);
      return;
    }
    if (has_join(node))
      line(dot_string(selection_.vertex(node)) + " -> " + dot_string(join_vertex(node)) + " [" + style + "];");
  }

  const Graph& graph_;
  const DotOptions& options_;
  DotSelection selection_;
  std::unordered_map<const Value*, std::string> source_;       // the vertex that a value comes from
  std::vector<std::pair<const Value*, std::string>> written_;  // in place so far, with the vertex before
  std::set<std::tuple<std::string, std::string, const Value*>> edges_;
  std::string out_;
  int depth_ = 0;
};

}  // namespace

std::string to_dot(const Program& program, const DotOptions& options) {
  return DotWriter(program.entry(), options).write();
}

}  // namespace flopaudit
