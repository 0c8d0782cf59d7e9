// Random numbers: drawing them is the generator's arithmetic, not the model's, so that nothing is counted but bytes.
// And tensors filled: the functional forms of fill_, zero_ and copy_.
#include "analyzer/ops/all_ops.h"
#include "analyzer/ops/default_dtype.h"
#include "analyzer/ops/draw_bounds.h"
#include "analyzer/ops/elementwise_helpers.h"
#include "analyzer/ops/size_conditions.h"
#include "analyzer/ops/work_helpers.h"

namespace flopaudit {
namespace {

std::optional<RuleFailure> refuse_integers(const Facts& inputs) {
  const TensorFact* tensor = inputs.empty() ? nullptr : inputs[0].tensor();
  if (tensor == nullptr || !tensor->dtype || is_floating(*tensor->dtype)) return std::nullopt;
  return misfit("probabilities should be floating numbers: " + inputs[0].to_string());
}

enum class Wanted { positive, not_negative, fraction, probability };

// A number that a distribution cannot have; a tensor or an unknown number is let pass.
std::optional<RuleFailure> check_number(const Facts& inputs, std::size_t place, Wanted wanted) {
  const std::optional<double> number = place < inputs.size() ? number_of(inputs[place]) : std::nullopt;
  if (!number) return std::nullopt;
  const bool fits = wanted == Wanted::positive       ? *number > 0
                    : wanted == Wanted::not_negative ? *number >= 0
                    : wanted == Wanted::probability  ? *number >= 0 && *number <= 1
                                                     : *number > 0 && *number < 1;
  if (fits) return std::nullopt;
  return misfit("no number of this distribution: " + inputs[place].to_string());
}

// Drawn with what is given for each element: bernoulli(p), poisson(rate).
RuleResult<Facts> shape_of_drawn(const Facts& inputs) {
  FA_REFUSE(refuse_integers(inputs));
  return same_as_first(inputs);
}

// bernoulli.p(self, p)
RuleResult<Facts> shape_of_drawn_with(const Facts& inputs) {
  FA_REFUSE(check_number(inputs, 1, Wanted::probability));
  return same_as_first(inputs);
}

// bernoulli.Tensor(self, p): drawn for each element of self, to whose shape p is stretched.
// bernoulli(self): of no elements nothing is drawn, and nothing looked at.
RuleResult<Facts> shape_of_bernoulli(const Facts& inputs) {
  return has_no_elements(inputs[0]) ? same_as_first(inputs) : shape_of_drawn(inputs);
}

RuleResult<Facts> shape_of_drawn_for(const Facts& inputs) {
  FA_RULE(const Dims self, dims_at(inputs, 0));
  FA_RULE(const TensorFact* probabilities, tensor_at(inputs, 1));
  if (product(self) == Expr(0)) return same_as_first(inputs);  // nothing is drawn, and nothing looked at
  if (probabilities->dims && cannot_expand(*probabilities->dims, self)) {
    return misfit("the probabilities do not fit the tensor: " + shapes_text(inputs, {0, 1}));
  }
  return same_as_first(inputs);
}

// normal(mean, std): tensors broadcast; the dtype is the mean's.
RuleResult<Facts> shape_of_normal(const Facts& inputs) {
  FA_RULE(Fact fact, broadcast_operands(inputs, {0, 1}));
  const TensorFact* mean = inputs[0].tensor();
  const TensorFact* deviation = inputs[1].tensor();
  if (deviation != nullptr && deviation->dtype && is_complex(*deviation->dtype)) {
    return misfit("a standard deviation is no complex number: " + inputs[1].to_string());
  }
  FA_REFUSE(check_number(inputs, 1, Wanted::not_negative));
  fact.get<TensorFact>()->dtype = mean != nullptr ? mean->dtype : inputs[1].tensor()->dtype;
  return one(std::move(fact));
}
RuleResult<Facts> shape_of_binomial(const Facts& inputs) {
  FA_REFUSE(refuse_integers(inputs));
  if (const auto dtype = same_dtype(inputs, 0, 1); !dtype) return dtype.failure();
  FA_RULE(Fact fact, broadcast_operands(inputs, {0, 1}));
  return one(std::move(fact));
}

// Numbers of a distribution: cauchy(self, median, sigma), exponential(self, lambda), geometric(self, p),
// log_normal(self, mean, std), normal_functional(self, mean, std).
template <std::size_t place, Wanted wanted, bool continuous>
RuleResult<Facts> shape_of_distribution(const Facts& inputs) {
  // exponential looks at nothing where nothing is drawn; cauchy does.
  const bool looked_at = place == 2 || !has_no_elements(inputs[0]);
  if (continuous && looked_at) FA_REFUSE(refuse_integers(inputs));
  FA_REFUSE(check_number(inputs, place, wanted));
  return same_as_first(inputs);
}

RuleResult<Facts> shape_of_uniform(const Facts& inputs) {  // (self, from, to)
  FA_RULE(const double from, number_at(inputs, 1));
  FA_RULE(const double to, number_at(inputs, 2));
  if (from > to) return misfit("there is no number from " + shapes_text(inputs, {1, 2}));
  return same_as_first(inputs);
}

// random.from(self, from, to), random.to(self, to)
template <bool has_low>
RuleResult<Facts> shape_of_random(const Facts& inputs) {
  FA_RULE(Facts facts, same_as_first(inputs));
  FA_REFUSE(check_draw(facts[0].tensor()->dtype, has_low ? inputs[1] : Fact::integer(0), inputs[has_low ? 2 : 1]));
  return facts;
}

// multinomial(self, samples, replacement): of a row of probabilities, or of several rows.
RuleResult<Facts> shape_of_multinomial(const Facts& inputs) {
  FA_REFUSE(refuse_integers(inputs));
  FA_RULE(Dims dims, dims_at(inputs, 0));
  FA_RULE(const Expr samples, int_at(inputs, 1));
  FA_RULE(const bool replacement, bool_at(inputs, 2));
  if (dims.size() != 1 && dims.size() != 2) return misfit("multinomial needs 1 or 2 dims: " + inputs[0].to_string());
  if (!must_be_at_least(samples, 1)) return misfit("multinomial draws at least one sample");
  if (!replacement && dims.back() && !must_be_at_least(*dims.back(), samples)) {
    return misfit("more samples than there are to draw without replacement: " + shapes_text(inputs, {0, 1}));
  }
  dims.back() = samples;
  return one(tensor_fact(DType::i64, dims));
}

// randint_like(self, high, dtype), randint_like.low_dtype(self, low, high, dtype), rand_like(self, generator, dtype)
// A tensor bound has no dims.
template <std::size_t dtype_place, bool has_low>
RuleResult<Facts> shape_of_integers_like(const Facts& inputs) {
  FA_RULE(Facts facts, same_as_first(inputs));
  std::optional<DType>& dtype = facts[0].get<TensorFact>()->dtype;
  FA_RULE(dtype, dtype_argument_at(inputs, dtype_place, dtype));
  const TensorFact* bound = inputs[1].tensor();
  if (bound != nullptr && bound->dims && !bound->dims->empty()) {
    return misfit("a bound should have no dims: " + inputs[1].to_string());
  }
  FA_REFUSE(check_draw(dtype, has_low ? inputs[1] : Fact::integer(0), inputs[has_low ? 2 : 1]));
  return facts;
}
template <std::size_t dtype_place>
RuleResult<Facts> shape_of_drawn_like(const Facts& inputs) {
  FA_RULE(Facts facts, same_as_first(inputs));
  TensorFact& tensor = *facts[0].get<TensorFact>();
  FA_RULE(tensor.dtype, dtype_argument_at(inputs, dtype_place, tensor.dtype));
  return facts;
}

// fill(self, value): a tensor value has no dims.
RuleResult<Facts> shape_of_fill(const Facts& inputs) {
  const TensorFact* value = inputs.size() > 1 ? inputs[1].tensor() : nullptr;
  if (value != nullptr && value->dims && !value->dims->empty()) {
    return misfit("the value should have no dims: " + inputs[1].to_string());
  }
  return same_as_first(inputs);
}

// clang-format off
constexpr OpSpec kRows[] = {
    // name                        shape rule                work rule               formula
    {"aten::_sample_dirichlet",    shape_of_drawn,           copies,                 ""},
    {"aten::_standard_gamma",      shape_of_drawn,           copies,                 ""},
    {"aten::bernoulli",            shape_of_bernoulli,           copies,                 ""},
    {"aten::bernoulli.Tensor",     shape_of_drawn_for,       copies,                 ""},
    {"aten::bernoulli.p",          shape_of_drawn_with,         writes_only,            ""},
    {"aten::bernoulli_.Tensor",    shape_of_drawn_for,       copies,                 ""},
    {"aten::bernoulli_.float",     shape_of_drawn_with,         writes_only,            ""},
    {"aten::binomial",             shape_of_binomial,        copies,                 ""},
    {"aten::cauchy",               shape_of_distribution<2, Wanted::positive, true>, writes_only,            ""},
    {"aten::exponential",          shape_of_distribution<1, Wanted::positive, true>, writes_only,            ""},
    {"aten::fill.Scalar",          shape_of_fill,            writes_only,            ""},
    {"aten::fill.Tensor",          shape_of_fill,            writes_only,            ""},
    {"aten::geometric",            shape_of_distribution<1, Wanted::fraction, false>, writes_only,            ""},
    {"aten::log_normal",           shape_of_distribution<2, Wanted::positive, false>, writes_only,            ""},
    {"aten::multinomial",          shape_of_multinomial,     copies,                 ""},
    {"aten::normal.Tensor_Tensor", shape_of_normal,          copies,                 ""},
    {"aten::normal.Tensor_float",  shape_of_normal,          copies,                 ""},
    {"aten::normal.float_Tensor",  shape_of_normal,          copies,                 ""},
    {"aten::normal_",              shape_of_distribution<2, Wanted::not_negative, false>, writes_only,            ""},
    {"aten::normal_functional",    shape_of_distribution<2, Wanted::not_negative, false>, writes_only,            ""},
    {"aten::poisson",              shape_of_drawn,           copies,                 ""},
    {"aten::rand_like.generator",  shape_of_drawn_like<2>, writes_only,            ""},
    {"aten::randint_like",         shape_of_integers_like<2, false>, writes_only,            ""},
    {"aten::randint_like.Tensor",  shape_of_integers_like<2, false>, writes_only,            ""},
    {"aten::randint_like.Tensor_generator", shape_of_integers_like<3, false>, writes_only,   ""},
    {"aten::randint_like.generator", shape_of_integers_like<3, false>, writes_only,          ""},
    {"aten::randint_like.low_dtype", shape_of_integers_like<3, true>, writes_only,          ""},
    {"aten::randint_like.low_generator_dtype", shape_of_integers_like<4, true>, writes_only, ""},
    {"aten::randn_like.generator", shape_of_drawn_like<2>, writes_only,            ""},
    {"aten::random",               same_as_first,            writes_only,            ""},
    {"aten::random.from",          shape_of_random<true>, writes_only,            ""},
    {"aten::random.to",            shape_of_random<false>, writes_only,            ""},
    {"aten::uniform",              shape_of_uniform, writes_only,            ""},
    {"aten::zero",                 same_as_first,            writes_only,            ""},
};
// clang-format on

}  // namespace

std::span<const OpSpec> random_ops() { return kRows; }

}  // namespace flopaudit
