// Sizes times a number that is no integer, as in resampling by a scale factor.
#pragma once

#include "analyzer/support/expr.h"

namespace flopaudit {

// The double product of `size` and `factor`, rounded down: `int(math.floor(float(H) * 1.3))`. A factor with few binary
// digits makes a floor_div, 1.5 as `floor_div(3*H, 2)`; another one prints as `floor_times(H, 1.3)`. Exact for sizes
// below 2^53 / factor; `overflow` where the result is none, `undefined` for a factor that is not finite or not above 0.
Expr floor_times(const Expr& size, double factor);
inline Expr ceil_times(const Expr& size, double factor) { return -floor_times(-size, factor); }

// factor = dividend / divisor with few binary digits: 1.5 is 3 / 2. Nothing for the others, as 1.3.
struct BinaryFraction {
  std::int64_t dividend = 0;
  std::int64_t divisor = 1;  // a power of 2
};
std::optional<BinaryFraction> binary_fraction(double factor);

}  // namespace flopaudit
