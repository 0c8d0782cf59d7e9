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

// Proofs of what is larger, as many as there is time for: long formulas take milliseconds each. After that what holds
// at the sizes that are tried is taken for true.
class Comparisons {
 public:
  Comparisons();
  // a <= b for all sizes, given both at the sizes that are tried.
  bool never_larger(const Expr& a, const std::vector<std::int64_t>& tried_a, const Expr& b,
                    const std::vector<std::int64_t>& tried_b);
  // The larger of the two for all sizes, else `max(a, b)`; without time for proofs the one that is at the compared
  // size.
  Expr larger(const Expr& a, const Expr& b);
  // False: something was taken for true.
  bool all_proved() const { return all_proved_; }

 private:
  bool has_time();
  std::int64_t effort_before_;
  bool all_proved_ = true;
};

class Largest {
 public:
  struct Candidate {
    Expr amount;
    std::int64_t unknown = 0;  // storages of unknown size that are not in it
    const Node* node = nullptr;
    std::int64_t step = 0;                 // when, to find it again
    std::vector<std::int64_t> tried = {};  // the amount at each of the sizes that are tried; filled by offer
  };

  explicit Largest(Comparisons& comparisons) : comparisons_(comparisons) {}
  void offer(Candidate candidate);
  // The largest at the compared size first; the earlier of two equal ones.
  const std::vector<Candidate>& candidates() const { return candidates_; }
  // False: more formulas than kMostCandidates may be the largest, or there was no time for proofs, and those were
  // dropped that are nowhere larger than another one at any of the sizes that are tried (1 to 1024, mixed). The amount
  // is then a lower bound, met at these.
  bool is_proved() const { return proved_ && comparisons_.all_proved(); }
  // Even so there were too many: the amount is a lower bound.
  bool left_out() const { return left_out_; }
  // The maximum of all; 0 of none.
  Expr amount();

  static constexpr std::size_t kMostCandidates = 16;

 private:
  bool never_larger(const Candidate& a, const Candidate& b);

  Comparisons& comparisons_;
  std::vector<Candidate> candidates_;
  bool proved_ = true;
  bool left_out_ = false;
};

}  // namespace flopaudit
