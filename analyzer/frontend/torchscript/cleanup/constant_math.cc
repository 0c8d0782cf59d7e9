// Constant calls of the functions of <cmath>: an int or a float in, a float out.
#include <cmath>
#include <numeric>

#include "analyzer/frontend/torchscript/cleanup/constant_rows.h"

namespace flopaudit::cleanup {
namespace {

using Facts = std::vector<Fact>;
using Folded = std::optional<Fact>;

template <double (*function)(double)>
Folded of_one(const Facts& operands) {
  const auto x = operands.size() == 1 ? real_of(operands[0]) : std::nullopt;
  return x ? Folded(Fact::floating(function(*x))) : std::nullopt;
}

template <double (*function)(double, double)>
Folded of_two(const Facts& operands) {
  const auto pair = number_pair(operands);
  return pair ? Folded(Fact::floating(function(pair->x, pair->y))) : std::nullopt;
}

double degrees(double x) { return x * (180.0 / M_PI); }
double radians(double x) { return x * (M_PI / 180.0); }

Folded log(const Facts& operands) {
  if (operands.size() == 1) return of_one<std::log>(operands);
  const auto pair = number_pair(operands);
  return pair ? Folded(Fact::floating(std::log(pair->x) / std::log(pair->y))) : std::nullopt;
}

Folded gcd(const Facts& operands) {
  const auto pair = number_pair(operands);
  if (!pair || !pair->integers || pair->i == INT64_MIN || pair->j == INT64_MIN) return std::nullopt;
  return Fact::integer(std::gcd(pair->i, pair->j));
}

Folded factorial(const Facts& operands) {
  const auto n = integer_of(operands[0]);
  if (!n || *n < 0 || *n > 20) return std::nullopt;
  std::int64_t product = 1;
  for (std::int64_t i = 2; i <= *n; ++i) product *= i;
  return Fact::integer(product);
}

template <bool (*holds)(double)>
Folded asks(const Facts& operands) {
  const auto x = floating_of(operands[0]);
  return x ? Folded(Fact::boolean(holds(*x))) : std::nullopt;
}
bool is_finite(double x) { return std::isfinite(x); }
bool is_infinite(double x) { return std::isinf(x); }
bool is_nan(double x) { return std::isnan(x); }

}  // namespace

std::vector<ConstantRow> math_rows() {
  return {
      {"aten::acos", of_one<std::acos>},
      {"aten::acosh", of_one<std::acosh>},
      {"aten::asin", of_one<std::asin>},
      {"aten::asinh", of_one<std::asinh>},
      {"aten::atan", of_one<std::atan>},
      {"aten::atan2", of_two<std::atan2>},
      {"aten::atanh", of_one<std::atanh>},
      {"aten::copysign", of_two<std::copysign>},
      {"aten::cos", of_one<std::cos>},
      {"aten::cosh", of_one<std::cosh>},
      {"aten::degrees", of_one<degrees>},
      {"aten::erf", of_one<std::erf>},
      {"aten::erfc", of_one<std::erfc>},
      {"aten::exp", of_one<std::exp>},
      {"aten::expm1", of_one<std::expm1>},
      {"aten::fabs", of_one<std::fabs>},
      {"aten::factorial", factorial},
      {"aten::fmod", of_two<std::fmod>},
      {"aten::gamma", of_one<std::tgamma>},
      {"aten::gcd", gcd},
      {"aten::isfinite", asks<is_finite>},
      {"aten::isinf", asks<is_infinite>},
      {"aten::isnan", asks<is_nan>},
      {"aten::lgamma", of_one<std::lgamma>},
      {"aten::log", log},
      {"aten::log10", of_one<std::log10>},
      {"aten::log1p", of_one<std::log1p>},
      {"aten::mathremainder", of_two<std::remainder>},
      {"aten::pow", of_two<std::pow>},
      {"aten::radians", of_one<radians>},
      {"aten::sin", of_one<std::sin>},
      {"aten::sinh", of_one<std::sinh>},
      {"aten::sqrt", of_one<std::sqrt>},
      {"aten::tan", of_one<std::tan>},
      {"aten::tanh", of_one<std::tanh>},
  };
}

}  // namespace flopaudit::cleanup
