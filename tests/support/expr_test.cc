// Expr by example: what is folded, how it prints, what is decided. The laws are in expr_property_test.cc.
#include "analyzer/support/expr.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <string>

#include "analyzer/support/expr_bounds.h"

namespace flopaudit {
namespace {

constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t kMin = std::numeric_limits<std::int64_t>::min();

Expr read(const std::string& text) {
  Result<Expr> result = Expr::parse(text);
  EXPECT_TRUE(result) << text << ": " << result.error().message;
  return result ? *result : Expr::undefined();
}

const Expr N = Expr::symbol("N");
const Expr H = Expr::symbol("H");

TEST(Expr, ConstantsFold) {
  EXPECT_EQ((Expr(2) * Expr(10) + Expr(5) - Expr(1)).constant(), 2 * 10 + 5 - 1);
  EXPECT_EQ(floor_div(-7, 2).constant(), -4);
  EXPECT_EQ(ceil_div(7, 2).constant(), 4);
  EXPECT_EQ(ceil_div(-7, 2).constant(), -3);
  EXPECT_EQ(mod(-7, 3).constant(), 2);
  EXPECT_EQ(mod(7, -3).constant(), -2);
  EXPECT_EQ(min(3, -4).constant(), -4);
  EXPECT_EQ(max(3, -4).constant(), 3);
}

TEST(Expr, OverflowIsAbsorbing) {
  EXPECT_TRUE((Expr(kMax) + Expr(1)).is_overflow());
  EXPECT_TRUE((Expr(kMin) - Expr(1)).is_overflow());
  EXPECT_TRUE((Expr(kMax) * Expr(2)).is_overflow());
  EXPECT_TRUE((-Expr(kMin)).is_overflow());
  EXPECT_TRUE(floor_div(kMin, -1).is_overflow());
  EXPECT_TRUE(ceil_div(kMin, -1).is_overflow());
  EXPECT_TRUE((N * Expr(kMax) + N).is_overflow());
  EXPECT_TRUE((Expr::overflow() * Expr(0)).is_overflow());
  EXPECT_TRUE((N + Expr::overflow()).is_overflow());
  EXPECT_TRUE(max(N, Expr::overflow()).is_overflow());
  EXPECT_EQ(Expr::overflow().constant(), std::nullopt);
  EXPECT_EQ(Expr::overflow().to_string(), "overflow");
  EXPECT_TRUE((N * Expr(kMax)).substitute({{"N", 2}}).is_overflow());
}

TEST(Expr, EndsOfTheRangeDoNotOverflow) {
  EXPECT_EQ(mod(kMin, -1).constant(), 0);
  EXPECT_EQ(mod(kMin, 3).constant(), 3 + kMin % 3);
  EXPECT_EQ(ceil_div(kMin, 2).constant(), kMin / 2);
  EXPECT_EQ(floor_div(kMin, 3).constant(), kMin / 3 - 1);
  EXPECT_EQ(read("-9223372036854775808").constant(), kMin);
  EXPECT_EQ(read("N - 9223372036854775808").to_string(), "N - 9223372036854775808");
}

TEST(Expr, DivisionByZeroIsUndefined) {
  EXPECT_TRUE(floor_div(N, 0).is_undefined());
  EXPECT_TRUE(ceil_div(1, 0).is_undefined());
  EXPECT_TRUE(mod(N, 0).is_undefined());
  EXPECT_TRUE((Expr::overflow() + Expr::undefined()).is_undefined());
  EXPECT_EQ(Expr::undefined().to_string(), "undefined");
}

struct TextCase {
  const char* input;
  const char* normal_form;
};

class ExprNormalForm : public ::testing::TestWithParam<TextCase> {};

TEST_P(ExprNormalForm, Prints) {
  const Expr expr = read(GetParam().input);
  EXPECT_EQ(expr.to_string(), GetParam().normal_form);
  EXPECT_EQ(read(expr.to_string()), expr);
}

INSTANTIATE_TEST_SUITE_P(Polynomials, ExprNormalForm,
                         ::testing::Values(TextCase{"4 + 3*floor_div(1+H, 2)*N", "3*N*ceil_div(H, 2) + 4"},
                                           TextCase{"(N + 1)*(N - 1)", "N*N - 1"}, TextCase{"N - N", "0"},
                                           TextCase{"-N", "-N"}, TextCase{"3 - 2*N", "-2*N + 3"},
                                           TextCase{"trips(n12.n30)*2", "2*trips(n12.n30)"}, TextCase{"  N", "N"},
                                           TextCase{"H//2 + N%2", "-N + 2*ceil_div(N, 2) + floor_div(H, 2)"},
                                           TextCase{"H + H%2", "2*ceil_div(H, 2)"}, TextCase{"--3", "3"}));

INSTANTIATE_TEST_SUITE_P(
    Division, ExprNormalForm,
    ::testing::Values(
        TextCase{"floor_div(N, 1)", "N"}, TextCase{"floor_div(6*N, 3)", "2*N"},
        TextCase{"floor_div(2*N + 3, 2)", "N + 1"}, TextCase{"floor_div(H + N*2, 2)", "N + floor_div(H, 2)"},
        TextCase{"floor_div(N*H, N)", "H"}, TextCase{"floor_div(N*H + H, N + 1)", "H"},
        TextCase{"floor_div(4*N + 2, 6)", "floor_div(2*N + 1, 3)"}, TextCase{"floor_div(2*N, 2*H)", "floor_div(N, H)"},
        TextCase{"floor_div(N, -2)", "-ceil_div(N, 2)"},
        // A stride of 2 twice is a stride of 4.
        TextCase{"floor_div(floor_div(H - 1, 2) + 1 - 1, 2) + 1", "ceil_div(H, 4)"},
        // A size and its padding to a multiple of 7.
        TextCase{"H + mod(-H, 7)", "7*ceil_div(H, 7)"}, TextCase{"H + (7 - H%7)%7", "7*ceil_div(H, 7)"},
        TextCase{"floor_div(5*N + 1, 3)", "N + floor_div(2*N + 1, 3)"}, TextCase{"floor_div(mod(N, 4), 4)", "0"},
        TextCase{"ceil_div(N, 2)", "ceil_div(N, 2)"}, TextCase{"ceil_div(2*N, 2)", "N"}, TextCase{"mod(4*N, 2)", "0"},
        TextCase{"mod(4*N + 7, 4)", "3"}, TextCase{"mod(2*N, 4)", "2*N - 4*floor_div(N, 2)"},
        TextCase{"mod(N, H)", "mod(N, H)"}, TextCase{"mod(N*H, H)", "0"}));

INSTANTIATE_TEST_SUITE_P(Extrema, ExprNormalForm,
                         ::testing::Values(TextCase{"min(N, N)", "N"}, TextCase{"min(N, min(H, N))", "min(H, N)"},
                                           TextCase{"min(5, min(N, 3))", "min(N, 3)"}, TextCase{"max(N, 1)", "N"},
                                           TextCase{"max(N, 0)", "N"}, TextCase{"min(N, N + 2)", "N"},
                                           TextCase{"max(min(N, 4), 9)", "9"},
                                           TextCase{"max(trips(n1), 1)", "max(trips(n1), 1)"}));

INSTANTIATE_TEST_SUITE_P(Counts, ExprNormalForm,
                         ::testing::Values(TextCase{"gcd(12, -18)", "6"}, TextCase{"gcd(0, 0)", "0"},
                                           TextCase{"gcd(7, 14*N + H)", "gcd(H, 7)"}, TextCase{"gcd(N*H, H)", "H"},
                                           TextCase{"gcd(W, N)", "gcd(N, W)"}, TextCase{"gcd(-N, 1)", "1"},
                                           TextCase{"ceil_log2(1)", "0"}, TextCase{"ceil_log2(-3)", "0"},
                                           TextCase{"ceil_log2(8)", "3"}, TextCase{"ceil_log2(9)", "4"},
                                           TextCase{"ceil_log2(N + 1)*H", "H*ceil_log2(N + 1)"},
                                           TextCase{"max(ceil_log2(N), 0)", "ceil_log2(N)"},
                                           TextCase{"window_taps(10, 10, 3, 1, 1, 1)", "28"},
                                           TextCase{"window_taps(H, H, 3, 1, 1, 1)", "window_taps(H, H, 3, 1, 1, 1)"},
                                           TextCase{"window_taps(H, H, N, 1, 1, 1)", "overflow"},
                                           TextCase{"window_taps(H, H, 3, 0, 1, 1)", "undefined"}));

struct ErrorCase {
  const char* input;
  const char* message;
};

class ExprErrors : public ::testing::TestWithParam<ErrorCase> {};

TEST_P(ExprErrors, NamePlace) {
  const Result<Expr> result = Expr::parse(GetParam().input);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ErrorKind::usage);
  EXPECT_EQ(result.error().message, GetParam().message);
}

INSTANTIATE_TEST_SUITE_P(
    All, ExprErrors,
    ::testing::Values(
        ErrorCase{"", "cannot read \"\": expected a number or a name at column 1"},
        ErrorCase{"N +", "cannot read \"N +\": expected a number or a name at column 4"},
        ErrorCase{"N N", "cannot read \"N N\": unexpected text at column 3"},
        ErrorCase{"(N", "cannot read \"(N\": expected ')' at column 3"},
        ErrorCase{"min(N)", "cannot read \"min(N)\": expected ',' at column 6"},
        ErrorCase{"mod(1, 2, 3)", "cannot read \"mod(1, 2, 3)\": expected ')' at column 10"},
        ErrorCase{"9223372036854775808",
                  "cannot read \"9223372036854775808\": the number does not fit into 64 bits at column 1"},
        ErrorCase{"f()", "cannot read \"f()\": expected one name in the brackets of a symbol at column 3"}));

TEST(Expr, HostileTextsAreErrors) {
  for (const char* piece : {"(", "-", "min(", "1+(", "N*-"}) {
    std::string text;
    for (int i = 0; i < 100'000; ++i) text += piece;
    EXPECT_FALSE(Expr::parse(text)) << piece;
  }
}

TEST(Expr, HugeExpressionsOverflowInsteadOfRunningAway) {
  Expr sum = 1;
  for (int i = 0; i < 26; ++i) sum *= Expr::symbol(std::string(1, static_cast<char>('a' + i))) + Expr(1);
  EXPECT_TRUE(sum.is_overflow());
  Expr nested = N;
  for (int i = 0; i < 10'000 && !nested.is_overflow(); ++i) nested = floor_div(N * nested, H);
  EXPECT_TRUE(nested.is_overflow());
}

TEST(Expr, Comparisons) {
  EXPECT_EQ(always_less(0, N), true);
  EXPECT_EQ(always_less(1, N), std::nullopt);
  EXPECT_EQ(always_less_equal(1, N), true);
  EXPECT_EQ(always_less(N, N), false);
  EXPECT_EQ(always_less_equal(N, N * N), true);
  EXPECT_EQ(always_less(N, N * H + Expr(1)), true);
  EXPECT_EQ(always_less(H, N), std::nullopt);
  EXPECT_EQ(always_equal(N, N), true);
  EXPECT_EQ(always_equal(N, 3), std::nullopt);
  EXPECT_EQ(always_equal(N, 0), false);
  EXPECT_EQ(always_equal(Expr(2) * N, 3), false);
  EXPECT_EQ(always_equal(N, N + Expr(1)), false);
  EXPECT_EQ(always_less(0, Expr::symbol("trips(n4)")), std::nullopt);
  EXPECT_EQ(always_less_equal(0, Expr::symbol("trips(n4)")), true);
  EXPECT_EQ(always_less(Expr::overflow(), N), std::nullopt);
}

TEST(Expr, ComparisonsThroughFunctions) {
  EXPECT_EQ(always_less(floor_div(N, 2), N), true);
  EXPECT_EQ(always_less_equal(floor_div(N + Expr(1), 2), N), true);
  EXPECT_EQ(always_less(mod(N, 4), 4), true);
  EXPECT_EQ(always_less_equal(min(N, H), N), true);
  EXPECT_EQ(always_less_equal(N, max(N, H)), true);
  EXPECT_EQ(always_less_equal(min(N, H), max(N, H)), true);
  EXPECT_EQ(always_equal(min(N, H) + max(N, H), 1), false);
}

TEST(Expr, ComparisonsUnderBounds) {
  EXPECT_EQ(always_less(3, N), std::nullopt);
  {
    const SymbolBounds bounds({{"N", 4}});
    EXPECT_EQ(always_less(3, N), true);
    EXPECT_EQ(always_less(3, H), std::nullopt);
    EXPECT_EQ(always_less_equal(1, floor_div(N, 4)), true);
    EXPECT_EQ(min(floor_div(N, 4), 1), Expr(1));
  }
  EXPECT_EQ(always_less(3, N), std::nullopt);
}

TEST(Expr, ComparisonsUnderLargestSizes) {
  const Expr kept = Expr::symbol("nms(n3)");
  EXPECT_EQ(always_less_equal(kept, N), std::nullopt);
  {
    const LargestSizes bounds({{"nms(n3)", symbol_most(Expr(100))}});
    EXPECT_EQ(always_less_equal(kept, 100), true);
    EXPECT_EQ(always_less(kept, 100), std::nullopt);
    EXPECT_EQ(min(kept, 1000), kept);
    EXPECT_EQ(upper_bound(Expr(2) * kept + Expr(1)), 2 * 100 + 1);
    LargestSizes::add("unique(n4)", symbol_most(kept));  // no more than what is kept
    EXPECT_EQ(upper_bound(Expr::symbol("unique(n4)")), 100);
    EXPECT_EQ(always_less_equal(Expr::symbol("unique(n4)"), kept), true);
    EXPECT_EQ(always_less_equal(kept, Expr::symbol("unique(n4)")), std::nullopt);
    LargestSizes::add("slice(n5)", symbol_most(N));
    EXPECT_EQ(upper_bound(Expr::symbol("slice(n5)")), std::nullopt);
    EXPECT_EQ(always_less_equal(Expr(3) * Expr::symbol("slice(n5)"), Expr(3) * N), true);
    EXPECT_EQ(always_less_equal(N, Expr::symbol("slice(n5)")), std::nullopt);
  }
  EXPECT_EQ(upper_bound(kept), std::nullopt);
}

TEST(Expr, AnyIntMayBeNegative) {
  EXPECT_EQ(lower_bound(Expr::symbol("trips(n3)")), 0);
  EXPECT_EQ(lower_bound(Expr::symbol("int(n3)")), std::nullopt);
  EXPECT_EQ(always_less_equal(0, Expr::symbol("int(n3)")), std::nullopt);
  EXPECT_EQ(max(Expr::symbol("int(n3)"), 0).to_string(), "max(int(n3), 0)");
}

TEST(Expr, SymbolsAndSubstitution) {
  const Expr expr = floor_div(N * H + Expr(1), 2) + Expr::symbol("trips(n3)");
  EXPECT_EQ(expr.symbols(), (std::set<std::string>{"H", "N", "trips(n3)"}));
  EXPECT_EQ(expr.substitute({{"N", 3}, {"H", 5}, {"trips(n3)", 7}}).constant(), (3 * 5 + 1) / 2 + 7);
  EXPECT_EQ((N + H).substitute({{"N", H}, {"H", N}}), N + H);  // at once, not one after the other
}

TEST(Expr, RangesPrintOnceWhenExact) {
  EXPECT_EQ(Range(N).to_string(), "N");
  EXPECT_EQ((Range(0, N) + Range(2)).to_string(), "2..N + 2");
}

// A detector joins the boxes of ninety classes: bounded term by term, and in no time.
TEST(ExprBounds, LongSumsAreBoundedTermByTerm) {
  Expr sum;
  for (int i = 0; i < 91; ++i) sum += min(Expr::symbol("nonzero(n" + std::to_string(i) + ")"), Expr(400));
  const Expr boxes = max(sum, Expr(7));
  EXPECT_EQ(upper_bound(boxes), 91 * 400);
  EXPECT_EQ(lower_bound(boxes), 7);
  EXPECT_EQ(upper_bound(sum - Expr::symbol("N")), 91 * 400 - 1);
  EXPECT_EQ(always_less_equal(sum, Expr(91 * 400)), true);
  EXPECT_EQ(always_less(sum, Expr(91 * 400)), std::nullopt);
  EXPECT_EQ(upper_bound(sum + Expr::symbol("N")), std::nullopt);
}

}  // namespace
}  // namespace flopaudit
