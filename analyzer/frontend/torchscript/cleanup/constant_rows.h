// The rows of constant_ops: families of operators on constants, each in a file of its own.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "analyzer/ir/fact.h"

namespace flopaudit::cleanup {

struct ConstantRow {
  std::string_view op;  // without overload: operands know their kinds
  // Nothing: not for operands of these kinds, or the operator fails on them.
  std::optional<Fact> (*fold)(const std::vector<Fact>& operands);
};

std::vector<ConstantRow> number_rows();      // arithmetic, casts
std::vector<ConstantRow> math_rows();        // functions of <cmath>
std::vector<ConstantRow> comparison_rows();  // comparisons, logic, identity
std::vector<ConstantRow> text_rows();        // strings, devices

std::optional<std::int64_t> integer_of(const Fact& fact);
std::optional<double> floating_of(const Fact& fact);  // of a float alone
std::optional<bool> boolean_of(const Fact& fact);
const std::string* string_of(const Fact& fact);
std::optional<double> real_of(const Fact& fact);  // an int or a float, as a float

// Two numbers, both ints or both floats after conversion.
struct NumberPair {
  bool integers = false;
  std::int64_t i = 0, j = 0;
  double x = 0, y = 0;
};
std::optional<NumberPair> number_pair(const std::vector<Fact>& operands);

}  // namespace flopaudit::cleanup
