#include "runtime/executor/type_conversion.h"

#include <torch/custom_class.h>

#include <map>

namespace flopaudit {
namespace {

using Kind = Type::Kind;

Result<c10::TypePtr> named_type(const std::string& name, torch::jit::CompilationUnit* unit) {
  if (unit != nullptr) {
    if (c10::TypePtr type = unit->get_type(c10::QualifiedName(name))) return type;
  }
  // LibTorch's own, which are C++.
  if (c10::TypePtr type = torch::getCustomClass(name)) return type;
  return input_error("the program uses the type " + name + ", which the loaded model does not define");
}

Result<c10::TypePtr> other_type(const std::string& name) {
  static const std::map<std::string, c10::TypePtr> kWords = {
      {"list", c10::AnyListType::get()},        {"tuple", c10::AnyTupleType::get()},
      {"Storage", c10::StorageType::get()},     {"Stream", c10::StreamObjType::get()},
      {"QScheme", c10::QSchemeType::get()},     {"ScalarType", c10::ScalarTypeType::get()},
      {"Layout", c10::LayoutType::get()},       {"MemoryFormat", c10::MemoryFormatType::get()},
      {"AnyEnumType", c10::AnyEnumType::get()}, {"AnyClassType", c10::AnyClassType::get()},
      {"Capsule", c10::CapsuleType::get()},
  };
  const auto found = kWords.find(name);
  if (found != kWords.end()) return found->second;
  return input_error("the program uses the type " + name + ", which the executor does not know");
}

Result<c10::TypePtr> type_with_arguments(const Type& type, torch::jit::CompilationUnit* unit) {
  std::vector<c10::TypePtr> arguments;
  for (const Type& argument : type.arguments) {
    FA_ASSIGN(c10::TypePtr converted, torch_type_of(argument, unit));
    arguments.push_back(std::move(converted));
  }
  const std::size_t needed = type.kind == Kind::dict ? 2 : 1;
  if (type.kind != Kind::tuple && arguments.size() < needed)
    return input_error("the type " + type.to_string() + " is incomplete");
  switch (type.kind) {
    case Kind::list: return c10::TypePtr(c10::ListType::create(arguments[0]));
    case Kind::optional: return c10::TypePtr(c10::OptionalType::create(arguments[0]));
    case Kind::dict: return c10::TypePtr(c10::DictType::create(arguments[0], arguments[1]));
    case Kind::future: return c10::TypePtr(c10::FutureType::create(arguments[0]));
    case Kind::union_of: return c10::TypePtr(c10::UnionType::create(arguments));
    default: return c10::TypePtr(c10::TupleType::create(arguments));
  }
}

}  // namespace

Result<c10::TypePtr> torch_type_of(const Type& type, torch::jit::CompilationUnit* unit) {
  switch (type.kind) {
    case Kind::tensor: return c10::TypePtr(c10::TensorType::get());
    case Kind::integer: return c10::TypePtr(c10::IntType::get());
    case Kind::floating: return c10::TypePtr(c10::FloatType::get());
    case Kind::boolean: return c10::TypePtr(c10::BoolType::get());
    case Kind::complex: return c10::TypePtr(c10::ComplexType::get());
    case Kind::number: return c10::TypePtr(c10::NumberType::get());
    case Kind::string: return c10::TypePtr(c10::StringType::get());
    case Kind::none: return c10::TypePtr(c10::NoneType::get());
    case Kind::device: return c10::TypePtr(c10::DeviceObjType::get());
    case Kind::generator: return c10::TypePtr(c10::GeneratorType::get());
    case Kind::any: return c10::TypePtr(c10::AnyType::get());
    case Kind::var: return c10::TypePtr(c10::VarType::create(type.name));
    case Kind::named: return named_type(type.name, unit);
    case Kind::other: return other_type(type.name);
    default: return type_with_arguments(type, unit);
  }
}

Result<std::vector<c10::TypePtr>> torch_types_of(const std::string& types, torch::jit::CompilationUnit* unit) {
  std::vector<c10::TypePtr> result;
  // The type parser reads the commas: the list is what stands between the brackets of a tuple.
  FA_ASSIGN(const Type tuple, Type::parse("Tuple[" + types + "]"));
  for (const Type& type : tuple.arguments) {
    FA_ASSIGN(c10::TypePtr converted, torch_type_of(type, unit));
    result.push_back(std::move(converted));
  }
  return result;
}

}  // namespace flopaudit
