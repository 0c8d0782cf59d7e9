#include "analyzer/ops/rules/rule_declaration.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "analyzer/ops/rules/formula_functions.h"

namespace flopaudit {
namespace {

using Kind = FormulaType::Kind;

struct TypeWord {
  std::string_view word;
  Kind kind;
  Type::Kind declared;
  bool can_be_result;
};
constexpr std::array kTypeWords = std::to_array<TypeWord>({{"Tensor", Kind::tensor, Type::Kind::tensor, true},
                                                           {"int", Kind::number, Type::Kind::integer, true},
                                                           {"SymInt", Kind::number, Type::Kind::integer, true},
                                                           {"float", Kind::number, Type::Kind::floating, true},
                                                           {"Scalar", Kind::number, Type::Kind::number, false},
                                                           {"ScalarType", Kind::number, Type::Kind::integer, false},
                                                           {"bool", Kind::boolean, Type::Kind::boolean, true},
                                                           {"str", Kind::text, Type::Kind::string, false},
                                                           {"Device", Kind::other, Type::Kind::device, false},
                                                           {"Generator", Kind::other, Type::Kind::generator, false},
                                                           {"Layout", Kind::other, Type::Kind::integer, false},
                                                           {"MemoryFormat", Kind::other, Type::Kind::integer, false}});
constexpr std::int64_t kMaxListSize = 64;

Type optional_of(Type type) { return {Type::Kind::optional, {}, {std::move(type)}}; }

// In the notation of schemas, of a value of that type: `2.` is 2.0 where a Scalar may be either.
std::string default_text(const Fact& value, bool is_declared_float) {
  if (value.is_none()) return "None";
  if (const auto* boolean = value.get<BoolFact>()) return boolean->value.value_or(false) ? "True" : "False";
  if (const auto* number = value.get<FloatFact>(); number && number->value) {
    char text[40];
    const auto end = std::to_chars(text, text + sizeof text, *number->value).ptr;
    const std::string digits(text, end);
    return is_declared_float || digits.find_first_of(".einf") != std::string::npos ? digits : digits + ".";
  }
  if (const auto* list = value.get<ListFact>(); list && list->elements && *list->elements) {
    std::string text;
    for (const Fact& element : **list->elements) {
      text += (text.empty() ? "" : ", ") + default_text(element, is_declared_float);
    }
    return "[" + text + "]";
  }
  return value.to_string();
}

class DeclarationParser {
 public:
  explicit DeclarationParser(LineCursor& cursor) : cursor_(cursor) {}

  Result<OpRule> run() {
    rule_.name = cursor_.operator_name();
    const std::size_t dot = rule_.name.find('.');
    rule_.schema.name = rule_.name.substr(0, dot);
    if (dot != std::string::npos) rule_.schema.overload = rule_.name.substr(dot + 1);
    if (rule_.name.empty()) return cursor_.expected("an operator's name, `my::op`");
    FA_TRY(cursor_.expect("("));
    while (!cursor_.accept(")")) {
      if (!rule_.arguments.empty() || keyword_only_) FA_TRY(cursor_.expect(","));
      if (!keyword_only_ && cursor_.accept("*")) {
        keyword_only_ = true;
      } else {
        FA_TRY(argument());
      }
    }
    FA_TRY(cursor_.expect("->"));
    FA_TRY(results());
    if (!cursor_.at_end()) return cursor_.expected("the end of the line");
    return std::move(rule_);
  }

 private:
  struct ReadType {
    const TypeWord* word = nullptr;
    OpRule::Argument argument;
    SchemaValue declared;
  };

  // `Tensor(a!)?`, `int[2]`, `Tensor?[]`.
  Result<ReadType> type() {
    cursor_.skip_spaces();
    const std::string_view word = cursor_.peek_word();
    const auto found = std::ranges::find(kTypeWords, word, &TypeWord::word);
    if (found == kTypeWords.end()) {
      std::string words;
      for (const TypeWord& each : kTypeWords) words += (words.empty() ? "" : ", ") + std::string(each.word);
      return cursor_.expected("one of the types " + words);
    }
    cursor_.word();
    ReadType read{&*found, {}, {}};
    read.argument.type.kind = found->kind;
    Type& declared = read.declared.type;
    declared = Type::of(found->declared);
    std::string& text = read.declared.type_text;
    text = found->word;
    bool optional = false;
    FA_TRY(alias_mark());
    if (cursor_.accept_adjacent('?')) optional = true;
    if (optional) text += '?';
    if (cursor_.accept_adjacent('[')) {
      read.argument.type.is_list = true;
      if (optional) declared = optional_of(std::move(declared));
      declared = Type::list_of(std::move(declared));
      if (cursor_.next() != ']') {
        FA_ASSIGN(read.argument.list_size, cursor_.integer());
        if (read.argument.list_size < 1 || read.argument.list_size > kMaxListSize) {
          return usage_error("a list has 1 to " + std::to_string(kMaxListSize) + " elements");
        }
      }
      if (!cursor_.accept_adjacent(']')) return cursor_.expected("']'");
      FA_TRY(alias_mark());
      text += read.argument.list_size > 0 ? "[" + std::to_string(read.argument.list_size) + "]" : "[]";
      optional = cursor_.accept_adjacent('?');
      if (optional) text += '?';
    }
    if (optional) declared = optional_of(std::move(declared));
    read.argument.is_optional = optional;
    return read;
  }

  // `(a!)`, `(a|b)`, `(a! -> *)`: all that an op of another namespace is given counts as written anyhow.
  Result<void> alias_mark() {
    if (!cursor_.accept_adjacent('(')) return {};
    while (cursor_.next() != ')') {
      if (cursor_.next() == 0) return cursor_.expected("')'");
      cursor_.move_to(cursor_.position() + 1);
    }
    cursor_.accept_adjacent(')');
    return {};
  }

  // A name that formulas can use; empty: the word there is none.
  Result<std::string> name() {
    cursor_.skip_spaces();
    const std::string found(cursor_.peek_word());
    if (found.empty()) return cursor_.expected("a name");
    const bool is_taken = std::ranges::find(names_, found) != names_.end();
    if (is_taken) return usage_error("the name `" + found + "` is given twice");
    if (found == "true" || found == "false" || found == "none" || find_formula_function(found) != nullptr) {
      return usage_error("`" + found + "` is a word of formulas: give the argument another name");
    }
    cursor_.word();
    names_.push_back(found);
    return found;
  }

  Result<void> argument() {
    FA_ASSIGN(ReadType read, type());
    FA_ASSIGN(read.argument.name, name());
    if (cursor_.accept("=")) {
      FA_ASSIGN(read.argument.default_value, default_value());
      read.declared.default_text = default_text(*read.argument.default_value, read.word->word == "float");
    }
    read.declared.name = read.argument.name;
    read.declared.keyword_only = keyword_only_;
    rule_.schema.arguments.push_back(std::move(read.declared));
    rule_.arguments.push_back(std::move(read.argument));
    return {};
  }

  // As facts, and as Python writes them.
  Result<std::optional<Fact>> default_value() {
    if (cursor_.accept("None")) return std::optional(Fact::none());
    if (cursor_.accept("True")) return std::optional(Fact::boolean(true));
    if (cursor_.accept("False")) return std::optional(Fact::boolean(false));
    FA_ASSIGN(Fact fact, cursor_.fact());
    return std::optional(std::move(fact));
  }

  Result<void> results() {
    if (!cursor_.accept("(")) return result();
    if (cursor_.accept(")")) return {};
    do {
      FA_TRY(result());
    } while (cursor_.accept(","));
    FA_TRY(cursor_.expect(")"));
    // Without names: out for one, out0, out1 for several.
    const bool several = rule_.outputs.size() > 1;
    for (std::size_t i = 0; several && i < rule_.outputs.size(); ++i) {
      if (rule_.outputs[i].name == "out" && !named_[i]) rule_.outputs[i].name = "out" + std::to_string(i);
    }
    return {};
  }

  Result<void> result() {
    cursor_.skip_spaces();
    const std::size_t begin = cursor_.position();
    FA_ASSIGN(ReadType read, type());
    if (!read.word->can_be_result || read.argument.type.is_list || read.argument.is_optional) {
      cursor_.move_to(begin);
      return usage_error("a result is a Tensor, int, float or bool");
    }
    OpRule::Output output;
    output.type = read.argument.type;
    output.is_float = read.word->word == "float";
    const bool named = !cursor_.peek_word().empty();
    output.name = "out";
    if (named) {
      FA_ASSIGN(output.name, name());
    }
    named_.push_back(named);
    rule_.outputs.push_back(std::move(output));
    rule_.schema.results.push_back(std::move(read.declared));
    return {};
  }

  LineCursor& cursor_;
  OpRule rule_;
  bool keyword_only_ = false;
  std::vector<std::string> names_;
  std::vector<bool> named_;
};

}  // namespace

Result<OpRule> read_declaration(LineCursor& cursor) { return DeclarationParser(cursor).run(); }

}  // namespace flopaudit
