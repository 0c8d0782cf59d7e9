// The largest of many amounts that are formulas: often one of them for all sizes, else all that may be.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "analyzer/ir/graph.h"

namespace flopaudit {

// The size at which formulas are compared where a number is needed: every symbol is this, or the least that it can be.
inline constexpr std::int64_t kComparedSize = 64;
// At that size; the largest number where it has none (an overflow).
std::int64_t at_compared_size(const Expr& amount);

// The larger of the two for all sizes, else `max(a, b)`.
Expr larger(const Expr& a, const Expr& b);

class Largest {
 public:
  struct Candidate {
    Expr amount;
    std::int64_t unknown = 0;  // storages of unknown size that are not in it
    const Node* node = nullptr;
    std::int64_t step = 0;                 // when, to find it again
    std::vector<std::int64_t> tried = {};  // the amount at each of the sizes that are tried; filled by offer
  };

  void offer(Candidate candidate);
  // The largest at the compared size first; the earlier of two equal ones.
  const std::vector<Candidate>& candidates() const { return candidates_; }
  // False: more formulas than kMostCandidates may be the largest, and those were dropped that are nowhere larger than
  // another one at any of the sizes that are tried (1 to 1024, mixed). The amount is then a lower bound, met at these.
  bool is_proved() const { return proved_; }
  // Even so there were too many: the amount is a lower bound.
  bool left_out() const { return left_out_; }
  // The maximum of all; 0 of none.
  Expr amount() const;

  static constexpr std::size_t kMostCandidates = 16;

 private:
  std::vector<Candidate> candidates_;
  bool proved_ = true;
  bool left_out_ = false;
};

}  // namespace flopaudit
