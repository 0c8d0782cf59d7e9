#include "tests/op_oracle/concrete_facts.h"

#include <algorithm>
#include <array>
#include <set>

#include "analyzer/ir/fact_symbols.h"

namespace flopaudit {

std::map<std::string, Expr> numbers_for_symbols(const Facts& facts) {
  constexpr std::array kNumbers = {11, 13, 17, 19, 23, 29, 31, 37};
  std::set<std::string> symbols;
  for (const Fact& fact : facts) symbols.merge(symbols_of(fact));
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
