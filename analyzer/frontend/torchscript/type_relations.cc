#include "analyzer/frontend/torchscript/type_relations.h"

#include <algorithm>
#include <utility>

namespace flopaudit {
namespace {

using Kind = Type::Kind;

bool is_number(Kind kind) { return kind == Kind::integer || kind == Kind::floating || kind == Kind::complex; }

}  // namespace

const Type& without_optional(const Type& type) { return type.kind == Kind::optional ? type.arguments[0] : type; }

bool has_type_variables(const Type& type) {
  return type.kind == Kind::var || std::ranges::any_of(type.arguments, has_type_variables);
}

bool TypeRelations::is_subtype(const Type& type, const Type& of) const {
  if (of.kind == Kind::any || type == of) return true;
  const auto fits = [this](const Type& to) { return [this, &to](const Type& from) { return is_subtype(from, to); }; };
  if (type.kind == Kind::union_of) return std::ranges::all_of(type.arguments, fits(of));
  if (type.kind == Kind::optional && (of.kind == Kind::optional || of.kind == Kind::union_of)) {
    return is_subtype(Type::of(Kind::none), of) && is_subtype(type.arguments[0], of);
  }
  switch (of.kind) {
    case Kind::optional: return type.kind == Kind::none || is_subtype(type, of.arguments[0]);
    case Kind::union_of: return std::ranges::any_of(of.arguments, [&](const Type& to) { return is_subtype(type, to); });
    case Kind::number: return is_number(type.kind);
    case Kind::future: return type.kind == Kind::future && is_subtype(type.arguments[0], of.arguments[0]);
    case Kind::tuple: {
      if (type.kind == Kind::named) return named_is_subtype(type, of);
      if (type.kind != Kind::tuple || type.arguments.size() != of.arguments.size()) return false;
      for (std::size_t i = 0; i < type.arguments.size(); ++i) {
        if (!is_subtype(type.arguments[i], of.arguments[i])) return false;
      }
      return true;
    }
    case Kind::named: return type.kind == Kind::named && named_is_subtype(type, of);
    case Kind::other:  // kinds of any type that LibTorch has words for
      if (of.name == "AnyEnumType") {
        const ClassLayout* named = type.kind == Kind::named ? declarations_.find_type(type.name) : nullptr;
        return named != nullptr && named->kind == ClassLayout::Kind::enumeration;
      }
      if (of.name == "AnyClassType") return type.kind == Kind::named;
      if (of.name == "AnyListType" || of.name == "list") return type.kind == Kind::list;
      if (of.name == "AnyTupleType" || of.name == "tuple") return type.kind == Kind::tuple;
      return false;
    default: return false;
  }
}

// A named tuple is a tuple of its fields; a class fits an interface that asks for no other methods.
bool TypeRelations::named_is_subtype(const Type& type, const Type& of) const {
  const ClassLayout* declared = declarations_.find_type(type.name);
  if (declared == nullptr) return false;
  if (of.kind == Kind::tuple) {
    if (declared->kind != ClassLayout::Kind::named_tuple) return false;
    Type plain = Type::of(Kind::tuple);
    for (const ClassLayout::Attribute& field : declared->attributes) plain.arguments.push_back(field.type);
    return is_subtype(plain, of);
  }
  const ClassLayout* wanted = declarations_.find_type(of.name);
  if (wanted == nullptr || wanted->kind != ClassLayout::Kind::interface) return false;
  return std::ranges::all_of(wanted->code.definition->methods, [&](const FunctionDefinition& method) {
    return declared->find_method(method.name) != nullptr;
  });
}

std::optional<Type> TypeRelations::unify(const Type& a, const Type& b) const {
  if (is_subtype(a, b)) return b;
  if (is_subtype(b, a)) return a;
  if (a.kind == Kind::none) return Type{Kind::optional, {}, {b}};
  if (b.kind == Kind::none) return Type{Kind::optional, {}, {a}};
  if (a.kind == Kind::optional || b.kind == Kind::optional) {
    const auto inner = unify(without_optional(a), without_optional(b));
    if (inner) return Type{Kind::optional, {}, {*inner}};
    return std::nullopt;
  }
  const bool both_tuples = a.kind == Kind::tuple && b.kind == Kind::tuple && a.arguments.size() == b.arguments.size();
  const bool both_futures = a.kind == Kind::future && b.kind == Kind::future;
  if (!both_tuples && !both_futures) return std::nullopt;
  Type result = Type::of(a.kind);
  for (std::size_t i = 0; i < a.arguments.size(); ++i) {
    const auto element = unify(a.arguments[i], b.arguments[i]);
    if (!element) return std::nullopt;
    result.arguments.push_back(*element);
  }
  return result;
}

std::optional<Type> TypeRelations::unify_all(const std::vector<Type>& types) const {
  if (types.empty()) return std::nullopt;
  std::optional<Type> result = types[0];
  for (std::size_t i = 1; i < types.size() && result; ++i) result = unify(*result, types[i]);
  return result;
}

bool TypeRelations::match_variables(const Type& formal, const Type& actual, TypeVariables& variables) const {
  if (!has_type_variables(formal)) return true;
  if (formal.kind == Kind::var) {
    const auto [bound, fresh] = variables.emplace(formal.name, actual);
    return fresh || unify(bound->second, actual).has_value();
  }
  if (formal.kind == Kind::optional) {
    if (actual.kind == Kind::none) return false;  // nothing says what of
    return match_variables(formal.arguments[0], without_optional(actual), variables);
  }
  if (formal.kind == Kind::list && actual.kind == Kind::tuple) {
    const auto element = unify_all(actual.arguments);
    return element && match_variables(formal.arguments[0], *element, variables);
  }
  if (formal.kind != actual.kind || formal.arguments.size() != actual.arguments.size()) return false;
  for (std::size_t i = 0; i < formal.arguments.size(); ++i) {
    if (!match_variables(formal.arguments[i], actual.arguments[i], variables)) return false;
  }
  return true;
}

std::optional<Type> TypeRelations::substitute(const Type& formal, const TypeVariables& variables) const {
  if (formal.kind == Kind::var) {
    const auto bound = variables.find(formal.name);
    return bound == variables.end() ? std::nullopt : std::optional(bound->second);
  }
  Type result{formal.kind, formal.name, {}};
  for (const Type& argument : formal.arguments) {
    const auto inner = substitute(argument, variables);
    if (!inner) return std::nullopt;
    result.arguments.push_back(*inner);
  }
  return result;
}

bool TypeRelations::convertible_to_list(const Type& type, const Type& list) const {
  if (list.kind != Kind::list) return false;
  if (is_subtype(type, list)) return true;
  return type.kind == Kind::tuple && std::ranges::all_of(type.arguments, [&](const Type& element) {
           return is_subtype(element, list.arguments[0]);
         });
}

}  // namespace flopaudit
