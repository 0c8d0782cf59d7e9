// The classes that a verdict is about, as far as the counter of a record tells them apart. Where it does not, classes
// are judged together: expected and measured are summed over those that a reading folds.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "analyzer/audit/counter_view.h"
#include "analyzer/audit/expected.h"
#include "analyzer/support/result.h"

namespace flopaudit {

using ClassSums = std::array<std::int64_t, kFlopClassCount>;

class ClassFolding {
 public:
  // No views: every class by itself. Error: input: views that count an arithmetic class twice or not at all, or that are
  // read into one slot.
  static Result<ClassFolding> of(const std::vector<CounterView>& views);

  // Measured lanes as operations: an FMA lane is one add and one mul. A folded class holds the sum, the others 0.
  ClassSums operations_of(const Counts& counts) const;
  // The FLOPs of a reading, with what else it takes in.
  std::int64_t flops_of(const Counts& counts) const;

  FlopIntervals folded(const FlopIntervals& intervals) const;
  ValueRange folded(const ValueRange& range) const;

  // Whether f64 operations, and with them the dispatch noise, are in this class.
  bool has_noise(std::size_t flop_class) const { return noisy_[flop_class]; }
  // "add_f32"; "add_f32+add_f64" where both are read together.
  const std::string& name(std::size_t flop_class) const { return names_[flop_class]; }
  bool separates_classes() const { return views_.empty(); }
  // Whether readings take in lanes that are no FLOPs (min, max, estimates, ...): "" or "MINMAX_SP and EST_SP".
  const std::string& others() const { return others_; }

 private:
  std::vector<CounterView> views_;
  std::array<std::size_t, kFlopClassCount> group_{};  // the class that stands for the group of each
  std::array<bool, kFlopClassCount> noisy_{};
  std::array<std::string, kFlopClassCount> names_;
  std::string others_;
};

}  // namespace flopaudit
