// dead-code: nodes that nothing uses and that change nothing which can be seen.
//
// Marked are, from the last node of a region to the first: what has side effects, what makes a value that a marked node
// or the function's return uses, and what writes to an object that one of these values may be. The order matters,
// because a write behind the last read of an object is dead. A marked node marks the nodes around it: so a loop that
// counts for nothing stays, as in LibTorch, because each round uses the count of the one before. Results of an If or
// Loop without a use go with the branches' values.
#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <unordered_map>
#include <unordered_set>

#include "analyzer/frontend/torchscript/cleanup/alias_analysis.h"
#include "analyzer/frontend/torchscript/cleanup/op_effects.h"
#include "analyzer/frontend/torchscript/cleanup/scope.h"

namespace flopaudit::cleanup {
namespace {

template <typename T>
void erase_at(std::vector<T>& list, std::size_t i) {
  list.erase(list.begin() + static_cast<std::ptrdiff_t>(i));
}

class DeadCode {
 public:
  explicit DeadCode(const Scope& scope) : scope_(scope) {}

  void run() {
    remove_unused_fork_operands(scope_.top);
    if (needs_aliases()) aliases_.emplace(scope_);
    count_uses(scope_.top);
    mark(scope_.top);
    sweep(scope_.top);
  }

 private:
  // Without a node that writes, nothing needs to be known of aliases.
  bool needs_aliases() const {
    bool found = false;
    for_each_node_of_scope(scope_.top, [&found](const Node& node) {
      const bool statistics = node.op.name == "aten::batch_norm" || node.op.name == "aten::instance_norm";
      found = found || statistics || effects_of(node.op).writes();
    });
    return found;
  }

  // --- uses, and where nodes are ---
  void count_uses(const Region& region) {
    for (const auto& node : region.nodes) {
      region_of_[node.get()] = &region;
      for (const Value* operand : node->operands) ++uses_[operand];
      if (opens_scope(*node)) continue;
      for (const auto& inner : node->regions) count_uses(*inner);
    }
    for (const Value* result : region.results) ++uses_[result];
  }
  bool has_uses(const Value* value) const {
    const auto found = uses_.find(value);
    return found != uses_.end() && found->second > 0;
  }

  // --- marking ---
  bool has_side_effects(const Node& node) {
    const auto known = side_effects_.find(&node);
    if (known != side_effects_.end()) return known->second;
    bool found = effects_of(node.op).has_side_effects || (aliases_ && aliases_->writes_to_outside(node));
    if (!opens_scope(node)) {
      for (const auto& region : node.regions) {
        for (const auto& inner : region->nodes) found = has_side_effects(*inner) || found;
      }
    }
    return side_effects_[&node] = found;
  }

  void set_live(const Value* value) {
    if (!live_.insert(value).second) return;
    ++version_;
    if (aliases_) aliases_->set_live(value);
  }

  // With the nodes around it.
  void mark(const Node& node) {
    for (const Node* each = &node; each != nullptr; each = region_of_.at(each)->parent) {
      if (!marked_.insert(each).second) return;
      ++version_;
      for (const Value* operand : each->operands) set_live(operand);
      if (region_of_.at(each) == &scope_.top) return;
    }
  }

  // To be run again for a loop's body until nothing changes. A run that changed nothing need not be repeated before
  // something else did: nested loops would take exponential time.
  void mark(const Region& region) {
    const auto settled = settled_at_.find(&region);
    if (settled != settled_at_.end() && settled->second == version_) return;
    const std::size_t before = version_;
    for (const auto& node : region.nodes) {
      if (has_side_effects(*node)) mark(*node);
    }
    mark_results(region);
    for (auto it = region.nodes.rbegin(); it != region.nodes.rend(); ++it) {
      const Node& node = **it;
      if (!opens_scope(node)) mark_regions(node);
      const bool used = std::any_of(node.results.begin(), node.results.end(),
                                    [this](const Value* result) { return live_.contains(result); });
      if (used || (aliases_ && aliases_->writes_to_live(node))) mark(node);
    }
    if (before == version_) settled_at_[&region] = version_;
  }

  void mark_regions(const Node& node) {
    std::size_t before = 0;
    do {
      before = version_;
      for (const auto& region : node.regions) mark(*region);
    } while (node.op.name == "prim::Loop" && before != version_);
  }

  // Of what a region yields, that alone is live which is used outside, or in the next round. Looked at once only.
  void mark_results(const Region& region) {
    if (!results_seen_.insert(&region).second) return;
    if (&region == &scope_.top) {
      for (const Value* result : region.results) set_live(result);
      return;
    }
    const Node& node = *region.parent;
    const bool is_loop = node.op.name == "prim::Loop";
    for (std::size_t i = 0; i < node.results.size(); ++i) {
      const bool next_round = is_loop && has_uses(region.arguments[i + 1]);
      if (!next_round && !live_.contains(node.results[i])) continue;
      const Value* const result = region.results[is_loop ? i + 1 : i];
      set_live(result);
      if (next_round && stands_where_written(*result)) mark(node);
    }
    if (!is_loop) return;
    set_live(region.results[0]);
    if (is_constant(*region.results[0])) mark_condition(node);
  }

  // A constant is a node to LibTorch, and as such marks what is around it. Those of numbers stand at the function's
  // start, all others where they are written: what a body yields for its next round is written in the body.
  static bool stands_where_written(const Value& value) {
    if (!is_constant(value)) return false;
    const Type::Kind kind = value.type.kind;
    return kind != Type::Kind::integer && kind != Type::Kind::floating && kind != Type::Kind::complex;
  }

  // The constant condition of a `for` stands beside the loop, that of a `while`, which has no trip count, in it.
  void mark_condition(const Node& loop) {
    const IntFact* const trips = loop.operands[0]->fact.get<IntFact>();
    const bool is_while = is_constant(*loop.operands[0]) && trips != nullptr &&
                          trips->value == Expr(std::numeric_limits<std::int64_t>::max());
    if (is_while) return mark(loop);
    const Region& around = *region_of_.at(&loop);
    if (&around != &scope_.top) mark(*around.parent);
  }

  // --- removing ---
  void sweep(Region& region) {
    for (auto it = region.nodes.end(); it != region.nodes.begin();) {
      --it;
      Node& node = **it;
      if (node.op.name == "prim::If") remove_unused_if_results(node);
      if (node.op.name == "prim::Loop") remove_unused_loop_results(node);
      if (!opens_scope(node)) {
        for (auto& inner : node.regions) sweep(*inner);
      }
      const bool used = std::any_of(node.results.begin(), node.results.end(),
                                    [this](const Value* result) { return has_uses(result); });
      if (used || marked_.contains(&node)) continue;
      forget(node);
      it = region.nodes.erase(it);
    }
  }

  // The uses that go with a node.
  void forget(const Node& node) {
    for (const Value* operand : node.operands) --uses_[operand];
    if (opens_scope(node)) return;
    for (const auto& region : node.regions) {
      for (const auto& inner : region->nodes) forget(*inner);
      for (const Value* result : region->results) --uses_[result];
    }
  }

  void remove_result(Region& region, std::size_t i) {
    --uses_[region.results[i]];
    erase_at(region.results, i);
  }

  void remove_unused_if_results(Node& node) {
    for (std::size_t i = node.results.size(); i-- > 0;) {
      if (has_uses(node.results[i])) continue;
      erase_at(node.results, i);
      for (auto& branch : node.regions) remove_result(*branch, i);
    }
  }

  void remove_unused_loop_results(Node& node) {
    Region& body = *node.regions.at(0);
    for (std::size_t i = node.results.size(); i-- > 0;) {
      if (has_uses(node.results[i]) || has_uses(body.arguments[i + 1])) continue;
      erase_at(node.results, i);
      --uses_[node.operands[i + 2]];
      erase_at(node.operands, i + 2);
      erase_at(body.arguments, i + 1);
      remove_result(body, i + 1);
    }
  }

  // A fork's operands stand for the arguments of its body, one to one. The one behind a removed one is not looked at:
  // so does LibTorch, and of two unused in a row one stays.
  void remove_unused_fork_operands(Region& region) {
    for (auto& node : region.nodes) {
      if (opens_scope(*node) && !node->regions.empty()) {
        Region& body = *node->regions.front();
        std::unordered_set<const Value*> used;
        collect_uses(body, used);
        for (std::size_t i = 0; i < std::min(node->operands.size(), body.arguments.size()); ++i) {
          if (used.contains(body.arguments[i])) continue;
          erase_at(node->operands, i);
          erase_at(body.arguments, i);
        }
        continue;
      }
      for (auto& inner : node->regions) remove_unused_fork_operands(*inner);
    }
  }
  static void collect_uses(const Region& region, std::unordered_set<const Value*>& used) {
    for (const auto& node : region.nodes) {
      used.insert(node->operands.begin(), node->operands.end());
      if (opens_scope(*node)) continue;
      for (const auto& inner : node->regions) collect_uses(*inner, used);
    }
    used.insert(region.results.begin(), region.results.end());
  }

  const Scope& scope_;
  std::optional<AliasAnalysis> aliases_;
  std::unordered_map<const Value*, int> uses_;
  std::unordered_map<const Node*, const Region*> region_of_;
  std::unordered_map<const Node*, bool> side_effects_;
  std::unordered_set<const Node*> marked_;
  std::unordered_set<const Value*> live_;
  std::unordered_set<const Region*> results_seen_;
  std::unordered_map<const Region*, std::size_t> settled_at_;
  std::size_t version_ = 1;  // grows with each mark
};

}  // namespace

void eliminate_dead_code(const Scope& scope) { DeadCode(scope).run(); }

}  // namespace flopaudit::cleanup
