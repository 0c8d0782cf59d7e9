// How the arguments of a call meet a signature: LibTorch's rules, conversions included. What does not fit leaves no
// nodes behind.
#include <algorithm>
#include <utility>

#include "analyzer/frontend/torchscript/function_emitter.h"

namespace flopaudit {

using Kind = Type::Kind;

namespace {

// What is not bound may be anything.
void bind_to_any(const Type& formal, TypeVariables& variables) {
  if (formal.kind == Kind::var) variables.emplace(formal.name, Type::of(Kind::any));
  for (const Type& argument : formal.arguments) bind_to_any(argument, variables);
}

// Whether a type is the wanted one but for parts of it that may be anything: a list of such values for a list of int.
bool opaque_fits(const Type& type, const Type& wanted) {
  if (type.kind == Kind::any || type == wanted) return true;
  if (wanted.kind == Kind::optional && type.kind != Kind::optional) return opaque_fits(type, wanted.arguments[0]);
  if (type.kind != wanted.kind || type.name != wanted.name || type.arguments.empty()) return false;
  return std::ranges::equal(type.arguments, wanted.arguments, opaque_fits);
}

}  // namespace

std::optional<MatchedCall> FunctionEmitter::match(const Signature& signature, const CallArguments& arguments,
                                                  bool conversions, Offset offset) {
  const std::size_t nodes_before = region_->nodes.size();
  MatchedCall matched;
  TypeVariables variables;
  std::vector<bool> used(arguments.named.size(), false);
  std::optional<Simple> self = arguments.self;
  std::size_t next = 0;  // positional argument
  const auto fails = [&]() -> std::optional<MatchedCall> {
    forget_nodes_after(nodes_before);
    return std::nullopt;
  };
  for (std::size_t i = 0; i < signature.arguments.size(); ++i) {
    const FormalArgument& formal = signature.arguments[i];
    std::optional<Simple> actual;
    const auto named =
        std::ranges::find_if(arguments.named, [&](const auto& item) { return item.first == formal.name; });
    if (self && formal.name == "self") {
      actual = std::exchange(self, std::nullopt);
    } else if (!formal.keyword_only && next < arguments.positional.size()) {
      const Type& first = arguments.positional[next].type;
      if (conversions && takes_rest_as_list(signature, i) && first.kind != Kind::list &&
          !types_.convertible_to_list(first, formal.type)) {
        const std::vector<Simple> rest(arguments.positional.begin() + static_cast<std::ptrdiff_t>(next),
                                       arguments.positional.end());
        const auto list = rest_as_list(formal, rest, conversions, variables, offset);
        if (!list) return fails();
        matched.operands.push_back(list->value);
        next = arguments.positional.size();
        continue;
      }
      actual = arguments.positional[next++];
    } else if (named != arguments.named.end()) {
      const auto index = static_cast<std::size_t>(named - arguments.named.begin());
      if (used[index]) return fails();
      used[index] = true;
      actual = named->second;
    } else if (formal.default_value) {
      Result<Simple> value = literal_value(*formal.default_value, offset);
      if (!value) return fails();
      actual = *std::move(value);
    } else {
      return fails();
    }
    const auto fitting = match_argument(formal, *std::move(actual), conversions, variables, offset);
    if (!fitting) return fails();
    matched.operands.push_back(fitting->value);
  }
  if (self) return fails();
  if (signature.any_arguments) {
    for (; next < arguments.positional.size(); ++next) matched.operands.push_back(arguments.positional[next].value);
  }
  if (next < arguments.positional.size() || std::ranges::find(used, false) != used.end()) return fails();
  for (const Type& result : signature.results) {
    const auto type = types_.substitute(result, variables);
    if (!type) return fails();
    matched.results.push_back(*type);
  }
  return matched;
}

std::optional<Simple> FunctionEmitter::match_argument(const FormalArgument& formal, Simple actual, bool conversions,
                                                      TypeVariables& variables, Offset offset) {
  // One number for all of a list of fixed length.
  const Type& wanted = without_optional(formal.type);
  const bool is_number = actual.type.kind == Kind::integer || actual.type.kind == Kind::floating;
  if (is_number && formal.list_size > 0 && wanted.kind == Kind::list && wanted.arguments[0] == actual.type) {
    actual = list_of(actual.type, std::vector<Simple>(static_cast<std::size_t>(formal.list_size), actual));
  }
  if (any_fits_ && actual.type.kind == Kind::any)
    bind_to_any(formal.type, variables);
  else if (!types_.match_variables(formal.type, actual.type, variables))
    return std::nullopt;
  const auto concrete = types_.substitute(formal.type, variables);
  if (!concrete) return std::nullopt;
  actual = convert(*concrete, std::move(actual), conversions, offset);
  const bool may_fit = any_fits_ && opaque_fits(actual.type, *concrete);
  if (!may_fit && !types_.is_subtype(actual.type, *concrete)) return std::nullopt;
  return actual;
}

bool FunctionEmitter::is_opaque(const Simple& value) const {
  if (value.type.kind == Kind::any) return has_opaque_values_;
  return value.type.kind == Kind::named && value.type.name.starts_with("__torch__.torch.classes.");
}

std::optional<MatchedCall> FunctionEmitter::match_loosely(const Signature& signature, const CallArguments& arguments,
                                                          Offset offset) {
  std::optional<MatchedCall> matched = match(signature, arguments, true, offset);
  if (matched || !has_opaque_values_) return matched;
  any_fits_ = true;
  matched = match(signature, arguments, true, offset);
  any_fits_ = false;
  return matched;
}

// `view(x, 1, 2)` for `view(x, [1, 2])`: the last positional argument, a list of any length.
bool FunctionEmitter::takes_rest_as_list(const Signature& signature, std::size_t position) const {
  const bool last = position + 1 == signature.arguments.size() || signature.arguments[position + 1].keyword_only;
  const FormalArgument& formal = signature.arguments[position];
  return last && formal.type.kind == Kind::list && formal.type.arguments[0].kind != Kind::var && formal.list_size == 0;
}

std::optional<Simple> FunctionEmitter::rest_as_list(const FormalArgument& formal, const std::vector<Simple>& rest,
                                                    bool conversions, TypeVariables& variables, Offset offset) {
  const FormalArgument element{formal.name, formal.type.arguments[0], false, 0, std::nullopt};
  std::vector<Simple> elements;
  for (const Simple& value : rest) {
    const auto fitting = match_argument(element, value, conversions, variables, offset);
    if (!fitting) return std::nullopt;
    elements.push_back(*fitting);
  }
  return list_of(element.type, elements);
}

Simple FunctionEmitter::list_of(const Type& element, const std::vector<Simple>& elements) {
  std::vector<Value*> operands;
  for (const Simple& value : elements) operands.push_back(value.value);
  return result_of(insert("prim::ListConstruct", std::move(operands), std::nullopt), Type::list_of(element));
}

// The elements of a tuple; those that a TupleConstruct has just been given, as they are.
std::vector<Simple> FunctionEmitter::unpack_tuple(const Simple& tuple) {
  const std::vector<Type> types = *tuple_elements(tuple.type);
  std::vector<Simple> elements;
  const Node* producer = tuple.value->producer;
  if (!tuple.loaded && producer != nullptr && producer->op.name == "prim::TupleConstruct") {
    const auto loaded = loaded_elements_.find(producer);
    for (std::size_t i = 0; i < types.size(); ++i) {
      elements.push_back({producer->operands[i], types[i], loaded != loaded_elements_.end() && loaded->second[i]});
    }
    return elements;
  }
  Node& node = insert("prim::TupleUnpack", {tuple.value}, std::nullopt);
  for (const Type& type : types) elements.push_back(result_of(node, type));
  return elements;
}

Simple FunctionEmitter::convert(const Type& wanted, Simple value, bool conversions, Offset offset) {
  if (wanted.kind == Kind::optional && value.type.kind != Kind::optional && value.type.kind != Kind::none) {
    return convert(wanted.arguments[0], std::move(value), conversions, offset);
  }
  if (wanted.kind == Kind::list && empty_lists_.contains(value.value)) value = list_of(wanted.arguments[0], {});
  if (tuple_elements(value.type)) value = convert_tuple(wanted, std::move(value), conversions, offset);
  return conversions ? implicit_conversion(wanted, std::move(value), offset) : value;
}

Simple FunctionEmitter::as_declared(const Type& wanted, Simple value, Offset offset) {
  return believed(wanted, convert(wanted, std::move(value), true, offset));
}

Simple FunctionEmitter::believed(const Type& wanted, Simple value) {
  const bool unknown = value.type.kind == Kind::any && wanted.kind != Kind::any && is_opaque(value);
  return unknown ? result_of(insert("prim::unchecked_cast", {value.value}, std::nullopt), wanted) : value;
}

Simple FunctionEmitter::convert_tuple(const Type& wanted, Simple value, bool conversions, Offset offset) {
  if (types_.convertible_to_list(value.type, without_optional(wanted)) && value.type.kind == Kind::tuple) {
    return list_of(without_optional(wanted).arguments[0], unpack_tuple(value));
  }
  const auto elements = tuple_elements(wanted);
  if (!elements || types_.is_subtype(value.type, wanted)) return value;
  if (elements->size() != tuple_elements(value.type)->size()) return value;
  std::vector<Value*> operands;
  Type type = Type::of(Kind::tuple);
  const std::vector<Simple> unpacked = unpack_tuple(value);
  for (std::size_t i = 0; i < unpacked.size(); ++i) {
    const Simple element = convert((*elements)[i], unpacked[i], conversions, offset);
    operands.push_back(element.value);
    type.arguments.push_back(element.type);
  }
  return result_of(insert("prim::TupleConstruct", std::move(operands), std::nullopt), type);
}

Simple FunctionEmitter::implicit_conversion(const Type& wanted, Simple value, Offset offset) {
  const auto by = [&](const char* op) {
    CallArguments arguments;
    arguments.positional.push_back(value);
    const Result<Simple> converted = call_builtin(op, arguments, offset);
    return converted ? *converted : value;
  };
  const Kind to = wanted.kind;
  if (value.type.kind == Kind::tensor) {
    if (to == Kind::floating) return by("aten::FloatImplicit");
    if (to == Kind::complex) return by("aten::ComplexImplicit");
    if (to == Kind::integer) return by("aten::IntImplicit");
    if (to == Kind::number) return by("aten::ScalarImplicit");
  } else if (value.type.kind == Kind::number) {
    if (to == Kind::floating) return by("aten::Float");
    if (to == Kind::complex) return by("aten::Complex");
    if (to == Kind::integer) return by("aten::Int");
  } else if (value.type.kind == Kind::boolean) {
    if (to == Kind::floating) return by("aten::Float");
    if (to == Kind::integer || to == Kind::number) return by("aten::Int");
  } else if (value.type.kind == Kind::string && to == Kind::device) {
    return by("aten::device");
  }
  return value;
}

}  // namespace flopaudit
