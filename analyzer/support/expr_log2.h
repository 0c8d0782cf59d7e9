// The logarithm among the functions of Expr: how often a size halves, in sorts, searches and Fourier transforms.
#pragma once

#include "analyzer/support/expr.h"

namespace flopaudit {

// The least k >= 0 with 2^k >= a: 0 for all numbers up to 1. Prints as `ceil_log2(N)`.
Expr ceil_log2(const Expr& a);

}  // namespace flopaudit
