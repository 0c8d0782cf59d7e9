// Python's `math` over the program's own numbers: zero work, as they are not the model's. An unknown number gives an
// unknown number.
#include <cmath>
#include <numbers>
#include <numeric>

#include "analyzer/ops/all_ops.h"
#include "analyzer/ops/scalar_helpers.h"

namespace flopaudit {
namespace {

RuleResult<std::optional<double>> value_at(const Facts& inputs, std::size_t index) {
  FA_RULE(const Fact* fact, fact_at(inputs, index));
  if (fact->is_unknown()) return missing("a number is unknown");
  return number_of(*fact);
}

template <auto function>
RuleResult<Facts> of_one(const Facts& inputs) {
  FA_RULE(const std::optional<double> x, value_at(inputs, 0));
  return one(maybe_float(x ? std::optional<double>(function(*x)) : std::nullopt));
}

template <auto function>
RuleResult<Facts> of_two(const Facts& inputs) {
  FA_RULE(const std::optional<double> x, value_at(inputs, 0));
  FA_RULE(const std::optional<double> y, value_at(inputs, 1));
  return one(maybe_float(x && y ? std::optional<double>(function(*x, *y)) : std::nullopt));
}

template <auto test>
RuleResult<Facts> asked(const Facts& inputs) {
  FA_RULE(const std::optional<double> x, value_at(inputs, 0));
  return one(maybe_bool(x ? std::optional<bool>(test(*x)) : std::nullopt));
}

constexpr auto to_base = of_two<[](double x, double base) { return std::log(x) / std::log(base); }>;

// Ints whose values are known; an unknown or symbolic one gives an unknown int.
template <auto function>
RuleResult<Facts> of_ints(const Facts& inputs) {
  FA_RULE(const Fact* b, fact_at(inputs, 1));
  const std::optional<std::int64_t> x = constant_of(inputs[0]), y = constant_of(*b);
  return one(maybe_int(x && y ? std::optional<Expr>(Expr(function(*x, *y))) : std::nullopt));
}

// Shifted as 64 bits are, by 0 to 63 places.
template <bool left>
RuleResult<Facts> shift(const Facts& inputs) {
  FA_RULE(const Fact* by, fact_at(inputs, 1));
  const std::optional<std::int64_t> places = constant_of(*by);
  if (places && (*places < 0 || *places > 63)) return one(maybe_int(std::nullopt));
  return of_ints<[](std::int64_t x, std::int64_t y) {
    return left ? static_cast<std::int64_t>(static_cast<std::uint64_t>(x) << y) : (x >> y);
  }>(inputs);
}

RuleResult<Facts> factorial(const Facts& inputs) {
  FA_RULE(const Fact* fact, fact_at(inputs, 0));
  const std::optional<std::int64_t> n = constant_of(*fact);
  if (n && *n < 0) return misfit("the factorial of " + std::to_string(*n));
  if (!n || *n > 20) return one(maybe_int(std::nullopt));  // 21! has more than 63 bits
  std::int64_t product = 1;
  for (std::int64_t i = 2; i <= *n; ++i) product *= i;
  return one(Fact::integer(product));
}

RuleResult<Facts> quotient_and_remainder(const Facts& inputs) {
  FA_RULE(const Fact* b, fact_at(inputs, 1));
  FA_RULE(Fact quotient, combine_numbers(Arithmetic::floordiv, inputs[0], *b));
  FA_RULE(Fact remainder, combine_numbers(Arithmetic::remainder, inputs[0], *b));
  return Facts{std::move(quotient), std::move(remainder)};
}

RuleResult<Facts> fraction_and_whole(const Facts& inputs) {
  FA_RULE(const std::optional<double> x, value_at(inputs, 0));
  if (!x) return Facts{maybe_float(std::nullopt), maybe_float(std::nullopt)};
  double whole = 0;
  const double fraction = std::modf(*x, &whole);
  return Facts{Fact::floating(fraction), Fact::floating(whole)};
}

RuleResult<Facts> mantissa_and_exponent(const Facts& inputs) {
  FA_RULE(const std::optional<double> x, value_at(inputs, 0));
  if (!x) return Facts{maybe_float(std::nullopt), maybe_int(std::nullopt)};
  int exponent = 0;
  const double mantissa = std::frexp(*x, &exponent);
  return Facts{Fact::floating(mantissa), Fact::integer(exponent)};
}

// A row for each type of number, or for each pair of types. `x` and `y` are the arguments.
#define ROW(name, rule) \
  { name, rule, nullptr, "" }
#define TYPES(name, rule) ROW(name ".Scalar", rule), ROW(name ".float", rule), ROW(name ".int", rule)
#define ONE(name, expression) TYPES(name, (of_one<[](double x) { return expression; }>))
#define MIXED(name, scalars, rule)                                                                   \
  ROW(name scalars, rule), ROW(name ".float", rule), ROW(name ".float_int", rule), ROW(name ".int", rule), \
      ROW(name ".int_float", rule)
#define TWO(name, scalars, expression) MIXED(name, scalars, (of_two<[](double x, double y) { return expression; }>))

// clang-format off
constexpr OpSpec kRows[] = {
    ROW("aten::__lshift__.int", shift<true>),
    ROW("aten::__rshift__.int", shift<false>),
    ONE("aten::acos", std::acos(x)),
    ONE("aten::acosh", std::acosh(x)),
    ONE("aten::asin", std::asin(x)),
    ONE("aten::asinh", std::asinh(x)),
    ONE("aten::atan", std::atan(x)),
    TWO("aten::atan2", ".Scalar_Scalar", std::atan2(x, y)),
    ONE("aten::atanh", std::atanh(x)),
    TWO("aten::copysign", "", std::copysign(x, y)),
    ONE("aten::cos", std::cos(x)),
    ONE("aten::cosh", std::cosh(x)),
    ONE("aten::degrees", x * 180 / std::numbers::pi),
    ROW("aten::divmod.float", quotient_and_remainder),
    ROW("aten::divmod.float_int", quotient_and_remainder),
    ROW("aten::divmod.int", quotient_and_remainder),
    ROW("aten::divmod.int_float", quotient_and_remainder),
    ONE("aten::erf", std::erf(x)),
    ONE("aten::erfc", std::erfc(x)),
    ONE("aten::exp", std::exp(x)),
    ONE("aten::expm1", std::expm1(x)),
    ONE("aten::fabs", std::fabs(x)),
    ROW("aten::factorial.int", factorial),
    TWO("aten::fmod", "", std::fmod(x, y)),
    ROW("aten::frexp", mantissa_and_exponent),
    ONE("aten::gamma", std::tgamma(x)),
    ROW("aten::gcd.int", (of_ints<[](std::int64_t x, std::int64_t y) { return std::gcd(x, y); }>)),
    ROW("aten::isfinite.float", asked<[](double x) { return std::isfinite(x); }>),
    ROW("aten::isinf.float", asked<[](double x) { return std::isinf(x); }>),
    ROW("aten::isnan.float", asked<[](double x) { return std::isnan(x); }>),
    ROW("aten::ldexp", (of_two<[](double x, double y) { return x * std::exp2(y); }>)),
    ONE("aten::lgamma", std::lgamma(x)),
    ONE("aten::log", std::log(x)),
    ROW("aten::log.Scalar_Scalar", to_base),
    ROW("aten::log.float_float", to_base),
    ROW("aten::log.float_int", to_base),
    ROW("aten::log.int_float", to_base),
    ROW("aten::log.int_int", to_base),
    ONE("aten::log10", std::log10(x)),
    ONE("aten::log1p", std::log1p(x)),
    TWO("aten::mathremainder", "", std::remainder(x, y)),
    ROW("aten::modf", fraction_and_whole),
    ONE("aten::radians", x * std::numbers::pi / 180),
    ONE("aten::sin", std::sin(x)),
    ONE("aten::sinh", std::sinh(x)),
    ONE("aten::sqrt", std::sqrt(x)),
    ONE("aten::tan", std::tan(x)),
    ONE("aten::tanh", std::tanh(x)),
};
// clang-format on
#undef TWO
#undef MIXED
#undef ONE
#undef TYPES
#undef ROW

}  // namespace

std::span<const OpSpec> math_function_ops() { return kRows; }

}  // namespace flopaudit
