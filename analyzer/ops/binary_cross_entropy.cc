// Binary cross entropy, of probabilities and of their logits, as losses.cc writes it down.
#include "analyzer/ops/dtype_checks.h"
#include "analyzer/ops/loss_helpers.h"

namespace flopaudit {
namespace {

constexpr LossForm kLogits = {2, 4, true, true}, kEntropy = {2, 3, false};

// Weights are multiplied into the target's product in place, those of positives into the logarithms of the input.
std::optional<RuleFailure> check_weights_cast(const Facts& inputs) {
  const std::optional<DType> self = inputs[0].tensor()->dtype, target = inputs[1].tensor()->dtype;
  const std::optional<DType> weight = none_at(inputs, 2) ? std::nullopt : operand_dtype(inputs, {2});
  const std::optional<DType> positive = none_at(inputs, 3) ? std::nullopt : operand_dtype(inputs, {1, 3});
  const bool casts =
      !(weight && target && !can_cast(*weight, *target)) && !(positive && self && !can_cast(*positive, *self));
  return casts ? std::nullopt
               : std::optional(
                     misfit("complex weights are not multiplied into real losses: " + shapes_text(inputs, {0, 1})));
}

}  // namespace

// binary_cross_entropy(self, target, weight, reduction), with_logits(self, target, weight, pos_weight, reduction)
RuleResult<Facts> shape_of_binary_cross_entropy(const Facts& inputs) {
  const RuleResult<std::optional<DType>> dtype = same_dtype(inputs, 0, 1);
  if (!dtype) return dtype.failure();
  if (!none_at(inputs, 2)) {
    const RuleResult<Fact> weighted = broadcast_operands(inputs, {0, 1, 2});
    if (!weighted) return weighted.failure();
  }
  return reduced_loss(inputs, kEntropy);
}

RuleResult<Work> work_of_binary_cross_entropy(const Facts& inputs, const Facts& outputs) {
  FA_RULE(LossCounter counter, loss_counter(inputs, outputs, kEntropy));
  counter.each(WorkClass::log, 2).each(WorkClass::compare, 2).each(WorkClass::mul, 2).each(WorkClass::add, 3);
  if (!none_at(inputs, 2)) counter.each(WorkClass::mul);
  return counter.work();
}

// The target's shape must hold the result, which is written into a product with it.
RuleResult<Facts> shape_of_cross_entropy_with_logits(const Facts& inputs) {
  FA_REFUSE(need_floating(inputs, 0));
  FA_REFUSE(refuse_integers(inputs, 1));
  FA_RULE(const Dims self, dims_at(inputs, 0));
  FA_RULE(const Dims target, dims_at(inputs, 1));
  std::vector<std::size_t> places = {0, 1};
  for (const std::size_t place : {2, 3}) {
    if (!none_at(inputs, place)) places.push_back(place);
  }
  const RuleResult<Fact> whole = broadcast_operands(inputs, places);
  if (!whole) return whole.failure();
  FA_REFUSE(check_weights_cast(inputs));
  if (cannot_expand(self, target)) {
    return misfit("the input does not fit the target's shape: " + shapes_text(inputs, {0, 1}));
  }
  if (!none_at(inputs, 3)) {  // the input's logarithms are multiplied in place
    FA_RULE(const Fact weights, broadcast_operands(inputs, {1, 3}));
    if (weights.tensor()->dims && cannot_expand(*weights.tensor()->dims, self)) {
      return misfit("the weights do not fit the input's shape: " + shapes_text(inputs, {0, 1, 3}));
    }
  }
  FA_RULE(Facts loss, reduced_loss(inputs, kLogits));
  loss[0].get<TensorFact>()->dtype = inputs[1].tensor()->dtype;
  return loss;
}

RuleResult<Work> work_of_cross_entropy_with_logits(const Facts& inputs, const Facts& outputs) {
  const std::optional<DType> target = inputs[1].tensor()->dtype;
  if (target && is_complex(*target)) return missing("complex targets of real logits");  // the exponentials are real
  FA_RULE(LossCounter counter, loss_counter(inputs, outputs, kLogits));
  counter.each(WorkClass::compare)
      .each(WorkClass::exp)
      .each(WorkClass::log)
      .each(WorkClass::mul)
      .each(WorkClass::add, 4);
  if (!none_at(inputs, 2)) counter.each(WorkClass::mul);
  if (!none_at(inputs, 3)) {
    FA_RULE(const Expr weights, elements_at(inputs, 3));
    counter.each(WorkClass::mul, 2).each(WorkClass::add).count(WorkClass::add, weights);
  }
  return counter.work();
}

}  // namespace flopaudit
