// What normalisations share: their learned scale and shift, the statistics of a group, and both ways to normalise.
//
// With statistics at hand (batch_norm in eval) a channel folds scale and shift once; with statistics of the input, a
// group of w elements costs its mean (w-1 add, 1 div), its variance (w add, w mul, w-1 add, 1 div) and
// 1/sqrt(var + eps) (1 add, 1 sqrt, 1 div), and each element 1 add and 1 mul to normalise. The update of running
// statistics in training is left out.
#pragma once

#include <initializer_list>

#include "analyzer/ops/shape_helpers.h"
#include "analyzer/ops/work_helpers.h"

namespace flopaudit {

// Which of the learned scale and shift a node has.
struct Affine {
  bool scale = false;
  bool shift = false;
};
Affine affine_at(const Facts& inputs, std::size_t weight, std::size_t bias);

// Refuses an input without a channel dim, and vectors (None is let pass) of another length than it.
std::optional<RuleFailure> check_channels(const Facts& inputs, const Dims& input,
                                          std::initializer_list<std::size_t> vectors);

// Parameters and running statistics (None is let pass) have the input's dtype; beside f16 and bf16 all may be f32,
// which the first of them decides.
std::optional<RuleFailure> check_parameter_dtypes(const Facts& inputs, std::initializer_list<std::size_t> parameters);
// They have one dim.
std::optional<RuleFailure> check_vectors(const Facts& inputs, std::initializer_list<std::size_t> parameters);

// The dtype of returned statistics: the input's, or f32 where a half precision input has f32 parameters.
std::optional<DType> statistics_dtype(const Facts& inputs, std::initializer_list<std::size_t> parameters);

// Mean, variance and 1/sqrt(var + eps) of each group.
void count_statistics(WorkCounter& counter, const Expr& elements, const Expr& groups);
// The same, and each element normalised. Learned scale and shift are not in it.
WorkCounter& count_normalized_groups(WorkCounter& counter, const Expr& elements, const Expr& groups);
// y = (x - mean)/sqrt(var + eps)*weight + bias
RuleResult<Work> work_by_groups(const Facts& inputs, const Facts& outputs, const Expr& groups, Affine affine);
// y = x*scale + shift, with scale = weight/sqrt(var + eps) and shift = bias - mean*scale folded once a channel.
RuleResult<Work> work_by_running_statistics(const Facts& inputs, const Facts& outputs, const Expr& channels,
                                            Affine affine);

// n elements, c channels, g groups (layer_norm: rows; instance_norm: instances x channels)
#define FA_NORM_BY_GROUPS "add = 4n - g, mul = 2n, div = 3g, sqrt = g; affine: mul += n, add += n"
#define FA_NORM_BY_RUNNING_STATISTICS "mul = n, add = n + c, sqrt = c, div = c; affine: mul += 2c, add += c"

}  // namespace flopaudit
