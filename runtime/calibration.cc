#include "runtime/calibration.h"

#include <optional>

#include "runtime/calibration_diagnosis.h"
#include "runtime/calibration_kernels.h"

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

struct Readings {
  Counts empty_region;
  std::vector<Counts> kernels;
};

Result<void> read_all(CounterSource& source, const std::vector<const CalibrationKernel*>& kernels, Readings& readings) {
  // The first read of all may still initialise something.
  FA_TRY(source.read());
  FA_ASSIGN(const Counts empty, count(source, do_nothing));
  readings.empty_region += empty;
  for (std::size_t i = 0; i < kernels.size(); ++i) {
    FA_ASSIGN(const Counts measured, count(source, kernels[i]->run));
    readings.kernels[i] += measured;
  }
  return {};
}

// In each pass all kernels run; what the passes read is added.
Result<Readings> read_in_passes(CounterSource& source, const std::vector<const CalibrationKernel*>& kernels) {
  Readings readings;
  readings.kernels.resize(kernels.size());
  for (std::size_t pass = 0; pass < source.passes(); ++pass) {
    source.select_pass(pass);
    FA_TRY(source.start());
    const Result<void> read = read_all(source, kernels, readings);
    FA_TRY(source.stop());
    FA_TRY(read);
  }
  source.select_pass(0);
  return readings;
}

// Those that the source is held to.
std::vector<const CalibrationKernel*> held_to(const CounterCapability& capability,
                                              std::vector<const CalibrationKernel*> kernels) {
  const bool dot_products_open = !capability.views.empty() && capability.dot_products == DotProducts::unknown;
  if (dot_products_open)
    std::erase_if(kernels, [](const CalibrationKernel* kernel) { return kernel->form == KernelForm::dot_product; });
  return kernels;
}

// --- what each class weighs ---

// A kernel whose reading is no weight of its class, and the sentence of it.
struct Unsettled {
  std::size_t kernel;
  std::string why;
};

// A weight that no source states is what the first kernel of its class reads, a whole number a lane; all others must
// then read the same. A class without a kernel on this CPU has no instruction there, and weighs nothing.
std::optional<Unsettled> settle_weights(std::vector<CounterView>& views,
                                        const std::vector<const CalibrationKernel*>& kernels,
                                        const std::vector<Counts>& readings) {
  std::optional<Unsettled> first;
  for (CounterView& view : views) {
    for (std::size_t k = 0; k < kernels.size(); ++k) {
      if (kernels[k]->form != KernelForm::plain) continue;
      const std::size_t i = only_class_of(*kernels[k]);
      if (i == kEventCount || view.weights[i] != kUndeterminedWeight) continue;
      const std::int64_t lanes = kernels[k]->expected.lanes[i], read = readings[k][view.slot];
      const bool is_whole = read >= 0 && read <= 2 * lanes && read % lanes == 0;
      view.weights[i] = is_whole ? read / lanes : 0;
      if (is_whole || first) continue;
      first = Unsettled{k, "the kernel \"" + std::string(kernels[k]->name) + "\" executes " + std::to_string(lanes) +
                               " " + std::string(kEventNames[i]) + " and it read " + std::to_string(read) +
                               ", which is neither none of them nor a whole number each"};
    }
    for (std::int64_t& weight : view.weights) weight = weight == kUndeterminedWeight ? 0 : weight;
  }
  return first;
}

// What the source should read of a kernel.
Counts expected_of(const CalibrationKernel& kernel, const std::vector<CounterView>& views, bool counts_x87) {
  if (kernel.form == KernelForm::x87 && !counts_x87) return {};
  if (kernel.form != KernelForm::dot_product || views.empty()) return viewed(kernel.expected, views);
  // As FMA over all lanes: of these the muls.
  Counts fused;
  fused[Event::fma_sp] = kernel.expected[Event::mul_sp];
  fused[Event::fma_dp] = kernel.expected[Event::mul_dp];
  return viewed(fused, views);
}

// --- the verdict ---

std::string difference(const std::string& kernel, const Counts& expected, const Counts& measured, bool in_views) {
  for (std::size_t i = 0; i < kEventCount; ++i) {
    if (expected.lanes[i] == measured.lanes[i]) continue;
    return kernel + " executes " + std::to_string(expected.lanes[i]) + " " + std::string(kEventNames[i]) +
           (in_views ? " with what is read together with it" : "") + " and it read " +
           std::to_string(measured.lanes[i]);
  }
  return "";
}

std::string first_difference(const CalibrationResult& result, const std::optional<Unsettled>& unsettled) {
  const bool in_views = !result.views.empty();
  std::string reason = difference("a region without any work", Counts{}, result.empty_region, in_views);
  for (std::size_t i = 0; i < result.kernels.size() && reason.empty(); ++i) {
    const CalibrationKernelResult& kernel = result.kernels[i];
    reason = unsettled && unsettled->kernel == i
                 ? unsettled->why
                 : difference("the kernel \"" + kernel.name + "\"", kernel.expected, kernel.measured, in_views);
  }
  return reason;
}

// From the kernels whose readings are known beforehand: the others have only been found.
std::string diagnosis_of(const CounterCapability& capability, const std::vector<const CalibrationKernel*>& kernels,
                         const CalibrationResult& result) {
  if (capability.views.empty()) return "";
  const auto is_open = [&](const CalibrationKernel& kernel) {
    for (const CounterView& view : capability.views) {
      for (std::size_t i = 0; i < kEventCount; ++i) {
        if (kernel.expected.lanes[i] != 0 && view.weights[i] == kUndeterminedWeight) return true;
      }
    }
    return false;
  };
  std::vector<const CalibrationKernel*> known;
  std::vector<CalibrationKernelResult> results;
  for (std::size_t i = 0; i < kernels.size(); ++i) {
    if (is_open(*kernels[i])) continue;
    known.push_back(kernels[i]);
    results.push_back(result.kernels[i]);
  }
  return diagnosis(known, results);
}

}  // namespace

Result<CalibrationResult> run_calibration(CounterSource& source) {
  if (!cpu_has(CpuFeature::avx))
    return environment_error("this program sees a CPU without AVX, so that the standard path is not what it runs");
  return run_calibration(source, kernels_of_this_cpu());
}

Result<CalibrationResult> run_calibration(CounterSource& source, const std::vector<const CalibrationKernel*>& all) {
  const CounterCapability capability = source.capability();
  const std::vector<const CalibrationKernel*> kernels = held_to(capability, all);
  FA_ASSIGN(const Readings readings, read_in_passes(source, kernels));

  CalibrationResult result;
  result.empty_region = readings.empty_region;
  result.views = capability.views;
  const std::optional<Unsettled> unsettled = settle_weights(result.views, kernels, readings.kernels);
  for (std::size_t i = 0; i < kernels.size(); ++i)
    result.kernels.push_back({std::string(kernels[i]->name),
                              expected_of(*kernels[i], result.views, capability.counts_x87), readings.kernels[i]});
  const std::string reason = first_difference(result, unsettled);
  result.trusted = reason.empty();
  if (result.trusted) return result;
  result.reason = "the counter source \"" + source.name() + "\" is refused: " + reason;
  const std::string why = diagnosis_of(capability, kernels, result);
  if (!why.empty()) result.reason += "; " + why;
  return result;
}

Result<CalibrationResult> calibrate(CounterSource& source) {
  FA_ASSIGN(CalibrationResult result, run_calibration(source));
  if (!result.trusted) return environment_error(result.reason);
  return result;
}

}  // namespace flopaudit
