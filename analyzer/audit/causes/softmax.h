// The softmax over rows, which attention shares.
#pragma once

#include <cstdint>

#include "analyzer/audit/causes/kernel_model.h"

namespace flopaudit {

// What the kernel executes for `rows` rows of `length` neighbours: all of it, the work included. Values that are not
// ordinary (the exponential of a result that underflows; in f64 also of 0, apart from the largest of each row, which
// always is) may change it: see `exp_by_values`.
FlopIntervals softmax_of_rows(std::int64_t rows, std::int64_t length, const PrecisionClasses& classes);

// What `count` calls of libm's exp may cost more or less than ordinary ones, by their arguments.
void exp_by_values(std::int64_t count, const PrecisionClasses& classes, Explanation& out);

// The same of `count` logarithms of sums of exponentials: that of 1 ends early, and f64's next to 1 is another
// polynomial.
void log_by_values(std::int64_t count, const PrecisionClasses& classes, Explanation& out);

// libm's exp and log of one element; f32 ones compute in f64.
inline constexpr std::int64_t kExpF32 = 6, kExpF64 = 10;

}  // namespace flopaudit
