// The text form of expressions: `3*N*ceil_div(H, 2) + 4`. Products bind tighter than sums; the parser also takes
// brackets and Python's `//` and `%`, which a user may write and to_string() never does.
#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <utility>

#include "analyzer/support/expr.h"
#include "analyzer/support/expr_log2.h"
#include "analyzer/support/expr_node.h"
#include "analyzer/support/expr_parser.h"
#include "analyzer/support/expr_scaling.h"
#include "analyzer/support/quoted.h"

namespace flopaudit {
namespace {

using Kind = ExprAtom::Kind;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_name_start(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_name_character(char c) { return is_name_start(c) || is_digit(c); }

std::string_view function_name(Kind kind) {
  switch (kind) {
    case Kind::floor_div: return "floor_div";
    case Kind::mod: return "mod";
    case Kind::min: return "min";
    case Kind::gcd: return "gcd";
    case Kind::window_taps: return "window_taps";
    case Kind::ceil_log2: return "ceil_log2";
    case Kind::floor_times: return "floor_times";
    default: return "max";
  }
}

// Words that are no symbols.
constexpr std::array<std::string_view, 11> kReserved = {"floor_div", "ceil_div",  "mod",         "min",
                                                        "max",       "gcd",       "window_taps", "ceil_log2",
                                                        "overflow",  "undefined", "floor_times"};

std::string_view name_at(std::string_view text, std::size_t position) {
  std::size_t end = position;
  if (end < text.size() && is_name_start(text[end])) {
    while (end < text.size() && is_name_character(text[end])) ++end;
  }
  return text.substr(position, end - position);
}

// The length of a symbol's name at the start of the text: `N`, or `trips(n12.n30)`; 0: none.
std::size_t symbol_length(std::string_view text) {
  const std::string_view name = name_at(text, 0);
  if (name.empty() || std::ranges::find(kReserved, name) != kReserved.end()) return 0;
  std::size_t end = name.size();
  if (end == text.size() || text[end] != '(') return end;
  const std::size_t argument = ++end;
  while (end < text.size() && (is_name_character(text[end]) || text[end] == '.')) ++end;
  if (end == argument || end == text.size() || text[end] != ')') return 0;
  return end + 1;
}

class ExprParser {
 public:
  ExprParser(std::string_view text, std::size_t& position) : text_(text), position_(position) {}

  Result<Expr> sum(int depth) {
    FA_ASSIGN(Expr result, product(take('-'), depth));
    while (true) {
      if (take('+')) {
        FA_ASSIGN(const Expr term, product(false, depth));
        result += term;
      } else if (take('-')) {
        FA_ASSIGN(const Expr term, product(true, depth));
        result += term;
      } else {
        return result;
      }
    }
  }

 private:
  Result<Expr> product(bool negative, int depth) {
    FA_ASSIGN(Expr result, factor(negative, depth));
    while (true) {
      if (take('*')) {
        FA_ASSIGN(const Expr next, factor(false, depth));
        result *= next;
      } else if (take('%')) {
        FA_ASSIGN(const Expr next, factor(false, depth));
        result = mod(result, next);
      } else if (text_.substr(behind_spaces(), 2) == "//") {
        position_ = behind_spaces() + 2;
        FA_ASSIGN(const Expr next, factor(false, depth));
        result = floor_div(result, next);
      } else {
        return result;
      }
    }
  }

  // The sign goes into the number, so that the least integer can be read.
  Result<Expr> factor(bool negative, int depth) {
    constexpr int kMaxDepth = 200;  // a hostile text must not exhaust the stack
    if (depth > kMaxDepth) return usage_error("expression nested too deeply");
    position_ = behind_spaces();
    if (position_ < text_.size() && is_digit(text_[position_])) return number(negative);
    FA_ASSIGN(Expr result, unsigned_factor(depth));
    return negative ? -result : result;
  }

  Result<Expr> unsigned_factor(int depth) {
    if (take('-')) return factor(true, depth + 1);
    if (take('(')) {
      FA_ASSIGN(Expr inner, sum(depth + 1));
      if (!take(')')) return usage_error("expected ')'");
      return inner;
    }
    const std::string_view name = name_at(text_, position_);
    if (name.empty()) return usage_error("expected a number or a name");
    if (std::ranges::find(kReserved, name) != kReserved.end()) return reserved(name, depth);
    const std::size_t length = symbol_length(text_.substr(position_));
    if (length == 0) {
      position_ += name.size() + 1;
      return usage_error("expected one name in the brackets of a symbol");
    }
    const std::size_t start = position_;
    position_ += length;
    return Expr::symbol(std::string(text_.substr(start, length)));
  }

  Result<Expr> reserved(std::string_view name, int depth) {
    position_ += name.size();
    if (name == "overflow") return Expr::overflow();
    if (name == "undefined") return Expr::undefined();
    if (!take('(')) return usage_error("expected '('");
    if (name == "floor_times") return scaled(depth);
    const bool any_count = name == "min" || name == "max";
    const std::size_t count = name == "window_taps" ? 6 : name == "ceil_log2" ? 1 : 2;
    std::vector<Expr> arguments;
    do {
      if (arguments.size() == count && !any_count) return usage_error("expected ')'");
      FA_ASSIGN(Expr next, sum(depth + 1));
      arguments.push_back(std::move(next));
    } while (take(','));
    if (arguments.size() < count) return usage_error("expected ','");
    if (!take(')')) return usage_error("expected ')'");
    return applied(name, arguments);
  }

  // Behind `floor_times(`: the size, and the factor as a decimal number.
  Result<Expr> scaled(int depth) {
    FA_ASSIGN(const Expr size, sum(depth + 1));
    if (!take(',')) return usage_error("expected ','");
    position_ = behind_spaces();
    double factor = 0;
    const auto [end, error] = std::from_chars(text_.data() + position_, text_.data() + text_.size(), factor);
    if (error != std::errc() || !std::isfinite(factor) || factor <= 0) return usage_error("expected a factor above 0");
    position_ = static_cast<std::size_t>(end - text_.data());
    if (!take(')')) return usage_error("expected ')'");
    return floor_times(size, factor);
  }

  static Expr applied(std::string_view name, const std::vector<Expr>& of) {
    if (name == "floor_div") return floor_div(of[0], of[1]);
    if (name == "ceil_div") return ceil_div(of[0], of[1]);
    if (name == "mod") return mod(of[0], of[1]);
    if (name == "gcd") return gcd(of[0], of[1]);
    if (name == "ceil_log2") return ceil_log2(of[0]);
    if (name == "window_taps") return window_taps(of[0], of[1], of[2], of[3], of[4], of[5]);
    Expr result = of[0];
    for (std::size_t i = 1; i < of.size(); ++i) result = name == "min" ? min(result, of[i]) : max(result, of[i]);
    return result;
  }

  Result<Expr> number(bool negative) {
    const std::size_t start = position_;
    const std::uint64_t limit = static_cast<std::uint64_t>(INT64_MAX) + (negative ? 1 : 0);
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text_.data() + start, text_.data() + text_.size(), value);
    if (error != std::errc() || value > limit) return usage_error("the number does not fit into 64 bits");
    position_ = static_cast<std::size_t>(end - text_.data());
    return Expr(static_cast<std::int64_t>(negative ? ~value + 1 : value));
  }

  std::size_t behind_spaces() const {
    std::size_t next = position_;
    while (next < text_.size() && text_[next] == ' ') ++next;
    return next;
  }
  // Moves only over the wanted character, so that an expression never eats the spaces behind it.
  bool take(char wanted) {
    const std::size_t next = behind_spaces();
    if (next >= text_.size() || text_[next] != wanted) return false;
    position_ = next + 1;
    return true;
  }

  std::string_view text_;
  std::size_t& position_;
};

std::string shortest_text(double value) {
  std::array<char, 40> buffer;
  return {buffer.data(), std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr};
}

std::string magnitude(std::int64_t value) {
  const auto bits = static_cast<std::uint64_t>(value);
  return std::to_string(value < 0 ? ~bits + 1 : bits);
}

void append_signed(std::string& text, std::int64_t sign_of, const std::string& unsigned_text) {
  if (text.empty()) {
    text = (sign_of < 0 ? "-" : "") + unsigned_text;
  } else {
    text += (sign_of < 0 ? " - " : " + ") + unsigned_text;
  }
}

}  // namespace

bool is_symbol_name(std::string_view name) { return !name.empty() && symbol_length(name) == name.size(); }

Expr ExprBuilder::atom(ExprAtom::Kind kind, std::vector<Expr> arguments) {
  auto atom = std::make_shared<ExprAtom>();
  atom->kind = kind;
  // floor_div(H + 15, 16) reads better as ceil_div(H, 16).
  const std::optional<std::int64_t> divisor =
      kind == ExprAtom::Kind::floor_div ? arguments[1].constant() : std::nullopt;
  if (divisor && constant_part(arguments[0]) == *divisor - 1) {
    atom->text = "ceil_div(" + (arguments[0] - Expr(*divisor - 1)).to_string() + ", " + arguments[1].to_string() + ")";
  } else if (kind == ExprAtom::Kind::floor_times) {
    atom->text = "floor_times(" + arguments[0].to_string() + ", " +
                 shortest_text(std::bit_cast<double>(*arguments[1].constant())) + ")";
  } else {
    atom->text = std::string(function_name(kind)) + "(";
    for (std::size_t i = 0; i < arguments.size(); ++i) atom->text += (i > 0 ? ", " : "") + arguments[i].to_string();
    atom->text += ")";
  }
  if (atom->text.size() > kMaxAtomText) return Expr::overflow();
  atom->arguments = std::move(arguments);
  return monomial(1, {std::move(atom)});
}

std::string Expr::to_string() const {
  if (!node_) return std::to_string(constant_);
  if (is_overflow()) return "overflow";
  if (is_undefined()) return "undefined";
  std::string text;
  for (const ExprTerm& term : node_->terms) {
    std::string product = term.coefficient == 1 || term.coefficient == -1 ? "" : magnitude(term.coefficient);
    for (const ExprAtomPtr& factor : term.factors) product += (product.empty() ? "" : "*") + factor->text;
    append_signed(text, term.coefficient, product);
  }
  if (constant_ != 0) append_signed(text, constant_, magnitude(constant_));
  return text;
}

Result<Expr> parse_expr_prefix(std::string_view text, std::size_t& position) {
  return ExprParser(text, position).sum(0);
}

Result<Expr> Expr::parse(std::string_view text) {
  std::size_t position = 0;
  Result<Expr> result = parse_expr_prefix(text, position);
  if (!result) return cannot_read(text, result.error().message, position);
  while (position < text.size() && text[position] == ' ') ++position;
  if (position < text.size()) return cannot_read(text, "unexpected text", position);
  return result;
}

}  // namespace flopaudit
