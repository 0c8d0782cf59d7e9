#include "analyzer/ir/text_cursor.h"

#include <algorithm>
#include <cctype>
#include <charconv>

#include "analyzer/ir/fact_parser.h"
#include "analyzer/ir/type_parser.h"
#include "analyzer/support/quoted.h"

namespace flopaudit {
namespace {

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

}  // namespace

void TextCursor::skip() {
  while (position_ < text_.size()) {
    const char c = text_[position_];
    if (c == '#') {
      while (position_ < text_.size() && text_[position_] != '\n') ++position_;
    } else if (c == ' ' || c == '\n' || c == '\t' || c == '\r') {
      ++position_;
    } else {
      return;
    }
  }
}

bool TextCursor::at_end() {
  skip();
  return position_ == text_.size();
}

std::string_view TextCursor::peek_word() {
  skip();
  std::size_t end = position_;
  while (end < text_.size() && is_word(text_[end])) ++end;
  return text_.substr(position_, end - position_);
}

bool TextCursor::ahead(std::string_view token) {
  skip();
  if (text_.substr(position_, token.size()) != token) return false;
  const std::size_t end = position_ + token.size();
  return !is_word(token.back()) || end >= text_.size() || !is_word(text_[end]);
}

bool TextCursor::accept(std::string_view token) {
  if (!ahead(token)) return false;
  take_to(position_ + token.size());
  return true;
}

Result<void> TextCursor::expect(std::string_view token) {
  if (!accept(token)) return expected("`" + std::string(token) + "`");
  return {};
}

Result<std::int64_t> TextCursor::integer() {
  skip();
  std::int64_t value = 0;
  const char* const end = text_.data() + text_.size();
  const auto [stop, status] = std::from_chars(text_.data() + position_, end, value);
  if (status != std::errc()) return expected("an integer of 64 bits");
  take_to(static_cast<std::size_t>(stop - text_.data()));
  return value;
}

Result<std::string> TextCursor::string() {
  skip();
  if (position_ == text_.size() || text_[position_] != '"') return expected("a text in quotation marks");
  Result<std::string> value = parse_quoted_prefix(text_, position_);
  if (!value) return error_at(position_, value.error().message);
  take_to(position_);
  return value;
}

Result<std::string_view> TextCursor::run(std::string_view more, std::string_view what) {
  skip();
  std::size_t end = position_;
  while (end < text_.size() && (is_word(text_[end]) || more.find(text_[end]) != std::string_view::npos)) ++end;
  if (end == position_) return expected(what);
  const std::string_view taken = text_.substr(position_, end - position_);
  take_to(end);
  return taken;
}

Result<Type> TextCursor::type() {
  skip();
  Result<Type> value = parse_type_prefix(text_, position_);
  if (!value) return error_at(position_, value.error().message);
  take_to(position_);
  return value;
}

Result<Fact> TextCursor::fact() {
  skip();
  Result<Fact> value = parse_fact_prefix(text_, position_);
  if (!value) return error_at(position_, value.error().message);
  take_to(position_);
  return value;
}

Result<Fact> TextCursor::braced_fact() {
  if (!accept("{")) return Fact();
  FA_ASSIGN(Fact value, fact());
  FA_TRY(expect("}"));
  return value;
}

Result<Expr> TextCursor::count() {
  if (!ahead("<")) {
    FA_ASSIGN(const std::int64_t value, integer());
    return Expr(value);
  }
  // An expression holds no angle brackets and no line ends.
  const std::size_t end = text_.find_first_of(">\n", position_);
  if (end == std::string_view::npos || text_[end] == '\n') return expected("an expression in angle brackets");
  const std::string_view inner = text_.substr(position_ + 1, end - position_ - 1);
  Result<Expr> value = Expr::parse(inner);
  if (!value) return error_at(position_, value.error().message);
  take_to(end + 1);
  return value;
}

Result<Range> TextCursor::range() {
  FA_ASSIGN(Expr low, count());
  if (!accept("..")) return Range(std::move(low));
  FA_ASSIGN(Expr high, count());
  return Range(std::move(low), std::move(high));
}

Error TextCursor::expected(std::string_view what) {
  skip();
  constexpr std::size_t kShown = 30;
  std::string found;
  for (const char c : text_.substr(position_, kShown)) {
    if (c == '\n') break;
    const auto byte = static_cast<unsigned char>(c);
    found += byte >= 0x20 && byte < 0x7f ? c : '?';
  }
  return error_at(position_, "expected " + std::string(what) + ", found " +
                                 (position_ == text_.size() ? "the end of the text" : "`" + found + "`"));
}

Error TextCursor::error(const std::string& sentence) const { return error_at(taken_, sentence); }

Error TextCursor::error_at(std::size_t place, const std::string& sentence) const {
  const auto lines = std::count(text_.begin(), text_.begin() + static_cast<std::ptrdiff_t>(place), '\n');
  return input_error("line " + std::to_string(lines + 1) + ": " + sentence);
}

}  // namespace flopaudit
