#include "analyzer/ops/loss_helpers.h"

#include "analyzer/ops/dtype_checks.h"

namespace flopaudit {
namespace {

std::optional<RuleFailure> refuse_mean_of_integers(const Fact& whole, Reduction reduction) {
  const std::optional<DType> dtype = whole.tensor()->dtype;
  if (reduction != Reduction::mean || !dtype || !is_integral(*dtype)) return std::nullopt;
  return misfit("the mean is of floating dtypes: " + whole.to_string());
}

}  // namespace

RuleResult<Reduction> reduction_at(const Facts& inputs, std::size_t place) {
  FA_RULE(const std::int64_t number, constant_at(inputs, place));
  if (number == 1) return Reduction::mean;
  return number == 2 ? Reduction::sum : Reduction::none;
}

RuleResult<Fact> loss_of_elements(const Facts& inputs, const LossForm& form) {
  std::vector<std::size_t> places;
  for (std::size_t place = 0; place < form.operands; ++place) places.push_back(place);
  FA_RULE(Fact whole, broadcast_operands(inputs, places));
  TensorFact& result = *whole.get<TensorFact>();
  if (!form.promotes) result.dtype = inputs[0].tensor()->dtype;
  if (!form.any_numbers) FA_REFUSE(need_floating({whole}, 0));
  return whole;
}

RuleResult<Facts> reduced_loss(const Facts& inputs, const LossForm& form) {
  FA_RULE(Fact whole, loss_of_elements(inputs, form));
  FA_RULE(const Reduction reduction, reduction_at(inputs, form.reduction));
  FA_REFUSE(refuse_mean_of_integers(whole, reduction));
  if (reduction != Reduction::none) whole.get<TensorFact>()->dims = Dims();
  return one(whole);
}

RuleResult<LossCounter> loss_counter(const Facts& inputs, const Facts& outputs, const LossForm& form) {
  FA_RULE(const Fact whole, loss_of_elements(inputs, form));
  const std::optional<Expr> elements = element_count(*whole.tensor());
  if (!elements) return missing("the shape of the loss is unknown: " + whole.to_string());
  FA_RULE(const Reduction reduction, reduction_at(inputs, form.reduction));
  return LossCounter(inputs, outputs, *elements, reduction);
}

}  // namespace flopaudit
