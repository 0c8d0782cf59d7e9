// Constant arithmetic and casts, as LibTorch computes them: ints wrap, floats follow IEEE 754.
#include <algorithm>
#include <cmath>
#include <limits>

#include "analyzer/frontend/torchscript/cleanup/constant_rows.h"

namespace flopaudit::cleanup {
namespace {

using Facts = std::vector<Fact>;
using Folded = std::optional<Fact>;

std::int64_t wrapped(std::uint64_t bits) { return static_cast<std::int64_t>(bits); }
std::uint64_t bits(std::int64_t value) { return static_cast<std::uint64_t>(value); }

// No result, as where the processor has none: LibTorch fails, or dies.
bool divides(std::int64_t a, std::int64_t b) {
  return b != 0 && !(a == std::numeric_limits<std::int64_t>::min() && b == -1);
}

std::int64_t floor_quotient(std::int64_t a, std::int64_t b) {
  const std::int64_t quotient = a / b;
  return a % b != 0 && (a < 0) != (b < 0) ? quotient - 1 : quotient;
}

Folded add(const Facts& operands) {
  if (operands.size() == 2 && string_of(operands[0]) != nullptr && string_of(operands[1]) != nullptr) {
    return Fact::string(*string_of(operands[0]) + *string_of(operands[1]));
  }
  const auto pair = number_pair(operands);
  if (!pair) return std::nullopt;
  if (pair->integers) return Fact::integer(wrapped(bits(pair->i) + bits(pair->j)));
  return Fact::floating(pair->x + pair->y);
}

Folded sub(const Facts& operands) {
  const auto pair = number_pair(operands);
  if (!pair) return std::nullopt;
  if (pair->integers) return Fact::integer(wrapped(bits(pair->i) - bits(pair->j)));
  return Fact::floating(pair->x - pair->y);
}

Folded mul(const Facts& operands) {
  const auto pair = number_pair(operands);
  if (!pair) return std::nullopt;
  if (pair->integers) return Fact::integer(wrapped(bits(pair->i) * bits(pair->j)));
  return Fact::floating(pair->x * pair->y);
}

Folded div(const Facts& operands) {
  const auto pair = number_pair(operands);
  if (!pair) return std::nullopt;
  return Fact::floating(pair->x / pair->y);
}

Folded floordiv(const Facts& operands) {
  const auto pair = number_pair(operands);
  if (!pair) return std::nullopt;
  if (!pair->integers) return Fact::floating(std::floor(pair->x / pair->y));
  if (!divides(pair->i, pair->j)) return std::nullopt;
  return Fact::integer(floor_quotient(pair->i, pair->j));
}

Folded truncating_div(const Facts& operands) {
  const auto pair = number_pair(operands);
  if (!pair || !pair->integers || !divides(pair->i, pair->j)) return std::nullopt;
  return Fact::integer(pair->i / pair->j);
}

Folded remainder(const Facts& operands) {
  const auto pair = number_pair(operands);
  if (!pair) return std::nullopt;
  if (!pair->integers) return Fact::floating(std::fmod(pair->y + std::fmod(pair->x, pair->y), pair->y));
  if (!divides(pair->i, pair->j)) return std::nullopt;
  return Fact::integer((pair->j + pair->i % pair->j) % pair->j);
}

Folded max(const Facts& operands) {
  const auto pair = number_pair(operands);
  if (!pair) return std::nullopt;
  if (pair->integers) return Fact::integer(std::max(pair->i, pair->j));
  return Fact::floating(pair->x > pair->y ? pair->x : pair->y);
}

Folded min(const Facts& operands) {
  const auto pair = number_pair(operands);
  if (!pair) return std::nullopt;
  if (pair->integers) return Fact::integer(std::min(pair->i, pair->j));
  return Fact::floating(pair->x < pair->y ? pair->x : pair->y);
}

Folded neg(const Facts& operands) {
  if (const auto i = integer_of(operands[0])) return Fact::integer(wrapped(0 - bits(*i)));
  if (const auto x = floating_of(operands[0])) return Fact::floating(-*x);
  return std::nullopt;
}

Folded abs(const Facts& operands) {
  if (const auto i = integer_of(operands[0])) return Fact::integer(*i < 0 ? wrapped(0 - bits(*i)) : *i);
  if (const auto x = floating_of(operands[0])) return Fact::floating(std::fabs(*x));
  return std::nullopt;
}

Folded to_whole(const Facts& operands, double (*rounded)(double)) {
  if (const auto i = integer_of(operands[0])) return Fact::integer(*i);
  const auto x = floating_of(operands[0]);
  if (!x || !(std::fabs(*x) < 9e18)) return std::nullopt;
  return Fact::integer(static_cast<std::int64_t>(rounded(*x)));
}

Folded floor(const Facts& operands) {
  return to_whole(operands, [](double x) { return std::floor(x); });
}
Folded ceil(const Facts& operands) {
  return to_whole(operands, [](double x) { return std::ceil(x); });
}

// Half to even.
Folded round(const Facts& operands) {
  const auto x = real_of(operands[0]);
  if (!x) return std::nullopt;
  return Fact::floating(std::nearbyint(*x));
}

Folded to_int(const Facts& operands) {
  if (const auto b = boolean_of(operands[0])) return Fact::integer(*b ? 1 : 0);
  return to_whole(operands, [](double x) { return std::trunc(x); });
}

Folded to_float(const Facts& operands) {
  if (const auto b = boolean_of(operands[0])) return Fact::floating(*b ? 1.0 : 0.0);
  const auto x = real_of(operands[0]);
  return x ? Folded(Fact::floating(*x)) : std::nullopt;
}

Folded to_bool(const Facts& operands) {
  if (const auto b = boolean_of(operands[0])) return Fact::boolean(*b);
  if (const auto i = integer_of(operands[0])) return Fact::boolean(*i != 0);
  const auto x = real_of(operands[0]);
  return x ? Folded(Fact::boolean(*x != 0)) : std::nullopt;
}

// A complex number is the pair of its parts.
Folded to_complex(const Facts& operands) {
  std::vector<Fact> parts;
  for (const Fact& operand : operands) {
    const Folded part = to_float({operand});
    if (!part) return std::nullopt;
    parts.push_back(*part);
  }
  if (parts.size() == 1) parts.push_back(Fact::floating(0));
  return parts.size() == 2 ? Folded(Fact::tuple(std::move(parts))) : std::nullopt;
}

// range(lo, hi, step) of a loop. The bounds may lie further apart than a signed number reaches.
Folded range_length(const Facts& operands) {
  const auto low = integer_of(operands[0]), high = integer_of(operands[1]), step = integer_of(operands[2]);
  if (!low || !high || !step || *step == 0) return std::nullopt;
  if (*step > 0 ? *low >= *high : *low <= *high) return Fact::integer(0);
  const std::uint64_t distance = *step > 0 ? bits(*high) - bits(*low) : bits(*low) - bits(*high);
  const std::uint64_t stride = *step > 0 ? bits(*step) : 0 - bits(*step);
  const std::uint64_t length = 1 + (distance - 1) / stride;
  constexpr std::uint64_t kMost = 0x7fffffffffffffff;
  return length <= kMost ? Folded(Fact::integer(static_cast<std::int64_t>(length))) : std::nullopt;
}

Folded derive_index(const Facts& operands) {
  const auto index = integer_of(operands[0]), start = integer_of(operands[1]), step = integer_of(operands[2]);
  if (!index || !start || !step) return std::nullopt;
  return Fact::integer(wrapped(bits(*start) + bits(*index) * bits(*step)));
}

}  // namespace

std::vector<ConstantRow> number_rows() {
  return {
      {"aten::Bool", to_bool},
      {"aten::Complex", to_complex},
      {"aten::Float", to_float},
      {"aten::Int", to_int},
      {"aten::__derive_index", derive_index},
      {"aten::__range_length", range_length},
      {"aten::__round_to_zero_floordiv", truncating_div},
      {"aten::add", add},
      {"aten::ceil", ceil},
      {"aten::div", div},
      {"aten::floor", floor},
      {"aten::floordiv", floordiv},
      {"aten::mul", mul},
      {"aten::neg", neg},
      {"aten::remainder", remainder},
      {"aten::round", round},
      {"aten::sub", sub},
      {"prim::abs", abs},
      {"prim::max", max},
      {"prim::min", min},
  };
}

std::optional<std::int64_t> integer_of(const Fact& fact) {
  const IntFact* const integer = fact.get<IntFact>();
  return integer != nullptr && integer->value ? integer->value->constant() : std::nullopt;
}
std::optional<double> floating_of(const Fact& fact) {
  const FloatFact* const floating = fact.get<FloatFact>();
  return floating != nullptr ? floating->value : std::nullopt;
}
std::optional<bool> boolean_of(const Fact& fact) {
  const BoolFact* const boolean = fact.get<BoolFact>();
  return boolean != nullptr ? boolean->value : std::nullopt;
}
const std::string* string_of(const Fact& fact) {
  const StrFact* const text = fact.get<StrFact>();
  return text != nullptr && text->value ? &*text->value : nullptr;
}
std::optional<double> real_of(const Fact& fact) {
  if (const auto integer = integer_of(fact)) return static_cast<double>(*integer);
  return floating_of(fact);
}

std::optional<NumberPair> number_pair(const std::vector<Fact>& operands) {
  if (operands.size() != 2) return std::nullopt;
  const auto x = real_of(operands[0]), y = real_of(operands[1]);
  if (!x || !y) return std::nullopt;
  const auto i = integer_of(operands[0]), j = integer_of(operands[1]);
  if (i && j) return NumberPair{true, *i, *j, *x, *y};
  return NumberPair{false, 0, 0, *x, *y};
}

}  // namespace flopaudit::cleanup
