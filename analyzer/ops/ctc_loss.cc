// Connectionist temporal classification: the forward recursion of Graves et al. ("Connectionist Temporal
// Classification", 2006), in logarithms. For a sample of T steps and S labels there are 2S + 1 states; from one step to
// the next each state takes the logarithm of a sum of three exponentials (2 compare, 3 add, 3 exp, 2 add, 1 log, 1 add)
// and adds its log probability (1 add); the last step's two final states make the loss (1 compare, 4 add, 2 exp, 1
// log). States with fewer than three predecessors are counted as the others. The mean divides by each target's length
// first.
#include <algorithm>

#include "analyzer/ops/all_ops.h"
#include "analyzer/ops/dtype_checks.h"
#include "analyzer/ops/work_helpers.h"

namespace flopaudit {
namespace {

// Lengths from a list, or from a small tensor whose elements are known.
RuleResult<std::vector<std::int64_t>> lengths_at(const Facts& inputs, std::size_t place) {
  const TensorFact* tensor = place < inputs.size() ? inputs[place].tensor() : nullptr;
  if (tensor == nullptr) return constants_at(inputs, place);
  if (!tensor->contents) return missing("the lengths of the sequences are unknown");
  std::vector<std::int64_t> lengths;
  for (const auto& element : *tensor->contents) {
    const auto* length = std::get_if<Expr>(&element);
    if (length == nullptr) return misfit("lengths should be integers: " + inputs[place].to_string());
    const std::optional<std::int64_t> constant = length->constant();
    if (!constant) return missing("a length is symbolic: " + length->to_string());
    lengths.push_back(*constant);
  }
  return lengths;
}

std::optional<RuleFailure> check_lengths(const Facts& inputs, std::size_t place, const Dim& batch, const Dim& most) {
  const TensorFact* tensor = inputs[place].tensor();
  if (tensor != nullptr && tensor->dtype && (!is_integral(*tensor->dtype) || *tensor->dtype == DType::boolean)) {
    return misfit("lengths should be integers: " + inputs[place].to_string());
  }
  if (tensor != nullptr && tensor->dims && !same_dim(element_count(*tensor), batch)) {
    return misfit("one length a sample is needed: " + shapes_text(inputs, {0, place}));
  }
  const RuleResult<std::vector<std::int64_t>> lengths = lengths_at(inputs, place);
  if (!lengths) {
    if (lengths.failure().kind == RuleFailure::Kind::missing) return std::nullopt;
    return lengths.failure();
  }
  const Dim count = Expr(static_cast<std::int64_t>((*lengths).size()));
  if (!same_dim(count, batch)) return misfit("one length a sample is needed: " + shapes_text(inputs, {0, place}));
  for (const std::int64_t length : *lengths) {
    if (length < 0 || (most && always_less(*most, Expr(length)) == true)) {
      return misfit("a length of " + std::to_string(length) + " beside " + inputs[0].to_string());
    }
  }
  return std::nullopt;
}

// Targets of [N, S], S at least the longest, or end to end.
std::optional<RuleFailure> check_targets(const Facts& inputs, const Dims& targets, const Dim& batch) {
  if (targets.size() != 1 && targets.size() != 2) {
    return misfit("targets should have 1 or 2 dims: " + inputs[1].to_string());
  }
  if (targets.size() == 2 && !same_dim(targets[0], batch)) {
    return misfit("a row of labels a sample is needed: " + shapes_text(inputs, {0, 1}));
  }
  const RuleResult<std::vector<std::int64_t>> lengths = lengths_at(inputs, 3);
  if (!lengths) return std::nullopt;
  std::int64_t longest = 0, all = 0;
  for (const std::int64_t length : *lengths) {
    longest = std::max(longest, length);
    all += length;
  }
  const bool fits = targets.size() == 2 ? !targets[1] || always_less(*targets[1], Expr(longest)) != true
                                        : same_dim(targets[0], Expr(all)).has_value();
  if (fits) return std::nullopt;
  return misfit("the labels are not as many as their lengths say: " + shapes_text(inputs, {1, 3}));
}

// (log_probs [T, N, C] or [T, C], targets [N, S] or [sum of lengths], input_lengths, target_lengths, ...)
template <bool inner>
RuleResult<Facts> shape_of_ctc(const Facts& inputs) {
  FA_REFUSE(need_floating(inputs, 0));
  FA_RULE(const Dims log_probs, dims_at(inputs, 0));
  FA_RULE(const Dims targets, dims_at(inputs, 1));
  if (log_probs.size() != 3 && (inner || log_probs.size() != 2)) {
    return misfit("ctc_loss expects log_probs of [T, N, C]: " + inputs[0].to_string());
  }
  if (product(log_probs) == Expr(0)) return misfit("no log_probs: " + inputs[0].to_string());
  const Dim batch = log_probs.size() == 3 ? log_probs[1] : Dim(Expr(1));
  FA_REFUSE(check_lengths(inputs, 2, batch, log_probs[0]));
  FA_REFUSE(check_lengths(inputs, 3, batch, std::nullopt));
  FA_REFUSE(check_targets(inputs, targets, batch));
  const std::optional<DType> labels = inputs[1].tensor()->dtype;
  if (inner && labels && *labels != DType::i32 && *labels != DType::i64) {
    return misfit("labels are i32 or i64: " + inputs[1].to_string());
  }
  FA_RULE(const Expr blank, int_at(inputs, 4));
  if (always_less(blank, 0) == true || (log_probs.back() && always_less(blank, *log_probs.back()) == false)) {
    return misfit("there is no class " + blank.to_string() + " for blanks: " + inputs[0].to_string());
  }
  const std::optional<DType> dtype = inputs[0].tensor()->dtype;
  const Dims losses = log_probs.size() == 3 ? Dims{batch} : Dims();
  if (!inner) {
    FA_RULE(const std::int64_t reduction, constant_at(inputs, 5));
    return one(tensor_fact(dtype, reduction == 1 || reduction == 2 ? Dims() : losses));
  }
  Dim states;  // 2 * the longest target + 1
  const RuleResult<std::vector<std::int64_t>> lengths = lengths_at(inputs, 3);
  if (lengths && !(*lengths).empty()) {
    std::int64_t longest = 0;
    for (const std::int64_t length : *lengths) longest = std::max(longest, length);
    states = Expr(2) * Expr(longest) + Expr(1);
  }
  return Facts{tensor_fact(dtype, losses), tensor_fact(dtype, {batch, log_probs[0], states})};
}

template <bool inner>
RuleResult<Work> work_of_ctc(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const std::vector<std::int64_t> steps, lengths_at(inputs, 2));
  FA_RULE(const std::vector<std::int64_t> labels, lengths_at(inputs, 3));
  WorkCounter counter(inputs, outputs);
  for (std::size_t sample = 0; sample < std::min(steps.size(), labels.size()); ++sample) {
    if (steps[sample] == 0) continue;
    const Expr states = Expr(steps[sample] - 1) * (Expr(2) * Expr(labels[sample]) + Expr(1));
    counter.count(WorkClass::compare, Expr(2) * states + Expr(1)).count(WorkClass::exp, Expr(3) * states + Expr(2));
    counter.count(WorkClass::log, states + Expr(1)).count(WorkClass::add, Expr(7) * states + Expr(4));
  }
  if (inner) return counter.work();
  FA_RULE(const std::int64_t reduction, constant_at(inputs, 5));
  const Expr batch = static_cast<std::int64_t>(steps.size());
  const bool reduced = reduction == 1 || reduction == 2;
  if (reduced && !steps.empty()) counter.count(WorkClass::add, batch - Expr(1));
  if (reduction == 1 && !steps.empty()) counter.count(WorkClass::div, batch + Expr(1));
  return counter.work();
}

// per sample, s = (T-1)*(2S+1); N samples
constexpr char kCtc[] =
    "compare = 2s + 1, exp = 3s + 2, log = s + 1, add = 7s + 4; reduced: add += N - 1, mean: div = N + 1";

// clang-format off
constexpr OpSpec kRows[] = {
    // name                   shape rule           work rule           formula
    {"aten::_ctc_loss",         shape_of_ctc<true>,  work_of_ctc<true>,  kCtc},
    {"aten::_ctc_loss.Tensor",  shape_of_ctc<true>,  work_of_ctc<true>,  kCtc},
    {"aten::ctc_loss.IntList",  shape_of_ctc<false>, work_of_ctc<false>, kCtc},
    {"aten::ctc_loss.Tensor",   shape_of_ctc<false>, work_of_ctc<false>, kCtc},
};
// clang-format on

}  // namespace

std::span<const OpSpec> ctc_loss_ops() { return kRows; }

}  // namespace flopaudit
