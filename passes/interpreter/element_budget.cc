#include "passes/interpreter/element_budget.h"

namespace flopaudit {

Fact ElementBudget::snapshot(const Fact& fact) {
  std::int64_t facts = 0;
  Fact copy = fact.snapshot(&facts);
  keep(facts - 1);
  return copy;
}

std::vector<Fact> ElementBudget::snapshots(const std::vector<Fact>& facts) {
  std::vector<Fact> copies;
  copies.reserve(facts.size());
  for (const Fact& fact : facts) copies.push_back(snapshot(fact));
  return copies;
}

std::int64_t ElementBudget::size(const Fact& fact) {
  std::size_t elements = 0;
  if (const auto* tuple = fact.get<TupleFact>()) elements = tuple->elements.size();
  if (const auto* list = fact.get<ListFact>(); list && list->elements && *list->elements) {
    elements = (*list->elements)->size();
  }
  if (const auto* dict = fact.get<DictFact>(); dict && dict->items && *dict->items) elements = (*dict->items)->size();
  return static_cast<std::int64_t>(elements);
}

}  // namespace flopaudit
