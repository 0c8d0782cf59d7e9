#include "runtime/calibration.h"

#include <gtest/gtest.h>

#include <set>

#include "runtime/calibration_kernels.h"
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

// A source of one view, which takes in everything but compares; of min and max it must find out.
CounterCapability one_view() {
  CounterView view{Event::add_sp, {}};
  view.weights.fill(1);
  for (const Event fused : {Event::fma_sp, Event::fma_dp}) view[fused] = 2;
  for (const Event compared : {Event::cmp_sp, Event::cmp_dp}) view[compared] = 0;
  for (const Event open : {Event::minmax_sp, Event::minmax_dp}) view[open] = kUndeterminedWeight;
  return {{view}, DotProducts::unknown, true};
}

// The steps of such a source, where a lane of min or max counts so much. Dot products are not held to anything.
std::vector<Counts> steps_in_one_view(std::int64_t minmax_weight) {
  std::vector<CounterView> views = one_view().views;
  for (const Event open : {Event::minmax_sp, Event::minmax_dp}) views[0][open] = minmax_weight;
  std::vector<Counts> steps(3);
  for (const CalibrationKernel& kernel : calibration_kernels()) {
    if (!cpu_has(kernel.needs) || kernel.form == KernelForm::dot_product) continue;
    steps.push_back(Counts{});
    steps.push_back(viewed(kernel.expected, views));
  }
  return steps;
}

CalibrationResult calibration_of(const std::vector<Counts>& steps, const CounterCapability& capability) {
  std::size_t next = 0;
  FakeCounters source([&] { return steps[next++]; }, capability);
  auto result = run_calibration(source);
  EXPECT_TRUE(result) << result.error().message;
  return *std::move(result);
}

TEST(Calibration, HoldsASourceOfViewsToItsViews) {
  for (const std::int64_t weight : {0, 1, 2}) {
    const CalibrationResult result = calibration_of(steps_in_one_view(weight), one_view());
    EXPECT_TRUE(result.trusted) << result.reason;
    ASSERT_EQ(result.views.size(), 1U);
    EXPECT_EQ(result.views[0][Event::minmax_sp], weight) << "found";
    EXPECT_EQ(result.views[0][Event::minmax_dp], weight) << "found";
  }
}

TEST(Calibration, RefusesAClassThatCountsNeitherNorWhole) {
  std::vector<Counts> steps = steps_in_one_view(0);
  for (std::size_t step = 0, kernel = 0; kernel < calibration_kernels().size(); ++kernel) {
    const CalibrationKernel& row = calibration_kernels()[kernel];
    if (!cpu_has(row.needs) || row.form == KernelForm::dot_product) continue;
    step += 2;
    // Half of the lanes of every kernel that has some.
    steps[step + 2][Event::add_sp] += row.expected[Event::minmax_sp] / 2;
  }
  const CalibrationResult result = calibration_of(steps, one_view());
  EXPECT_FALSE(result.trusted);
  EXPECT_NE(result.reason.find("executes 200 MINMAX_SP and it read 100, which is neither none of them nor a whole"),
            std::string::npos)
      << result.reason;
}

TEST(Calibration, X87IsNotExpectedOfASourceThatLeavesItOut) {
  CounterCapability capability = one_view();
  capability.counts_x87 = false;
  std::vector<Counts> steps = steps_in_one_view(0);
  EXPECT_FALSE(calibration_of(steps, capability).trusted) << "it counts x87 all the same";
  std::size_t step = 2;
  for (const CalibrationKernel& kernel : calibration_kernels()) {
    if (!cpu_has(kernel.needs) || kernel.form == KernelForm::dot_product) continue;
    step += 2;
    if (kernel.form == KernelForm::x87) steps[step] = Counts{};
  }
  EXPECT_TRUE(calibration_of(steps, capability).trusted);
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
