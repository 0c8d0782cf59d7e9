// floor_div, ceil_div, mod, min, max and what replaces symbols in them. gcd and window_taps are in expr_counts.cc.
#include <algorithm>
#include <bit>
#include <functional>
#include <limits>
#include <numeric>
#include <utility>

#include "analyzer/support/expr.h"
#include "analyzer/support/expr_log2.h"
#include "analyzer/support/expr_node.h"
#include "analyzer/support/expr_scaling.h"

namespace flopaudit {
namespace {

using Kind = ExprAtom::Kind;

std::int64_t floor_quotient(std::int64_t a, std::int64_t b) {
  return a % b != 0 && (a < 0) != (b < 0) ? a / b - 1 : a / b;
}

// Not a - b * floor_quotient(a, b), whose product may not fit.
std::int64_t floor_remainder(std::int64_t a, std::int64_t b) {
  const std::int64_t remainder = a % b;
  return remainder != 0 && (remainder < 0) != (b < 0) ? remainder + b : remainder;
}

// The term of `a` over that of `b`, where its atoms and coefficient are multiples.
std::optional<Expr> exact_quotient(const ExprTerm& a, const ExprTerm& b) {
  if (b.coefficient == -1 && a.coefficient == std::numeric_limits<std::int64_t>::min()) return std::nullopt;
  if (a.coefficient % b.coefficient != 0) return std::nullopt;
  std::vector<ExprAtomPtr> factors;
  std::size_t next = 0;
  for (const ExprAtomPtr& factor : a.factors) {
    if (next < b.factors.size() && b.factors[next]->text == factor->text) {
      ++next;
    } else {
      factors.push_back(factor);
    }
  }
  if (next < b.factors.size()) return std::nullopt;
  return ExprBuilder::monomial(a.coefficient / b.coefficient, std::move(factors));
}

// By a number: the multiples of it in all coefficients; the rest's constant is in [0, number).
ExprDivision split_by_number(const Expr& a, std::int64_t number) {
  ExprDivision result{floor_quotient(ExprBuilder::constant_part(a), number),
                      floor_remainder(ExprBuilder::constant_part(a), number)};
  for (const ExprTerm& term : ExprBuilder::terms(a)) {
    result.quotient += ExprBuilder::monomial(term.coefficient / number, term.factors);
    result.rest += ExprBuilder::monomial(term.coefficient % number, term.factors);
  }
  return result;
}

// By one term: the terms that are multiples of it.
ExprDivision split_by_term(const Expr& a, const ExprTerm& divisor) {
  ExprDivision result{0, ExprBuilder::constant_part(a)};
  for (const ExprTerm& term : ExprBuilder::terms(a)) {
    const auto exact = exact_quotient(term, divisor);
    if (exact) {
      result.quotient += *exact;
    } else {
      result.rest += ExprBuilder::monomial(term.coefficient, term.factors);
    }
  }
  return result;
}

// By the leading term, again and again: N*H + H by N + 1 is H. All of a, or nothing.
ExprDivision split_by_sum(const Expr& a, const Expr& b) {
  constexpr int kMaxSteps = 64;
  ExprDivision result{0, a};
  for (int step = 0; step < kMaxSteps && !ExprBuilder::special(result.rest); ++step) {
    if (result.rest == Expr(0)) return result;
    if (result.rest.is_constant()) break;
    const auto exact = exact_quotient(ExprBuilder::terms(result.rest).front(), ExprBuilder::terms(b).front());
    if (!exact) break;
    result.quotient += *exact;
    result.rest -= *exact * b;
  }
  return {0, a};
}

std::int64_t greatest_divisor(const Expr& a, std::int64_t divisor, bool with_constant) {
  for (const ExprTerm& term : ExprBuilder::terms(a)) {
    if (term.coefficient == std::numeric_limits<std::int64_t>::min()) return 1;
    divisor = std::gcd(divisor, term.coefficient);
  }
  const std::int64_t constant = ExprBuilder::constant_part(a);
  if (with_constant && constant == std::numeric_limits<std::int64_t>::min()) return 1;
  return with_constant ? std::gcd(divisor, constant) : divisor;
}

// Every coefficient divided; the constant, where it is no multiple, rounded down.
Expr divide_coefficients(const Expr& a, std::int64_t divisor) {
  std::vector<ExprTerm> terms = ExprBuilder::terms(a);
  for (ExprTerm& term : terms) term.coefficient /= divisor;
  return ExprBuilder::make(floor_quotient(ExprBuilder::constant_part(a), divisor), std::move(terms));
}

bool between_zero_and(const Expr& a, const Expr& end) {
  return always_less_equal(0, a).value_or(false) && always_less(a, end).value_or(false);
}

// floor_div(floor_div(x, b) + k, c) is floor_div(x + k*b, b*c) for positive constants b and c: two pools in a row.
std::optional<Expr> nested_floor_div(const Expr& rest, std::int64_t divisor) {
  const Expr without = rest - Expr(ExprBuilder::constant_part(rest));
  const ExprAtom* inner = ExprBuilder::sole_atom(without, Kind::floor_div);
  if (inner == nullptr || !inner->arguments[1].is_constant()) return std::nullopt;
  const Expr& inner_divisor = inner->arguments[1];
  const Expr joined = inner->arguments[0] + Expr(ExprBuilder::constant_part(rest)) * inner_divisor;
  const Expr product = inner_divisor * Expr(divisor);
  if (ExprBuilder::special(joined) || ExprBuilder::special(product)) return std::nullopt;
  return floor_div(joined, product);
}

// The cases that floor_div, ceil_div and mod share.
std::optional<Expr> special_division(const Expr& a, const Expr& b) {
  if (ExprBuilder::special(a) || ExprBuilder::special(b)) return ExprBuilder::special_of(a, b);
  if (b == Expr(0)) return Expr::undefined();
  return std::nullopt;
}

Expr extremum(const Expr& a, const Expr& b, Kind kind) {
  if (ExprBuilder::special(a) || ExprBuilder::special(b)) return ExprBuilder::special_of(a, b);
  const bool is_min = kind == Kind::min;
  if (a.is_constant() && b.is_constant()) return (*a.constant() < *b.constant()) == is_min ? a : b;
  std::vector<Expr> arguments;
  // Keeps only arguments that no other one makes superfluous.
  const auto add = [&arguments, is_min](const Expr& candidate) {
    for (const Expr& other : arguments) {
      const auto decided = is_min ? always_less_equal(other, candidate) : always_less_equal(candidate, other);
      if (decided.value_or(false)) return;
    }
    std::erase_if(arguments, [&](const Expr& other) {
      return (is_min ? always_less_equal(candidate, other) : always_less_equal(other, candidate)).value_or(false);
    });
    arguments.push_back(candidate);
  };
  for (const Expr* side : {&a, &b}) {
    if (const ExprAtom* inner = ExprBuilder::sole_atom(*side, kind)) {
      for (const Expr& argument : inner->arguments) add(argument);
    } else {
      add(*side);
    }
  }
  if (arguments.size() == 1) return arguments.front();
  std::vector<std::pair<std::string, Expr>> sorted;
  for (Expr& argument : arguments) {
    // '~' sorts behind every name: the constant comes last.
    std::string key = argument.is_constant() ? "~" : argument.to_string();
    sorted.emplace_back(std::move(key), std::move(argument));
  }
  std::ranges::sort(sorted, {}, &std::pair<std::string, Expr>::first);
  arguments.clear();
  for (auto& [key, argument] : sorted) arguments.push_back(std::move(argument));
  return ExprBuilder::atom(kind, std::move(arguments));
}

Expr apply_function(Kind kind, const std::vector<Expr>& arguments) {
  if (kind == Kind::floor_div) return floor_div(arguments[0], arguments[1]);
  if (kind == Kind::mod) return mod(arguments[0], arguments[1]);
  if (kind == Kind::gcd) return gcd(arguments[0], arguments[1]);
  if (kind == Kind::ceil_log2) return ceil_log2(arguments[0]);
  if (kind == Kind::floor_times) return floor_times(arguments[0], std::bit_cast<double>(*arguments[1].constant()));
  if (kind == Kind::window_taps) {
    return window_taps(arguments[0], arguments[1], arguments[2], arguments[3], arguments[4], arguments[5]);
  }
  Expr result = arguments.front();
  for (std::size_t i = 1; i < arguments.size(); ++i) result = extremum(result, arguments[i], kind);
  return result;
}

// `a` with every atom mapped. The map gives nothing for atoms that it leaves to be rebuilt from their arguments.
Expr map_atoms(const Expr& a, const std::function<std::optional<Expr>(const ExprAtom&)>& map) {
  if (ExprBuilder::special(a) || a.is_constant()) return a;
  Expr sum = ExprBuilder::constant_part(a);
  for (const ExprTerm& term : ExprBuilder::terms(a)) {
    Expr product = term.coefficient;
    for (const ExprAtomPtr& factor : term.factors) {
      if (const auto mapped = map(*factor)) {
        product *= *mapped;
      } else if (factor->kind == Kind::symbol) {
        product *= ExprBuilder::monomial(1, {factor});
      } else {
        std::vector<Expr> arguments;
        for (const Expr& argument : factor->arguments) arguments.push_back(map_atoms(argument, map));
        product *= apply_function(factor->kind, arguments);
      }
    }
    sum += product;
  }
  return sum;
}

void collect_symbols(const Expr& a, std::set<std::string>& symbols) {
  for (const ExprTerm& term : ExprBuilder::terms(a)) {
    for (const ExprAtomPtr& factor : term.factors) {
      if (factor->kind == Kind::symbol) symbols.insert(factor->text);
      for (const Expr& argument : factor->arguments) collect_symbols(argument, symbols);
    }
  }
}

}  // namespace

bool leads_negative(const Expr& a) {
  return a.is_constant() ? *a.constant() < 0 : ExprBuilder::terms(a).front().coefficient < 0;
}

ExprDivision split_division(const Expr& a, const Expr& b) {
  if (a == b) return {1, 0};
  if (const auto number = b.constant()) return split_by_number(a, *number);
  const std::vector<ExprTerm>& divisor = ExprBuilder::terms(b);
  if (divisor.size() == 1 && ExprBuilder::constant_part(b) == 0) return split_by_term(a, divisor.front());
  return split_by_sum(a, b);
}

Expr floor_div(const Expr& a, const Expr& b) {
  if (const auto result = special_division(a, b)) return *result;
  if (b == Expr(1) || a == Expr(0)) return a;
  if (b == Expr(-1) || leads_negative(b)) {
    if (a.is_constant() && b.is_constant() && b != Expr(-1)) return floor_quotient(*a.constant(), *b.constant());
    return floor_div(-a, -b);
  }
  const ExprDivision division = split_division(a, b);
  if (ExprBuilder::special(division.rest) || ExprBuilder::special(division.quotient)) return Expr::overflow();
  if (division.rest == Expr(0) || between_zero_and(division.rest, b)) return division.quotient;
  // Common factors of the rest and the divisor cancel. A constant divisor allows the rest's constant to be rounded
  // down: floor_div(2*N + 3, 4) is floor_div(N + 1, 2).
  const std::int64_t common = b.is_constant() ? greatest_divisor(division.rest, *b.constant(), false)
                                              : greatest_divisor(division.rest, greatest_divisor(b, 0, true), true);
  if (common > 1) {
    return division.quotient + floor_div(divide_coefficients(division.rest, common), divide_coefficients(b, common));
  }
  if (b.is_constant()) {
    // Rounding -x/b down is rounding x/b up.
    if (leads_negative(division.rest)) return division.quotient - floor_div(b - Expr(1) - division.rest, b);
    if (const auto joined = nested_floor_div(division.rest, *b.constant())) return division.quotient + *joined;
  }
  return division.quotient + ExprBuilder::atom(Kind::floor_div, {division.rest, b});
}

Expr ceil_div(const Expr& a, const Expr& b) {
  if (const auto result = special_division(a, b)) return *result;
  if (a.is_constant() && b.is_constant() && b != Expr(-1)) {
    return floor_quotient(*a.constant(), *b.constant()) + (*a.constant() % *b.constant() != 0 ? 1 : 0);
  }
  if (always_less(0, b).value_or(false)) return floor_div(a + b - Expr(1), b);
  return -floor_div(-a, b);
}

Expr mod(const Expr& a, const Expr& b) {
  if (const auto result = special_division(a, b)) return *result;
  if (a == Expr(0) || b == Expr(1) || b == Expr(-1)) return 0;
  if (a.is_constant() && b.is_constant()) {
    return floor_remainder(*a.constant(), *b.constant());
  }
  if (leads_negative(b)) return -mod(-a, -b);
  const ExprDivision division = split_division(a, b);
  if (ExprBuilder::special(division.rest)) return Expr::overflow();
  if (division.rest == Expr(0) || between_zero_and(division.rest, b)) return division.rest;
  // Seen as x - 7*floor_div(x, 7), x and what pads it to a multiple of 7 add up to 7*ceil_div(x, 7); for an even size
  // that is x itself and its mod.
  if (b == Expr(2)) return b * ceil_div(division.rest, b) - division.rest;
  if (b.is_constant()) return division.rest - b * floor_div(division.rest, b);
  const std::int64_t common = greatest_divisor(division.rest, greatest_divisor(b, 0, true), true);
  if (common > 1) {
    return Expr(common) * mod(divide_coefficients(division.rest, common), divide_coefficients(b, common));
  }
  return ExprBuilder::atom(Kind::mod, {division.rest, b});
}

Expr min(const Expr& a, const Expr& b) { return extremum(a, b, Kind::min); }
Expr max(const Expr& a, const Expr& b) { return extremum(a, b, Kind::max); }

std::set<std::string> Expr::symbols() const {
  std::set<std::string> result;
  collect_symbols(*this, result);
  return result;
}

Expr Expr::substitute(const std::map<std::string, Expr>& values) const {
  return map_atoms(*this, [&values](const ExprAtom& atom) -> std::optional<Expr> {
    if (atom.kind != Kind::symbol) return std::nullopt;
    const auto value = values.find(atom.text);
    return value == values.end() ? std::nullopt : std::optional(value->second);
  });
}

Expr replace_atom(const Expr& a, const ExprAtom& atom, const Expr& value) {
  return map_atoms(
      a, [&](const ExprAtom& candidate) { return candidate.text == atom.text ? std::optional(value) : std::nullopt; });
}

}  // namespace flopaudit
