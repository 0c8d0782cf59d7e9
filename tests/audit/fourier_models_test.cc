// Expected counts of Fourier transforms of other lengths than powers of two, as arithmetic, and where there is none.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/audit/expected_of.h"

namespace flopaudit {
namespace {

using testing::HasSubstr;

// One number of a class; `mul_f64` of a transform in f32 are its tables.
std::int64_t count_of(const std::string& op, const std::string& inputs, const std::string& flop_class) {
  const Counts64 all = counts(op, inputs);
  const auto found = all.find(flop_class);
  return found == all.end() ? 0 : found->second;
}

// 21 = 3 * 7: each prime once a column, and roots where neither index is 0.
TEST(OddLengths, StagesSkipTheRootsThatAreOne) {
  const std::int64_t roots = 2 * 6;
  const Counts64 f64 = counts("aten::fft_fft", "c128[5,21], none, -1, none");
  EXPECT_EQ(f64.at("add_f64") - (18 * 10 + 1 + 6 * 5), 5 * (7 * 12 + 3 * 60 + 2 * roots));
  EXPECT_EQ(f64.at("mul_f64") - (26 * 10 + 1 + 5), 5 * (7 * 4 + 3 * 36 + 4 * roots));
  // In f32 two columns are a vector: 8 of the 7, 4 of the 3.
  EXPECT_EQ(count_of("aten::fft_fft", "c64[5,21], none, -1, none", "add_f32"), 5 * (8 * 12 + 4 * 60 + 2 * roots));
  EXPECT_EQ(count_of("aten::fft_fft", "c64[5,21], none, -1, none", "mul_f32"), 5 * (8 * 4 + 4 * 36 + 4 * roots));
}

TEST(OddLengths, PrimesGoByTheirDefinition) {
  EXPECT_EQ(count_of("aten::fft_fft", "c64[3,17], none, -1, none", "mul_f32"), 3 * 16 * 16);
  EXPECT_EQ(count_of("aten::fft_rfft", "f32[3,17], none, -1, none", "mul_f32"), 3 * 16 * 8);
}

// 53 points by two transforms of 128, and the transform of the chirp once.
TEST(LargePrimes, AreConvolutions) {
  const std::int64_t add_128 = 64 * 16 + 16 * 52 + 2 * 208, mul_128 = 16 * 4 + 4 * 208;
  const std::int64_t products = 128 + 2 * (53 + 1);
  EXPECT_EQ(count_of("aten::fft_fft", "c64[5,53], none, -1, none", "add_f32"),
            5 * (2 * add_128 + 2 * products) + add_128);
  EXPECT_EQ(count_of("aten::fft_fft", "c64[5,53], none, -1, none", "mul_f32"),
            5 * (2 * mul_128 + 4 * products) + mul_128 + 2 * 128);
  // In f64 53 is a radix still.
  EXPECT_LT(count_of("aten::fft_fft", "c128[5,53], none, -1, none", "mul_f64"), 5 * 52 * 52 + 1000);
}

TEST(EvenReals, PassesGoByVectors) {
  const std::int64_t half = count_of("aten::fft_fft", "c64[1,15], none, -1, none", "add_f32");
  EXPECT_EQ(count_of("aten::fft_rfft", "f32[1,30], none, -1, none", "add_f32"), half + 2 * 32 + 2);
}

TEST(Layouts, PointsThatLieApartAreScaledWithoutADivision) {
  const Counts64 apart = counts("aten::fft_ifft", "c64[60,4], none, 0, none");
  const Counts64 together = counts("aten::fft_ifft", "c64[4,60], none, 1, none");
  EXPECT_EQ(apart.at("mul_f32") - together.at("mul_f32"), 4 * 2 * 60);
  EXPECT_EQ(apart.count("div_f32"), 0u);
  EXPECT_EQ(together.at("div_f32"), 2);
  // Two dims beside it are no one dim: the points are moved together.
  EXPECT_EQ(counts("aten::fft_ifft", "c64[2,60,2], none, 1, none"), together);
}

TEST(Hermitian, AreTheOthersWithTheOtherScale) {
  EXPECT_EQ(counts("aten::fft_hfft", "c64[3,21], none, -1, \"forward\""),
            counts("aten::fft_irfft", "c64[3,21], none, -1, none"));
  EXPECT_EQ(counts("aten::fft_ihfft", "f64[3,21], none, -1, none"),
            counts("aten::fft_rfft", "f64[3,21], none, -1, \"forward\""));
}

TEST(Planes, OfRealsGoByRowsAndColumns) {
  const std::int64_t rows = count_of("aten::fft_rfft", "f32[60,20], none, -1, none", "add_f32");
  const std::int64_t columns = count_of("aten::fft_fft", "c64[44,15], none, -1, none", "add_f32");
  EXPECT_EQ(count_of("aten::fft_rfft2", "f32[4,15,20], none, [-2, -1], none", "add_f32"), rows + columns);
  // A square of 14 points takes its 8 columns in whole vectors.
  EXPECT_EQ(counts("aten::fft_rfft2", "f32[4,14,14], none, [-2, -1], none"),
            (Counts64{{"add_f32", 4 * (14 * 62 + 8 * 148)}, {"mul_f32", 4 * (14 * 36 + 8 * 72)}}));
}

TEST(Planes, OthersHaveNoModel) {
  EXPECT_THAT(reason("aten::fft_fft2", "c64[3,20,40], none, [-2, -1], none"), HasSubstr("no model"));
  EXPECT_THAT(reason("aten::fft_rfft2", "f32[15,20], none, [-2, -1], none"), HasSubstr("of no batch"));
  EXPECT_THAT(reason("aten::fft_rfftn", "f32[3,4,5,6], none, [-3, -2, -1], none"), HasSubstr("more than two dims"));
  EXPECT_THAT(reason("aten::fft_fft", "c64[3,2006], none, -1, none"), HasSubstr("this length has no model"));
}

TEST(Frequencies, AreRangesTimesANumber) {
  const Counts64 known = counts("aten::fft_rfftfreq", "62, 0.5, 6, none, none, none");
  EXPECT_EQ(known, (Counts64{{"mul_f32", 32}, {"add_f64", 2 * 19}, {"mul_f64", 2 * 8}}));
}

}  // namespace
}  // namespace flopaudit
