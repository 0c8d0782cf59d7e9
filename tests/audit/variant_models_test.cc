// Expected counts of ops under the names of their kernels, of composed attention, and of operands that lie otherwise
// than row by row, as arithmetic, and where there is none.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analyzer/audit/layouts.h"
#include "tests/audit/expected_of.h"

namespace flopaudit {
namespace {

using testing::HasSubstr;

// Of operands that lie so.
Counts64 counts_of_layout(const std::string& op, const std::string& inputs, const OperandStrides& strides) {
  const auto result = expected(op, inputs, &strides);
  if (const NoModel* refused = std::get_if<NoModel>(&result)) {
    ADD_FAILURE() << op << ": " << refused->reason;
    return {};
  }
  const FlopIntervals& known = std::get<ExpectedCounts>(result).expected;
  Counts64 map;
  for (std::size_t i = 0; i < kFlopClassCount; ++i) {
    if (known.classes[i].low != 0) map[std::string(name(static_cast<FlopClass>(i)))] = known.classes[i].low;
  }
  return map;
}

std::string reason_of_layout(const std::string& op, const std::string& inputs, const OperandStrides& strides) {
  const auto result = expected(op, inputs, &strides);
  return std::holds_alternative<NoModel>(result) ? std::get<NoModel>(result).reason : "a model";
}

TEST(ConvolutionVariants, AreTheKernelThatTheyAreNamedAfter) {
  const std::string window = "[1, 1], [1, 1]";
  // All taps, those in the padding too; one more add an output, and the im2col matrix once more.
  const std::int64_t outputs = 2 * 16 * 10 * 10, taps = 8 * 9;
  EXPECT_EQ(counts("aten::thnn_conv2d", "f32[2,8,10,10], f32[16,8,3,3], [3, 3], f32[16], " + window),
            (Counts64{{"add_f32", outputs * (taps + 1)}, {"mul_f32", outputs * taps + 2 * taps * 100}}));
  EXPECT_EQ(counts("aten::_convolution_mode", "f32[2,8,10,10], f32[16,8,3,3], none, [1, 1], \"same\", [1, 1], 1"),
            counts("aten::conv2d", "f32[2,8,10,10], f32[16,8,3,3], none, [1, 1], [1, 1], [1, 1], 1"));
  // oneDNN's also for a single small image.
  const std::int64_t inside = 8 * 16 * 28 * 28;
  EXPECT_EQ(counts("aten::mkldnn_convolution", "f32[1,8,10,10], f32[16,8,3,3], none, " + window + ", [1, 1], 1"),
            (Counts64{{"add_f32", inside}, {"mul_f32", inside}}));
  EXPECT_THAT(reason("aten::slow_conv_dilated2d", "f64[1,4,14,6], f64[7,4,4,4], [4, 4], none, [1, 1], [0, 0], [2, 2]"),
              HasSubstr("without results"));
}

TEST(ConvolutionVariants, InStepsAreAProductATap) {
  const auto product = [](std::int64_t steps) {
    const std::string rows = std::to_string(3 * steps);
    return counts("aten::addmm", "f32[" + rows + ",16], f32[" + rows + ",8], f32[8,16], 1, 1");
  };
  Counts64 sum;
  for (const std::int64_t steps : {11, 12, 11}) {
    for (const auto& [flop_class, count] : product(steps)) sum[flop_class] += count;
  }
  EXPECT_EQ(counts("aten::conv_tbc", "f32[12,3,8], f32[3,8,16], f32[16], 1"), sum);
}

TEST(Interpolation, OfOldFilesIsTodays) {
  EXPECT_EQ(counts("aten::__interpolate", "f32[1,4,5,6], 9, none, \"bilinear\", true, none, false"),
            counts("aten::upsample_bilinear2d", "f32[1,4,5,6], [9, 9], true, none, none"));
  // Factors that are not computed anew are divided by in f64.
  EXPECT_EQ(counts("aten::__interpolate", "f32[1,4,5,6], none, 1.3, \"bilinear\", true, false, false"),
            counts("aten::upsample_bilinear2d", "f32[1,4,5,6], [6, 7], true, 1.3, 1.3"));
  EXPECT_EQ(counts("aten::__upsample_nearest", "f32[1,4,5,6], none, 2"), Counts64{});
  EXPECT_NE(counts("aten::__upsample_nearest", "f32[1,4,5,6], 9, none"), Counts64{});
}

TEST(LanczosFilters, AreTwoSinesATap) {
  // One input for 2 outputs: 4 taps at half a step, sinf of an odd quarter and sin below 0.855.
  const std::int64_t taps = 2, outputs = 2;
  EXPECT_EQ(counts("aten::_upsample_lanczos2d_aa", "f32[1,1,1,1], [1, 2], true, none, none"),
            (Counts64{{"add_f32", 2 * taps + 2 * outputs + 1},
                      {"mul_f32", taps + taps},
                      {"div_f32", taps + 1 + taps},
                      {"add_f64", taps + 3 * outputs + taps * (5 + 13)},
                      {"mul_f64", taps + outputs + 1 + taps * (9 + 11) + 2 * taps},
                      {"div_f64", 2 * taps}}));
}

TEST(PairsOfRows, AreReducedInVectors) {
  const std::int64_t pairs = 4 * 3 / 2, lanes = 8 + 3, merged = 3 + 7;  // 10 numbers: a vector, and 2 in 3 lanes
  EXPECT_EQ(counts("aten::pdist", "f32[4,10], 2.0"),
            (Counts64{{"add_f32", pairs * (lanes + merged)}, {"mul_f32", pairs * lanes}, {"sqrt_f32", pairs}}));
  EXPECT_EQ(counts("aten::pdist", "f64[4,10], inf"), (Counts64{{"add_f64", pairs * 12}}));
}

TEST(ComposedAttention, IsItsParts) {
  const std::string queries = "f32[3,10,16]", keys = "f32[3,20,16]";
  const ExpectedCounts composed = model("aten::scaled_dot_product_attention",
                                        queries + ", " + keys + ", f32[3,20,8], none, 0.0, false, none, false");
  FlopIntervals sum = model("aten::mul.Scalar", queries + ", 0.5").expected;
  sum += model("aten::mul.Scalar", keys + ", 0.5").expected;
  const OperandStrides transposed = {kRowByRow, Strides{320, 1, 16}};
  sum += std::get<ExpectedCounts>(expected("aten::bmm", "f32[3,10,16], f32[3,16,20]", &transposed)).expected;
  sum += model("aten::softmax.int", "f32[3,10,20], -1, none").expected;
  sum += model("aten::bmm", "f32[3,10,20], f32[3,20,8]").expected;
  EXPECT_EQ(composed.expected, sum);
  EXPECT_THAT(reason("aten::scaled_dot_product_attention",
                     queries + ", " + keys + ", " + keys + ", none, 0.5, false, none, false"),
              HasSubstr("dropout"));
}

TEST(ComposedAttention, IsTakenForMasksOfThreeDims) {
  const std::string operands = "f32[2,3,10,16], f32[2,3,20,16], f32[2,3,20,16], ";
  const std::string rest = ", 0.0, false, none, false";
  const ExpectedCounts fused = model("aten::scaled_dot_product_attention", operands + "f32[10,20]" + rest);
  const ExpectedCounts composed = model("aten::scaled_dot_product_attention", operands + "f32[3,10,20]" + rest);
  EXPECT_NE(fused.expected, composed.expected);
}

TEST(Layouts, BatchNormGoesByPixelOrElementByElement) {
  const std::string operands = "f32[2,5,7,11], f32[5], f32[5], f32[5], f32[5], false, 0.1, 0.00001, true";
  const auto laid = [](const Strides& input) {
    return OperandStrides{input, kRowByRow, kRowByRow, kRowByRow, kRowByRow};
  };
  const std::int64_t pixels = 2 * 7 * 11, elements = pixels * 5;
  EXPECT_EQ(
      counts_of_layout("aten::batch_norm", operands, laid({385, 1, 55, 5})),
      (Counts64{{"add_f32", pixels * 8 + 2 * 5}, {"mul_f32", pixels * 8 + 2 * 5}, {"div_f32", 5}, {"sqrt_f32", 5}}));
  const std::int64_t roots = 8;  // of 5, in vectors of 4
  EXPECT_EQ(
      counts_of_layout("aten::batch_norm", operands, laid({385, 77, 1, 7})),
      (Counts64{{"add_f32", 2 * elements + 5 + 5 * roots}, {"mul_f32", 2 * elements + 5 + 7 * roots}, {"div_f32", 5}}));
  EXPECT_THAT(reason_of_layout("aten::batch_norm", operands, {std::nullopt}), HasSubstr("not known"));
}

TEST(Layouts, PoolsOfPixelsAreVectorsOfChannels) {
  const std::string operands = "f32[2,5,6,8], [2, 2], [2, 2], [0, 0], false, true, none";
  const std::int64_t pixels = 2 * 3 * 4;
  EXPECT_EQ(counts_of_layout("aten::avg_pool2d", operands, {Strides{240, 1, 40, 5}}),
            (Counts64{{"add_f32", pixels * 4 * 5}, {"div_f32", pixels * 5}}));
  EXPECT_EQ(counts_of_layout("aten::avg_pool2d", operands, {Strides{240, 48, 1, 6}}),
            counts("aten::avg_pool2d", operands));
  EXPECT_THAT(
      reason_of_layout("aten::group_norm", "f32[2,6,6,8], 2, none, none, 0.00001, true", {Strides{288, 1, 48, 6}}),
      HasSubstr("row by row"));
}

TEST(Layouts, FoldedRowsOfColumnsAreATransposedMatrix) {
  const OperandStrides folded = {Strides{11, 1, 77}, kRowByRow, kRowByRow}, flat = {Strides{1, 77}, kRowByRow};
  Counts64 sum = counts_of_layout("aten::linear", "f32[7,11,5], f32[5,5], f32[5]", folded);
  const Counts64 product = counts_of_layout("aten::linear", "f32[77,5], f32[5,5], none", flat);
  sum["add_f32"] -= 77 * 5, sum["mul_f32"] -= 77 * 5;  // the bias is added behind
  EXPECT_EQ(sum, product);
}

TEST(Layouts, StepsHaveLoopsWithoutTails) {
  EXPECT_EQ(counts_of_layout("aten::square", "f32[3,7]", {Strides{14, 2}}), (Counts64{{"mul_f32", 21}}));
  EXPECT_EQ(counts_of_layout("aten::square", "f32[3,7]", {Strides{8, 1}}), (Counts64{{"mul_f32", 3 * (7 + 2)}}));
  EXPECT_EQ(counts_of_layout("aten::exp", "f32[3,7]", {Strides{14, 2}}),
            (Counts64{{"add_f32", 3 * 8 * 7}, {"mul_f32", 3 * 8 * 7}}));
  EXPECT_THAT(reason_of_layout("aten::exp", "f32[3,7]", {Strides{0, 1}}), HasSubstr("differently"));
}

TEST(Layouts, LogarithmsOfASoftmaxAreInChunksOfRows) {
  // 32 KB hold 409 rows of 20: the last vector of the first chunk has 7 empty lanes, that of the second 1.
  const Counts64 known = counts("aten::log_softmax.int", "f32[416,20], 1, none");
  EXPECT_EQ(known.at("div_f32"), 7 + 1);
}

}  // namespace
}  // namespace flopaudit
