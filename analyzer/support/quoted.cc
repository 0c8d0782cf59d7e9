#include "analyzer/support/quoted.h"

#include <algorithm>
#include <cstdint>
#include <optional>

namespace flopaudit {
namespace {

constexpr std::string_view kHexDigits = "0123456789abcdef";

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

void append_utf8(std::string& text, std::uint32_t code) {
  const auto byte = [&text](std::uint32_t bits) { text += static_cast<char>(bits); };
  if (code < 0x80) {
    byte(code);
  } else if (code < 0x800) {
    byte(0xC0 | (code >> 6));
    byte(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    byte(0xE0 | (code >> 12));
    byte(0x80 | ((code >> 6) & 0x3F));
    byte(0x80 | (code & 0x3F));
  } else {
    byte(0xF0 | (code >> 18));
    byte(0x80 | ((code >> 12) & 0x3F));
    byte(0x80 | ((code >> 6) & 0x3F));
    byte(0x80 | (code & 0x3F));
  }
}

// The four digits behind `\u`.
std::optional<std::uint32_t> hex4(std::string_view text, std::size_t& position) {
  if (position + 4 > text.size()) return std::nullopt;
  std::uint32_t code = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    const int digit = hex_value(text[position + i]);
    if (digit < 0) return std::nullopt;
    code = code * 16 + static_cast<std::uint32_t>(digit);
  }
  position += 4;
  return code;
}

// `\uXXXX` with the `\u` already read; joins a surrogate pair.
bool unicode_escape(std::string_view text, std::size_t& position, std::string& result) {
  std::optional<std::uint32_t> code = hex4(text, position);
  if (!code) return false;
  if (*code >= 0xD800 && *code < 0xDC00 && text.substr(position, 2) == "\\u") {
    std::size_t behind = position + 2;
    const std::optional<std::uint32_t> low = hex4(text, behind);
    if (low && *low >= 0xDC00 && *low < 0xE000) {
      code = 0x10000 + ((*code - 0xD800) << 10) + (*low - 0xDC00);
      position = behind;
    }
  }
  append_utf8(result, *code);
  return true;
}

}  // namespace

std::string quoted(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    switch (c) {
      case '"': result += "\\\""; break;
      case '\\': result += "\\\\"; break;
      case '\n': result += "\\n"; break;
      case '\t': result += "\\t"; break;
      case '\r': result += "\\r"; break;
      default:
        if (byte < 0x20 || byte == 0x7F) {
          result += "\\u00";
          result += kHexDigits[byte >> 4];
          result += kHexDigits[byte & 15];
        } else {
          result += c;
        }
    }
  }
  return result + '"';
}

std::string quoted_name(std::string_view name) {
  constexpr std::size_t kMost = 240;
  std::string text = quoted(name.substr(0, kMost + 1));  // of a long one, all that can be shown
  if (text.size() <= kMost) return text;
  std::size_t end = kMost;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;  // not inside of a character
  return text.substr(0, end) + "...";
}

Result<std::string> parse_quoted_prefix(std::string_view text, std::size_t& position) {
  if (position >= text.size() || text[position] != '"') return usage_error("expected '\"'");
  ++position;
  std::string result;
  while (position < text.size() && text[position] != '"') {
    const char c = text[position++];
    if (c != '\\') {
      result += c;
      continue;
    }
    if (position >= text.size()) break;
    const char escape = text[position++];
    switch (escape) {
      case 'n': result += '\n'; break;
      case 't': result += '\t'; break;
      case 'r': result += '\r'; break;
      case 'b': result += '\b'; break;
      case 'f': result += '\f'; break;
      case '"':
      case '\\':
      case '/': result += escape; break;
      case 'u':
        if (!unicode_escape(text, position, result)) return usage_error("expected four hexadecimal digits");
        break;
      default: --position; return usage_error("unknown escape in a string");
    }
  }
  if (position >= text.size()) return usage_error("expected '\"'");
  ++position;
  return result;
}

Error cannot_read(std::string_view text, std::string_view problem, std::size_t position) {
  constexpr std::size_t kShown = 60;  // characters of the text, around the place
  std::string shown(text);
  if (text.size() > kShown) {
    const std::size_t start = position > kShown / 2 ? std::min(position - kShown / 2, text.size() - kShown) : 0;
    shown = (start > 0 ? "..." : "") + std::string(text.substr(start, kShown)) +
            (start + kShown < text.size() ? "..." : "");
  }
  for (char& c : shown) {
    if (static_cast<unsigned char>(c) < 0x20) c = ' ';
  }
  return usage_error("cannot read \"" + shown + "\": " + std::string(problem) + " at column " +
                     std::to_string(position + 1));
}

}  // namespace flopaudit
