#include "analyzer/ir/dot.h"

#include <utility>

#include "analyzer/ir/graph.h"

namespace flopaudit {
namespace {

using Shape = Picture::Shape;
using Group = Picture::Group;
using Edge = Picture::Edge;

std::string short_op(const OpName& op) {
  const std::size_t colons = op.name.rfind("::");
  return colons == std::string::npos ? op.name : op.name.substr(colons + 2);
}

// The file's own name: a label has no room for its folders.
std::string short_source(const SourceLocation& source) {
  const std::string& file = source.file;
  if (file.empty()) return "";
  const std::size_t slash = file.rfind('/');
  return (slash == std::string::npos ? file : file.substr(slash + 1)) + ":" + std::to_string(source.line);
}

class DotWriter {
 public:
  DotWriter(const Picture& picture, const DotOptions& options) : picture_(picture), options_(options) {}

  std::string write() {
    line("digraph \"flopaudit\" {");
    depth_ = 1;
    line("graph [label=" + dot_string(shortened(options_.title, 120)) +
         ", labelloc=t, fontname=\"Helvetica\", fontsize=14, fontcolor=\"#24292f\", nodesep=0.25, ranksep=0.3, "
         "bgcolor=white, pad=0.2];");
    line(
        "node [shape=box, style=\"filled,rounded\", fontname=\"Helvetica\", fontsize=10, margin=\"0.1,0.05\", "
        "height=0.3, color=\"#57606a\", fontcolor=\"#24292f\"];");
    line("edge [fontname=\"Helvetica\", fontsize=8, fontcolor=\"#57606a\", arrowsize=0.6, color=\"#57606a\"];");
    items(picture_.root);
    for (const Edge& edge : picture_.edges) edge_statement(edge);
    legend_.left_out = picture_.left_out;
    line(legend_statement(legend_));
    depth_ = 0;
    line("}");
    return std::move(out_);
  }

 private:
  void line(const std::string& text) { out_ += std::string(2 * static_cast<std::size_t>(depth_), ' ') + text + "\n"; }

  void items(const Group& group) {
    for (const Group::Item& item : group.items) {
      if (const auto* vertex = std::get_if<std::size_t>(&item))
        vertex_statement(picture_.vertices[*vertex]);
      else
        group_statement(*std::get<std::unique_ptr<Group>>(item));
    }
  }

  // --- boxes ---
  void group_statement(const Group& group) {
    std::string attributes;
    if (group.kind == Group::Kind::module) {
      attributes = "label=" + dot_string(shortened(group.label)) +
                   ", style=\"rounded,filled\", color=\"#d0d7de\", fillcolor=\"#0969da0d\"";
    } else {
      const std::string style = group.not_taken ? "rounded,dotted" : group.undecided ? "rounded,dashed" : "rounded";
      const bool region = group.kind == Group::Kind::region;
      attributes = "label=" + dot_string(region ? region_label(group) : control_label(group)) + ", style=\"" + style +
                   "\", color=\"" + (region ? "#8c959f" : "#8250df") + "\"";
    }
    line("subgraph " + dot_string("cluster " + group.id) + " {");
    ++depth_;
    line("graph [fontsize=10, labelloc=t, labeljust=l, fontcolor=\"#57606a\", " + attributes + "];");
    items(group);
    --depth_;
    line("}");
  }

  std::string region_label(const Group& group) {
    legend_.not_taken = legend_.not_taken || group.not_taken;
    return group.not_taken ? group.label + " (not executed)" : group.label;
  }

  std::string control_label(const Group& group) {
    const Node& node = *group.node;
    std::string label = group.label + " " + short_op(node.op);
    if (node.op.name == "prim::Loop") {
      const std::string trips = trips_text(node);
      return trips.empty() ? label : label + ": body runs " + shortened(trips) + " x";
    }
    if (!group.undecided) return label;
    legend_.undecided = true;
    const std::string source = short_source(condition_source(node));
    return label + ": undecided" + (source.empty() ? "" : ", condition at " + shortened(source));
  }

  // --- vertices ---
  void vertex_statement(const Picture::Vertex& vertex) {
    std::string attributes;
    switch (vertex.shape) {
      case Shape::join: attributes = "shape=circle, label=\"\", width=0.12, height=0.12, fillcolor=\"#57606a\""; break;
      case Shape::argument:
      case Shape::result:
        attributes = "shape=ellipse, style=filled, fillcolor=\"#ddf4ff\", color=\"#0969da\", label=" +
                     dot_string(shortened(vertex.label));
        break;
      case Shape::outside:
        attributes = "shape=cds, style=dashed, color=\"#8c959f\", fontcolor=\"#57606a\", label=" +
                     dot_string(outside_label(vertex));
        legend_.outside = true;
        break;
      case Shape::op:
      case Shape::module:
      case Shape::branch:
      case Shape::loop: attributes = node_attributes(vertex); break;
    }
    line(dot_string(vertex.id) + " [" + attributes + "];");
  }

  static std::string outside_label(const Picture::Vertex& vertex) {
    const bool one_op = vertex.nodes.size() == 1 && vertex.id.find(' ') != std::string::npos &&
                        vertex.id.substr(vertex.id.find(' ') + 1) == "n" + std::to_string(vertex.nodes[0]->id);
    return shortened(vertex.label) + (one_op ? " " + short_op(vertex.nodes[0]->op) : "");
  }

  std::string node_attributes(const Picture::Vertex& vertex) {
    const DotStyle style = options_.style ? options_.style(vertex) : DotStyle{std::nullopt, {}, "", true};
    std::string attributes = "label=" + label(vertex, style) + ", tooltip=" + dot_string(tooltip(vertex, style));
    std::string lines = "filled,rounded";
    if (vertex.shape == Shape::module) attributes += ", shape=folder";
    if (vertex.shape == Shape::module) lines = "filled";
    if (vertex.shape == Shape::branch) attributes += ", shape=diamond, margin=\"0,0\"";
    if (vertex.shape == Shape::loop) attributes += ", shape=hexagon, margin=\"0,0\"";
    if (vertex.shape == Shape::branch || vertex.shape == Shape::loop) lines = "filled";
    if (vertex.not_taken) {
      lines += ",dotted";
      attributes += ", fillcolor=white, fontcolor=\"#57606a\"";
      legend_.not_taken = true;
    } else if (vertex.undecided) {
      lines += ",dashed";
      attributes += ", fillcolor=white";
      legend_.undecided = true;
    } else if (style.plain) {
      attributes += ", fillcolor=white, color=\"#8c959f\"";
    } else if (style.heat) {
      attributes += ", fillcolor=\"" + heat_colour(options_.scale, *style.heat) +
                    "\", fontcolor=" + text_colour(options_.scale, *style.heat);
    } else {
      attributes += ", fillcolor=\"" + std::string(kUnknownColour) + "\"";
      legend_.unknown = true;
    }
    if (style.alarm) {
      attributes += ", color=\"#cf222e\", penwidth=3";
      legend_.alarm = options_.alarm_meaning;
    }
    if (lines != "filled,rounded") attributes += ", style=\"" + lines + "\"";
    return attributes;
  }

  // The op in bold with its id behind, then what the caller says of it.
  static std::string label(const Picture::Vertex& vertex, const DotStyle& style) {
    std::string name, id;
    if (vertex.shape == Shape::module) {
      name = vertex.label;
      id = std::to_string(vertex.nodes.size()) + (vertex.nodes.size() == 1 ? " node" : " nodes");
    } else {
      const std::string op = short_op(vertex.nodes[0]->op);
      name = vertex.label.empty() ? op : vertex.label + ": " + op;
      id = vertex.id;
    }
    std::string text = "<<B>" + html_text(shortened(name)) + "</B> <FONT POINT-SIZE=\"8\">" + html_text(id) + "</FONT>";
    for (const std::string& each : style.lines) text += "<BR/>" + html_text(shortened(each));
    if (vertex.shape == Shape::op && vertex.nodes[0]->executions.min.constant().value_or(0) > 1 &&
        vertex.nodes[0]->executions.exact()) {
      text += "<BR/>executed " + html_text(vertex.nodes[0]->executions.min.to_string()) + " times";
    }
    return text + ">";
  }

  static std::string tooltip(const Picture::Vertex& vertex, const DotStyle& style) {
    std::string text;
    const auto append = [&text](const std::string& more) {
      if (!more.empty()) text += (text.empty() ? "" : "\n") + more;
    };
    if (vertex.shape != Shape::module) append(vertex.nodes[0]->op.full());
    append(shortened(vertex.module, 80));
    if (vertex.shape != Shape::module) {
      const Node& node = *vertex.nodes[0];
      if (!node.source.file.empty())
        append(shortened(node.source.file.str(), 80) + ":" + std::to_string(node.source.line));
      append(node.formula);
    }
    append(style.tooltip);
    return text;
  }

  // --- edges ---
  void edge_statement(const Edge& edge) {
    std::string attributes;
    const auto append = [&](const std::string& attribute) {
      attributes += (attributes.empty() ? "" : ", ") + attribute;
    };
    if (edge.kind == Edge::Kind::carried) append("constraint=false, color=\"#8250df\"");
    if (edge.kind == Edge::Kind::control) append("arrowhead=open, color=\"#8250df\"");
    if (edge.not_taken) append("style=dotted");
    if (edge.value != nullptr) {
      const Value& value = *edge.value;
      // The space keeps the text off the line.
      append("label=" +
             dot_string(" " + shortened(value.fact.is_unknown() ? value.type.to_string() : value.fact.to_string())));
      append("tooltip=" +
             dot_string(value.origin == Value::Origin::constant ? "constant" : "%" + shortened(value.name)));
    } else {
      append("label=" + dot_string(" " + edge.label));
    }
    line(dot_string(picture_.vertices[edge.from].id) + " -> " + dot_string(picture_.vertices[edge.to].id) + " [" +
         attributes + "];");
  }

  const Picture& picture_;
  const DotOptions& options_;
  DotLegend legend_{options_.scale, options_.heat_meaning, options_.cold_label, options_.hot_label};
  std::string out_;
  int depth_ = 0;
};

}  // namespace

std::string to_dot(const Picture& picture, const DotOptions& options) { return DotWriter(picture, options).write(); }

}  // namespace flopaudit
