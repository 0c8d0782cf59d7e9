// Elements of small tensors that are known: sizes travel through tensors in traced files, also as floating numbers
// (`int(n ** 0.5)`, `floor(h * 1.5)`). Only operations that IEEE 754 rounds in one way are done here: what a vector
// library may round otherwise (exp, a general pow) leaves the elements unknown.
#pragma once

#include "analyzer/ops/shape_helpers.h"

namespace flopaudit {

// Of an element of `dtype` (after the input's promotion): the new element, or nothing.
using ElementFunction = std::optional<double> (*)(double);

// The result with the elements of `input` put through `function`, where all are known numbers and the result's dtype is
// f32 or f64, and each step is rounded to it.
void apply_to_elements(const TensorFact& input, ElementFunction function, TensorFact& result);

// The elements of `input` as `to` has them: unknown where one does not fit, or a size without a number becomes
// floating.
std::optional<Elements> cast_elements(const TensorFact& input, DType to);

// A shape rule, and what its op does to floating elements.
template <RuleResult<Facts> (*rule)(const Facts&), ElementFunction function>
RuleResult<Facts> with_elements(const Facts& inputs) {
  RuleResult<Facts> facts = rule(inputs);
  const TensorFact* input = inputs.empty() ? nullptr : inputs[0].tensor();
  if (facts && input != nullptr) apply_to_elements(*input, function, *(*facts)[0].get<TensorFact>());
  return facts;
}

}  // namespace flopaudit
