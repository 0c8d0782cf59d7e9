#include "passes/interpreter/alternatives.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "analyzer/ir/effects.h"
#include "analyzer/ops/derived_ops.h"
#include "analyzer/ops/element_values.h"
#include "analyzer/ops/op_registry.h"
#include "analyzer/ops/size_conditions.h"
#include "analyzer/ops/size_equations.h"
#include "passes/interpreter/fact_tools.h"

namespace flopaudit {
namespace {

constexpr std::size_t kMaxChoices = 16;
constexpr std::size_t kLongestList = 64;  // that is searched for alternatives

const std::vector<Fact>* elements_of(const Fact& fact) {
  if (const auto* tuple = fact.get<TupleFact>()) return &tuple->elements;
  const auto* list = fact.get<ListFact>();
  return list != nullptr && list->elements && *list->elements ? &**list->elements : nullptr;
}

bool has_alternatives(const Fact& fact) {
  if (fact.alternatives() != nullptr) return true;
  const std::vector<Fact>* elements = elements_of(fact);
  return elements != nullptr && elements->size() <= kLongestList &&
         std::ranges::any_of(*elements, [](const Fact& element) { return has_alternatives(element); });
}

// Every way to choose one fact of each; nothing: too many.
std::optional<std::vector<Facts>> all_choices(const std::vector<std::vector<Fact>>& each) {
  std::vector<Facts> chosen = {{}};
  for (const std::vector<Fact>& facts : each) {
    if (chosen.size() * facts.size() > kMaxChoices) return std::nullopt;
    std::vector<Facts> longer;
    for (const Facts& start : chosen) {
      for (const Fact& fact : facts) {
        longer.push_back(start);
        longer.back().push_back(fact);
      }
    }
    chosen = std::move(longer);
  }
  return chosen;
}

// The fact without alternatives, in all ways; empty: too many.
std::vector<Fact> decided(const Fact& fact) {
  if (!has_alternatives(fact)) return {fact};
  std::vector<std::vector<Fact>> each;
  if (const std::vector<Fact>* alternatives = fact.alternatives()) {
    std::vector<Fact> all;
    for (const Fact& alternative : *alternatives) {
      const std::vector<Fact> ways = decided(alternative);
      if (ways.empty()) return {};
      all.insert(all.end(), ways.begin(), ways.end());
    }
    return all;
  }
  for (const Fact& element : *elements_of(fact)) {
    each.push_back(decided(element));
    if (each.back().empty()) return {};
  }
  const auto chosen = all_choices(each);
  std::vector<Fact> all;
  for (const Facts& elements : chosen ? *chosen : std::vector<Facts>()) {
    all.push_back(fact.get<TupleFact>() != nullptr ? Fact::tuple(elements) : Fact::list(elements));
  }
  return all;
}

// Changes no list or dict, and does not only hand on what it is given.
bool is_asked_for_each(const Node& node, const OpSpec& row) {
  if (node.op.name.starts_with("prim::") || node.op.name == "aten::wait") return false;
  if (row.form != nullptr && row.form->kind == DerivedForm::Kind::out) return false;
  const std::vector<std::size_t> written = written_operands(node);
  return std::ranges::all_of(written, [&](std::size_t i) { return node.operands[i]->type.kind == Type::Kind::tensor; });
}

// An operand that is given twice is one and the same.
std::vector<Facts> input_choices(const Node& node, const Facts& inputs) {
  std::vector<std::vector<Fact>> each;
  std::vector<std::size_t> place;  // of an operand among those that differ
  std::vector<std::size_t> first;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const auto begin = node.operands.begin();
    const auto at =
        static_cast<std::size_t>(std::find(begin, begin + static_cast<std::ptrdiff_t>(i), node.operands[i]) - begin);
    place.push_back(at < i ? place[at] : each.size());
    if (at < i) continue;
    each.push_back(decided(inputs[i]));
    if (each.back().empty()) return {};
  }
  std::vector<Facts> all;
  const auto chosen = all_choices(each);
  for (const Facts& choice : chosen ? *chosen : std::vector<Facts>()) {
    Facts& facts = all.emplace_back();
    for (const std::size_t i : place) facts.push_back(choice[i]);
  }
  return all;
}

}  // namespace

Fact each_alternative(const Fact& fact, const std::function<Fact(const Fact&)>& change) {
  const std::vector<Fact>* alternatives = fact.alternatives();
  if (alternatives == nullptr) return change(fact);
  std::vector<Fact> changed;
  for (const Fact& alternative : *alternatives) changed.push_back(change(alternative));
  return Fact::one_of(std::move(changed), fact.get<UnknownFact>()->why);
}

const Fact* counterpart(const Fact& fact, const Fact& alternative) {
  const auto is_one_kind = [&alternative](const Fact& each) {
    return !each.is_unknown() && !join(each, alternative).is_unknown();
  };
  if (fact.alternatives() == nullptr) return is_one_kind(fact) ? &fact : nullptr;
  const auto found = std::ranges::find_if(*fact.alternatives(), is_one_kind);
  return found == fact.alternatives()->end() ? nullptr : &*found;
}

Fact narrowed(const Fact& fact, const Type& type) {
  const std::vector<Fact>* alternatives = fact.alternatives();
  if (alternatives == nullptr) return fact;
  std::vector<Fact> possible;
  for (const Fact& alternative : *alternatives) {
    if (is_instance(alternative, Type::of(Type::Kind::any), type.to_string()) != std::optional(false)) {
      possible.push_back(alternative);
    }
  }
  return possible.empty() ? fact : Fact::one_of(std::move(possible), fact.get<UnknownFact>()->why);
}

RuleResult<std::vector<Choice>> choices_of(const Node& node, const OpSpec& row, const Facts& inputs) {
  std::vector<Choice> choices;
  if (std::ranges::none_of(inputs, has_alternatives) || !is_asked_for_each(node, row)) return choices;
  std::optional<RuleFailure> refusal;
  for (Facts& chosen : input_choices(node, inputs)) {
    // What only one choice needs does not hold of the program.
    const SizeConditionScope conditions;
    const SizeEquationScope equations;
    RuleResult<Facts> results = shape_of(row, chosen);
    if (!results && results.failure().kind != RuleFailure::Kind::misfit) return results.failure();
    if (!results) {
      refusal = results.failure();
      continue;
    }
    fill_elements(node.op.full(), chosen, *results);
    choices.push_back({std::move(chosen), *std::move(results)});
  }
  if (choices.empty() && refusal) return *refusal;
  return choices;
}

}  // namespace flopaudit
