#include "tests/op_oracle/concrete_facts.h"

#include <algorithm>
#include <array>
#include <set>

#include "passes/interpreter/fact_tools.h"

namespace flopaudit {
namespace {

void add_symbols(const std::optional<Expr>& expr, std::set<std::string>& symbols) {
  if (expr) symbols.merge(expr->symbols());
}

void add_symbols(const Fact& fact, std::set<std::string>& symbols) {
  if (const auto* integer = fact.get<IntFact>()) add_symbols(integer->value, symbols);
  if (const auto* tensor = fact.tensor(); tensor && tensor->dims) {
    for (const Dim& dim : *tensor->dims) add_symbols(dim, symbols);
  }
  if (const auto* tuple = fact.get<TupleFact>()) {
    for (const Fact& element : tuple->elements) add_symbols(element, symbols);
  }
  if (const auto* list = fact.get<ListFact>(); list && list->elements && *list->elements) {
    for (const Fact& element : **list->elements) add_symbols(element, symbols);
  }
  if (const auto* dict = fact.get<DictFact>(); dict && dict->items && *dict->items) {
    for (const auto& [key, value] : **dict->items) {
      add_symbols(key, symbols);
      add_symbols(value, symbols);
    }
  }
}

}  // namespace

std::map<std::string, Expr> numbers_for_symbols(const Facts& facts) {
  constexpr std::array kNumbers = {11, 13, 17, 19, 23, 29, 31, 37};
  std::set<std::string> symbols;
  for (const Fact& fact : facts) add_symbols(fact, symbols);
  std::map<std::string, Expr> numbers;
  for (const std::string& symbol : symbols) numbers[symbol] = kNumbers.at(numbers.size());
  return numbers;
}

Facts substituted(const Facts& facts, const std::map<std::string, Expr>& numbers) {
  Facts result;
  for (const Fact& fact : facts) result.push_back(substitute(fact, numbers));
  return result;
}

bool all_complete(const Facts& facts) {
  return std::ranges::all_of(facts, [](const Fact& fact) { return fact.is_complete(); });
}

}  // namespace flopaudit
