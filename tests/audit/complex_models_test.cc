// Expected counts of complex arithmetic, as arithmetic, and where there is none.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/audit/expected_of.h"

namespace flopaudit {
namespace {

using testing::HasSubstr;

TEST(ComplexProducts, TakeFourOfEach) {
  EXPECT_EQ(counts("aten::mul.Tensor", "c128[7], c128[7]"), (Counts64{{"add_f64", 4 * 7}, {"mul_f64", 4 * 7}}));
  // An odd number of c64 takes half a vector for its last one, in each of the loops.
  EXPECT_EQ(counts("aten::mul.Tensor", "c64[7], c64[7]"), (Counts64{{"add_f32", 4 * 8}, {"mul_f32", 4 * 8}}));
  EXPECT_EQ(counts("aten::mul.Tensor", "c64[5,3], c64[3]"), (Counts64{{"add_f32", 5 * 4 * 4}, {"mul_f32", 5 * 4 * 4}}));
  // In place what is past 8 numbers goes by itself.
  EXPECT_EQ(counts("aten::mul_.Scalar", "c64[11], 0.5"),
            (Counts64{{"add_f32", 4 * 8 + 8 * 3}, {"mul_f32", 4 * 8 + 8 * 3}}));
}

TEST(ComplexSums, MultiplyByAlpha) {
  EXPECT_EQ(counts("aten::add.Tensor", "c64[16], c64[16], 1"), (Counts64{{"add_f32", 6 * 16}, {"mul_f32", 4 * 16}}));
  EXPECT_EQ(counts("aten::sub.Tensor", "c64[15], c64[15], 1"),
            (Counts64{{"add_f32", 6 * 8 + 16 + 16 + 12}, {"mul_f32", 4 * 8 + 16 + 16 + 8}}));
}

TEST(ComplexFunctions, OfC64AreInF64) {
  EXPECT_EQ(counts("aten::abs", "c64[9]"), (Counts64{{"add_f64", 9}, {"mul_f64", 2 * 9}, {"sqrt_f64", 9}}));
  EXPECT_TRUE(model("aten::abs", "c128[9]").data_dependent);
  EXPECT_EQ(counts("aten::square", "c128[9]"), (Counts64{{"add_f64", 2 * 9}, {"mul_f64", 3 * 9}}));
}

TEST(ComplexCascades, GoByTurnsOfSixteen) {
  EXPECT_EQ(counts("aten::sum.dim_IntList", "c64[3,37], [1], false, none"),
            (Counts64{{"add_f32", 3 * (260 + 2 * 32 + 4 * 5)}}));
  EXPECT_EQ(counts("aten::sum", "c128[4,64], none"), (Counts64{{"add_f64", 66 + 2 * 256 + 2 * 16}}));
}

TEST(ComplexQuotients, DivideByTheirValues) {
  const ExpectedCounts known = model("aten::div.Tensor", "c64[16], c64[16]");
  EXPECT_TRUE(known.data_dependent);
  EXPECT_EQ(known.expected.classes[static_cast<std::size_t>(FlopClass::mul_f32)], (Interval{2 * 72, 2 * 72}));
}

TEST(ComplexMatrices, MultiplyWhatIsPackedByAlpha) {
  // 8 x 7 times 7 x 8: 7 steps are padded to 8.
  EXPECT_EQ(counts("aten::mm", "c128[8,7], c128[7,8]"),
            (Counts64{{"add_f64", 4 * 8 * 8 * 8 + 2 * 7 * 8 + 6 * 8 * 8}, {"mul_f64", 4 * 8 * 8 * 8 + 4 * 7 * 8}}));
  EXPECT_EQ(counts("aten::mm", "c64[8,8], c64[8,8]"),
            (Counts64{{"add_f32", 4 * 512 + 4 * 64 + 6 * 64}, {"mul_f32", 4 * 512 + 8 * 64}}));
  EXPECT_EQ(counts("aten::matmul", "c64[2,4,8], c64[8,8]"), counts("aten::mm", "c64[8,8], c64[8,8]"));
}

TEST(ComplexMatrices, LinearLayersMultiplyOnce) {
  const Counts64 known = counts("aten::linear", "c64[2,3,8], c64[12,8], c64[12]");
  EXPECT_EQ(known, (Counts64{{"add_f32", 4 * 6 * 12 * 8 + 2 * 8 * 12 + 6 * 6 * 12},
                             {"mul_f32", 4 * 6 * 12 * 8 + 4 * 8 * 12}}));
}

TEST(ComplexMatrices, SmallBatchesAreLoops) {
  EXPECT_EQ(counts("aten::bmm", "c64[3,2,5], c64[3,5,4]"),
            (Counts64{{"add_f32", 3 * 40 * 12}, {"mul_f32", 3 * 40 * 8}}));
  EXPECT_EQ(counts("aten::bmm", "c64[3,8,8], c64[3,8,8]").at("add_f32"),
            3 * counts("aten::mm", "c64[8,8], c64[8,8]").at("add_f32"));
}

TEST(ComplexNumbers, OtherOpsHaveNoModel) {
  EXPECT_THAT(reason("aten::sum.dim_IntList", "c64[9,7], [0], false, none"), HasSubstr("lie apart"));
  EXPECT_THAT(reason("aten::pow.Tensor_Scalar", "c64[9], 3"), HasSubstr("second"));
  EXPECT_THAT(reason("aten::reciprocal", "c64[9]"), HasSubstr("only f32 and f64"));
  EXPECT_THAT(reason("aten::bmm", "c64[3,20,30], c64[3,30,1]"), HasSubstr("these sizes"));
  EXPECT_THAT(reason("aten::addmm", "c64[8], c64[8,8], c64[8,8], 1, 2"), HasSubstr("factors"));
}

}  // namespace
}  // namespace flopaudit
