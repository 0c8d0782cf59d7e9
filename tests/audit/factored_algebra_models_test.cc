// Expected counts of factors, of what is solved with them and put together from them, and of spectra, as arithmetic.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/audit/expected_of.h"

namespace flopaudit {
namespace {

using testing::HasSubstr;

Interval of(const ExpectedCounts& counts, FlopClass flop_class) { return counts.expected[flop_class]; }

// --- put together from other ops ---

TEST(ComposedAlgebra, TensorsAreMatrices) {
  EXPECT_EQ(counts("aten::linalg_tensorinv", "f32[2,3,6], 2"), counts("aten::linalg_inv_ex", "f32[6,6], false"));
  EXPECT_EQ(counts("aten::linalg_tensorsolve", "f64[2,3,6], f64[2,3], none"),
            counts("aten::linalg_solve", "f64[6,6], f64[6], true"));
  EXPECT_THAT(reason("aten::linalg_tensorinv", "f32[10,13,130], 2"), HasSubstr("more than 128 rows"));
}

TEST(ComposedAlgebra, AConditionIsAProductOfNorms) {
  Counts64 sum = counts("aten::linalg_inv_ex", "f32[5,5], false");
  for (const auto& [flop_class, count] : counts("aten::linalg_matrix_norm", "f32[5,5], 1, [-2, -1], false, none"))
    sum[flop_class] += 2 * count;
  sum["mul_f32"] += 1;
  EXPECT_EQ(counts("aten::linalg_cond", "f32[5,5], 1"), sum);
  EXPECT_TRUE(model("aten::linalg_cond", "f32[5,5], 2").data_dependent);
}

TEST(ComposedAlgebra, PowersOfAVectorAreRunningProductsInF64) {
  EXPECT_EQ(counts("aten::vander", "f32[7], 9, false"), (Counts64{{"mul_f64", 7 * 8}}));
  EXPECT_EQ(counts("aten::linalg_vander", "f64[2,3], none"), (Counts64{{"mul_f64", 2 * 3 * 2}}));
  EXPECT_EQ(counts("aten::vander", "f32[7], 1, true"), Counts64{});
}

TEST(ComposedAlgebra, SumsThatBetaLeavesOut) {
  EXPECT_EQ(counts("aten::addr_", "f32[3,16], f32[3], f32[16], 0, 1"), (Counts64{{"mul_f32", 2 * 48}}));
  EXPECT_EQ(counts("aten::addr_", "f32[3,15], f32[3], f32[15], 0, 1"), (Counts64{{"mul_f32", 2 * 45 + 3 * 28}}));
  const Counts64 sum = counts("aten::addbmm", "f32[20,1], f32[2,20,8], f32[2,8,1], 0, 1");
  EXPECT_EQ(sum.at("add_f32"), 2 * counts("aten::addmm", "f32[20,1], f32[20,8], f32[8,1], 1, 1").at("add_f32"));
  EXPECT_THAT(reason("aten::addbmm", "f32[20,1], f32[2,20,10], f32[2,10,1], 0, 1"), HasSubstr("whole vector"));
}

TEST(ComposedAlgebra, SublistsAreAnEquation) {
  EXPECT_EQ(counts("aten::einsum.sublist", "f32[5,12], [0, 1], f32[12,9], [1, 30], [0, 30]"),
            counts("aten::einsum", "\"ab,bc->ac\", [f32[5,12], f32[12,9]], none"));
}

TEST(ComposedAlgebra, TheNormOfASingleMatrixChoosesThePolynomial) {
  const ExpectedCounts single = model("aten::matrix_exp", "f32[6,6]");
  EXPECT_TRUE(single.data_dependent);
  const std::int64_t column_sums = 84;
  EXPECT_EQ(of(single, FlopClass::mul_f32).low, 0);  // I + A
  EXPECT_EQ(of(single, FlopClass::add_f32).high, 5 * 216 + 28 * 36 + column_sums + 4 * 14 + 8);
  EXPECT_EQ(single.by_values.each[FlopClass::mul_f32].high, 216);  // a squaring
  EXPECT_EQ(of(model("aten::matrix_exp", "f64[3,6,6]"), FlopClass::div_f64), (Interval{3, 3}));
}

// --- solves and inverses ---

TEST(FactoredSolves, FewRightSidesGoOneByOne) {
  EXPECT_EQ(counts("aten::linalg_lu_solve", "f64[9,9], i32[9], f64[9,1], true, false"),
            (Counts64{{"add_f64", 72}, {"mul_f64", 72}, {"div_f64", 9}}));
  // Above a block of 32 rows, what it takes off the rest is multiplied by alpha: 64 of both triangles.
  EXPECT_EQ(counts("aten::lu_solve", "f32[40,1], f32[40,40], i32[40]"),
            (Counts64{{"add_f32", 40 * 39}, {"mul_f32", 40 * 39 + 64}, {"div_f32", 40}}));
  EXPECT_THAT(reason("aten::linalg_lu_solve", "f32[6,6], i32[6], f32[6,1], true, true"), HasSubstr("transposed"));
  EXPECT_EQ(counts("aten::linalg_lu_solve", "f32[9,9], i32[9], f32[9,1], true, true"),
            (Counts64{{"add_f32", 72 + 2 * 9}, {"mul_f32", 72}, {"div_f32", 9}}));
  // 16 rows, a packed product of 4 by 4 by 16 off the last 4, and these; once down and once up.
  EXPECT_EQ(counts("aten::linalg_lu_solve", "f32[20,20], i32[20], f32[20,4], true, false"),
            (Counts64{{"add_f32", 4 * 380 + 2 * 4 * 4}, {"mul_f32", 4 * 380 + 2 * 4 * 16}, {"div_f32", 80}}));
  EXPECT_THAT(reason("aten::linalg_lu_solve", "f32[129,129], i32[129], f32[129,4], true, false"),
              HasSubstr("128 rows"));
}

TEST(FactoredSolves, InversesOfLowerFactorsAreDotProducts) {
  const std::int64_t squares = 7 * 8 * 15 / 6, muls = squares + 2 * 8 * 7 + 2;
  EXPECT_EQ(counts("aten::cholesky_inverse", "f32[8,8], true"),
            (Counts64{{"add_f32", squares + 7}, {"mul_f32", muls}, {"div_f32", 9}, {"sqrt_f32", 1}}));
  EXPECT_EQ(counts("aten::cholesky_inverse", "f32[8,8], false"),
            (Counts64{{"add_f32", squares + 7 + 20 * 7}, {"mul_f32", muls}, {"div_f32", 9}, {"sqrt_f32", 1}}));
  EXPECT_THAT(reason("aten::cholesky_inverse", "f32[33,33], true"), HasSubstr("by blocks"));
  EXPECT_THAT(reason("aten::cholesky_inverse", "f32[2,7,7], false"), HasSubstr("odd number"));
}

TEST(FactoredSolves, ValuesChooseThePivots) {
  const ExpectedCounts factors = model("aten::linalg_ldl_factor", "f64[3,3], false");
  EXPECT_TRUE(factors.data_dependent);
  EXPECT_EQ(of(factors, FlopClass::add_f64), (Interval{3, 5}));  // a single one and a pair; a pair and a single one
  const ExpectedCounts solved = model("aten::linalg_ldl_solve", "f64[3,3], i32[3], f64[3,2], false");
  EXPECT_TRUE(solved.data_dependent);
  EXPECT_EQ(of(solved, FlopClass::div_f64), (Interval{3, 3 * 3 * 2}));
  EXPECT_THAT(reason("aten::linalg_ldl_factor", "f32[33,33], false"), HasSubstr("by blocks"));
}

// --- reflections ---

TEST(Reflections, ANormCountsItsLargestElements) {
  const ExpectedCounts factors = model("aten::geqrf", "f32[4,2]");
  const std::int64_t first = 4 + 2, second = 3 + 2, over_one_column = 2 * 4;
  EXPECT_EQ(of(factors, FlopClass::add_f32).low, first + second + over_one_column + 1);
  EXPECT_EQ(of(factors, FlopClass::add_f32).width(), 0);
  EXPECT_EQ(of(factors, FlopClass::mul_f32).width(), 2 + 1);
  EXPECT_EQ(of(factors, FlopClass::div_f32).low, 9 + 7);
  EXPECT_THAT(reason("aten::geqrf", "f32[21,2]"), HasSubstr("by blocks"));
}

TEST(Reflections, QIsBuiltFromTheLast) {
  const std::int64_t lanes = 2 * 5 * 1, own_adds = 1 + 1, own_muls = 4 + 3, a_call = 1;
  EXPECT_EQ(counts("aten::orgqr", "f64[5,2], f64[2]"),
            (Counts64{{"add_f64", lanes + 4 + own_adds + a_call}, {"mul_f64", lanes + 3 + own_muls}}));
  EXPECT_EQ(counts("aten::orgqr", "f64[5,2], f64[2]"), counts("aten::linalg_householder_product", "f64[5,2], f64[2]"));
  // The second column begins 5 elements behind the first: one past a whole vector.
  EXPECT_EQ(counts("aten::orgqr", "f32[5,2], f32[2]"),
            (Counts64{{"add_f32", lanes + 2 + own_adds + a_call}, {"mul_f32", lanes + 2 + 2 + own_muls}}));
  EXPECT_THAT(reason("aten::orgqr", "f64[50,40], f64[33]"), HasSubstr("32 reflections"));
  EXPECT_THAT(reason("aten::orgqr", "f32[2,5,3], f32[2,3]"), HasSubstr("whole vector"));
}

TEST(Reflections, AreAppliedWithoutTheirFirstElement) {
  EXPECT_EQ(counts("aten::ormqr", "f64[5,1], f64[1], f64[5,3], true, true"),
            (Counts64{{"add_f64", 2 * 5 * 3 + 9}, {"mul_f64", 2 * 5 * 3 + 6}}));
  EXPECT_EQ(counts("aten::ormqr", "f32[4,1], f32[1], f32[4,3], true, false"),
            (Counts64{{"add_f32", 2 * 4 * 3 - 3 + 2 * 3}, {"mul_f32", 2 * 4 * 3 + 3 + 2 * 3}}));
  EXPECT_THAT(reason("aten::ormqr", "f64[5,1], f64[1], f64[3,5], false, true"), HasSubstr("from the right"));
  EXPECT_THAT(reason("aten::ormqr", "f32[32,1], f32[1], f32[32,5], true, true"), HasSubstr("31 rows"));
}

// --- distances of all pairs ---

TEST(RowDistances, VectorsAreFilled) {
  const std::int64_t pairs = 6;
  EXPECT_EQ(counts("aten::pdist", "f32[4,16], 2.0"),
            (Counts64{{"add_f32", pairs * 31}, {"mul_f32", pairs * 16}, {"sqrt_f32", pairs}}));
  EXPECT_EQ(counts("aten::pdist", "f32[4,9], inf"), (Counts64{{"add_f32", pairs * 16}}));
  EXPECT_EQ(counts("aten::_pdist_forward", "f64[4,5], 1.0"), (Counts64{{"add_f64", pairs * (2 * 8 + 8)}}));
}

// --- spectra ---

TEST(Spectra, AreRangesByValues) {
  const ExpectedCounts values = model("aten::linalg_eigvalsh", "f64[10,10], \"L\"");
  EXPECT_TRUE(values.data_dependent);
  const std::int64_t reduction = 2 * 10 * 9 * 8 / 3, steps = 10 * 9 / 2;
  EXPECT_EQ(of(values, FlopClass::add_f64).low, reduction + 5 * steps);
  EXPECT_EQ(values.by_values.slack[FlopClass::add_f64].low, -(reduction + 5 * steps));  // a diagonal matrix
  EXPECT_TRUE(model("aten::linalg_svdvals", "f32[10,4], none").data_dependent);
  EXPECT_TRUE(model("aten::linalg_eigvals", "f32[10,10]").data_dependent);
  EXPECT_TRUE(model("aten::linalg_lstsq", "f32[10,4], f32[10,2], none, \"gels\"").data_dependent);
  EXPECT_THAT(reason("aten::linalg_lstsq", "f32[10,4], f32[10,2], none, none"), HasSubstr("gelsy"));
  EXPECT_TRUE(model("aten::pinverse", "f32[10,4], 0.001").data_dependent);
  EXPECT_TRUE(model("aten::linalg_matrix_rank", "f32[10,4], 0.001, false").data_dependent);
}

TEST(Spectra, VectorsOfManyRowsAreMergedFromHalves) {
  const ExpectedCounts whole = model("aten::linalg_eigh", "f64[25,25], \"L\""),
                       halves = model("aten::linalg_eigh", "f64[26,26], \"L\"");
  EXPECT_LT(of(halves, FlopClass::add_f64).high, of(whole, FlopClass::add_f64).high);
  EXPECT_EQ(of(halves, FlopClass::add_f64).low, 4 * 26 * 25 * 24 / 3);
}

TEST(Spectra, OfManyRowsHaveNoRange) {
  EXPECT_THAT(reason("aten::linalg_eigh", "f64[41,41], \"L\""), HasSubstr("40 rows"));
  EXPECT_THAT(reason("aten::linalg_svd", "f64[30,41], false, none"), HasSubstr("40 rows"));
  EXPECT_THAT(reason("aten::linalg_eig", "f64[41,41]"), HasSubstr("40 rows"));
  EXPECT_THAT(reason("aten::linalg_eig", "c64[4,4]"), HasSubstr("only f32 and f64"));
}

}  // namespace
}  // namespace flopaudit
