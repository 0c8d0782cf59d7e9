#include "analyzer/frontend/torchscript/signature.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "analyzer/frontend/torchscript/cleanup/old_operators.h"
#include "analyzer/ir/schema_table.h"
#include "analyzer/support/assert.h"
#include "analyzer/support/quoted.h"

namespace flopaudit {
namespace {

using Kind = Type::Kind;

// 2 of "SymInt[2]?"; 0: none.
int list_size_of(std::string_view type_text) {
  const std::size_t open = type_text.rfind('[');
  int size = 0;
  if (open != std::string_view::npos) {
    std::from_chars(type_text.data() + open + 1, type_text.data() + type_text.size(), size);
  }
  return size;
}

Literal number_literal(std::string_view text, bool floating) {
  if (floating || text.find_first_of(".einf") != std::string_view::npos) {
    double number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return {Type::of(Kind::floating), Fact::floating(number), {}};
  }
  std::int64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return {Type::of(Kind::integer), Fact::integer(number), {}};
}

Literal scalar_literal(std::string_view text, const Type& type) {
  if (text == "None") return {Type::of(Kind::none), Fact::none(), {}};
  if (text == "True" || text == "False") return {Type::of(Kind::boolean), Fact::boolean(text == "True"), {}};
  if (text.starts_with('"')) {
    std::size_t position = 0;
    Result<std::string> string = parse_quoted_prefix(text, position);
    return {Type::of(Kind::string), Fact::string(string ? *std::move(string) : std::string(text)), {}};
  }
  return number_literal(text, type.kind == Kind::floating);
}

Literal list_literal(std::string_view text, const Type& element, int list_size) {
  std::vector<Fact> elements;
  if (!text.starts_with('[')) {  // one number for all
    elements.assign(static_cast<std::size_t>(list_size), scalar_literal(text, element).value);
  } else {
    text = text.substr(1, text.size() - 2);
    while (!text.empty()) {
      const std::size_t comma = std::min(text.find(", "), text.size());
      elements.push_back(scalar_literal(text.substr(0, comma), element).value);
      text.remove_prefix(std::min(comma + 2, text.size()));
    }
  }
  return {Type::list_of(element), Fact::list(std::move(elements)), {}};
}

Literal default_of(const SchemaValue& argument) {
  const std::string_view text = *argument.default_text;
  if (text == "None") return scalar_literal(text, argument.type);
  const Type& type = argument.type.kind == Kind::optional ? argument.type.arguments[0] : argument.type;
  if (type.kind == Kind::list) return list_literal(text, type.arguments[0], list_size_of(argument.type_text));
  return scalar_literal(text, type);
}

}  // namespace

Signature signature_of(const Schema& schema) {
  Signature signature;
  signature.name = schema.name;
  signature.overload = schema.overload;
  signature.any_arguments = schema.any_arguments;
  for (const SchemaValue& value : schema.arguments) {
    FormalArgument argument{value.name, value.type, value.keyword_only, list_size_of(value.type_text), std::nullopt};
    if (value.default_text) argument.default_value = default_of(value);
    signature.arguments.push_back(std::move(argument));
  }
  for (const SchemaValue& value : schema.results) signature.results.push_back(value.type);
  return signature;
}

const std::vector<Signature>& OperatorSignatures::overloads(std::string_view name) {
  const auto known = overloads_.find(name);
  if (known != overloads_.end()) return known->second;
  std::vector<Signature>& overloads = overloads_[std::string(name)];
  std::vector<Signature> old;
  const auto read = [](std::string_view line) {
    const Result<Schema> schema = Schema::parse(line);
    FA_ASSERT(static_cast<bool>(schema), std::string(line).c_str());
    return signature_of(*schema);
  };
  for (const std::string_view line : schema_lines_of(name)) {
    const std::string_view old_line = old_schema_for(line.substr(0, line.find('(')), archive_version_);
    if (old_line.empty()) {
      overloads.push_back(read(line));
    } else {
      old.push_back(read(old_line));
    }
  }
  for (Signature& signature : old) overloads.push_back(std::move(signature));
  for (const std::string_view line : extension_schema_lines_of(name)) overloads.push_back(read(line));
  for (const Schema& schema : added_) {
    const auto is_known = [&schema](const Signature& each) { return each.full_name() == schema.full_name(); };
    if (schema.name == name && std::ranges::none_of(overloads, is_known)) overloads.push_back(signature_of(schema));
  }
  return overloads;
}

}  // namespace flopaudit
