#include "analyzer/audit/class_folding.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/audit/sample_record.h"

namespace flopaudit {
namespace {

using testing::HasSubstr;

CounterView view(Event slot, std::initializer_list<Event> once, std::initializer_list<Event> twice) {
  CounterView result{slot, {}};
  for (const Event event : once) result[event] = 1;
  for (const Event event : twice) result[event] = 2;
  return result;
}

// A reading a precision, with min and max in it.
std::vector<CounterView> by_precision() {
  using enum Event;
  return {view(add_sp, {add_sp, mul_sp, div_sp, sqrt_sp, minmax_sp}, {fma_sp}),
          view(add_dp, {add_dp, mul_dp, div_dp, sqrt_dp, minmax_dp}, {fma_dp})};
}

// A reading a class, both precisions in it, roots with divisions, FMA by itself.
std::vector<CounterView> by_class() {
  using enum Event;
  return {view(add_sp, {add_sp, add_dp}, {}), view(mul_sp, {mul_sp, mul_dp}, {}),
          view(div_sp, {div_sp, sqrt_sp, div_dp, sqrt_dp}, {}), view(fma_sp, {}, {fma_sp, fma_dp})};
}

constexpr std::size_t at(FlopClass flop_class) { return static_cast<std::size_t>(flop_class); }

TEST(ClassFolding, WithoutViewsEachClassIsByItself) {
  const auto folding = ClassFolding::of({});
  ASSERT_TRUE(folding);
  const Counts lanes = counts({{Event::add_sp, 3}, {Event::fma_sp, 5}, {Event::sqrt_dp, 7}});
  ClassSums sums{};
  sums[at(FlopClass::add_f32)] = 3 + 5;
  sums[at(FlopClass::mul_f32)] = 5;
  sums[at(FlopClass::sqrt_f64)] = 7;
  EXPECT_EQ(folding->operations_of(lanes), sums);
  EXPECT_EQ(folding->flops_of(lanes), 3 + 2 * 5 + 7);
  EXPECT_EQ(folding->name(at(FlopClass::mul_f32)), "mul_f32");
  EXPECT_FALSE(folding->has_noise(at(FlopClass::mul_f32)));
  EXPECT_TRUE(folding->has_noise(at(FlopClass::mul_f64)));
}

TEST(ClassFolding, ClassesOfOneReadingAreOne) {
  const auto folding = ClassFolding::of(by_precision());
  ASSERT_TRUE(folding);
  const Counts lanes = counts({{Event::add_sp, 3}, {Event::fma_sp, 5}, {Event::minmax_sp, 11}, {Event::sqrt_dp, 7}});
  const Counts readings = viewed(lanes, by_precision());
  EXPECT_EQ(readings, counts({{Event::add_sp, 3 + 2 * 5 + 11}, {Event::add_dp, 7}}));
  ClassSums sums{};
  sums[at(FlopClass::add_f32)] = 3 + 2 * 5 + 11;
  sums[at(FlopClass::add_f64)] = 7;
  EXPECT_EQ(folding->operations_of(readings), sums);
  EXPECT_EQ(folding->name(at(FlopClass::add_f32)), "add_f32+mul_f32+div_f32+sqrt_f32");
  EXPECT_EQ(folding->others(), "MINMAX_SP, MINMAX_DP");
}

TEST(ClassFolding, FusedLanesAreHalvedOverAddsAndMuls) {
  const auto folding = ClassFolding::of(by_class());
  ASSERT_TRUE(folding);
  const Counts lanes = counts({{Event::add_sp, 3}, {Event::add_dp, 2}, {Event::fma_sp, 5}, {Event::sqrt_sp, 7}});
  const Counts readings = viewed(lanes, by_class());
  ClassSums sums{};
  sums[at(FlopClass::add_f32)] = 3 + 2 + 5;
  sums[at(FlopClass::mul_f32)] = 5;
  sums[at(FlopClass::div_f32)] = 7;
  EXPECT_EQ(folding->operations_of(readings), sums);
  EXPECT_EQ(folding->name(at(FlopClass::add_f32)), "add_f32+add_f64");
  EXPECT_TRUE(folding->has_noise(at(FlopClass::add_f32))) << "the noise of f64 is in it";
  EXPECT_EQ(folding->others(), "");
}

// Whatever lanes are executed, folding what is expected and reading what is measured meet.
TEST(ClassFolding, ExpectedAndMeasuredFoldAlike) {
  for (const auto& views : {by_precision(), by_class(), std::vector<CounterView>{}}) {
    const auto folding = ClassFolding::of(views);
    ASSERT_TRUE(folding);
    for (std::int64_t seed = 1; seed < 20; ++seed) {
      Counts lanes;
      for (std::size_t i = 0; i < kEventCount; ++i) lanes.lanes[i] = seed * static_cast<std::int64_t>(i * i + 1) % 97;
      for (const Event other : {Event::minmax_sp, Event::minmax_dp}) lanes[other] = 0;
      const ClassSums whole = ClassFolding::of({})->operations_of(lanes);
      FlopIntervals expected;
      for (std::size_t i = 0; i < kFlopClassCount; ++i) expected.classes[i] = {whole[i], whole[i] + seed};
      const FlopIntervals folded = folding->folded(expected);
      const ClassSums measured = folding->operations_of(viewed(lanes, views));
      for (std::size_t i = 0; i < kFlopClassCount; ++i) EXPECT_EQ(folded.classes[i].low, measured[i]);
      EXPECT_EQ(folded.width(), expected.width());
      EXPECT_EQ(folding->flops_of(viewed(lanes, views)), flops(lanes));
    }
  }
}

// Min, max and estimates are in the readings, and no model says how many of them an op executes.
TEST(ClassFolding, WhereOtherLanesAreInTheReadingsSomeNodesHaveNoModel) {
  Record record = sample_record();
  record.ir = R"(flopaudit.ir/1
program file="m.pt" kind="scripted" method="forward" libtorch="2.13.0" parameters=0 parameter_bytes=0

graph "M.forward"(%self: M, %x: Tensor {f32[64]}) -> (Tensor) {
  n0: %a: Tensor {f32[64]} = aten::mul.Tensor(%x, %x)
    executed 1 work known mul/f32=64
  n1: %b: Tensor {f32[64]} = aten::relu(%a)
    executed 1 work known compare/f32=64
  n2: %c: Tensor {f32[64]} = aten::sqrt(%b)
    executed 1 work known sqrt/f32=64
  n3: %d: Tensor {f32[64]} = aten::sigmoid(%c)
    executed 1 work known add/f32=64 div/f32=64 exp/f32=64
  return (%d)
}
)";
  record.ir_sha256 = sha256_hex(record.ir);
  record.calibration.views = by_precision();
  record.nodes = {measured(0, 0, counts({{Event::add_sp, 64}}), "f32[64]"),
                  measured(1, 0, counts({{Event::add_sp, 64}}), "f32[64]"),
                  measured(2, 0, counts({{Event::add_sp, 64 * (5 + 7)}}), "f32[64]"),
                  measured(3, 0, counts({{Event::add_sp, 64 * 2}, {Event::add_dp, 64 * 12}}), "f32[64]")};
  const auto judgement = judge(record, *program_of(record));
  ASSERT_TRUE(judgement) << judgement.error().message;
  EXPECT_EQ(judgement->nodes[0].verdict, Verdict::exact);
  for (const std::size_t i : {1U, 2U, 3U}) {
    EXPECT_EQ(judgement->nodes[i].verdict, Verdict::no_model) << judgement->nodes[i].op;
    EXPECT_THAT(judgement->nodes[i].note, HasSubstr("the counter adds MINMAX_SP, MINMAX_DP to its readings"));
  }
  EXPECT_EQ(judgement->unexplained, 64 + 64 * 12 + 64 * 2 + 64 * 12) << "all that those read";
}

TEST(ClassFolding, ViewsThatCannotBeAreRefused) {
  std::vector<CounterView> views = by_precision();
  views[1][Event::add_sp] = 1;
  EXPECT_THAT(ClassFolding::of(views).error().message, HasSubstr("take in ADD_SP 2 times"));
  views = by_precision();
  views[0][Event::div_sp] = 0;
  EXPECT_THAT(ClassFolding::of(views).error().message, HasSubstr("take in DIV_SP 0 times"));
  views = by_precision();
  views[0][Event::fma_sp] = 1;
  EXPECT_THAT(ClassFolding::of(views).error().message, HasSubstr("weigh FMA_SP with 1, and a lane of it is 2"));
  views = by_precision();
  views[1].slot = Event::add_sp;
  EXPECT_THAT(ClassFolding::of(views).error().message, HasSubstr("two views of the counter are read into ADD_SP"));
  views = by_precision();
  views[0][Event::est_sp] = kUndeterminedWeight;
  EXPECT_THAT(ClassFolding::of(views).error().message, HasSubstr("leave the weight of EST_SP open"));
}

}  // namespace
}  // namespace flopaudit
