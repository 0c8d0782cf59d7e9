#include "analyzer/report/picture_json.h"

#include <map>
#include <string>
#include <string_view>

#include "analyzer/ir/node_text.h"
#include "analyzer/report/node_text.h"

namespace flopaudit {
namespace {

using Json = nlohmann::ordered_json;

std::string_view word(Picture::Shape shape) {
  switch (shape) {
    case Picture::Shape::op: return "op";
    case Picture::Shape::branch: return "branch";
    case Picture::Shape::loop: return "loop";
    case Picture::Shape::join: return "join";
    case Picture::Shape::argument: return "argument";
    case Picture::Shape::result: return "result";
    case Picture::Shape::module: return "module";
    case Picture::Shape::outside: return "outside";
  }
  return "";
}

std::string_view word(Picture::Group::Kind kind) {
  switch (kind) {
    case Picture::Group::Kind::root: return "root";
    case Picture::Group::Kind::module: return "module";
    case Picture::Group::Kind::node: return "node";
    case Picture::Group::Kind::region: return "region";
  }
  return "";
}

std::string_view word(Picture::Edge::Kind kind) {
  switch (kind) {
    case Picture::Edge::Kind::data: return "data";
    case Picture::Edge::Kind::control: return "control";
    case Picture::Edge::Kind::carried: return "carried";
  }
  return "";
}

void set(Json& json, const char* key, std::string_view text) {
  if (!text.empty()) json[key] = text;
}
void set(Json& json, const char* key, bool flag) {
  if (flag) json[key] = true;
}

std::string text_of(const Value& value) {
  return value.fact.is_unknown() ? value.type.to_string() : value.fact.to_string();
}

Json vertex_json(const Picture::Vertex& vertex) {
  Json json = {{"id", vertex.id}};
  if (vertex.shape != Picture::Shape::op) json["shape"] = word(vertex.shape);
  set(json, "label", vertex.label);
  set(json, "module", vertex.module);
  if (vertex.nodes.size() == 1) {
    const Node& node = *vertex.nodes.front();
    json["op"] = node.op.full();
    set(json, "source", source_text(node.source));
  }
  if (vertex.value != nullptr) set(json, "type", text_of(*vertex.value));
  set(json, "not_taken", vertex.not_taken);
  set(json, "undecided", vertex.undecided);
  return json;
}

Json group_json(const Picture::Group& group) {
  Json json = Json::object();
  if (group.kind != Picture::Group::Kind::root) {
    json = {{"kind", word(group.kind)}, {"id", group.id}, {"label", group.label}};
    set(json, "module", group.module);
    set(json, "not_taken", group.not_taken);
    set(json, "undecided", group.undecided);
    if (group.kind == Picture::Group::Kind::node) {
      json["op"] = group.node->op.name;
      if (group.undecided) set(json, "condition", source_text(condition_source(*group.node)));
      set(json, "trips", trips_text(*group.node));
    }
  }
  json["items"] = Json::array();
  for (const Picture::Group::Item& item : group.items) {
    if (const auto* vertex = std::get_if<std::size_t>(&item))
      json["items"].push_back(*vertex);
    else
      json["items"].push_back(group_json(*std::get<std::unique_ptr<Picture::Group>>(item)));
  }
  return json;
}

}  // namespace

nlohmann::ordered_json picture_json(const Picture& picture) {
  Json json = {{"vertices", Json::array()}, {"labels", Json::array()}, {"edges", Json::array()}};
  for (const Picture::Vertex& vertex : picture.vertices) json["vertices"].push_back(vertex_json(vertex));
  std::map<std::string, std::size_t> labels;
  for (const Picture::Edge& edge : picture.edges) {
    const std::string label = edge.value != nullptr ? text_of(*edge.value) : edge.label;
    const auto [entry, inserted] = labels.try_emplace(label, labels.size());
    if (inserted) json["labels"].push_back(label);
    Json row = {edge.from, edge.to, entry->second};
    if (edge.kind != Picture::Edge::Kind::data || edge.not_taken) row.push_back(word(edge.kind));
    if (edge.not_taken) row.push_back(true);
    json["edges"].push_back(std::move(row));
  }
  json["root"] = group_json(picture.root);
  return json;
}

}  // namespace flopaudit
