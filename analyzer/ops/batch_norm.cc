// Batch normalisation, in eval and with statistics of the batch, in all of LibTorch's spellings; what it costs:
// normalization_helpers.h.
#include "analyzer/ops/all_ops.h"
#include "analyzer/ops/dtype_checks.h"
#include "analyzer/ops/normalization_helpers.h"

namespace flopaudit {
namespace {

// Where a spelling takes its statistics from.
enum class Statistics {
  by_argument,  // input, weight, bias, running_mean, running_var, training
  of_batch,
  running,
  without_running,  // input, weight, bias, training
};

RuleResult<bool> uses_batch(const Facts& inputs, Statistics statistics) {
  if (statistics == Statistics::by_argument) return bool_at(inputs, 5);
  if (statistics == Statistics::without_running) return true;
  return statistics == Statistics::of_batch;
}

// Of an empty input LibTorch multiplies a copy by the first of the weights and adds the first of the biases.
RuleResult<Facts> shape_of_nothing(const Facts& inputs) {
  Fact result = inputs[0];
  TensorFact& tensor = *result.get<TensorFact>();
  for (const std::size_t place : {1, 2}) {
    if (none_at(inputs, place) || !tensor.dims) continue;
    FA_RULE(Dims parameter, dims_at(inputs, place));
    if (parameter.empty() || always_equal(parameter[0].value_or(Expr(1)), 0) == true) {
      return misfit("a weight or bias of no numbers: " + inputs[place].to_string());
    }
    parameter.erase(parameter.begin());
    const std::optional<Dims> both = broadcast(*tensor.dims, parameter);
    if (!both) return misfit("weight or bias do not fit the input: " + shapes_text(inputs, {0, place}));
    const Fact first = tensor_fact(inputs[place].tensor()->dtype, parameter);
    tensor.dtype = result_dtype({&result, &first});
    tensor.dims = both;
  }
  return one(tensor_fact(tensor.dtype, *tensor.dims));
}

std::optional<RuleFailure> check_both_statistics(const Facts& inputs) {
  if (none_at(inputs, 3) == none_at(inputs, 4)) return std::nullopt;
  return misfit("a running mean without a variance, or the reverse");
}

// LibTorch's kernel reads running statistics that are not there.
std::optional<RuleFailure> need_statistics(const Facts& inputs, Statistics statistics) {
  const bool without = statistics == Statistics::without_running;
  bool of_batch = statistics == Statistics::of_batch;
  if (without || statistics == Statistics::by_argument) {
    FA_RULE(of_batch, bool_at(inputs, without ? 3 : 5));
  }
  if (of_batch || (!without && !none_at(inputs, 3))) return std::nullopt;
  return misfit("running statistics are needed where training is false");
}

// aten::batch_norm: the parameters must fit, as in the spellings that check them; LibTorch does not look at those of an
// empty input.
RuleResult<Facts> shape_of_batch_norm(const Facts& inputs) {
  FA_RULE(const TensorFact* tensor, tensor_at(inputs, 0));
  const bool empty = element_count(*tensor) == Expr(0);
  if (!empty) FA_REFUSE(need_floating(inputs, 0));
  if (tensor->dims) FA_REFUSE(check_channels(inputs, *tensor->dims, {}));
  if (tensor->dims && !empty) {
    FA_REFUSE(check_channels(inputs, *tensor->dims, {1, 2, 3, 4}));
    FA_REFUSE(check_vectors(inputs, {3, 4}));
    FA_REFUSE(check_parameter_dtypes(inputs, {1, 2, 3, 4}));
  }
  FA_RULE(const bool of_batch, bool_at(inputs, 5));
  if (empty && tensor->dims) return shape_of_nothing(inputs);
  FA_REFUSE(check_both_statistics(inputs));
  if (!of_batch && none_at(inputs, 3)) return misfit("running statistics are needed where training is false");
  return same_as_first(inputs);
}

// What a spelling returns behind the result.
struct Extras {
  bool reserve = false;  // cuDNN's working space: empty on the CPU
  bool index = false;    // which implementation ran
  bool running = false;  // the updated running statistics
};

template <Statistics statistics, Extras extras, bool checked>
RuleResult<Facts> shape_of_native(const Facts& inputs) {
  if (checked) {
    const RuleResult<Facts> whole = shape_of_batch_norm(inputs);
    if (!whole) return whole.failure();
  }
  if (!checked) FA_REFUSE(need_floating(inputs, 0));
  FA_RULE(Facts facts, same_as_first(inputs));
  FA_RULE(const Dims input, dims_at(inputs, 0));
  FA_REFUSE(check_channels(inputs, input, {}));
  if (!checked && statistics == Statistics::without_running) {
    FA_REFUSE(check_channels(inputs, input, {1, 2}));
    FA_REFUSE(check_parameter_dtypes(inputs, {1, 2}));
  } else if (!checked) {
    FA_REFUSE(check_both_statistics(inputs));
    FA_REFUSE(check_channels(inputs, input, {1, 2, 3, 4}));
    FA_REFUSE(check_vectors(inputs, {3, 4}));
    FA_REFUSE(check_parameter_dtypes(inputs, {1, 2, 3, 4}));
  }
  FA_RULE(const bool of_batch, uses_batch(inputs, statistics));
  if (!checked && !has_no_elements(inputs[0])) FA_REFUSE(need_statistics(inputs, statistics));
  const std::optional<DType> dtype = statistics == Statistics::without_running ? statistics_dtype(inputs, {1, 2})
                                                                               : statistics_dtype(inputs, {1, 2, 3, 4});
  const bool empty = element_count(input) == Expr(0);
  if (of_batch && empty && !extras.index) return misfit("no statistics of no elements: " + inputs[0].to_string());
  const Dims saved = {of_batch ? input[1] : Dim(Expr(0))};  // in eval LibTorch returns them empty
  Fact statistic = tensor_fact(dtype, saved);
  if (extras.index && empty) statistic = tensor_fact(DType::f64, {Expr(1)});  // ones
  facts.push_back(statistic);
  facts.push_back(statistic);
  if (extras.reserve) facts.push_back(tensor_fact(DType::u8, {Dim(Expr(0))}));
  if (extras.index) facts.push_back(Fact::integer(0));
  for (const std::size_t place : {3, 4}) {
    if (!extras.running) break;
    FA_RULE(const TensorFact* running, tensor_at(inputs, place));
    TensorFact updated = *running;
    updated.contents.reset();
    updated.alias_class = 0;
    facts.push_back(updated);
  }
  return facts;
}

template <Statistics statistics>
RuleResult<Work> work_of_batch_norm(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const std::vector<Expr> input, known_dims_at(inputs, 0));
  FA_RULE(const bool of_batch, uses_batch(inputs, statistics));
  const Affine affine = affine_at(inputs, 1, 2);
  return of_batch ? work_by_groups(inputs, outputs, input.at(1), affine)
                  : work_by_running_statistics(inputs, outputs, input.at(1), affine);
}

// batch_norm_update_stats(input, running_mean, running_var, momentum), batch_norm_stats(input, eps): the statistics of
// each channel alone, with and without 1/sqrt.
template <bool updates>
RuleResult<Facts> shape_of_statistics(const Facts& inputs) {
  FA_REFUSE(need_floating(inputs, 0));
  FA_RULE(const Dims input, dims_at(inputs, 0));
  FA_REFUSE(check_channels(inputs, input, {}));
  if (updates) FA_REFUSE(check_vectors(inputs, {1, 2}));
  if (element_count(input) == Expr(0)) return misfit("no statistics of no elements: " + inputs[0].to_string());
  if (updates) FA_REFUSE(check_channels(inputs, input, {1, 2}));
  if (updates) FA_REFUSE(check_parameter_dtypes(inputs, {1, 2}));
  const Fact statistics = tensor_fact(inputs[0].tensor()->dtype, {input[1]});
  return Facts{statistics, statistics};
}

template <bool inverted>
RuleResult<Work> work_of_statistics(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const std::vector<Expr> input, known_dims_at(inputs, 0));
  FA_RULE(const Expr elements, elements_at(inputs, 0));
  const Expr& groups = input.at(1);
  WorkCounter counter(inputs, outputs);
  if (inverted) {
    count_statistics(counter, elements, groups);
    return counter.work();
  }
  const Expr steps = reduction_steps(elements, groups);
  return counter.count(WorkClass::add, Expr(2) * steps + elements)
      .count(WorkClass::mul, elements)
      .count(WorkClass::div, Expr(2) * groups)
      .work();
}

// batch_norm_elemt(input, weight, bias, mean, invstd, eps): (x - mean)*invstd*weight + bias
RuleResult<Facts> shape_of_elementwise(const Facts& inputs) {
  FA_REFUSE(need_floating(inputs, 0));
  FA_RULE(const Dims input, dims_at(inputs, 0));
  FA_REFUSE(check_channels(inputs, input, {1, 2, 3, 4}));
  return same_as_first(inputs);
}

RuleResult<Work> work_of_elementwise(const Facts& inputs, const Facts& outputs) {
  const Affine affine = affine_at(inputs, 1, 2);
  WorkCounter counter(inputs, outputs);
  counter.per_output(WorkClass::add).per_output(WorkClass::mul);
  if (affine.scale) counter.per_output(WorkClass::mul);
  if (affine.shift) counter.per_output(WorkClass::add);
  return counter.work();
}

constexpr Extras kNone = {}, kReserve = {.reserve = true}, kIndexed = {.reserve = true, .index = true};
constexpr Extras kRunning = {.running = true}, kBoth = {.reserve = true, .running = true};

constexpr char kBatchNorm[] = FA_NORM_BY_RUNNING_STATISTICS "; with input statistics: " FA_NORM_BY_GROUPS;
constexpr char kInput[] = FA_NORM_BY_GROUPS;
constexpr char kEval[] = FA_NORM_BY_RUNNING_STATISTICS;
constexpr char kElements[] = "add = n, mul = n; affine: mul += n, add += n";
constexpr char kStats[] = "add = 3n - c, mul = n, div = 3c, sqrt = c";
constexpr char kUpdateStats[] = "add = 3n - 2c, mul = n, div = 2c";

constexpr Statistics kArgument = Statistics::by_argument, kBatch = Statistics::of_batch;
constexpr Statistics kGiven = Statistics::running, kNoRunning = Statistics::without_running;

#define NORM(name, statistics, extras, checked, formula) \
  { name, shape_of_native<statistics, extras, checked>, work_of_batch_norm<statistics>, formula }

// clang-format off
constexpr OpSpec kRows[] = {
    NORM("aten::_batch_norm_impl_index",              kArgument,  kIndexed, true,  kBatchNorm),
    NORM("aten::_batch_norm_no_update",               kGiven,     kReserve, false, kEval),
    NORM("aten::_batch_norm_with_update",             kBatch,     kReserve, false, kInput),
    NORM("aten::_batch_norm_with_update_functional",  kBatch,     kBoth,    false, kInput),
    NORM("aten::_native_batch_norm_legit",            kArgument,  kNone,    false, kBatchNorm),
    NORM("aten::_native_batch_norm_legit.no_stats",   kNoRunning, kNone,    false, kInput),
    NORM("aten::_native_batch_norm_legit_functional", kArgument,  kRunning, false, kBatchNorm),
    NORM("aten::_native_batch_norm_legit_no_training", kGiven,    kNone,    false, kEval),
    {"aten::batch_norm",              shape_of_batch_norm,  work_of_batch_norm<kArgument>, kBatchNorm},
    {"aten::batch_norm_elemt",        shape_of_elementwise, work_of_elementwise,           kElements},
    {"aten::batch_norm_stats",        shape_of_statistics<false>, work_of_statistics<true>, kStats},
    {"aten::batch_norm_update_stats", shape_of_statistics<true>, work_of_statistics<false>, kUpdateStats},
    NORM("aten::miopen_batch_norm",                   kArgument,  kNone,    false, kBatchNorm),
    NORM("aten::native_batch_norm",                   kArgument,  kNone,    false, kBatchNorm),
};
// clang-format on
#undef NORM

}  // namespace

std::span<const OpSpec> batch_norm_ops() { return kRows; }

}  // namespace flopaudit
