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

bool is_plumbing(const Node& node) { return node.op.name.rfind("prim::", 0) == 0; }

bool makes_or_changes_tensor(const Node& node) {
  // A number of the program in a tensor's clothes; and parameters are no vertices, however they are read.
  if (node.op.name == "prim::NumToTensor" || node.op.name == "prim::GetAttr" || is_alias(node)) return false;
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

bool is_alias(const Node& node) { return node.op.name == "prim::unchecked_cast" && node.operands.size() == 1; }

const Region* taken_branch(const Node& node) {
  if (node.op.name != "prim::If" || node.regions.size() != 2 || node.cases.empty()) return nullptr;
  const Region* taken = nullptr;
  for (const Execution& execution : node.cases) {
    const auto* condition = execution.inputs.empty() ? nullptr : execution.inputs[0].get<BoolFact>();
    if (condition == nullptr || !condition->value) return nullptr;
    const Region* const branch = node.regions[*condition->value ? 0 : 1].get();
    if (taken != nullptr && taken != branch) return nullptr;
    taken = branch;
  }
  return taken;
}

DotSelection::DotSelection(const Graph& graph, bool all) : all_(all) {
  int place = 0;
  for_each_node(graph.body, [&](const Node& node) {
    vertices_[&node] = node.id >= 0 ? "n" + std::to_string(node.id) : "v" + std::to_string(place);
    ++place;
    if (!all && node.state == WorkState::not_taken && !is_plumbing(node)) ++left_out_;
  });
  select(graph.body);
  used_.insert(graph.body.results.begin(), graph.body.results.end());
  drop_unused(graph.body);
  used_.clear();
}

// Backwards, so that every use is met before what it uses: tuples that nobody opens, tensors under names that nobody
// reads.
void DotSelection::drop_unused(const Region& region) {
  const auto is_used = [this](const Value* value) { return used_.contains(value); };
  for (auto at = region.nodes.rbegin(); at != region.nodes.rend(); ++at) {
    const Node& node = **at;
    const bool any_used = std::any_of(node.results.begin(), node.results.end(), is_used);
    if (const Region* branch = inlined(node)) {
      for (std::size_t i = 0; i < node.results.size() && i < branch->results.size(); ++i) {
        if (is_used(node.results[i])) used_.insert(branch->results[i]);
      }
      drop_unused(*branch);
    } else if (!is_drawn(node)) {
      if (is_alias(node) && any_used) used_.insert(node.operands[0]);
    } else if (is_plumbing(node) && node.regions.empty() && !any_used && !node.results.empty()) {
      drawn_.erase(&node);
    } else {
      used_.insert(node.operands.begin(), node.operands.end());
      for (const auto& inner : node.regions) {
        used_.insert(inner->results.begin(), inner->results.end());
        drop_unused(*inner);
      }
    }
  }
}

bool DotSelection::select(const Region& region) {
  bool any = false;
  for (const auto& node : region.nodes) any |= select(*node);
  return any;
}

bool DotSelection::select(const Node& node) {
  if (!all_ && node.state == WorkState::not_taken) return false;
  if (const Region* branch = inlined(node)) return select(*branch);
  bool drawn = makes_or_changes_tensor(node);
  for (const auto& inner : node.regions) drawn |= select(*inner);
  if (drawn) drawn_.insert(&node);
  return drawn;
}

bool DotSelection::is_not_taken(const Region& region) const {
  bool any = false;
  bool taken = false;
  for_each_drawn(region, [&](const Node& node) {
    any = true;
    taken = taken || node.state != WorkState::not_taken;
  });
  return any && !taken;
}

}  // namespace flopaudit
