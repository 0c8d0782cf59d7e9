#include "analyzer/compare/decimal.h"

#include <array>
#include <cctype>
#include <limits>

namespace flopaudit {
namespace {

constexpr int kMostDecimals = 12;
constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();

std::int64_t power_of_ten(int exponent) {
  std::int64_t power = 1;
  for (int i = 0; i < exponent; ++i) power *= 10;
  return power;
}

// Nothing: too large.
std::optional<std::int64_t> product(std::int64_t a, std::int64_t b) {
  std::int64_t result = 0;
  if (__builtin_mul_overflow(a, b, &result)) return std::nullopt;
  return result;
}

struct Prefix {
  std::string_view word;
  std::int64_t factor;
};
constexpr std::array kPrefixes = {Prefix{"Ki", std::int64_t{1} << 10},
                                  Prefix{"Mi", std::int64_t{1} << 20},
                                  Prefix{"Gi", std::int64_t{1} << 30},
                                  Prefix{"Ti", std::int64_t{1} << 40},
                                  Prefix{"k", 1'000},
                                  Prefix{"K", 1'000},
                                  Prefix{"M", 1'000'000},
                                  Prefix{"G", 1'000'000'000},
                                  Prefix{"T", 1'000'000'000'000},
                                  Prefix{"P", 1'000'000'000'000'000}};
constexpr std::array<std::string_view, 9> kUnits = {"", "FLOP", "FLOPs", "MAC", "MACs", "OP", "OPs", "B", "bytes"};

bool is_unit(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  for (const std::string_view unit : kUnits) {
    if (text == unit) return true;
  }
  return false;
}

// The factor of what follows the number; nothing: no prefix and unit that we know.
std::optional<std::int64_t> factor_of(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  if (is_unit(text)) return 1;
  for (const Prefix& prefix : kPrefixes) {
    if (text.substr(0, prefix.word.size()) == prefix.word && is_unit(text.substr(prefix.word.size())))
      return prefix.factor;
  }
  return std::nullopt;
}

bool is_digit(char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; }

// The exponent behind an `e`, taken off `text`; 0 where there is none, nothing where it is out of all measure.
std::optional<int> take_exponent(std::string_view& text) {
  if (text.size() < 2 || (text[0] != 'e' && text[0] != 'E')) return 0;
  const bool negative = text[1] == '-';
  std::size_t at = negative || text[1] == '+' ? 2 : 1;
  if (at >= text.size() || !is_digit(text[at])) return 0;
  int exponent = 0;
  for (; at < text.size() && is_digit(text[at]); ++at) {
    exponent = 10 * exponent + (text[at] - '0');
    if (exponent > 30) return std::nullopt;
  }
  text.remove_prefix(at);
  return negative ? -exponent : exponent;
}

}  // namespace

std::int64_t Decimal::floor() const { return digits / power_of_ten(decimals); }
std::int64_t Decimal::ceil() const {
  const std::int64_t unit = power_of_ten(decimals);
  return digits / unit + (digits % unit != 0 ? 1 : 0);
}

std::optional<Decimal> parse_decimal(std::string_view text) {
  Decimal number;
  bool any = false, point = false;
  std::size_t at = 0;
  for (; at < text.size(); ++at) {
    const char c = text[at];
    if (is_digit(c)) {
      any = true;
      if (number.digits > (kMost - 9) / 10) return std::nullopt;
      number.digits = 10 * number.digits + (c - '0');
      if (point) ++number.decimals;
    } else if (c == '.' && !point) {
      point = true;
    } else if ((c == ',' || c == '_') && any && !point && at + 1 < text.size() && is_digit(text[at + 1])) {
      continue;
    } else {
      break;
    }
  }
  if (!any) return std::nullopt;
  text.remove_prefix(at);
  const std::optional<int> exponent = take_exponent(text);
  const std::optional<std::int64_t> factor = factor_of(text);
  if (!exponent || !factor) return std::nullopt;
  number.decimals -= *exponent;
  auto digits = product(number.digits, *factor);
  while (digits && number.decimals > 0 && *digits % 10 == 0) *digits /= 10, --number.decimals;
  while (digits && number.decimals < 0) digits = product(*digits, 10), ++number.decimals;
  if (!digits || number.decimals > kMostDecimals) return std::nullopt;
  number.digits = *digits;
  return number;
}

}  // namespace flopaudit
