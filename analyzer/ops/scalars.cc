// Arithmetic and comparisons of the program's own numbers: zero work, as they are not the model's. What is unknown
// stays an unknown number of its kind.
#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "analyzer/ops/all_ops.h"
#include "analyzer/ops/scalar_helpers.h"
#include "analyzer/ops/size_floats.h"

namespace flopaudit {
namespace {

template <Arithmetic op>
RuleResult<Facts> number(const Facts& inputs) {
  FA_RULE(const Fact* a, fact_at(inputs, 0));
  FA_RULE(const Fact* b, fact_at(inputs, 1));
  FA_RULE(Fact result, combine_numbers(op, *a, *b));
  return one(std::move(result));
}

RuleResult<Facts> int_power(const Facts& inputs) {
  FA_RULE(const Expr base, int_at(inputs, 0));
  FA_RULE(const std::int64_t exponent, constant_at(inputs, 1));
  if (exponent < 0) return misfit("a negative power of an int");
  if (exponent > 64) return one(maybe_int(std::nullopt));
  Expr result = 1;
  for (std::int64_t i = 0; i < exponent; ++i) result *= base;
  return one(Fact::integer(result));
}

template <Comparison op>
RuleResult<Facts> compare(const Facts& inputs) {
  FA_RULE(const Fact* a, fact_at(inputs, 0));
  FA_RULE(const Fact* b, fact_at(inputs, 1));
  return one(maybe_bool(compare_facts(op, *a, *b)));
}

// --- one number ---

// Where a number is made from symbolic sizes.
std::optional<SizeFloat> symbolic_float(const Fact& fact) {
  return number_of(fact) ? std::nullopt : size_float_of(fact);
}

RuleResult<Facts> negative(const Facts& inputs) {
  FA_RULE(const Fact* a, fact_at(inputs, 0));
  if (a->get<FloatFact>()) {
    if (const auto of_size = symbolic_float(*a)) return one(float_fact(negative_of(*of_size)));
    const std::optional<double> value = number_of(*a);
    return one(maybe_float(value ? std::optional(-*value) : std::nullopt));
  }
  FA_RULE(Fact result, combine_numbers(Arithmetic::sub, Fact::integer(0), *a));
  return one(std::move(result));
}

RuleResult<Facts> absolute(const Facts& inputs) {
  FA_RULE(const Fact* a, fact_at(inputs, 0));
  FA_RULE(const Facts minus, negative(inputs));
  FA_RULE(Fact result, combine_numbers(Arithmetic::maximum, *a, minus[0]));
  return one(std::move(result));
}

double identity(double x) { return x; }
double to_even(double x) { return std::nearbyint(x); }
double down(double x) { return std::floor(x); }
double up(double x) { return std::ceil(x); }
double to_zero(double x) { return std::trunc(x); }

bool is_whole(const SizeFloat& value) { return value.divisor == 1 && value.factor == 1; }

// A float to a float, which leaves whole numbers as they are; ints are taken as floats.
template <double (*function)(double)>
RuleResult<Facts> float_function(const Facts& inputs) {
  FA_RULE(const Fact* a, fact_at(inputs, 0));
  if (a->is_unknown()) return missing("a number is unknown");
  if (const auto of_size = symbolic_float(*a); of_size && (function == identity || is_whole(*of_size))) {
    return one(float_fact(*of_size));
  }
  const std::optional<double> value = number_of(*a);
  return one(maybe_float(value ? std::optional(function(*value)) : std::nullopt));
}

// A float to an int, rounded by `function`; an int stays.
template <double (*function)(double)>
RuleResult<Facts> rounded(const Facts& inputs) {
  FA_RULE(const Fact* a, fact_at(inputs, 0));
  if (a->is_unknown()) return missing("a number is unknown");
  if (!a->get<FloatFact>()) return one(maybe_int(integer_of(*a)));
  if (const auto of_size = symbolic_float(*a)) {
    if (function == down) return one(Fact::integer(rounded_down(*of_size)));
    if (function == up) return one(Fact::integer(rounded_up(*of_size)));
    return one(maybe_int(rounded_to_zero(*of_size)));
  }
  const std::optional<double> value = number_of(*a);
  if (!value) return one(maybe_int(std::nullopt));
  const double result = function(*value);
  if (!(std::abs(result) < 9.2e18)) return misfit("no int holds " + a->to_string());
  return one(Fact::integer(static_cast<std::int64_t>(result)));
}

RuleResult<Facts> truth(const Facts& inputs) {
  FA_RULE(const Fact* a, fact_at(inputs, 0));
  return one(maybe_bool(compare_facts(Comparison::ne, *a, Fact::integer(0))));
}

// --- logic of bools, and bits of ints ---

enum class Logic { both, either, differ };

std::optional<bool> known_bool(const Fact& fact) {
  const auto* boolean = fact.get<BoolFact>();
  return boolean != nullptr ? boolean->value : std::nullopt;
}

template <Logic op>
RuleResult<Facts> logic(const Facts& inputs) {
  FA_RULE(const Fact* first, fact_at(inputs, 0));
  FA_RULE(const Fact* second, fact_at(inputs, 1));
  const std::optional<bool> a = known_bool(*first), b = known_bool(*second);
  if (op == Logic::both && (a == false || b == false)) return one(Fact::boolean(false));
  if (op == Logic::either && (a == true || b == true)) return one(Fact::boolean(true));
  if (!a || !b) return one(maybe_bool(std::nullopt));
  return one(Fact::boolean(op == Logic::both ? *a && *b : op == Logic::either ? *a || *b : *a != *b));
}

template <Logic op>
RuleResult<Facts> bits(const Facts& inputs) {
  FA_RULE(const std::int64_t a, constant_at(inputs, 0));
  FA_RULE(const std::int64_t b, constant_at(inputs, 1));
  return one(Fact::integer(op == Logic::both ? a & b : op == Logic::either ? a | b : a ^ b));
}

RuleResult<Facts> logical_not(const Facts& inputs) {
  FA_RULE(const Fact* a, fact_at(inputs, 0));
  const std::optional<bool> value = known_bool(*a);
  return one(maybe_bool(value ? std::optional(!*value) : std::nullopt));
}

// --- identity ---

bool differ_in_type(const TensorFact& a, const TensorFact& b) {
  if (a.dtype && b.dtype && a.dtype != b.dtype) return true;
  if (!a.dims || !b.dims) return false;
  return !std::ranges::equal(*a.dims, *b.dims, [](const Dim& x, const Dim& y) { return same_dim(x, y).has_value(); });
}

// A tensor that the program makes is none of those that were met before it.
std::optional<bool> is_same_tensor(const TensorFact& a, const TensorFact& b) {
  if (a.identity != 0 && a.identity == b.identity) return true;
  if (differ_in_type(a, b)) return false;
  if (a.identity == 0 || b.identity == 0) return std::nullopt;
  const int later = std::abs(a.identity) > std::abs(b.identity) ? a.identity : b.identity;
  return later > 0 ? std::optional(false) : std::nullopt;
}

std::optional<bool> is_same(const Fact& a, const Fact& b) {
  if (a.is_unknown() || b.is_unknown()) return std::nullopt;
  if (a.is_none() || b.is_none()) return a.is_none() && b.is_none();
  if (a.tensor() && b.tensor()) return is_same_tensor(*a.tensor(), *b.tensor());
  return std::nullopt;
}
RuleResult<Facts> is(const Facts& inputs) {
  FA_RULE(const Fact* b, fact_at(inputs, 1));
  return one(maybe_bool(is_same(inputs[0], *b)));
}
RuleResult<Facts> is_not(const Facts& inputs) {
  FA_RULE(const Fact* b, fact_at(inputs, 1));
  const std::optional<bool> same = is_same(inputs[0], *b);
  return one(maybe_bool(same ? std::optional(!*same) : std::nullopt));
}

// --- ranges of loops ---

RuleResult<Facts> derive_index(const Facts& inputs) {
  FA_RULE(const Expr index, int_at(inputs, 0));
  FA_RULE(const Expr start, int_at(inputs, 1));
  FA_RULE(const Expr step, int_at(inputs, 2));
  return one(Fact::integer(start + index * step));
}
RuleResult<Facts> range_length(const Facts& inputs) {
  FA_RULE(const Expr low, int_at(inputs, 0));
  FA_RULE(const Expr high, int_at(inputs, 1));
  FA_RULE(const Expr step, int_at(inputs, 2));
  if (step == Expr(0)) return misfit("the step of a range is 0");
  return one(Fact::integer(max(Expr(0), ceil_div(high - low, step))));
}

// --- tensors of one element to numbers: known where the contents are ---

RuleResult<std::optional<Element>> sole_element(const Facts& inputs) {
  FA_RULE(const TensorFact* tensor, tensor_at(inputs, 0));
  const std::optional<Expr> elements = tensor->dims ? element_count(*tensor->dims) : std::nullopt;
  if (elements && always_equal(*elements, 1) == false) {
    return misfit("a tensor of other than 1 element is taken for a number: " + inputs[0].to_string());
  }
  const bool known = tensor->contents && tensor->contents->size() == 1;
  return known ? std::optional(tensor->contents->front()) : std::nullopt;
}
RuleResult<Facts> int_of_tensor(const Facts& inputs) {
  FA_RULE(const std::optional<Element> element, sole_element(inputs));
  if (!element) return one(maybe_int(std::nullopt));
  if (const Expr* integer = std::get_if<Expr>(&*element)) return one(Fact::integer(*integer));
  const Facts floating = one(Fact::floating(std::get<double>(*element)));
  return rounded<to_zero>(floating);
}
RuleResult<Facts> float_of_tensor(const Facts& inputs) {
  FA_RULE(const std::optional<Element> element, sole_element(inputs));
  return one(maybe_float(element ? number_of(*element) : std::nullopt));
}
RuleResult<Facts> bool_of_tensor(const Facts& inputs) {
  FA_RULE(const std::optional<Element> element, sole_element(inputs));
  if (!element) return one(maybe_bool(std::nullopt));
  const Expr* integer = std::get_if<Expr>(&*element);
  return one(maybe_bool(integer != nullptr ? is_not_zero(*integer) : std::get<double>(*element) != 0));
}
RuleResult<Facts> number_of_tensor(const Facts& inputs) {
  FA_RULE(const DType dtype, dtype_at(inputs, 0));
  if (dtype == DType::boolean) return bool_of_tensor(inputs);
  if (is_integral(dtype)) return int_of_tensor(inputs);
  if (is_floating(dtype)) return float_of_tensor(inputs);
  return missing("the number has no known kind");
}

// What TorchScript converts by itself must have 0 dims, and be of integers where an int is due.
template <RuleResult<Facts> (*rule)(const Facts&), bool to_int>
RuleResult<Facts> implicit(const Facts& inputs) {
  FA_RULE(const TensorFact* tensor, tensor_at(inputs, 0));
  if (tensor->dims && !tensor->dims->empty()) {
    return misfit("a tensor with dims is taken for a number: " + inputs[0].to_string());
  }
  if (to_int && tensor->dtype && (!is_integral(*tensor->dtype) || *tensor->dtype == DType::boolean)) {
    return misfit("a tensor of no integers is taken for an int: " + inputs[0].to_string());
  }
  return rule(inputs);
}

// Zero work: no work rule, no formula. The four types of a comparison or operation share their rule.
#define ROW(name, rule) \
  { name, rule, nullptr, "" }
#define FLOATS(name, rule) ROW(name ".float", rule), ROW(name ".float_int", rule), ROW(name ".int_float", rule)
#define NUMBERS(name, rule) ROW(name, rule), ROW(name ".int", rule), FLOATS(name, rule)

// clang-format off
constexpr OpSpec kRows[] = {
    ROW("aten::Bool.Tensor", bool_of_tensor),
    ROW("aten::Bool.float", truth),
    ROW("aten::Bool.int", truth),
    ROW("aten::Float.Scalar", float_function<identity>),
    ROW("aten::Float.Tensor", float_of_tensor),
    ROW("aten::Float.bool", float_function<identity>),
    ROW("aten::Float.int", float_function<identity>),
    {"aten::FloatImplicit", implicit<float_of_tensor, false>, nullptr, ""},
    ROW("aten::Int.Scalar", rounded<to_zero>),
    ROW("aten::Int.Tensor", int_of_tensor),
    ROW("aten::Int.bool", rounded<to_zero>),
    ROW("aten::Int.float", rounded<to_zero>),
    {"aten::IntImplicit", implicit<int_of_tensor, true>, nullptr, ""},
    {"aten::ScalarImplicit", implicit<number_of_tensor, false>, nullptr, ""},
    ROW("aten::__and__.bool", logic<Logic::both>),
    ROW("aten::__and__.int", bits<Logic::both>),
    ROW("aten::__derive_index", derive_index),
    ROW("aten::__is__", is),
    ROW("aten::__isnot__", is_not),
    ROW("aten::__not__", logical_not),
    ROW("aten::__or__.bool", logic<Logic::either>),
    ROW("aten::__or__.int", bits<Logic::either>),
    ROW("aten::__range_length", range_length),
    ROW("aten::__xor__.bool", logic<Logic::differ>),
    ROW("aten::__xor__.int", bits<Logic::differ>),
    NUMBERS("aten::add", number<Arithmetic::add>),
    ROW("aten::ceil.Scalar", rounded<up>),
    ROW("aten::ceil.float", rounded<up>),
    ROW("aten::ceil.int", rounded<up>),
    ROW("aten::div", number<Arithmetic::div>),
    ROW("aten::div.float", number<Arithmetic::div>),
    ROW("aten::div.int", number<Arithmetic::div>),
    NUMBERS("aten::eq", compare<Comparison::eq>),
    ROW("aten::eq.bool", compare<Comparison::eq>),
    ROW("aten::eq.bool_list", compare<Comparison::eq>),
    ROW("aten::eq.device", compare<Comparison::eq>),
    ROW("aten::eq.float_list", compare<Comparison::eq>),
    ROW("aten::eq.int_list", compare<Comparison::eq>),
    ROW("aten::eq.str", compare<Comparison::eq>),
    ROW("aten::eq.str_list", compare<Comparison::eq>),
    ROW("aten::floor.Scalar", rounded<down>),
    ROW("aten::floor.float", rounded<down>),
    ROW("aten::floor.int", rounded<down>),
    NUMBERS("aten::floordiv", number<Arithmetic::floordiv>),
    NUMBERS("aten::ge", compare<Comparison::ge>),
    ROW("aten::ge.str", compare<Comparison::ge>),
    NUMBERS("aten::gt", compare<Comparison::gt>),
    ROW("aten::gt.str", compare<Comparison::gt>),
    ROW("aten::is_nonzero", bool_of_tensor),
    ROW("aten::item", number_of_tensor),
    NUMBERS("aten::le", compare<Comparison::le>),
    ROW("aten::le.str", compare<Comparison::le>),
    NUMBERS("aten::lt", compare<Comparison::lt>),
    ROW("aten::lt.str", compare<Comparison::lt>),
    NUMBERS("aten::mul", number<Arithmetic::mul>),
    NUMBERS("aten::ne", compare<Comparison::ne>),
    ROW("aten::ne.bool", compare<Comparison::ne>),
    ROW("aten::ne.bool_list", compare<Comparison::ne>),
    ROW("aten::ne.device", compare<Comparison::ne>),
    ROW("aten::ne.float_list", compare<Comparison::ne>),
    ROW("aten::ne.int_list", compare<Comparison::ne>),
    ROW("aten::ne.str", compare<Comparison::ne>),
    ROW("aten::ne.str_list", compare<Comparison::ne>),
    ROW("aten::neg.Scalar", negative),
    ROW("aten::neg.float", negative),
    ROW("aten::neg.int", negative),
    ROW("aten::pow.Scalar_Scalar", number<Arithmetic::pow>),
    ROW("aten::pow.int", number<Arithmetic::pow>),
    FLOATS("aten::pow", number<Arithmetic::pow>),
    ROW("aten::pow.int_to_int", int_power),
    NUMBERS("aten::remainder", number<Arithmetic::remainder>),
    ROW("aten::round.float", float_function<to_even>),
    ROW("aten::round.int", float_function<to_even>),
    NUMBERS("aten::sub", number<Arithmetic::sub>),
    ROW("prim::abs.Scalar", absolute),
    ROW("prim::abs.float", absolute),
    ROW("prim::abs.int", absolute),
    NUMBERS("prim::max", number<Arithmetic::maximum>),
    NUMBERS("prim::min", number<Arithmetic::minimum>),
};
// clang-format on
#undef ROW
#undef FLOATS
#undef NUMBERS

}  // namespace

std::span<const OpSpec> scalar_ops() { return kRows; }

}  // namespace flopaudit
