// Times against what the machine can do: the roofline, and the check that nothing is faster than the peak. Stored
// records alone: no clock is read here.
#include "analyzer/audit/roofline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analyzer/audit/judge.h"
#include "tests/audit/judged_record.h"
#include "tests/audit/sample_record.h"

namespace flopaudit {
namespace {

using testing::HasSubstr;

constexpr double kPeak32 = 1e9, kPeak64 = 5e8, kBandwidth = 1e8;
constexpr std::int64_t kLinearFlops = 2 * 8 * 64 * 32, kLinearBytes = 10240 + 1024;

// The sample, with a time for every execution: all at half of the peak or slower.
Record timed_record() {
  Record record = sample_record();
  record.speed =
      MachineSpeed{{{"slow", "f32", kPeak32 / 2}, {"fast", "f32", kPeak32}, {"fast", "f64", kPeak64}}, kBandwidth};
  for (NodeMeasurement& one : record.nodes) one.seconds = {3e-3, 2e-3};
  return record;
}

TEST(PeakCheck, WhatTakesItsTimePasses) {
  const Judgement judgement = judged(timed_record());
  EXPECT_EQ(judgement.above_peak, 0);
  EXPECT_FALSE(judgement.has_findings());
}

TEST(PeakCheck, ANodeFasterThanThePeakIsAFinding) {
  Record record = timed_record();
  // 32,768 FLOPs take 32.8 us at 1 GFLOP/s.
  record.nodes[0].seconds = {1.0, kLinearFlops / kPeak32 / 2};
  const Judgement judgement = judged(record);
  EXPECT_EQ(judgement.above_peak, 1);
  EXPECT_TRUE(judgement.has_findings());
  EXPECT_TRUE(node(judgement, 0).above_peak);
  EXPECT_THAT(node(judgement, 0).note, HasSubstr("32.8 us at this machine's peak, and it ran in 16.4 us"));
  EXPECT_EQ(node(judgement, 0).verdict, Verdict::explained) << "the counts are what they are";
  EXPECT_FALSE(node(judgement, 1).above_peak);
}

TEST(PeakCheck, AllowsForAClockThatChanges) {
  Record record = timed_record();
  record.nodes[0].seconds = {kLinearFlops / kPeak32 / 1.09};
  EXPECT_EQ(judged(record).above_peak, 0);
  record.nodes[0].seconds = {kLinearFlops / kPeak32 / 1.11};
  EXPECT_EQ(judged(record).above_peak, 1);
}

TEST(PeakCheck, ALoopsNodeIsTimedOverAllItsExecutions) {
  Record record = timed_record();
  const double least = (8 * 32 + 4 * 32) / kPeak32;  // an add each, in two executions
  record.nodes[5].seconds = {least};
  record.nodes[6].seconds = {1e-12};
  EXPECT_EQ(judged(record).above_peak, 0);
  record.nodes[5].seconds = {least / 2};
  EXPECT_EQ(judged(record).above_peak, 1);
}

TEST(PeakCheck, WithoutTimesOrSpeedThereIsNone) {
  Record record = sample_record();
  EXPECT_EQ(judged(record).above_peak, std::nullopt);
  record = timed_record();
  record.speed.reset();
  record.nodes[0].seconds = {1e-12};
  EXPECT_EQ(judged(record).above_peak, std::nullopt);
  EXPECT_FALSE(judged(record).has_findings());
  record = timed_record();
  record.nodes[0].seconds.clear();
  EXPECT_EQ(judged(record).above_peak, 0);
}

TEST(PeakCheck, MultiplicationsByPaddingNeedNoTime) {
  const MachineSpeed speed = *timed_record().speed;
  WorkTotal work;
  work.add(WorkClass::mac, DType::f32, Expr(1000));
  work.valid_mac[DType::f32] = Expr(600);
  work.add(WorkClass::exp, DType::f32, Expr(1000));  // no FLOP
  EXPECT_DOUBLE_EQ(*least_seconds(work, speed), 2 * 600 / kPeak32);
  work.add(WorkClass::div, DType::f64, Expr(10));
  EXPECT_DOUBLE_EQ(*least_seconds(work, speed), 2 * 600 / kPeak32 + 10 / kPeak64);
  work.add(WorkClass::add, DType::f16, Expr(10));
  EXPECT_EQ(least_seconds(work, speed), std::nullopt) << "no peak is measured in f16";
}

TEST(Roofline, ANodesRoofIsTheLaterOfArithmeticAndMemory) {
  const Record record = timed_record();
  const auto roofline = roofline_of(record, *program_of(record));
  ASSERT_TRUE(roofline);
  const auto linear = std::find_if(roofline->points.begin(), roofline->points.end(),
                                   [](const RooflinePoint& point) { return point.id == 0; });
  ASSERT_NE(linear, roofline->points.end());
  EXPECT_EQ(linear->flops, kLinearFlops);
  EXPECT_EQ(linear->bytes, kLinearBytes);
  EXPECT_DOUBLE_EQ(linear->seconds, 2e-3);  // the faster repetition
  EXPECT_DOUBLE_EQ(linear->roof_seconds, std::max(kLinearFlops / kPeak32, kLinearBytes / kBandwidth));
  EXPECT_FALSE(linear->compute_bound);  // 2.9 FLOPs a byte, and the ridge is at 10
  EXPECT_DOUBLE_EQ(*linear->intensity(), static_cast<double>(kLinearFlops) / kLinearBytes);
  EXPECT_DOUBLE_EQ(roofline->seconds, 7 * 2e-3) << "seven executions of six nodes";
}

TEST(Roofline, SlowestFirstAndOnlyWithTimesAndSpeed) {
  Record record = timed_record();
  record.nodes[2].seconds = {1.0};
  EXPECT_EQ(roofline_of(record, *program_of(record))->points.front().id, 2);
  record.speed.reset();
  EXPECT_FALSE(roofline_of(record, *program_of(record)));
  EXPECT_FALSE(roofline_of(sample_record(), *program_of(sample_record())));
}

TEST(Roofline, TheRecordKeepsTheSpeedOfTheMachine) {
  const Record record = timed_record();
  const auto back = record_from_json(to_json(record));
  ASSERT_TRUE(back) << back.error().message;
  ASSERT_TRUE(back->speed);
  EXPECT_EQ(back->speed->peak("f32"), kPeak32);
  EXPECT_EQ(back->speed->peak("f64"), kPeak64);
  EXPECT_EQ(back->speed->peak("bf16"), std::nullopt);
  EXPECT_EQ(back->speed->bytes_per_second, kBandwidth);
  EXPECT_EQ(to_json(*back), to_json(record));
}

}  // namespace
}  // namespace flopaudit
