// Relations between expressions: as text with the terms on the side where they are positive, and solved for a symbol.
#include <algorithm>
#include <optional>
#include <utility>

#include "analyzer/support/expr.h"
#include "analyzer/support/expr_node.h"
#include "analyzer/support/expr_roots.h"

namespace flopaudit {
namespace {

using Kind = ExprAtom::Kind;

bool never_falls(const Expr& a);

// The atom never falls when its symbols grow, and is never negative.
bool never_falls(const ExprAtom& atom) {
  if (atom.kind == Kind::symbol) return true;
  if (atom.kind == Kind::floor_div) {
    return never_falls(atom.arguments[0]) && atom.arguments[1].constant().value_or(0) > 0;
  }
  if (atom.kind == Kind::floor_times) return never_falls(atom.arguments[0]);
  if (atom.kind != Kind::min && atom.kind != Kind::max) return false;
  return std::ranges::all_of(atom.arguments, [](const Expr& argument) { return never_falls(argument); });
}

bool never_falls(const Expr& a) {
  if (ExprBuilder::special(a)) return false;
  return std::ranges::all_of(ExprBuilder::terms(a), [](const ExprTerm& term) {
    return term.coefficient > 0 && std::ranges::all_of(term.factors, [&term](const ExprAtomPtr& factor) {
             const bool sign_known =
                 term.factors.size() == 1 || lower_bound(ExprBuilder::monomial(1, {factor})).value_or(-1) >= 0;
             return sign_known && never_falls(*factor);
           });
  });
}

}  // namespace

std::optional<SymbolBound> least_for_nonnegative(const Expr& value) {
  const std::set<std::string> symbols = value.symbols();
  if (symbols.size() != 1 || symbols.begin()->back() == ')' || !never_falls(value)) return std::nullopt;
  const std::string& symbol = *symbols.begin();
  const auto holds_at = [&](std::int64_t size) {
    return value.substitute({{symbol, Expr(size)}}).constant().value_or(-1) >= 0;
  };
  constexpr std::int64_t kLargest = std::int64_t{1} << 40;
  std::int64_t fails = 0;
  std::int64_t holds = 1;
  while (!holds_at(holds)) {
    if (holds >= kLargest) return std::nullopt;
    fails = holds;
    holds *= 2;
  }
  while (holds - fails > 1) {
    const std::int64_t middle = fails + (holds - fails) / 2;
    (holds_at(middle) ? holds : fails) = middle;
  }
  return SymbolBound{symbol, holds};
}

std::optional<SymbolBound> only_root(const Expr& value) {
  for (const Expr& rising : {value, Expr(0) - value}) {
    const std::optional<SymbolBound> from = least_for_nonnegative(rising);
    if (!from) continue;
    const auto at = [&](std::int64_t size) { return rising.substitute({{from->symbol, Expr(size)}}).constant(); };
    if (at(from->least) == 0 && at(from->least + 1).value_or(0) > 0) return from;
  }
  return std::nullopt;
}

std::string relation_text(const Expr& a, std::string_view relation, const Expr& b) {
  const Expr difference = a - b;
  if (ExprBuilder::special(difference)) return a.to_string() + " " + std::string(relation) + " " + b.to_string();
  const std::int64_t constant = ExprBuilder::constant_part(difference);
  Expr left = constant > 0 ? Expr(constant) : Expr(0);
  Expr right = constant < 0 ? Expr(0) - Expr(constant) : Expr(0);
  for (const ExprTerm& term : ExprBuilder::terms(difference)) {
    const Expr one = ExprBuilder::monomial(1, term.factors);
    if (term.coefficient > 0) left += Expr(term.coefficient) * one;
    if (term.coefficient < 0) right -= Expr(term.coefficient) * one;
  }
  if (relation == "=" && left.is_constant()) std::swap(left, right);
  return left.to_string() + " " + std::string(relation) + " " + right.to_string();
}

}  // namespace flopaudit
