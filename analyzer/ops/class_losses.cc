// Losses over classes and rows, as the formulas of their torch.nn pages, R rows or samples of C classes.
//
//   nll: the sample's own entry, negated; a weight multiplies it, and the mean divides by the sum of the weights
//   cross_entropy: log_softmax over the classes, then nll; label smoothing adds the mean over the classes (C-1 add, 1
//   mul)
//     and mixes both (1 mul, 1 add). With class probabilities as target: sum of y*log p over the classes, y smoothed by
//     1 mul and 1 add each
//   multi_margin: sum over the other classes of max(0, margin - x[y] + x[i])^p, divided by C
//   cosine_embedding: 1 - cos or max(0, cos - margin), cos = x.y / sqrt((x.x + eps)*(y.y + eps))
//   triplet_margin: max(0, |a-p+eps| - |a-n+eps| + margin), swap: with min(|a-n+eps|, |p-n+eps|)
// Samples that ignore_index leaves out are counted. multilabel_margin costs as many steps as the target has labels,
// which only a target of known elements tells. ctc: ctc_loss.cc.
#include <algorithm>
#include <cmath>
#include <set>

#include "analyzer/ops/all_ops.h"
#include "analyzer/ops/default_dtype.h"
#include "analyzer/ops/dtype_checks.h"
#include "analyzer/ops/elementwise_helpers.h"
#include "analyzer/ops/promotion.h"
#include "analyzer/ops/work_helpers.h"

namespace flopaudit {
namespace {

constexpr std::int64_t kNone = 0, kMean = 1, kSum = 2;

// Samples of C classes: [C] or [N, C, ...]; the losses of the samples, before their reduction, are [] or [N, ...].
struct Samples {
  Dims dims;
  Dim classes;
  bool probabilities = false;
};

// `most`: dims that the spelling takes; `least`: at least so many.
RuleResult<Samples> read_samples(const Facts& inputs, std::size_t least, std::size_t most) {
  FA_REFUSE(need_floating(inputs, 0));
  FA_RULE(const Dims input, dims_at(inputs, 0));
  if (input.size() < least || input.size() > most) {
    return misfit("the loss takes no input of " + std::to_string(input.size()) + " dims: " + inputs[0].to_string());
  }
  const std::size_t at = input.size() == 1 ? 0 : 1;
  Samples samples;
  samples.classes = input[at];
  samples.dims = input;
  samples.dims.erase(samples.dims.begin() + static_cast<std::ptrdiff_t>(at));
  return samples;
}

std::optional<RuleFailure> check_target(const Facts& inputs, const Samples& samples) {
  const RuleResult<Dims> target = dims_at(inputs, 1);
  if (!target) return target.failure();
  const bool single = samples.dims.empty() && (*target).size() == 1 && same_dim((*target)[0], Expr(1));
  bool fits = (*target).size() == samples.dims.size();
  for (std::size_t i = 0; fits && i < samples.dims.size(); ++i) fits = !!same_dim((*target)[i], samples.dims[i]);
  if (!fits && !single) return misfit("input and target do not fit: " + shapes_text(inputs, {0, 1}));
  const std::optional<DType> dtype = inputs[1].tensor()->dtype;
  const bool bytes = samples.dims.size() < 2;  // images take i64 alone
  if (dtype && *dtype != DType::i64 && !(bytes && *dtype == DType::u8)) {
    return misfit("a target of classes should be i64" + std::string(bytes ? " or u8: " : ": ") + inputs[1].to_string());
  }
  return std::nullopt;
}

std::optional<RuleFailure> check_weight(const Facts& inputs, const Samples& samples, std::size_t place) {
  const RuleResult<const TensorFact*> weight = optional_tensor_at(inputs, place);
  if (!weight) return weight.failure();
  if (*weight == nullptr || !(*weight)->dims) return std::nullopt;
  if (!samples.probabilities) {  // which promote, as products do
    const RuleResult<std::optional<DType>> dtype = same_dtype(inputs, 0, place);
    if (!dtype) return dtype.failure();
  }
  const bool vector = (*weight)->dims->size() == 1 || samples.dims.size() > 1;  // with images its elements are counted
  const std::optional<Expr> values = element_count(**weight);
  if (vector && same_dim(values, samples.classes)) return std::nullopt;
  return misfit("the weight should have one value a class: " + shapes_text(inputs, {0, place}));
}

// The losses of the samples, or one number.
RuleResult<Fact> reduced(const Facts& inputs, Dims samples, std::size_t place) {
  FA_RULE(const std::int64_t reduction, constant_at(inputs, place));
  return tensor_fact(inputs[0].tensor()->dtype, reduction == kNone ? std::move(samples) : Dims());
}

RuleResult<Expr> rows_of(const Samples& samples) {
  if (std::optional<Expr> rows = product(samples.dims)) return *rows;
  return missing("the number of samples is unknown");
}

void count_reduction(WorkCounter& counter, const Expr& losses, std::int64_t reduction) {
  if (reduction == kNone || losses == Expr(0)) return;
  counter.count(WorkClass::add, losses - Expr(1));
  if (reduction == kMean) counter.count(WorkClass::div, 1);
}

// The sample's own entry, weighted, and their reduction.
void count_nll(WorkCounter& counter, const Expr& rows, bool weighted, std::int64_t reduction) {
  if (weighted) counter.count(WorkClass::mul, rows);
  count_reduction(counter, rows, reduction);
  if (weighted && reduction == kMean && !(rows == Expr(0))) counter.count(WorkClass::add, rows - Expr(1));
}

// --- nll_loss(self, target, weight, reduction, ignore_index) ---

template <std::size_t least, std::size_t most, bool forward>
RuleResult<Facts> shape_of_nll(const Facts& inputs) {
  FA_RULE(const Samples samples, read_samples(inputs, least, most));
  FA_REFUSE(check_target(inputs, samples));
  FA_REFUSE(check_weight(inputs, samples, 2));
  FA_RULE(const Fact loss, reduced(inputs, samples.dims, 3));
  Facts facts = one(loss);
  if (forward) facts.push_back(tensor_fact(loss.tensor()->dtype, Dims()));  // the sum of the weights
  return facts;
}

RuleResult<Work> work_of_nll(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const Samples samples, read_samples(inputs, 1, 64));
  FA_RULE(const Expr rows, rows_of(samples));
  FA_RULE(const std::int64_t reduction, constant_at(inputs, 3));
  WorkCounter counter(inputs, outputs);
  count_nll(counter, rows, !none_at(inputs, 2), reduction);
  return counter.work();
}

// --- cross_entropy_loss(self, target, weight, reduction, ignore_index, label_smoothing) ---

RuleResult<Samples> read_cross_entropy(const Facts& inputs) {
  FA_RULE(Samples samples, read_samples(inputs, 1, 64));
  FA_RULE(const Dims target, dims_at(inputs, 1));
  const Dims& input = *inputs[0].tensor()->dims;
  bool same = target.size() == input.size();
  for (std::size_t i = 0; same && i < input.size(); ++i) same = !!same_dim(target[i], input[i]);
  const std::optional<DType> dtype = inputs[1].tensor()->dtype;
  samples.probabilities = same && !(dtype && is_integral(*dtype));
  const std::optional<std::int64_t> ignored = constant_of(inputs[4]);
  if (samples.probabilities) FA_REFUSE(need_floating(inputs, 1));
  if (samples.probabilities && ignored && *ignored >= 0) {
    return misfit("there is no class to ignore among probabilities: " + inputs[4].to_string());
  }
  if (!samples.probabilities) FA_REFUSE(check_target(inputs, samples));
  FA_REFUSE(check_weight(inputs, samples, 2));
  return samples;
}

// Of logarithms, probabilities and weights.
std::optional<DType> dtype_of_products(const Facts& inputs) {
  return none_at(inputs, 2) ? operand_dtype(inputs, {0, 1}) : operand_dtype(inputs, {0, 1, 2});
}

RuleResult<Facts> shape_of_cross_entropy(const Facts& inputs) {
  FA_RULE(const Samples samples, read_cross_entropy(inputs));
  FA_RULE(const std::int64_t reduction, constant_at(inputs, 3));
  const double smoothing = number_of(inputs.at(5)).value_or(0);
  if (smoothing > 1) return misfit("a label is smoothed by 1 at most: " + inputs[5].to_string());
  const bool smooths = smoothing > 0;
  if ((smooths || samples.probabilities) && (reduction < 0 || reduction > 2)) {  // others are sums where neither is
    return misfit("no such reduction: " + std::to_string(reduction));
  }
  FA_RULE(Fact loss, reduced(inputs, samples.dims, 3));
  if (samples.probabilities) loss.get<TensorFact>()->dtype = dtype_of_products(inputs);
  return one(loss);
}

RuleResult<Work> work_of_cross_entropy(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const Samples samples, read_cross_entropy(inputs));
  FA_RULE(const Expr rows, rows_of(samples));
  FA_RULE(const Expr elements, elements_at(inputs, 0));
  FA_RULE(const std::int64_t reduction, constant_at(inputs, 3));
  FA_RULE(const double smoothing, number_at(inputs, 5));
  const bool weighted = !none_at(inputs, 2);
  const Expr steps = reduction_steps(elements, rows);
  WorkCounter counter(inputs, outputs);
  counter.count(WorkClass::compare, steps).count(WorkClass::exp, elements);  // log_softmax
  counter.count(WorkClass::add, Expr(2) * elements + steps).count(WorkClass::log, rows);
  if (samples.probabilities) {
    if (smoothing > 0) counter.count(WorkClass::mul, elements).count(WorkClass::add, elements);
    counter.count(WorkClass::mul, weighted ? Expr(2) * elements : elements).count(WorkClass::add, steps);
    count_reduction(counter, rows, reduction);
    return counter.work();
  }
  if (smoothing > 0) {
    counter.count(WorkClass::add, steps + rows).count(WorkClass::mul, Expr(2) * rows);
    if (weighted) counter.count(WorkClass::mul, elements);
  }
  count_nll(counter, rows, weighted, reduction);
  return counter.work();
}

// --- multi_margin_loss(self, target, p, margin, weight, reduction) ---

RuleResult<Facts> shape_of_multi_margin(const Facts& inputs) {
  FA_RULE(const Samples samples, read_samples(inputs, 1, 2));
  FA_REFUSE(check_target(inputs, samples));
  FA_REFUSE(check_weight(inputs, samples, 4));
  FA_RULE(const double power, number_at(inputs, 2));
  if (std::trunc(power) != 1 && std::trunc(power) != 2)
    return misfit("multi_margin_loss takes p = 1 and p = 2: " + inputs[2].to_string());
  FA_RULE(const Dims target, dims_at(inputs, 1));
  FA_RULE(const Fact loss, reduced(inputs, target, 5));
  return one(loss);
}

RuleResult<Work> work_of_multi_margin(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const Samples samples, read_samples(inputs, 1, 2));
  FA_RULE(const Expr rows, rows_of(samples));
  FA_RULE(const Expr elements, elements_at(inputs, 0));
  FA_RULE(const double power, number_at(inputs, 2));
  FA_RULE(const std::int64_t reduction, constant_at(inputs, 5));
  const Expr others = reduction_steps(elements, rows);  // C - 1 a sample
  WorkCounter counter(inputs, outputs);
  counter.count(WorkClass::add, Expr(2) * others).count(WorkClass::compare, others);
  if (power == 2) counter.count(WorkClass::mul, others);
  if (!none_at(inputs, 4)) counter.count(WorkClass::mul, others);
  counter.count(WorkClass::add, reduction_steps(others, rows)).count(WorkClass::div, rows);
  count_reduction(counter, rows, reduction);
  return counter.work();
}

// --- multilabel_margin_loss(self, target, reduction): the target lists labels up to the first -1 ---

template <bool forward>
RuleResult<Facts> shape_of_multilabel_margin(const Facts& inputs) {
  FA_RULE(const Dims input, dims_at(inputs, 0));
  const Fact row = tensor_fact(inputs[0].tensor()->dtype, input.empty() ? Dims{Dim(Expr(1))} : input);
  FA_RULE(const Samples samples, read_samples({row}, 1, 2));
  FA_RULE(const Dims target, dims_at(inputs, 1));
  bool fits = target.size() == input.size();
  for (std::size_t i = 0; fits && i < input.size(); ++i) fits = !!same_dim(target[i], input[i]);
  if (input.size() < 2 && target.size() < 2) fits = !!same_dim(product(target), product(input));  // a number is a row
  if (!fits) return misfit("input and target have different shapes: " + shapes_text(inputs, {0, 1}));
  if (inputs[1].tensor()->dtype && *inputs[1].tensor()->dtype != DType::i64) {
    return misfit("a target of labels should be i64: " + inputs[1].to_string());
  }
  FA_RULE(const Fact loss, reduced(inputs, samples.dims, 2));
  Facts facts = one(loss);
  if (forward) facts.push_back(tensor_fact(loss.tensor()->dtype, target));
  return facts;
}

// How often a label of a row meets a class that none of its labels is.
std::int64_t pairs_of_row(const std::vector<std::int64_t>& row) {
  const auto end = std::find(row.begin(), row.end(), -1);
  const std::set<std::int64_t> named(row.begin(), end);
  return (end - row.begin()) * static_cast<std::int64_t>(row.size() - named.size());
}

RuleResult<Work> work_of_multilabel_margin(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const Dims input, dims_at(inputs, 0));
  FA_RULE(const std::int64_t reduction, constant_at(inputs, 2));
  const std::optional<Elements>& contents = inputs[1].tensor()->contents;
  const Dim last = input.empty() ? Dim(Expr(1)) : input.back();
  const std::optional<std::int64_t> classes = last ? last->constant() : std::nullopt;
  if (!contents || !classes) return missing("the work depends on the number of labels in the target");
  std::vector<std::int64_t> row;
  std::int64_t rows = 0, pairs = 0, filled = 0;
  for (const Element& element : *contents) {
    const auto* label = std::get_if<Expr>(&element);
    if (label == nullptr || !label->constant()) return missing("a label is unknown");
    row.push_back(*label->constant());
    if (static_cast<std::int64_t>(row.size()) < *classes) continue;
    const std::int64_t more = pairs_of_row(row);
    pairs += more;
    filled += more > 0 ? 1 : 0;
    ++rows;
    row.clear();
  }
  WorkCounter counter(inputs, outputs);
  counter.count(WorkClass::add, 3 * pairs - filled).count(WorkClass::compare, pairs).count(WorkClass::div, rows);
  count_reduction(counter, rows, reduction);
  return counter.work();
}

// --- cosine_embedding_loss(input1, input2, target, margin, reduction) ---

// Here, other than among the losses of classes, numbers of no reduction are none.
bool reduces(std::int64_t reduction) { return reduction == kMean || reduction == kSum; }

// Its epsilon is a float: integers give the default dtype.
RuleResult<Fact> floating_operands(const Facts& inputs, const std::vector<std::size_t>& places) {
  FA_RULE(Fact whole, broadcast_operands(inputs, places));
  std::optional<DType>& dtype = whole.get<TensorFact>()->dtype;
  if (dtype && is_integral(*dtype)) dtype = default_dtype();
  return whole;
}

RuleResult<Facts> shape_of_cosine_embedding(const Facts& inputs) {
  FA_REFUSE(refuse_complex(inputs));
  FA_RULE(Fact whole, floating_operands(inputs, {0, 1}));
  TensorFact& result = *whole.get<TensorFact>();
  // The squares of an input meet the epsilon by themselves: integers beside halves give the default dtype too.
  for (const std::size_t place : {0, 1}) {
    const TensorFact* input = inputs[place].tensor();
    const bool integers = input != nullptr && input->dtype && is_integral(*input->dtype);
    if (integers && result.dtype) result.dtype = promote_types(*result.dtype, default_dtype());
  }
  FA_RULE(const Dims target, dims_at(inputs, 2));
  FA_RULE(const std::int64_t reduction, constant_at(inputs, 4));
  if (target.size() > 1) return misfit("a target of more than one dim: " + inputs[2].to_string());
  if (result.dims) {
    FA_RULE(const Dims first, dims_at(inputs, 0));
    FA_RULE(const Dims second, dims_at(inputs, 1));
    if (first.size() != target.size() + 1 || second.size() != target.size() + 1) {
      return misfit("a target of " + std::to_string(target.size()) +
                    " dims needs inputs of one more: " + shapes_text(inputs, {0, 1, 2}));
    }
    result.dims->pop_back();
    if (target.size() == 1) {
      const std::optional<Dims> losses = broadcast(*result.dims, target);
      if (!losses) return misfit("the target does not fit the inputs: " + shapes_text(inputs, {0, 1, 2}));
      result.dims = losses;
    } else {
      result.dims = Dims();
    }
  }
  if (reduces(reduction)) result.dims = Dims();
  return one(whole);
}

RuleResult<Work> work_of_cosine_embedding(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const Fact whole, broadcast_operands(inputs, {0, 1}));
  FA_RULE(const std::vector<Expr> dims, known_dims_at({whole}, 0));
  FA_RULE(const std::int64_t reduction, constant_at(inputs, 4));
  const auto [rows, elements] = rows_along(dims, dims.empty() ? 0 : dims.size() - 1);
  const Expr steps = reduction_steps(elements, rows);
  WorkCounter counter(inputs, outputs);
  counter.count(WorkClass::mul, Expr(3) * elements).count(WorkClass::add, Expr(3) * steps);
  counter.count(WorkClass::add, Expr(2) * rows).count(WorkClass::mul, rows).count(WorkClass::sqrt, rows);
  counter.count(WorkClass::div, rows);
  counter.count(WorkClass::add, Expr(2) * rows).count(WorkClass::compare, Expr(2) * rows);  // both signs, and which
  if (reduces(reduction)) count_reduction(counter, rows, reduction);
  return counter.work();
}

// --- triplet_margin_loss(anchor, positive, negative, margin, p, eps, swap, reduction) ---

RuleResult<Fact> triplet_operands(const Facts& inputs) {
  FA_RULE(Fact whole, floating_operands(inputs, {0, 1, 2}));
  const TensorFact& anchor = *inputs[0].tensor();
  for (const std::size_t place : {1, 2}) {
    const TensorFact* other = inputs[place].tensor();
    if (anchor.dims && other && other->dims && other->dims->size() != anchor.dims->size()) {
      return misfit("the three have different numbers of dims: " + shapes_text(inputs, {0, 1, 2}));
    }
  }
  return whole;
}

RuleResult<Facts> shape_of_triplet_margin(const Facts& inputs) {
  for (const std::size_t place : {0, 1, 2}) {
    const TensorFact* tensor = inputs[place].tensor();
    if (tensor != nullptr && tensor->dtype == DType::boolean) {
      return misfit("a distance of bools: " + inputs[place].to_string());
    }
  }
  FA_RULE(Fact whole, triplet_operands(inputs));
  FA_RULE(const std::int64_t reduction, constant_at(inputs, 7));
  TensorFact& result = *whole.get<TensorFact>();
  if (result.dtype) result.dtype = real_dtype(*result.dtype);
  if (result.dims && !result.dims->empty()) result.dims->pop_back();
  if (reduces(reduction)) result.dims = Dims();
  return one(whole);
}

RuleResult<Work> work_of_triplet_margin(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const Fact whole, triplet_operands(inputs));
  FA_RULE(const std::vector<Expr> dims, known_dims_at({whole}, 0));
  FA_RULE(const double power, number_at(inputs, 4));
  FA_RULE(const bool swap, bool_at(inputs, 6));
  FA_RULE(const std::int64_t reduction, constant_at(inputs, 7));
  const auto [rows, elements] = rows_along(dims, dims.empty() ? 0 : dims.size() - 1);
  const Expr distances = swap ? 3 : 2;
  WorkCounter counter(inputs, outputs);
  const std::optional<DType> dtype = whole.tensor()->dtype;
  counter.in_dtype(dtype).count(WorkClass::add, distances * Expr(2) * elements).in_dtype(outputs[0].tensor()->dtype);
  counter.count(WorkClass::add, distances * reduction_steps(elements, rows));
  if (dtype && is_complex(*dtype)) {  // magnitudes: a*a + b*b and, but for their squares, its root
    counter.count(WorkClass::mul, distances * elements * Expr(power == 2 ? 1 : 2));
    counter.count(WorkClass::add, distances * elements);
    if (power != 2) counter.count(WorkClass::sqrt, distances * elements);
  }
  if (power == 2) {
    counter.count(WorkClass::mul, distances * elements).count(WorkClass::sqrt, distances * rows);
  } else if (power != 1) {
    counter.count(WorkClass::pow, distances * (elements + rows));
  }
  counter.count(WorkClass::add, Expr(2) * rows).count(WorkClass::compare, swap ? Expr(2) * rows : rows);
  if (reduces(reduction)) count_reduction(counter, rows, reduction);
  return counter.work();
}

// R samples of C classes, n = R*C
constexpr char kNll[] = "weight: mul = R; reduced: add = R - 1, mean: div = 1, weight: add += R - 1";
constexpr char kCross[] =
    "compare = n - R, exp = n, add = 3n - R, log = R, then as nll; smoothing: add += n, mul += 2R; probabilities: mul "
    "+= n, "
    "add += n - R";
constexpr char kMultiMargin[] =
    "add = 3(n - R) - R, compare = n - R, div = R; p 2: mul += n - R; weight: mul += n - R; reduced: add += R - 1, "
    "mean: "
    "div += 1";
constexpr char kMultilabel[] =
    "P pairs of a label and a class that is none, in F rows: add = 3P - F, compare = P, div = R; reduced: add += R - "
    "1, "
    "mean: div += 1";
constexpr char kCosine[] =
    "mul = 3n + R, add = 3n + R, sqrt = R, div = R, compare = 2R; reduced: add += R - 1, mean: div += 1";
constexpr char kTriplet[] =
    "2 distances, swap 3: each add = 3n - R, mul = n, sqrt = R; add += 2R, compare = R; reduced: add += R - 1, mean: "
    "div "
    "= 1";

#define NLL(name, least, most, forward) \
  { name, shape_of_nll<least, most, forward>, work_of_nll, kNll }

// clang-format off
constexpr OpSpec kRows[] = {
    {"aten::cosine_embedding_loss", shape_of_cosine_embedding, work_of_cosine_embedding, kCosine},
    {"aten::cross_entropy_loss", shape_of_cross_entropy, work_of_cross_entropy, kCross},
    {"aten::multi_margin_loss", shape_of_multi_margin, work_of_multi_margin, kMultiMargin},
    {"aten::multilabel_margin_loss", shape_of_multilabel_margin<false>, work_of_multilabel_margin, kMultilabel},
    {"aten::multilabel_margin_loss_forward", shape_of_multilabel_margin<true>, work_of_multilabel_margin, kMultilabel},
    NLL("aten::nll_loss",           1, 2,  false),
    NLL("aten::nll_loss2d",         4, 4,  false),
    NLL("aten::nll_loss2d_forward", 4, 4,  true),
    NLL("aten::nll_loss_forward",   1, 2,  true),
    NLL("aten::nll_loss_nd",        1, 64, false),
    {"aten::triplet_margin_loss", shape_of_triplet_margin, work_of_triplet_margin, kTriplet},
};
// clang-format on
#undef NLL

}  // namespace

std::span<const OpSpec> class_loss_ops() { return kRows; }

}  // namespace flopaudit
