// Formulas for people, and what is solved for them.
#include "analyzer/support/expr_formulas.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <string>
#include <vector>

#include "analyzer/support/expr_roots.h"

namespace flopaudit {
namespace {

Expr read(const std::string& text) { return *Expr::parse(text); }

TEST(FormulaNames, NamesWhatRepeatsAndPutsWhatIsSharedInFront) {
  FormulaNames names({"N", "H", "W"});
  EXPECT_EQ(names.text(read("9408*N*ceil_div(H, 2)*ceil_div(W, 2) + 512*N*ceil_div(H, 16)*ceil_div(W, 16) + 1000*N")),
            "N*(9408*H2*W2 + 512*H16*W16 + 1000)");
  EXPECT_EQ(names.text(read("ceil_div(H, 2) - floor_div(H, 2)")), "H2 - H2b");
  EXPECT_EQ(names.where(), (std::vector<std::string>{"H16 = ceil_div(H, 16)", "W16 = ceil_div(W, 16)",
                                                     "H2 = ceil_div(H, 2)", "W2 = ceil_div(W, 2)",
                                                     "H2b = floor_div(H, 2)"}));
}

TEST(FormulaNames, LeavesPlainFormulasAlone) {
  FormulaNames names({"N", "T"});
  EXPECT_EQ(names.text(Expr(1234)), "1234");
  EXPECT_EQ(names.text(read("3*N*T*T - N*T + 7")), "3*N*T*T - N*T + 7");
  EXPECT_EQ(names.text(read("-N*T - N")), "N*(-T - 1)");
  EXPECT_EQ(names.text(Expr::overflow()), "overflow");
  EXPECT_EQ(names.text(Range(Expr(0), read("2*N"))), "0 .. 2*N");
  EXPECT_TRUE(names.where().empty());
}

TEST(FormulaNames, NoNameIsASymbolOfTheInputs) {
  FormulaNames names({"H", "H2"});
  EXPECT_EQ(names.text(read("H2 + ceil_div(H, 2)")), "H2 + H2b");
}

TEST(FormulaNames, SaysTapsInClosedForm) {
  FormulaNames names({"H"});
  EXPECT_EQ(names.text(read("window_taps(H, H, 3, 1, 1, 1)")), "tH1");
  EXPECT_EQ(names.text(read("window_taps(H, ceil_div(H, 2), 7, 2, 3, 1)")), "tH2");
  EXPECT_EQ(names.where(),
            (std::vector<std::string>{"tH1 = window_taps(H, H, 3, 1, 1, 1) = 3*H - 2", "H2 = ceil_div(H, 2)",
                                      "H2b = floor_div(H, 2)",
                                      "tH2 = window_taps(H, H2, 7, 2, 3, 1) = 5*H2 + 2*H2b - 6 for H >= 3"}));
}

// The closed form that is printed is the count, from the size on that it names.
RC_GTEST_PROP(FormulaNames, ClosedFormsAreRight, ()) {
  const Expr H = Expr::symbol("H");
  const auto number = [](int low, int high) { return Expr(*rc::gen::inRange<std::int64_t>(low, high)); };
  const Expr kernel = number(1, 8), stride = number(1, 4), padding = number(0, 5), dilation = number(1, 4);
  const Expr output = floor_div(H + Expr(2) * padding - dilation * (kernel - Expr(1)) - Expr(1), stride) + Expr(1);
  const Expr taps = window_taps(H, output, kernel, stride, padding, dilation);
  FormulaNames names({"H"});
  names.text(taps);
  if (names.where().empty()) return;
  // "tH1 = window_taps(...) = form for H >= 3", with the names of the lines above it put in.
  std::string line = names.where().back();
  const std::size_t form = line.rfind(" = ");
  if (line.rfind("window_taps") > form) return;
  std::int64_t least = 1;
  if (const std::size_t bound = line.find(" for H >= "); bound != std::string::npos) {
    least = std::stoll(line.substr(bound + 10));
    line.resize(bound);
  }
  Expr closed = *Expr::parse(line.substr(form + 3));
  for (auto definition = names.where().rbegin() + 1; definition != names.where().rend(); ++definition) {
    const std::size_t equals = definition->find(" = ");
    closed = closed.substitute({{definition->substr(0, equals), *Expr::parse(definition->substr(equals + 3))}});
  }
  const std::int64_t size = *rc::gen::inRange<std::int64_t>(least, least + 50);
  // An output below 1 is none: the op refuses.
  if (*output.substitute({{"H", size}}).constant() < 1) return;
  RC_ASSERT(closed.substitute({{"H", size}}) == taps.substitute({{"H", size}}));
}

TEST(Relations, AreSolvedForASymbol) {
  const auto least = [](const std::string& text) { return least_for_nonnegative(read(text)); };
  EXPECT_EQ(least("N - 3")->least, 3);
  EXPECT_EQ(least("floor_div(H - 1, 4) - 1")->least, 5);
  EXPECT_EQ(least("floor_div(H, 32) - 1")->symbol, "H");
  EXPECT_EQ(least("2*H*H - 7")->least, 2);
  EXPECT_FALSE(least("N - H"));
  EXPECT_FALSE(least("3 - N"));
  EXPECT_FALSE(least("N*N - 4*N"));
  EXPECT_FALSE(least("trips(n3) - 2"));
  EXPECT_FALSE(least("5"));
}

TEST(Relations, HaveOneSolutionOrNone) {
  const auto root = [](const std::string& text) { return only_root(read(text)); };
  EXPECT_EQ(root("H - 224")->least, 224);
  EXPECT_EQ(root("224 - H")->least, 224);
  EXPECT_EQ(root("2*H + floor_div(H, 2) - 10")->least, 4);
  EXPECT_EQ(root("C - 3")->symbol, "C");
  EXPECT_FALSE(root("floor_div(H, 16) - 14"));  // 224 to 239
  EXPECT_FALSE(root("2*H - 7"));
  EXPECT_FALSE(root("H - W"));
}

RC_GTEST_PROP(Relations, TheSolutionIsWhereTheSignChanges, ()) {
  const Expr H = Expr::symbol("H");
  const auto number = [](int low, int high) { return Expr(*rc::gen::inRange<std::int64_t>(low, high)); };
  const Expr value = number(0, 4) * H + number(0, 4) * floor_div(H + number(-9, 9), number(1, 9)) - number(0, 99);
  const auto solved = least_for_nonnegative(value);
  if (!solved) return;
  const auto at = [&value](std::int64_t size) { return *value.substitute({{"H", Expr(size)}}).constant(); };
  RC_ASSERT(at(solved->least) >= 0);
  RC_ASSERT(solved->least == 1 || at(solved->least - 1) < 0);
}

TEST(Relations, PrintTermsWhereTheyArePositive) {
  const auto text = [](const std::string& a, const std::string& relation, const std::string& b) {
    return relation_text(read(a), relation, read(b));
  };
  EXPECT_EQ(text("N - 3", "=", "0"), "N = 3");
  EXPECT_EQ(text("3", "=", "N"), "N = 3");
  EXPECT_EQ(text("2*H - W", ">=", "1"), "2*H >= W + 1");
}

}  // namespace
}  // namespace flopaudit
