// The program's own floats that are made from symbolic sizes, as in `int(float(H) * 0.5)`: kept as fractions and
// products (SizeFloat of analyzer/ir/fact.h) as long as what they are rounded to, and what they are compared with, is
// certain.
#pragma once

#include <optional>

#include "analyzer/ops/scalar_helpers.h"

namespace flopaudit {

// Of a symbolic int, a symbolic float, or a number with few binary digits (3, 0.75). Nothing for the others.
std::optional<SizeFloat> size_float_of(const Fact& fact);

// What the double arithmetic of the two gives. Nothing: no fraction or product of a size says it.
std::optional<SizeFloat> combine_size_floats(Arithmetic op, const Fact& a, const Fact& b);
SizeFloat negative_of(const SizeFloat& value);

// Rounded to an int. Towards 0: nothing where the sign depends on the sizes.
Expr rounded_down(const SizeFloat& value);
Expr rounded_up(const SizeFloat& value);
std::optional<Expr> rounded_to_zero(const SizeFloat& value);

// Two ints whose comparison is the comparison of the two floats, for all sizes. Nothing: not known.
struct ComparedSizes {
  Expr a;
  Expr b;
};
std::optional<ComparedSizes> compared_sizes(const Fact& a, const Fact& b);

}  // namespace flopaudit
