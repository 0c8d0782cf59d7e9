// Why the double that the program holds may be taken for the fraction that it stands for.
//
// Every value here is either a fraction whose divisor is a power of 2, which a double holds exactly (sizes below 2^53),
// or one that lies within some roundings of its fraction. A fraction n/d that is no integer is at least 1/d from every
// integer, and d is small, so rounding down, up and comparing give the same; what must hold besides is that a fraction
// that happens to be a double is held exactly. Divisions, sums with exact numbers, and products with numbers that share
// no factor with the divisor keep that. (H/7)*7 does not: it may come out beside H, so it is not known.
#include "analyzer/ops/size_floats.h"

#include <cstdlib>
#include <numeric>

#include "analyzer/support/expr_scaling.h"

namespace flopaudit {
namespace {

constexpr std::int64_t kMostDivisor = std::int64_t{1} << 24;

std::int64_t odd_part(std::int64_t number) {
  while (number % 2 == 0) number /= 2;
  return number;
}
bool is_exact(const SizeFloat& value) { return value.factor == 1 && odd_part(value.divisor) == 1; }

std::optional<SizeFloat> fraction(Expr size, std::int64_t divisor) {
  if (size.is_overflow() || size.is_undefined()) return std::nullopt;
  const Expr whole = floor_div(size, divisor);
  if (whole * Expr(divisor) == size) return SizeFloat{whole};
  if (divisor > kMostDivisor) return std::nullopt;
  return SizeFloat{std::move(size), divisor};
}

// Both over one divisor.
struct Common {
  Expr a;
  Expr b;
  std::int64_t divisor = 1;
};
std::optional<Common> common(const SizeFloat& a, const SizeFloat& b) {
  if (a.factor != 1 || b.factor != 1) return std::nullopt;
  const std::int64_t divisor = std::lcm(a.divisor, b.divisor);  // at most 2^48
  return Common{a.size * Expr(divisor / a.divisor), b.size * Expr(divisor / b.divisor), divisor};
}

std::optional<SizeFloat> sum(const SizeFloat& a, const SizeFloat& b, std::int64_t sign) {
  const auto both = is_exact(a) || is_exact(b) ? common(a, b) : std::nullopt;
  return both ? fraction(both->a + Expr(sign) * both->b, both->divisor) : std::nullopt;
}

std::optional<SizeFloat> product(const SizeFloat& a, const SizeFloat& b) {
  if (!a.size.is_constant() && b.size.is_constant()) return product(b, a);
  if (a.factor != 1 || b.factor != 1) return std::nullopt;
  const std::int64_t odd = odd_part(b.divisor);
  const bool stays_exact = odd == 1 || (a.size.is_constant() && std::gcd(*a.size.constant(), odd) == 1);
  return is_exact(a) && stays_exact ? fraction(a.size * b.size, a.divisor * b.divisor) : std::nullopt;
}

std::optional<SizeFloat> quotient(const SizeFloat& a, const SizeFloat& b) {
  const std::optional<std::int64_t> number = b.size.constant();
  if (!number || *number == 0 || std::abs(*number) > kMostDivisor || !is_exact(b) || a.factor != 1) return std::nullopt;
  return fraction(a.size * Expr(*number < 0 ? -b.divisor : b.divisor), a.divisor * std::abs(*number));
}

std::optional<SizeFloat> remainder(const SizeFloat& a, const SizeFloat& b) {
  // By 0 it is nan, which no fraction is.
  const bool never_zero = always_less(0, b.size) == true || always_less(b.size, 0) == true;
  const auto both = never_zero && is_exact(a) && is_exact(b) ? common(a, b) : std::nullopt;
  return both ? fraction(mod(both->a, both->b), both->divisor) : std::nullopt;
}

// A size times a number that is no fraction of few digits; a divisor that is a power of 2 goes into the number.
std::optional<SizeFloat> scaled(const Fact& size, const Fact& factor) {
  const std::optional<double> number = number_of(factor);
  const std::optional<SizeFloat> value = size_float_of(size);
  if (!number || !value || !is_exact(*value) || !(*number > 0) || !(*number < 1e15)) return std::nullopt;
  return SizeFloat{value->size, 1, *number / static_cast<double>(value->divisor)};
}

bool is_symbolic(const Fact& fact) { return !number_of(fact).has_value(); }

}  // namespace

std::optional<SizeFloat> size_float_of(const Fact& fact) {
  if (const auto* floating = fact.get<FloatFact>(); floating != nullptr && floating->of_size) return floating->of_size;
  if (const std::optional<double> number = number_of(fact)) {
    const auto binary = binary_fraction(*number);
    return binary ? std::optional(SizeFloat{binary->dividend, binary->divisor}) : std::nullopt;
  }
  const std::optional<Expr> integer = integer_of(fact);
  return integer ? std::optional(SizeFloat{*integer}) : std::nullopt;
}

std::optional<SizeFloat> combine_size_floats(Arithmetic op, const Fact& a, const Fact& b) {
  const std::optional<SizeFloat> x = size_float_of(a), y = size_float_of(b);
  if (!x || !y) {
    if (op != Arithmetic::mul) return std::nullopt;
    return is_symbolic(a) ? scaled(a, b) : scaled(b, a);
  }
  const auto extremum = [&](Expr (*choose)(const Expr&, const Expr&)) {
    const auto both = common(*x, *y);
    return both ? fraction(choose(both->a, both->b), both->divisor) : std::nullopt;
  };
  switch (op) {
    case Arithmetic::add: return sum(*x, *y, 1);
    case Arithmetic::sub: return sum(*x, *y, -1);
    case Arithmetic::mul: return product(*x, *y);
    case Arithmetic::div: return quotient(*x, *y);
    case Arithmetic::remainder: return remainder(*x, *y);
    case Arithmetic::minimum: return extremum(min);
    case Arithmetic::maximum: return extremum(max);
    case Arithmetic::floordiv: {
      const auto whole = quotient(*x, *y);
      return whole ? std::optional(SizeFloat{rounded_down(*whole)}) : std::nullopt;
    }
    case Arithmetic::pow: return std::nullopt;
  }
  return std::nullopt;
}

SizeFloat negative_of(const SizeFloat& value) { return {-value.size, value.divisor, value.factor}; }

Expr rounded_down(const SizeFloat& value) {
  return value.factor != 1 ? floor_times(value.size, value.factor) : floor_div(value.size, value.divisor);
}

Expr rounded_up(const SizeFloat& value) {
  return value.factor != 1 ? ceil_times(value.size, value.factor) : ceil_div(value.size, value.divisor);
}

std::optional<Expr> rounded_to_zero(const SizeFloat& value) {
  if (always_less_equal(0, value.size) == true) return rounded_down(value);
  if (always_less_equal(value.size, 0) == true) return rounded_up(value);
  return std::nullopt;
}

std::optional<ComparedSizes> compared_sizes(const Fact& a, const Fact& b) {
  const std::optional<SizeFloat> x = size_float_of(a), y = size_float_of(b);
  // Of two roundings of one fraction either may be the larger.
  if (!x || !y || (!is_exact(*x) && !is_exact(*y))) return std::nullopt;
  const auto both = common(*x, *y);
  return both ? std::optional(ComparedSizes{both->a, both->b}) : std::nullopt;
}

}  // namespace flopaudit
