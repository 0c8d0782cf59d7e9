// Statements: assignments to names, tuples and attributes, the return, with.
#include <utility>

#include "analyzer/frontend/torchscript/annotation.h"
#include "analyzer/frontend/torchscript/function_emitter.h"

namespace flopaudit {

Result<void> FunctionEmitter::emit_statements(const std::vector<Statement>& statements) {
  for (const Statement& statement : statements) FA_TRY(emit_statement(statement));
  return {};
}

Result<void> FunctionEmitter::emit_statement(const Statement& statement) {
  switch (statement.kind) {
    case Statement::Kind::assign: return emit_assignment(statement);
    case Statement::Kind::expression: {
      FA_TRY(emit_sugared(*statement.value, 0, nullptr));
      return {};
    }
    case Statement::Kind::return_: return emit_return(statement);
    case Statement::Kind::if_: return emit_if(statement);
    case Statement::Kind::while_:
    case Statement::Kind::for_: return emit_loop(statement);
    case Statement::Kind::with: return emit_with(statement);
    case Statement::Kind::define: {
      Sugared closure = Sugared::named(Sugared::Kind::closure, statement.function[0].name);
      closure.closure = &statement.function[0];
      return store(closure.name, closure, std::nullopt, statement.offset);
    }
    case Statement::Kind::pass: return {};
    case Statement::Kind::delete_: return failure("a `del` is nothing that LibTorch writes", statement.offset);
  }
  return {};
}

Result<void> FunctionEmitter::emit_assignment(const Statement& statement) {
  if (!statement.value) return {};  // a declaration alone
  const std::vector<Expression>& targets = statement.targets;
  std::optional<Type> annotation;
  if (statement.annotation) {
    Result<Type> type = type_of_annotation(*statement.annotation);
    if (!type) return failure(type.error().message, statement.offset);
    annotation = *std::move(type);
  }
  if (statement.unpacks || targets.size() > 1) {
    FA_ASSIGN(Sugared value, emit_sugared(*statement.value, targets.size(), nullptr));
    FA_ASSIGN(const Simple tuple, as_simple(std::move(value), statement.offset));
    return assign_tuple(targets, tuple, statement.value->offset);
  }
  if (targets[0].kind == Expression::Kind::attribute) return assign_attribute(targets[0], *statement.value);
  FA_ASSIGN(Sugared value, emit_sugared(*statement.value, 1, annotation ? &*annotation : nullptr));
  return assign(targets[0], std::move(value), annotation);
}

Result<void> FunctionEmitter::assign(const Expression& target, Sugared value, const std::optional<Type>& annotation) {
  switch (target.kind) {
    case Expression::Kind::name: return store(target.text, std::move(value), annotation, target.offset);
    case Expression::Kind::tuple: {
      FA_ASSIGN(const Simple tuple, as_simple(std::move(value), target.offset));
      return assign_tuple(target.children, tuple, target.offset);
    }
    case Expression::Kind::index: {  // x[i] = v
      CallArguments arguments;
      FA_ASSIGN(Simple object, emit(target.children[0]));
      FA_ASSIGN(Simple index, emit(target.children[1]));
      FA_ASSIGN(Simple element, as_simple(std::move(value), target.offset));
      arguments.positional = {std::move(object), std::move(index), std::move(element)};
      FA_TRY(call_builtin("aten::_set_item", arguments, target.offset));
      return {};
    }
    default: return failure("an assignment to what is neither a name nor an attribute", target.offset);
  }
}

Result<void> FunctionEmitter::assign_tuple(const std::vector<Expression>& targets, const Simple& value,
                                           std::uint32_t offset) {
  std::vector<Simple> elements;
  if (tuple_elements(value.type)) {
    elements = unpack_tuple(value);
  } else if (value.type.kind == Type::Kind::list) {
    Node& node = insert("prim::ListUnpack", {value.value}, std::nullopt);
    for (std::size_t i = 0; i < targets.size(); ++i) elements.push_back(result_of(node, value.type.arguments[0]));
  } else if (is_opaque(value)) {
    Node& node = insert("prim::ListUnpack", {value.value}, std::nullopt);
    for (std::size_t i = 0; i < targets.size(); ++i) elements.push_back(result_of(node, value.type));
  } else {
    return failure("a " + value.type.to_string() + " cannot be taken apart", offset);
  }
  if (elements.size() != targets.size()) {
    return failure(
        "a tuple of " + std::to_string(elements.size()) + " is taken apart into " + std::to_string(targets.size()),
        offset);
  }
  for (std::size_t i = 0; i < targets.size(); ++i) {
    FA_TRY(assign(targets[i], Sugared::of(elements[i]), std::nullopt));
  }
  return {};
}

Result<void> FunctionEmitter::assign_attribute(const Expression& target, const Expression& value) {
  FA_ASSIGN(const Simple object, emit(target.children[0]));
  const ClassLayout* type =
      object.type.kind == Type::Kind::named ? context_.declarations.find_type(object.type.name) : nullptr;
  const ClassLayout::Attribute* field = type == nullptr ? nullptr : type->find(target.text);
  if (field == nullptr)
    return failure("a " + object.type.to_string() + " has no attribute " + target.text, target.offset);
  FA_ASSIGN(Simple stored, emit(value, &field->type));
  stored = as_declared(field->type, std::move(stored), target.offset);
  if (!types_.is_subtype(stored.type, field->type)) {
    return failure("the attribute " + target.text + " is a " + field->type.to_string() + " and is given a " +
                       stored.type.to_string(),
                   target.offset);
  }
  insert("prim::SetAttr", {object.value, stored.value}, std::nullopt).attributes["name"] = target.text;
  return {};
}

Result<void> FunctionEmitter::emit_return(const Statement& statement) {
  if (region_->parent != nullptr && region_->parent->op.name != "prim::fork") {
    return failure("a return inside of a block is nothing that LibTorch writes", statement.offset);
  }
  Simple value = constant(Type::of(Type::Kind::none), Fact::none());
  if (statement.value) {
    FA_ASSIGN(value, emit(*statement.value, declared_result_ ? &*declared_result_ : nullptr));
  }
  if (declared_result_) {
    value = as_declared(*declared_result_, std::move(value), statement.offset);
    if (!types_.is_subtype(value.type, *declared_result_)) {
      return failure("it returns a " + value.type.to_string() + " where it declares a " + declared_result_->to_string(),
                     statement.offset);
    }
    if (declared_result_->kind == Type::Kind::any && value.type.kind != Type::Kind::any) {
      value = result_of(insert("prim::unchecked_cast", {value.value}, std::nullopt), *declared_result_);
    }
  }
  region_->results.push_back(value.value);
  return {};
}

Result<void> FunctionEmitter::emit_with(const Statement& statement) {
  FA_ASSIGN(const Simple context, emit(*statement.value));
  if (context.type.kind != Type::Kind::named) {
    return failure("`with` needs an object, not a " + context.type.to_string(), statement.offset);
  }
  FA_ASSIGN(const Signature* enter, context_.declarations.method(context.type.name, "__enter__"));
  const Type entered = enter == nullptr || enter->results.empty() ? Type::of(Type::Kind::none) : enter->results[0];
  const Simple result = result_of(insert("prim::Enter", {context.value}, std::nullopt), entered);
  if (!statement.targets.empty()) FA_TRY(assign(statement.targets[0], Sugared::of(result), std::nullopt));
  FA_TRY(emit_statements(statement.body));
  // Nothing gives this result a type, so that it is what LibTorch takes where none is given.
  result_of(insert("prim::Exit", {context.value}, std::nullopt), Type::of(Type::Kind::tensor));
  return {};
}

}  // namespace flopaudit
