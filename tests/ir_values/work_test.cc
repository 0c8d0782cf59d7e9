#include "analyzer/ir/work.h"

#include <gtest/gtest.h>

namespace flopaudit {
namespace {

const Expr N = Expr::symbol("N");

// A convolution with a bias-like add: 2 macs of padding among 10.
Work sample_work() {
  Work work;
  work.add(WorkClass::mac, DType::f32, 10);
  work.add(WorkClass::add, DType::f32, 3);
  work.add(WorkClass::exp, DType::f64, 5);
  work.add(WorkClass::compare, DType::f32, 7);
  work.valid_mac[DType::f32] = 10 - 2;
  work.bytes_read = 40;
  work.bytes_written = 8;
  return work;
}

TEST(Work, NamesReadBack) {
  for (std::size_t i = 0; i < kWorkClassCount; ++i) {
    const auto work_class = static_cast<WorkClass>(i);
    EXPECT_EQ(work_class_of_name(name(work_class)), work_class);
  }
  for (int i = 0; i <= static_cast<int>(WorkState::not_taken); ++i) {
    const auto state = static_cast<WorkState>(i);
    EXPECT_EQ(work_state_of_name(name(state)), state);
  }
  EXPECT_EQ(work_class_of_name("fma"), std::nullopt);
  EXPECT_EQ(work_state_of_name(""), std::nullopt);
  EXPECT_EQ(name(WorkClass::integer), "integer");
  EXPECT_EQ(name(WorkClass::bessel), "bessel");
}

TEST(Work, TranscendentalsAreFunctions) {
  EXPECT_TRUE(is_transcendental(WorkClass::exp));
  EXPECT_TRUE(is_transcendental(WorkClass::bessel));
  EXPECT_FALSE(is_transcendental(WorkClass::convert));
  EXPECT_FALSE(is_transcendental(WorkClass::sqrt));
  EXPECT_FALSE(is_transcendental(WorkClass::integer));
}

TEST(Work, DerivedNumbers) {
  const WorkTotal work = times(Expr(1), sample_work());
  EXPECT_EQ(macs(work), Range(10));
  EXPECT_EQ(valid_macs(work), Range(10 - 2));
  EXPECT_EQ(flops(work), Range(2 * 10 + 3));
  EXPECT_EQ(transcendentals(work), Range(5));
  EXPECT_EQ(comparisons(work), Range(7));
}

TEST(Work, TimesScalesEverything) {
  const WorkTotal work = times(Range(0, N), sample_work());
  EXPECT_EQ(flops(work), Range(0, Expr(2 * 10 + 3) * N));
  EXPECT_EQ(valid_macs(work), Range(0, Expr(10 - 2) * N));
  EXPECT_EQ(work.bytes_read, Range(0, Expr(40) * N));
  EXPECT_EQ(work.bytes_written, Range(0, Expr(8) * N));
}

TEST(Work, TimesZeroIsEmpty) {
  const WorkTotal work = times(Expr(0), sample_work());
  EXPECT_EQ(work, WorkTotal());
}

TEST(Work, SumsKeepValidTapsApart) {
  WorkTotal sum = times(Expr(1), sample_work());
  Work linear;
  linear.add(WorkClass::mac, DType::f32, 100);
  linear.add(WorkClass::mac, DType::f64, 1000);
  sum += times(Expr(1), linear);
  EXPECT_EQ(macs(sum), Range(10 + 100 + 1000));
  EXPECT_EQ(valid_macs(sum), Range(10 - 2 + 100 + 1000));

  WorkTotal reversed = times(Expr(1), linear);
  reversed += times(Expr(1), sample_work());
  EXPECT_EQ(reversed, sum);
}

}  // namespace
}  // namespace flopaudit
