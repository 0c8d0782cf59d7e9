// What rules take to hold of symbolic sizes, because LibTorch would refuse anything else: a weight for 3 channels on an
// input of C channels means C = 3. The interpreter collects it and the report states it; without a collector nothing is
// kept. Beside the default dtype it is the one thing of rules that is not in their inputs and results.
#pragma once

#include <string>
#include <vector>

#include "analyzer/support/expr.h"

namespace flopaudit {

// Each is false where it certainly does not hold, whatever the sizes. Where that depends on them, it is noted, and true.
bool must_be_equal(const Expr& a, const Expr& b);
bool must_be_at_least(const Expr& value, const Expr& least);
bool must_be_multiple(const Expr& value, const Expr& divisor);
// Equal, or one of them 1. Never false.
void must_broadcast(const Expr& a, const Expr& b);

struct SizeCondition {
  std::string text;       // "C = 3", "H >= 32", "T is a multiple of 7"
  Expr never_negative;    // where the condition says no more than that this is >= 0; else 0
};

// Collects on this thread until the end of the scope.
class SizeConditionScope {
 public:
  SizeConditionScope();
  ~SizeConditionScope();
  SizeConditionScope(const SizeConditionScope&) = delete;
  SizeConditionScope& operator=(const SizeConditionScope&) = delete;

  const std::vector<SizeCondition>& conditions() const { return conditions_; }

 private:
  friend void note_size_condition(SizeCondition condition);
  std::vector<SizeCondition> conditions_;
  SizeConditionScope* before_;
};

}  // namespace flopaudit
