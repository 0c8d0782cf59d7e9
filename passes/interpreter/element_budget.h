// ElementBudget: what one interpretation may spend on the elements of lists, tuples and dicts.
//
// A node that is handed a list of n elements can cost n steps and the memory of n facts, so a file of n nodes around
// one long list would cost n * n. What is spent is counted here, and a program that spends too much is refused.
#pragma once

#include <cstdint>
#include <vector>

#include "analyzer/ir/fact.h"

namespace flopaudit {

class ElementBudget {
 public:
  // Facts that are kept, in the IR or in the environment. The other costs are parts of that.
  static constexpr std::int64_t kMaxKept = 4'000'000;

  void keep(std::int64_t elements) { spent_ += kUnitsOfOne * elements; }
  void copy(std::int64_t elements) { spent_ += kUnitsOfOne / 4 * elements; }  // for one iteration
  void copy(const std::vector<Fact>& facts) {
    for (const Fact& fact : facts) copy(size(fact));
  }
  void look_at(std::int64_t elements) { spent_ += elements; }
  void look_at(const Fact& fact) { look_at(size(fact)); }

  // Copies that are kept: see Fact::snapshot().
  Fact snapshot(const Fact& fact);
  std::vector<Fact> snapshots(const std::vector<Fact>& facts);

  bool is_spent() const { return spent_ > kUnitsOfOne * kMaxKept; }
  bool is_half_spent() const { return spent_ > kUnitsOfOne / 2 * kMaxKept; }

  // Elements of a container, without those inside them; 0: none, or not known.
  static std::int64_t size(const Fact& fact);

 private:
  static constexpr std::int64_t kUnitsOfOne = 16;
  std::int64_t spent_ = 0;
};

}  // namespace flopaudit
