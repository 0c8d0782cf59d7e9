// Expected counts of ops on quantized numbers, as arithmetic, and where there is none.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analyzer/audit/drawing.h"
#include "analyzer/ir/verifier.h"
#include "tests/audit/expected_of.h"

namespace flopaudit {
namespace {

using testing::HasSubstr;

// What the other way of two kernels adds to a class.
std::int64_t other_way(const std::string& op, const std::string& inputs, FlopClass flop_class) {
  const ValueRange range = model(op, inputs).by_values;
  EXPECT_EQ(range.calls, 1) << op;
  EXPECT_EQ(range.each[flop_class].width(), 0) << op;
  return range.each[flop_class].low;
}

// --- conversions ---

TEST(QuantizedConversions, AReciprocalServesWholeVectors) {
  EXPECT_EQ(counts("aten::quantize_per_tensor", "f32[3,7], 0.1, 3, 13"),
            (Counts64{{"add_f32", 24}, {"mul_f32", 24}, {"div_f32", 1}}));
  EXPECT_EQ(counts("aten::quantize_per_tensor", "f32[3,7], 0.1, 3, 14"),  // 32 bits
            (Counts64{{"add_f32", 21}, {"mul_f32", 21}, {"div_f32", 1}}));
  EXPECT_EQ(counts("aten::quantize_per_channel", "f32[3,7], f32[3], i64[3], 0, 12"),
            (Counts64{{"add_f32", 21}, {"mul_f32", 21}, {"div_f32", 21}}));
}

TEST(QuantizedConversions, EightPastVectorsOf16AreWorkedOnAs16) {
  EXPECT_EQ(counts("aten::dequantize.self", "qu8[16]"), (Counts64{{"mul_f32", 16}}));
  EXPECT_EQ(counts("aten::dequantize.self", "qu8[7]"), (Counts64{{"mul_f32", 7}}));
  EXPECT_EQ(counts("aten::dequantize.self", "qi8[27]"), (Counts64{{"mul_f32", 27 + 8}}));
  EXPECT_EQ(counts("aten::dequantize.self", "qi32[7]"), (Counts64{{"mul_f32", 7 + 2}}));
}

// No fact says whether a tensor has one scale: with one a channel, products are of f64.
TEST(QuantizedConversions, ByChannelIsTheOtherWay) {
  EXPECT_EQ(other_way("aten::dequantize.self", "qi8[27]", FlopClass::mul_f32), -35);
  EXPECT_EQ(other_way("aten::dequantize.self", "qi8[27]", FlopClass::add_f32), 27);
  EXPECT_EQ(other_way("aten::dequantize.self", "qi8[27]", FlopClass::mul_f64), 27);
}

// --- layers ---

TEST(QuantizedLayers, ColumnsArePaddedAndABiasIsDividedOnceABlock) {
  const std::int64_t lanes = 121 * 16, blocks = 2 * 2;  // of 120 rows, of 8 columns and what is left of 9
  EXPECT_EQ(counts("quantized::linear", "qu8[121,5], (qi8[9,5], f32[9]), 0.1, 3"),
            (Counts64{{"add_f32", lanes}, {"mul_f32", 2 * lanes + 1}, {"div_f32", 1 + blocks}}));
  EXPECT_EQ(counts("quantized::linear_relu", "qu8[121,5], (qi8[9,5], none), 0.1, 3"),
            (Counts64{{"mul_f32", lanes + 1}, {"div_f32", 1}}));
  EXPECT_EQ(other_way("quantized::linear", "qu8[2,5], (qi8[9,5], none), 0.1, 3", FlopClass::div_f32), 9 - 1);
}

TEST(QuantizedLayers, DynamicOnesQuantizeRowByRow) {
  const std::int64_t quantized = 3 * (512 + 8), lanes = 3 * 8;
  EXPECT_EQ(counts("quantized::linear_dynamic", "f32[3,513], (qi8[7,513], f32[7]), false"),
            (Counts64{{"add_f32", quantized + lanes}, {"mul_f32", quantized + lanes + 1}, {"div_f32", 2 + 3 * 2}}));
}

std::string image_layer(const std::string& input, const std::string& weight, const std::string& padding,
                        const std::string& groups) {
  return input + ", (" + weight + ", none, [1, 1], [" + padding + ", " + padding + "], [0, 0], [1, 1], " + groups +
         ", false), 0.1, 3";
}

TEST(QuantizedLayers, EachKernelOfAConvolutionPadsItsOwnColumns) {
  const std::int64_t pixels = 2 * 6 * 6;
  const auto muls = [](const std::string& inputs) { return counts("quantized::conv2d.new", inputs).at("mul_f32"); };
  EXPECT_EQ(muls(image_layer("qu8[2,8,6,6]", "qi8[8,1,3,3]", "1", "8")), pixels * 8 + 1);          // depthwise
  EXPECT_EQ(muls(image_layer("qu8[2,12,6,6]", "qi8[12,4,3,3]", "1", "3")), pixels * 2 * 8 + 1);    // two groups at once
  EXPECT_EQ(muls(image_layer("qu8[2,12,6,6]", "qi8[12,1,3,3]", "1", "12")), pixels * 12 * 8 + 1);  // group by group
  EXPECT_EQ(muls(image_layer("qu8[2,5,6,6]", "qi8[9,5,1,1]", "0", "1")), pixels * 16 + 1);         // one product
}

TEST(QuantizedLayers, WeightsOfF16AreMultipliedInF32) {
  EXPECT_EQ(counts("quantized::linear_dynamic_fp16", "f32[3,10], (f32[9,10], f32[9])"),
            (Counts64{{"add_f32", 3 * 16 * 9 + 27}, {"mul_f32", 3 * 16 * 10 + 27}}));
  EXPECT_EQ(counts("quantized::linear_dynamic_fp16", "f32[1,10], (f32[9,10], none)"),  // 4 sums of the one row
            (Counts64{{"add_f32", 16 * (9 + 3)}, {"mul_f32", 16 * 10}}));
}

TEST(QuantizedLayers, UnknownParametersHaveNoModel) {
  Facts inputs = facts("qu8[2,5]");
  inputs.push_back(Fact::unknown("not read"));
  const auto result = expected_counts("quantized::linear", inputs, facts("qu8[2,3]"), Work(), {"standard", "2.13.0"});
  ASSERT_TRUE(std::holds_alternative<NoModel>(result));
  EXPECT_THAT(std::get<NoModel>(result).reason, HasSubstr("packed from"));
}

// --- element by element ---

TEST(QuantizedElements, VectorsOf64AndWhatIsPastThem) {
  EXPECT_EQ(counts("quantized::add", "qu8[100], qu8[100], 0.1, 3"),
            (Counts64{{"add_f32", 2 * 100}, {"mul_f32", 3 * 100 + 2}, {"div_f32", 1 + 2 + 36}}));
  EXPECT_EQ(counts("quantized::mul", "qu8[100], qu8[100], 0.1, 3"),
            (Counts64{{"add_f32", 64}, {"mul_f32", 64 + 2}, {"div_f32", 1}, {"mul_f64", 36}}));
  EXPECT_EQ(counts("quantized::mul", "qu8[2,64,3,3], qu8[2,64,1,1], 0.1, 3"),  // planes of 9 are a run each
            (Counts64{{"mul_f32", 2}, {"div_f32", 1}, {"mul_f64", 2 * 64 * 9}}));
}

TEST(QuantizedElements, AtensOwnOpsHaveRowsOfTheirOwn) {
  EXPECT_EQ(counts("aten::relu", "qu8[100]"), Counts64{});
  EXPECT_EQ(counts("aten::hardtanh", "qu8[100], 0.0, 6.0"), (Counts64{{"add_f32", 2}, {"mul_f32", 2}, {"div_f32", 2}}));
  EXPECT_EQ(counts("aten::mean.dim", "qu8[2,3,4,4], [2, 3], false, none"), (Counts64{{"div_f32", 2 * 3}}));
  EXPECT_THAT(reason("aten::hardsigmoid", "qi32[100]"), HasSubstr("8 bits"));
}

TEST(QuantizedElements, NumbersOf32BitsHaveNoModel) {
  EXPECT_THAT(reason("quantized::add", "qi32[100], qi32[100], 0.1, 3"), HasSubstr("8 bits"));
}

// --- tables ---

TEST(QuantizedTables, RowsAreReadInVectors) {
  EXPECT_EQ(counts("quantized::embedding_byte", "(qu8[9,90],), i64[5], false"),
            (Counts64{{"add_f32", 5 * 2 * 96}, {"mul_f32", 5 * 96}}));
  EXPECT_EQ(
      counts("quantized::embedding_bag_byte", "(qu8[9,90],), i64[2,2], none, false, 0, false, f32[2,2], none, false"),
      (Counts64{{"add_f32", 4 * 2 * 96}, {"mul_f32", 4 * (96 + 2 * 16)}}));  // 11 vectors a block, masked
  EXPECT_EQ(counts("quantized::embedding_bag_4bit_prepack", "f32[9,12], false, 200, 0.16"),
            (Counts64{{"add_f32", 9 * 13}, {"mul_f32", 9 * 12}, {"div_f32", 9 * 2}}));
  EXPECT_THAT(reason("quantized::embedding_bag_4bit_prepack", "f32[9,12], true, 200, 0.16"), HasSubstr("search"));
}

// --- drawn calls ---

TEST(QuantizedDrawing, OperandsAreQuantizedAndPackedInFront) {
  const auto calls = draw_calls({"quantized::linear"}, {0, 1, {DType::f32}});
  ASSERT_TRUE(calls) << calls.error().message;
  const Result<DrawnProgram> program = program_of(*calls);
  ASSERT_TRUE(program) << program.error().message;
  EXPECT_TRUE(verify(*program->program));
  std::vector<std::string> ops;
  for_each_node(program->program->entry().body, [&](const Node& node) { ops.push_back(node.op.full()); });
  EXPECT_EQ(ops, (std::vector<std::string>{"aten::quantize_per_tensor", "aten::quantize_per_tensor",
                                           "quantized::linear_prepack", "quantized::linear"}));
  for (const Fact& input : program->inputs) EXPECT_EQ(input.tensor()->dtype, DType::f32);
}

}  // namespace
}  // namespace flopaudit
