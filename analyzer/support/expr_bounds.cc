// What can be said of an expression for all values of its symbols: intervals, and comparisons through the interval of a
// difference.
//
// 1. Every atom has an interval: a symbol [1, inf), trips(..) [0, inf), int(..) any, or what is said of it; mod
//    [0, b - 1]; the others from their arguments.
// 2. A polynomial is written in variables that are never negative (`atom = low + variable`); then a term with a
// positive
//    coefficient is at least 0, and N*N - N is seen to be at least 0.
// 3. An expression with min or max is the worst of the cases that each argument makes; floor_div(x, c) is replaced by
//    its linear bounds (x - c + 1)/c and x/c, after which N - floor_div(N, 2) is seen to be positive; a symbol that is
//    subtracted and has a largest size is replaced by it.
#include <algorithm>
#include <bit>
#include <numeric>
#include <utility>

#include "analyzer/support/expr.h"
#include "analyzer/support/expr_log2.h"
#include "analyzer/support/expr_node.h"
#include "analyzer/support/expr_scaling.h"

namespace flopaudit {
namespace {

using Kind = ExprAtom::Kind;
using Bound = std::optional<std::int64_t>;  // nothing: no bound

struct Interval {
  Bound low;
  Bound high;
};

Interval interval(const Expr& a);

Bound checked_add(Bound a, Bound b) {
  std::int64_t sum = 0;
  if (!a || !b || __builtin_add_overflow(*a, *b, &sum)) return std::nullopt;
  return sum;
}
Bound checked_subtract(Bound a, Bound b) {
  std::int64_t difference = 0;
  if (!a || !b || __builtin_sub_overflow(*a, *b, &difference)) return std::nullopt;
  return difference;
}
Bound checked_multiply(Bound a, Bound b) {
  std::int64_t product = 0;
  if (!a || !b || __builtin_mul_overflow(*a, *b, &product)) return std::nullopt;
  return product;
}

// For b > 0.
std::int64_t floor_quotient(std::int64_t a, std::int64_t b) { return a % b < 0 ? a / b - 1 : a / b; }
std::int64_t ceil_quotient(std::int64_t a, std::int64_t b) { return a % b > 0 ? a / b + 1 : a / b; }

Interval floor_div_interval(const Interval& a, const Interval& b) {
  if (!b.low || *b.low < 1) return {};
  Interval result;
  if (a.low && *a.low >= 0) {
    result.low = b.high ? floor_quotient(*a.low, *b.high) : 0;
  } else if (a.low) {
    result.low = floor_quotient(*a.low, *b.low);
  }
  if (a.high && *a.high >= 0) {
    result.high = floor_quotient(*a.high, *b.low);
  } else if (a.high) {
    result.high = b.high ? floor_quotient(*a.high, *b.high) : -1;
  }
  return result;
}

Interval mod_interval(const Interval& a, const Interval& b) {
  if (!b.low || *b.low < 1) return {};
  Interval result{0, checked_subtract(b.high, 1)};
  if (a.low && *a.low >= 0 && a.high && (!result.high || *a.high < *result.high)) result.high = a.high;
  return result;
}

Interval extremum_interval(const ExprAtom& atom) {
  Interval result = interval(atom.arguments.front());
  const bool is_min = atom.kind == Kind::min;
  for (std::size_t i = 1; i < atom.arguments.size(); ++i) {
    const Interval next = interval(atom.arguments[i]);
    // The low end of a min needs all ends, its high end any.
    Bound& all = is_min ? result.low : result.high;
    Bound& any = is_min ? result.high : result.low;
    const Bound& next_all = is_min ? next.low : next.high;
    const Bound& next_any = is_min ? next.high : next.low;
    const auto better = [is_min](std::int64_t a, std::int64_t b) { return is_min ? std::min(a, b) : std::max(a, b); };
    all = all && next_all ? Bound(better(*all, *next_all)) : std::nullopt;
    if (next_any) any = any ? better(*any, *next_any) : *next_any;
  }
  return result;
}

// A divisor of both; of numbers above 0, at least 1 and at most the smaller.
Interval gcd_interval(const Interval& a, const Interval& b) {
  const bool positive = a.low && *a.low > 0 && b.low && *b.low > 0;
  if (!positive) return {0, std::nullopt};
  return {1, a.high && (!b.high || *a.high < *b.high) ? a.high : b.high};
}

// At most every tap at every position.
Interval taps_interval(const Interval& output, const Interval& kernel) {
  const Bound most = checked_multiply(output.high, kernel.high);
  return {0, most ? Bound(std::max<std::int64_t>(*most, 0)) : std::nullopt};
}

Interval log2_interval(const Interval& a) {
  const auto of = [](const Bound& end) { return end ? ceil_log2(Expr(*end)).constant() : std::nullopt; };
  return {of(a.low).value_or(0), of(a.high)};
}

// Rounding a product keeps the order of the sizes.
Interval scaled_interval(const Interval& a, const Expr& factor_bits) {
  const auto of = [&factor_bits](const Bound& end) {
    return end ? floor_times(Expr(*end), std::bit_cast<double>(*factor_bits.constant())).constant() : std::nullopt;
  };
  return {of(a.low), of(a.high)};
}

thread_local std::map<std::string, std::int64_t> least_of_symbols;
thread_local std::map<std::string, SymbolMost> most_of_symbols;

Bound least_of_symbol(const std::string& name) {
  const Bound least =
      name.starts_with("int(") ? Bound() : Bound(name.back() == ')' ? 0 : 1);  // a loop may run not at all
  const auto known = least_of_symbols.find(name);
  return known == least_of_symbols.end() ? least : std::max(least, Bound(known->second));
}

Bound most_of_symbol(const std::string& name) {
  const auto known = most_of_symbols.find(name);
  return known == most_of_symbols.end() ? Bound() : known->second.number;
}

Interval atom_interval(const ExprAtom& atom) {
  switch (atom.kind) {
    case Kind::symbol: return {least_of_symbol(atom.text), most_of_symbol(atom.text)};
    case Kind::floor_div: return floor_div_interval(interval(atom.arguments[0]), interval(atom.arguments[1]));
    case Kind::mod: return mod_interval(interval(atom.arguments[0]), interval(atom.arguments[1]));
    case Kind::gcd: return gcd_interval(interval(atom.arguments[0]), interval(atom.arguments[1]));
    case Kind::ceil_log2: return log2_interval(interval(atom.arguments[0]));
    case Kind::floor_times: return scaled_interval(interval(atom.arguments[0]), atom.arguments[1]);
    case Kind::window_taps: return taps_interval(interval(atom.arguments[1]), interval(atom.arguments[2]));
    default: return extremum_interval(atom);
  }
}

// A variable that is never negative: `atom = offset + sign * variable`, with variable <= width.
struct Shift {
  std::int64_t offset = 0;
  std::int64_t sign = 1;
  Bound width;
};

// Point 2 above: the shifted polynomial, in which every atom stands for its variable.
Interval shifted_interval(const Expr& a, const std::map<std::string, Shift>& shifts) {
  Expr shifted = ExprBuilder::constant_part(a);
  for (const ExprTerm& term : ExprBuilder::terms(a)) {
    Expr product = term.coefficient;
    for (const ExprAtomPtr& factor : term.factors) {
      const Shift& shift = shifts.at(factor->text);
      product *= Expr(shift.offset) + ExprBuilder::monomial(shift.sign, {factor});
    }
    shifted += product;
  }
  if (ExprBuilder::special(shifted)) return {};
  Interval result{ExprBuilder::constant_part(shifted), ExprBuilder::constant_part(shifted)};
  for (const ExprTerm& term : ExprBuilder::terms(shifted)) {
    Bound extent = term.coefficient;
    for (const ExprAtomPtr& factor : term.factors) extent = checked_multiply(extent, shifts.at(factor->text).width);
    Bound& end = term.coefficient < 0 ? result.low : result.high;
    end = checked_add(end, extent);
  }
  return result;
}

// Past so many terms an expression is bounded term by term, and no cases are searched: a detector's sum over ninety
// classes is asked about thousands of times.
constexpr std::size_t kMaxTerms = 64;

// The sum of the terms' own ends; a factor that may be negative makes it unknown.
Interval interval_by_terms(const Expr& a) {
  Interval result{ExprBuilder::constant_part(a), ExprBuilder::constant_part(a)};
  for (const ExprTerm& term : ExprBuilder::terms(a)) {
    Interval product{1, 1};
    for (const ExprAtomPtr& factor : term.factors) {
      const Interval own = atom_interval(*factor);
      if (own.low.value_or(-1) < 0) return {};
      product = {checked_multiply(product.low, own.low), checked_multiply(product.high, own.high)};
    }
    const Bound first = checked_multiply(term.coefficient, product.low);
    const Bound last = checked_multiply(term.coefficient, product.high);
    result.low = checked_add(result.low, term.coefficient < 0 ? last : first);
    result.high = checked_add(result.high, term.coefficient < 0 ? first : last);
  }
  return result;
}

Interval interval(const Expr& a) {
  if (a.is_constant()) return {a.constant(), a.constant()};
  constexpr std::size_t kMaxDegree = 8;
  const auto& terms = ExprBuilder::terms(a);
  if (ExprBuilder::special(a) || terms.front().factors.size() > kMaxDegree) return {};
  if (terms.size() > kMaxTerms) return interval_by_terms(a);
  std::map<std::string, Shift> shifts;
  for (const ExprTerm& term : terms) {
    for (const ExprAtomPtr& factor : term.factors) {
      if (shifts.contains(factor->text)) continue;
      const Interval own = atom_interval(*factor);
      if (!own.low && !own.high) return {};
      shifts[factor->text] =
          own.low ? Shift{*own.low, 1, checked_subtract(own.high, own.low)} : Shift{*own.high, -1, std::nullopt};
    }
  }
  return shifted_interval(a, shifts);
}

// `a` with the atom replaced where it is a factor, and not inside of other atoms.
Expr replace_top_atom(const Expr& a, const ExprAtom& atom, const Expr& value) {
  Expr sum = ExprBuilder::constant_part(a);
  for (const ExprTerm& term : ExprBuilder::terms(a)) {
    Expr product = term.coefficient;
    for (const ExprAtomPtr& factor : term.factors) {
      product *= factor->text == atom.text ? value : ExprBuilder::monomial(1, {factor});
    }
    sum += product;
  }
  return sum;
}

thread_local std::int64_t effort_so_far = 0;

// Searches over cases stop after so many intervals, of long expressions earlier, which makes the answer "not known",
// never wrong.
class CaseSearch {
 public:
  Bound low(const Expr& a, int depth) {
    constexpr int kMaxDepth = 4;
    const int spent = effort(a);
    budget_ -= spent;
    effort_so_far += spent;
    if (budget_ < 0) return std::nullopt;
    Bound best = interval(a).low;
    if (depth >= kMaxDepth || ExprBuilder::special(a) || ExprBuilder::terms(a).size() > kMaxTerms) return best;
    std::map<std::string, ExprAtomPtr> atoms;
    for (const ExprTerm& term : ExprBuilder::terms(a)) {
      for (const ExprAtomPtr& factor : term.factors) {
        if (factor->kind != Kind::symbol || most_of_symbols.contains(factor->text)) atoms.emplace(factor->text, factor);
      }
    }
    for (const auto& [text, atom] : atoms) {
      Bound found;
      if (atom->kind == Kind::min || atom->kind == Kind::max) {
        found = on_helpful_side(a, *atom) ? low_of_any_argument(a, *atom, depth) : low_of_cases(a, *atom, depth);
      }
      if (atom->kind == Kind::floor_div) found = low_without_floor(a, *atom, depth);
      if (atom->kind == Kind::symbol && only_subtracted(a, *atom)) {
        found = low(replace_top_atom(a, *atom, most_of_symbols.at(atom->text).most), depth + 1);
      }
      if (found && (!best || *found > *best)) best = found;
    }
    return best;
  }

 private:
  // 1 for what people would write, more by the length of the text.
  static int effort(const Expr& a) {
    constexpr std::size_t kShort = 512;
    std::size_t characters = 0;
    if (!ExprBuilder::special(a)) {
      for (const ExprTerm& term : ExprBuilder::terms(a)) {
        for (const ExprAtomPtr& factor : term.factors) characters += factor->text.size();
      }
    }
    return static_cast<int>(std::min<std::size_t>(1 + characters / kShort, 1000));
  }

  Bound low_of_cases(const Expr& a, const ExprAtom& atom, int depth) {
    Bound least;
    for (const Expr& argument : atom.arguments) {
      const Bound found = low(replace_atom(a, atom, argument), depth + 1);
      if (!found) return std::nullopt;
      if (!least || *found < *least) least = found;
    }
    return least;
  }

  // Whether `a` only falls with a min, or only grows with a max: replacing it by any one argument makes `a` no larger.
  static bool on_helpful_side(const Expr& a, const ExprAtom& atom) {
    return only_with_sign(a, atom, atom.kind == Kind::min);
  }

  // Replacing the symbol by the most that it is makes `a` no larger.
  static bool only_subtracted(const Expr& a, const ExprAtom& atom) { return only_with_sign(a, atom, true); }

  static bool only_with_sign(const Expr& a, const ExprAtom& atom, bool negative) {
    for (const ExprTerm& term : ExprBuilder::terms(a)) {
      int occurrences = 0;
      bool others_positive = true;
      for (const ExprAtomPtr& factor : term.factors) {
        const bool same = factor->text == atom.text;
        occurrences += same ? 1 : 0;
        if (!same && atom_interval(*factor).low.value_or(-1) < 0) others_positive = false;
      }
      if (occurrences == 0) continue;
      const bool helpful_sign = (term.coefficient < 0) == negative;
      if (occurrences > 1 || !others_positive || !helpful_sign) return false;
    }
    return true;
  }

  Bound low_of_any_argument(const Expr& a, const ExprAtom& atom, int depth) {
    Bound best;
    for (const Expr& argument : atom.arguments) {
      const Bound found = low(replace_top_atom(a, atom, argument), depth + 1);
      if (found && (!best || *found > *best)) best = found;
    }
    return best;
  }

  // c*a with c*floor_div(x, c) replaced by x - c + 1 where it adds and by x where it is subtracted.
  Bound low_without_floor(const Expr& a, const ExprAtom& atom, int depth) {
    const Bound divisor = atom.arguments[1].constant();
    if (!divisor || *divisor < 1) return std::nullopt;
    Expr relaxed = Expr(ExprBuilder::constant_part(a)) * Expr(*divisor);
    for (const ExprTerm& term : ExprBuilder::terms(a)) {
      std::vector<ExprAtomPtr> others;
      for (const ExprAtomPtr& factor : term.factors) {
        if (factor->text != atom.text) others.push_back(factor);
      }
      const bool occurs = others.size() != term.factors.size();
      if (occurs && others.size() + 1 != term.factors.size()) return std::nullopt;
      for (const ExprAtomPtr& other : others) {
        if (occurs && atom_interval(*other).low.value_or(-1) < 0) return std::nullopt;
      }
      Expr factor = *divisor;
      if (occurs) factor = term.coefficient < 0 ? atom.arguments[0] : atom.arguments[0] - Expr(*divisor - 1);
      relaxed += ExprBuilder::monomial(term.coefficient, std::move(others)) * factor;
    }
    const Bound found = low(relaxed, depth + 1);
    return found ? Bound(ceil_quotient(*found, *divisor)) : std::nullopt;
  }

  int budget_ = 100;
};

// Replacing atoms simplifies, which asks for bounds again: inner questions are answered from intervals alone.
thread_local bool searching = false;

}  // namespace

SymbolMost symbol_most(const Expr& most) { return {most, upper_bound(most)}; }

SymbolBounds::SymbolBounds(std::map<std::string, std::int64_t> least) : before_(std::move(least_of_symbols)) {
  least_of_symbols = std::move(least);
}
SymbolBounds::~SymbolBounds() { least_of_symbols = std::move(before_); }

LargestSizes::LargestSizes(std::map<std::string, SymbolMost> most) : before_(std::move(most_of_symbols)) {
  most_of_symbols = std::move(most);
}
LargestSizes::~LargestSizes() { most_of_symbols = std::move(before_); }
void LargestSizes::add(const std::string& name, const SymbolMost& most) { most_of_symbols[name] = most; }

std::optional<std::int64_t> lower_bound(const Expr& a) {
  if (a.is_constant()) return a.constant();
  if (ExprBuilder::special(a)) return std::nullopt;
  if (searching) return interval(a).low;
  searching = true;
  const Bound bound = CaseSearch().low(a, 0);
  searching = false;
  return bound;
}

std::int64_t search_effort() { return effort_so_far; }

std::optional<std::int64_t> upper_bound(const Expr& a) {
  if (a.is_constant()) return a.constant();
  return checked_subtract(0, lower_bound(-a));
}

std::optional<bool> always_less(const Expr& a, const Expr& b) {
  if (a.is_constant() && b.is_constant()) return *a.constant() < *b.constant();
  const Expr difference = b - a;
  if (const Bound low = lower_bound(difference); low && *low > 0) return true;
  if (const Bound high = upper_bound(difference); high && *high <= 0) return false;
  return std::nullopt;
}

std::optional<bool> always_less_equal(const Expr& a, const Expr& b) {
  const std::optional<bool> opposite = always_less(b, a);
  return opposite ? std::optional(!*opposite) : std::nullopt;
}

std::optional<bool> always_equal(const Expr& a, const Expr& b) {
  if (a.is_constant() && b.is_constant()) return *a.constant() == *b.constant();
  const Expr difference = b - a;
  if (ExprBuilder::special(difference)) return std::nullopt;
  if (difference.is_constant()) return *difference.constant() == 0;
  // 2*N is never 3.
  std::int64_t divisor = 0;
  for (const ExprTerm& term : ExprBuilder::terms(difference)) {
    divisor = term.coefficient == INT64_MIN ? 1 : std::gcd(divisor, term.coefficient);
    if (divisor == 1) break;
  }
  if (ExprBuilder::constant_part(difference) % divisor != 0) return false;
  const Bound low = lower_bound(difference);
  const Bound high = upper_bound(difference);
  if ((low && *low > 0) || (high && *high < 0)) return false;
  if (low && high && *low == 0 && *high == 0) return true;
  return std::nullopt;
}

}  // namespace flopaudit
