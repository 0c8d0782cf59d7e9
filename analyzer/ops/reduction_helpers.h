// What reductions share: which dims go, which dtype comes out, how many steps they take.
#pragma once

#include "analyzer/ops/shape_helpers.h"
#include "analyzer/ops/work_helpers.h"

namespace flopaudit {

// Where an overload has its arguments; -1: it has none (then all dims are reduced, not kept, the dtype is its own).
struct Places {
  int dim = -1;
  int keepdim = -1;
  int dtype = -1;
};

enum class ResultType { same, sum, floating, real, boolean, index };

// The dims that are left of operand 0.
RuleResult<Dims> reduced_dims(const Facts& inputs, const Places& places);
RuleResult<std::optional<DType>> reduced_dtype(const Facts& inputs, const Places& places, ResultType type);

// A reduction that has no answer for no elements (max, median) refuses a dim of size 0, unless nothing is to be
// reduced at all.
std::optional<RuleFailure> refuse_empty(const Facts& inputs, const Places& places);
std::optional<RuleFailure> refuse_complex_input(const Facts& inputs);

struct ReductionSizes {
  Expr elements, outputs, steps;
};
RuleResult<ReductionSizes> reduction_sizes(const Facts& inputs, const Facts& outputs);

template <const Places& places, ResultType type>
RuleResult<Facts> shape_of_reduction(const Facts& inputs) {
  FA_RULE(Dims dims, reduced_dims(inputs, places));
  FA_RULE(const std::optional<DType> dtype, reduced_dtype(inputs, places, type));
  return one(tensor_fact(dtype, std::move(dims)));
}

template <const Places& places, ResultType type>
RuleResult<Facts> shape_of_selection(const Facts& inputs) {
  FA_REFUSE(refuse_complex_input(inputs));
  FA_REFUSE(refuse_empty(inputs, places));
  return shape_of_reduction<places, type>(inputs);
}

// max.dim and its like: values and their indices.
template <const Places& places>
RuleResult<Facts> shape_with_indices(const Facts& inputs) {
  FA_RULE(Facts facts, (shape_of_selection<places, ResultType::same>(inputs)));
  facts.push_back(tensor_fact(DType::i64, *facts[0].tensor()->dims));
  return facts;
}

inline constexpr Places kAllDims = {}, kDimKept = {1, 2, -1};

}  // namespace flopaudit
