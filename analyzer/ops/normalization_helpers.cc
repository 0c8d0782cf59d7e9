#include "analyzer/ops/normalization_helpers.h"

namespace flopaudit {

WorkCounter& count_normalized_groups(WorkCounter& counter, const Expr& elements, const Expr& groups) {
  const Expr steps = reduction_steps(elements, groups);
  counter.count(WorkClass::add, steps).count(WorkClass::div, groups);       // mean
  counter.count(WorkClass::add, elements).count(WorkClass::mul, elements);  // squared differences
  counter.count(WorkClass::add, steps).count(WorkClass::div, groups);       // var
  counter.count(WorkClass::add, groups).count(WorkClass::sqrt, groups).count(WorkClass::div, groups);
  return counter.count(WorkClass::add, elements).count(WorkClass::mul, elements);  // normalise
}

}  // namespace flopaudit
