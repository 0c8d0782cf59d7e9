#include "analyzer/support/expr_scaling.h"

#include <bit>
#include <cmath>
#include <cstdint>

#include "analyzer/support/expr_node.h"

namespace flopaudit {
namespace {

// Numbers so small that their products with sizes are exact in a double.
constexpr double kMostDividend = 1 << 20;
constexpr double kMostDivisor = 1 << 12;

Expr rounded_down(double value) {
  const double floor = std::floor(value);
  return std::abs(floor) < 9.2e18 ? Expr(static_cast<std::int64_t>(floor)) : Expr::overflow();
}

}  // namespace

std::optional<BinaryFraction> binary_fraction(double factor) {
  for (double divisor = 1; divisor <= kMostDivisor; divisor *= 2) {
    const double dividend = factor * divisor;
    if (std::abs(dividend) > kMostDividend) return std::nullopt;
    if (dividend == std::floor(dividend)) {
      return BinaryFraction{static_cast<std::int64_t>(dividend), static_cast<std::int64_t>(divisor)};
    }
  }
  return std::nullopt;
}

Expr floor_times(const Expr& size, double factor) {
  if (!std::isfinite(factor) || factor <= 0) return Expr::undefined();
  if (ExprBuilder::special(size)) return size;
  if (const auto number = size.constant()) return rounded_down(static_cast<double>(*number) * factor);
  if (const auto fraction = binary_fraction(factor))
    return floor_div(size * Expr(fraction->dividend), fraction->divisor);
  return ExprBuilder::atom(ExprAtom::Kind::floor_times, {size, std::bit_cast<std::int64_t>(factor)});
}

}  // namespace flopaudit
