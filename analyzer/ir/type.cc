#include "analyzer/ir/type.h"

#include <array>
#include <utility>

#include "analyzer/ir/type_parser.h"
#include "analyzer/support/quoted.h"

namespace flopaudit {
namespace {

using Kind = Type::Kind;

constexpr std::array<std::pair<Kind, std::string_view>, 11> kPlainWords = {{{Kind::tensor, "Tensor"},
                                                                            {Kind::integer, "int"},
                                                                            {Kind::floating, "float"},
                                                                            {Kind::boolean, "bool"},
                                                                            {Kind::complex, "complex"},
                                                                            {Kind::number, "number"},
                                                                            {Kind::string, "str"},
                                                                            {Kind::none, "NoneType"},
                                                                            {Kind::device, "Device"},
                                                                            {Kind::generator, "Generator"},
                                                                            {Kind::any, "Any"}}};

struct GenericWord {
  Kind kind;
  std::string_view word;
  std::size_t arguments;  // how many it takes; 0: any number
};
constexpr std::array<GenericWord, 6> kGenericWords = {{{Kind::list, "List", 1},
                                                       {Kind::optional, "Optional", 1},
                                                       {Kind::tuple, "Tuple", 0},
                                                       {Kind::dict, "Dict", 2},
                                                       {Kind::future, "Future", 1},
                                                       {Kind::union_of, "Union", 0}}};

// Deeper types are refused, so that a hostile file cannot exhaust the stack.
constexpr int kMaxDepth = 100;

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '$';
}

// The type variables of schemas are `t`, `tVal`, `t1`: nothing else that LibTorch prints looks so.
bool is_type_variable(std::string_view word) {
  return word == "t" || (word.size() > 1 && word[0] == 't' &&
                         ((word[1] >= 'A' && word[1] <= 'Z') || (word[1] >= '0' && word[1] <= '9')));
}

class TypeParser {
 public:
  TypeParser(std::string_view text, std::size_t& position) : text_(text), position_(position) {}

  Result<Type> type(int depth) {
    if (depth > kMaxDepth) return usage_error("type nested too deeply");
    skip_spaces();
    const std::size_t start = position_;
    while (position_ < text_.size() && is_name_character(text_[position_])) ++position_;
    const std::string_view word = text_.substr(start, position_ - start);
    if (word.empty() || (word[0] >= '0' && word[0] <= '9') || word[0] == '.') {
      position_ = start;
      return usage_error("expected a type");
    }
    for (const auto& [kind, plain] : kPlainWords) {
      if (word == plain) return Type::of(kind);
    }
    if (word == "None") return Type::of(Kind::none);
    for (const GenericWord& generic : kGenericWords) {
      if (word == generic.word && next_is('[')) return generic_type(generic, depth);
    }
    if (word.find('.') != std::string_view::npos) return Type{Kind::named, std::string(word), {}};
    if (is_type_variable(word)) return Type{Kind::var, std::string(word), {}};
    Type result{Kind::other, std::string(word), {}};
    if (next_is('[')) {
      FA_ASSIGN(result.arguments, arguments(depth));
    }
    return result;
  }

 private:
  Result<Type> generic_type(const GenericWord& generic, int depth) {
    const std::size_t start = position_;
    Type result = Type::of(generic.kind);
    FA_ASSIGN(result.arguments, arguments(depth));
    if (generic.arguments != 0 && result.arguments.size() != generic.arguments) {
      position_ = start;
      return usage_error(std::string(generic.word) + " takes " + std::to_string(generic.arguments) + " type" +
                         (generic.arguments == 1 ? "" : "s") + ", not " + std::to_string(result.arguments.size()));
    }
    return result;
  }

  // `[a, b]` or `[()]`, which is Python's way to write an empty tuple's type.
  Result<std::vector<Type>> arguments(int depth) {
    std::vector<Type> result;
    skip_spaces();
    ++position_;  // '['
    skip_spaces();
    if (text_.substr(position_, 2) == "()") {
      position_ += 2;
      skip_spaces();
    } else {
      while (true) {
        FA_ASSIGN(Type argument, type(depth + 1));
        result.push_back(std::move(argument));
        if (!next_is(',')) break;
        ++position_;
      }
    }
    if (!next_is(']')) return usage_error("expected ']'");
    ++position_;
    return result;
  }

  void skip_spaces() {
    while (position_ < text_.size() && text_[position_] == ' ') ++position_;
  }
  // Moves to the next character only if it is the wanted one, so that a type never eats the spaces behind it.
  bool next_is(char wanted) {
    std::size_t next = position_;
    while (next < text_.size() && text_[next] == ' ') ++next;
    if (next >= text_.size() || text_[next] != wanted) return false;
    position_ = next;
    return true;
  }

  std::string_view text_;
  std::size_t& position_;
};

}  // namespace

std::string Type::to_string() const {
  std::string text;
  for (const auto& [plain_kind, word] : kPlainWords) {
    if (plain_kind == kind) text = word;
  }
  bool generic_kind = false;
  for (const GenericWord& generic : kGenericWords) {
    if (generic.kind != kind) continue;
    text = generic.word;
    generic_kind = true;
  }
  if (text.empty()) text = name;
  if (!generic_kind && arguments.empty()) return text;
  if (arguments.empty()) return text + "[()]";
  text += '[';
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    if (i > 0) text += ", ";
    text += arguments[i].to_string();
  }
  return text + ']';
}

Result<Type> parse_type_prefix(std::string_view text, std::size_t& position) {
  return TypeParser(text, position).type(0);
}

Result<Type> Type::parse(std::string_view text) {
  std::size_t position = 0;
  Result<Type> result = parse_type_prefix(text, position);
  if (!result) return cannot_read(text, result.error().message, position);
  while (position < text.size() && text[position] == ' ') ++position;
  if (position < text.size()) return cannot_read(text, "unexpected text", position);
  return result;
}

}  // namespace flopaudit
