// constant-propagation: what is made of constants becomes a constant, as long as it is of types that cannot be changed:
// numbers, strings, None, devices, tuples of them.
//
//   %c: bool = aten::eq.int(3, 4)
//   %y: Tensor = prim::If(%c)
//     then() { ... }                                  =>   %b: Tensor = aten::relu(%x)
//     else() { %b: Tensor = aten::relu(%x)                 (and %b for %y)
//              yield (%b) }
//
// One pass from the first node to the last, and no second one: what only a later change would make constant stays.
#include <algorithm>
#include <iterator>

#include "analyzer/frontend/torchscript/cleanup/constant_ops.h"
#include "analyzer/frontend/torchscript/cleanup/op_effects.h"
#include "analyzer/frontend/torchscript/cleanup/replacements.h"
#include "analyzer/frontend/torchscript/cleanup/scope.h"

namespace flopaudit::cleanup {
namespace {

template <typename T>
void erase_at(std::vector<T>& list, std::size_t i) {
  list.erase(list.begin() + static_cast<std::ptrdiff_t>(i));
}

class ConstantPropagation {
 public:
  explicit ConstantPropagation(const Scope& scope) : scope_(scope) {}

  bool run() {
    run(scope_.top);
    replacements_.apply(scope_.top);
    return changed_;
  }

 private:
  using Position = std::list<std::unique_ptr<Node>>::iterator;

  void run(Region& region) {
    for (auto it = region.nodes.begin(); it != region.nodes.end();) {
      const auto at = it++;  // the node may go
      replacements_.resolve_operands(**at);
      if ((*at)->op.name == "prim::If") {
        run_if(region, at);
      } else if ((*at)->op.name == "prim::Loop") {
        run_loop(region, at);
      } else if (!opens_scope(**at)) {
        fold(**at);
      }
    }
    replacements_.resolve_results(region);
  }

  // --- nodes ---
  bool is_immutable(const Value* value) const { return !can_alias(value->type, scope_.context); }

  void fold(const Node& node) {
    const auto& operands = node.operands;
    const bool fits =
        std::all_of(operands.begin(), operands.end(),
                    [this](const Value* each) { return is_constant(*each) && is_immutable(each); }) &&
        std::all_of(node.results.begin(), node.results.end(), [this](const Value* each) { return is_immutable(each); });
    if (!fits || effects_of(node.op).has_side_effects) return;
    // A result is at most as large as the operands together: each of sixty lines can double a text.
    std::size_t size = 0;
    for (const Value* operand : operands) size += size_of(operand->fact);
    if (size > budget_) return;
    budget_ -= size;
    const std::optional<std::vector<Fact>> facts = fold_constants(node);
    if (!facts) return;
    for (std::size_t i = 0; i < node.results.size(); ++i) {
      const Type type = type_of_constant((*facts)[i], node.results[i]->type);
      replacements_.replace(node.results[i], scope_.graph.constant(type, (*facts)[i]));
      changed_ = true;
    }
  }

  // --- If ---
  void run_if(Region& region, Position at) {
    Node& node = **at;
    if (const std::optional<bool> condition = constant_condition(*node.operands[0])) {
      Region& taken = *node.regions[*condition ? 0 : 1];
      run(taken);
      for (std::size_t i = 0; i < node.results.size(); ++i) replacements_.replace(node.results[i], taken.results[i]);
      region.nodes.splice(at, taken.nodes);
      region.nodes.erase(at);
      changed_ = true;
      return;
    }
    for (auto& branch : node.regions) run(*branch);
    remove_same_results(node);
  }

  static std::optional<bool> constant_condition(const Value& value) {
    const BoolFact* const fact = value.fact.get<BoolFact>();
    return is_constant(value) && fact != nullptr ? fact->value : std::nullopt;
  }

  // Both branches yield the same value. Constants are interned, so equal ones are the same.
  void remove_same_results(Node& node) {
    Region& then = *node.regions[0];
    Region& otherwise = *node.regions[1];
    for (std::size_t i = 0; i < node.results.size();) {
      if (then.results[i] != otherwise.results[i]) {
        ++i;
        continue;
      }
      replacements_.replace(node.results[i], then.results[i]);
      erase_at(node.results, i);
      erase_at(then.results, i);
      erase_at(otherwise.results, i);
      changed_ = true;
    }
  }

  // --- Loop ---
  void run_loop(Region& region, Position at) {
    Node& node = **at;
    if (never_runs(node)) {
      for (std::size_t i = 0; i < node.results.size(); ++i) {
        replacements_.replace(node.results[i], node.operands[i + 2]);
      }
      region.nodes.erase(at);
      changed_ = true;
      return;
    }
    run(*node.regions[0]);
    remove_unchanged_results(node);
  }

  static bool never_runs(const Node& node) {
    const IntFact* const trips = node.operands[0]->fact.get<IntFact>();
    const bool none =
        is_constant(*node.operands[0]) && trips != nullptr && trips->value && trips->value->constant().value_or(1) <= 0;
    return none || constant_condition(*node.operands[1]) == false;
  }

  // The body hands the value on as it got it.
  void remove_unchanged_results(Node& node) {
    Region& body = *node.regions[0];
    for (std::size_t i = node.results.size(); i-- > 0;) {
      if (body.arguments[i + 1] != body.results[i + 1]) continue;
      replacements_.replace(node.results[i], node.operands[i + 2]);
      replacements_.replace(body.arguments[i + 1], node.operands[i + 2]);
      erase_at(node.results, i);
      erase_at(node.operands, i + 2);
      erase_at(body.arguments, i + 1);
      erase_at(body.results, i + 1);
      changed_ = true;
    }
  }

  // Of texts and tuples, in bytes or elements; of all else 0.
  static std::size_t size_of(const Fact& fact) {
    if (const auto* text = fact.get<StrFact>()) return text->value ? text->value->size() : 0;
    const auto* tuple = fact.get<TupleFact>();
    if (tuple == nullptr) return 0;
    std::size_t size = tuple->elements.size();
    for (const Fact& element : tuple->elements) size += size_of(element);
    return size;
  }

  const Scope& scope_;
  Replacements replacements_;
  std::size_t budget_ = 16'000'000;  // far above what a model's constants take; what is beyond it stays as it is
  bool changed_ = false;
};

}  // namespace

void propagate_constants(const Scope& scope) {
  if (ConstantPropagation(scope).run()) eliminate_dead_code(scope);
}

}  // namespace flopaudit::cleanup
