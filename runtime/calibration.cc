#include "runtime/calibration.h"

#include "runtime/calibration_kernels.h"
#include "runtime/counter_events.h"

namespace flopaudit {
namespace {

void do_nothing() {}

// The count of one call. The function pointer keeps the compiler from moving work across the reads.
Result<Counts> count(CounterSource& source, void (*run)()) {
  FA_ASSIGN(const Counts before, source.read());
  run();
  FA_ASSIGN(const Counts after, source.read());
  return after - before;
}

std::string refusal(const CounterSource& source, const std::string& kernel, const Counts& expected,
                    const Counts& measured) {
  for (std::size_t i = 0; i < kEventCount; ++i) {
    if (expected.lanes[i] == measured.lanes[i]) continue;
    return "the counter source \"" + source.name() + "\" is refused: " + kernel + " executes " +
           std::to_string(expected.lanes[i]) + " " + std::string(kEventNames[i]) + " and it read " +
           std::to_string(measured.lanes[i]);
  }
  return "";
}

Result<CalibrationResult> run_started(CounterSource& source) {
  const CounterCapability capability = source.capability();
  CalibrationResult result;
  // The first read of all may still initialise something.
  FA_TRY(source.read());
  FA_ASSIGN(result.empty_region, count(source, do_nothing));
  result.reason = refusal(source, "a region without any work", Counts{}, result.empty_region);
  for (const CalibrationKernel& kernel : calibration_kernels()) {
    if (!cpu_has(kernel.needs)) continue;
    FA_ASSIGN(const Counts measured, count(source, kernel.run));
    const Counts expected =
        capability.separates_classes ? kernel.expected : weighted_totals(kernel.expected, capability.weights);
    const std::string name(kernel.name);
    if (result.reason.empty()) result.reason = refusal(source, "the kernel \"" + name + "\"", expected, measured);
    result.kernels.push_back({name, expected, measured});
  }
  result.trusted = result.reason.empty();
  return result;
}

}  // namespace

Result<CalibrationResult> run_calibration(CounterSource& source) {
  if (!cpu_has(CpuFeature::avx))
    return environment_error("this program sees a CPU without AVX, so that the standard path is not what it runs");
  FA_TRY(source.start());
  Result<CalibrationResult> result = run_started(source);
  FA_TRY(source.stop());
  return result;
}

Result<CalibrationResult> calibrate(CounterSource& source) {
  FA_ASSIGN(CalibrationResult result, run_calibration(source));
  if (!result.trusted) return environment_error(result.reason);
  return result;
}

}  // namespace flopaudit
