#include "analyzer/ir/dot_selection.h"

#include <algorithm>
#include <variant>

#include "analyzer/ir/effects.h"

namespace flopaudit {
namespace {

bool type_holds_tensor(const Type& type) {
  return type.kind == Type::Kind::tensor ||
         std::any_of(type.arguments.begin(), type.arguments.end(), type_holds_tensor);
}

bool makes_or_changes_tensor(const Node& node) {
  // A number of the program in a tensor's clothes; and parameters are no vertices, however they are read.
  if (node.op.name == "prim::NumToTensor" || node.op.name == "prim::GetAttr") return false;
  const auto holds = [](const Value* value) { return holds_tensor(*value); };
  if (std::any_of(node.results.begin(), node.results.end(), holds)) return true;
  const std::vector<std::size_t> written = written_operands(node);
  return std::any_of(written.begin(), written.end(), [&](std::size_t i) { return holds_tensor(*node.operands[i]); });
}

}  // namespace

bool holds_tensor(const Value& value) {
  if (value.fact.tensor() != nullptr) return true;
  const bool other_scalar = value.fact.is_none() || value.fact.get<IntFact>() != nullptr ||
                            value.fact.get<FloatFact>() != nullptr || value.fact.get<BoolFact>() != nullptr;
  return !other_scalar && type_holds_tensor(value.type);
}

DotSelection::DotSelection(const Graph& graph) {
  int place = 0;
  for_each_node(graph.body, [&](const Node& node) {
    vertices_[&node] = node.id >= 0 ? "n" + std::to_string(node.id) : "v" + std::to_string(place);
    ++place;
  });
  select(graph.body);
}

bool DotSelection::select(const Region& region) {
  bool any = false;
  for (const auto& node : region.nodes) {
    bool drawn = makes_or_changes_tensor(*node);
    for (const auto& inner : node->regions) drawn |= select(*inner);
    if (drawn) drawn_.insert(node.get());
    any |= drawn;
  }
  return any;
}

bool DotSelection::is_not_taken(const Region& region) const {
  bool any = false;
  for (const auto& node : region.nodes) {
    if (!is_drawn(*node)) continue;
    if (node->state != WorkState::not_taken) return false;
    any = true;
  }
  return any;
}

}  // namespace flopaudit
