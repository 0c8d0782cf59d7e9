// Expressions that are no calls: literals, names, attributes, subscripts.
#include <array>
#include <limits>
#include <utility>

#include "analyzer/frontend/torchscript/function_emitter.h"

namespace flopaudit {
namespace {

using Kind = Sugared::Kind;

struct GlobalName {
  std::string_view name;
  Kind kind;
  std::string_view meaning;
  Type::Kind needs_no_cast = Type::Kind::any;  // of a cast
};
// What a name means that no statement has assigned, as in LibTorch's compiler and its importer.
constexpr std::array kGlobalNames = std::to_array<GlobalName>({
    {"torch", Kind::operators, "aten"},
    {"ops", Kind::all_operators, ""},
    {"CONSTANTS", Kind::table, ""},
    {"__torch__", Kind::name_space, "__torch__"},
    {"annotate", Kind::special, "annotate"},
    {"fork", Kind::special, "fork"},
    {"getattr", Kind::special, "getattr"},
    {"isinstance", Kind::special, "isinstance"},
    {"print", Kind::special, "print"},
    {"range", Kind::special, "range"},
    {"unchecked_cast", Kind::special, "unchecked_cast"},
    {"uninitialized", Kind::special, "uninitialized"},
    {"bool", Kind::cast, "aten::Bool", Type::Kind::boolean},
    {"complex", Kind::cast, "aten::Complex", Type::Kind::complex},
    {"float", Kind::cast, "aten::Float", Type::Kind::floating},
    {"int", Kind::cast, "aten::Int", Type::Kind::integer},
    {"str", Kind::cast, "aten::str", Type::Kind::string},
    {"abs", Kind::builtin, "prim::abs"},
    {"all", Kind::builtin, "aten::all"},
    {"any", Kind::builtin, "aten::any"},
    {"bin", Kind::builtin, "aten::bin"},
    {"chr", Kind::builtin, "aten::chr"},
    {"divmod", Kind::builtin, "aten::divmod"},
    {"hash", Kind::builtin, "aten::hash"},
    {"hex", Kind::builtin, "aten::hex"},
    {"id", Kind::builtin, "prim::id"},
    {"len", Kind::builtin, "aten::len"},
    {"max", Kind::builtin, "prim::max"},
    {"min", Kind::builtin, "prim::min"},
    {"oct", Kind::builtin, "aten::oct"},
    {"ord", Kind::builtin, "aten::ord"},
    {"pow", Kind::builtin, "aten::pow"},
    {"round", Kind::builtin, "aten::round"},
    {"sorted", Kind::builtin, "aten::sorted"},
    {"sum", Kind::builtin, "aten::sum"},
});

// LibTorch names the value of an attribute after it; a number is no name.
std::string name_of_attribute(const std::string& attribute) {
  const bool number = attribute.find_first_not_of("0123456789") == std::string::npos;
  return number ? "_" + attribute : attribute;
}

}  // namespace

Result<Simple> FunctionEmitter::as_simple(Sugared value, Offset offset) {
  if (value.is_simple()) return std::move(value.object);
  if (value.kind == Sugared::Kind::method && is_opaque(value.object)) {  // a property of an object of a C++ class
    has_opaque_values_ = true;
    Node& node = insert("prim::GetAttr", {value.object.value}, std::nullopt);
    node.attributes["name"] = value.name;
    return result_of(node, Type::of(Type::Kind::any));
  }
  return failure("a function, class or module is used as a value", offset);
}

Result<Simple> FunctionEmitter::emit(const Expression& expression, const Type* hint) {
  FA_ASSIGN(Sugared sugared, emit_sugared(expression, 1, hint));
  FA_ASSIGN(Simple value, as_simple(std::move(sugared), expression.offset));
  charge(value.type);
  FA_TRY(within_budget(expression.offset));
  // Any is what nothing becomes by itself.
  if (hint != nullptr && hint->kind == Type::Kind::any && value.type.kind != Type::Kind::any) {
    return result_of(insert("prim::unchecked_cast", {value.value}, std::nullopt), *hint);
  }
  return value;
}

Result<Sugared> FunctionEmitter::emit_sugared(const Expression& expression, std::size_t binders, const Type* hint) {
  using Syntax = Expression::Kind;
  const auto simple = [](Result<Simple> value) -> Result<Sugared> {
    if (!value) return value.error();
    return Sugared::of(*std::move(value));
  };
  switch (expression.kind) {
    case Syntax::name: return emit_name(expression);
    case Syntax::attribute: {
      FA_ASSIGN(Sugared object, emit_sugared(expression.children[0], 1, nullptr));
      return emit_attribute(std::move(object), expression.text, expression.offset);
    }
    case Syntax::call: return emit_call(expression, binders, hint);
    case Syntax::index: return simple(emit_index(expression));
    case Syntax::slice: return simple(emit_slice(expression));
    case Syntax::list: return simple(emit_list(expression, hint));
    case Syntax::dict: return simple(emit_dict(expression, hint));
    case Syntax::tuple: return simple(emit_tuple(expression, hint));
    default: {
      const std::optional<Literal> literal = literal_of(expression);
      if (!literal) return failure("an expression that LibTorch does not write", expression.offset);
      Result<Simple> value = literal_value(*literal, expression.offset);
      const bool is_number = expression.kind == Syntax::integer || expression.kind == Syntax::floating;
      if (value && is_number) written_numbers_.insert(value->value);
      return simple(std::move(value));
    }
  }
}

Result<Sugared> FunctionEmitter::emit_name(const Expression& expression) {
  if (const Sugared* variable = find(expression.text)) return *variable;
  for (const GlobalName& global : kGlobalNames) {
    if (global.name != expression.text) continue;
    Sugared sugared = Sugared::named(global.kind, std::string(global.meaning));
    sugared.type = Type::of(global.needs_no_cast);
    return sugared;
  }
  const std::optional<Literal> literal = literal_of(expression);  // inf, nan
  if (!literal) return failure("nothing is called " + expression.text + " here", expression.offset);
  return Sugared::of(constant(literal->type, literal->value));
}

Result<Sugared> FunctionEmitter::emit_attribute(Sugared object, const std::string& name, std::uint32_t offset) {
  switch (object.kind) {
    case Kind::all_operators: return Sugared::named(Kind::operators, name);
    case Kind::operators:
      // `torch.autograd.grad` is aten::grad.
      if (object.name == "aten" && name == "autograd") return object;
      return Sugared::named(Kind::builtin, object.name + "::" + name);
    case Kind::table: {
      const auto index = constant_table_index(name);
      if (!index) return failure("CONSTANTS." + name + " is no entry of the constants", offset);
      FA_ASSIGN(Simple value, table_constant(*index, offset));
      return Sugared::of(std::move(value));
    }
    case Kind::name_space: return in_namespace(object.name + "." + name, offset);
    case Kind::class_: return attribute_of_class(object.name, name, offset);
    case Kind::simple: return attribute_of_value(object.object, name, offset);
    default: return failure("a function has no attribute " + name, offset);
  }
}

Result<Sugared> FunctionEmitter::in_namespace(const std::string& qualified_name, std::uint32_t offset) {
  Declarations& declarations = context_.declarations;
  FA_ASSIGN(const ClassLayout* type, declarations.type(qualified_name));
  if (type != nullptr) return Sugared::named(Kind::class_, qualified_name);
  FA_ASSIGN(const Signature* function, declarations.function(qualified_name));
  if (function != nullptr) return Sugared::named(Kind::function, qualified_name);
  if (declarations.code().is_namespace(qualified_name)) return Sugared::named(Kind::name_space, qualified_name);
  if (qualified_name.starts_with("__torch__.torch.classes")) return Sugared::named(Kind::class_, qualified_name);
  return failure("the archive does not define " + qualified_name, offset);
}

Result<Sugared> FunctionEmitter::attribute_of_class(const std::string& class_name, const std::string& name,
                                                    std::uint32_t offset) {
  if (name == "__new__") return Sugared::named(Kind::special, "__new__");
  FA_ASSIGN(const ClassLayout* type, context_.declarations.type(class_name));
  if (type != nullptr && type->kind == ClassLayout::Kind::enumeration && type->find_constant(name) != nullptr) {
    const std::string path = class_name + "." + name;
    const Type enum_type{Type::Kind::named, class_name, {}};
    return Sugared::of({graph_->parameter(path, enum_type, ObjectFact{path}), enum_type, false});
  }
  if (type != nullptr && type->find_method(name) != nullptr)
    return Sugared::named(Kind::function, class_name + "." + name);
  return failure("the class " + class_name + " has no " + name, offset);
}

Result<Sugared> FunctionEmitter::attribute_of_value(const Simple& object, const std::string& name,
                                                    std::uint32_t offset) {
  if (object.type.kind == Type::Kind::named) {
    FA_ASSIGN(const ClassLayout* type, context_.declarations.type(object.type.name));
    if (type != nullptr && type->kind == ClassLayout::Kind::enumeration && (name == "name" || name == "value")) {
      const auto literal = type->constants.empty() ? std::nullopt : literal_of(*type->constants[0]->value);
      const Type result = name == "name" || !literal ? Type::of(Type::Kind::string) : literal->type;
      Node& node = insert(name == "name" ? "prim::EnumName" : "prim::EnumValue", {object.value}, std::nullopt);
      if (name == "value") node.op.overload = result.to_string();
      return Sugared::of(result_of(node, result));
    }
    if (type != nullptr && type->kind == ClassLayout::Kind::named_tuple) {
      for (std::size_t i = 0; i < type->attributes.size(); ++i) {
        if (type->attributes[i].name != name) continue;
        const Simple index = integer_constant(static_cast<std::int64_t>(i));
        Node& node = insert("prim::TupleIndex", {object.value, index.value}, std::nullopt);
        return Sugared::of(result_of(node, type->attributes[i].type));
      }
    }
    const bool is_method = type == nullptr || type->find_method(name) != nullptr;
    if (is_method) {
      Sugared method = Sugared::named(Kind::method, name);
      method.object = object;
      return method;
    }
    if (const FieldDefinition* fixed = type->find_constant(name)) {
      const auto literal = literal_of(*fixed->value);
      if (!literal) return failure("the constant " + name + " is no literal", offset);
      FA_ASSIGN(Simple value, literal_value(*literal, offset));
      return Sugared::of(std::move(value));
    }
    if (const ClassLayout::Attribute* field = type->find(name)) {
      Node& node = insert("prim::GetAttr", {object.value}, std::nullopt);
      node.attributes["name"] = name;
      return Sugared::of(result_of(node, field->type, name_of_attribute(name)));
    }
    return failure("a " + object.type.to_string() + " has no attribute " + name, offset);
  }
  if (is_opaque(object)) {
    Sugared method = Sugared::named(Kind::method, name);
    method.object = object;
    return method;
  }
  if (name == "tolist") {
    Sugared special = Sugared::named(Kind::special, "tolist");
    special.object = object;
    return special;
  }
  Sugared builtin = Sugared::named(Kind::builtin, "aten::" + name);
  builtin.object = object;
  return builtin;
}

std::optional<std::vector<Type>> FunctionEmitter::tuple_elements(const Type& type) const {
  if (type.kind == Type::Kind::tuple) return type.arguments;
  if (type.kind != Type::Kind::named) return std::nullopt;
  const ClassLayout* named = context_.declarations.find_type(type.name);
  if (named == nullptr || named->kind != ClassLayout::Kind::named_tuple) return std::nullopt;
  std::vector<Type> elements;
  for (const ClassLayout::Attribute& field : named->attributes) elements.push_back(field.type);
  return elements;
}

Result<Simple> FunctionEmitter::emit_list(const Expression& expression, const Type* hint) {
  const Type* wanted = hint == nullptr ? nullptr : &without_optional(*hint);
  if (wanted != nullptr && wanted->kind != Type::Kind::list) wanted = nullptr;
  std::vector<Simple> elements;
  std::vector<Type> types;
  for (const Expression& child : expression.children) {
    FA_ASSIGN(Simple element, emit(child));
    types.push_back(element.type);
    elements.push_back(std::move(element));
  }
  Type element_type = wanted != nullptr ? wanted->arguments[0] : Type::of(Type::Kind::tensor);
  if (wanted == nullptr && !types.empty()) {
    const auto unified = types_.unify_all(types);
    element_type = unified ? *unified : Type{Type::Kind::union_of, {}, types};
  }
  for (Simple& element : elements) {
    element = believed(element_type, std::move(element));
    if (!types_.is_subtype(element.type, element_type)) {
      return failure("a list of " + element_type.to_string() + " holds a " + element.type.to_string(),
                     expression.offset);
    }
  }
  const Simple list = list_of(element_type, elements);
  if (elements.empty() && wanted == nullptr) empty_lists_.insert(list.value);
  return list;
}

Result<Simple> FunctionEmitter::emit_dict(const Expression& expression, const Type* hint) {
  const Type* wanted = hint == nullptr ? nullptr : &without_optional(*hint);
  if (wanted != nullptr && wanted->kind != Type::Kind::dict) wanted = nullptr;
  std::vector<Value*> operands;
  std::vector<Type> keys, values;
  for (std::size_t i = 0; i + 1 < expression.children.size(); i += 2) {
    FA_ASSIGN(const Simple key, emit(expression.children[i]));
    FA_ASSIGN(const Simple value, emit(expression.children[i + 1]));
    operands.push_back(key.value);
    operands.push_back(value.value);
    keys.push_back(key.type);
    values.push_back(value.type);
  }
  Type type{Type::Kind::dict, {}, {Type::of(Type::Kind::string), Type::of(Type::Kind::tensor)}};
  if (!keys.empty()) {
    const auto value = types_.unify_all(values);
    type.arguments = {keys[0], value ? *value : Type{Type::Kind::union_of, {}, values}};
  }
  if (wanted != nullptr) type = *wanted;
  return result_of(insert("prim::DictConstruct", std::move(operands), std::nullopt), type);
}

Result<Simple> FunctionEmitter::emit_tuple(const Expression& expression, const Type* hint) {
  std::vector<Value*> operands;
  std::vector<bool> loaded;
  Type type = Type::of(Type::Kind::tuple);
  const bool hints_fit =
      hint != nullptr && hint->kind == Type::Kind::tuple && hint->arguments.size() == expression.children.size();
  for (std::size_t i = 0; i < expression.children.size(); ++i) {
    FA_ASSIGN(const Simple element, emit(expression.children[i], hints_fit ? &hint->arguments[i] : nullptr));
    operands.push_back(element.value);
    loaded.push_back(element.loaded);
    type.arguments.push_back(element.type);
  }
  Node& node = insert("prim::TupleConstruct", std::move(operands), std::nullopt);
  loaded_elements_[&node] = std::move(loaded);
  return result_of(node, type);
}

Result<Simple> FunctionEmitter::emit_index(const Expression& expression) {
  FA_ASSIGN(const Simple object, emit(expression.children[0]));
  if (expression.children.size() != 2) return failure("a subscript of several indices", expression.offset);
  FA_ASSIGN(const Simple index, emit(expression.children[1]));
  if (tuple_elements(object.type)) return tuple_index(object, index, expression.offset);
  CallArguments arguments;
  arguments.positional = {object, index};
  if (object.type.kind == Type::Kind::tensor) {
    if (index.type.kind != Type::Kind::integer) return failure("a tensor is indexed by a list", expression.offset);
    arguments.positional = {object, integer_constant(0), index};
    return call_builtin("aten::select", arguments, expression.offset);
  }
  return call_builtin("aten::__getitem__", arguments, expression.offset);
}

Result<Simple> FunctionEmitter::tuple_index(const Simple& tuple, const Simple& index, std::uint32_t offset) {
  const std::vector<Type> elements = *tuple_elements(tuple.type);
  if (elements.empty() || index.type.kind != Type::Kind::integer) return failure("a tuple has no such element", offset);
  const auto* fact = index.value->fact.get<IntFact>();
  const bool known = index.value->origin == Value::Origin::constant && fact != nullptr && fact->value;
  std::int64_t position = known ? fact->value->constant().value_or(0) : 0;
  if (position < 0) position += static_cast<std::int64_t>(elements.size());
  if (position < 0 || position >= static_cast<std::int64_t>(elements.size())) {
    return failure("a tuple of " + std::to_string(elements.size()) + " has no such element", offset);
  }
  Node& node = insert("prim::TupleIndex", {tuple.value, index.value}, std::nullopt);
  return result_of(node, elements[static_cast<std::size_t>(position)]);
}

Result<Simple> FunctionEmitter::emit_slice(const Expression& expression) {
  FA_ASSIGN(const Simple object, emit(expression.children[0]));
  const auto elements = tuple_elements(object.type);
  const auto bound = [&](std::size_t i) -> Result<Simple> { return emit(expression.children[i]); };
  if (!elements) {
    CallArguments arguments;
    FA_ASSIGN(const Simple begin, bound(1));
    FA_ASSIGN(const Simple end, bound(2));
    arguments.positional = {object, begin, end};
    if (object.type.kind == Type::Kind::tensor)
      arguments.positional.insert(arguments.positional.begin() + 1, integer_constant(0));
    arguments.named.emplace_back("step", integer_constant(1));
    return call_builtin("aten::slice", arguments, expression.offset);
  }
  const auto size = static_cast<std::int64_t>(elements->size());
  const auto position = [&](const Expression& child, std::int64_t if_left_out) -> std::int64_t {
    if (child.kind != Expression::Kind::integer) return if_left_out;
    const std::int64_t at = child.integer < 0 ? child.integer + size : child.integer;
    return std::max<std::int64_t>(0, std::min(at, size));
  };
  const std::int64_t begin = position(expression.children[1], 0), end = position(expression.children[2], size);
  // LibTorch takes the elements one by one and makes a tuple of them.
  std::vector<Value*> taken;
  Type type = Type::of(Type::Kind::tuple);
  for (std::int64_t i = begin; i < end; ++i) {
    const Type& element = (*elements)[static_cast<std::size_t>(i)];
    Node& node = insert("prim::TupleIndex", {object.value, integer_constant(i).value}, std::nullopt);
    taken.push_back(result_of(node, element).value);
    type.arguments.push_back(element);
  }
  return result_of(insert("prim::TupleConstruct", std::move(taken), std::nullopt), type);
}

}  // namespace flopaudit
