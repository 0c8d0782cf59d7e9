// Expected counts of losses of many parts, differences, bins, bags and samples, as arithmetic, and where there is none.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/audit/expected_of.h"

namespace flopaudit {
namespace {

using testing::HasSubstr;

Counts64 sum_of(const std::vector<Counts64>& parts) {
  Counts64 sum;
  for (const Counts64& part : parts) {
    for (const auto& [name, count] : part) sum[name] += count;
  }
  return sum;
}

Counts64 times(std::int64_t count, Counts64 counts) {
  for (auto& [name, value] : counts) value *= count;
  return counts;
}

Interval range(const ExpectedCounts& counts, FlopClass flop_class) { return counts.expected[flop_class]; }

TEST(ComposedLosses, AreTheirParts) {
  const std::int64_t sum = 33 + 129, alpha = 33;
  EXPECT_EQ(counts("aten::margin_ranking_loss", "f32[33], f32[33], f32[33], 0.5, 2"),
            (Counts64{{"add_f32", 2 * 33 + sum}, {"mul_f32", 33 + 2 * alpha}}));
  EXPECT_EQ(counts("aten::hinge_embedding_loss", "f32[33], f32[33], 1.0, 0"),
            (Counts64{{"add_f32", 2 * 33}, {"mul_f32", 2 * alpha}}));
  EXPECT_EQ(counts("aten::triplet_margin_loss", "f32[9,20], f32[9,20], f32[9,20], 1.0, 2.0, 0.000001, false, 0"),
            sum_of({times(2, counts("aten::pairwise_distance", "f32[9,20], f32[9,20], 2.0, 0.000001, false")),
                    {{"add_f32", 2 * 9}, {"mul_f32", 2 * 9}}}));
  EXPECT_THAT(reason("aten::hinge_embedding_loss", "f32[5,7], f32[7], 1.0, 0"), HasSubstr("one known shape"));
}

TEST(ComposedLosses, ProbabilitiesAndSmoothedLabels) {
  const Counts64 logarithms = counts("aten::log_softmax.int", "f32[6,8], 1, none");
  const std::int64_t rows = 6 * (8 + 129);
  EXPECT_EQ(counts("aten::cross_entropy_loss", "f32[6,8], f32[6,8], none, 0, -100, 0.0"),
            sum_of({logarithms, {{"add_f32", rows}, {"mul_f32", 6 * 8}}}));
  const Counts64 labels = counts("aten::nll_loss_nd", "f32[6,8], i64[6], none, 0, -100");
  EXPECT_EQ(counts("aten::cross_entropy_loss", "f32[6,8], i64[6], none, 0, -100, 0.1"),
            sum_of({logarithms, labels, {{"add_f32", rows + 6}, {"mul_f32", 3 * 6}}}));
  EXPECT_THAT(reason("aten::cross_entropy_loss", "f32[6,8], f64[6,8], none, 0, -100, 0.0"), HasSubstr("cast"));
}

TEST(ComposedLosses, OfMarginsAndAlignmentsAreRanges) {
  const ExpectedCounts margins = model("aten::multi_margin_loss", "f32[6,8], i64[6], 2, 1.0, none, 1");
  EXPECT_TRUE(margins.data_dependent);
  EXPECT_EQ(range(margins, FlopClass::add_f32), (Interval{6 * 8, 6 * 8 + 6 * 7}));
  EXPECT_EQ(range(margins, FlopClass::mul_f32), (Interval{0, 6 * 7}));
  EXPECT_EQ(range(margins, FlopClass::div_f64), (Interval{1, 1}));
  const ExpectedCounts labels = model("aten::multilabel_margin_loss", "f32[2,3], i64[2,3] = {0, 2, -1, -1, 0, 0}, 1");
  EXPECT_EQ(range(labels, FlopClass::add_f32), (Interval{2 * 2, 2 * 2}));
  EXPECT_EQ(range(labels, FlopClass::add_f64), (Interval{2, 2 + 2}));
  const ExpectedCounts entropy = model("aten::binary_cross_entropy", "f32[10], f32[10], f32[10], 0");
  EXPECT_EQ(range(entropy, FlopClass::mul_f32), (Interval{2 * 10 + 10 + 2, 15 * 10 + 10 + 2}));
  const ExpectedCounts alignments = model("aten::_ctc_loss", "f32[7,2,5], i64[2,3], [7, 6], [3, 2], 0, false");
  const std::int64_t states = 6 * 7 + 1 + 5 * 5 + 1;
  EXPECT_EQ(range(alignments, FlopClass::add_f64), (Interval{0, 24 * states}));
}

TEST(Differences, AreSlices) {
  EXPECT_EQ(counts("aten::diff", "f32[5,7], 2, 1, none, none"),
            (Counts64{{"add_f32", 5 * 6 + 5 * 5}, {"mul_f32", 5 * 6 + 5 * 5}}));
  EXPECT_EQ(counts("aten::diff", "i64[5,7], 2, 1, none, none"), Counts64{});
  // Columns of 30 leap: two elements a step, whose vector's other half holds nothing.
  EXPECT_EQ(counts("aten::diff", "f32[30,2], 1, 1, none, none"), (Counts64{{"add_f32", 2 * 30}, {"mul_f32", 2 * 30}}));
  EXPECT_EQ(counts("aten::trapezoid.dx", "f32[33], 0.5, 0"), (Counts64{{"add_f32", 1 + 33 + 129 + 1}, {"mul_f32", 4}}));
  const std::int64_t inside = 3 * 8, edges = 2 * 3;
  EXPECT_EQ(counts("aten::gradient.scalarint", "f32[3,10], 0.5, 1, 1"),
            (Counts64{{"add_f32", inside + edges}, {"mul_f32", inside + edges}, {"div_f32", 2 * inside + edges}}));
  EXPECT_THAT(reason("aten::trapezoid.x", "f32[5,7], f64[7], -1"), HasSubstr("cast"));
}

TEST(Differences, TheBilinearFormIsTwoProductsAnOutput) {
  const Counts64 products = sum_of({counts("aten::bmm", "f32[1,8,12], f32[1,12,16]"),
                                    counts("aten::bmm", "f32[8,1,16], f32[8,16,1]"),
                                    {{"add_f32", 8}, {"mul_f32", 8}}});
  EXPECT_EQ(counts("aten::bilinear", "f32[8,12], f32[8,16], f32[4,12,16], none"), times(4, products));
}

TEST(Bins, ElementsInRangeHavePlaces) {
  const Counts64 beside = sum_of({counts("aten::linspace", "0.5, 1.5, 11, 6, none, none, none"),
                                  counts("aten::sum.dim_IntList", "f32[1,10], [0], false, none")});
  EXPECT_EQ(counts("aten::histc", "f32[100], 10, 0, 0"),
            sum_of({beside, {{"add_f32", 300}, {"mul_f32", 100}, {"div_f32", 100}}}));
  const ExpectedCounts between = model("aten::histc", "f32[100], 10, 0, 1");
  EXPECT_TRUE(between.data_dependent);
  EXPECT_EQ(range(between, FlopClass::div_f32), (Interval{1, 101}));
  EXPECT_EQ(counts("aten::bincount", "i64[3] = {0, 6, 1}, f32[3], 0"), (Counts64{{"add_f32", 3}}));
}

TEST(Bins, QuantilesAreInterpolated) {
  const std::int64_t vector = 8;
  EXPECT_EQ(counts("aten::quantile", "f32[64], f32[4], none, false, \"linear\""),
            (Counts64{{"add_f32", 4 + vector + 4 * 4}, {"mul_f32", 4 + 4 + 2 * 4}}));
  EXPECT_EQ(counts("aten::quantile", "f32[64], f32[4], none, false, \"higher\""),
            (Counts64{{"add_f32", vector}, {"mul_f32", 4}}));
}

TEST(Bins, SlicesAtIndices) {
  EXPECT_EQ(counts("aten::index_reduce", "f32[5,7], 0, i64[3], f32[3,7], \"prod\", true"),
            (Counts64{{"mul_f32", 3 * (7 + 2)}}));
  EXPECT_EQ(counts("aten::index_reduce", "f32[5,7], 1, i64[3], f32[5,3], \"mean\", true"),
            (Counts64{{"add_f32", 2 * 15}, {"mul_f32", 15}, {"div_f32", 35 + 2}}));
  EXPECT_EQ(counts("aten::index_add", "f32[5,9,32], 2, i64[18], f32[5,9,18], 1"), (Counts64{{"add_f32", 5 * 9 * 18}}));
  EXPECT_EQ(counts("aten::sum_to_size", "f32[5,7,9], [7, 1]"),
            counts("aten::sum.dim_IntList", "f32[5,7,9], [0, 2], true, none"));
  EXPECT_EQ(counts("aten::_add_relu.Tensor", "f32[3], f32[3], 1"), (Counts64{{"add_f32", 3 + 2}, {"mul_f32", 3 + 2}}));
}

TEST(Bags, AreVectorsInF32AndRowsElse) {
  const std::string bags = "i64[7], i64[3] = {0, 2, 4}, false, ";
  EXPECT_EQ(counts("aten::embedding_bag", "f32[10,9], " + bags + "0, false, none, false"),
            (Counts64{{"add_f32", 7 * 16}}));
  EXPECT_EQ(counts("aten::embedding_bag", "f32[10,9], " + bags + "0, false, f32[7], false"),
            (Counts64{{"add_f32", 7 * 16}, {"mul_f32", 7 * 16}}));
  EXPECT_EQ(counts("aten::embedding_bag", "f32[10,9], " + bags + "1, false, none, true"),
            (Counts64{{"add_f32", 4 * 16}, {"div_f32", 2 * 9}}));
  EXPECT_EQ(counts("aten::embedding_bag", "f64[10,9], " + bags + "0, false, none, false"),
            (Counts64{{"add_f64", 7 * 9}, {"mul_f64", 7 * 9}}));
  const std::string tail = "i64[2] = {0, 2}, false, 0, false, none, false, 1";
  EXPECT_EQ(counts("aten::embedding_bag.padding_idx", "f32[10,6], i64[6] = {0, 1, 1, 0, 1, 0}, " + tail),
            (Counts64{{"add_f32", 3 * (6 + 2)}, {"mul_f32", 3 * (6 + 2)}}));
  EXPECT_EQ(range(model("aten::embedding_bag.padding_idx", "f32[10,6], i64[6], " + tail), FlopClass::mul_f32),
            (Interval{0, 6 * (6 + 2)}));
  EXPECT_THAT(reason("aten::embedding_bag", "f16[10,9], " + bags + "0, false, none, false"), HasSubstr("f16"));
}

TEST(Bags, RowsAboveANormHaveAFactor) {
  const ExpectedCounts scaled = model("aten::renorm", "f32[4,8], 1, 0, 1.0");
  EXPECT_EQ(range(scaled, FlopClass::add_f32), (Interval{4 * 8, 4 * 8 + 4}));
  EXPECT_EQ(range(scaled, FlopClass::mul_f32), (Interval{4 * 8, 4 * 8}));
  EXPECT_EQ(range(scaled, FlopClass::div_f32), (Interval{0, 4}));
  const ExpectedCounts middle = model("aten::renorm", "f32[4,8,9], 2, 1, 1.0");
  EXPECT_EQ(range(middle, FlopClass::add_f32), (Interval{4 * 8 * 9, 4 * 8 * 9 + 8}));
  EXPECT_EQ(range(middle, FlopClass::sqrt_f32), (Interval{8, 8}));
}

TEST(Samples, OfVolumesAndAtRandomPlaces) {
  EXPECT_EQ(counts("aten::grid_sampler_3d", "f32[2,3,4,5,6], f32[2,3,4,5,3], 1, 0, true"),
            (Counts64{{"add_f32", 120 * 3}, {"mul_f32", 120 * 6}}));
  const ExpectedCounts linear = model("aten::grid_sampler_3d", "f64[2,3,4,5,6], f64[2,3,4,5,3], 0, 0, false");
  EXPECT_EQ(range(linear, FlopClass::mul_f64), (Interval{120 * 14, 120 * (18 + 8 * 3)}));
  EXPECT_THAT(reason("aten::grid_sampler_3d", "f32[2,3,4,5,6], f32[2,3,4,5,3], 1, 2, true"), HasSubstr("reflected"));
  const std::int64_t maps = 2 * 3;
  EXPECT_EQ(counts("aten::fractional_max_pool2d", "f32[2,3,8,9], [2, 2], [4, 5], f32[2,3,2]"),
            (Counts64{{"add_f32", maps * (3 + 4)}, {"mul_f32", maps * (4 + 5)}, {"div_f32", maps * 2}}));
}

TEST(Norms, StatisticsAloneAndWeightsOfAMiddleDim) {
  EXPECT_EQ(counts("aten::batch_norm_update_stats", "f32[4,6,5], none, none, 0.1"),
            (Counts64{{"add_f32", 120}, {"mul_f32", 120}, {"div_f32", 6 + 2}, {"add_f64", 2 * 120}, {"div_f64", 6}}));
  EXPECT_THAT(reason("aten::batch_norm_update_stats", "f32[4,6], none, none, 0.1"), HasSubstr("one element"));
  const std::int64_t pair = 2;
  EXPECT_EQ(counts("aten::_weight_norm", "f32[4,6,3], f32[1,6,1], 1"),
            (Counts64{{"add_f32", 6 * (12 + 7)}, {"mul_f32", 2 * 72}, {"div_f32", 6 + pair}, {"sqrt_f32", 6}}));
}

TEST(Softmax, LogarithmsAreKeptInBlocksOf32KiB) {
  const std::int64_t block = 32768 / (44 * 4);
  ASSERT_EQ(block, 186);
  const std::int64_t behind_block = 192 - 186, behind_rest = 24 - (205 - 186);
  EXPECT_EQ(counts("aten::log_softmax.int", "f32[205,44], 1, none")["div_f32"], behind_block + behind_rest);
  EXPECT_EQ(counts("aten::_log_softmax", "f32[205,44], 1, false"),
            counts("aten::log_softmax.int", "f32[205,44], 1, none"));
}

}  // namespace
}  // namespace flopaudit
