// LoopGrowth: what holds at the start of every iteration of a loop that is not interpreted iteration by iteration.
//
// A list that gets one element an iteration has `iteration(n12)` elements at the start of an iteration and `trips` of
// them behind the loop. The same holds of a dim (a cache that is concatenated to) and of a counter. It is guessed once,
// from the first iteration: a size of 3 that became 5 is taken for 3 + 2*iteration. That this holds is shown by the
// next rounds, as for any fact of a loop: if it holds at the start of an iteration, it holds at the start of the next
// one.
#pragma once

#include <functional>
#include <string>

#include "analyzer/ir/fact.h"

namespace flopaudit {

class LoopGrowth {
 public:
  // `iteration`: the symbol that stands for the iteration; a number: nothing is guessed. `varies`: symbols that are
  // another number in every iteration.
  LoopGrowth(const Expr& iteration, std::function<bool(const std::string&)> varies);

  // What holds at the start of an iteration, from what was taken to hold there and what the iteration made of it.
  // `guess`: `before` is what holds at the start of the first one.
  Fact at_start(const Fact& before, const Fact& next, bool guess) const;
  // `fact`, which holds at the start of an iteration, behind `trips` of them; what depends on an unknown number is
  // open.
  Fact behind(const Fact& fact, const Dim& trips) const;

 private:
  Dim grown(const Dim& before, const Dim& next, bool guess, bool is_size) const;
  Fact grown_list(const ListFact& before, const ListFact& next, bool guess) const;
  Fact grown_alternative(const Fact& joined, const Fact& before, const Fact& next, bool guess) const;
  Fact grown_dict(const Fact& before, const Fact& next, bool guess) const;
  Fact without_iteration(const Fact& fact) const { return behind(fact, std::nullopt); }
  Expr at(const Expr& value, const Expr& iteration) const;
  bool depends(const Expr& value) const;

  // Lists that share their elements can be exponentially large when written out: behind so many facts nothing is
  // guessed.
  static constexpr std::int64_t kMaxFacts = 100'000;
  mutable std::int64_t facts_ = 0;
  std::string symbol_;  // empty: the iteration is a number
  std::function<bool(const std::string&)> varies_;
};

}  // namespace flopaudit
