#include "analyzer/ops/list_elements.h"

#include "analyzer/ops/fact_access.h"

namespace flopaudit {
namespace {

Dim combined(Expr (*op)(const Expr&, const Expr&), const Dim& a, const Dim& b) {
  return a && b ? Dim(op(*a, *b)) : std::nullopt;
}

bool is_empty(const ListElements& list) { return list && list->empty(); }

}  // namespace

RuleResult<ListElements*> list_state_at(const Facts& inputs, std::size_t index) {
  FA_RULE(const Fact* fact, fact_at(inputs, index));
  const auto* list = fact->get<ListFact>();
  if (list != nullptr && list->elements) return list->elements.get();
  if (fact->is_unknown()) return missing("a list is unknown");
  return misfit("a list is expected: " + fact->to_string());
}

std::optional<Fact> common_element(const ListElements& list) {
  if (const Fact* element = list.element()) return *element;
  std::optional<Fact> common;
  for (const Fact& element : *list) common = common ? join(*common, element) : element;
  return common;
}

ListElements concatenated(const ListElements& first, const ListElements& second) {
  if (first.is_unknown() || second.is_unknown()) return {};
  if (is_empty(first)) return second;
  if (is_empty(second)) return first;
  if (first && second && static_cast<std::int64_t>(first->size() + second->size()) <= kLongestList) {
    std::vector<Fact> all = *first;
    all.insert(all.end(), second->begin(), second->end());
    return all;
  }
  const Dim length = combined([](const Expr& a, const Expr& b) { return a + b; }, first.length(), second.length());
  return ListElements::uniform(length, join(*common_element(first), *common_element(second)));
}

ListElements repeated(const ListElements& list, const Dim& times) {
  if (list.is_unknown() || is_empty(list)) return list;
  const std::optional<std::int64_t> number = times ? times->constant() : std::nullopt;
  if (number && *number <= 0) return std::vector<Fact>();
  if (list && number && *number <= kLongestList && *number * static_cast<std::int64_t>(list->size()) <= kLongestList) {
    std::vector<Fact> all;
    for (std::int64_t i = 0; i < *number; ++i) all.insert(all.end(), list->begin(), list->end());
    return all;
  }
  const Dim length = combined([](const Expr& a, const Expr& b) { return a * max(b, Expr(0)); }, list.length(), times);
  return ListElements::uniform(length, *common_element(list));
}

ListElements some_elements(const ListElements& list, Dim length) {
  if (list.is_unknown()) return {};
  const std::optional<Fact> common = common_element(list);
  return common ? ListElements::uniform(std::move(length), *common) : list;
}

std::optional<OneOfAll> one_of_all(const Facts& inputs, std::size_t index) {
  const auto* list = index < inputs.size() ? inputs[index].get<ListFact>() : nullptr;
  if (list == nullptr || !list->elements || !list->elements->is_uniform()) return std::nullopt;
  const Dim length = list->elements->length();
  if (!length) return std::nullopt;
  OneOfAll one{inputs, *length};
  one.inputs[index] = Fact::list({*list->elements->element()});
  return one;
}

}  // namespace flopaudit
