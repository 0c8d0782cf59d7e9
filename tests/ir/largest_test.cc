// The largest of formulas, with time for proofs and without.
#include "analyzer/ir/memory/largest.h"

#include <gtest/gtest.h>

namespace flopaudit {
namespace {

Expr formula(const std::string& text) { return *Expr::parse(text); }

TEST(Largest, OneThatIsLargerAtAllSizesIsProved) {
  Comparisons comparisons;
  EXPECT_EQ(comparisons.larger(formula("3*N"), formula("2*N")), formula("3*N"));
  EXPECT_EQ(comparisons.larger(formula("N + 5"), formula("N + 7")), formula("N + 7"));
  EXPECT_EQ(comparisons.larger(formula("2*N"), formula("N + 20")), formula("max(2*N, N + 20)"));
  EXPECT_TRUE(comparisons.all_proved());
}

// Formulas whose minima and maxima need a search over cases, a new one each time.
Expr hard(int i) {
  std::string sum = std::to_string(i) + "*N";
  for (const char* part :
       {"max(A, B)*min(C, D)", "max(C, N)*min(A, N)", "max(B, D)*min(B, N)", "floor_div(A*N + 3, 7)"})
    sum += " + " + std::to_string(i + 2) + "*" + part;
  return formula(sum);
}

TEST(Largest, WithoutTimeForProofsTheSizesThatAreTriedDecide) {
  Comparisons comparisons;
  int i = 1;
  for (; i < 100'000 && comparisons.all_proved(); ++i)
    comparisons.larger(hard(i) + formula("min(A, C)*N"), hard(i + 1));
  ASSERT_FALSE(comparisons.all_proved()) << "the search is cheaper than it was: make the formulas harder";
  EXPECT_EQ(comparisons.larger(hard(i), hard(i + 1)), hard(i + 1));
  EXPECT_EQ(comparisons.larger(formula("2*N"), formula("N + 20")), formula("2*N")) << "larger at 64";
  EXPECT_EQ(comparisons.larger(Expr(3), Expr(4)), Expr(4));

  Largest largest(comparisons);
  largest.offer({formula("2*N"), 0, nullptr, 1});
  largest.offer({formula("N + 20"), 0, nullptr, 2});
  largest.offer({formula("3*N"), 0, nullptr, 3});
  EXPECT_EQ(largest.candidates().front().step, 3);
  EXPECT_FALSE(largest.is_proved());
}

}  // namespace
}  // namespace flopaudit
