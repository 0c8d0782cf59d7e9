// The inside of Expr, for the expr*.cc files alone.
//
// An Expr is `constant + terms`: the terms live in a shared immutable Node, so that a constant allocates nothing. A
// term is a coefficient times a product of atoms. An atom is a symbol or a function of Exprs (Kind below).
// Normal form: atoms are ordered by their text, a power repeats its atom, terms are ordered by degree and then by
// atoms, no coefficient is 0. ceil_div, and mod by a constant, are written through floor_div; what floor_div divides by
// a constant has a positive leading coefficient, and all coefficients are smaller than the constant.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/support/expr.h"
#include "analyzer/support/expr_bounds.h"

namespace flopaudit {

struct ExprAtom {
  enum class Kind { symbol, floor_div, mod, min, max, gcd, window_taps, ceil_log2, floor_times };
  Kind kind = Kind::symbol;
  std::string text;  // the symbol's name, or the whole atom as it prints; equal atoms have equal texts
  // one of ceil_log2, two of floor_div, mod and gcd, two or more of min and max, six of window_taps; of floor_times the
  // size and the bits of the factor
  std::vector<Expr> arguments;
};
using ExprAtomPtr = std::shared_ptr<const ExprAtom>;

struct ExprTerm {
  std::vector<ExprAtomPtr> factors;  // never empty
  std::int64_t coefficient = 0;
};

struct Expr::Node {
  enum class Kind { polynomial, overflow, undefined };
  Kind kind = Kind::polynomial;
  std::vector<ExprTerm> terms;
};

// Larger expressions become `overflow`, so that a hostile file cannot make the analysis run away.
inline constexpr std::size_t kMaxExprTerms = 1000;
inline constexpr std::size_t kMaxExprDegree = 64;
inline constexpr std::size_t kMaxAtomText = 4000;

class ExprBuilder {
 public:
  // Whether a or b is overflow or undefined, which then is the result of anything done with them.
  static bool special(const Expr& a) { return a.node_ && a.node_->kind != Expr::Node::Kind::polynomial; }
  static Expr special_of(const Expr& a, const Expr& b) {
    return a.is_undefined() || b.is_undefined() ? Expr::undefined() : Expr::overflow();
  }

  static const std::vector<ExprTerm>& terms(const Expr& a);
  static std::int64_t constant_part(const Expr& a) { return a.constant_; }
  // From terms in normal form.
  static Expr make(std::int64_t constant, std::vector<ExprTerm> terms);
  // coefficient * product of the factors; sorts the factors.
  static Expr monomial(std::int64_t coefficient, std::vector<ExprAtomPtr> factors);
  static Expr atom(ExprAtom::Kind kind, std::vector<Expr> arguments);
  // Whether `a` is nothing but one atom of the kind.
  static const ExprAtom* sole_atom(const Expr& a, ExprAtom::Kind kind);
};

// a = quotient * b + rest, for b whose leading coefficient is positive: whatever b divides is in the quotient.
struct ExprDivision {
  Expr quotient;
  Expr rest;
};
ExprDivision split_division(const Expr& a, const Expr& b);
bool leads_negative(const Expr& a);

// Negative, 0 or positive as `a` comes before, is, or comes after `b` in the order of terms (degree, then texts).
int compare_factors(const std::vector<ExprAtomPtr>& a, const std::vector<ExprAtomPtr>& b);

// `a` with every occurrence of `atom` replaced.
Expr replace_atom(const Expr& a, const ExprAtom& atom, const Expr& value);

// A name that Expr::symbol takes.
bool is_symbol_name(std::string_view name);

}  // namespace flopaudit
