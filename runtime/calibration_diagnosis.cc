#include "runtime/calibration_diagnosis.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace flopaudit {
namespace {

// One kernel's reading of one view.
struct Reading {
  const CalibrationKernel* kernel;
  std::size_t view;  // its slot
  std::int64_t expected, measured;
};

std::vector<Reading> readings_of(const std::vector<const CalibrationKernel*>& kernels,
                                 const std::vector<CalibrationKernelResult>& results) {
  std::vector<Reading> readings;
  for (std::size_t k = 0; k < results.size(); ++k) {
    for (std::size_t i = 0; i < kEventCount; ++i) {
      if (results[k].expected.lanes[i] != 0)
        readings.push_back({kernels[k], i, results[k].expected.lanes[i], results[k].measured.lanes[i]});
    }
  }
  return readings;
}

bool is_exact(const Reading& reading) { return reading.measured == reading.expected; }
bool is_half(const Reading& reading) { return 2 * reading.measured == reading.expected; }
bool is_nothing(const Reading& reading) { return reading.measured == 0; }
bool is_whole_factor(const Reading& reading) {
  return reading.measured > 0 && (reading.measured % reading.expected == 0 || reading.expected % reading.measured == 0);
}
// Scaled estimates are off by some per cent, seldom by more than a quarter.
bool is_near(const Reading& reading) { return 4 * std::abs(reading.measured - reading.expected) <= reading.expected; }

template <typename Is>
bool all(const std::vector<Reading>& readings, Is is) {
  return !readings.empty() && std::ranges::all_of(readings, is);
}

// The names of the classes that, left out of what is expected, make every reading right; "" where none do.
std::string classes_left_out(const std::vector<Reading>& readings) {
  std::map<std::pair<std::size_t, std::size_t>, std::int64_t> weights;  // of classes of which a view reads nothing
  for (const Reading& reading : readings) {
    const std::size_t i = only_class_of(*reading.kernel);
    if (i != kEventCount && reading.measured == 0)
      weights[{i, reading.view}] = reading.expected / reading.kernel->expected.lanes[i];
  }
  for (const Reading& reading : readings) {
    if (reading.kernel->form != KernelForm::plain) continue;
    std::int64_t expected = reading.expected;
    for (const auto& [place, weight] : weights) {
      if (place.second == reading.view) expected -= weight * reading.kernel->expected.lanes[place.first];
    }
    if (reading.measured != expected) return "";
  }
  std::string names;
  for (const auto& [place, weight] : weights)
    names += (names.empty() ? "" : ", ") + std::string(kEventNames[place.first]);
  return names;
}

}  // namespace

std::string diagnosis(const std::vector<const CalibrationKernel*>& kernels,
                      const std::vector<CalibrationKernelResult>& results) {
  const std::vector<Reading> readings = readings_of(kernels, results);
  std::vector<Reading> wrong;
  std::ranges::copy_if(readings, std::back_inserter(wrong), [](const Reading& reading) { return !is_exact(reading); });
  if (all(readings, is_nothing)) return "nothing is read at all: the events are not connected to this program";
  if (all(readings, is_half))
    return "every kernel reads half: other events take turns with these (a MERGE event added by hand, another "
           "profiler); stop what else uses the counters";
  if (const std::string classes = classes_left_out(readings); !classes.empty())
    return "nothing is read of " + classes +
           ": this processor's events leave it out, against what is known of its "
           "family";
  if (all(wrong, is_whole_factor))
    return "kernels read whole multiples or fractions of what they execute: the weights are those of another family "
           "of processors";
  if (all(wrong, is_near))
    return "readings are near what is executed and not equal, as multiplexed counters estimate it; stop what else uses "
           "the counters";
  return "";
}

}  // namespace flopaudit
