#include "analyzer/ir/number_text.h"

#include <array>
#include <charconv>
#include <cmath>
#include <limits>

namespace flopaudit {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_word_character(char c) {
  return is_digit(c) || c == '_' || c == '.' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// The value at `start` in the format, where the number ends at a word's end.
std::optional<double> read(std::string_view text, std::size_t start, std::chars_format format, std::size_t& end) {
  double value = 0;
  const auto [behind, error] = std::from_chars(text.data() + start, text.data() + text.size(), value, format);
  if (error == std::errc::invalid_argument) return std::nullopt;
  end = static_cast<std::size_t>(behind - text.data());
  if (end < text.size() && is_word_character(text[end])) return std::nullopt;
  if (error == std::errc::result_out_of_range) return std::nullopt;
  return value;
}

}  // namespace

std::string float_text(double value) {
  if (std::isnan(value)) return "nan";
  std::array<char, 40> buffer;
  const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
  std::string text(buffer.data(), end);
  const bool reads_as_float = text.find_first_of(".en") != std::string::npos;  // the n of inf
  return reads_as_float ? text : text + ".0";
}

std::optional<double> parse_float_prefix(std::string_view text, std::size_t& position, bool& is_integer) {
  std::size_t start = position;
  const bool negative = start < text.size() && text[start] == '-';
  if (negative) ++start;
  is_integer = false;
  std::size_t end = start;
  std::optional<double> value;
  if (text.substr(start, 2) == "0x") {
    value = read(text, start + 2, std::chars_format::hex, end);
  } else if (text.substr(start, 3) == "inf" || text.substr(start, 3) == "nan") {
    value = text[start] == 'i' ? std::numeric_limits<double>::infinity() : std::numeric_limits<double>::quiet_NaN();
    end = start + 3;
    if (end < text.size() && is_word_character(text[end])) value.reset();
  } else if (start < text.size() && (is_digit(text[start]) || text[start] == '.')) {
    value = read(text, start, std::chars_format::general, end);
    is_integer = text.substr(start, end - start).find_first_of(".eE") == std::string_view::npos;
  }
  if (!value) return std::nullopt;
  position = end;
  return negative ? -*value : *value;
}

}  // namespace flopaudit
