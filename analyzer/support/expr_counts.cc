// gcd, window_taps and ceil_log2: what adaptive pools, padded windows, and sorts and transforms count, where the sizes
// are symbolic.
#include <algorithm>
#include <bit>
#include <cstdlib>
#include <limits>
#include <numeric>
#include <utility>

#include "analyzer/support/expr.h"
#include "analyzer/support/expr_log2.h"
#include "analyzer/support/expr_node.h"

namespace flopaudit {
namespace {

using Kind = ExprAtom::Kind;

Expr gcd_of_numbers(std::int64_t a, std::int64_t b) {
  constexpr std::int64_t kLeast = std::numeric_limits<std::int64_t>::min();
  if (a != kLeast && b != kLeast) return std::gcd(a, b);
  const std::int64_t other = a == kLeast ? b : a;
  if (other == 0 || other == kLeast) return Expr::overflow();  // 2^63
  return other & -other;                                       // the largest power of 2 in it
}

__extension__ typedef __int128 Wide;  // products of two 64-bit numbers fit

// For b > 0.
Wide floor_quotient(Wide a, Wide b) { return a / b - (a % b < 0 ? 1 : 0); }

// The window positions i at which one tap lies inside are a range, so that only the taps are gone through.
Expr taps_of_numbers(std::int64_t input, std::int64_t output, std::int64_t kernel, std::int64_t stride,
                     std::int64_t padding, std::int64_t dilation) {
  Wide sum = 0;  // at most 2^20 * 2^63
  for (std::int64_t tap = 0; tap < kernel; ++tap) {
    const Wide shift = padding - Wide{tap} * dilation;  // the tap's position is i*stride - shift
    const Wide first = std::max<Wide>(0, floor_quotient(shift + stride - 1, stride));
    const Wide last = std::min<Wide>(Wide{output} - 1, floor_quotient(Wide{input} - 1 + shift, stride));
    sum += std::max<Wide>(0, last - first + 1);
  }
  return sum > std::numeric_limits<std::int64_t>::max() ? Expr::overflow() : Expr(static_cast<std::int64_t>(sum));
}

}  // namespace

Expr gcd(const Expr& a, const Expr& b) {
  if (ExprBuilder::special(a) || ExprBuilder::special(b)) return ExprBuilder::special_of(a, b);
  if (a.is_constant() && b.is_constant()) return gcd_of_numbers(*a.constant(), *b.constant());
  if (a.is_constant()) return gcd(b, a);  // a number comes last
  if (leads_negative(a)) return gcd(-a, b);
  if (leads_negative(b)) return gcd(a, -b);
  if (b == Expr(1)) return 1;
  if (b == Expr(0) && always_less_equal(0, a).value_or(false)) return a;
  if (b != Expr(0)) {
    const ExprDivision division = split_division(a, b);
    if (ExprBuilder::special(division.rest)) return Expr::overflow();
    if (division.rest == Expr(0) && always_less_equal(0, b).value_or(false)) return b;
    if (b.is_constant() && division.rest != a) return gcd(division.rest, b);
  }
  if (!b.is_constant() && b.to_string() < a.to_string()) return gcd(b, a);
  return ExprBuilder::atom(Kind::gcd, {a, b});
}

Expr window_taps(const Expr& input, const Expr& output, const Expr& kernel, const Expr& stride, const Expr& padding,
                 const Expr& dilation) {
  const std::vector<Expr> arguments = {input, output, kernel, stride, padding, dilation};
  for (const Expr& argument : arguments) {
    if (ExprBuilder::special(argument)) return argument;
  }
  if (stride == Expr(0)) return Expr::undefined();
  const std::optional<std::int64_t> taps = kernel.constant();
  if (!taps || *taps > kMaxTaps || leads_negative(stride)) return Expr::overflow();
  if (*taps <= 0 || output == Expr(0)) return 0;
  if (std::ranges::all_of(arguments, [](const Expr& argument) { return argument.is_constant(); })) {
    return taps_of_numbers(*input.constant(), *output.constant(), *taps, *stride.constant(), *padding.constant(),
                           *dilation.constant());
  }
  return ExprBuilder::atom(Kind::window_taps, arguments);
}

Expr ceil_log2(const Expr& a) {
  if (ExprBuilder::special(a)) return a;
  const std::optional<std::int64_t> number = a.constant();
  if (!number) return ExprBuilder::atom(Kind::ceil_log2, {a});
  return *number <= 1 ? 0 : std::bit_width(static_cast<std::uint64_t>(*number) - 1);
}

}  // namespace flopaudit
