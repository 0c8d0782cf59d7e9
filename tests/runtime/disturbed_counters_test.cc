// Machines whose counters are disturbed, or are not what they seem: the calibration refuses each with its sentence.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/calibration.h"
#include "tests/runtime/scripted_families.h"

namespace flopaudit {
namespace {

using testing::HasSubstr;

std::string refusal(ScriptedPmu& pmu, const CpuIdentity& cpu) {
  const CalibrationResult result = calibration_of(pmu, cpu);
  EXPECT_FALSE(result.trusted);
  return result.reason;
}

TEST(DisturbedCounters, MultiplexedEstimatesAreRefused) {
  for (const Family& family : scripted_families()) {
    SCOPED_TRACE(row_of(family.cpu).name);
    ScriptedPmu pmu(EventTable::of(family.table));
    pmu.disturb = [](std::int64_t counts, std::size_t step) {
      return counts + counts * (static_cast<std::int64_t>(step * 7 % 11) - 5) / 100;  // up to 5 % off
    };
    EXPECT_THAT(refusal(pmu, family.cpu), HasSubstr("as multiplexed counters estimate it"));
  }
}

TEST(DisturbedCounters, HalfCountsAreRefused) {
  for (const Family& family : scripted_families()) {
    SCOPED_TRACE(row_of(family.cpu).name);
    ScriptedPmu pmu(EventTable::of(family.table));
    pmu.disturb = [](std::int64_t counts, std::size_t) { return counts / 2; };
    EXPECT_THAT(refusal(pmu, family.cpu), HasSubstr("every kernel reads half"));
  }
}

TEST(DisturbedCounters, AMissingClassIsRefused) {
  for (const Family& family : scripted_families()) {
    for (const std::string missing : {"ADD", "MUL", "FMA", "DIV", "SQRT"}) {
      SCOPED_TRACE(std::string(row_of(family.cpu).name) + " without " + missing);
      ScriptedPmu pmu(EventTable::of(family.table).without(missing));
      EXPECT_THAT(refusal(pmu, family.cpu), HasSubstr("nothing is read of " + missing + "_SP, " + missing + "_DP"));
    }
  }
  // A class that is known to count, and does not.
  ScriptedPmu intel(EventTable::of("intel_skylake_sp").without("MINMAX"));
  EXPECT_THAT(refusal(intel, kSkylakeSp), HasSubstr("nothing is read of MINMAX_SP, MINMAX_DP"));
}

TEST(DisturbedCounters, AClassThatShouldNotCountIsRefused) {
  // Zen 4's adds with what Neoverse V1 counts beside: min and max.
  ScriptedPmu pmu(EventTable::of("arm_neoverse_v1"));
  pmu.answers_for = [](const std::string& event) {
    return event.ends_with("ADD_SUB_FLOPS") ? "FP_FIXED_OPS_SPEC" : "FP_SCALE_OPS_SPEC";
  };
  EXPECT_THAT(refusal(pmu, kZen4), HasSubstr("is refused: the kernel"));
}

TEST(DisturbedCounters, NothingReadIsRefused) {
  ScriptedPmu pmu(EventTable::of("amd_zen_5"));
  pmu.disturb = [](std::int64_t, std::size_t) { return 0; };
  EXPECT_THAT(refusal(pmu, kZen5), HasSubstr("not connected to this program"));
}

TEST(DisturbedCounters, AnEmptyRegionThatReadsIsRefused) {
  ScriptedPmu pmu(EventTable::of("amd_zen_5"));
  pmu.disturb = [](std::int64_t counts, std::size_t step) { return counts + (step == 2 ? 3 : 0); };
  EXPECT_THAT(refusal(pmu, kZen5), HasSubstr("a region without any work executes 0 ADD_SP"));
}

// The weights of one family on the counts of another: an Intel machine whose instructions are taken for AMD's FLOPs.
TEST(DisturbedCounters, WeightsOfAnotherFamilyAreRefused) {
  ScriptedPmu intel(EventTable::of("intel_skylake_sp"));
  HardwareEvents events = *native_events(row_of(kSkylakeSp));
  for (CounterEvent& event : events.events) event.flops = 1;
  const auto source = open_events(events, intel.maker(), kFreePmu);
  ASSERT_TRUE(source);
  const auto result = calibrate_scripted(intel, **source);
  ASSERT_TRUE(result);
  EXPECT_FALSE(result->trusted);
  EXPECT_THAT(result->reason, HasSubstr("the weights are those of another family of processors"));

  ScriptedPmu v1(EventTable::of("arm_neoverse_v1"));
  EXPECT_THAT(refusal(v1, kNeoverseV2), HasSubstr("is refused")) << "V1's vectors are twice as wide as V2's";
}

// Every machine behind every other family's row: its events answer in their order for those that are asked for.
TEST(DisturbedCounters, NoFamilyPassesForAnother) {
  for (const Family& seen : scripted_families()) {
    const CounterEventRow& row = row_of(seen.cpu);
    for (const Family& real : scripted_families()) {
      if (std::string(seen.table) == real.table) continue;
      SCOPED_TRACE(std::string(real.table) + " behind " + std::string(row.name));
      ScriptedPmu pmu(EventTable::of(real.table));
      pmu.answers_for = [&](const std::string& event) {
        std::size_t place = 0;
        while (row.events[place].papi_name != event) ++place;
        const auto& events = pmu.table().events();
        return events[place % events.size()];
      };
      EXPECT_THAT(refusal(pmu, seen.cpu), HasSubstr("the counter source \"hardware\" is refused"));
    }
  }
}

}  // namespace
}  // namespace flopaudit
