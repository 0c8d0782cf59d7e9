// For the .cc files of facts alone.
#pragma once

#include <cstdint>

namespace flopaudit {

// A list can hold itself, and lists that share elements can be exponentially large when written out: walks over nested
// facts stop at these limits, behind which everything is unknown.
struct Walk {
  static constexpr std::int64_t kBudget = 100'000;
  int depth = 0;
  std::int64_t budget = kBudget;

  bool enter() {
    constexpr int kMaxDepth = 100;
    --budget;
    return depth++ < kMaxDepth && budget > 0;
  }
  void leave() { --depth; }
};

}  // namespace flopaudit
