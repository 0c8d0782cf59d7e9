// The sources as a native process sees them; fpcount_test.cc has the software counter itself.
#include "runtime/counter_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "runtime/counter_probe.h"
#include "runtime/papi_counters.h"

namespace flopaudit {
namespace {

using testing::HasSubstr;

TEST(CounterSource, NoneIsNoSource) {
  const auto source = open_counter_source("none");
  ASSERT_TRUE(source);
  EXPECT_EQ(*source, nullptr);
}

TEST(CounterSource, AnUnknownWordIsAUsageError) {
  const auto source = open_counter_source("papi");
  ASSERT_FALSE(source);
  EXPECT_EQ(source.error().kind, ErrorKind::usage);
  EXPECT_THAT(source.error().message, HasSubstr("auto, hardware, preset, software, none"));
}

TEST(CounterSource, SoftwareIsRefusedNatively) {
  EXPECT_FALSE(runs_under_fpcount());
  const auto source = open_counter_source("software");
  ASSERT_FALSE(source);
  EXPECT_EQ(source.error().kind, ErrorKind::environment);
  EXPECT_THAT(source.error().message, HasSubstr("exists only under the Valgrind tool fpcount"));
}

TEST(CounterSource, WithoutAPmuHardwareSaysSo) {
  if (read_pmu_state().has_pmu) GTEST_SKIP() << "this machine has hardware counters";
  for (const char* word : {"hardware", "preset", "auto"}) {
    const auto source = open_counter_source(word);
    ASSERT_FALSE(source) << word;
    EXPECT_EQ(source.error().kind, ErrorKind::environment) << word;
    EXPECT_THAT(source.error().message, HasSubstr("shows no hardware performance counters")) << word;
    EXPECT_THAT(source.error().message, HasSubstr("--counters software")) << word;
  }
}

TEST(CounterProbe, EachFailureHasItsOwnSentenceAndItsFix) {
  const PmuState state{true, 4, false, false, 601};
  const PmuState contained{true, 2, false, false, 601};
  EXPECT_THAT(explain(ProbeFailure::no_pmu, {}, "E", ""), HasSubstr("shows no hardware performance counters"));
  EXPECT_THAT(explain(ProbeFailure::no_permission, state, "E", ""),
              testing::AllOf(HasSubstr("kernel.perf_event_paranoid is 4"), HasSubstr("CAP_PERFMON")));
  EXPECT_THAT(explain(ProbeFailure::no_permission, contained, "E", ""),
              testing::AllOf(HasSubstr("seccomp profile forbids perf_event_open"),
                             testing::Not(HasSubstr("perf_event_paranoid is"))));
  EXPECT_THAT(explain(ProbeFailure::busy, state, "E", ""),
              testing::AllOf(HasSubstr("do not suffice for E"), HasSubstr("kernel.nmi_watchdog=0")));
  EXPECT_THAT(explain(ProbeFailure::event_unknown, state, "E", ""),
              testing::AllOf(HasSubstr("no event E"), HasSubstr("newer PAPI")));
  EXPECT_THAT(explain(ProbeFailure::other, state, "E", "a reason"), HasSubstr("cannot count E (a reason)"));
}

TEST(CounterProbe, ReadsWhatTheKernelOffers) {
  char root[] = "/tmp/flopaudit-probe-XXXXXX";
  ASSERT_NE(mkdtemp(root), nullptr);
  const std::filesystem::path devices = std::filesystem::path(root) / "sys/bus/event_source/devices";
  const std::filesystem::path kernel = std::filesystem::path(root) / "proc/sys/kernel";
  std::filesystem::create_directories(devices / "software");
  std::filesystem::create_directories(kernel);
  std::ofstream(kernel / "perf_event_paranoid") << "3\n";
  EXPECT_FALSE(read_pmu_state(root).has_pmu);
  EXPECT_EQ(read_pmu_state(root).paranoid, 3);
  EXPECT_EQ(read_pmu_state(root).linux_version, 0U) << "not known";
  EXPECT_FALSE(read_pmu_state(root).has_perfmon);
  std::ofstream(kernel / "osrelease") << "6.1.0-18-amd64\n";
  EXPECT_EQ(read_pmu_state(root).linux_version, 601U);
  // CAP_PERFMON is bit 38.
  std::filesystem::create_directories(std::filesystem::path(root) / "proc/self");
  std::ofstream(std::filesystem::path(root) / "proc/self/status") << "Name:\tx\nCapEff:\t0000004000000000\n";
  EXPECT_TRUE(read_pmu_state(root).has_perfmon);
  EXPECT_TRUE(read_pmu_state(root).may_count());
  for (const char* source : {"cpu", "cpu_core", "armv8_pmuv3_0"}) {
    std::filesystem::create_directories(devices / source);
    EXPECT_TRUE(read_pmu_state(root).has_pmu) << source;
    std::filesystem::remove(devices / source);
  }
  std::filesystem::remove_all(root);
}

}  // namespace
}  // namespace flopaudit
