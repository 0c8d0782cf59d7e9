#include "analyzer/ir/schema.h"

#include <algorithm>
#include <array>
#include <utility>

#include "analyzer/support/quoted.h"

namespace flopaudit {
namespace {

using Kind = Type::Kind;

// The words of schemas that TorchScript's types spell otherwise.
constexpr std::array<std::pair<std::string_view, Kind>, 8> kOtherWords = {{{"Scalar", Kind::number},
                                                                           {"SymInt", Kind::integer},
                                                                           {"SymBool", Kind::boolean},
                                                                           {"SymFloat", Kind::floating},
                                                                           {"ScalarType", Kind::integer},
                                                                           {"Layout", Kind::integer},
                                                                           {"MemoryFormat", Kind::integer},
                                                                           {"Dimname", Kind::string}}};
// What has its arguments in parentheses: `Dict(str, t)`.
constexpr std::array<std::string_view, 4> kGenericWords = {"Await", "Dict", "Future", "RRef"};

constexpr int kMaxDepth = 100;

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == ':';
}

class SchemaParser {
 public:
  explicit SchemaParser(std::string_view text) : text_(text) {}

  Result<Schema> schema() {
    Schema result;
    const std::string_view full = word();
    const std::size_t dot = full.find('.', std::min(full.find("::"), full.size()));
    result.name = full.substr(0, dot);
    if (dot != std::string_view::npos) result.overload = full.substr(dot + 1);
    if (result.name.find("::") == std::string::npos) return expected("an operator's name");
    FA_TRY(values("(", result.arguments, result.any_arguments, /*arguments=*/true));
    if (!take(" -> ")) return expected("' -> '");
    FA_TRY(results(result));
    if (position_ != text_.size()) return expected("the end");
    return result;
  }

 private:
  bool take(std::string_view token) {
    if (text_.substr(position_, token.size()) != token) return false;
    position_ += token.size();
    return true;
  }
  std::string_view word() {
    const std::size_t start = position_;
    while (position_ < text_.size() && is_name_character(text_[position_])) ++position_;
    return text_.substr(start, position_ - start);
  }
  Error expected(const std::string& what) const { return cannot_read(text_, "expected " + what, position_); }

  // `(a, b, *, c)`: arguments, or results in parentheses.
  Result<void> values(std::string_view open, std::vector<SchemaValue>& list, bool& any, bool arguments) {
    if (!take(open)) return expected("'('");
    if (take(")")) return {};
    bool keyword_only = false;
    do {
      if (take("...")) {
        any = true;
        break;
      }
      if (arguments && !keyword_only && take("*, ")) keyword_only = true;
      FA_ASSIGN(SchemaValue value, value_of(arguments));
      value.keyword_only = keyword_only;
      list.push_back(std::move(value));
    } while (take(", "));
    if (!take(")")) return expected("')'");
    return {};
  }

  Result<void> results(Schema& schema) {
    if (text_.substr(position_, 1) == "(") return values("(", schema.results, schema.any_results, /*arguments=*/false);
    if (take("...")) {
      schema.any_results = true;
      return {};
    }
    FA_ASSIGN(SchemaValue value, value_of(/*argument=*/false));
    schema.results.push_back(std::move(value));
    return {};
  }

  Result<SchemaValue> value_of(bool argument) {
    SchemaValue value;
    value_ = &value;
    FA_ASSIGN(value.type, type(0));
    if (take(" ")) value.name = word();
    if (argument && value.name.empty()) return expected("an argument's name");
    if (argument && take("=")) value.default_text = default_text();
    return value;
  }

  // Up to the comma or parenthesis that is in no list and no quotation marks.
  std::string default_text() {
    const std::size_t start = position_;
    bool in_quotes = false;
    int depth = 0;
    for (; position_ < text_.size(); ++position_) {
      const char c = text_[position_];
      if (in_quotes) {
        if (c == '\\') ++position_;
        if (c == '"') in_quotes = false;
        continue;
      }
      if (depth == 0 && (c == ',' || c == ')')) break;
      if (c == '"') in_quotes = true;
      if (c == '[') ++depth;
      if (c == ']') --depth;
    }
    position_ = std::min(position_, text_.size());
    return std::string(text_.substr(start, position_ - start));
  }

  // A type with its suffixes. Appends what it read, but for marks, to type_text of the value.
  Result<Type> type(int depth) {
    if (depth > kMaxDepth) return expected("a type that is not nested so deeply");
    FA_ASSIGN(Type result, type_without_suffix(depth));
    while (true) {
      if (take("?")) {
        value_->type_text += "?";
        result = Type{Kind::optional, {}, {std::move(result)}};
      } else if (text_.substr(position_, 1) == "[") {
        const std::size_t start = position_++;
        while (position_ < text_.size() && text_[position_] >= '0' && text_[position_] <= '9') ++position_;
        if (!take("]")) return expected("']'");
        value_->type_text += text_.substr(start, position_ - start);
        if (value_->alias) value_->alias->of_elements = true;
        result = Type::list_of(std::move(result));
      } else if (take("(")) {
        FA_TRY(mark());
      } else {
        return result;
      }
    }
  }

  Result<Type> type_without_suffix(int depth) {
    if (take("(")) return generic(Kind::tuple, "", depth);
    const std::string_view name = word();
    if (name.empty()) return expected("a type");
    value_->type_text += name;
    if (std::find(kGenericWords.begin(), kGenericWords.end(), name) != kGenericWords.end()) {
      if (!take("(")) return expected("'('");
      if (name == "Dict") return generic(Kind::dict, "", depth);
      if (name == "Future") return generic(Kind::future, "", depth);
      return generic(Kind::other, name, depth);
    }
    for (const auto& [schema_word, kind] : kOtherWords) {
      if (name == schema_word) return Type::of(kind);
    }
    return Type::parse(name);
  }

  Result<Type> generic(Kind kind, std::string_view name, int depth) {
    Type result{kind, std::string(name), {}};
    value_->type_text += "(";
    do {
      if (!result.arguments.empty()) value_->type_text += ", ";
      FA_ASSIGN(Type argument, type(depth + 1));
      result.arguments.push_back(std::move(argument));
    } while (take(", "));
    if (!take(")")) return expected("')'");
    value_->type_text += ")";
    return result;
  }

  // `a!)`, `a|b)`, `a -> *)`, `*)`
  Result<void> mark() {
    SchemaAlias alias;
    alias.before = sets();
    alias.writes = take("!");
    alias.after = take(" -> ") ? sets() : alias.before;
    if (alias.before.empty() || alias.after.empty() || !take(")")) return expected("an alias mark");
    value_->alias = std::move(alias);
    return {};
  }
  std::string sets() {
    const std::size_t start = position_;
    while (position_ < text_.size() &&
           (is_name_character(text_[position_]) || text_[position_] == '*' || text_[position_] == '|')) {
      ++position_;
    }
    return std::string(text_.substr(start, position_ - start));
  }

  std::string_view text_;
  std::size_t position_ = 0;
  SchemaValue* value_ = nullptr;  // the one being read
};

std::string text_of(const SchemaValue& value) {
  std::string type = value.type_text;
  if (value.alias) {
    // The mark of elements stands before the list's brackets, and every mark before a question mark.
    std::size_t at = value.type_text.size();
    if (at > 0 && type[at - 1] == '?') --at;
    if (value.alias->of_elements) at = std::min(at, type.rfind('['));
    type.insert(at, value.alias->to_string());
  }
  if (!value.name.empty()) type += " " + value.name;
  if (value.default_text) type += "=" + *value.default_text;
  return type;
}

std::string list_text(const std::vector<SchemaValue>& values, bool any) {
  std::string list;
  const auto add = [&list](const std::string& text) { list += (list.empty() ? "" : ", ") + text; };
  bool keyword_only = false;
  for (const SchemaValue& value : values) {
    if (value.keyword_only && !keyword_only) add("*");
    keyword_only = value.keyword_only;
    add(text_of(value));
  }
  if (any) add("...");
  return list;
}

}  // namespace

std::string SchemaAlias::to_string() const {
  return "(" + before + (writes ? "!" : "") + (after == before ? "" : " -> " + after) + ")";
}

std::string Schema::to_string() const {
  const std::string list = list_text(results, any_results);
  const bool alone = results.size() + (any_results ? 1 : 0) == 1 && list.front() != '(';
  return full_name() + "(" + list_text(arguments, any_arguments) + ") -> " + (alone ? list : "(" + list + ")");
}

std::size_t Schema::out_count() const {
  const std::size_t outs = results.size();
  if (outs == 0 || outs > arguments.size()) return 0;
  for (std::size_t i = 0; i < outs; ++i) {
    const SchemaValue& out = arguments[arguments.size() - outs + i];
    if (!out.keyword_only || !out.is_written() || out.type_text != "Tensor" || out.alias != results[i].alias) return 0;
  }
  return outs;
}

Result<Schema> Schema::parse(std::string_view text) { return SchemaParser(text).schema(); }

}  // namespace flopaudit
