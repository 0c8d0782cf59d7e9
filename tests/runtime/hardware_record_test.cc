// A whole record as each family's counters would have read it, through the same source, file and judge.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analyzer/audit/judge.h"
#include "analyzer/ir/parser.h"
#include "runtime/calibration.h"
#include "tests/runtime/scripted_families.h"

namespace flopaudit {
namespace {

using testing::HasSubstr;

// The nodes of the software-counter record as the machine's counters read them, pass by pass.
Record counted_by(ScriptedPmu& pmu, const CpuIdentity& cpu) {
  Record record = software_record();
  const auto source = open_scripted(pmu, cpu);
  EXPECT_TRUE(source) << source.error().message;
  const auto calibration = calibrate_scripted(pmu, **source);
  EXPECT_TRUE(calibration && calibration->trusted);
  record.calibration = *calibration;
  record.counter_source = (*source)->name();
  pmu.script.clear();
  for (const NodeMeasurement& node : software_record().nodes) {
    for (const Counts& counts : node.counts) {
      pmu.script.emplace_back();
      pmu.script.push_back(work_of(counts, 0));
    }
  }
  for (NodeMeasurement& node : record.nodes)
    for (Counts& counts : node.counts) counts = {};
  for (std::size_t pass = 0; pass < (*source)->passes(); ++pass) {
    (*source)->select_pass(pass);
    EXPECT_TRUE((*source)->start());
    for (NodeMeasurement& node : record.nodes) {
      for (Counts& counts : node.counts) {
        const auto before = (*source)->read();
        const auto after = (*source)->read();
        EXPECT_TRUE(before && after);
        counts += *after - *before;
      }
    }
    EXPECT_TRUE((*source)->stop());
  }
  record.forward.counts.clear();
  // What is stored is what is judged.
  auto read = record_from_json(to_json(record));
  EXPECT_TRUE(read) << read.error().message;
  return *std::move(read);
}

Judgement judgement_of(const Record& record) {
  const auto program = parse_program(record.ir);
  EXPECT_TRUE(program);
  auto judged = judge(record, **program);
  EXPECT_TRUE(judged) << judged.error().message;
  return *std::move(judged);
}

TEST(HardwareRecord, IsJudgedAsTheSoftwareCountersAsFarAsItsReadingsTell) {
  const Judgement software = judgement_of(software_record());
  for (const Family& family : scripted_families()) {
    SCOPED_TRACE(row_of(family.cpu).name);
    ScriptedPmu pmu(EventTable::of(family.table));
    pmu.counters = 6;
    const Record record = counted_by(pmu, family.cpu);
    const Judgement hardware = judgement_of(record);
    ASSERT_EQ(hardware.nodes.size(), software.nodes.size());
    bool folds_min_max = weight_of(record.calibration, Event::minmax_sp) != 0;
    for (std::size_t i = 0; i < software.nodes.size(); ++i) {
      const NodeJudgement& soft = software.nodes[i];
      const NodeJudgement& hard = hardware.nodes[i];
      if (hard.op == "aten::relu" && folds_min_max) {
        EXPECT_EQ(hard.verdict, Verdict::no_model);
        EXPECT_THAT(hard.note, HasSubstr("the counter adds MINMAX_SP"));
        continue;
      }
      // Where a reading folds classes, what one has more and another less is no difference any more.
      const bool folded_away = soft.verdict == Verdict::explained && hard.verdict == Verdict::exact;
      EXPECT_TRUE(hard.verdict == soft.verdict || folded_away) << hard.op << " " << name(hard.verdict) << hard.note;
      EXPECT_EQ(hard.measured, soft.measured) << hard.op;
      EXPECT_EQ(hard.expected, soft.expected) << hard.op;
      EXPECT_EQ(hard.unexplained, 0) << hard.op;
    }
  }
}

TEST(HardwareRecord, OneCountTooManyIsAMismatchOfThatNodeAlone) {
  for (const Family& family : scripted_families()) {
    SCOPED_TRACE(row_of(family.cpu).name);
    ScriptedPmu pmu(EventTable::of(family.table));
    Record record = counted_by(pmu, family.cpu);
    const Judgement before = judgement_of(record);
    for (Counts& counts : record.nodes.front().counts) counts[Event::add_sp] += 1000;
    const Judgement after = judgement_of(record);
    for (std::size_t i = 0; i < before.nodes.size(); ++i) {
      const bool changed = before.nodes[i].id == record.nodes.front().id;
      EXPECT_EQ(after.nodes[i].verdict, changed ? Verdict::mismatch : before.nodes[i].verdict) << after.nodes[i].op;
      EXPECT_EQ(after.nodes[i].expected, before.nodes[i].expected);
    }
  }
}

TEST(HardwareRecord, ViewsThatCountAClassTwiceAreRefused) {
  ScriptedPmu pmu(EventTable::of("intel_skylake_sp"));
  Record record = counted_by(pmu, kSkylakeSp);
  const auto program = parse_program(record.ir);
  ASSERT_TRUE(program);
  record.calibration.views[1][Event::add_sp] = 1;
  const auto twice = judge(record, **program);
  ASSERT_FALSE(twice);
  EXPECT_EQ(twice.error().kind, ErrorKind::input);
  EXPECT_THAT(twice.error().message, HasSubstr("take in ADD_SP 2 times"));
  record.calibration.views[1][Event::add_sp] = 0;
  record.calibration.views[0][Event::fma_sp] = 1;
  const auto weight = judge(record, **program);
  ASSERT_FALSE(weight);
  EXPECT_THAT(weight.error().message, HasSubstr("weigh FMA_SP with 1, and a lane of it is 2"));
}

}  // namespace
}  // namespace flopaudit
