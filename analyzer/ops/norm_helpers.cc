#include "analyzer/ops/norm_helpers.h"

#include <cmath>

namespace flopaudit {

void count_norm(WorkCounter& counter, double order, const Expr& elements, const Expr& outputs) {
  const Expr steps = reduction_steps(elements, outputs);
  if (std::isinf(order)) {
    counter.count(WorkClass::compare, steps);
    return;
  }
  counter.count(WorkClass::add, steps);
  if (order == 2) {
    counter.count(WorkClass::mul, elements).count(WorkClass::sqrt, outputs);
  } else if (order == 0) {
    counter.count(WorkClass::compare, elements);
  } else if (order != 1) {
    counter.count(WorkClass::pow, elements).count(WorkClass::pow, outputs);
  }
}

}  // namespace flopaudit
