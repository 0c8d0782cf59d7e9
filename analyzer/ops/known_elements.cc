#include "analyzer/ops/known_elements.h"

#include <cmath>
#include <limits>

namespace flopaudit {
namespace {

double rounded_to(DType dtype, double value) {
  return dtype == DType::f32 ? static_cast<double>(static_cast<float>(value)) : value;
}

bool has_known_elements(DType dtype) { return dtype == DType::f32 || dtype == DType::f64; }

// The least number that `dtype` holds, and the first above the greatest: both are doubles.
std::pair<double, double> range_of(DType dtype) {
  switch (dtype) {
    case DType::u8: return {0, 256};
    case DType::i8: return {-128, 128};
    case DType::i16: return {-32768, 32768};
    case DType::i32: return {-2147483648.0, 2147483648.0};
    default: return {-9223372036854775808.0, 9223372036854775808.0};
  }
}

std::optional<Element> cast(const Element& element, DType to) {
  const std::optional<double> number = number_of(element);
  const Expr* integer = std::get_if<Expr>(&element);
  if (to == DType::i64 && integer != nullptr) return element;
  if (!number || std::isnan(*number)) return std::nullopt;
  if (to == DType::boolean) return Element(Expr(*number != 0 ? 1 : 0));
  if (is_integral(to)) {
    const double whole = std::trunc(*number);
    const auto [least, beyond] = range_of(to);
    if (!(whole >= least && whole < beyond)) return std::nullopt;
    return integer != nullptr ? element : Element(Expr(static_cast<std::int64_t>(whole)));
  }
  if (!has_known_elements(to)) return std::nullopt;
  return Element(rounded_to(to, *number));
}

}  // namespace

void apply_to_elements(const TensorFact& input, ElementFunction function, TensorFact& result) {
  if (!input.contents || !result.dtype || !has_known_elements(*result.dtype)) return;
  Elements elements;
  for (const Element& element : *input.contents) {
    const std::optional<double> number = number_of(element);
    const std::optional<double> value = number ? function(rounded_to(*result.dtype, *number)) : std::nullopt;
    if (!value) return;
    elements.push_back(rounded_to(*result.dtype, *value));
  }
  result.contents = std::move(elements);
}

std::optional<Elements> cast_elements(const TensorFact& input, DType to) {
  if (!input.contents) return std::nullopt;
  Elements elements;
  for (const Element& element : *input.contents) {
    const std::optional<Element> value = cast(element, to);
    if (!value) return std::nullopt;
    elements.push_back(*value);
  }
  return elements;
}

}  // namespace flopaudit
