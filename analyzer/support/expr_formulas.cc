#include "analyzer/support/expr_formulas.h"

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <utility>

#include "analyzer/support/expr_node.h"

namespace flopaudit {
namespace {

using Kind = ExprAtom::Kind;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// H2 before H16: digits compare as numbers.
bool natural_less(const std::string& a, const std::string& b) {
  std::size_t i = 0;
  std::size_t j = 0;
  while (i < a.size() && j < b.size()) {
    if (!is_digit(a[i]) || !is_digit(b[j])) {
      if (a[i] != b[j]) return a[i] < b[j];
      ++i;
      ++j;
      continue;
    }
    const std::size_t first = i;
    const std::size_t second = j;
    while (i < a.size() && is_digit(a[i])) ++i;
    while (j < b.size() && is_digit(b[j])) ++j;
    if (i - first != j - second) return i - first < j - second;
    if (const int order = a.compare(first, i - first, b, second, j - second); order != 0) return order < 0;
  }
  return a.size() - i < b.size() - j;
}

// What stands for a kind in a name.
const char* letter(Kind kind) {
  switch (kind) {
    case Kind::gcd: return "g";
    case Kind::window_taps: return "t";
    case Kind::ceil_log2: return "l";
    case Kind::min:
    case Kind::max: return "m";
    default: return "d";
  }
}

// A sum over the taps in which none is cut off: for sizes from `least` on. Nothing where that cannot be said simply.
struct ClosedForm {
  Expr sum;
  std::map<std::string, std::int64_t> least;
};
std::optional<ClosedForm> closed_form(const ExprAtom& taps) {
  constexpr std::int64_t kMaxSummed = 64;
  const std::vector<Expr>& of = taps.arguments;  // input, output, kernel, stride, padding, dilation
  const std::int64_t kernel = of[2].constant().value_or(kMaxSummed + 1);
  if (kernel > kMaxSummed) return std::nullopt;
  ClosedForm form;
  for (std::int64_t tap = 0; tap < kernel; ++tap) {
    const Expr shift = of[4] - Expr(tap) * of[5];
    const Expr first = max(Expr(0), ceil_div(shift, of[3]));
    const Expr last = min(of[1] - Expr(1), floor_div(of[0] - Expr(1) + shift, of[3]));
    const Expr positions = last - first + Expr(1);
    form.sum += positions;
    if (always_less_equal(0, positions) == true) continue;
    const auto bound = least_for_nonnegative(positions);
    if (!bound) return std::nullopt;
    std::int64_t& least = form.least[bound->symbol];
    least = std::max(least, bound->least);
  }
  const bool simple = form.sum.to_string().find("min(") == std::string::npos;
  return simple && !ExprBuilder::special(form.sum) ? std::optional(std::move(form)) : std::nullopt;
}

}  // namespace

// A product whose factors are names.
struct FormulaNames::Term {
  std::int64_t coefficient = 0;
  std::vector<std::string> factors;
};

std::string FormulaNames::fresh(const std::string& wish) {
  std::string name = wish;
  for (char suffix = 'b'; taken_.contains(name); ++suffix) {
    if (suffix > 'z') return fresh(wish + "_");
    name = wish + suffix;
  }
  taken_.insert(name);
  return name;
}

std::string FormulaNames::definition(const ExprAtom& atom) {
  const auto divisor = atom.kind == Kind::floor_div ? atom.arguments[1].constant() : std::nullopt;
  const bool rounds_up = divisor && ExprBuilder::constant_part(atom.arguments[0]) == *divisor - 1;
  std::string definition = rounds_up ? "ceil_div(" : atom.text.substr(0, atom.text.find('(') + 1);
  for (std::size_t i = 0; i < atom.arguments.size(); ++i) {
    if (i > 0) definition += ", ";
    definition += text(rounds_up && i == 0 ? atom.arguments[0] - Expr(*divisor - 1) : atom.arguments[i]);
  }
  definition += ")";
  const auto form = atom.kind == Kind::window_taps ? closed_form(atom) : std::nullopt;
  if (!form) return definition;
  definition += " = " + text(form->sum);
  for (auto bound = form->least.begin(); bound != form->least.end(); ++bound) {
    definition += bound == form->least.begin() ? " for " : ", ";
    definition += bound->first + " >= " + std::to_string(bound->second);
  }
  return definition;
}

// A division of a symbol by a number is the symbol and the number: H32. Others have a letter and count.
const std::string& FormulaNames::name_of(const ExprAtom& atom) {
  if (const auto known = names_.find(atom.text); known != names_.end()) return known->second;
  std::set<std::string> symbols;
  for (const Expr& argument : atom.arguments) symbols.merge(argument.symbols());
  std::string wish = symbols.size() == 1 && symbols.begin()->back() != ')' ? *symbols.begin() : "";
  const auto divisor = atom.kind == Kind::floor_div ? atom.arguments[1].constant() : std::nullopt;
  const bool plain = divisor && !wish.empty() &&
                     (atom.arguments[0] - Expr(ExprBuilder::constant_part(atom.arguments[0]))) == Expr::symbol(wish);
  std::string own_definition = definition(atom);  // names what it uses first
  if (plain) {
    wish += std::to_string(*divisor);
  } else {
    wish = letter(atom.kind) + wish;
    int count = 1;
    while (taken_.contains(wish + std::to_string(count))) ++count;
    wish += std::to_string(count);
  }
  const std::string name = fresh(wish);
  where_.push_back(name + " = " + std::move(own_definition));
  return names_.emplace(atom.text, name).first->second;
}

std::string FormulaNames::term_text(std::int64_t coefficient, const std::vector<std::string>& factors) {
  std::string product = coefficient == 1 && !factors.empty() ? "" : Expr(coefficient).to_string();
  if (coefficient == -1 && !factors.empty()) product = "-";
  for (const std::string& factor : factors) {
    product += (product.empty() || product == "-" ? "" : "*") + factor;
  }
  return product;
}

std::string FormulaNames::text(const Expr& expr) {
  if (expr.is_constant() || ExprBuilder::special(expr)) return expr.to_string();
  std::vector<Term> terms;
  for (const ExprTerm& term : ExprBuilder::terms(expr)) {
    Term named{term.coefficient, {}};
    for (const ExprAtomPtr& factor : term.factors) {
      named.factors.push_back(factor->kind == Kind::symbol ? factor->text : name_of(*factor));
    }
    terms.push_back(std::move(named));
  }
  // What every term has, a constant included, stands in front of a bracket.
  std::vector<std::string> common;
  if (terms.size() > 1 && ExprBuilder::constant_part(expr) == 0) {
    for (const std::string& factor : std::vector<std::string>(terms.front().factors)) {
      const bool in_all = std::ranges::all_of(
          terms, [&factor](const Term& term) { return std::ranges::count(term.factors, factor) > 0; });
      if (!in_all) continue;
      common.push_back(factor);
      for (Term& term : terms) term.factors.erase(std::ranges::find(term.factors, factor));
    }
  }
  std::ranges::stable_sort(terms, [](const Term& a, const Term& b) {
    if (a.factors.size() != b.factors.size()) return a.factors.size() > b.factors.size();
    return std::ranges::lexicographical_compare(a.factors, b.factors, natural_less);
  });
  if (const std::int64_t constant = ExprBuilder::constant_part(expr); constant != 0) terms.push_back({constant, {}});
  std::string sum;
  for (const Term& term : terms) {
    const std::string product = term_text(term.coefficient, term.factors);
    if (sum.empty()) {
      sum = product;
    } else {
      sum += term.coefficient < 0 ? " - " + product.substr(1) : " + " + product;
    }
  }
  return common.empty() ? sum : term_text(1, common) + "*(" + sum + ")";
}

std::string FormulaNames::text(const Range& range) {
  return range.exact() ? text(range.min) : text(range.min) + " .. " + text(range.max);
}

}  // namespace flopaudit
