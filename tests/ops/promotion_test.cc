#include "analyzer/ops/promotion.h"

#include <gtest/gtest.h>

#include "analyzer/ops/default_dtype.h"

namespace flopaudit {
namespace {

std::optional<DType> of(std::initializer_list<const char*> texts) {
  std::vector<Fact> facts;
  for (const char* text : texts) facts.push_back(*Fact::parse(text));
  std::vector<const Fact*> operands;
  for (const Fact& fact : facts) operands.push_back(&fact);
  return result_dtype(operands);
}

TEST(Promotion, OfTwoTypes) {
  EXPECT_EQ(promote_types(DType::f16, DType::bf16), DType::f32);
  EXPECT_EQ(promote_types(DType::i64, DType::f16), DType::f16);
  EXPECT_EQ(promote_types(DType::u8, DType::i8), DType::i16);
  EXPECT_EQ(promote_types(DType::u8, DType::i32), DType::i32);
  EXPECT_EQ(promote_types(DType::f64, DType::c64), DType::c128);
  EXPECT_EQ(promote_types(DType::boolean, DType::u8), DType::u8);
  EXPECT_EQ(promote_types(DType::qi8, DType::f32), std::nullopt);
}

TEST(Promotion, ATensorWithDimsWinsWithinItsCategory) {
  EXPECT_EQ(of({"f32[2]", "f64[]"}), DType::f32);
  EXPECT_EQ(of({"f16[2]", "2.5"}), DType::f16);
  EXPECT_EQ(of({"i32[2]", "i64[]"}), DType::i32);
  EXPECT_EQ(of({"f32[]", "f64[]"}), DType::f64);
}

TEST(Promotion, AHigherCategoryWinsFromAnyRank) {
  EXPECT_EQ(of({"i64[2]", "f64[]"}), DType::f64);
  EXPECT_EQ(of({"i64[2]", "2.5"}), DType::f32);
  EXPECT_EQ(of({"bool[2]", "3"}), DType::i64);
  EXPECT_EQ(of({"i32[]", "2.5"}), DType::f32);
}

TEST(Promotion, AnUnknownRankIsDecidedOnlyWhereItDoesNotMatter) {
  EXPECT_EQ(of({"f32[*]", "f32[2]"}), DType::f32);
  EXPECT_EQ(of({"f64[*]", "f32[2]"}), std::nullopt);
  EXPECT_EQ(of({"?[2]", "f32[2]"}), std::nullopt);
}

TEST(Promotion, TheDefaultDtypeHoldsForItsScope) {
  {
    const DefaultDtypeScope scope(DType::f64);
    EXPECT_EQ(of({"i64[2]", "2.5"}), DType::f64);
  }
  EXPECT_EQ(of({"i64[2]", "2.5"}), DType::f32);
}

TEST(Promotion, Casts) {
  EXPECT_TRUE(can_cast(DType::f64, DType::f16));
  EXPECT_TRUE(can_cast(DType::i64, DType::u8));
  EXPECT_FALSE(can_cast(DType::f32, DType::i64));
  EXPECT_FALSE(can_cast(DType::i64, DType::boolean));
}

}  // namespace
}  // namespace flopaudit
