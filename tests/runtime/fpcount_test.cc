// Runs under the tool fpcount only: the ctest cases fpcount.* start it there.
#include <gtest/gtest.h>

#include <thread>

#include "runtime/calibration.h"
#include "runtime/calibration_kernels.h"
#include "runtime/fpcount/requests.h"
#include "runtime/papi_counters.h"

namespace flopaudit {
namespace {

std::unique_ptr<CounterSource> started_source() {
  auto source = open_software_counters();
  EXPECT_TRUE(source) << source.error().message;
  if (!source) return nullptr;
  const auto started = (*source)->start();
  EXPECT_TRUE(started) << started.error().message;
  return std::move(*source);
}

Counts count(CounterSource& source, void (*run)()) {
  const auto before = source.read();
  run();
  const auto after = source.read();
  EXPECT_TRUE(before && after);
  return before && after ? *after - *before : Counts{};
}

TEST(Fpcount, ReadsEveryKernelExactly) {
  auto source = open_software_counters();
  ASSERT_TRUE(source) << source.error().message;
  const auto result = run_calibration(**source);
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_TRUE(result->trusted) << result->reason;
  EXPECT_EQ(result->empty_region, Counts{});
  // Valgrind shows every program a CPU with AVX and FMA on a host that has them.
  EXPECT_GT(result->kernels.size(), calibration_kernels().size() / 2);
  for (const CalibrationKernelResult& kernel : result->kernels)
    EXPECT_EQ(kernel.measured.lanes, kernel.expected.lanes) << kernel.name;
}

TEST(Fpcount, PapiReadsWhatTheToolCounts) {
  const auto source = started_source();
  ASSERT_NE(source, nullptr);
  const auto papi = source->read();
  ASSERT_TRUE(papi);
  unsigned long long raw[FPCOUNT_CLASS_COUNT] = {};
  ASSERT_EQ(fpcount_read(raw), 1U);
  for (std::size_t i = 0; i < kEventCount; ++i)
    EXPECT_EQ(papi->lanes[i], static_cast<std::int64_t>(raw[i])) << kEventNames[i];
}

TEST(Fpcount, AutoIsTheSoftwareCounter) {
  const auto source = open_counter_source("auto");
  ASSERT_TRUE(source) << source.error().message;
  EXPECT_EQ((*source)->name(), "software");
  EXPECT_TRUE((*source)->capability().views.empty()) << "every class by itself";
}

TEST(Fpcount, HardwareIsRefusedUnderValgrind) {
  for (const char* word : {"hardware", "preset"}) {
    const auto source = open_counter_source(word);
    ASSERT_FALSE(source) << word;
    EXPECT_EQ(source.error().kind, ErrorKind::environment);
    EXPECT_NE(source.error().message.find("under Valgrind"), std::string::npos) << source.error().message;
  }
}

TEST(Fpcount, CountsAllThreads) {
  const auto source = started_source();
  ASSERT_NE(source, nullptr);
  const CalibrationKernel& kernel = calibration_kernels().front();
  const auto before = source->read();
  std::thread other(kernel.run);
  kernel.run();
  other.join();
  const auto after = source->read();
  ASSERT_TRUE(before && after);
  EXPECT_EQ((*after - *before).lanes, (kernel.expected + kernel.expected).lanes);
}

TEST(Fpcount, AnUnknownOperationEndsTheTrust) {
  const auto source = started_source();
  ASSERT_NE(source, nullptr);
  asm volatile("fldpi\n\tfsin\n\tfstp %%st(0)" ::: "st");
  const auto read = source->read();
  ASSERT_FALSE(read);
  EXPECT_NE(read.error().message.find("executed 1 floating-point operations that fpcount cannot classify"),
            std::string::npos)
      << read.error().message;
}

// A compiler's fmod: the instruction again until its condition codes say that the remainder is whole.
double remainder_by_x87(double dividend, double divisor) {
  double remainder = 0;
  asm volatile(
      "fldl %[divisor]\n\tfldl %[dividend]\n"
      "1:\tfprem\n\tfnstsw %%ax\n\ttestb $4, %%ah\n\tjnz 1b\n\t"
      "fstpl %[remainder]\n\tfstp %%st(0)"
      : [remainder] "=m"(remainder)
      : [dividend] "m"(dividend), [divisor] "m"(divisor)
      : "rax", "st", "st(1)", "cc");
  return remainder;
}

TEST(Fpcount, APartialRemainderIsADivision) {
  const auto source = started_source();
  ASSERT_NE(source, nullptr);
  static double remainder = 0;
  Counts division;
  division[Event::div_dp] = 1;
  EXPECT_EQ(count(*source, [] { remainder = remainder_by_x87(7.5, 2); }).lanes, division.lanes);
  EXPECT_EQ(remainder, 1.5);
  const Counts wide = count(*source, [] { remainder = remainder_by_x87(0x1p200, 3); });
  EXPECT_EQ(remainder, 1);
  EXPECT_GT(wide[Event::div_dp], 1) << "200 digits of a quotient take several steps";
}

// The tool's one known limit, always downwards: Valgrind drops work whose result nothing reads before the tool sees it.
TEST(Fpcount, UnreadResultsAreNotSeen) {
  const auto source = started_source();
  ASSERT_NE(source, nullptr);
  EXPECT_EQ(count(*source, unread_result_kernel().run), Counts{});
}

TEST(FpcountEveryRegister, UnreadResultsAreCounted) {
  const auto source = started_source();
  ASSERT_NE(source, nullptr);
  EXPECT_EQ(count(*source, unread_result_kernel().run).lanes, unread_result_kernel().expected.lanes);
}

TEST(FpcountEveryRegister, ReadsEveryKernelExactly) {
  auto source = open_software_counters();
  ASSERT_TRUE(source) << source.error().message;
  const auto result = run_calibration(**source);
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_TRUE(result->trusted) << result->reason;
}

}  // namespace
}  // namespace flopaudit
