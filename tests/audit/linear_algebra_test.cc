// Expected counts of norms, distances, small matrices and Fourier transforms, as arithmetic, and where there is none.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/audit/expected_of.h"

namespace flopaudit {
namespace {

using testing::HasSubstr;

// --- norms and distances ---

TEST(Norms, OtherOrdersThanTwoStartAtZero) {
  EXPECT_EQ(counts("aten::linalg_vector_norm", "f32[5,30], 1, [-1], false, none"), (Counts64{{"add_f32", 5 * 30}}));
  EXPECT_EQ(counts("aten::linalg_vector_norm", "f32[5,30], inf, [-1], false, none"), Counts64{});
  const std::int64_t powers = 5 * 30 + 5;  // of the elements, and of their sums
  EXPECT_EQ(counts("aten::linalg_vector_norm", "f64[5,30], 3, [-1], false, none"),
            (Counts64{{"add_f64", 5 * 30 + 39 * powers}, {"mul_f64", 29 * powers}, {"div_f64", 5}}));
  EXPECT_EQ(counts("aten::norm.ScalarOpt_dim", "f32[5,30,1], 2, [-1], false"), Counts64{});
}

TEST(Norms, OfMatricesAreNormsOfVectors) {
  EXPECT_EQ(counts("aten::linalg_matrix_norm.str_ord", "f32[3,4,5], \"fro\", [-2, -1], false, none"),
            (Counts64{{"add_f32", 3 * (4 * 5 + 7)}, {"mul_f32", 3 * 4 * 5}, {"sqrt_f32", 3}}));
  EXPECT_EQ(counts("aten::linalg_matrix_norm", "f64[3,4,5], inf, [-2, -1], false, none"),
            (Counts64{{"add_f64", 3 * 4 * 5}}));
  EXPECT_TRUE(model("aten::linalg_matrix_norm", "f64[3,4,5], 2, [-2, -1], false, none").data_dependent);
}

TEST(Distances, FewRowsArePairs) {
  const std::int64_t pairs = 5 * 3, half_vector = 2;
  EXPECT_EQ(
      counts("aten::cdist", "f32[5,7], f32[3,7], 2.0, none"),
      (Counts64{
          {"add_f32", pairs * (2 * 7 + half_vector)}, {"mul_f32", pairs * (7 + half_vector)}, {"sqrt_f32", pairs}}));
  EXPECT_EQ(counts("aten::cdist", "f64[5,7], f64[3,7], 1.0, none"), (Counts64{{"add_f64", 2 * pairs * 7}}));
}

TEST(Distances, ManyRowsAreAMatrixProduct) {
  const std::int64_t pairs = 32 * 40, depth = 14 + 2, rows = 32 + 40, window_sum = 14 + 66 - 1;
  EXPECT_EQ(counts("aten::cdist", "f64[32,14], f64[40,14], 2.0, none"),
            (Counts64{{"add_f64", rows * window_sum + pairs * (depth + 1) + 8 * pairs},
                      {"mul_f64", rows * 14 + 32 * 14 + pairs * depth + 40 * depth + 12 * pairs}}));
}

TEST(Distances, ATraceIsAddedUpInF64) { EXPECT_EQ(counts("aten::trace", "f32[7,9]"), (Counts64{{"add_f64", 7}})); }

// --- small matrices ---

TEST(SmallMatrices, LuMultipliesByReciprocals) {
  const std::int64_t updates = 9 * 10 * 19 / 6;  // 9^2 + 8^2 + ... + 1
  EXPECT_EQ(counts("aten::linalg_lu_factor", "f64[2,10,10], true"),
            (Counts64{{"add_f64", 2 * updates}, {"mul_f64", 2 * (updates + 45)}, {"div_f64", 2 * 9}}));
  EXPECT_THAT(reason("aten::linalg_lu_factor", "f64[129,129], true"), HasSubstr("128 rows"));
  EXPECT_THAT(reason("aten::linalg_lu_factor", "f64[5,9], true"), HasSubstr("fewer rows"));
}

TEST(SmallMatrices, LuOfMoreRowsGoesByBlocks) {
  // 16 columns, whose sums merge; a packed product of 16 by 16 by 16 off what is left; 16 columns again.
  const std::int64_t updates = 31 * 32 * 63 / 6, below = 32 * 31 / 2, merged = 134, alphas = 15 * 15;
  EXPECT_EQ(counts("aten::linalg_lu_factor", "f32[32,32], true"),
            (Counts64{{"add_f32", updates + merged + 16 * 16 + merged},
                      {"mul_f32", updates + below + alphas + 16 * 16 + alphas},
                      {"div_f32", 31}}));
  // f64: 8 columns, their triangle against 8 more in fours, a product of 8 by 12 by 8, 8 columns.
  const std::int64_t merges = 2 * 7 * 6, scaled = 2 * 7 * 7;
  std::int64_t textbook = 0, scales = 0;
  for (std::int64_t i = 0; i < 16; ++i) textbook += (19 - i) * (15 - i), scales += 19 - i;
  EXPECT_EQ(counts("aten::linalg_lu_factor", "f64[20,16], true"),
            (Counts64{{"add_f64", textbook + 2 * merges + 8 * 8 + 8 * 12},
                      {"mul_f64", textbook + scales + 2 * scaled + 8 * 12},
                      {"div_f64", 16}}));
  EXPECT_THAT(reason("aten::linalg_lu_factor", "f32[2,17,17], true"), HasSubstr("whole vector"));
}

TEST(SmallMatrices, InversesAreSolvesOfTheIdentity) {
  const std::int64_t lu = 4 * 5 * 9 / 6;
  EXPECT_EQ(counts("aten::linalg_inv", "f32[5,5]"),
            (Counts64{{"add_f32", lu + 5 * 20}, {"mul_f32", lu + 10 + 5 * 25}, {"div_f32", 4 + 5}}));
  EXPECT_EQ(counts("aten::inverse", "f32[5,5]"), counts("aten::linalg_inv", "f32[5,5]"));
}

TEST(SmallMatrices, FourRightSidesOfF64GoTogether) {
  const std::int64_t lu = 8 * 9 * 17 / 6, each = 9 * 8;
  EXPECT_EQ(
      counts("aten::linalg_solve", "f64[9,9], f64[9,4], true"),
      (Counts64{
          {"add_f64", lu + 4 * (each + 2 * 8)}, {"mul_f64", lu + 36 + 4 * (each + 3 * 8)}, {"div_f64", 8 + 8 + 4}}));
  EXPECT_EQ(counts("aten::linalg_solve", "f64[9,9], f64[9,1], true"),
            (Counts64{{"add_f64", lu + each}, {"mul_f64", lu + 36 + each}, {"div_f64", 8 + 9}}));
}

TEST(SmallMatrices, DeterminantsMultiplyTheDiagonal) {
  const std::int64_t lu = 4 * 5 * 9 / 6;
  EXPECT_EQ(counts("aten::det", "f32[5,5]"), (Counts64{{"add_f32", lu}, {"mul_f32", lu + 10 + 5 + 1}, {"div_f32", 4}}));
}

TEST(SmallMatrices, CholeskyIsTheTextbooksAboveVectors) {
  const std::int64_t updates = 19 * 20 * 21 / 6, below = 20 * 19 / 2;
  EXPECT_EQ(counts("aten::linalg_cholesky", "f32[20,20], false"),
            (Counts64{{"add_f32", updates}, {"mul_f32", updates + below}, {"div_f32", 19}, {"sqrt_f32", 20}}));
  EXPECT_EQ(counts("aten::linalg_cholesky", "f32[3,3], false"),
            (Counts64{{"add_f32", 4 + 2}, {"mul_f32", 4 + 3 + 10}, {"sqrt_f32", 3}}));
  EXPECT_THAT(reason("aten::linalg_cholesky", "f32[129,129], false"), HasSubstr("no model"));
}

TEST(SmallMatrices, TurnedTrianglesAreDotProducts) {
  EXPECT_EQ(counts("aten::linalg_solve_triangular", "f32[12,12], f32[12,1], true, true, false"),
            (Counts64{{"add_f32", 66 + 2 * 14}, {"mul_f32", 66}, {"div_f32", 12}}));
  // Four sides together, and as triangular_solve reads it in columns.
  EXPECT_EQ(counts("aten::linalg_solve_triangular", "f64[12,12], f64[12,4], true, true, false"),
            (Counts64{{"add_f64", 4 * 66 + 48}, {"mul_f64", 4 * 66 + 48}, {"div_f64", 12}}));
  EXPECT_EQ(counts("aten::triangular_solve", "f32[12,5], f32[12,12], true, false, false"),
            (Counts64{{"add_f32", 5 * 66}, {"mul_f32", 5 * 66}, {"div_f32", 60}}));
  EXPECT_EQ(counts("aten::cholesky_solve", "f64[8,2], f64[8,8], true"),
            (Counts64{{"add_f64", 2 * 56}, {"mul_f64", 2 * 56 + 2 * 8}, {"div_f64", 2 * 16}}));
  EXPECT_THAT(reason("aten::linalg_solve_triangular", "f32[17,17], f32[17,2], true, true, false"),
              HasSubstr("no model"));
}

TEST(SmallMatrices, PowersAreSquared) {
  const Counts64 once = counts("aten::mm", "f32[9,9], f32[9,9]");
  Counts64 four = once;
  for (auto& [flop_class, count] : four) count *= 4;
  EXPECT_EQ(counts("aten::matrix_power", "f32[9,9], 2"), once);
  EXPECT_EQ(counts("aten::matrix_power", "f32[9,9], 11"),
            (Counts64{{"add_f32", 5 * once.at("add_f32")}, {"mul_f32", 5 * once.at("mul_f32")}}));
  EXPECT_EQ(counts("aten::matrix_power", "f32[9,9], 9"), four);
}

// --- Fourier transforms ---

TEST(Fourier, PowersOfTwoGoByFoursAndEights) {
  // 64 = 4 * 4 * 4: 48 transforms of 4 points, and 48 roots before two of the stages.
  EXPECT_EQ(counts("aten::fft_fft", "c64[3,64], none, -1, none"),
            (Counts64{{"add_f32", 3 * (48 * 16 + 2 * 96)}, {"mul_f32", 3 * 4 * 96}}));
  // f64: 8 * 8.
  EXPECT_EQ(counts("aten::fft_fft", "c128[3,64], none, -1, none"),
            (Counts64{{"add_f64", 3 * (16 * 52 + 2 * 56)}, {"mul_f64", 3 * (16 * 4 + 4 * 56)}}));
}

TEST(Fourier, RealTransformsAreHalfAComplexOne) {
  const std::int64_t half_add = 48 * 16 + 2 * 96, half_mul = 4 * 96;
  EXPECT_EQ(counts("aten::fft_rfft", "f32[5,128], none, -1, none"),
            (Counts64{{"add_f32", 5 * (half_add + 2 * 128 + 2)},
                      {"mul_f32", 5 * (half_mul + 128) + 128 / 4},
                      {"add_f64", 128 / 4},
                      {"mul_f64", 128 / 4}}));
}

// Frames of 400 points, as speech models take them: 200 = 8 * 5 * 5.
TEST(Fourier, FramesOfSpeechAreMixedRadix) {
  const std::int64_t roots = 160 + 160, columns = 5;
  const std::int64_t add = 25 * 52 + 80 * 32 + 2 * roots + 4 * columns + 2 * 400 + 2;
  const std::int64_t mul = 25 * 4 + 80 * 16 + 4 * roots + 12 * columns + 400;
  const FlopIntervals known =
      model("aten::stft", "f32[2,4000], 400, 160, 400, f32[400], false, none, true, none").expected;
  const std::int64_t frames = 2 * 23;
  EXPECT_EQ(known.classes[static_cast<std::size_t>(FlopClass::add_f32)], (Interval{frames * add, frames * add}));
  const std::int64_t windowed = frames * (mul + 400) + 200;
  EXPECT_EQ(known.classes[static_cast<std::size_t>(FlopClass::mul_f32)], (Interval{windowed, windowed}));
  // Sines and cosines of 50 angles, of which 11 are below 3/16.
  EXPECT_EQ(known.classes[static_cast<std::size_t>(FlopClass::add_f64)],
            (Interval{18 * 50 + 1 + 10 * 11 + 100, 18 * 50 + 1 + 10 * 11 + 100}));
}

TEST(Fourier, ScalesAreMultiplications) {
  Counts64 plain = counts("aten::fft_rfft", "f32[5,128], none, -1, none");
  const Counts64 by_root = counts("aten::fft_rfft", "f32[5,128], none, -1, \"ortho\"");
  plain["mul_f32"] += 5 * (128 + 1);
  EXPECT_EQ(by_root, plain);
  Counts64 back = counts("aten::fft_fft", "c64[5,128], none, -1, none");
  back["mul_f32"] += 5 * 2 * 128;
  back["div_f32"] = 3;
  EXPECT_EQ(counts("aten::fft_ifft", "c64[5,128], none, -1, none"), back);
}

TEST(Fourier, PlanesOfPowersOfTwoGoDimByDim) {
  const Counts64 rows = counts("aten::fft_fft", "c128[3,16,64], none, 2, none");
  const Counts64 columns = counts("aten::fft_fft", "c128[3,16,64], none, 1, none");
  EXPECT_EQ(counts("aten::fft_fft2", "c128[3,16,64], none, [-2, -1], none"),
            (Counts64{{"add_f64", rows.at("add_f64") + columns.at("add_f64")},
                      {"mul_f64", rows.at("mul_f64") + columns.at("mul_f64")}}));
}

}  // namespace
}  // namespace flopaudit
