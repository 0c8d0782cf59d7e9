#include "analyzer/frontend/torchscript/declarations.h"

#include <charconv>
#include <limits>
#include <utility>

#include "analyzer/frontend/torchscript/annotation.h"

namespace flopaudit {
namespace {

std::optional<Literal> annotated_literal(const Expression& call) {
  const Result<Type> type = type_of_annotation(call.children[1]);
  std::optional<Literal> literal = literal_of(call.children[2]);
  if (!type || !literal) return std::nullopt;
  literal->type = *type;
  return literal;
}

std::optional<Literal> literal_of_call(const Expression& call) {
  const std::string callee = dotted_name(call.children[0]).value_or("");
  if (callee == "annotate" && call.children.size() == 3) return annotated_literal(call);
  if (callee == "torch.device" && call.children.size() == 2 && call.children[1].kind == Expression::Kind::string) {
    return Literal{Type::of(Type::Kind::device), DeviceFact{"cpu"}, {}};
  }
  return std::nullopt;
}

std::optional<Literal> literal_of_name(const std::string& name) {
  const Type floating = Type::of(Type::Kind::floating);
  if (name == "inf") return Literal{floating, Fact::floating(std::numeric_limits<double>::infinity()), {}};
  if (name == "nan") return Literal{floating, Fact::floating(std::numeric_limits<double>::quiet_NaN()), {}};
  constexpr std::string_view kTable = "CONSTANTS.";
  if (!name.starts_with(kTable)) return std::nullopt;
  const auto index = constant_table_index(std::string_view(name).substr(kTable.size()));
  if (!index) return std::nullopt;
  return Literal{Type::of(Type::Kind::any), Fact(), index};
}

std::optional<Literal> literal_of_elements(const Expression& expression) {
  std::vector<Fact> facts;
  std::vector<Type> types;
  for (const Expression& child : expression.children) {
    std::optional<Literal> element = literal_of(child);
    if (!element || element->table_index) return std::nullopt;
    facts.push_back(std::move(element->value));
    types.push_back(std::move(element->type));
  }
  if (expression.kind == Expression::Kind::tuple) {
    return Literal{{Type::Kind::tuple, {}, std::move(types)}, Fact::tuple(std::move(facts)), {}};
  }
  if (expression.kind == Expression::Kind::list) {
    Type element = types.empty() ? Type::of(Type::Kind::tensor) : types[0];
    return Literal{Type::list_of(std::move(element)), Fact::list(std::move(facts)), {}};
  }
  std::vector<std::pair<Fact, Fact>> items;
  for (std::size_t i = 0; i + 1 < facts.size(); i += 2) items.emplace_back(facts[i], facts[i + 1]);
  Type key = types.empty() ? Type::of(Type::Kind::string) : types[0];
  Type value = types.empty() ? Type::of(Type::Kind::tensor) : types[1];
  return Literal{{Type::Kind::dict, {}, {std::move(key), std::move(value)}}, Fact::dict(std::move(items)), {}};
}

}  // namespace

std::optional<std::size_t> constant_table_index(std::string_view field) {
  std::size_t index = 0;
  if (!field.starts_with('c')) return std::nullopt;
  const auto parsed = std::from_chars(field.data() + 1, field.data() + field.size(), index);
  if (parsed.ec != std::errc() || parsed.ptr != field.data() + field.size()) return std::nullopt;
  return index;
}

std::optional<Literal> literal_of(const Expression& expression) {
  using Kind = Expression::Kind;
  switch (expression.kind) {
    case Kind::integer: return Literal{Type::of(Type::Kind::integer), Fact::integer(expression.integer), {}};
    case Kind::floating: return Literal{Type::of(Type::Kind::floating), Fact::floating(expression.floating), {}};
    case Kind::complex: {
      Fact parts = Fact::tuple(
          {Fact::floating(expression.children[0].floating), Fact::floating(expression.children[1].floating)});
      return Literal{Type::of(Type::Kind::complex), std::move(parts), {}};
    }
    case Kind::boolean: return Literal{Type::of(Type::Kind::boolean), Fact::boolean(expression.integer != 0), {}};
    case Kind::string: return Literal{Type::of(Type::Kind::string), Fact::string(expression.text), {}};
    case Kind::none: return Literal{Type::of(Type::Kind::none), Fact::none(), {}};
    case Kind::list:
    case Kind::tuple:
    case Kind::dict: return literal_of_elements(expression);
    case Kind::call: return literal_of_call(expression);
    case Kind::name:
    case Kind::attribute: return literal_of_name(dotted_name(expression).value_or(""));
    default: return std::nullopt;
  }
}

const ClassLayout* Declarations::find_type(std::string_view qualified_name) {
  const Result<const ClassLayout*> found = classes_.find(qualified_name);
  return found ? *found : nullptr;
}

Result<Signature> Declarations::read_signature(const FunctionDefinition& definition, const std::string& qualified_name,
                                               const std::optional<std::string>& class_name) {
  Signature signature;
  signature.name = qualified_name;
  for (const ParameterDefinition& parameter : definition.parameters) {
    FormalArgument argument;
    argument.name = parameter.name;
    argument.type = Type::of(Type::Kind::tensor);  // what LibTorch takes where nothing is said
    // Whatever its annotation says.
    const bool is_self =
        class_name && signature.arguments.empty() && (parameter.name == "self" || !parameter.annotation);
    if (is_self) {
      argument.type = Type{Type::Kind::named, *class_name, {}};
    } else if (parameter.annotation) {
      Result<Type> type = type_of_annotation(*parameter.annotation);
      if (!type) return input_error("the function " + qualified_name + ": " + type.error().message);
      argument.type = *std::move(type);
    }
    if (parameter.default_value) {
      argument.default_value = literal_of(*parameter.default_value);
      if (!argument.default_value) {
        return input_error("the function " + qualified_name + ": the default of " + parameter.name + " is no literal");
      }
    }
    signature.arguments.push_back(std::move(argument));
  }
  if (definition.result) {
    Result<Type> type = type_of_annotation(*definition.result);
    if (!type) return input_error("the function " + qualified_name + ": " + type.error().message);
    signature.results.push_back(*std::move(type));
  }
  return signature;
}

Result<const Signature*> Declarations::function(const std::string& qualified_name) {
  const auto known = signatures_.find(qualified_name);
  if (known != signatures_.end()) return static_cast<const Signature*>(&known->second);
  FA_ASSIGN(const FunctionInCode source, code().find_function(qualified_name));
  return keep(source.definition, qualified_name, std::nullopt);
}

Result<const Signature*> Declarations::method(const std::string& class_name, std::string_view name) {
  const std::string qualified_name = class_name + "." + std::string(name);
  const auto known = signatures_.find(qualified_name);
  if (known != signatures_.end()) return static_cast<const Signature*>(&known->second);
  FA_ASSIGN(const ClassLayout* owner, type(class_name));
  return keep(owner == nullptr ? nullptr : owner->find_method(name), qualified_name, class_name);
}

// What is not there is not kept: a method that takes no object is looked for among the functions first.
Result<const Signature*> Declarations::keep(const FunctionDefinition* definition, const std::string& qualified_name,
                                            const std::optional<std::string>& class_name) {
  if (definition == nullptr) return static_cast<const Signature*>(nullptr);
  FA_ASSIGN(Signature signature, read_signature(*definition, qualified_name, class_name));
  return static_cast<const Signature*>(&signatures_.emplace(qualified_name, std::move(signature)).first->second);
}

}  // namespace flopaudit
