#include "analyzer/frontend/torchscript/cleanup/alias_analysis.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <string>
#include <string_view>

#include "analyzer/frontend/torchscript/cleanup/op_effects.h"

namespace flopaudit::cleanup {
namespace {

template <std::size_t size>
bool contains(const std::array<std::string_view, size>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

constexpr std::array<std::string_view, 4> kCreators = {"prim::CreateObject", "prim::EmptyListLiteral", "prim::tolist",
                                                       "prim::Uninitialized"};
constexpr std::array<std::string_view, 3> kContainers = {"prim::DictConstruct", "prim::ListConstruct",
                                                         "prim::TupleConstruct"};
// Their results may be anything that lies in a container.
constexpr std::array<std::string_view, 6> kExtractors = {"prim::GetAttr",    "prim::ListUnpack", "prim::PythonOp",
                                                         "prim::TupleIndex", "prim::TupleSlice", "prim::TupleUnpack"};
// A list that is made for one of these, and used nowhere else, ends there.
constexpr std::array<std::string_view, 6> kListEndsIn = {
    "aten::broadcast_tensors", "aten::cat", "aten::dstack", "aten::hstack", "aten::stack", "aten::vstack"};

bool is_known_false(const Value& value) {
  const BoolFact* const fact = value.fact.get<BoolFact>();
  return is_constant(value) && fact != nullptr && fact->value == false;
}

}  // namespace

AliasAnalysis::AliasAnalysis(const Scope& scope) : scope_(scope) {
  count_uses(scope.top);
  for (const Value* argument : scope.top.arguments) is_outside(argument);
  analyze(scope.top);
  find_outside();
  std::vector<int> all;
  find_writes(scope.top, all);
}

void AliasAnalysis::count_uses(const Region& region) {
  for (const auto& node : region.nodes) {
    for (const Value* operand : node->operands) {
      Uses& uses = uses_[operand];
      ++uses.count;
      uses.last_user = node.get();
    }
    if (opens_scope(*node)) continue;
    for (const auto& inner : node->regions) count_uses(*inner);
  }
  for (const Value* result : region.results) {
    Uses& uses = uses_[result];
    ++uses.count;
    uses.last_user = nullptr;
    uses.in_scope_results = &region == &scope_.top;
  }
}

// --- elements: what each value points to ---

int AliasAnalysis::element(const Value* value) {
  const auto [found, is_new] = elements_.try_emplace(value, static_cast<int>(points_to_.size()));
  if (is_new) {
    points_to_.emplace_back();
    pointed_from_.emplace_back();
    outside_.push_back(false);
  }
  return found->second;
}

void AliasAnalysis::is_outside(const Value* value) {
  if (can_alias(value)) outside_[static_cast<std::size_t>(element(value))] = true;
}

void AliasAnalysis::points_to(const Value* from, const Value* to) {
  if (!can_alias(from) || !can_alias(to)) return;
  const int from_element = element(from);
  const int to_element = element(to);
  if (from_element == to_element) return;
  points_to_[static_cast<std::size_t>(from_element)].push_back(to_element);
  pointed_from_[static_cast<std::size_t>(to_element)].push_back(from_element);
}

void AliasAnalysis::writes(const Node& node, const Value* value) {
  if (!can_alias(value)) return;
  own_writes_[&node].push_back(element(value));
}

// --- nodes ---

void AliasAnalysis::analyze(const Region& region) {
  for (const auto& node : region.nodes) analyze(*node);
}

void AliasAnalysis::analyze(const Node& node) {
  if (analyze_language(node)) return;
  if (node.op.name == "aten::batch_norm") return analyze_normalization(node, 5, 3);
  if (node.op.name == "aten::instance_norm") return analyze_normalization(node, 5, 3);
  if (effects_of(node.op).conservative) return analyze_conservatively(node);
  analyze_schema(node);
}

bool AliasAnalysis::analyze_language(const Node& node) {
  const std::string& op = node.op.name;
  if (op == "prim::If") {
    analyze_if(node);
  } else if (op == "prim::Loop") {
    analyze_loop(node);
  } else if (contains(kContainers, op)) {
    analyze_container(node);
  } else if (contains(kExtractors, op) || op == "aten::wait") {
    for (const Value* result : node.results) is_outside(result);
  } else if (op == "prim::fork") {
    for (const Value* operand : node.operands) is_outside(operand);
  } else if (op == "prim::SetAttr") {
    writes(node, node.operands.at(0));
    is_outside(node.operands.at(1));
  } else if (op == "prim::unchecked_cast") {
    points_to(node.results.at(0), node.operands.at(0));
  } else {
    return contains(kCreators, op) || op == "prim::isinstance" || op == "prim::Print";
  }
  return true;
}

void AliasAnalysis::analyze_if(const Node& node) {
  for (const auto& branch : node.regions) analyze(*branch);
  for (const auto& branch : node.regions) {
    for (std::size_t i = 0; i < node.results.size(); ++i) points_to(node.results[i], branch->results[i]);
  }
}

// What a body yields is not carried back into its arguments: LibTorch stops there, too.
void AliasAnalysis::analyze_loop(const Node& node) {
  const Region& body = *node.regions.at(0);
  for (std::size_t i = 0; i < node.results.size(); ++i) points_to(body.arguments[i + 1], node.operands[i + 2]);
  analyze(body);
  for (std::size_t i = 0; i < node.results.size(); ++i) points_to(node.results[i], body.results[i + 1]);
}

void AliasAnalysis::analyze_container(const Node& node) {
  const Value* const container = node.results.at(0);
  if (!can_alias(container)) return;
  element(container);
  const auto used = uses_.find(container);
  if (used != uses_.end() && used->second.count == 1) {
    const Uses& uses = used->second;
    const bool is_list = container->type.kind == Type::Kind::list;
    const bool returned = uses.last_user == nullptr && uses.in_scope_results;
    if (returned && node.op.name != "prim::DictConstruct") return;
    if (is_list && uses.last_user != nullptr && contains(kListEndsIn, uses.last_user->op.name)) return;
  }
  for (const Value* operand : node.operands) is_outside(operand);
}

void AliasAnalysis::analyze_conservatively(const Node& node) {
  for (const Value* operand : node.operands) {
    writes(node, operand);
    is_outside(operand);
  }
  for (const Value* result : node.results) is_outside(result);
}

// Running statistics are updated unless it is known that they are only used.
void AliasAnalysis::analyze_normalization(const Node& node, std::size_t training, std::size_t first_statistic) {
  if (node.operands.size() <= training || is_known_false(*node.operands[training])) return;
  writes(node, node.operands[first_statistic]);
  writes(node, node.operands[first_statistic + 1]);
}

void AliasAnalysis::analyze_schema(const Node& node) {
  const OpEffects& effects = effects_of(node.op);
  std::unordered_map<std::string, const Value*> bound;  // set -> the operand that it stands for
  for (const OpEffects::Mark& mark : effects.arguments) {
    if (mark.position >= node.operands.size()) continue;
    const Value* const operand = node.operands[mark.position];
    if (!can_alias(operand) || !bound.try_emplace(mark.sets.front(), operand).second) continue;
    if (mark.writes) writes(node, operand);
    if (mark.escapes) is_outside(operand);
  }
  for (const OpEffects::Mark& mark : effects.results) {
    if (mark.position >= node.results.size()) continue;
    const Value* const result = node.results[mark.position];
    if (mark.sets.empty() || !can_alias(result)) continue;
    if (mark.sets.front() == "*") {
      is_outside(result);
      continue;
    }
    for (const std::string& set : mark.sets) {
      const auto found = bound.find(set);
      if (found != bound.end()) points_to(result, found->second);
    }
    if (mark.writes) writes(node, result);
  }
}

// --- what may be the same ---

void AliasAnalysis::flood(const std::vector<std::vector<int>>& edges, std::vector<int> stack, std::vector<bool>& flag,
                          std::vector<int>* newly_reached) {
  while (!stack.empty()) {
    const int each = stack.back();
    stack.pop_back();
    const auto at = static_cast<std::size_t>(each);
    if (flag[at]) continue;
    flag[at] = true;
    if (newly_reached != nullptr) newly_reached->push_back(each);
    stack.insert(stack.end(), edges[at].begin(), edges[at].end());
  }
}

// A value that is outside takes all objects with it that it may be; and what may be one of those is outside as well.
void AliasAnalysis::find_outside() {
  const std::size_t count = points_to_.size();
  needed_.resize(count);
  live_.resize(count);
  std::vector<int> marked, objects;
  for (std::size_t i = 0; i < count; ++i) {
    if (outside_[i]) marked.push_back(static_cast<int>(i));
  }
  std::vector<bool> below(count), outside(count);
  flood(points_to_, marked, below);
  for (std::size_t i = 0; i < count; ++i) {
    if (below[i] && points_to_[i].empty()) objects.push_back(static_cast<int>(i));
  }
  flood(pointed_from_, objects, outside);
  outside_ = std::move(outside);
}

void AliasAnalysis::find_writes(const Region& region, std::vector<int>& of_region) {
  for (const auto& node : region.nodes) {
    std::vector<int> all;
    if (const auto own = own_writes_.find(node.get()); own != own_writes_.end()) all = own->second;
    if (!opens_scope(*node)) {
      for (const auto& inner : node->regions) find_writes(*inner, all);
    }
    if (all.empty()) continue;
    of_region.insert(of_region.end(), all.begin(), all.end());
    writes_[node.get()] = std::move(all);
  }
}

bool AliasAnalysis::writes_to_outside(const Node& node) const {
  const auto own = own_writes_.find(&node);
  if (own == own_writes_.end()) return false;
  return std::any_of(own->second.begin(), own->second.end(),
                     [this](int each) { return outside_[static_cast<std::size_t>(each)]; });
}

void AliasAnalysis::set_live(const Value* value) {
  const auto found = elements_.find(value);
  if (found == elements_.end()) return;
  std::vector<int> reached, objects;
  flood(points_to_, {found->second}, needed_, &reached);
  std::copy_if(reached.begin(), reached.end(), std::back_inserter(objects),
               [this](int each) { return points_to_[static_cast<std::size_t>(each)].empty(); });
  flood(pointed_from_, std::move(objects), live_);
}

bool AliasAnalysis::writes_to_live(const Node& node) const {
  const auto found = writes_.find(&node);
  if (found == writes_.end()) return false;
  return std::any_of(found->second.begin(), found->second.end(),
                     [this](int each) { return live_[static_cast<std::size_t>(each)]; });
}

}  // namespace flopaudit::cleanup
