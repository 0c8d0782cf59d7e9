#include "analyzer/ops/rules/line_cursor.h"

#include <algorithm>
#include <charconv>

#include "analyzer/ir/fact_parser.h"
#include "analyzer/support/expr_parser.h"
#include "analyzer/support/quoted.h"

namespace flopaudit {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_word(char c) { return is_letter(c) || is_digit(c); }

}  // namespace

void LineCursor::skip_spaces() {
  while (next() == ' ' || next() == '\t' || next() == '\r') ++position_;
}

bool LineCursor::at_end() {
  skip_spaces();
  return next() == 0 || next() == '#';
}

char LineCursor::next() const { return position_ < line_.size() ? line_[position_] : '\0'; }

bool LineCursor::ahead(std::string_view token) {
  skip_spaces();
  if (line_.substr(position_, token.size()) != token) return false;
  const std::size_t behind = position_ + token.size();
  return !is_word(token.back()) || behind >= line_.size() || !is_word(line_[behind]);
}

bool LineCursor::accept(std::string_view token) {
  if (!ahead(token)) return false;
  position_ += token.size();
  return true;
}

bool LineCursor::accept_adjacent(char wanted) {
  if (next() != wanted) return false;
  ++position_;
  return true;
}

Result<void> LineCursor::expect(std::string_view token) {
  if (accept(token)) return {};
  return expected("'" + std::string(token) + "'");
}

std::string_view LineCursor::peek_word() {
  skip_spaces();
  std::size_t end = position_;
  if (is_letter(next())) {
    while (end < line_.size() && is_word(line_[end])) ++end;
  }
  return line_.substr(position_, end - position_);
}

std::string_view LineCursor::word() {
  const std::string_view found = peek_word();
  position_ += found.size();
  return found;
}

std::string_view LineCursor::operator_name() {
  skip_spaces();
  std::size_t end = position_;
  while (end < line_.size() && (is_word(line_[end]) || line_[end] == ':' || line_[end] == '.')) ++end;
  const std::string_view found = line_.substr(position_, end - position_);
  const std::size_t colons = found.find("::");
  if (colons == 0 || colons == std::string_view::npos || colons + 2 == found.size()) return {};
  position_ = end;
  return found;
}

Result<std::int64_t> LineCursor::integer() {
  std::int64_t value = 0;
  const char* const begin = line_.data() + position_;
  const auto [end, failure] = std::from_chars(begin, line_.data() + line_.size(), value);
  if (failure == std::errc::result_out_of_range) return usage_error("the number does not fit into 64 bits");
  if (failure != std::errc()) return expected("a whole number");
  position_ += static_cast<std::size_t>(end - begin);
  return value;
}

Result<Fact> LineCursor::fact() {
  skip_spaces();
  return parse_fact_prefix(line_, position_);
}

Result<Expr> LineCursor::expression() {
  skip_spaces();
  return parse_expr_prefix(line_, position_);
}

Result<std::string> LineCursor::quoted_text() {
  skip_spaces();
  if (next() != '"') return expected("a text in quotation marks");
  return parse_quoted_prefix(line_, position_);
}

Error LineCursor::expected(std::string_view what) {
  skip_spaces();
  constexpr std::size_t kShown = 20;
  std::string_view found = peek_word();
  if (found.empty()) found = line_.substr(std::min(position_, line_.size()), 1);
  std::string text = at_end() ? "the end of the line" : "`" + std::string(found.substr(0, kShown)) + "`";
  return usage_error("expected " + std::string(what) + ", found " + text);
}

}  // namespace flopaudit
