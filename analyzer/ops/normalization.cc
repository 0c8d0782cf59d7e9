// Normalisations with statistics of the input: layer, group, instance and RMS norm; what they cost:
// normalization_helpers.h. RMS norm has no mean: n mul and n-g add for the squares, 1 div, 1 add, 1 sqrt and 1 div a
// group, n mul to normalise, n mul more with a weight (Zhang and Sennrich, "Root Mean Square Layer Normalization").
#include "analyzer/ops/all_ops.h"
#include "analyzer/ops/dtype_checks.h"
#include "analyzer/ops/normalization_helpers.h"
#include "analyzer/ops/size_conditions.h"

namespace flopaudit {
namespace {

// --- instance_norm: input, weight, bias, running_mean, running_var, use_input_stats ---

RuleResult<Facts> shape_of_instance_norm(const Facts& inputs) {
  FA_REFUSE(need_floating(inputs, 0));
  const TensorFact* tensor = inputs[0].tensor();
  Facts parameters = inputs;  // weight and bias are repeated for each image: a number is a vector then
  for (const std::size_t place : {1, 2}) {
    TensorFact* parameter = parameters[place].get<TensorFact>();
    if (parameter != nullptr && parameter->dims && parameter->dims->empty()) parameter->dims = Dims{Dim(Expr(1))};
  }
  if (tensor->dims) FA_REFUSE(check_channels(parameters, *tensor->dims, {1, 2, 3, 4}));
  FA_REFUSE(check_vectors(parameters, {1, 2, 3, 4}));
  FA_REFUSE(check_parameter_dtypes(inputs, {1, 2}));
  if (!none_at(inputs, 3) && !none_at(inputs, 4)) {
    if (const auto dtype = same_dtype(inputs, 3, 4); !dtype) return dtype.failure();
  }
  FA_RULE(const bool own_statistics, bool_at(inputs, 5));
  if (!own_statistics && (none_at(inputs, 3) || none_at(inputs, 4))) {
    return misfit("running statistics are needed where use_input_stats is false");
  }
  return same_as_first(inputs);
}

RuleResult<Work> work_of_instance_norm(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const std::vector<Expr> input, known_dims_at(inputs, 0));
  FA_RULE(const bool own_statistics, bool_at(inputs, 5));
  const Affine affine = affine_at(inputs, 1, 2);
  return own_statistics ? work_by_groups(inputs, outputs, input.at(0) * input.at(1), affine)
                        : work_by_running_statistics(inputs, outputs, input.at(1), affine);
}

// --- layer_norm: input, normalized_shape, weight, bias; rms_norm: input, normalized_shape, weight ---

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
  if (!fits) return misfit("the normalized shape is empty: " + inputs[0].to_string());
  return lead;
}

// A scale or shift has the normalized shape.
std::optional<RuleFailure> check_parameter(const Facts& inputs, std::size_t place) {
  const TensorFact* parameter = place < inputs.size() ? inputs[place].tensor() : nullptr;
  const RuleResult<Dims> normalized = ints_at(inputs, 1);
  if (parameter == nullptr || !parameter->dims || !normalized) return std::nullopt;
  bool fits = parameter->dims->size() == (*normalized).size();
  for (std::size_t i = 0; fits && i < (*normalized).size(); ++i) {
    fits = same_dim((*parameter->dims)[i], (*normalized)[i]).has_value();
  }
  if (fits) return std::nullopt;
  return misfit("a parameter of another shape than the normalized " + text(*normalized) + ": " +
                inputs[place].to_string());
}

template <std::size_t parameters, bool takes_complex>
RuleResult<Facts> shape_of_layer_norm(const Facts& inputs) {
  FA_REFUSE(takes_complex ? refuse_integers(inputs, 0) : need_floating(inputs, 0));
  if (inputs[0].tensor()->dims) {
    const RuleResult<std::size_t> lead = leading_dims(inputs);
    if (!lead) return lead.failure();
  }
  for (std::size_t place = 2; place < 2 + parameters; ++place) FA_REFUSE(check_parameter(inputs, place));
  if (parameters == 2) FA_REFUSE(check_parameter_dtypes(inputs, {2, 3}));
  return same_as_first(inputs);
}

// The input's dims with those that are normalized reduced to 1.
RuleResult<Dims> dims_of_statistics(const Facts& inputs) {
  FA_RULE(Dims statistics, dims_at(inputs, 0));
  FA_RULE(const std::size_t lead, leading_dims(inputs));
  for (std::size_t dim = lead; dim < statistics.size(); ++dim) statistics[dim] = Expr(1);
  return statistics;
}

RuleResult<Facts> shape_of_native_layer_norm(const Facts& inputs) {
  FA_RULE(Facts facts, (shape_of_layer_norm<2, false>(inputs)));
  FA_RULE(const Dims statistics, dims_of_statistics(inputs));
  const std::optional<DType> dtype = statistics_dtype(inputs, {2, 3});
  facts.push_back(tensor_fact(dtype, statistics));
  facts.push_back(tensor_fact(dtype, statistics));
  return facts;
}

RuleResult<Expr> groups_of_layer_norm(const Facts& inputs) {
  FA_RULE(const std::vector<Expr> input, known_dims_at(inputs, 0));
  FA_RULE(const std::size_t lead, leading_dims(inputs));
  Expr groups = 1;
  for (std::size_t dim = 0; dim < lead; ++dim) groups *= input[dim];
  return groups;
}

RuleResult<Work> work_of_layer_norm(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const Expr groups, groups_of_layer_norm(inputs));
  return work_by_groups(inputs, outputs, groups, affine_at(inputs, 2, 3));
}

// _fused_rms_norm returns 1/rms too, in f32 at least.
RuleResult<Facts> shape_of_fused_rms_norm(const Facts& inputs) {
  FA_RULE(Facts facts, (shape_of_layer_norm<1, true>(inputs)));
  FA_RULE(const Dims statistics, dims_of_statistics(inputs));
  std::optional<DType> dtype = inputs[0].tensor()->dtype;
  if (dtype == DType::f16 || dtype == DType::bf16) dtype = DType::f32;
  facts.push_back(tensor_fact(dtype, statistics));
  return facts;
}

RuleResult<Work> work_of_rms_norm(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const Expr groups, groups_of_layer_norm(inputs));
  FA_RULE(const Expr elements, elements_at(inputs, 0));
  WorkCounter counter(inputs, outputs);
  if (elements == Expr(0)) return counter.work();
  counter.count(WorkClass::mul, elements).count(WorkClass::add, reduction_steps(elements, groups));
  counter.count(WorkClass::div, groups).count(WorkClass::add, groups).count(WorkClass::sqrt, groups);
  counter.count(WorkClass::div, groups).count(WorkClass::mul, elements);
  if (!none_at(inputs, 2)) counter.count(WorkClass::mul, elements);
  return counter.work();
}

// --- group_norm: input, num_groups, weight, bias; native: input, weight, bias, N, C, HxW, group ---

std::optional<RuleFailure> check_groups(const Facts& inputs, const Dim& channels, const Expr& groups) {
  if (always_less(groups, 1) == true) return misfit("the number of groups must be at least 1");
  if (!channels || must_be_multiple(*channels, groups)) return std::nullopt;
  return misfit(channels->to_string() + " channels do not divide into " + groups.to_string() +
                " groups: " + inputs[0].to_string());
}

RuleResult<Facts> shape_of_group_norm(const Facts& inputs) {
  FA_REFUSE(need_floating(inputs, 0));
  const TensorFact* tensor = inputs[0].tensor();
  if (tensor->dims) {
    FA_REFUSE(check_channels(inputs, *tensor->dims, {2, 3}));
    FA_REFUSE(check_vectors(inputs, {2, 3}));
    FA_REFUSE(check_parameter_dtypes(inputs, {2, 3}));
    FA_RULE(const Expr groups, int_at(inputs, 1));
    FA_REFUSE(check_groups(inputs, (*tensor->dims)[1], groups));
  }
  return same_as_first(inputs);
}

RuleResult<Work> work_of_group_norm(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const std::vector<Expr> input, known_dims_at(inputs, 0));
  FA_RULE(const Expr groups, int_at(inputs, 1));
  return work_by_groups(inputs, outputs, input.at(0) * groups, affine_at(inputs, 2, 3));
}

RuleResult<Facts> shape_of_native_group_norm(const Facts& inputs) {
  FA_REFUSE(need_floating(inputs, 0));
  FA_RULE(const Expr batch, int_at(inputs, 3));
  FA_RULE(const Expr channels, int_at(inputs, 4));
  FA_RULE(const Expr area, int_at(inputs, 5));
  FA_RULE(const Expr groups, int_at(inputs, 6));
  FA_REFUSE(check_groups(inputs, channels, groups));
  const std::optional<Expr> elements = element_count(*inputs[0].tensor());
  if (elements && always_equal(*elements, batch * channels * area) == false) {
    return misfit("N*C*HxW is " + (batch * channels * area).to_string() + " and the input " + inputs[0].to_string());
  }
  for (const std::size_t place : {1, 2}) {
    const TensorFact* parameter = inputs[place].tensor();
    if (parameter != nullptr && parameter->dims && !same_dims(*parameter->dims, {channels})) {
      return misfit("one value a channel is expected: " + shapes_text(inputs, {0, place}));
    }
  }
  FA_REFUSE(check_parameter_dtypes(inputs, {1, 2}));
  FA_RULE(Facts facts, same_as_first(inputs));
  const Fact statistics = tensor_fact(statistics_dtype(inputs, {1, 2}), {batch, groups});
  facts.push_back(statistics);
  facts.push_back(statistics);
  return facts;
}

RuleResult<Work> work_of_native_group_norm(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const Expr batch, int_at(inputs, 3));
  FA_RULE(const Expr groups, int_at(inputs, 6));
  return work_by_groups(inputs, outputs, batch * groups, affine_at(inputs, 1, 2));
}

// n elements, g groups (layer and RMS norm: rows; instance_norm: instances x channels)
constexpr char kGroups[] = FA_NORM_BY_GROUPS;
constexpr char kInstance[] = FA_NORM_BY_GROUPS "; with running statistics: " FA_NORM_BY_RUNNING_STATISTICS;
constexpr char kRms[] = "mul = 2n, add = n, div = 2g, sqrt = g; weight: mul += n";

constexpr ShapeRule kLayerNorm = shape_of_layer_norm<2, false>;
constexpr ShapeRule kRmsNorm = shape_of_layer_norm<1, true>;

// clang-format off
constexpr OpSpec kRows[] = {
    // name                     shape rule                  work rule                  formula
    {"aten::_fused_rms_norm",   shape_of_fused_rms_norm,    work_of_rms_norm,          kRms},
    {"aten::group_norm",        shape_of_group_norm,        work_of_group_norm,        kGroups},
    {"aten::instance_norm",     shape_of_instance_norm,     work_of_instance_norm,     kInstance},
    {"aten::layer_norm",        kLayerNorm,                 work_of_layer_norm,        kGroups},
    {"aten::native_group_norm", shape_of_native_group_norm, work_of_native_group_norm, kGroups},
    {"aten::native_layer_norm", shape_of_native_layer_norm, work_of_layer_norm,        kGroups},
    {"aten::rms_norm",          kRmsNorm,                   work_of_rms_norm,          kRms},
};
// clang-format on

}  // namespace

std::span<const OpSpec> normalization_ops() { return kRows; }

}  // namespace flopaudit
