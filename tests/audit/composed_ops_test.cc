// Expected counts of variances, losses, norms, pools, products and factories, as arithmetic, and where there is none.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/audit/expected_of.h"

namespace flopaudit {
namespace {

using testing::HasSubstr;

TEST(Variances, AreUpdatedInF64AlongAnyDim) {
  const Counts64 rows = {{"add_f64", 4 * 5 * 7 + 5}, {"mul_f64", 5 * 7}, {"div_f64", 5 * 7 + 5}};
  EXPECT_EQ(counts("aten::var.dim", "f32[5,7], [1], true, false"), rows);
  EXPECT_EQ(counts("aten::var_mean.correction", "f64[5,7], [1], 0, true"), rows);
  const Counts64 columns = {{"add_f64", 4 * 5 * 7 + 7}, {"mul_f64", 5 * 7}, {"div_f64", 5 * 7 + 7}, {"sqrt_f64", 7}};
  EXPECT_EQ(counts("aten::std_mean.dim", "f32[5,7], [0], true, false"), columns);
}

TEST(Variances, OfAllElementsAreAMeanAndASumOfSquares) {
  const std::int64_t sum = 100 + 129;
  EXPECT_EQ(counts("aten::std", "f32[5,20], true"), (Counts64{{"add_f32", sum},
                                                              {"div_f32", 1},
                                                              {"add_f64", 2 * 100 + 1},
                                                              {"mul_f64", 100},
                                                              {"div_f64", 1},
                                                              {"sqrt_f64", 1}}));
}

TEST(Reductions, ProductsStartAtOneAndNanMeansDivide) {
  EXPECT_EQ(counts("aten::prod.dim_int", "f32[5,7], 0, false, none"), (Counts64{{"mul_f32", 5 * 7}}));
  EXPECT_EQ(counts("aten::cumprod", "f32[5,7], 1, none"), (Counts64{{"mul_f64", 5 * 7}}));
  const std::int64_t row = 10 + 129, pair = 2;
  EXPECT_EQ(counts("aten::nanmean", "f32[7,10], [1], false, none"),
            (Counts64{{"add_f32", 7 * row}, {"div_f32", 7 + pair}}));
  const std::int64_t merges = 33 / 16;
  EXPECT_EQ(counts("aten::nansum", "f32[33,32], [0], false, none"),
            (Counts64{{"add_f32", 32 * (33 + 4 + merges) + 32 * 4 * merges}}));
}

TEST(Reductions, TheLogarithmOfASumIsItsParts) {
  const std::int64_t n = 100 * 64, row = 64 + 129, log = 12 * 100;
  EXPECT_EQ(counts("aten::logsumexp", "f32[100,64], [1], false"),
            (Counts64{{"add_f32", n + 7 * n + 100 * row + log + 100}, {"mul_f32", n + 7 * n + log + 100}}));
}

TEST(Losses, AreElementsAndTheirReduction) {
  const std::int64_t sum = 33 + 129;
  EXPECT_EQ(counts("aten::mse_loss", "f32[33], f32[33], 0"), (Counts64{{"add_f32", 33}, {"mul_f32", 33}}));
  EXPECT_EQ(counts("aten::l1_loss", "f32[33], f32[33], 1"),
            (Counts64{{"add_f32", 33 + sum}, {"mul_f32", 33}, {"div_f32", 1}}));
  const std::int64_t exp = 7 * 36, alpha = 33;
  EXPECT_EQ(counts("aten::kl_div", "f32[33], f32[33], 2, true"),
            (Counts64{{"add_f32", exp + 33 + sum}, {"mul_f32", exp + 33 + alpha}}));
  EXPECT_THAT(reason("aten::mse_loss", "f32[5,7], f32[7], 1"), HasSubstr("one known shape"));
}

TEST(Losses, OfClassesAreACascade) {
  const std::int64_t merges = 7 + 2 + 0;  // sample 0, samples 16 and 32
  EXPECT_EQ(counts("aten::nll_loss", "f32[33,9], i64[33], none, 1, -100"),
            (Counts64{{"add_f32", 33 + 2 * merges + 8}, {"div_f32", 1}}));
  EXPECT_EQ(counts("aten::nll_loss", "f32[33,9], i64[33], f32[9], 2, -100"),
            (Counts64{{"add_f32", 2 * (33 + 8) + 2 * merges}, {"mul_f32", 33}}));
  EXPECT_EQ(counts("aten::nll_loss2d", "f32[2,5,7,9], i64[2,7,9], none, 0, -100"), (Counts64{{"mul_f32", 2 * 7 * 9}}));
}

TEST(Losses, WithBranchesAreRangesByValue) {
  const ExpectedCounts smooth = model("aten::smooth_l1_loss", "f64[100], f64[100], 0, 1.0");
  EXPECT_TRUE(smooth.data_dependent);
  EXPECT_EQ(smooth.expected[FlopClass::add_f64].low, 100);
}

TEST(Norms, NativeFormsAreTheSame) {
  const std::string affine = "f32[5], f32[5], f32[5], f32[5]";
  EXPECT_EQ(counts("aten::native_batch_norm", "f32[2,5,7,9], " + affine + ", false, 0.1, 0.00001"),
            counts("aten::batch_norm", "f32[2,5,7,9], " + affine + ", false, 0.1, 0.00001, true"));
  const std::int64_t length = 2 * 63, padded = 2 * 64;
  const std::int64_t mixed = 3, weight = 1;
  EXPECT_EQ(counts("aten::native_batch_norm", "f32[2,5,7,9], " + affine + ", true, 0.1, 0.00001"),
            (Counts64{{"add_f32", 5 * (length + padded + 1 + mixed)},
                      {"mul_f32", 5 * (length + padded + 1 + mixed + weight)},
                      {"div_f32", 5 * 2},
                      {"add_f64", 5 * (2 * length + 1 + 1)},
                      {"mul_f64", 5},
                      {"div_f64", 5 * 2},
                      {"sqrt_f64", 5}}));
}

TEST(Norms, RootMeanSquaresAndWeightsInVectors) {
  const std::int64_t n = 20 * 3, pairs = 2 * 20, mean = 3 + 16;
  EXPECT_EQ(
      counts("aten::rms_norm", "f32[20,3], [3], f32[3], 0.00001"),
      (Counts64{
          {"add_f32", 20 * mean + 20}, {"mul_f32", n + 20 + n + n + pairs}, {"div_f32", 2 * 20}, {"sqrt_f32", 20}}));
  EXPECT_EQ(counts("aten::_weight_norm", "f32[5,33], f32[5,1], 0"),
            (Counts64{{"add_f32", 5 * 32}, {"mul_f32", 5 * (33 + 40)}, {"div_f32", 5}, {"sqrt_f32", 5}}));
  EXPECT_EQ(counts("aten::_weight_norm", "f64[5,33], f64[1,33], 1"),
            (Counts64{{"add_f64", 5 * 36 + 33}, {"mul_f64", 2 * 5 * 36}, {"div_f64", 36}, {"sqrt_f64", 33}}));
}

TEST(Pools, OverOneDimAndThree) {
  EXPECT_EQ(counts("aten::avg_pool1d", "f32[2,8], [2], [2], [0], false, true"),
            (Counts64{{"add_f32", 8 * (2 + 1)}, {"div_f32", 8}}));
  EXPECT_EQ(counts("aten::adaptive_avg_pool3d", "f32[2,8,8,6], [2,3,2]"),
            (Counts64{{"add_f32", 2 * 8 * 10 * 6}, {"div_f32", 3 * 24}}));
  EXPECT_EQ(counts("aten::adaptive_avg_pool1d", "f32[2,8], [1]"),
            counts("aten::mean.dim", "f32[2,8], [-1], true, none"));
}

TEST(Pools, SamplesAtTheirPointsAreVectors) {
  const std::int64_t lanes = 2 * 16;  // 15 points each
  EXPECT_EQ(counts("aten::grid_sampler_2d", "f32[2,3,6,7], f32[2,3,5,2], 0, 0, false"),
            (Counts64{{"add_f32", lanes * (10 + 3 * 3) + 2}, {"mul_f32", lanes * (6 + 4 * 3) + 2}}));
  EXPECT_EQ(counts("aten::grid_sampler_2d", "f64[2,3,6,7], f64[2,3,5,2], 1, 2, true"),
            (Counts64{{"add_f64", lanes * (4 - 2 + 4) + 2}, {"mul_f64", lanes * (2 + 2) + 2}, {"div_f64", lanes * 2}}));
  EXPECT_THAT(reason("aten::grid_sampler", "f32[2,3,4,6,7], f32[2,3,5,5,3], 0, 2, false"), HasSubstr("reflected"));
}

TEST(Products, AreTheirParts) {
  EXPECT_EQ(counts("aten::tensordot", "f32[2,8,16], f32[8,16,4], [1, 2], [0, 1]"),
            counts("aten::mm", "f32[2,128], f32[128,4]"));
  EXPECT_EQ(counts("aten::inner", "f32[100], f32[100]"), counts("aten::dot", "f32[100], f32[100]"));
  EXPECT_EQ(counts("aten::addr", "f32[8,16], f32[8], f32[16], 1, 1"),
            (Counts64{{"add_f32", 8 * 16}, {"mul_f32", 3 * 8 * 16}}));
  // 3x5x6x3: the second product goes first.
  EXPECT_EQ(counts("aten::linalg_multi_dot", "[f32[3,5], f32[5,6], f32[6,3]]"),
            (Counts64{{"add_f32", 5 * 6 * 3 + 3 * 5 * 3}, {"mul_f32", 5 * 6 * 3 + 5 * 6 + 3 * 5 * 3 + 3 * 5}}));
}

TEST(Factories, RangesAndWindows) {
  EXPECT_EQ(counts("aten::arange", "100, 6, none, none, none"),
            (Counts64{{"add_f64", 6 * 19 + 4}, {"mul_f64", 6 * 8 + 4}}));
  EXPECT_EQ(counts("aten::arange", "100, 4, none, none, none"), Counts64{});
  EXPECT_EQ(counts("aten::linspace", "-1.0, 2.5, 100, 7, none, none, none"),
            (Counts64{{"add_f64", 101}, {"mul_f64", 100}, {"div_f64", 1}}));
  // 9 elements, of which 8 stay: cosines of 12 lanes.
  EXPECT_EQ(
      counts("aten::hann_window", "8, 6, none, none, none"),
      (Counts64{
          {"add_f32", 4 * 12 + 9}, {"mul_f32", 9 + 12 + 9 + 9}, {"add_f64", 6 * 12 + 9}, {"mul_f64", 8 * 12 + 9}}));
}

TEST(Scatter, RowsOfSixteenAndMoreAreVectors) {
  EXPECT_EQ(counts("aten::index_add", "f32[10,33], 0, i64[12], f32[12,33], 1"), (Counts64{{"add_f32", 12 * 40}}));
  EXPECT_EQ(counts("aten::index_add", "f32[10,33], 0, i64[12], f32[12,33], 2"),
            (Counts64{{"add_f32", 12 * 33}, {"mul_f32", 12 * 33}}));
  EXPECT_EQ(counts("aten::scatter_reduce.two", "f32[5,7], 0, i64[3,7], f32[3,7], \"mean\", true"),
            (Counts64{{"add_f32", 2 * 21}, {"div_f32", 35 + 2}}));
  EXPECT_EQ(counts("aten::col2im", "f32[2,18,30], [6, 8], [2, 3], [1, 1], [0, 0], [1, 1]"),
            (Counts64{{"add_f32", 2 * 18 * 30}}));
}

TEST(UncommonFunctions, PolynomialsOfMklAndBothSidesOfAChoice) {
  EXPECT_EQ(counts("aten::asin", "f32[5]"), (Counts64{{"add_f32", 22 * 8}, {"mul_f32", 17 * 8}}));
  EXPECT_EQ(counts("aten::logit", "f32[7], none"),
            (Counts64{{"add_f32", 12 * 8 + 9}, {"mul_f32", 12 * 8}, {"div_f32", 9}}));
  // 16 in vectors; 4, 2 padded to 4, and 1 behind them.
  EXPECT_EQ(counts("aten::lerp.Scalar", "f32[23], f32[23], 0.7"),
            (Counts64{{"add_f32", 3 * 16 + (3 * 4 + 1) + (3 * 4 + 1) + 3}, {"mul_f32", 16 + 2 * 4 + 2 * 4 + 1}}));
  EXPECT_EQ(counts("aten::div.Tensor_mode", "f32[30], f32[30], \"trunc\""), (Counts64{{"div_f32", 30}}));
  EXPECT_TRUE(model("aten::expm1", "f32[32]").data_dependent);
}

TEST(Synonyms, AreTheOpThatTheyName) {
  EXPECT_EQ(counts("aten::multiply.Tensor", "f32[7], f32[7]"), counts("aten::mul.Tensor", "f32[7], f32[7]"));
  EXPECT_EQ(counts("aten::special_expit", "f32[7]"), counts("aten::sigmoid", "f32[7]"));
}

}  // namespace
}  // namespace flopaudit
