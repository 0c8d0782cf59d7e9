// Expected counts as arithmetic, and where there is none.
#include "analyzer/audit/expected.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "analyzer/ops/op_registry.h"

namespace flopaudit {
namespace {

const CodePath kStandard = {"standard", "2.13.0"};

std::vector<Fact> facts(const std::string& list) {
  const Result<Fact> fact = Fact::parse("[" + list + "]");
  if (!fact) throw std::runtime_error(fact.error().message);
  return **fact->get<ListFact>()->elements;
}

std::variant<ExpectedCounts, NoModel> expected(const std::string& op, const std::string& inputs,
                                               const std::string& outputs, const CodePath& path = kStandard) {
  const OpSpec* spec = find_op(op);
  if (spec == nullptr) throw std::runtime_error("no row for " + op);
  const std::vector<Fact> in = facts(inputs), out = facts(outputs);
  const RuleResult<Work> annotated = work_of(*spec, in, out);
  if (!annotated) throw std::runtime_error(annotated.failure().why);
  return expected_counts(op, in, out, *annotated, path);
}

std::map<std::string, Interval> nonzero(const FlopIntervals& counts) {
  std::map<std::string, Interval> map;
  for (std::size_t i = 0; i < kFlopClassCount; ++i) {
    if (counts.classes[i] != Interval{}) map[std::string(name(static_cast<FlopClass>(i)))] = counts.classes[i];
  }
  return map;
}

void expect_counts(const std::variant<ExpectedCounts, NoModel>& result,
                   const std::map<std::string, std::int64_t>& counts, const std::set<std::string>& causes) {
  ASSERT_TRUE(std::holds_alternative<ExpectedCounts>(result)) << std::get<NoModel>(result).reason;
  std::map<std::string, Interval> points;
  for (const auto& [flop_class, count] : counts) points[flop_class] = {count, count};
  const auto& known = std::get<ExpectedCounts>(result);
  EXPECT_EQ(nonzero(known.expected), points);
  std::set<std::string> names;
  for (const CauseDelta& cause : known.causes) names.insert(cause.cause->name);
  EXPECT_EQ(names, causes);
}

std::string reason(const std::variant<ExpectedCounts, NoModel>& result) {
  return std::holds_alternative<NoModel>(result) ? std::get<NoModel>(result).reason : "a model";
}

TEST(Expected, DirectConvolutionSkipsThePadding) {
  // Each of the 56 output rows has 3 taps, the two at the edges 2.
  const std::int64_t taps = 64 * 64 * (3 * 56 - 2) * (3 * 56 - 2);
  expect_counts(
      expected("aten::conv2d", "f32[1,64,56,56], f32[64,64,3,3], none, [1, 1], [1, 1], [1, 1], 1", "f32[1,64,56,56]"),
      {{"add_f32", taps}, {"mul_f32", taps}}, {"padding taps skipped"});
}

TEST(Expected, DirectConvolutionPadsChannels) {
  const std::int64_t taps = 2 * 18 * 18 * 9 * 16 * 16;  // 13 -> 16 and 11 -> 16 channels
  expect_counts(expected("aten::conv2d", "f32[2,13,20,20], f32[11,13,3,3], f32[11], [1, 1], [0, 0], [1, 1], 1",
                         "f32[2,11,18,18]"),
                {{"add_f32", taps}, {"mul_f32", taps}}, {"padded channel lanes"});
}

TEST(Expected, NativeConvolutionMultipliesThePaddingToo) {
  const std::int64_t k = 64 * 9, all = 64 * k * 56 * 56, outputs = 64 * 56 * 56;
  expect_counts(
      expected("aten::conv2d", "f64[1,64,56,56], f64[64,64,3,3], none, [1, 1], [1, 1], [1, 1], 1", "f64[1,64,56,56]"),
      {{"add_f64", all + 3 * outputs}, {"mul_f64", all + k * 56 * 56}}, {"gemm epilogue", "gemm alpha multiply"});
}

TEST(Expected, SmallConvolutionsOfOneImageAreNative) {
  const std::int64_t k = 16 * 9, all = 16 * k * 10 * 10;
  expect_counts(
      expected("aten::conv2d", "f32[1,16,10,10], f32[16,16,3,3], none, [1, 1], [1, 1], [1, 1], 1", "f32[1,16,10,10]"),
      {{"add_f32", all + 16 * 100}, {"mul_f32", all + k * 100}}, {"gemm epilogue", "gemm alpha multiply"});
}

TEST(Expected, LinearOfOneRowIsAMatrixTimesAVector) {
  expect_counts(expected("aten::linear", "f32[1,512], f32[1000,512], f32[1000]", "f32[1,1000]"),
                {{"add_f32", 1000 * 512 + 5 * 1000}, {"mul_f32", 1000 * 512 + 1000}},
                {"dot product merge", "gemm alpha multiply"});
}

TEST(Expected, BatchNormPadsMapsToVectors) {
  const std::string weights = "f32[512], f32[512], f32[512], f32[512], false, 0.1, 0.00001, true";
  const std::int64_t lanes = 512 * 56 + 2 * 512;  // 49 -> 56
  expect_counts(expected("aten::batch_norm", "f32[1,512,7,7], " + weights, "f32[1,512,7,7]"),
                {{"add_f32", lanes}, {"mul_f32", lanes}, {"div_f32", 512}, {"sqrt_f32", 512}}, {"padded lanes"});
}

TEST(Expected, AddMultipliesByAlphaOne) {
  expect_counts(expected("aten::add.Tensor", "f32[2,3], f32[2,3], 1", "f32[2,3]"), {{"add_f32", 6}, {"mul_f32", 6}},
                {"alpha multiply"});
  expect_counts(expected("aten::add.Tensor", "f32[2,3], f32[2,3], 2", "f32[2,3]"), {{"add_f32", 6}, {"mul_f32", 6}},
                {});
}

TEST(Expected, SigmoidComputesItsExpInF64) {
  expect_counts(expected("aten::sigmoid", "f32[100]", "f32[100]"),
                {{"add_f32", 100}, {"div_f32", 100}, {"add_f64", 6 * 100}, {"mul_f64", 6 * 100}}, {"polynomial"});
}

// The rows of a gate, which is a quarter of each row of all gates, are a loop each; its only column has no model.
TEST(Expected, FunctionsOfASliceAreALoopForEachRow) {
  const auto tanh_of = [](const std::string& sizes, const std::vector<std::int64_t>& strides) {
    const std::vector<Fact> in = facts("f32[" + sizes + "]");
    const OpSpec* spec = find_op("aten::tanh");
    const OperandStrides operands = {strides};
    return expected_counts("aten::tanh", in, in, *work_of(*spec, in, in), kStandard, &operands);
  };
  expect_counts(tanh_of("5,7", {28, 1}), {{"add_f64", 7 * 5 * 8}, {"mul_f64", 7 * 5 * 8}}, {"polynomial"});
  expect_counts(tanh_of("5,7", {7, 1}), {{"add_f64", 7 * 36}, {"mul_f64", 7 * 36}}, {"polynomial"});
  expect_counts(tanh_of("5,1", {4, 1}), {{"add_f64", 7 * 8}, {"mul_f64", 7 * 8}}, {"polynomial"});
  EXPECT_NE(reason(tanh_of("5,7", {0, 1})).find("differently"), std::string::npos);
}

TEST(Expected, OpsWithoutArithmeticExpectNone) {
  expect_counts(expected("aten::relu", "f32[7]", "f32[7]"), {}, {});
  expect_counts(expected("aten::max_pool2d", "f32[1,4,8,8], [2, 2], [2, 2], [0, 0], [1, 1], false", "f32[1,4,4,4]"), {},
                {});
  expect_counts(expected("aten::add.Tensor", "i64[2,3], i64[2,3], 1", "i64[2,3]"), {}, {});
}

TEST(Expected, NearestComputesPositionsWhereNoSizeDoubles) {
  // Small: two dims for each pixel of the output. Doubled: none at all. Large: once for each row and column.
  expect_counts(expected("aten::upsample_nearest2d", "f32[1,4,5,7], [11, 13], none, none", "f32[1,4,11,13]"),
                {{"mul_f32", 2 * 11 * 13}, {"div_f32", 2 * 11 * 13}}, {"positions in floats"});
  expect_counts(expected("aten::upsample_nearest2d", "f32[1,4,5,7], [10, 14], none, none", "f32[1,4,10,14]"), {}, {});
  expect_counts(expected("aten::upsample_nearest2d", "f32[1,4,50,70], [100, 140], none, none", "f32[1,4,100,140]"),
                {{"mul_f32", 100 + 140}, {"div_f32", 2}}, {"positions in floats"});
}

TEST(Expected, LargeBilinearIsWeighedDimByDim) {
  expect_counts(expected("aten::upsample_bilinear2d", "f32[1,4,33,33], [70, 80], false, none, none", "f32[1,4,70,80]"),
                {{"add_f32", 4 * 70 * 80 * 3 + 4 * (70 + 80)}, {"mul_f32", 4 * 70 * 80 * 6 + 70 + 80}, {"div_f32", 2}},
                {"positions in floats", "weights dim by dim"});
}

TEST(Expected, RandomNumbersAreNotFree) {
  expect_counts(expected("aten::rand_like", "f32[7,9], none, none, none, none, none", "f32[7,9]"),
                {{"add_f32", 2 * 63 + 1}, {"mul_f32", 2 * 63}}, {"random numbers"});
  // Groups of 16, the last one drawn twice; each pair of numbers has a logarithm, an angle and a root.
  const std::int64_t drawn = 63 + 16, pairs = 8 * 4;
  expect_counts(expected("aten::randn_like", "f32[7,9], none, none, none, none, none", "f32[7,9]"),
                {{"add_f32", drawn + pairs},
                 {"mul_f32", drawn + 3 * pairs},
                 {"sqrt_f32", pairs},
                 {"add_f64", 16 * pairs},
                 {"mul_f64", 24 * pairs}},
                {"normal numbers"});
  // f64: an angle past 2.4 that is no multiple of a right angle.
  expect_counts(expected("aten::randn_like", "f64[7,9], none, none, none, none, none", "f64[7,9]"),
                {{"add_f64", drawn + 83 * pairs}, {"mul_f64", drawn + 54 * pairs}, {"sqrt_f64", pairs}},
                {"normal numbers"});
}

// Fewer than 16: pairs in f64, of which the generator may have one left.
TEST(Expected, FewNormalNumbersDependOnTheGenerator) {
  const auto seven = expected("aten::randn_like", "f32[7], none, none, none, none, none", "f32[7]");
  expect_counts(seven, {{"add_f64", 7 + 52 * 4}, {"mul_f64", 7 + 48 * 4}, {"div_f64", 2 * 4}, {"sqrt_f64", 4}},
                {"single normal numbers"});
  const ValueRange& range = std::get<ExpectedCounts>(seven).by_values;
  EXPECT_EQ(range.calls, 4);
  EXPECT_EQ(range.slack[FlopClass::sqrt_f64], (Interval{-1, 0}));
  const auto eight = expected("aten::randn_like", "f32[8], none, none, none, none, none", "f32[8]");
  EXPECT_EQ(std::get<ExpectedCounts>(eight).by_values.slack, FlopIntervals());
}

FlopIntervals expected_of(const std::string& op, const std::string& inputs, const std::string& outputs) {
  const auto result = expected(op, inputs, outputs);
  EXPECT_TRUE(std::holds_alternative<ExpectedCounts>(result)) << op << ": " << reason(result);
  return std::holds_alternative<ExpectedCounts>(result) ? std::get<ExpectedCounts>(result).expected : FlopIntervals();
}

TEST(Expected, RecurrentLayersAreTheSumOfTheirParts) {
  FlopIntervals sum = expected_of("aten::linear", "f32[3,8,64], f32[32,64], f32[32]", "f32[3,8,32]");
  for (int step = 0; step < 3; ++step) {
    sum += expected_of("aten::linear", "f32[8,32], f32[32,32], f32[32]", "f32[8,32]");
    sum += expected_of("aten::add_.Tensor", "f32[8,32], f32[8,32], 1", "f32[8,32]");
  }
  const std::string rest =
      ", f32[1,8,32], [f32[32,64], f32[32,32], f32[32], f32[32]], true, 1, 0.0, false, false, false";
  EXPECT_EQ(expected_of("aten::rnn_relu.input", "f32[3,8,64]" + rest, "f32[3,8,32], f32[1,8,32]").classes, sum.classes);
}

FlopIntervals sum_of(std::int64_t count, const std::string& op, const std::string& inputs, const std::string& outputs) {
  return times(count, expected_of(op, inputs, outputs));
}

// A cell is a layer of one step; of single units the gates lie apart, and a row is an element.
TEST(Expected, ACellIsALayerOfOneStep) {
  const FlopIntervals layer =
      expected_of("aten::gru.input",
                  "f32[1,8,64], f32[1,8,32], [f32[96,64], f32[96,32], f32[96], f32[96]], true, 1, 0.0, false, "
                  "false, false",
                  "f32[1,8,32], f32[1,8,32]");
  const std::string weights = "f32[96,64], f32[96,32], f32[96], f32[96]";
  EXPECT_EQ(expected_of("aten::gru_cell", "f32[8,64], f32[8,32], " + weights, "f32[8,32]").classes, layer.classes);
  FlopIntervals single = expected_of("aten::linear", "f32[8,64], f32[3,64], none", "f32[8,3]");
  single += expected_of("aten::linear", "f32[8,1], f32[3,1], none", "f32[8,3]");
  single += sum_of(2, "aten::sigmoid_", "f32[8]", "f32[8]");
  single += expected_of("aten::tanh_", "f32[8]", "f32[8]");
  const std::int64_t adds = 5 * 8, muls = 2 * 8;  // each add multiplies by alpha
  const FlopIntervals cell =
      expected_of("aten::gru_cell", "f32[8,64], f32[8,1], f32[3,64], f32[3,1], none, none", "f32[8,1]");
  EXPECT_EQ(cell[FlopClass::add_f32].low, single[FlopClass::add_f32].low + adds);
  EXPECT_EQ(cell[FlopClass::mul_f32].low, single[FlopClass::mul_f32].low + adds + muls);
  EXPECT_EQ(cell[FlopClass::add_f64], single[FlopClass::add_f64]);
}

// Packed sequences are a product of all rows, and then steps of as many sequences as are left.
TEST(Expected, PackedSequencesAreStepsOfTheirOwnSizes) {
  FlopIntervals sum = expected_of("aten::linear", "f32[9,64], f32[32,64], f32[32]", "f32[9,32]");
  for (const std::string batch : {"5", "3", "1"}) {
    sum += expected_of("aten::linear", "f32[" + batch + ",32], f32[32,32], f32[32]", "f32[" + batch + ",32]");
    sum += expected_of("aten::add_.Tensor", "f32[" + batch + ",32], f32[" + batch + ",32], 1", "f32[" + batch + ",32]");
  }
  const std::string rest = "f32[1,5,32], [f32[32,64], f32[32,32], f32[32], f32[32]], true, 1, 0.0, false, false";
  const std::string results = "f32[9,32], f32[1,5,32]";
  EXPECT_EQ(expected_of("aten::rnn_relu.data", "f32[9,64], i64[3] = {5, 3, 1}, " + rest, results).classes, sum.classes);
  EXPECT_NE(reason(expected("aten::rnn_relu.data", "f32[9,64], i64[3], " + rest, results)).find("each step"),
            std::string::npos);
}

// Sequences of one length are oneDNN's in f32, packed or not.
TEST(Expected, PackedSequencesOfOneLengthAreABatch) {
  const std::string states = "[f32[1,5,16], f32[1,5,16]], [f32[64,24], f32[64,16], f32[64], f32[64]], true, 1, 0.0, ";
  EXPECT_EQ(expected_of("aten::lstm.data", "f32[10,24], i64[2] = {5, 5}, " + states + "false, false",
                        "f32[10,16], f32[1,5,16], f32[1,5,16]")
                .classes,
            expected_of("aten::lstm.input", "f32[2,5,24], " + states + "false, false, false",
                        "f32[2,5,16], f32[1,5,16], f32[1,5,16]")
                .classes);
}

// A projection is one product more a step, of the state by a weight.
TEST(Expected, AProjectedLstmIsTheSumOfItsParts) {
  FlopIntervals step = expected_of("aten::linear", "f32[8,5], f32[64,5], f32[64]", "f32[8,64]");
  step += expected_of("aten::add_.Tensor", "f32[8,64], f32[8,64], 1", "f32[8,64]");
  step += sum_of(3 * 8, "aten::sigmoid_", "f32[16]", "f32[16]");
  step += sum_of(8, "aten::tanh_", "f32[16]", "f32[16]");
  step += sum_of(3 * 8, "aten::mul.Tensor", "f32[16], f32[16]", "f32[16]");
  step += expected_of("aten::add_.Tensor", "f32[8,16], f32[8,16], 1", "f32[8,16]");
  step += expected_of("aten::tanh", "f32[8,16]", "f32[8,16]");
  step += expected_of("aten::linear", "f32[8,16], f32[5,16], none", "f32[8,5]");
  FlopIntervals sum = expected_of("aten::linear", "f32[12,8,24], f32[64,24], f32[64]", "f32[12,8,64]");
  sum += times(12, step);
  const std::string projected =
      "f32[12,8,24], [f32[1,8,5], f32[1,8,16]], [f32[64,24], f32[64,5], f32[64], f32[64], f32[5,16]], true, 1, 0.0, "
      "false, false, false";
  EXPECT_EQ(expected_of("aten::lstm.input", projected, "f32[12,8,5], f32[1,8,5], f32[1,8,16]").classes, sum.classes);
}

// A batch that comes first is multiplied step by step, and its bias added behind.
TEST(Expected, ABatchThatComesFirstIsAProductAStep) {
  const std::string weights = ", f32[1,8,32], [f32[32,64], f32[32,32], f32[32], f32[32]], true, 1, 0.0, false, false, ";
  const FlopIntervals steps_first =
      expected_of("aten::rnn_relu.input", "f32[3,8,64]" + weights + "false", "f32[3,8,32], f32[1,8,32]");
  const FlopIntervals batch_first =
      expected_of("aten::rnn_relu.input", "f32[8,3,64]" + weights + "true", "f32[8,3,32], f32[1,8,32]");
  // The weight is scaled by alpha for each step; a bias is an add and a mul.
  EXPECT_EQ(batch_first[FlopClass::mul_f32].low - steps_first[FlopClass::mul_f32].low, 2 * 32 * 64 + 3 * 8 * 32);
  EXPECT_EQ(batch_first[FlopClass::add_f32].low - steps_first[FlopClass::add_f32].low, 3 * 8 * 32);
}

// 8 sequences: 96 columns for the input of 12 steps, 8 for the state of each; 64 rows, vectors of 4 cells.
TEST(Expected, OnednnLstmIsProductsAndPolynomials) {
  const std::string states = "[f32[1,8,16], f32[1,8,16]], [f32[64,24], f32[64,16], f32[64], f32[64]]";
  const std::string results = "f32[12,8,16], f32[1,8,16], f32[1,8,16]";
  const std::string inputs = "f32[12,8,24], " + states + ", true, 1, 0.0, false, false, false";
  const FlopIntervals whole = expected_of("aten::lstm.input", inputs, results);
  const std::int64_t cells = 12 * 8 * 16;
  EXPECT_EQ(whole[FlopClass::div_f32].low, 3 * cells);
  EXPECT_EQ(whole[FlopClass::mul_f32].low, 64 * 96 * (24 + 1) + 12 * 64 * 8 * (16 + 1) + 42 * cells + 64);
  EXPECT_EQ(whole[FlopClass::add_f32].low, 64 * (24 * 96 + 96) + 12 * 64 * (16 * 8 + 12 + 8) + 49 * cells + 64);
  EXPECT_EQ(whole.width(), 0);
}

// Halved: filters of 3 taps each, columns first; weights cost 3 adds a tap and 2 an output, and f64 beside them.
TEST(Expected, AntialiasedFiltersAreComputedAnew) {
  const FlopIntervals whole =
      expected_of("aten::_upsample_bilinear2d_aa", "f32[1,1,4,4], [2, 2], false, none, none", "f32[1,1,2,2]");
  const std::int64_t taps = 2 * 3, outputs = 2;
  EXPECT_EQ(whole[FlopClass::mul_f32].low, taps * 4 + taps * 2);
  EXPECT_EQ(whole[FlopClass::add_f32].low, (taps - outputs) * (4 + 2) + 2 * (3 * taps + 2 * outputs + 1));
  EXPECT_EQ(whole[FlopClass::div_f32].low, 2 * (taps + outputs + 1));
  EXPECT_EQ(whole[FlopClass::add_f64].low, 2 * (taps + 3 * outputs));
  // The first row of a single column that is doubled has one tap, which the kernel takes for all 8.
  const FlopIntervals column =
      expected_of("aten::_upsample_bilinear2d_aa", "f32[1,1,4,1], [8, 1], false, none, none", "f32[1,1,8,1]");
  EXPECT_EQ(column[FlopClass::mul_f32].low, 8 * 1);
}

// Each 5000 rows the second matrix is packed anew, and scaled by alpha.
TEST(Expected, TallProductsPackTheirSecondMatrixAgain) {
  for (const std::int64_t rows : {5000, 5002, 12000}) {
    const std::string m = std::to_string(rows);
    const std::int64_t blocks = (rows + 4999) / 5000;
    expect_counts(expected("aten::mm", "f32[" + m + ",16], f32[16,8]", "f32[" + m + ",8]"),
                  {{"add_f32", rows * 16 * 8 + rows * 8}, {"mul_f32", rows * 16 * 8 + blocks * 16 * 8}},
                  {"gemm epilogue", "gemm alpha multiply"});
  }
}

// Past 131072 packed elements a single tail column has no accumulators, and a pair those of whole eights of rows.
TEST(Expected, LargeProductsHaveAnotherTail) {
  const auto adds = [](const std::string& rows, const std::string& columns) {
    return expected_of("aten::mm", "f32[" + rows + ",256], f32[256," + columns + "]",
                       "f32[" + rows + "," + columns + "]")[FlopClass::add_f32]
        .low;
  };
  EXPECT_EQ(adds("512", "5"), 512 * 256 * 5 + 512 * 5 + 5 * 512);
  EXPECT_EQ(adds("516", "5"), 516 * 256 * 5 + 516 * 5);
  EXPECT_EQ(adds("516", "6"), 516 * 256 * 6 + 516 * 6 + 10 * 512);
  EXPECT_EQ(adds("516", "7"), 516 * 256 * 7 + 516 * 7 + 15 * 516);
}

// What a beta of 0 multiplies is not read, and a depth of 1 then has no accumulator.
TEST(Expected, ABetaOfZeroMultipliesNothing) {
  const std::string operands = "f32[12,13], f32[12,1], f32[1,13], ";
  expect_counts(expected("aten::addmm", operands + "0, 1", "f32[12,13]"), {{"mul_f32", 12 * 13 + 12}},
                {"gemm alpha multiply", "gemm epilogue", "zero beta"});
  expect_counts(expected("aten::addmm", operands + "2, 1", "f32[12,13]"),
                {{"add_f32", 12 * 13}, {"mul_f32", 2 * 12 * 13 + 12}}, {"gemm alpha multiply"});
  const std::string tiny = "f32[2,3,5], f32[2,3,4], f32[2,4,5], 0, 1";
  expect_counts(expected("aten::baddbmm", tiny, "f32[2,3,5]"),
                {{"add_f32", 2 * 3 * 4 * 5}, {"mul_f32", 2 * 3 * 4 * 5 + 2 * 3 * 5}}, {"tiny sum scaled", "zero beta"});
}

// A channel a group, and a multiple of 8 of them: 3 taps of 2 by 2 inputs, all of which fall onto 5 by 5 outputs.
TEST(Expected, DepthwiseTransposedConvolutionsTakeTheTapsOfTheOutput) {
  const auto counts = [](const std::string& channels, const std::string& padding, const std::string& output) {
    return expected_of("aten::conv_transpose2d.input",
                       "f32[1," + channels + ",2,2], f32[" + channels + ",1,3,3], none, [2, 2], [" + padding + ", " +
                           padding + "], [0, 0], " + channels + ", [1, 1]",
                       "f32[1," + channels + "," + output + "," + output + "]");
  };
  EXPECT_EQ(counts("16", "0", "5")[FlopClass::mul_f32].low, 16 * 6 * 6);
  EXPECT_EQ(counts("16", "1", "3")[FlopClass::mul_f32].low, 16 * (6 - 2) * (6 - 2)) << "two fall outside of each dim";
  EXPECT_GT(counts("12", "1", "3")[FlopClass::mul_f32].low, 12 * 6 * 6) << "a product in lanes, of all taps";
}

// A row of 5 is raised, summed in f64 and multiplied; each of its elements may be hidden.
TEST(Expected, AMaskDecidesWhatItsSoftmaxRaises) {
  const auto result = expected("aten::_masked_softmax", "f32[2,3,5,5], bool[5,5], -1, 0", "f32[2,3,5,5]");
  const std::int64_t elements = 2 * 3 * 5 * 5, rows = 2 * 3 * 5;
  expect_counts(
      result,
      {{"add_f32", elements}, {"add_f64", (6 + 1) * elements}, {"mul_f64", (6 + 1) * elements}, {"div_f64", rows}},
      {"masked softmax"});
  EXPECT_EQ(std::get<ExpectedCounts>(result).by_values.calls, elements);
  EXPECT_EQ(std::get<ExpectedCounts>(result).by_values.slack[FlopClass::div_f64], (Interval{-rows, 0}));
}

TEST(Expected, AnEncoderLayerIsTheSumOfItsParts) {
  const std::string attention = "32, 4, f32[96,32], f32[96], f32[32,32], f32[32]";
  FlopIntervals sum = expected_of(
      "aten::_native_multi_head_attention",
      "f32[2,10,32], f32[2,10,32], f32[2,10,32], " + attention + ", none, false, true, none", "f32[2,10,32], none");
  const std::string affine = "f32[32], f32[32]";
  sum += sum_of(2, "aten::layer_norm", "f32[2,10,32], [32], " + affine + ", 0.00001, true", "f32[2,10,32]");
  sum += sum_of(2, "aten::add_.Tensor", "f32[2,10,32], f32[2,10,32], 1", "f32[2,10,32]");
  sum += expected_of("aten::linear", "f32[20,32], f32[64,32], f32[64]", "f32[20,64]");
  sum += expected_of("aten::linear", "f32[20,64], f32[32,64], f32[32]", "f32[20,32]");
  const std::string layer = "f32[2,10,32], " + attention + ", false, true, 0.00001, " + affine + ", " + affine +
                            ", f32[64,32], f32[64], f32[32,64], f32[32], none, none";
  EXPECT_EQ(expected_of("aten::_transformer_encoder_layer_fwd", layer, "f32[2,10,32]").classes, sum.classes);
}

// A bias, three heads' worth of it, and a scale: heads of 6 in vectors of 8.
TEST(Expected, HeadsAreSplitInVectors) {
  const std::int64_t lanes = 2 * 10 * 5 * 8;
  expect_counts(expected("aten::_transform_bias_rescale_qkv", "f32[2,10,90], f32[90], 5",
                         "f32[2,5,10,6], f32[2,5,10,6], f32[2,5,10,6]"),
                {{"add_f32", 3 * lanes}, {"mul_f32", lanes}, {"div_f32", 1}, {"sqrt_f32", 1}}, {"projected heads"});
}

TEST(Expected, AnActivationFollowsItsProduct) {
  const std::string operands = "f32[20], f32[16,8], f32[8,20], 1, 1";
  FlopIntervals sum = expected_of("aten::addmm", operands, "f32[16,20]");
  EXPECT_EQ(expected_of("aten::_addmm_activation", operands + ", false", "f32[16,20]").classes, sum.classes);
  sum += expected_of("aten::gelu", "f32[16,20], \"none\"", "f32[16,20]");
  EXPECT_EQ(expected_of("aten::_addmm_activation", operands + ", true", "f32[16,20]").classes, sum.classes);
}

// At a width of 30 three products pad other columns than one of 90 does.
// At a width of 30 one product and three are not the same count, and which of them it is makes less than 1 %; at 7 it
// makes more.
TEST(Expected, QueriesKeysAndValuesAreOneProductOrThree) {
  const auto attention = [](const std::string& tokens, const std::string& rest) {
    const std::string operands = tokens + ", " + tokens + ", " + tokens + ", " + rest + ", none, false, true, none";
    return expected("aten::_native_multi_head_attention", operands, tokens + ", none");
  };
  const auto wide = attention("f32[2,10,30]", "30, 5, f32[90,30], f32[90], f32[30,30], f32[30]");
  ASSERT_TRUE(std::holds_alternative<ExpectedCounts>(wide)) << reason(wide);
  EXPECT_GT(std::get<ExpectedCounts>(wide).expected.width(), 0);
  const auto narrow = attention("f32[3,53,7]", "7, 1, f32[21,7], f32[21], f32[7,7], f32[7]");
  EXPECT_NE(reason(narrow).find("wider than 1 %"), std::string::npos);
}

// From the left: the first two by a product, that one and the third by another; a letter of one operand is summed.
TEST(Expected, EinsumContractsFromTheLeft) {
  FlopIntervals chain = expected_of("aten::mm", "f32[12,16], f32[16,20]", "f32[12,20]");
  chain += expected_of("aten::mm", "f32[12,20], f32[20,24]", "f32[12,24]");
  const std::string operands = ", [f32[12,16], f32[16,20], f32[20,24]], ";
  EXPECT_EQ(expected_of("aten::einsum", "\"ij,jk,kl->il\"" + operands + "none", "f32[12,24]").classes, chain.classes);
  // l comes before j among the dims of the result and the summed ones: the second operand by the first.
  FlopIntervals along = expected_of("aten::mm", "f32[24,20], f32[20,16]", "f32[24,16]");
  along += expected_of("aten::mm", "f32[12,16], f32[16,24]", "f32[12,24]");
  EXPECT_EQ(expected_of("aten::einsum", "\"ij,jk,kl->il\"" + operands + "[1, 2, 0, 1]", "f32[12,24]").classes,
            along.classes);
  EXPECT_EQ(expected_of("aten::einsum", "\"bij->bj\", [f32[3,40,50]], none", "f32[3,50]").classes,
            expected_of("aten::sum.dim_IntList", "f32[3,40,50], [1], false, none", "f32[3,50]").classes);
  expect_counts(expected("aten::einsum", "\"ii->i\", [f32[30,30]], none", "f32[30]"), {}, {});
  // A trace: 30 elements that lie apart, in 4 scalar accumulators on 4 levels, and the result.
  expect_counts(expected("aten::einsum", "\"ii->\", [f32[30,30]], none", "f32[]"), {{"add_f32", 30 + 3 * 4 + 3 + 1}},
                {"contractions of an einsum"});
}

// A result that names the second operand's letters first is the second by the first: its weight is scaled, not theirs.
TEST(Expected, EinsumMultipliesInTheOrderOfItsResult) {
  const std::string operands = ", [f32[40,16], f32[24,16]], none";
  const FlopIntervals plain = expected_of("aten::einsum", "\"nd,md->nm\"" + operands, "f32[40,24]");
  const FlopIntervals swapped = expected_of("aten::einsum", "\"nd,md->mn\"" + operands, "f32[24,40]");
  EXPECT_EQ(plain.classes, expected_of("aten::linear", "f32[40,16], f32[24,16], none", "f32[40,24]").classes);
  EXPECT_EQ(swapped.classes, expected_of("aten::linear", "f32[24,16], f32[40,16], none", "f32[24,40]").classes);
  EXPECT_NE(plain.classes, swapped.classes);
  const FlopIntervals outer = expected_of("aten::einsum", "\"i,j->ij\", [f32[5], f32[8]], none", "f32[5,8]");
  EXPECT_EQ(outer[FlopClass::mul_f32].low, 5 * 8);
}

TEST(Expected, WhatIsNotModelledSaysWhy) {
  const std::string conv = "f32[1,8,28,28], f32[8,1,9,9], none, [2, 2], [3, 3], [1, 1], 8";
  EXPECT_NE(reason(expected("aten::conv2d", conv, "f32[1,8,13,13]")).find("padding this wide"), std::string::npos);
  const std::string leap = "f32[1,12,28,28], f32[12,6,3,3], none, [4611686018427387904, 1], [1, 1], [1, 1], 2";
  EXPECT_NE(reason(expected("aten::conv2d", leap, "f32[1,12,1,28]")).find("strides or sizes this large"),
            std::string::npos);
  EXPECT_EQ(reason(expected("aten::_fused_dropout", "f32[4,8], 0.5, none", "f32[4,8], u8[4,8]")),
            "no model of its kernel: LibTorch has no kernel of it for a CPU");
  EXPECT_EQ(reason(expected("aten::relu", "f32[7]", "f32[7]", {"native", "2.13.0"})),
            "the code path `native` has no model");
  EXPECT_NE(reason(expected("aten::relu", "f32[7]", "f32[7]", {"standard", "2.14.0"})).find("2.14.0"),
            std::string::npos);
  EXPECT_NE(reason(expected("aten::add.Tensor", "f32[N], f32[N], 1", "f32[N]")).find("not a number"),
            std::string::npos);
}

// Inference keeps dropout in the graph: the operand itself, however it lies in memory.
TEST(Expected, DropoutIsNothingWhereItDoesNotTrain) {
  for (const char* op : {"aten::dropout", "aten::dropout_", "aten::feature_dropout", "aten::alpha_dropout_"}) {
    const auto idle = expected(op, "f32[4,6,5], 0.5, false", "f32[4,6,5]");
    ASSERT_TRUE(std::holds_alternative<ExpectedCounts>(idle)) << op << ": " << reason(idle);
    EXPECT_EQ(std::get<ExpectedCounts>(idle).expected, FlopIntervals()) << op;
  }
  EXPECT_NE(reason(expected("aten::dropout_", "f32[4,6,5], 0.5, true", "f32[4,6,5]")), "");
}

TEST(Expected, Avx2HasModelsOfItsOwnUpToASize) {
  const CodePath avx2 = {"avx2", "2.13.0"};
  // One FMA an element: no tail, which the standard path's kernel has.
  expect_counts(expected("aten::mul.Tensor", "f32[7], f32[7]", "f32[7]", avx2), {{"mul_f32", 7}}, {});
  expect_counts(expected("aten::mul.Tensor", "f32[7], f32[7]", "f32[7]"), {{"mul_f32", 7 + 2}}, {"vector tail lanes"});
  expect_counts(expected("aten::add.Tensor", "f32[7], f32[7], 1", "f32[7]", avx2), {{"add_f32", 7}, {"mul_f32", 7}},
                {"alpha multiply"});
  // 13 past two vectors of 8: three half vectors take two products of alpha, the 13th is an FMA.
  expect_counts(expected("aten::add.Scalar", "f32[29], 0.5, 1", "f32[29]", avx2),
                {{"add_f32", 29}, {"mul_f32", 16 + 2 + 1}}, {"alpha multiply", "alpha of one operand element"});
  EXPECT_NE(reason(expected("aten::mul.Tensor", "f32[65537], f32[65537]", "f32[65537]", avx2)).find("up to 65536"),
            std::string::npos);
  EXPECT_EQ(reason(expected("aten::sigmoid", "f32[7]", "f32[7]", avx2)),
            "no model of its kernel on the code path `avx2`");
  EXPECT_EQ(
      reason(expected("aten::max_pool2d", "f32[1,4,8,8], [2, 2], [2, 2], [0, 0], [1, 1], false", "f32[1,4,4,4]", avx2)),
      "no model of its kernel on the code path `avx2`")
      << "not even that it has no arithmetic";
  EXPECT_EQ(reason(expected("aten::add.Tensor", "f32[7], f64[7], 1", "f64[7]", avx2)), "a cast inside has no model");
  EXPECT_EQ(reason(expected("aten::mul.Tensor", "f32[7], f32[2,7]", "f32[2,7]", avx2)),
            "a first operand that is broadcast has no model");
}

// 0 to 15 of 7999 muls: it is the values that decide.
TEST(Expected, LeakyReluDependsOnValues) {
  const auto narrow = expected("aten::leaky_relu", "f32[7999], 0.01", "f32[7999]");
  ASSERT_TRUE(std::holds_alternative<ExpectedCounts>(narrow));
  EXPECT_EQ(std::get<ExpectedCounts>(narrow).expected[FlopClass::mul_f32], (Interval{7984, 7999}));
  EXPECT_TRUE(std::get<ExpectedCounts>(narrow).data_dependent);
}

TEST(Causes, EveryRowIsComplete) {
  std::set<std::string> names;
  for (const CauseInfo& cause : all_causes()) {
    EXPECT_TRUE(cause.name && cause.sentence && cause.ops && cause.path && cause.formula && cause.evidence);
    EXPECT_NE(std::string(cause.evidence), "") << cause.name;
    EXPECT_TRUE(names.insert(cause.name).second) << cause.name << " is there twice";
  }
  for (const char* name :
       {"dispatch noise", "padding taps skipped", "alpha multiply", "gemm epilogue", "padded lanes"}) {
    EXPECT_TRUE(names.contains(name)) << name;
  }
}

}  // namespace
}  // namespace flopaudit
