#include "runtime/calibration.h"

#include <gtest/gtest.h>

#include <set>

#include "runtime/calibration_kernels.h"
#include "runtime/counter_events.h"
#include "runtime/fake_counters.h"

namespace flopaudit {
namespace {

// What an exact source reads during a calibration: the first read, the empty region, then each kernel.
std::vector<Counts> exact_steps() {
  std::vector<Counts> steps(3);
  for (const CalibrationKernel& kernel : calibration_kernels()) {
    if (!cpu_has(kernel.needs)) continue;
    steps.push_back(Counts{});
    steps.push_back(kernel.expected);
  }
  return steps;
}

// The step in which the kernel of that name ends.
std::size_t step_of(std::string_view name) {
  std::size_t step = 2;
  for (const CalibrationKernel& kernel : calibration_kernels()) {
    if (!cpu_has(kernel.needs)) continue;
    step += 2;
    if (kernel.name == name) return step;
  }
  ADD_FAILURE() << "no kernel " << name;
  return 0;
}

TEST(Calibration, TrustsAnExactSource) {
  FakeCounters source(exact_steps());
  const auto result = calibrate(source);
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_TRUE(result->trusted);
  EXPECT_EQ(result->reason, "");
  EXPECT_EQ(result->kernels.size(), (exact_steps().size() - 3) / 2);
  EXPECT_FALSE(source.read()) << "the source is stopped afterwards";
}

TEST(Calibration, RefusesOneLaneTooMany) {
  std::vector<Counts> steps = exact_steps();
  steps[step_of("mulps xmm")][Event::mul_sp] += 1;
  FakeCounters source(steps);
  const auto result = run_calibration(source);
  ASSERT_TRUE(result);
  EXPECT_FALSE(result->trusted);
  // 100 iterations of 4 lanes
  EXPECT_EQ(result->reason, "the counter source \"fake\" is refused: the kernel \"mulps xmm\" executes " +
                                std::to_string(100 * 4) + " MUL_SP and it read " + std::to_string(100 * 4 + 1));

  FakeCounters again(steps);
  const auto refused = calibrate(again);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::environment);
  EXPECT_EQ(refused.error().message, result->reason);
}

TEST(Calibration, RefusesAScalarCompareBookedAsConversions) {
  std::vector<Counts> steps = exact_steps();
  Counts& step = steps[step_of("ucomiss")];
  step[Event::cmp_sp] = 0;
  step[Event::cmp_dp] = 100;
  step[Event::cvt_ff] = 2 * 100;
  FakeCounters source(steps);
  const auto result = run_calibration(source);
  ASSERT_TRUE(result);
  EXPECT_NE(result->reason.find("the kernel \"ucomiss\" executes 100 CMP_SP and it read 0"), std::string::npos)
      << result->reason;
}

TEST(Calibration, RefusesASourceWhoseEmptyRegionIsNotEmpty) {
  std::vector<Counts> steps = exact_steps();
  steps[2][Event::add_dp] = 3;
  FakeCounters source(steps);
  const auto result = run_calibration(source);
  ASSERT_TRUE(result);
  EXPECT_FALSE(result->trusted);
  EXPECT_EQ(result->empty_region[Event::add_dp], 3);
  EXPECT_NE(result->reason.find("a region without any work executes 0 ADD_DP and it read 3"), std::string::npos);
}

TEST(Calibration, HoldsASourceOfTotalsToItsTotals) {
  CounterCapability capability{false, counter_event_rows().front().weights};
  std::vector<Counts> steps = exact_steps();
  for (Counts& step : steps) step = weighted_totals(step, capability.weights);
  std::size_t next = 0;
  FakeCounters source([&] { return steps[next++]; }, capability);
  const auto result = run_calibration(source);
  ASSERT_TRUE(result);
  EXPECT_TRUE(result->trusted) << result->reason;
}

TEST(Calibration, AFailingReadIsAnError) {
  std::vector<Counts> steps = exact_steps();
  steps.resize(5);
  FakeCounters source(steps);
  const auto result = run_calibration(source);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ErrorKind::environment);
}

TEST(CalibrationKernels, NamesAreUniqueAndEveryEventOfTheStandardPathIsCalibrated) {
  std::set<std::string_view> names;
  Counts all;
  for (const CalibrationKernel& kernel : calibration_kernels()) {
    EXPECT_TRUE(names.insert(kernel.name).second) << kernel.name;
    all += kernel.expected;
  }
  for (std::size_t i = 0; i < kEventCount; ++i) {
    // x86 before AVX-512 has no estimates of doubles.
    if (static_cast<Event>(i) == Event::est_dp) continue;
    EXPECT_GT(all.lanes[i], 0) << kEventNames[i];
  }
}

TEST(CalibrationKernels, RunNatively) {
  for (const CalibrationKernel& kernel : calibration_kernels()) {
    if (cpu_has(kernel.needs)) kernel.run();
  }
  unread_result_kernel().run();
}

}  // namespace
}  // namespace flopaudit
