// Losses that compare element by element, as the formulas of their torch.nn pages; where a formula has two branches
// both are counted, as are the comparisons that choose. A reduction adds n-1 of n losses, the mean divides once more.
// abs and negation are free. Losses over classes and rows: class_losses.cc; the rules of binary cross entropy:
// binary_cross_entropy.cc.
//
//   l1 |x-y|    mse (x-y)^2    smooth_l1, d = |x-y|: d < beta ? d*d*0.5/beta : d - 0.5*beta
//   huber: d <= delta ? 0.5*d*d : delta*(d - 0.5*delta)      soft_margin log(1 + exp(-y*x))
//   kl_div y*(log y - x), with log_target exp(y)*(y - x)     hinge_embedding y = 1: x, y = -1: max(0, margin - x)
//   margin_ranking max(0, -y*(a-b) + margin)                 poisson_nll exp(x) - y*x, else x - y*log(x + eps);
//     full adds y*log y - y + 0.5*log(2*pi*y) where y > 1
//   binary_cross_entropy y*log x + (1-y)*log(1-x), the logarithms not below -100
//     with logits (1-y)*x - w*logsigmoid(x), w = 1 + (pos_weight - 1)*y; weight multiplies
#include "analyzer/ops/all_ops.h"
#include "analyzer/ops/default_dtype.h"
#include "analyzer/ops/dtype_checks.h"
#include "analyzer/ops/loss_helpers.h"

namespace flopaudit {
namespace {

std::optional<RuleFailure> need_numbers(const Facts& inputs, const std::vector<std::size_t>& places, bool complex) {
  for (const std::size_t place : places) {
    const TensorFact* tensor = inputs[place].tensor();
    if (tensor == nullptr || !tensor->dtype) continue;
    if (*tensor->dtype == DType::boolean || (!complex && is_complex(*tensor->dtype))) {
      return misfit(std::string("the loss takes no bools") + (complex ? ": " : " or complex numbers: ") +
                    inputs[place].to_string());
    }
  }
  return std::nullopt;
}

template <const LossForm& form>
RuleResult<Facts> shape_of(const Facts& inputs) {
  return reduced_loss(inputs, form);
}

template <const LossForm& form, WorkClass... classes>
RuleResult<Work> work_of(const Facts& inputs, const Facts& outputs) {
  FA_RULE(LossCounter counter, loss_counter(inputs, outputs, form));
  (counter.each(classes), ...);
  return counter.work();
}

constexpr auto kAdd = WorkClass::add, kMul = WorkClass::mul, kDiv = WorkClass::div, kCompare = WorkClass::compare;
constexpr auto kExp = WorkClass::exp, kLog = WorkClass::log;

constexpr LossForm kPair = {2, 2, true}, kPairOwn = {2, 2, false}, kTriple = {3, 4, true, true};
constexpr LossForm kNumbers = {2, 2, true, true}, kSoftForm = {2, 2, false, true};
constexpr LossForm kHinge = {2, 3, false, true}, kPoisson = {2, 5, true, true};

// l1_loss(self, target, reduction): |x - y| of complex numbers is real.
RuleResult<Facts> shape_of_l1(const Facts& inputs) {
  FA_RULE(Facts facts, shape_of<kNumbers>(inputs));
  FA_REFUSE(need_numbers(inputs, {0, 1}, true));
  std::optional<DType>& dtype = facts[0].get<TensorFact>()->dtype;
  if (dtype) dtype = real_dtype(*dtype);
  return facts;
}

RuleResult<Work> work_of_l1(const Facts& inputs, const Facts& outputs) {
  FA_RULE(LossCounter counter, loss_counter(inputs, outputs, kNumbers));
  FA_RULE(const Fact whole, loss_of_elements(inputs, kNumbers));
  const bool complex = whole.tensor()->dtype && is_complex(*whole.tensor()->dtype);
  if (complex) return counter.each(kAdd, 3).each(kMul, 2).each(WorkClass::sqrt).work();
  return counter.each(kAdd).work();
}

// mse and smooth_l1 know no other number of a reduction.
std::optional<RuleFailure> check_reduction(const Facts& inputs, std::size_t place) {
  FA_RULE(const std::int64_t number, constant_at(inputs, place));
  if (number >= 0 && number <= 2) return std::nullopt;
  return misfit("no such reduction: " + std::to_string(number));
}

RuleResult<Facts> shape_of_mse(const Facts& inputs) {
  FA_REFUSE(check_reduction(inputs, 2));
  return shape_of<kPair>(inputs);
}

// A number that must be positive, or with `zero` not negative: huber's delta and smooth_l1's beta.
template <bool zero>
RuleResult<Facts> shape_of_bounded(const Facts& inputs) {
  FA_RULE(const double bound, number_at(inputs, 3));
  if (zero ? bound < 0 : bound <= 0) return misfit("the bound between both branches is " + inputs[3].to_string());
  return zero ? shape_of_mse(inputs) : shape_of<kPairOwn>(inputs);
}

// soft_margin_loss(self, target, reduction): computed in the input's own shape; any number but 0 reduces.
RuleResult<Facts> shape_of_soft_margin(const Facts& inputs) {
  FA_RULE(const Dims self, dims_at(inputs, 0));
  FA_RULE(const Dims target, dims_at(inputs, 1));
  FA_RULE(Facts facts, shape_of<kSoftForm>(inputs));
  const auto dtype = result_dtype({&inputs[0], &inputs[1]});
  const std::optional<DType> own = facts[0].tensor()->dtype;
  if (dtype && own && (is_integral(*own) || !can_cast(*dtype, *own))) {
    return misfit("the loss has the input's dtype, which does not hold it: " + shapes_text(inputs, {0, 1}));
  }
  if (cannot_expand(target, self)) {
    return misfit("the target does not fit the input's shape: " + shapes_text(inputs, {0, 1}));
  }
  FA_RULE(const std::int64_t reduction, constant_at(inputs, 2));
  if (reduction != 0) facts[0].get<TensorFact>()->dims = Dims();
  return facts;
}

// hinge_embedding_loss(self, target, margin, reduction)
RuleResult<Facts> shape_of_hinge(const Facts& inputs) {
  FA_REFUSE(need_numbers(inputs, {0}, false));
  return shape_of<kHinge>(inputs);
}

// margin_ranking_loss(input1, input2, target, margin, reduction): the margin is a float.
RuleResult<Facts> shape_of_ranking(const Facts& inputs) {
  FA_REFUSE(need_numbers(inputs, {0, 1, 2}, false));
  Facts operands = {inputs[0], inputs[1], inputs[2], inputs[3], inputs[4]};
  FA_RULE(Fact whole, broadcast_operands(operands, {0, 1, 2, 3}));
  FA_RULE(const Reduction reduction, reduction_at(inputs, 4));
  if (reduction != Reduction::none) whole.get<TensorFact>()->dims = Dims();
  return one(whole);
}

RuleResult<Work> work_of_kl_div(const Facts& inputs, const Facts& outputs) {
  FA_RULE(LossCounter counter, loss_counter(inputs, outputs, kPair));
  FA_RULE(const bool log_target, bool_at(inputs, 3));
  return counter.each(log_target ? kExp : kLog).each(kAdd).each(kMul).work();
}

RuleResult<Facts> shape_of_kl_div(const Facts& inputs) {
  FA_REFUSE(need_floating(inputs, 0));
  FA_REFUSE(need_floating(inputs, 1));
  return shape_of<kPair>(inputs);
}

// poisson_nll_loss(input, target, log_input, full, eps, reduction)
RuleResult<Work> work_of_poisson(const Facts& inputs, const Facts& outputs) {
  FA_RULE(LossCounter counter, loss_counter(inputs, outputs, kPoisson));
  FA_RULE(const bool log_input, bool_at(inputs, 2));
  FA_RULE(const bool full, bool_at(inputs, 3));
  counter.each(log_input ? kExp : kLog).each(kMul).each(kAdd, log_input ? 1 : 2);
  if (full) counter.each(kLog, 2).each(kMul, 3).each(kAdd, 3).each(kCompare);
  return counter.work();
}

// exp and log make floating numbers of integers.
RuleResult<Facts> shape_of_poisson(const Facts& inputs) {
  FA_RULE(const bool full, bool_at(inputs, 3));
  FA_RULE(const bool log_input, bool_at(inputs, 2));
  FA_RULE(const TensorFact* self, tensor_at(inputs, 0));
  FA_RULE(const TensorFact* target, tensor_at(inputs, 1));
  const auto is = [](const TensorFact* tensor, DType dtype) { return tensor->dtype && *tensor->dtype == dtype; };
  const bool subtracts = full && is(target, DType::boolean);
  if (subtracts || (is(self, DType::boolean) && (is(target, DType::boolean) || !log_input))) {
    return misfit("the loss takes no bools: " + shapes_text(inputs, {0, 1}));
  }
  if (full && target->dtype && is_complex(*target->dtype)) {
    return misfit("complex numbers have no order: " + inputs[1].to_string());
  }
  FA_RULE(Fact whole, loss_of_elements(inputs, kPoisson));
  FA_RULE(const Reduction reduction, reduction_at(inputs, kPoisson.reduction));
  TensorFact& result = *whole.get<TensorFact>();
  if (result.dtype && is_integral(*result.dtype)) result.dtype = default_dtype();
  if (reduction != Reduction::none) result.dims = Dims();
  return one(whole);
}

// n losses. Reduction: + n - 1 add, mean + 1 div.
constexpr char kL1[] = "add = n; reduced: add += n - 1, mean: div = 1";
constexpr char kMse[] = "add = n, mul = n; reduced: add += n - 1, mean: div = 1";
constexpr char kSmooth[] = "compare = n, add = 2n, mul = 2n, div = n; reduced: add += n - 1, mean: div += 1";
constexpr char kHuberText[] = "compare = n, add = 2n, mul = 3n; reduced: add += n - 1, mean: div = 1";
constexpr char kSoft[] = "mul = n, exp = n, add = n, log = n; reduced: add += n - 1, mean: div = 1";
constexpr char kKl[] = "log = n (log_target: exp = n), add = n, mul = n; reduced: add += n - 1, mean: div = 1";
constexpr char kHingeText[] = "add = n, compare = 3n; reduced: add += n - 1, mean: div = 1";
constexpr char kRanking[] = "add = 2n, mul = n, compare = n; reduced: add += n - 1, mean: div = 1";
constexpr char kPoissonText[] =
    "log_input: exp = n, mul = n, add = n, else log = n, mul = n, add = 2n; full: log += 2n, mul += 3n, add += 3n, "
    "compare = n; reduced: add += n - 1, mean: div = 1";
constexpr char kEntropyText[] =
    "log = 2n, compare = 2n, mul = 2n, add = 3n; weight: mul += n; reduced: add += n - 1, mean: div = 1";
constexpr char kLogitsText[] =
    "compare = n, exp = n, log = n, mul = n, add = 4n; weight: mul += n; p pos_weight: mul += 2n, add += n + p; "
    "reduced: "
    "add += n - 1, mean: div = 1";

constexpr WorkRule kMseWork = work_of<kPair, kAdd, kMul>;
constexpr WorkRule kSmoothWork = work_of<kPair, kCompare, kAdd, kAdd, kMul, kMul, kDiv>;
constexpr WorkRule kHuberWork = work_of<kPairOwn, kCompare, kAdd, kAdd, kMul, kMul, kMul>;
constexpr WorkRule kSoftWork = work_of<kSoftForm, kMul, kExp, kAdd, kLog>;
constexpr WorkRule kHingeWork = work_of<kHinge, kAdd, kCompare, kCompare, kCompare>;
constexpr WorkRule kRankingWork = work_of<kTriple, kAdd, kAdd, kMul, kCompare>;

// clang-format off
constexpr OpSpec kRows[] = {
    // name                                     shape rule                    work rule                    formula
    {"aten::binary_cross_entropy",              shape_of_binary_cross_entropy, work_of_binary_cross_entropy, kEntropyText},
    {"aten::binary_cross_entropy_with_logits",  shape_of_cross_entropy_with_logits, work_of_cross_entropy_with_logits, kLogitsText},
    {"aten::hinge_embedding_loss",              shape_of_hinge,               kHingeWork,                  kHingeText},
    {"aten::huber_loss",                        shape_of_bounded<false>,      kHuberWork,                  kHuberText},
    {"aten::kl_div",                            shape_of_kl_div,              work_of_kl_div,              kKl},
    {"aten::l1_loss",                           shape_of_l1,                  work_of_l1,                  kL1},
    {"aten::margin_ranking_loss",               shape_of_ranking,             kRankingWork,                kRanking},
    {"aten::mse_loss",                          shape_of_mse,                 kMseWork,                    kMse},
    {"aten::poisson_nll_loss",                  shape_of_poisson,             work_of_poisson,             kPoissonText},
    {"aten::smooth_l1_loss",                    shape_of_bounded<true>,       kSmoothWork,                 kSmooth},
    {"aten::soft_margin_loss",                  shape_of_soft_margin,         kSoftWork,                   kSoft},
};
// clang-format on

}  // namespace

std::span<const OpSpec> loss_ops() { return kRows; }

}  // namespace flopaudit
