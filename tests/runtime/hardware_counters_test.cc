// Hardware counters without hardware: a scripted machine of each family in the place of PAPI. Its streams come from the
// calibration of a stored software-counter record, by tables that know nothing of the program's rows.
#include "runtime/hardware_counters.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "runtime/calibration.h"
#include "tests/runtime/scripted_families.h"

namespace flopaudit {
namespace {

using testing::AllOf;
using testing::HasSubstr;

TEST(HardwareCounters, EveryFamilyCalibrates) {
  for (const Family& family : scripted_families()) {
    SCOPED_TRACE(row_of(family.cpu).name);
    ScriptedPmu pmu(EventTable::of(family.table));
    const CalibrationResult result = calibration_of(pmu, family.cpu);
    EXPECT_TRUE(result.trusted) << result.reason;
    EXPECT_GT(result.kernels.size(), 80U);
    for (const CounterView& view : result.views)
      for (const std::int64_t weight : view.weights) EXPECT_GE(weight, 0) << "settled";
  }
}

TEST(HardwareCounters, EveryRowWithEventsHasAScriptedMachine) {
  for (const CounterEventRow& row : counter_event_rows()) {
    if (!row.no_counter.empty()) continue;
    const bool played = std::ranges::any_of(
        scripted_families(), [&](const Family& family) { return counter_events_of(family.cpu) == &row; });
    // Client processors of Intel count as the servers of their generation.
    EXPECT_TRUE(played || row.name.starts_with("Intel Skylake,") || row.name.starts_with("Intel Ice Lake,"))
        << row.name;
  }
}

TEST(HardwareCounters, CalibrationSaysWhichClassesCount) {
  ScriptedPmu intel(EventTable::of("intel_skylake_sp"));
  const CalibrationResult on_intel = calibration_of(intel, kSkylakeSp);
  EXPECT_EQ(weight_of(on_intel, Event::minmax_sp), 1);
  EXPECT_EQ(weight_of(on_intel, Event::cmp_sp), 0);
  EXPECT_EQ(weight_of(on_intel, Event::est_sp), 1);
  ScriptedPmu amd(EventTable::of("amd_zen_2_to_4"));
  const CalibrationResult on_amd = calibration_of(amd, kZen4);
  EXPECT_EQ(weight_of(on_amd, Event::minmax_sp), 0);
  EXPECT_EQ(weight_of(on_amd, Event::cmp_sp), 0);
  EXPECT_EQ(weight_of(on_amd, Event::est_sp), 0) << "found, not stated";
  ScriptedPmu v1(EventTable::of("arm_neoverse_v1"));
  EXPECT_EQ(weight_of(calibration_of(v1, kNeoverseV1), Event::minmax_dp), 1) << "found, not stated";
  ScriptedPmu v2(EventTable::of("arm_neoverse_v2"));
  EXPECT_EQ(weight_of(calibration_of(v2, kNeoverseV2), Event::minmax_dp), 0) << "found, not stated";
}

// --- passes ---

std::size_t passes_with(const char* table, const CpuIdentity& cpu, std::size_t counters, std::size_t an_event = 1) {
  ScriptedPmu pmu(EventTable::of(table));
  pmu.counters = counters;
  pmu.counters_an_event = an_event;
  const auto source = open_scripted(pmu, cpu);
  EXPECT_TRUE(source) << source.error().message;
  if (!source) return 0;
  const auto result = calibrate_scripted(pmu, **source);
  EXPECT_TRUE(result && result->trusted) << (result ? result->reason : result.error().message);
  return (*source)->passes();
}

TEST(HardwareCounters, WhatDoesNotFitIsSplitIntoPassesByPrecision) {
  EXPECT_EQ(passes_with("intel_skylake_sp", kSkylakeSp, 8), 1U);
  EXPECT_EQ(passes_with("intel_skylake_sp", kSkylakeSp, 7), 2U) << "a precision each";
  EXPECT_EQ(passes_with("intel_skylake_sp", kSkylakeSp, 4), 2U) << "hyper-threading";
  EXPECT_EQ(passes_with("intel_skylake_sp", kSkylakeSp, 3), 4U) << "and the watchdog has one";
  EXPECT_EQ(passes_with("intel_skylake_sp", kSkylakeSp, 1), 8U);
  EXPECT_EQ(passes_with("amd_zen_2_to_4", kZen4, 6, 2), 2U) << "three FLOP events at a time";
  EXPECT_EQ(passes_with("amd_zen_5", kZen5, 6, 2), 2U) << "a precision each";
  EXPECT_EQ(passes_with("amd_zen_1", kZen1, 6, 2), 4U);
}

TEST(HardwareCounters, NoFreeCounterIsBusyWithItsFix) {
  ScriptedPmu pmu(EventTable::of("intel_skylake_sp"));
  pmu.counters = 0;
  const auto source = open_scripted(pmu, kSkylakeSp);
  ASSERT_FALSE(source);
  EXPECT_THAT(source.error().message, AllOf(HasSubstr("do not suffice"), HasSubstr("kernel.nmi_watchdog=0")));
}

TEST(HardwareCounters, WhatRefusesAnEventIsSaid) {
  const std::vector<std::pair<ProbeFailure, const char*>> cases = {
      {ProbeFailure::no_pmu, "shows no hardware performance counters"},
      {ProbeFailure::no_permission, "seccomp profile forbids perf_event_open"},
      {ProbeFailure::event_unknown, "install a newer PAPI"},
      {ProbeFailure::other, "(a reason)"}};
  for (const auto& [failure, words] : cases) {
    ScriptedPmu pmu(EventTable::of("intel_skylake_sp"));
    pmu.refuses = AddFailure{failure, "a reason"};
    const auto source = open_scripted(pmu, kSkylakeSp);
    ASSERT_FALSE(source);
    EXPECT_EQ(source.error().kind, ErrorKind::environment);
    EXPECT_THAT(source.error().message, AllOf(HasSubstr(words), HasSubstr("--counters software")));
  }
}

// --- rows without counters, presets ---

TEST(HardwareCounters, AProcessorWithoutCountersSaysSo) {
  const auto haswell = native_events(row_of({"GenuineIntel", 6, 0x3C}));
  ASSERT_FALSE(haswell);
  EXPECT_THAT(haswell.error().message, AllOf(HasSubstr("Intel Haswell"), HasSubstr("--counters software")));
  const auto n1 = native_events(row_of({"ARM", 0x41, 0xD0C}));
  ASSERT_FALSE(n1);
  EXPECT_THAT(n1.error().message, HasSubstr("counts floating-point instructions, not how many operations"));
}

TEST(HardwareCounters, PresetsAreHeldToTheirRow) {
  ScriptedPmu pmu(EventTable::of("intel_presets"));
  const auto events = preset_events(row_of(kSkylakeSp));
  ASSERT_TRUE(events);
  const auto source = open_events(*events, pmu.maker(), kFreePmu);
  ASSERT_TRUE(source) << source.error().message;
  const auto result = calibrate_scripted(pmu, **source);
  ASSERT_TRUE(result);
  EXPECT_TRUE(result->trusted) << result->reason;

  const auto none = preset_events(row_of(kZen4));
  ASSERT_FALSE(none);
  EXPECT_THAT(none.error().message, HasSubstr("has no PAPI_SP_OPS and PAPI_DP_OPS for AMD Zen 4"));
}

}  // namespace
}  // namespace flopaudit
