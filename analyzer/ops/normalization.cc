// Normalisations. With statistics at hand (batch_norm in eval) a channel folds scale and shift once; with statistics of
// the input, a group of w elements costs its mean (w-1 add, 1 div), its variance (w add, w mul, w-1 add, 1 div) and
// 1/sqrt(var + eps) (1 add, 1 sqrt, 1 div), and each element 1 add and 1 mul to normalise. The update of running
// statistics in training is left out.
#include "analyzer/ops/all_ops.h"
#include "analyzer/ops/normalization_helpers.h"
#include "analyzer/ops/shape_helpers.h"
#include "analyzer/ops/size_conditions.h"
#include "analyzer/ops/work_helpers.h"

namespace flopaudit {
namespace {

// Which of the learned scale and shift a node has.
struct Affine {
  bool scale = false;
  bool shift = false;
};
Affine affine_at(const Facts& inputs, std::size_t weight, std::size_t bias) {
  return {!none_at(inputs, weight), !none_at(inputs, bias)};
}

std::optional<RuleFailure> check_channels(const Facts& inputs, const Dims& input,
                                          std::initializer_list<std::size_t> vectors) {
  if (input.size() < 2) return misfit("the input has no channel dim: " + inputs[0].to_string());
  for (const std::size_t place : vectors) {
    const RuleResult<const TensorFact*> vector = optional_tensor_at(inputs, place);
    if (!vector) return vector.failure();
    if (*vector == nullptr || !(*vector)->dims) continue;
    const std::optional<Expr> elements = element_count(*(*vector)->dims);
    if (elements && !same_dim(elements, input[1])) {
      return misfit("input has " + input[1]->to_string() + " channels and the normalisation has " +
                    elements->to_string() + ": " + shapes_text(inputs, {0, place}));
    }
  }
  return std::nullopt;
}

RuleResult<Work> work_by_groups(const Facts& inputs, const Facts& outputs, const Expr& groups, Affine affine) {
  FA_RULE(const Expr elements, elements_at(inputs, 0));
  WorkCounter counter(inputs, outputs);
  count_normalized_groups(counter, elements, groups);
  if (affine.scale) counter.count(WorkClass::mul, elements);
  if (affine.shift) counter.count(WorkClass::add, elements);
  return counter.work();
}

// y = x*scale + shift, with scale = weight/sqrt(var + eps) and shift = bias - mean*scale folded once a channel.
RuleResult<Work> work_by_running_statistics(const Facts& inputs, const Facts& outputs, const Expr& channels,
                                            Affine affine) {
  FA_RULE(const Expr elements, elements_at(inputs, 0));
  WorkCounter counter(inputs, outputs);
  counter.count(WorkClass::mul, elements).count(WorkClass::add, elements);
  counter.count(WorkClass::add, channels).count(WorkClass::sqrt, channels).count(WorkClass::div, channels);
  if (affine.scale) counter.count(WorkClass::mul, channels);
  if (affine.shift) counter.count(WorkClass::mul, channels).count(WorkClass::add, channels);
  return counter.work();
}

// --- batch_norm and instance_norm: input, weight, bias, running_mean, running_var, training or use_input_stats ---

RuleResult<Facts> shape_of_channel_norm(const Facts& inputs) {
  FA_RULE(const TensorFact* tensor, tensor_at(inputs, 0));
  if (tensor->dims) FA_REFUSE(check_channels(inputs, *tensor->dims, {1, 2, 3, 4}));
  return same_as_first(inputs);
}

template <bool per_instance>
RuleResult<Work> work_of_channel_norm(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const std::vector<Expr> input, known_dims_at(inputs, 0));
  FA_RULE(const bool own_statistics, bool_at(inputs, 5));
  const Affine affine = affine_at(inputs, 1, 2);
  if (!own_statistics) return work_by_running_statistics(inputs, outputs, input.at(1), affine);
  return work_by_groups(inputs, outputs, per_instance ? input.at(0) * input.at(1) : input.at(1), affine);
}

RuleResult<Facts> shape_of_native_batch_norm(const Facts& inputs) {
  FA_RULE(Facts facts, shape_of_channel_norm(inputs));
  FA_RULE(const Dims input, dims_at(inputs, 0));
  FA_RULE(const bool training, bool_at(inputs, 5));
  const Dims statistics = {training ? input[1] : Dim(Expr(0))};  // in eval LibTorch returns them empty
  const std::optional<DType> dtype = inputs[0].tensor()->dtype;
  facts.push_back(tensor_fact(dtype, statistics));
  facts.push_back(tensor_fact(dtype, statistics));
  return facts;
}

// --- layer_norm: input, normalized_shape, weight, bias ---

RuleResult<std::size_t> leading_dims(const Facts& inputs) {
  FA_RULE(const Dims input, dims_at(inputs, 0));
  FA_RULE(const Dims normalized, ints_at(inputs, 1));
  const bool fits = !normalized.empty() && normalized.size() <= input.size();
  const std::size_t lead = fits ? input.size() - normalized.size() : 0;
  for (std::size_t i = 0; i < normalized.size(); ++i) {
    if (!fits || !same_dim(input[lead + i], normalized[i])) {
      return misfit("the normalized shape " + text(normalized) + " does not end the input " + inputs[0].to_string());
    }
  }
  return lead;
}

RuleResult<Facts> shape_of_layer_norm(const Facts& inputs) {
  FA_RULE(const TensorFact* tensor, tensor_at(inputs, 0));
  if (tensor->dims) {
    const RuleResult<std::size_t> lead = leading_dims(inputs);
    if (!lead) return lead.failure();
  }
  return same_as_first(inputs);
}

RuleResult<Facts> shape_of_native_layer_norm(const Facts& inputs) {
  FA_RULE(Facts facts, shape_of_layer_norm(inputs));
  FA_RULE(Dims statistics, dims_at(inputs, 0));
  FA_RULE(const std::size_t lead, leading_dims(inputs));
  for (std::size_t dim = lead; dim < statistics.size(); ++dim) statistics[dim] = Expr(1);
  const std::optional<DType> dtype = inputs[0].tensor()->dtype;
  facts.push_back(tensor_fact(dtype, statistics));
  facts.push_back(tensor_fact(dtype, statistics));
  return facts;
}

RuleResult<Work> work_of_layer_norm(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const std::vector<Expr> input, known_dims_at(inputs, 0));
  FA_RULE(const std::size_t lead, leading_dims(inputs));
  Expr groups = 1;
  for (std::size_t dim = 0; dim < lead; ++dim) groups *= input[dim];
  return work_by_groups(inputs, outputs, groups, affine_at(inputs, 2, 3));
}

// --- group_norm: input, num_groups, weight, bias ---

RuleResult<Facts> shape_of_group_norm(const Facts& inputs) {
  FA_RULE(const TensorFact* tensor, tensor_at(inputs, 0));
  if (tensor->dims) {
    FA_REFUSE(check_channels(inputs, *tensor->dims, {2, 3}));
    FA_RULE(const Expr groups, int_at(inputs, 1));
    const Dim& channels = (*tensor->dims)[1];
    if (channels && !must_be_multiple(*channels, groups)) {
      return misfit(channels->to_string() + " channels do not divide into " + groups.to_string() +
                    " groups: " + inputs[0].to_string());
    }
  }
  return same_as_first(inputs);
}

RuleResult<Work> work_of_group_norm(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const std::vector<Expr> input, known_dims_at(inputs, 0));
  FA_RULE(const Expr groups, int_at(inputs, 1));
  return work_by_groups(inputs, outputs, input.at(0) * groups, affine_at(inputs, 2, 3));
}

// n elements, c channels, g groups (layer_norm: rows; instance_norm: instances x channels)
#define GROUPS "add = 4n - g, mul = 2n, div = 3g, sqrt = g; affine: mul += n, add += n"
constexpr char kGroups[] = GROUPS;
constexpr char kBatchNorm[] =
    "mul = n, add = n + c, sqrt = c, div = c; affine: mul += 2c, add += c; with input statistics: " GROUPS;
#undef GROUPS

// clang-format off
constexpr OpSpec kRows[] = {
    // name                     shape rule                  work rule                    formula
    {"aten::batch_norm",        shape_of_channel_norm,      work_of_channel_norm<false>, kBatchNorm},
    {"aten::group_norm",        shape_of_group_norm,        work_of_group_norm,          kGroups},
    {"aten::instance_norm",     shape_of_channel_norm,      work_of_channel_norm<true>,  kBatchNorm},
    {"aten::layer_norm",        shape_of_layer_norm,        work_of_layer_norm,          kGroups},
    {"aten::native_batch_norm", shape_of_native_batch_norm, work_of_channel_norm<false>, kBatchNorm},
    {"aten::native_layer_norm", shape_of_native_layer_norm, work_of_layer_norm,          kGroups},
};
// clang-format on

}  // namespace

std::span<const OpSpec> normalization_ops() { return kRows; }

}  // namespace flopaudit
