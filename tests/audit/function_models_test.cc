// Expected counts of special functions, remainders, distributions, changes of type and ranges, as arithmetic, and where
// there is none.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/audit/expected_of.h"

namespace flopaudit {
namespace {

using testing::HasSubstr;

Interval interval(std::int64_t low, std::int64_t high) { return {low, high}; }

TEST(Remainders, AreDivisionsInF64) {
  EXPECT_EQ(counts("aten::fmod.Tensor", "f32[5,7], f32[7]"), (Counts64{{"div_f64", 5 * 7}}));
  const ExpectedCounts far_apart = model("aten::fmod.Scalar", "f64[35], 0.7");
  EXPECT_EQ(far_apart.by_values.calls, 35);
  const std::int64_t digits = 1024 + 1074, digits_a_step = 32;
  EXPECT_EQ(far_apart.by_values.each[FlopClass::div_f64], interval(0, digits / digits_a_step + 1));
  const ExpectedCounts shifted = model("aten::remainder.Scalar_Tensor", "2.5, f32[35]");
  EXPECT_TRUE(shifted.data_dependent);
  EXPECT_EQ(shifted.expected[FlopClass::add_f32], interval(0, 35));
  EXPECT_EQ(shifted.expected[FlopClass::div_f64], interval(35, 35));
}

TEST(Remainders, OfQuotientsRoundedDownAreInVectorsAndBehindThem) {
  const std::int64_t vectors = 2 * 16;
  EXPECT_EQ(counts("aten::floor_divide", "f32[32], f32[32]"),
            (Counts64{{"add_f32", 5 * vectors}, {"div_f32", 2 * vectors}, {"div_f64", vectors}}));
  EXPECT_EQ(counts("aten::div.Scalar_mode", "f64[16], 0.7, \"floor\""),
            (Counts64{{"add_f64", 5 * 16}, {"div_f64", 3 * 16}}));
  const ExpectedCounts behind = model("aten::div.Tensor_mode", "f32[33], f32[33], \"floor\"");
  EXPECT_EQ(behind.expected[FlopClass::add_f32], interval(5 * vectors, 5 * vectors + 5));
  EXPECT_EQ(behind.expected[FlopClass::div_f32], interval(2 * vectors + 1, 2 * vectors + 2));
  EXPECT_EQ(counts("aten::div.Tensor_mode", "f32[33], f32[33], \"trunc\""), (Counts64{{"div_f32", 33}}));
  EXPECT_THAT(reason("aten::floor_divide", "f32[5,7], f32[7]"), HasSubstr("broadcast"));
  EXPECT_THAT(reason("aten::fmod.Tensor", "f32[7], f64[7]"), HasSubstr("cast"));
}

TEST(SpecialFunctions, InVectorsDoBothBranches) {
  EXPECT_EQ(counts("aten::special_i1e", "f32[6]"),
            (Counts64{{"add_f32", 46 * 8}, {"mul_f32", 26 * 8}, {"div_f32", 2 * 8}, {"sqrt_f32", 8}}));
  const ExpectedCounts single = model("aten::special_i1e", "f32[7]");
  EXPECT_EQ(single.expected[FlopClass::add_f32], interval(46 * 8 + 13, 46 * 8 + 33));
  EXPECT_EQ(counts("aten::erfinv", "f32[5]"), (Counts64{{"add_f32", 20 * 8}, {"mul_f32", 11 * 8}}));
  EXPECT_EQ(counts("aten::erfinv", "f64[5]"), (Counts64{{"add_f64", 28 * 6}, {"mul_f64", 20 * 6}}));
}

TEST(SpecialFunctions, AreRangesByValue) {
  const ExpectedCounts whole = model("aten::i0", "f32[9]");
  EXPECT_EQ(whole.expected[FlopClass::add_f32], interval(50 * 9, 60 * 16));
  EXPECT_EQ(model("aten::polygamma", "0, f64[9]").expected, model("aten::digamma", "f64[9]").expected);
  EXPECT_THAT(reason("aten::polygamma", "2, f64[9]"), HasSubstr("zeta"));
  EXPECT_THAT(reason("aten::special_zeta", "f64[9], f64[9]"), HasSubstr("zeta"));
  EXPECT_EQ(counts("aten::frexp.Tensor", "f32[9]"), Counts64{});
  EXPECT_EQ(counts("aten::angle", "f32[9]"), Counts64{});
  EXPECT_EQ(model("aten::angle", "c64[9]").expected[FlopClass::div_f32], interval(0, 2 * 9));
}

TEST(Powers, OfANumberAndInF64) {
  EXPECT_EQ(counts("aten::pow.Scalar", "2.5, f32[7]"), (Counts64{{"add_f64", 13 * 7}, {"mul_f64", 14 * 7}}));
  EXPECT_EQ(counts("aten::pow.Scalar", "1.0, f32[7]"), Counts64{});
  EXPECT_EQ(counts("aten::float_power.Tensor_Scalar", "f32[7], 2"), (Counts64{{"mul_f64", 7}}));
  EXPECT_EQ(counts("aten::float_power.Tensor_Tensor", "f32[7], i64[7]"),
            (Counts64{{"add_f64", 39 * 7}, {"mul_f64", 29 * 7}}));
}

TEST(Conversions, ToHalvesAreArithmetic) {
  const Counts64 once = {{"add_f32", 1}, {"mul_f32", 2}};
  EXPECT_EQ(counts("aten::full", "[5, 7], 2.5, 5, none, none, none"), once);
  EXPECT_EQ(counts("aten::masked_fill.Scalar", "f16[5,7], bool[7], 2.5"), once);
  EXPECT_EQ(counts("aten::full", "[5, 7], 2.5, 15, none, none, none"), Counts64{}) << "bf16";
  EXPECT_EQ(counts("aten::to.dtype", "i64[33], 5, false, false, none"),
            (Counts64{{"add_f32", 33}, {"mul_f32", 2 * 33}}));
  EXPECT_EQ(counts("aten::to.dtype", "f32[33], 5, false, false, none"), Counts64{});
  EXPECT_EQ(counts("aten::copy_", "f16[5,7], f32[], false"), once);
  EXPECT_THAT(reason("aten::to.dtype", "f16[33], 4, false, false, none"), HasSubstr("their values"));
  EXPECT_THAT(reason("aten::copy_", "f16[5,7], f32[7], false"), HasSubstr("repeated"));
  EXPECT_THAT(reason("aten::amax", "f16[5,7], [1], false"), HasSubstr("before they are compared"));
  EXPECT_EQ(counts("aten::amax", "bf16[5,7], [1], false"), Counts64{});
}

TEST(Distributions, OfCategoriesAreSumsAndQuotients) {
  const std::int64_t pair = 2, samples = 3 * 7;
  EXPECT_EQ(counts("aten::multinomial", "f32[3,10], 7, true, none"),
            (Counts64{{"add_f32", 3 * 10}, {"div_f32", 3 * (10 + pair)}, {"add_f64", samples}, {"mul_f64", samples}}));
  EXPECT_EQ(counts("aten::bernoulli", "f32[33], none"), (Counts64{{"add_f32", 33}, {"mul_f32", 33}}));
  EXPECT_EQ(counts("aten::bernoulli.p", "f32[33], 0.3, none"), (Counts64{{"add_f64", 33}, {"mul_f64", 33}}));
  EXPECT_EQ(counts("aten::native_dropout", "f32[7], 0.3, none"),
            (Counts64{{"mul_f32", 2 * 7 + pair}, {"add_f64", 7}, {"mul_f64", 7}}));
  EXPECT_EQ(counts("aten::native_dropout", "f32[7], 0.3, false"), Counts64{});
  EXPECT_THAT(reason("aten::poisson", "f32[7], none"), HasSubstr("accepted"));
}

TEST(Distributions, OfSlopesTrainOrDoNot) {
  const ExpectedCounts drawn = model("aten::rrelu", "f32[7], 0.1, 0.3, true, none");
  EXPECT_EQ(drawn.expected[FlopClass::mul_f32], interval(0, 7));
  EXPECT_EQ(drawn.expected[FlopClass::add_f64], interval(0, 2 * 7));
  EXPECT_EQ(counts("aten::rrelu", "f32[16], 0.1, 0.3, false, none"), counts("aten::leaky_relu", "f32[16], 0.2"));
}

TEST(Distributions, WindowsOfAPoolBeginSomewhere) {
  const std::int64_t planes = 2 * 3;
  EXPECT_EQ(counts("aten::fractional_max_pool2d", "f32[2,3,16,12], [2,2], [7,1], f32[2,3,2]"),
            (Counts64{{"add_f32", 6 * planes}, {"mul_f32", 7 * planes}, {"div_f32", planes}}));
}

TEST(Ranges, OfPowersAndKaiserWindows) {
  EXPECT_EQ(counts("aten::logspace", "-1.0, 2.5, 5, 10.0, 6, none, none, none"),
            (Counts64{{"add_f32", 1}, {"add_f64", 5 * (39 + 1)}, {"mul_f64", 5 * (29 + 1)}, {"div_f64", 1}}));
  const std::int64_t near = 70, end = 61, near_mul = 42, end_mul = 32;
  EXPECT_EQ(counts("aten::kaiser_window.beta", "5, true, 5.0, 7, none, none, none"),
            (Counts64{{"add_f64", 6 * (1 + 2 + near) + 4 * near + 2 * end},
                      {"mul_f64", 6 * (1 + 2 + near_mul) + 4 * near_mul + 2 * end_mul},
                      {"div_f64", 6 * 2},
                      {"sqrt_f64", 6}}));
  EXPECT_EQ(counts("aten::linspace.Tensor_Scalar", "f32[], 2.5, 5, 6, none, none, none"),
            counts("aten::linspace", "-1.0, 2.5, 5, 6, none, none, none"));
}

}  // namespace
}  // namespace flopaudit
