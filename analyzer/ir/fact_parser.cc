// The text form of facts, read: recursive descent, one function a construct. The grammar is at the top of fact.h.
#include "analyzer/ir/fact_parser.h"

#include <charconv>
#include <cmath>
#include <cstdint>
#include <utility>

#include "analyzer/ir/number_text.h"
#include "analyzer/support/expr_parser.h"
#include "analyzer/support/quoted.h"

namespace flopaudit {
namespace {

// Deeper facts are refused, so that a hostile text cannot exhaust the stack.
constexpr int kMaxDepth = 100;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_word_character(char c) { return is_digit(c) || c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

class FactParser {
 public:
  FactParser(std::string_view text, std::size_t& position) : text_(text), position_(position) {}

  Result<Fact> fact(int depth) {
    if (depth > kMaxDepth) return usage_error("nested deeper than " + std::to_string(kMaxDepth) + " levels");
    skip_spaces();
    if (position_ >= text_.size()) return usage_error("expected a value");
    switch (text_[position_]) {
      case '?': ++position_; return tensor(std::nullopt);
      case '[': return list(depth);
      case '(': return tuple(depth);
      case '{': return dict(depth);
      case '<': return symbolic();
      case '"': {
        FA_ASSIGN(std::string text, parse_quoted_prefix(text_, position_));
        return Fact::string(std::move(text));
      }
      default: break;
    }
    const char first = text_[position_];
    if (is_digit(first) || first == '-' || first == '.') return number();
    return worded(depth);
  }

 private:
  Result<Fact> worded(int depth) {
    const std::size_t start = position_;
    std::size_t end = start;
    while (end < text_.size() && is_word_character(text_[end])) ++end;
    const std::string_view word = text_.substr(start, end - start);
    position_ = end;
    // `bool` is a dtype and the word of an unknown bool: the bracket tells.
    if (const auto dtype = dtype_of_name(word); dtype && (next_is('[') || word != "bool")) return tensor(dtype);
    if (word == "none" || word == "None") return Fact::none();
    if (word == "true" || word == "True") return Fact::boolean(true);
    if (word == "false" || word == "False") return Fact::boolean(false);
    if (word == "unknown") return Fact();
    if (word == "tensor") return Fact(TensorFact{});
    if (word == "int") return Fact(IntFact{});
    if (word == "float") return Fact(FloatFact{});
    if (word == "bool") return Fact(BoolFact{});
    if (word == "str") return Fact(StrFact{});
    if (word == "list") return Fact::unknown_list();
    if (word == "dict") return Fact(DictFact{std::make_shared<decltype(DictFact::items)::element_type>()});
    if (word == "one_of") return alternatives(depth);
    if (word == "device") {
      FA_ASSIGN(std::string name, bracketed_string());
      return Fact(DeviceFact{std::move(name)});
    }
    if (word == "object") {
      FA_ASSIGN(std::string path, bracketed_string());
      return Fact(ObjectFact{std::move(path)});
    }
    position_ = start;
    if (word == "inf" || word == "nan") return number();
    return usage_error(word.empty() ? "expected a value" : "unknown word '" + std::string(word) + "'");
  }

  // one_of(none, f32[2])
  Result<Fact> alternatives(int depth) {
    FA_TRY(expect('('));
    std::vector<Fact> all;
    do {
      FA_ASSIGN(Fact alternative, fact(depth + 1));
      all.push_back(std::move(alternative));
    } while (take(','));
    FA_TRY(expect(')'));
    return Fact::one_of(std::move(all), "");
  }

  Result<std::string> bracketed_string() {
    FA_TRY(expect('('));
    skip_spaces();
    FA_ASSIGN(std::string text, parse_quoted_prefix(text_, position_));
    FA_TRY(expect(')'));
    return text;
  }

  // What a tensor can hold. Unknown for anything else.
  Result<Fact> scalar() {
    for (const bool value : {true, false}) {
      const std::string_view word = value ? "true" : "false";
      if (text_.substr(position_, word.size()) != word) continue;
      position_ += word.size();
      return Fact::boolean(value);
    }
    const char first = position_ < text_.size() ? text_[position_] : '\0';
    if (first == '<') return symbolic();
    if (is_digit(first) || first == '-' || first == '.' || first == 'i' || first == 'n') return number();
    return Fact();
  }

  // An integer keeps all its 64 bits.
  Result<Fact> number() {
    const std::size_t start = position_;
    bool is_integer = false;
    const std::optional<double> value = parse_float_prefix(text_, position_, is_integer);
    if (!value) return usage_error("expected a number");
    if (!is_integer) return Fact::floating(*value);
    std::int64_t integer = 0;
    const auto [end, error] = std::from_chars(text_.data() + start, text_.data() + position_, integer);
    if (error == std::errc()) return Fact::integer(integer);
    position_ = start;
    return usage_error("the integer does not fit into 64 bits");
  }

  // <2*N>, <N / 2>, <1.3 * N>
  Result<Fact> symbolic() {
    ++position_;  // '<'
    if (const std::optional<double> factor = fraction()) return size_times(*factor);
    FA_ASSIGN(Expr value, parse_expr_prefix(text_, position_));
    if (!take('/')) {
      FA_TRY(expect('>'));
      return Fact::integer(std::move(value));
    }
    skip_spaces();
    FA_ASSIGN(const Fact divisor, number());
    const auto* integer = divisor.get<IntFact>();
    if (integer == nullptr || *integer->value->constant() < 1) return usage_error("expected a divisor above 0");
    FA_TRY(expect('>'));
    return Fact(float_fact({std::move(value), *integer->value->constant()}));
  }

  Result<Fact> size_times(double factor) {
    if (!std::isfinite(factor) || factor <= 0) return usage_error("expected a finite factor above 0");
    FA_TRY(expect('*'));
    FA_ASSIGN(Expr size, parse_expr_prefix(text_, position_));
    FA_TRY(expect('>'));
    return Fact(float_fact({std::move(size), 1, factor}));
  }

  // A number that is written as no integer, if one is next.
  std::optional<double> fraction() {
    const std::size_t start = position_;
    bool is_integer = false;
    const std::optional<double> value = parse_float_prefix(text_, position_, is_integer);
    if (value && !is_integer) return value;
    position_ = start;
    return std::nullopt;
  }

  // The dims and contents behind a dtype.
  Result<Fact> tensor(std::optional<DType> dtype) {
    TensorFact result;
    result.dtype = dtype;
    FA_TRY(expect('['));
    if (next_is('*')) {
      take('*');
    } else {
      FA_ASSIGN(result.dims, dims());
    }
    FA_TRY(expect(']'));
    if (take('=')) FA_TRY(contents(result));
    return Fact(std::move(result));
  }

  Result<Dims> dims() {
    Dims result;
    if (next_is(']')) return result;
    while (true) {
      if (take('?')) {
        result.emplace_back();
      } else {
        FA_ASSIGN(Expr dim, size("a dim"));
        result.emplace_back(std::move(dim));
      }
      if (!take(',')) return result;
    }
  }

  Result<void> contents(TensorFact& tensor) {
    Elements elements;
    const std::size_t start = position_;
    if (take('{')) {
      while (!next_is('}')) {
        if (elements.size() == Fact::kMaxContents) {
          return usage_error("a tensor's contents have at most " + std::to_string(Fact::kMaxContents) + " elements");
        }
        FA_TRY(element(tensor.dtype, elements));
        if (!take(',')) break;
      }
      FA_TRY(expect('}'));
    } else {
      FA_TRY(element(tensor.dtype, elements));
    }
    const auto count = element_count(tensor);
    const auto wanted = count ? count->constant() : std::nullopt;
    if (wanted && *wanted != static_cast<std::int64_t>(elements.size())) {
      position_ = start;
      return usage_error(std::to_string(elements.size()) + " elements for a tensor of " + count->to_string());
    }
    tensor.contents = std::move(elements);
    return {};
  }

  Result<void> element(std::optional<DType> dtype, Elements& elements) {
    skip_spaces();
    const std::size_t start = position_;
    FA_ASSIGN(const Fact value, scalar());
    const bool wants_float = dtype && (is_floating(*dtype) || is_complex(*dtype));
    const bool wants_integer = dtype && is_integral(*dtype);
    if (const auto* integer = value.get<IntFact>(); integer && integer->value) {
      if (!wants_float) elements.emplace_back(*integer->value);
      if (const auto number = integer->value->constant(); number && wants_float) {
        elements.emplace_back(static_cast<double>(*number));
      }
      if (!wants_float || integer->value->is_constant()) return {};
    }
    if (const auto* boolean = value.get<BoolFact>(); boolean && boolean->value && !wants_float) {
      elements.emplace_back(Expr(*boolean->value ? 1 : 0));
      return {};
    }
    if (const auto* floating = value.get<FloatFact>(); floating && floating->value && !wants_integer) {
      elements.emplace_back(*floating->value);
      return {};
    }
    position_ = start;
    return usage_error(wants_integer ? "expected an integer" : "expected a number");
  }

  Result<Fact> list(int depth) {
    ++position_;  // '['
    std::vector<Fact> result;
    while (!next_is(']')) {
      FA_ASSIGN(Fact element, fact(depth + 1));
      if (result.empty() && take('x')) return uniform_list(std::move(element));
      result.push_back(std::move(element));
      if (!take(',')) break;
    }
    FA_TRY(expect(']'));
    return Fact::list(std::move(result));
  }
  // Behind the `x` of `[f32[8] x T]`.
  Result<Fact> uniform_list(Fact element) {
    Dim length;
    if (!take('?')) {
      FA_ASSIGN(length, size("a length"));
    }
    FA_TRY(expect(']'));
    return Fact::uniform_list(std::move(length), std::move(element));
  }
  // An expression that is not certainly negative.
  Result<Expr> size(std::string_view what) {
    skip_spaces();
    const std::size_t start = position_;
    FA_ASSIGN(Expr value, parse_expr_prefix(text_, position_));
    if (const auto constant = value.constant(); !constant || *constant >= 0) return value;
    position_ = start;
    return usage_error(std::string(what) + " is negative");
  }
  Result<Fact> tuple(int depth) {
    ++position_;  // '('
    std::vector<Fact> result;
    while (!next_is(')')) {
      FA_ASSIGN(Fact element, fact(depth + 1));
      result.push_back(std::move(element));
      if (!take(',')) break;
    }
    FA_TRY(expect(')'));
    return Fact::tuple(std::move(result));
  }
  Result<Fact> dict(int depth) {
    ++position_;  // '{'
    std::vector<std::pair<Fact, Fact>> items;
    while (!next_is('}')) {
      FA_ASSIGN(Fact key, fact(depth + 1));
      FA_TRY(expect(':'));
      FA_ASSIGN(Fact value, fact(depth + 1));
      items.emplace_back(std::move(key), std::move(value));
      if (!take(',')) break;
    }
    FA_TRY(expect('}'));
    return Fact::dict(std::move(items));
  }

  void skip_spaces() { position_ = behind_spaces(); }
  std::size_t behind_spaces() const {
    std::size_t next = position_;
    while (next < text_.size() && (text_[next] == ' ' || text_[next] == '\t' || text_[next] == '\n')) ++next;
    return next;
  }
  // These move only over the wanted character, so that a fact never eats the spaces behind it.
  bool next_is(char wanted) const {
    const std::size_t next = behind_spaces();
    return next < text_.size() && text_[next] == wanted;
  }
  bool take(char wanted) {
    if (!next_is(wanted)) return false;
    position_ = behind_spaces() + 1;
    return true;
  }
  Result<void> expect(char wanted) {
    if (take(wanted)) return {};
    skip_spaces();
    return usage_error(std::string("expected '") + wanted + "'");
  }

  std::string_view text_;
  std::size_t& position_;
};

}  // namespace

Result<Fact> parse_fact_prefix(std::string_view text, std::size_t& position) {
  return FactParser(text, position).fact(0);
}

Result<Fact> Fact::parse(std::string_view text) {
  std::size_t position = 0;
  Result<Fact> result = parse_fact_prefix(text, position);
  if (!result) return cannot_read(text, result.error().message, position);
  while (position < text.size() && (text[position] == ' ' || text[position] == '\t' || text[position] == '\n')) {
    ++position;
  }
  if (position < text.size()) return cannot_read(text, "unexpected text", position);
  return result;
}

}  // namespace flopaudit
