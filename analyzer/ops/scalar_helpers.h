// The program's own numbers: ints (symbolic or unknown), floats, bools. What is not known stays a number of its kind.
#pragma once

#include <optional>

#include "analyzer/ops/shape_helpers.h"

namespace flopaudit {

enum class Arithmetic { add, sub, mul, div, floordiv, remainder, pow, minimum, maximum };
enum class Comparison { eq, ne, lt, le, gt, ge };

// Two numbers to one. Int and int stay int, but for div and pow; a float beside any is float, as in Python.
RuleResult<Fact> combine_numbers(Arithmetic op, const Fact& a, const Fact& b);

// Decided, or nothing. Numbers, strings, devices, and (eq, ne) lists, tuples and None.
std::optional<bool> compare_facts(Comparison op, const Fact& a, const Fact& b);

std::optional<bool> is_not_zero(const Expr& value);  // decided for all values of its symbols, or nothing

Fact maybe_bool(std::optional<bool> value);
Fact maybe_int(std::optional<Expr> value);
Fact maybe_float(std::optional<double> value);

}  // namespace flopaudit
