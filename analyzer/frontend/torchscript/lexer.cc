#include "analyzer/frontend/torchscript/lexer.h"

#include <algorithm>
#include <limits>

#include "analyzer/support/quoted.h"

namespace flopaudit {
namespace {

constexpr std::size_t kMaxTokens = std::size_t{1} << 25;  // a gigabyte of them; a million statements have half as many
constexpr std::size_t kMaxIndentation = 200;  // nested blocks; LibTorch's own parser recurses, printed code stays below

// Locale-free: what a byte is must not depend on where the program runs.
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_word_start(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}
bool is_word(char c) { return is_word_start(c) || is_digit(c); }

class Lexer {
 public:
  explicit Lexer(std::string_view source) : source_(source) {}

  Result<std::vector<Token>> run() {
    if (source_.size() > std::numeric_limits<std::uint32_t>::max()) return input_error("the code is larger than 4 GB");
    while (at_ < source_.size()) {
      if (brackets_ == 0 && line_start_) {
        FA_TRY(indentation());
        if (at_ >= source_.size()) break;
      }
      FA_TRY(token());
      if (tokens_.size() > kMaxTokens) return failure("there are more than " + std::to_string(kMaxTokens) + " tokens");
    }
    if (brackets_ != 0) return failure("a bracket is not closed");
    end_line();
    for (; indentations_.size() > 1; indentations_.pop_back()) add(Token::Kind::dedent, 0);
    add(Token::Kind::end, 0);
    return std::move(tokens_);
  }

 private:
  Error failure(const std::string& why) const {
    return input_error(why + " in line " + std::to_string(line_at(source_, static_cast<std::uint32_t>(at_))));
  }
  void add(Token::Kind kind, std::size_t size) {
    tokens_.push_back({kind, source_.substr(at_, size), static_cast<std::uint32_t>(at_)});
    at_ += size;
  }
  void end_line() {
    if (!tokens_.empty() && tokens_.back().kind != Token::Kind::newline && tokens_.back().kind != Token::Kind::dedent) {
      add(Token::Kind::newline, 0);
    }
    line_start_ = true;
  }
  char peek(std::size_t ahead = 0) const { return at_ + ahead < source_.size() ? source_[at_ + ahead] : '\0'; }

  // At the start of a line: blank lines and comments are skipped, the others open or close blocks.
  Result<void> indentation() {
    for (;;) {
      std::size_t width = 0;
      while (peek(width) == ' ') ++width;
      if (peek(width) == '\r') ++width;
      if (peek(width) == '#') width = std::min(source_.find('\n', at_ + width), source_.size()) - at_;
      if (at_ + width >= source_.size()) {
        at_ = source_.size();
        return {};
      }
      if (peek(width) == '\n') {
        at_ += width + 1;
        continue;
      }
      at_ += width;
      line_start_ = false;
      return open_or_close(width);
    }
  }
  Result<void> open_or_close(std::size_t width) {
    if (width > indentations_.back()) {
      if (indentations_.size() > kMaxIndentation) return failure("blocks are nested too deeply");
      indentations_.push_back(width);
      add(Token::Kind::indent, 0);
      return {};
    }
    while (width < indentations_.back()) {
      indentations_.pop_back();
      add(Token::Kind::dedent, 0);
    }
    if (width != indentations_.back()) return failure("the indentation fits no block");
    return {};
  }

  Result<void> token() {
    const char c = peek();
    if (c == ' ' || c == '\r' || (c == '\n' && brackets_ > 0)) {
      ++at_;
      return {};
    }
    if (c == '\n') {
      end_line();
      ++at_;
      return {};
    }
    if (c == '#') {
      at_ = std::min(source_.find('\n', at_), source_.size());
      return {};
    }
    if (is_word_start(c)) {
      std::size_t size = 1;
      while (is_word(peek(size))) ++size;
      add(Token::Kind::name, size);
      return {};
    }
    if (is_digit(c) || (c == '.' && is_digit(peek(1)))) return number();
    if (c == '"' || c == '\'') return string(c);
    return symbol(c);
  }

  Result<void> number() {
    std::size_t size = 0;
    bool floating = false;
    for (;; ++size) {
      const char c = peek(size);
      if (c == '.') floating = true;
      const bool exponent = c == 'e' || c == 'E';
      if (exponent) {
        floating = true;
        if (peek(size + 1) == '-' || peek(size + 1) == '+') ++size;
        continue;
      }
      if (!is_digit(c) && c != '.') break;
    }
    const bool imaginary = peek(size) == 'j';
    if (imaginary) ++size;
    if (is_word_start(peek(size))) return failure("a number ends in letters");
    if (imaginary) {
      add(Token::Kind::imaginary, size);
      return {};
    }
    add(floating ? Token::Kind::floating : Token::Kind::integer, size);
    return {};
  }

  Result<void> string(char mark) {
    std::size_t size = 1;
    while (at_ + size < source_.size() && source_[at_ + size] != mark) {
      if (source_[at_ + size] == '\n') return failure("a text does not end");
      size += source_[at_ + size] == '\\' ? 2 : 1;
    }
    if (at_ + size >= source_.size()) return failure("a text does not end");
    tokens_.push_back({Token::Kind::string, source_.substr(at_ + 1, size - 1), static_cast<std::uint32_t>(at_)});
    at_ += size + 1;
    return {};
  }

  Result<void> symbol(char c) {
    if (c == '-' && peek(1) == '>') {
      add(Token::Kind::symbol, 2);
      return {};
    }
    if (std::string_view("()[]{},:.=+-").find(c) == std::string_view::npos) {
      return failure("the character " + quoted(std::string(1, c)) + ", which TorchScript code never holds,");
    }
    if (c == '(' || c == '[' || c == '{') ++brackets_;
    if (c == ')' || c == ']' || c == '}') {
      if (brackets_ == 0) return failure("a bracket closes that was never opened");
      --brackets_;
    }
    add(Token::Kind::symbol, 1);
    return {};
  }

  std::string_view source_;
  std::size_t at_ = 0;
  bool line_start_ = true;
  std::size_t brackets_ = 0;
  std::vector<std::size_t> indentations_ = {0};
  std::vector<Token> tokens_;
};

int digit_value(char c) {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return 16;
}

}  // namespace

Result<std::vector<Token>> tokens_of(std::string_view source) { return Lexer(source).run(); }

Result<std::string> unescaped(std::string_view text) {
  constexpr std::string_view kLetters = "ntrabfv\\\"'";
  constexpr std::string_view kMeanings = "\n\t\r\a\b\f\v\\\"'";
  std::string meaning;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\') {
      meaning += text[i];
      continue;
    }
    if (++i >= text.size()) return input_error("a text ends in a backslash");
    const std::size_t letter = kLetters.find(text[i]);
    if (letter != std::string_view::npos) {
      meaning += kMeanings[letter];
      continue;
    }
    const bool hexadecimal = text[i] == 'x';
    const int base = hexadecimal ? 16 : 8;
    std::size_t digit = hexadecimal ? i + 1 : i;
    const std::size_t end = std::min(text.size(), digit + (hexadecimal ? 2 : 3));
    int value = 0;
    const std::size_t first = digit;
    for (; digit < end && digit_value(text[digit]) < base; ++digit) value = value * base + digit_value(text[digit]);
    if (digit == first) return input_error("a text has an unknown escape");
    meaning += static_cast<char>(value);
    i = digit - 1;
  }
  return meaning;
}

int line_at(std::string_view source, std::uint32_t offset) {
  const auto end = source.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(offset, source.size()));
  return 1 + static_cast<int>(std::count(source.begin(), end, '\n'));
}

}  // namespace flopaudit
