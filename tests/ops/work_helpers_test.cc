#include "analyzer/ops/work_helpers.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "analyzer/ops/shape_helpers.h"

namespace flopaudit {
namespace {

// Counted one by one, from the definition.
std::int64_t taps_by_hand(std::int64_t input, std::int64_t output, std::int64_t kernel, std::int64_t stride,
                          std::int64_t padding, std::int64_t dilation) {
  std::int64_t taps = 0;
  for (std::int64_t i = 0; i < output; ++i) {
    for (std::int64_t j = 0; j < kernel; ++j) {
      const std::int64_t position = i * stride - padding + j * dilation;
      taps += position >= 0 && position < input ? 1 : 0;
    }
  }
  return taps;
}

RC_GTEST_PROP(TapsInside, EqualsTheCountOneByOne, ()) {
  const auto input = *rc::gen::inRange<std::int64_t>(1, 20);
  const auto output = *rc::gen::inRange<std::int64_t>(0, 20);
  const auto kernel = *rc::gen::inRange<std::int64_t>(1, 8);
  const auto stride = *rc::gen::inRange<std::int64_t>(1, 5);
  const auto padding = *rc::gen::inRange<std::int64_t>(0, 6);
  const auto dilation = *rc::gen::inRange<std::int64_t>(1, 4);
  RuleResult<Expr> taps = taps_inside(input, output, kernel, stride, padding, dilation);
  RC_ASSERT(static_cast<bool>(taps));
  RC_ASSERT(taps_by_hand(input, output, kernel, stride, padding, dilation) == taps->constant());
}

TEST(TapsInside, IsSymbolic) {
  // 3 taps, padding 1: the first output misses one and the last misses one.
  RuleResult<Expr> taps = taps_inside(Expr::symbol("H"), Expr::symbol("H"), 3, 1, 1, 1);
  ASSERT_TRUE(taps);
  EXPECT_EQ(taps->substitute({{"H", Expr(10)}}), Expr(3 * 10 - 2));
}

TEST(TapsInside, WithoutPaddingIsEveryTap) {
  const Expr size = floor_div(Expr::symbol("H") - Expr(3), 2) + Expr(1);
  EXPECT_EQ(*taps_inside(Expr::symbol("H"), size, 3, 2, 0, 1), Expr(3) * size);
  EXPECT_EQ(*taps_inside(Expr::symbol("H"), size + Expr(1), 3, 2, 0, 1),
            window_taps(Expr::symbol("H"), size + Expr(1), 3, 2, 0, 1));
}

TEST(TapsInside, GivesUpOnAKernelWithoutEnd) { EXPECT_FALSE(taps_inside(8, 8, std::int64_t{1} << 40, 1, 0, 1)); }

TEST(WorkCounter, CountsIntegersApart) {
  const Facts facts = {*Fact::parse("i64[2,3]")};
  const RuleResult<Work> work = WorkCounter(facts, facts).per_output(WorkClass::mul, 2).work();
  ASSERT_TRUE(work);
  EXPECT_EQ((*work).total(WorkClass::integer), Expr(2 * 2 * 3));
  EXPECT_EQ((*work).total(WorkClass::mul), Expr(0));
}

TEST(WorkCounter, ComplexNumbersAreMadeOfRealOnes) {
  const Facts facts = {*Fact::parse("c64[5]")};
  const RuleResult<Work> work =
      WorkCounter(facts, facts).per_output(WorkClass::mul).per_output(WorkClass::add).per_output(WorkClass::mac).work();
  ASSERT_TRUE(work);
  const auto& operations = (*work).operations;
  EXPECT_EQ(operations.at({WorkClass::mul, DType::f32}), Expr(4 * 5));
  EXPECT_EQ(operations.at({WorkClass::add, DType::f32}), Expr(2 * 5 + 2 * 5));
  EXPECT_EQ(operations.at({WorkClass::mac, DType::f32}), Expr(4 * 5));
  EXPECT_FALSE(WorkCounter(facts, facts).per_output(WorkClass::erf).work());  // LibTorch has none
}

TEST(WorkCounter, UnknownIsNotZero) {
  const Facts facts = {*Fact::parse("f32[2,?]")};
  EXPECT_FALSE(WorkCounter(facts, facts).per_output(WorkClass::add).work());
  EXPECT_FALSE(WorkCounter(facts, facts).work());
}

TEST(Broadcast, TakesWhatEveryValidRunGives) {
  const auto dims = [](const char* text) { return *Fact::parse(text)->tensor()->dims; };
  const auto both = [&](const char* a, const char* b) {
    const std::optional<Dims> result = broadcast(dims(a), dims(b));
    return result ? text(*result) : "no";
  };
  EXPECT_EQ(both("f32[N,3]", "f32[3]"), "[N, 3]");
  EXPECT_EQ(both("f32[N]", "f32[4]"), "[4]");
  EXPECT_EQ(both("f32[?]", "f32[4]"), "[4]");
  EXPECT_EQ(both("f32[?]", "f32[1]"), "[?]");
  EXPECT_EQ(both("f32[2,1]", "f32[0]"), "[2, 0]");
  EXPECT_EQ(both("f32[2]", "f32[3]"), "no");
}

}  // namespace
}  // namespace flopaudit
