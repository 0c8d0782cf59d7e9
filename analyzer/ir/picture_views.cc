// collapsed() and focused(): both decide for each vertex what stands for it, then carry boxes and edges over.
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

#include "analyzer/ir/picture.h"

namespace flopaudit {
namespace {

using Shape = Picture::Shape;
using Group = Picture::Group;
using Edge = Picture::Edge;

Group without_items(const Group& group) {
  return {group.kind, group.id, group.label, group.module, group.node, group.not_taken, group.undecided};
}

// `place` gives the vertex that stands for an old one, and makes it where it must; nothing: the edge is left out.
template <typename Place>
void carry_edges(const Picture& from, Picture& to, const Place& place) {
  std::set<std::tuple<std::size_t, std::size_t, const Value*, std::string>> seen;
  for (const Edge& old : from.edges) {
    const auto ends = place(old);
    if (!ends || ends->first == ends->second) continue;
    Edge edge = old;
    std::tie(edge.from, edge.to) = *ends;
    if (seen.insert({edge.from, edge.to, edge.value, edge.label}).second) to.edges.push_back(std::move(edge));
  }
}

class Collapser {
 public:
  Collapser(const Picture& picture, std::size_t depth)
      : old_(picture), depth_(depth), place_(picture.vertices.size()) {}

  Picture collapse() {
    walk(old_.root, made_.root);
    carry_edges(old_, made_,
                [this](const Edge& edge) { return std::optional(std::pair(place_[edge.from], place_[edge.to])); });
    made_.left_out = old_.left_out;
    return std::move(made_);
  }

 private:
  void walk(const Group& from, Group& to) {
    for (const Group::Item& item : from.items) {
      if (const auto* vertex = std::get_if<std::size_t>(&item)) {
        place_[*vertex] = made_.vertices.size();
        to.items.emplace_back(made_.vertices.size());
        made_.vertices.push_back(old_.vertices[*vertex]);
        continue;
      }
      const Group& child = *std::get<std::unique_ptr<Group>>(item);
      if (child.kind == Group::Kind::module && module_depth(child.module) >= depth_) {
        to.items.emplace_back(made_.vertices.size());
        Picture::Vertex vertex{child.id, Shape::module, child.label, child.module};
        vertex.not_taken = true;
        made_.vertices.push_back(std::move(vertex));
        swallow(child);
        continue;
      }
      auto made = std::make_unique<Group>(without_items(child));
      walk(child, *made);
      to.items.emplace_back(std::move(made));
    }
  }

  // Everything in the box becomes the vertex that was made last.
  void swallow(const Group& group) {
    Picture::Vertex& whole = made_.vertices.back();
    for (const Group::Item& item : group.items) {
      if (const auto* child = std::get_if<std::unique_ptr<Group>>(&item)) {
        swallow(**child);
        continue;
      }
      const Picture::Vertex& vertex = old_.vertices[std::get<std::size_t>(item)];
      place_[std::get<std::size_t>(item)] = made_.vertices.size() - 1;
      whole.nodes.insert(whole.nodes.end(), vertex.nodes.begin(), vertex.nodes.end());
      whole.not_taken = whole.not_taken && (vertex.not_taken || vertex.nodes.empty());
      whole.undecided = whole.undecided || vertex.undecided;
    }
  }

  const Picture& old_;
  const std::size_t depth_;
  Picture made_;
  std::vector<std::size_t> place_;  // old vertex -> new one
};

class Focuser {
 public:
  Focuser(const Picture& picture, const std::string& module)
      : old_(picture), module_(module), place_(picture.vertices.size()) {}

  Picture focus() {
    walk(old_.root, made_.root);
    if (made_.vertices.empty()) return std::move(made_);
    carry_edges(old_, made_, [this](const Edge& edge) -> std::optional<std::pair<std::size_t, std::size_t>> {
      const auto from = place_[edge.from], to = place_[edge.to];
      if (!from && !to) return std::nullopt;
      return std::pair(from ? *from : stub(old_.vertices[edge.from], "from "),
                       to ? *to : stub(old_.vertices[edge.to], "to "));
    });
    return std::move(made_);
  }

 private:
  bool walk(const Group& from, Group& to) {
    for (const Group::Item& item : from.items) {
      if (const auto* index = std::get_if<std::size_t>(&item)) {
        const Picture::Vertex& vertex = old_.vertices[*index];
        const bool terminal = vertex.shape == Shape::argument || vertex.shape == Shape::result;
        if (terminal || !is_in_module(vertex.module, module_)) continue;
        place_[*index] = made_.vertices.size();
        to.items.emplace_back(made_.vertices.size());
        made_.vertices.push_back(vertex);
        continue;
      }
      const Group& child = *std::get<std::unique_ptr<Group>>(item);
      auto made = std::make_unique<Group>(without_items(child));
      if (walk(child, *made)) to.items.emplace_back(std::move(made));
    }
    return !to.items.empty();
  }

  // The module beside the shown one in which the neighbour lies; the neighbour itself where that is around the shown
  // one.
  std::string name_of(const Picture::Vertex& neighbour) const {
    if (neighbour.shape == Shape::argument || neighbour.shape == Shape::result) return neighbour.label;
    if (!is_in_module(module_, neighbour.module)) {
      const std::string& path = neighbour.module;
      std::size_t same = 0;
      while (same < path.size() && same < module_.size() && path[same] == module_[same]) ++same;
      return path.substr(0, path.find('.', same));
    }
    return neighbour.id;
  }

  std::size_t stub(const Picture::Vertex& neighbour, const std::string& direction) {
    const std::string id = direction + name_of(neighbour);
    const auto [entry, inserted] = stubs_.try_emplace(id, made_.vertices.size());
    if (inserted) {
      Picture::Vertex vertex{id, Shape::outside, id, neighbour.module, neighbour.nodes, neighbour.value};
      made_.root.items.emplace_back(made_.vertices.size());
      made_.vertices.push_back(std::move(vertex));
    }
    return entry->second;
  }

  const Picture& old_;
  const std::string& module_;
  Picture made_;
  std::vector<std::optional<std::size_t>> place_;  // old vertex -> new one
  std::map<std::string, std::size_t> stubs_;
};

}  // namespace

Picture collapsed(const Picture& picture, std::size_t depth) { return Collapser(picture, depth).collapse(); }

Picture focused(const Picture& picture, const std::string& module) { return Focuser(picture, module).focus(); }

}  // namespace flopaudit
