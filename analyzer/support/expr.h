// Expr: an integer that may be symbolic: a dim, a trip count, a cost.
//
// A constant, a symbol (`N`, known to be >= 1; `trips(n12)`, with brackets, >= 0; `int(n12)`: any), or a polynomial
// with integer coefficients over symbols and over floor_div, mod, min, max, gcd and window_taps of such (ceil_div, and
// mod by a constant, are written through floor_div). Kept in a normal form, so that equal polynomials print and compare
// alike. Constants stay on a fast path that allocates nothing.
//
// Overflow of 64 bits is an error, never a wrap: the result is the absorbing `overflow` value, which has no constant(),
// prints as `overflow`, and turns every expression that it enters into itself. An expression that grows past the limits
// of expr_node.h becomes it too. Division by a constant 0 does the same with `undefined`.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "analyzer/support/result.h"

namespace flopaudit {

class Expr {
 public:
  Expr() = default;                                     // 0
  Expr(std::int64_t constant) : constant_(constant) {}  // NOLINT(google-explicit-constructor): dims read as numbers
  static Expr symbol(std::string name);  // a name: [A-Za-z_][A-Za-z0-9_]* or `trips(n12)`-like with one argument
  static Expr overflow();
  static Expr undefined();
  static Result<Expr> parse(std::string_view text);  // the text form that to_string() prints

  bool is_constant() const { return node_ == nullptr; }
  std::optional<std::int64_t> constant() const { return node_ ? std::nullopt : std::optional(constant_); }
  bool is_overflow() const;
  bool is_undefined() const;
  std::string to_string() const;  // readable normal form: `3*N*ceil_div(H, 2) + 4`

  Expr& operator+=(const Expr& other);
  Expr& operator-=(const Expr& other);
  Expr& operator*=(const Expr& other);
  friend Expr operator+(Expr a, const Expr& b) { return a += b; }
  friend Expr operator-(Expr a, const Expr& b) { return a -= b; }
  friend Expr operator*(Expr a, const Expr& b) { return a *= b; }
  friend Expr operator-(const Expr& a) { return Expr(0) - a; }

  // Same normal form. Two expressions that are equal for all values of their symbols may still print differently
  // (through min or floor_div); `always_equal` and friends below answer what can be decided.
  friend bool operator==(const Expr& a, const Expr& b);

  // The symbols that occur.
  std::set<std::string> symbols() const;
  Expr substitute(const std::map<std::string, Expr>& values) const;

 private:
  friend class ExprBuilder;
  struct Node;
  std::int64_t constant_ = 0;
  std::shared_ptr<const Node> node_;  // null: the constant
};

Expr floor_div(const Expr& a, const Expr& b);  // rounds to minus infinity, as Python's //
Expr ceil_div(const Expr& a, const Expr& b);
Expr mod(const Expr& a, const Expr& b);  // the sign of b, as Python's %
Expr min(const Expr& a, const Expr& b);
Expr max(const Expr& a, const Expr& b);
Expr gcd(const Expr& a, const Expr& b);  // never negative; gcd(0, 0) is 0

// How many taps of a sliding window meet the input and not its padding, over all positions of the window along one dim:
// the number of pairs (i, j), i in [0, output), j in [0, kernel), with 0 <= i*stride - padding + j*dilation < input.
// The kernel is a number: `overflow` for another one and above kMaxTaps.
inline constexpr std::int64_t kMaxTaps = std::int64_t{1} << 20;
Expr window_taps(const Expr& input, const Expr& output, const Expr& kernel, const Expr& stride, const Expr& padding,
                 const Expr& dilation);

// Decided for all values that the symbols can have (see the top), or nothing when it depends on them.
std::optional<bool> always_equal(const Expr& a, const Expr& b);
std::optional<bool> always_less(const Expr& a, const Expr& b);
std::optional<bool> always_less_equal(const Expr& a, const Expr& b);

// value >= 0 for just the sizes symbol >= least. Nothing: several symbols, or not seen to grow with the symbol.
struct SymbolBound {
  std::string symbol;
  std::int64_t least = 0;
};
std::optional<SymbolBound> least_for_nonnegative(const Expr& value);

// "N = 3", "H >= 2*W + 1": the terms on the side where they are positive.
std::string relation_text(const Expr& a, std::string_view relation, const Expr& b);

// Symbols that are known to be larger than 1, for this thread until the end of the scope: comparisons and
// simplifications then hold for these sizes only, and who opens the scope says so.
class SymbolBounds {
 public:
  explicit SymbolBounds(std::map<std::string, std::int64_t> least);
  ~SymbolBounds();
  SymbolBounds(const SymbolBounds&) = delete;
  SymbolBounds& operator=(const SymbolBounds&) = delete;

 private:
  std::map<std::string, std::int64_t> before_;
};

// A number between two others: what a node costs when a branch is not decided. min == max is the common case.
struct Range {
  Expr min;
  Expr max;

  Range() = default;
  Range(Expr both) : min(both), max(std::move(both)) {}  // NOLINT(google-explicit-constructor)
  Range(Expr low, Expr high) : min(std::move(low)), max(std::move(high)) {}
  bool exact() const { return min == max; }
  Range& operator+=(const Range& other) {
    min += other.min;
    max += other.max;
    return *this;
  }
  friend Range operator+(Range a, const Range& b) { return a += b; }
  // Product of two ranges of numbers that are never negative.
  friend Range operator*(const Range& a, const Range& b) { return {a.min * b.min, a.max * b.max}; }
  friend bool operator==(const Range& a, const Range& b) = default;
  std::string to_string() const { return exact() ? min.to_string() : min.to_string() + ".." + max.to_string(); }
};

}  // namespace flopaudit
