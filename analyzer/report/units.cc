#include "analyzer/report/units.h"

#include <fmt/format.h>

#include <array>
#include <cmath>

namespace flopaudit {

std::string with_separators(std::int64_t number) {
  std::string digits = std::to_string(number);
  const std::size_t first = number < 0 ? 1 : 0;
  for (std::size_t i = digits.size(); i > first + 3; i -= 3) digits.insert(i - 3, ",");
  return digits;
}

std::string with_separators(const Range& range, FormulaNames& names) {
  if (!range.min.constant() || !range.max.constant()) return names.text(range);
  const std::string low = with_separators(*range.min.constant());
  return range.exact() ? low : low + ".." + with_separators(*range.max.constant());
}

std::string with_prefix(double number) {
  if (std::abs(number) < 10000) return fmt::format("{:.10g}", number);
  static constexpr std::array<const char*, 6> kPrefixes = {"k", "M", "G", "T", "P", "E"};
  std::size_t prefix = 0;
  number /= 1000;
  while (std::abs(number) >= 999.95 && prefix + 1 < kPrefixes.size()) {
    number /= 1000;
    ++prefix;
  }
  const int decimals = std::abs(number) < 9.9995 ? 3 : std::abs(number) < 99.995 ? 2 : 1;
  return fmt::format("{:.{}f} {}", number, decimals, kPrefixes[prefix]);
}

namespace {
std::string expr_with_prefix(const Expr& expr) {
  const auto constant = expr.constant();
  return constant ? with_prefix(static_cast<double>(*constant)) : expr.to_string();
}
}  // namespace

std::string with_prefix(const Range& range) {
  if (range.exact()) return expr_with_prefix(range.min);
  return expr_with_prefix(range.min) + ".." + expr_with_prefix(range.max);
}

std::string with_unit(const Range& range, const char* unit) {
  const std::string number = with_prefix(range);
  const auto largest = magnitude(range);
  const bool has_prefix = largest && std::abs(*largest) >= 10000;
  return number + (has_prefix ? "" : " ") + unit;
}

std::string percent(double share) {
  const double value = 100 * share;
  const int decimals = std::abs(value) < 9.995 ? 2 : 1;
  return fmt::format("{:.{}f} %", value, decimals);
}

std::string bytes(std::int64_t number) {
  if (number < 10000) return fmt::format("{} B", number);
  return with_prefix(static_cast<double>(number)) + "B";
}

std::string plain(const Range& range) { return range.to_string(); }

std::optional<double> magnitude(const Range& range) {
  const auto constant = range.max.constant();
  if (!constant) return std::nullopt;
  return static_cast<double>(*constant);
}

}  // namespace flopaudit
