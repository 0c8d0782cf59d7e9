// Calls: of operators, functions, methods and classes, and the forms that look like calls.
#include <algorithm>
#include <utility>

#include "analyzer/frontend/torchscript/annotation.h"
#include "analyzer/frontend/torchscript/custom_classes.h"
#include "analyzer/frontend/torchscript/function_emitter.h"

namespace flopaudit {
namespace {

std::string types_of(const CallArguments& arguments) {
  std::string text;
  const auto add = [&text](const std::string& type) { text += (text.empty() ? "" : ", ") + type; };
  if (arguments.self) add(arguments.self->type.to_string());
  for (const Simple& value : arguments.positional) add(value.type.to_string());
  for (const auto& [name, value] : arguments.named) add(name + ": " + value.type.to_string());
  return "(" + text + ")";
}

// torch.jit.optimize_for_inference makes weights oneDNN's own, which no file can hold: LibTorch writes () for them, and
// does not read the file either.
std::string hint_at_lost_weights(const CallArguments& arguments) {
  const bool has_none = std::ranges::any_of(arguments.positional, [](const Simple& value) {
    return value.type.kind == Type::Kind::tuple && value.type.arguments.empty();
  });
  return has_none
             ? "; where () stands for a weight, torch.jit.optimize_for_inference has left it out of the file: save "
               "the model before that call"
             : "";
}

}  // namespace

Result<CallArguments> FunctionEmitter::emit_call_arguments(const Expression& call) {
  CallArguments arguments;
  // LibTorch evaluates the positional ones first.
  for (const bool named : {false, true}) {
    for (std::size_t i = 1; i < call.children.size(); ++i) {
      if (call.keywords[i - 1].empty() == named) continue;
      FA_ASSIGN(Simple value, emit(call.children[i]));
      if (named) {
        arguments.named.emplace_back(call.keywords[i - 1], std::move(value));
      } else {
        arguments.positional.push_back(std::move(value));
      }
    }
  }
  return arguments;
}

Result<Sugared> FunctionEmitter::emit_call(const Expression& call, std::size_t binders, const Type* hint) {
  FA_ASSIGN(const Sugared callee, emit_sugared(call.children[0], 1, nullptr));
  const std::uint32_t offset = call.offset;
  switch (callee.kind) {
    case Sugared::Kind::special:
      if (callee.name == "tolist") {
        if (hint == nullptr) return failure("tolist() without the type of its result", offset);
        return emit_to_list(call, hint);
      }
      return emit_special(callee.name, call);
    case Sugared::Kind::builtin: return call_builtin_expression(callee, call, binders, hint);
    case Sugared::Kind::cast: {
      FA_ASSIGN(const CallArguments arguments, emit_call_arguments(call));
      const bool alone = arguments.positional.size() == 1 && arguments.named.empty();
      if (alone && types_.is_subtype(arguments.positional[0].type, callee.type)) {
        return Sugared::of(arguments.positional[0]);
      }
      FA_ASSIGN(Simple value, call_builtin(callee.name, arguments, offset));
      return Sugared::of(std::move(value));
    }
    default: break;
  }
  FA_ASSIGN(CallArguments arguments, emit_call_arguments(call));
  switch (callee.kind) {
    case Sugared::Kind::function: return call_function(callee.name, std::move(arguments), offset);
    case Sugared::Kind::method: return call_method(callee.object, callee.name, std::move(arguments), offset);
    case Sugared::Kind::class_: return call_class(callee.name, std::move(arguments), offset);
    case Sugared::Kind::simple: return call_method(callee.object, "__call__", std::move(arguments), offset);
    default: return failure("a call of what cannot be called", offset);
  }
}

Result<Sugared> FunctionEmitter::call_builtin_expression(const Sugared& callee, const Expression& call,
                                                         std::size_t binders, const Type* hint) {
  FA_ASSIGN(CallArguments arguments, emit_call_arguments(call));
  if (callee.object.value != nullptr) arguments.self = callee.object;
  if (context_.operators.overloads(callee.name).empty()) {
    return Sugared::of(opaque_call(callee.name, arguments, binders, hint, call.offset));
  }
  FA_ASSIGN(Simple value, call_builtin(callee.name, arguments, call.offset));
  return Sugared::of(std::move(value));
}

Result<Simple> FunctionEmitter::call_builtin(const std::string& name, const CallArguments& arguments, Offset offset) {
  const std::vector<Signature>& overloads = context_.operators.overloads(name);
  // One overload alone converts at once; of several the first that fits without conversions is taken.
  enum class Way { exactly, converted, loosely };
  for (const Way way : {Way::exactly, Way::converted, Way::loosely}) {
    if (overloads.size() == 1 && way == Way::exactly) continue;
    for (const Signature& overload : overloads) {
      const std::optional<MatchedCall> matched = way == Way::loosely
                                                     ? match_loosely(overload, arguments, offset)
                                                     : match(overload, arguments, way == Way::converted, offset);
      if (!matched) continue;
      Node& node = insert(name, matched->operands, offset);
      node.op.overload = overload.overload;
      return pack_results(node, matched->results);
    }
  }
  if (overloads.empty()) return failure("there is no operator " + name, offset);
  return failure("no overload of " + name + " takes " + types_of(arguments) + hint_at_lost_weights(arguments), offset);
}

Simple FunctionEmitter::pack_results(Node& node, const std::vector<Type>& types) {
  if (types.size() == 1) return result_of(node, types[0]);
  std::vector<Value*> results;
  for (const Type& type : types) results.push_back(result_of(node, type).value);
  return result_of(insert("prim::TupleConstruct", std::move(results), std::nullopt), {Type::Kind::tuple, {}, types});
}

// An operator that nobody declares: as many tensors as are wanted of it, or what the code says that it gives.
Simple FunctionEmitter::opaque_call(const std::string& name, const CallArguments& arguments, std::size_t binders,
                                    const Type* hint, std::uint32_t offset) {
  std::vector<Value*> operands;
  if (arguments.self) operands.push_back(arguments.self->value);
  for (const Simple& value : arguments.positional) operands.push_back(value.value);
  std::string keywords;
  for (const auto& [keyword, value] : arguments.named) {
    operands.push_back(value.value);
    keywords += (keywords.empty() ? "" : ", ") + keyword;
  }
  Node& node = insert(name, std::move(operands), offset);
  if (!keywords.empty()) node.attributes["keywords"] = keywords;
  if (binders == 0) return constant(Type::of(Type::Kind::none), Fact::none());
  if (hint != nullptr && hint->kind == Type::Kind::tuple) return pack_results(node, hint->arguments);
  if (hint != nullptr) return pack_results(node, {*hint});
  return pack_results(node, std::vector<Type>(binders, Type::of(Type::Kind::tensor)));
}

Result<Sugared> FunctionEmitter::call_function(const std::string& name, CallArguments arguments, std::uint32_t offset) {
  FA_ASSIGN(const Signature* signature, context_.declarations.function(name));
  if (signature == nullptr) {  // a function of a class that takes no object
    const auto [owner, method] = split_qualified_name(name);
    FA_ASSIGN(signature, context_.declarations.method(std::string(owner), method));
  }
  if (signature == nullptr) return failure("the archive does not define " + name, offset);
  const auto matched = match_loosely(*signature, arguments, offset);
  if (!matched) return failure(name + " does not take " + types_of(arguments), offset);
  Node& node = insert("prim::CallFunction", matched->operands, offset);
  node.attributes["function"] = name;
  return Sugared::of(result_of(node, matched->results.empty() ? Type::of(Type::Kind::tensor) : matched->results[0]));
}

Result<Sugared> FunctionEmitter::call_method(const Simple& object, const std::string& name, CallArguments arguments,
                                             std::uint32_t offset) {
  const Signature* signature = nullptr;
  if (!is_opaque(object)) {
    FA_ASSIGN(signature, context_.declarations.method(object.type.name, name));
  }
  arguments.positional.insert(arguments.positional.begin(), object);
  if (signature == nullptr) {
    // A method of a class that is C++ has no declaration in the file.
    if (!is_opaque(object)) {
      return failure("a " + object.type.to_string() + " has no method " + name, offset);
    }
    std::vector<Value*> operands;
    for (const Simple& value : arguments.positional) operands.push_back(value.value);
    for (const auto& [keyword, value] : arguments.named) operands.push_back(value.value);
    Node& node = insert("prim::CallMethod", std::move(operands), offset);
    node.attributes["name"] = name;
    const Type result = custom_method_result(object.type.name, name);
    has_opaque_values_ = has_opaque_values_ || result.kind == Type::Kind::any;
    return Sugared::of(result_of(node, result));
  }
  const auto matched = match_loosely(*signature, arguments, offset);
  if (!matched) return failure(object.type.name + "." + name + " does not take " + types_of(arguments), offset);
  Node& node = insert("prim::CallMethod", matched->operands, offset);
  node.attributes["name"] = name;
  return Sugared::of(result_of(node, matched->results.empty() ? Type::of(Type::Kind::tensor) : matched->results[0]));
}

// A named tuple is made of its fields; an object of a class is made and then initialised.
Result<Sugared> FunctionEmitter::call_class(const std::string& name, CallArguments arguments, std::uint32_t offset) {
  FA_ASSIGN(const ClassLayout* type, context_.declarations.type(name));
  const Type result{Type::Kind::named, name, {}};
  if (type != nullptr && type->kind == ClassLayout::Kind::named_tuple) {
    Signature signature;
    for (const ClassLayout::Attribute& field : type->attributes) {
      FormalArgument formal{field.name, field.type, false, 0, std::nullopt};
      if (field.default_value != nullptr) formal.default_value = literal_of(*field.default_value);
      signature.arguments.push_back(std::move(formal));
    }
    const auto matched = match_loosely(signature, arguments, offset);
    if (!matched) return failure(name + " does not take " + types_of(arguments), offset);
    return Sugared::of(result_of(insert("prim::TupleConstruct", matched->operands, offset), result));
  }
  const Simple object = result_of(insert("prim::CreateObject", {}, std::nullopt), result);
  FA_TRY(call_method(object, "__init__", std::move(arguments), offset));
  return Sugared::of(object);
}

Result<Sugared> FunctionEmitter::emit_special(const std::string& form, const Expression& call) {
  if (form == "annotate") return emit_annotate(call);
  if (form == "unchecked_cast") return emit_unchecked_cast(call);
  if (form == "getattr") return emit_getattr(call);
  if (form == "range") return emit_range(call);
  if (form == "isinstance") return emit_isinstance(call);
  if (form == "__new__") return emit_new_object(call);
  if (form == "fork") return emit_fork(call);
  if (form == "uninitialized") {
    if (call.children.size() != 2) return failure("uninitialized() takes a type", call.offset);
    FA_ASSIGN(Type type, type_of_annotation(call.children[1]));
    return Sugared::of(result_of(insert("prim::Uninitialized", {}, std::nullopt), type));
  }
  if (form == "print") {
    FA_ASSIGN(const CallArguments arguments, emit_call_arguments(call));
    std::vector<Value*> operands;
    for (const Simple& value : arguments.positional) operands.push_back(value.value);
    insert("prim::Print", std::move(operands), call.offset);
    return Sugared::of(constant(Type::of(Type::Kind::none), Fact::none()));
  }
  return failure("the form " + form + " is not read", call.offset);
}

Result<Sugared> FunctionEmitter::emit_annotate(const Expression& call) {
  if (call.children.size() != 3) return failure("annotate() takes a type and a value", call.offset);
  FA_ASSIGN(const Type type, type_of_annotation(call.children[1]));
  FA_ASSIGN(Simple value, emit(call.children[2], &type));
  value = as_declared(type, std::move(value), call.offset);
  if (!types_.is_subtype(value.type, type)) {
    return failure("a " + value.type.to_string() + " is annotated as " + type.to_string(), call.offset);
  }
  // A None keeps what it is a None of.
  if (type.kind == Type::Kind::optional && value.type.kind == Type::Kind::none) value = constant(type, Fact::none());
  return Sugared::of(std::move(value));
}

Result<Sugared> FunctionEmitter::emit_unchecked_cast(const Expression& call) {
  if (call.children.size() != 3) return failure("unchecked_cast() takes a type and a value", call.offset);
  FA_ASSIGN(const Type type, type_of_annotation(call.children[1]));
  FA_ASSIGN(Simple value, emit(call.children[2]));
  const Node* producer = value.loaded ? nullptr : value.value->producer;
  const bool is_cast = producer != nullptr && producer->op.name == "prim::unchecked_cast" && value.type == type;
  if (!is_cast) value = result_of(insert("prim::unchecked_cast", {value.value}, std::nullopt), type);
  return Sugared::of(std::move(value));
}

Result<Sugared> FunctionEmitter::emit_getattr(const Expression& call) {
  if (call.children.size() != 3 || call.children[2].kind != Expression::Kind::string) {
    return failure("getattr() takes a value and a name", call.offset);
  }
  FA_ASSIGN(Sugared object, emit_sugared(call.children[1], 1, nullptr));
  return emit_attribute(std::move(object), call.children[2].text, call.offset);
}

Result<Sugared> FunctionEmitter::emit_range(const Expression& call) {
  FA_ASSIGN(CallArguments arguments, emit_call_arguments(call));
  std::vector<Simple>& bounds = arguments.positional;
  const Type integer = Type::of(Type::Kind::integer);
  for (Simple& bound : bounds) bound = believed(integer, std::move(bound));
  const bool integers =
      std::ranges::all_of(bounds, [](const Simple& bound) { return bound.type.kind == Type::Kind::integer; });
  if (bounds.empty() || bounds.size() > 3 || !integers)
    return failure("range() takes one to three integers", call.offset);
  Sugared range = Sugared::named(Sugared::Kind::range, "range");
  if (bounds.size() == 2) bounds.push_back(integer_constant(1));
  range.bounds = std::move(bounds);
  return range;
}

// What the types decide is a constant; otherwise each side of the branch knows more of the variable's type.
Result<Sugared> FunctionEmitter::emit_isinstance(const Expression& call) {
  if (call.children.size() != 3) return failure("isinstance() takes a value and types", call.offset);
  FA_ASSIGN(const Simple value, emit(call.children[1]));
  std::vector<Type> wanted;
  const Expression& listed = call.children[2];
  const bool several = listed.kind == Expression::Kind::list || listed.kind == Expression::Kind::tuple;
  for (std::size_t i = 0; i < (several ? listed.children.size() : 1); ++i) {
    FA_ASSIGN(Type type, type_of_annotation(several ? listed.children[i] : listed));
    wanted.push_back(std::move(type));
  }
  std::vector<Type> held = {value.type};
  if (value.type.kind == Type::Kind::union_of) held = value.type.arguments;
  if (value.type.kind == Type::Kind::optional) held = {value.type.arguments[0], Type::of(Type::Kind::none)};
  std::vector<Type> fitting, others;
  bool undecided = false;
  for (const Type& type : held) {
    const auto fits = [&](const Type& to) { return types_.is_subtype(type, to); };
    const auto may_be = [&](const Type& to) { return types_.is_subtype(to, type); };
    if (std::ranges::any_of(wanted, fits)) {
      fitting.push_back(type);
    } else if (std::ranges::any_of(wanted, may_be)) {
      undecided = true;
      for (const Type& to : wanted) {
        if (may_be(to)) fitting.push_back(to);
      }
      others.push_back(type);
    } else {
      others.push_back(type);
    }
  }
  const Type boolean = Type::of(Type::Kind::boolean);
  if (!undecided && (others.empty() || fitting.empty())) {
    return Sugared::of(constant(boolean, Fact::boolean(others.empty())));
  }
  Node& node = insert("prim::isinstance", {value.value}, std::nullopt);
  std::string text;
  for (const Type& type : wanted) text += (text.empty() ? "" : ", ") + type.to_string();
  node.attributes["types"] = text;
  const Simple answer = result_of(node, boolean);
  if (call.children[1].kind == Expression::Kind::name) {
    const auto refined = [&](const std::vector<Type>& types) -> std::optional<std::pair<std::string, Type>> {
      const auto unified = types_.unify_all(types);
      if (!unified) return std::nullopt;
      return std::pair(call.children[1].text, *unified);
    };
    refinement_then_ = refined(fitting);
    refinement_else_ = refined(others);
  }
  return Sugared::of(answer);
}

Result<Sugared> FunctionEmitter::emit_new_object(const Expression& call) {
  if (call.children.size() != 2) return failure("__new__ takes a class", call.offset);
  FA_ASSIGN(const Sugared class_, emit_sugared(call.children[1], 1, nullptr));
  if (class_.kind != Sugared::Kind::class_) return failure("__new__ takes a class", call.offset);
  Node& node = insert("prim::CreateObject", {}, call.offset);
  return Sugared::of(result_of(node, Type{Type::Kind::named, class_.name, {}}));
}

Result<Sugared> FunctionEmitter::emit_to_list(const Expression& call, const Type* hint) {
  FA_ASSIGN(const Simple value, emit(call.children[0].children[0]));
  std::int64_t dims = 0;
  const Type* element = hint;
  for (; element->kind == Type::Kind::list; ++dims) element = &element->arguments[0];
  std::int64_t kind = 0;
  if (element->kind == Type::Kind::floating) kind = 1;
  if (element->kind == Type::Kind::boolean) kind = 2;
  if (element->kind == Type::Kind::complex) kind = 3;
  Node& node =
      insert("prim::tolist", {value.value, integer_constant(dims).value, integer_constant(kind).value}, std::nullopt);
  return Sugared::of(result_of(node, *hint));
}

}  // namespace flopaudit
