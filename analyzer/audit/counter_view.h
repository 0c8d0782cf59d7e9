// What one reading of a counter takes in, where a counter does not tell all classes apart.
//
// The software counter reads every class by itself and has no views. Hardware events fold classes: one of Intel's is
// all arithmetic of a precision, one of AMD's the additions of both precisions.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "analyzer/audit/counts.h"

namespace flopaudit {

using ClassWeights = std::array<std::int64_t, kEventCount>;

// A reading is the sum of lanes × weight, and stands in `slot` of the Counts. An arithmetic class that a view takes in
// weighs 1, FMA 2: a reading is in FLOPs, plus what else the event counts (min and max on Intel). The slots of all
// other classes are 0 and mean nothing.
struct CounterView {
  Event slot = Event::add_sp;
  ClassWeights weights{};

  std::int64_t& operator[](Event event) { return weights[static_cast<std::size_t>(event)]; }
  std::int64_t operator[](Event event) const { return weights[static_cast<std::size_t>(event)]; }
  friend bool operator==(const CounterView&, const CounterView&) = default;
};

// The weight of a class of which no source says whether the event counts it: calibration finds out.
inline constexpr std::int64_t kUndeterminedWeight = -1;

// What the views read of `lanes`. No views: the lanes themselves. No weight may be undetermined.
Counts viewed(const Counts& lanes, const std::vector<CounterView>& views);

}  // namespace flopaudit
