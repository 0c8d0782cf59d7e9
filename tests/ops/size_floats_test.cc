// Floats made from symbolic sizes: what is said of them for all sizes holds at each, computed in doubles.
#include "analyzer/ops/size_floats.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <string>
#include <vector>

namespace flopaudit {
namespace {

// A given RC_PARAMS (a seed to repeat) wins.
[[maybe_unused]] const int kConfigured = setenv("RC_PARAMS", "max_success=20000", 0);

const Expr kH = Expr::symbol("H");

Fact combined(Arithmetic op, const Fact& a, const Fact& b) {
  const RuleResult<Fact> result = combine_numbers(op, a, b);
  return result ? *result : Fact();
}
std::string text(Arithmetic op, const Fact& a, const Fact& b) { return combined(op, a, b).to_string(); }

TEST(SizeFloats, FractionsOfSizes) {
  const Fact h = Fact::integer(kH);
  EXPECT_EQ(text(Arithmetic::div, h, Fact::integer(7)), "<H / 7>");
  EXPECT_EQ(text(Arithmetic::mul, h, Fact::floating(0.75)), "<3*H / 4>");
  EXPECT_EQ(text(Arithmetic::mul, h, Fact::floating(1.3)), "<1.3 * H>");
  EXPECT_EQ(text(Arithmetic::div, Fact::integer(Expr(6) * kH), Fact::integer(3)), "<2*H / 1>");
  EXPECT_EQ(text(Arithmetic::div, h, Fact::floating(-0.5)), "<-2*H / 1>");
  const Fact half = combined(Arithmetic::div, h, Fact::integer(2));
  EXPECT_EQ(text(Arithmetic::add, half, Fact::floating(0.5)), "<H + 1 / 2>");
  EXPECT_EQ(text(Arithmetic::remainder, half, Fact::integer(2)), "<H - 4*floor_div(H, 4) / 2>");
  EXPECT_EQ(text(Arithmetic::floordiv, half, Fact::integer(3)), "<floor_div(H, 6) / 1>");
}

TEST(SizeFloats, WhatRoundingMayMoveIsUnknown) {
  const Fact seventh = combined(Arithmetic::div, Fact::integer(kH), Fact::integer(7));
  const Fact third = combined(Arithmetic::div, Fact::integer(kH), Fact::integer(3));
  EXPECT_EQ(text(Arithmetic::mul, seventh, Fact::integer(7)), "float");  // may come out beside H
  EXPECT_EQ(text(Arithmetic::mul, seventh, Fact::integer(2)), "<2*H / 7>");
  EXPECT_EQ(text(Arithmetic::add, seventh, third), "float");
  EXPECT_EQ(text(Arithmetic::div, Fact::integer(3), Fact::integer(kH)), "float");
  EXPECT_EQ(text(Arithmetic::pow, Fact::integer(kH), Fact::floating(0.5)), "float");
  EXPECT_EQ(text(Arithmetic::mul, Fact::integer(kH), Fact::floating(-1.3)), "float");
  EXPECT_EQ(compare_facts(Comparison::le, seventh, third), std::nullopt);
  // nan where 7 divides 8*H (H = 7), and H is in no relation to nan
  const Fact rest = combined(Arithmetic::remainder, Fact::integer(kH), Fact::floating(-7.0 / 8));
  EXPECT_EQ(text(Arithmetic::remainder, Fact::floating(-4.5), rest), "float");
  EXPECT_EQ(text(Arithmetic::remainder, Fact::floating(4.5), Fact::integer(kH)), "<mod(9, 2*H) / 2>");
}

TEST(SizeFloats, Comparisons) {
  const Fact half = combined(Arithmetic::div, Fact::integer(kH), Fact::integer(2));
  EXPECT_EQ(compare_facts(Comparison::gt, half, Fact::floating(0)), true);
  EXPECT_EQ(compare_facts(Comparison::lt, half, Fact::floating(0.5)), false);
  EXPECT_EQ(compare_facts(Comparison::lt, half, Fact::floating(1)), std::nullopt);
  EXPECT_EQ(compare_facts(Comparison::le, half, Fact::integer(kH)), true);
}

// A chain of operations on a size and numbers, as programs have them, at all sizes and at one.
RC_GTEST_PROP(SizeFloats, ChainsHoldAtEverySize, ()) {
  const std::int64_t size = *rc::gen::inRange<std::int64_t>(1, 3000);
  Fact symbolic = Fact::integer(kH), concrete = Fact::integer(size);
  const int steps = *rc::gen::inRange(1, 5);
  for (int step = 0; step < steps; ++step) {
    const auto op = static_cast<Arithmetic>(*rc::gen::inRange(0, 9));
    const std::int64_t whole = *rc::gen::inRange<std::int64_t>(-9, 30);
    const Fact number = *rc::gen::arbitrary<bool>()
                            ? Fact::integer(whole)
                            : Fact::floating(static_cast<double>(whole) / *rc::gen::element(2.0, 8.0, 10.0));
    const bool swapped = *rc::gen::inRange(0, 4) == 0;
    const auto apply = [&](const Fact& value) {
      return swapped ? combined(op, number, value) : combined(op, value, number);
    };
    const Fact next = apply(symbolic);
    if (next.is_unknown()) break;
    symbolic = next;
    concrete = apply(concrete);
    const auto* floating = symbolic.get<FloatFact>();
    if (floating != nullptr && !floating->value && !floating->of_size) break;
  }
  const std::optional<SizeFloat> value = size_float_of(symbolic);
  const std::optional<double> number = number_of(concrete);
  if (!value || !number || !(std::abs(*number) < 1e12)) RC_DISCARD("not known");
  const auto at = [size](const Expr& expr) { return expr.substitute({{"H", Expr(size)}}).constant(); };
  RC_ASSERT(at(rounded_down(*value)) == static_cast<std::int64_t>(std::floor(*number)));
  RC_ASSERT(at(rounded_up(*value)) == static_cast<std::int64_t>(std::ceil(*number)));
  if (const auto whole = rounded_to_zero(*value)) RC_ASSERT(at(*whole) == static_cast<std::int64_t>(*number));
  const Fact bound = Fact::floating(static_cast<double>(*rc::gen::inRange(-20, 20)) / 4);
  for (const Comparison op : {Comparison::lt, Comparison::le, Comparison::eq, Comparison::ge}) {
    const std::optional<bool> decided = compare_facts(op, symbolic, bound);
    if (decided) RC_ASSERT(decided == compare_facts(op, concrete, bound));
  }
}

}  // namespace
}  // namespace flopaudit
