// The laws of Expr, on drawn expressions. Values are compared with plain arithmetic in 128 bits at drawn points, so
// that nothing here shares code with Expr's own simplifications.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <array>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "analyzer/support/expr.h"
#include "analyzer/support/expr_log2.h"
#include "analyzer/support/expr_scaling.h"

namespace flopaudit {
namespace {

__extension__ typedef __int128 Wide;  // `using` cannot carry the word that allows it
using Point = std::map<std::string, std::int64_t>;

// Rare interactions of two simplifications need thousands of draws; RapidCheck's own default is 100. A given RC_PARAMS
// (a seed to repeat) wins.
[[maybe_unused]] const int kConfigured = setenv("RC_PARAMS", "max_success=10000 max_discard_ratio=100", 0);

// The window of a Formula of kind taps, out of its number.
int kernel_of(int number) { return 1 + number % 5; }
int stride_of(int number) { return 1 + number / 5 % 3; }
int padding_of(int number) { return number / 15 % 4; }
int dilation_of(int number) { return 1 + number / 60 % 3; }
constexpr int kWindows = 5 * 3 * 4 * 3;

// The factor of a Formula of kind times: decimal fractions of all sorts, and with a few binary digits too.
double factor_of(int number) { return static_cast<double>(1 + number) / (number % 3 == 0 ? 16.0 : 100.0); }

// A formula, apart from Expr: what an Expr is built from and checked against.
struct Formula {
  enum class Kind {
    number,
    symbol,
    add,
    subtract,
    multiply,
    floor_div,
    ceil_div,
    mod,
    min,
    max,
    gcd,
    taps,
    log2,
    times
  };
  Kind kind = Kind::number;
  std::int64_t number = 0;
  std::string symbol;
  std::vector<Formula> arguments;
};

// Nothing: divides by 0, or too large to compare.
std::optional<Wide> evaluate(const Formula& formula, const Point& point) {
  if (formula.kind == Formula::Kind::number) return formula.number;
  if (formula.kind == Formula::Kind::symbol) return point.at(formula.symbol);
  const auto a = evaluate(formula.arguments[0], point);
  const auto b = evaluate(formula.arguments[1], point);
  if (!a || !b) return std::nullopt;
  const auto floor_quotient = [](Wide x, Wide y) { return x / y - (x % y != 0 && (x < 0) != (y < 0) ? 1 : 0); };
  Wide result = 0;
  switch (formula.kind) {
    case Formula::Kind::add: result = *a + *b; break;
    case Formula::Kind::subtract: result = *a - *b; break;
    case Formula::Kind::multiply: result = *a * *b; break;
    case Formula::Kind::min: result = *a < *b ? *a : *b; break;
    case Formula::Kind::max: result = *a < *b ? *b : *a; break;
    case Formula::Kind::gcd: {
      Wide x = *a < 0 ? -*a : *a;
      for (Wide y = *b < 0 ? -*b : *b; y != 0;) x = std::exchange(y, x % y);
      result = x;
      break;
    }
    case Formula::Kind::times:  // a alone
      if (*a > (Wide{1} << 40) || *a < -(Wide{1} << 40)) return std::nullopt;
      result = static_cast<Wide>(std::floor(static_cast<double>(*a) * factor_of(static_cast<int>(formula.number))));
      break;
    case Formula::Kind::log2:  // of a alone
      while ((Wide{1} << static_cast<int>(result)) < *a) ++result;
      break;
    case Formula::Kind::taps: {  // a: input, b: output; the other numbers are the formula's own
      if (*a > 1000 || *b > 1000) return std::nullopt;
      const int number = static_cast<int>(formula.number);
      for (Wide i = 0; i < *b; ++i) {
        for (int tap = 0; tap < kernel_of(number); ++tap) {
          const Wide position = i * stride_of(number) - padding_of(number) + tap * dilation_of(number);
          result += position >= 0 && position < *a ? 1 : 0;
        }
      }
      break;
    }
    default:
      if (*b == 0) return std::nullopt;
      if (formula.kind == Formula::Kind::floor_div) result = floor_quotient(*a, *b);
      if (formula.kind == Formula::Kind::ceil_div) result = -floor_quotient(-*a, *b);
      if (formula.kind == Formula::Kind::mod) result = *a - *b * floor_quotient(*a, *b);
  }
  const Wide limit = Wide{1} << 60;
  return result > limit || result < -limit ? std::nullopt : std::optional(result);
}

Expr build(const Formula& formula) {
  if (formula.kind == Formula::Kind::number) return formula.number;
  if (formula.kind == Formula::Kind::symbol) return Expr::symbol(formula.symbol);
  const Expr a = build(formula.arguments[0]);
  const Expr b = build(formula.arguments[1]);
  switch (formula.kind) {
    case Formula::Kind::add: return a + b;
    case Formula::Kind::subtract: return a - b;
    case Formula::Kind::multiply: return a * b;
    case Formula::Kind::floor_div: return floor_div(a, b);
    case Formula::Kind::ceil_div: return ceil_div(a, b);
    case Formula::Kind::mod: return mod(a, b);
    case Formula::Kind::min: return min(a, b);
    case Formula::Kind::gcd: return gcd(a, b);
    case Formula::Kind::log2: return ceil_log2(a);
    case Formula::Kind::times: return floor_times(a, factor_of(static_cast<int>(formula.number)));
    case Formula::Kind::taps: {
      const int number = static_cast<int>(formula.number);
      return window_taps(a, b, kernel_of(number), stride_of(number), padding_of(number), dilation_of(number));
    }
    default: return max(a, b);
  }
}

rc::Gen<Formula> formulas(int depth) {
  const auto leaf = rc::gen::exec([] {
    Formula formula;
    if (*rc::gen::inRange(0, 2) == 0) {
      formula.number = *rc::gen::inRange<std::int64_t>(-8, 9);
    } else {
      formula.kind = Formula::Kind::symbol;
      formula.symbol = *rc::gen::element<std::string>("N", "H", "W");
    }
    return formula;
  });
  if (depth == 0) return leaf;
  return rc::gen::exec([depth, leaf] {
    if (*rc::gen::inRange(0, 5) == 0) return *leaf;
    Formula formula;
    formula.kind = static_cast<Formula::Kind>(*rc::gen::inRange(2, 14));
    formula.number = *rc::gen::inRange(0, kWindows);
    formula.arguments = {*formulas(depth - 1), *formulas(depth - 1)};
    return formula;
  });
}

Point draw_point() {
  Point point;
  for (const char* name : {"N", "H", "W"}) point[name] = *rc::gen::inRange<std::int64_t>(1, 40);
  return point;
}

// An Expr at a point. Nothing when it divides by 0 there. Where the multiplied-out form overflows, the case is dropped.
std::optional<Wide> value_at(const Expr& expr, const Point& point) {
  std::map<std::string, Expr> values(point.begin(), point.end());
  const Expr value = expr.substitute(values);
  if (value.is_overflow()) RC_DISCARD("too large");
  return value.constant() ? std::optional(Wide{*value.constant()}) : std::nullopt;
}

constexpr int kDepth = 4;

// Simplification may remove a division by 0 (mod(x, 1) is 0 whatever x is), so only defined points are compared.
RC_GTEST_PROP(ExprProperties, SubstituteCommutesWithEvaluation, ()) {
  const Formula formula = *formulas(kDepth);
  const Expr expr = build(formula);
  const Point point = draw_point();
  const auto expected = evaluate(formula, point);
  if (!expected) RC_DISCARD("not defined");
  RC_ASSERT(value_at(expr, point) == expected);
}

RC_GTEST_PROP(ExprProperties, PartialSubstitutionChangesNothing, ()) {
  const Formula formula = *formulas(kDepth);
  const Point point = draw_point();
  const auto expected = evaluate(formula, point);
  if (!expected) RC_DISCARD("not defined");
  RC_ASSERT(value_at(build(formula).substitute({{"N", point.at("N")}}), point) == expected);
}

RC_GTEST_PROP(ExprProperties, TextReadsBackAsTheSame, ()) {
  const Expr expr = build(*formulas(kDepth));
  const Result<Expr> again = Expr::parse(expr.to_string());
  RC_ASSERT(static_cast<bool>(again));
  RC_ASSERT(*again == expr);
  RC_ASSERT(again->to_string() == expr.to_string());
}

RC_GTEST_PROP(ExprProperties, RingLaws, ()) {
  const Expr a = build(*formulas(3));
  const Expr b = build(*formulas(3));
  const Expr c = build(*formulas(3));
  if (a.is_undefined() || b.is_undefined() || c.is_undefined()) RC_DISCARD("not defined");
  RC_ASSERT(a + b == b + a);
  RC_ASSERT((a + b) + c == a + (b + c));
  RC_ASSERT(a * b == b * a);
  RC_ASSERT((a * b) * c == a * (b * c));
  RC_ASSERT(a * (b + c) == a * b + a * c);
  RC_ASSERT(a + Expr(0) == a);
  RC_ASSERT(a * Expr(1) == a);
  RC_ASSERT(a - a == Expr(0));
}

// a = b*floor_div(a, b) + mod(a, b), with mod between 0 and b; and ceil_div rounds the other way.
RC_GTEST_PROP(ExprProperties, DivisionIdentities, ()) {
  const Expr a = build(*formulas(3));
  const Expr b = build(*formulas(3));
  const Point point = draw_point();
  const auto at = [&point](const Expr& expr) { return value_at(expr, point); };
  const auto divisor = at(b);
  if (!divisor || *divisor == 0 || !at(a)) RC_DISCARD("not defined");
  const auto rest = at(mod(a, b));
  RC_ASSERT(rest.has_value());
  RC_ASSERT(at(b * floor_div(a, b) + mod(a, b)) == at(a));
  const bool in_range = *divisor > 0 ? (*rest >= 0 && *rest < *divisor) : (*rest <= 0 && *rest > *divisor);
  RC_ASSERT(in_range);
  RC_ASSERT(*at(ceil_div(a, b)) - *at(floor_div(a, b)) == (*rest == 0 ? 0 : 1));
}

RC_GTEST_PROP(ExprProperties, DecidedComparisonsHoldEverywhere, ()) {
  const Formula a = *formulas(3);
  const Formula b = *formulas(3);
  const auto less = always_less(build(a), build(b));
  const auto less_equal = always_less_equal(build(a), build(b));
  const auto equal = always_equal(build(a), build(b));
  for (int i = 0; i < 10; ++i) {
    const Point point = draw_point();
    const auto value_a = evaluate(a, point);
    const auto value_b = evaluate(b, point);
    if (!value_a || !value_b) continue;
    if (less) RC_ASSERT(*less == (*value_a < *value_b));
    if (less_equal) RC_ASSERT(*less_equal == (*value_a <= *value_b));
    if (equal) RC_ASSERT(*equal == (*value_a == *value_b));
  }
}

// Any 64-bit constants: the exact result, or overflow where it does not fit.
RC_GTEST_PROP(ExprProperties, ArithmeticNeverWraps, (std::int64_t a, std::int64_t b)) {
  const int shift_a = *rc::gen::inRange(0, 48);
  const int shift_b = *rc::gen::inRange(0, 48);
  a = static_cast<std::int64_t>(static_cast<std::uint64_t>(a) << shift_a);
  b = static_cast<std::int64_t>(static_cast<std::uint64_t>(b) << shift_b);
  const auto agrees = [](const Expr& result, Wide exact) {
    const bool fits =
        exact <= std::numeric_limits<std::int64_t>::max() && exact >= std::numeric_limits<std::int64_t>::min();
    return fits ? result.constant() == static_cast<std::int64_t>(exact) : result.is_overflow();
  };
  RC_ASSERT(agrees(Expr(a) + Expr(b), Wide{a} + b));
  RC_ASSERT(agrees(Expr(a) - Expr(b), Wide{a} - b));
  RC_ASSERT(agrees(Expr(a) * Expr(b), Wide{a} * b));
  // The same through coefficients of a symbol.
  const Expr n = Expr::symbol("N");
  RC_ASSERT(agrees((Expr(a) * n + Expr(b) * n).substitute({{"N", 1}}), Wide{a} + b));
}

}  // namespace
}  // namespace flopaudit
