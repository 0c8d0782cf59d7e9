// What losses share that compare element by element: their forms, their reductions, and the counter of their work. A
// reduction adds n-1 of n losses, the mean divides once more.
#pragma once

#include "analyzer/ops/elementwise_helpers.h"
#include "analyzer/ops/work_helpers.h"

namespace flopaudit {

// LibTorch takes numbers other than those of mean and sum for none.
enum class Reduction { none = 0, mean = 1, sum = 2 };
RuleResult<Reduction> reduction_at(const Facts& inputs, std::size_t place);

// What a loss takes: its first `operands` arguments broadcast, then its reduction's place.
struct LossForm {
  std::size_t operands, reduction;
  bool promotes;             // the result has the promoted dtype; else the first operand's
  bool any_numbers = false;  // integers and complex numbers too, but no mean of integers
};

// The loss before it is reduced, and behind it.
RuleResult<Fact> loss_of_elements(const Facts& inputs, const LossForm& form);
RuleResult<Facts> reduced_loss(const Facts& inputs, const LossForm& form);

// Counts per element of the unreduced loss.
class LossCounter {
 public:
  LossCounter(const Facts& inputs, const Facts& outputs, Expr elements, Reduction reduction)
      : counter_(inputs, outputs), elements_(std::move(elements)) {
    if (reduction == Reduction::none || elements_ == Expr(0)) return;
    counter_.count(WorkClass::add, elements_ - Expr(1));
    if (reduction == Reduction::mean) counter_.count(WorkClass::div, 1);
  }
  LossCounter& each(WorkClass work_class, std::int64_t times = 1) {
    counter_.count(work_class, elements_ * Expr(times));
    return *this;
  }
  LossCounter& count(WorkClass work_class, const Expr& operations) {
    counter_.count(work_class, operations);
    return *this;
  }
  RuleResult<Work> work() const { return counter_.work(); }

 private:
  WorkCounter counter_;
  Expr elements_;
};
RuleResult<LossCounter> loss_counter(const Facts& inputs, const Facts& outputs, const LossForm& form);

// --- binary_cross_entropy.cc ---
RuleResult<Facts> shape_of_binary_cross_entropy(const Facts& inputs);
RuleResult<Work> work_of_binary_cross_entropy(const Facts& inputs, const Facts& outputs);
RuleResult<Facts> shape_of_cross_entropy_with_logits(const Facts& inputs);
RuleResult<Work> work_of_cross_entropy_with_logits(const Facts& inputs, const Facts& outputs);

}  // namespace flopaudit
