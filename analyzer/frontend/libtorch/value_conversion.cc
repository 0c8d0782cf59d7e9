#include "analyzer/frontend/libtorch/value_conversion.h"

#include <ATen/ATen.h>
#include <ATen/core/function.h>

#include "analyzer/frontend/packed_parameters.h"

namespace flopaudit {
namespace {

std::optional<Elements> contents_of(const at::Tensor& tensor) {
  Elements contents;
  if (at::isFloatingType(tensor.scalar_type())) {
    const at::Tensor flat = tensor.detach().to(at::kDouble).contiguous();
    const double* elements = flat.const_data_ptr<double>();
    contents.assign(elements, elements + flat.numel());
    return contents;
  }
  if (at::isIntegralType(tensor.scalar_type(), /*includeBool=*/true)) {
    const at::Tensor flat = tensor.detach().to(at::kLong).contiguous();
    const std::int64_t* elements = flat.const_data_ptr<std::int64_t>();
    contents.assign(elements, elements + flat.numel());
    return contents;
  }
  return std::nullopt;
}

// By its saved state, as a file holds it: LibTorch's own C++, no code of the model.
Fact fact_of_custom_object(const c10::IValue& value) {
  const c10::ClassTypePtr type = value.toObject()->type();
  const std::string class_name = type->name() ? type->name()->qualifiedName() : "";
  torch::jit::Function* get_state = type->findMethod("__getstate__");
  if (get_state == nullptr) return Fact::unknown("an object of the custom class " + class_name);
  try {
    return packed_parameters(class_name, fact_of((*get_state)({value}), Fact::kMaxContents));
  } catch (const std::exception&) {
    return Fact::unknown("the state of a " + class_name + " cannot be read");
  }
}

template <typename Elements>
std::vector<Fact> facts_of(const Elements& elements, std::size_t max_contents) {
  std::vector<Fact> facts;
  for (const c10::IValue& element : elements) facts.push_back(fact_of(element, max_contents));
  return facts;
}

Type type_with_arguments(Type::Kind kind, const c10::Type& type) {
  Type result = Type::of(kind);
  for (const auto& argument : type.containedTypes()) result.arguments.push_back(type_of(*argument));
  return result;
}

}  // namespace

std::optional<DType> dtype_of(at::ScalarType type) {
  return dtype_of_scalar_type_number(static_cast<std::int64_t>(type));
}

at::ScalarType scalar_type_of(DType dtype) { return static_cast<at::ScalarType>(scalar_type_number(dtype)); }

Fact fact_of(const at::Tensor& tensor, std::size_t max_contents) {
  TensorFact fact;
  if (!tensor.defined()) return Fact::none();
  fact.dtype = dtype_of(tensor.scalar_type());
  if (!fact.dtype) fact.why = std::string("element type ") + c10::toString(tensor.scalar_type());
  if (tensor.is_nested()) return fact;
  Dims dims;
  for (const std::int64_t size : tensor.sizes()) dims.emplace_back(Expr(size));
  fact.dims = std::move(dims);
  const bool plain = tensor.layout() == at::kStrided && tensor.device().is_cpu() && !tensor.is_quantized();
  if (plain && static_cast<std::uint64_t>(tensor.numel()) <= max_contents) fact.contents = contents_of(tensor);
  return fact;
}

Fact fact_of(const c10::IValue& value, std::size_t max_contents) {
  if (value.isNone()) return Fact::none();
  if (value.isTensor()) return fact_of(value.toTensor(), max_contents);
  if (value.isInt()) return Fact::integer(value.toInt());
  if (value.isDouble()) return Fact::floating(value.toDouble());
  if (value.isBool()) return Fact::boolean(value.toBool());
  if (value.isString()) return Fact::string(value.toStringRef());
  if (value.isDevice()) return DeviceFact{value.toDevice().str()};
  // A complex number is written as the pair of its parts: facts have no kind for it.
  if (value.isComplexDouble()) {
    const auto number = value.toComplexDouble();
    return Fact::tuple({Fact::floating(number.real()), Fact::floating(number.imag())});
  }
  if (value.isTuple()) return Fact::tuple(facts_of(value.toTupleRef().elements(), max_contents));
  if (value.isList()) return Fact::list(facts_of(value.toListRef(), max_contents));
  if (value.isGenericDict()) {
    std::vector<std::pair<Fact, Fact>> items;
    for (const auto& item : value.toGenericDict()) {
      items.emplace_back(fact_of(item.key(), max_contents), fact_of(item.value(), max_contents));
    }
    return Fact::dict(std::move(items));
  }
  if (value.isCustomClass()) return fact_of_custom_object(value);
  if (value.isEnum()) {
    const auto& member = *value.toEnumHolder();
    return ObjectFact{member.qualifiedClassName() + "." + member.name()};
  }
  return Fact::unknown("a value of type " + value.tagKind());
}

Type type_of(const c10::Type& type) {
  using Kind = Type::Kind;
  switch (type.kind()) {
    case c10::TypeKind::TensorType: return Type::of(Kind::tensor);
    case c10::TypeKind::IntType: return Type::of(Kind::integer);
    case c10::TypeKind::FloatType: return Type::of(Kind::floating);
    case c10::TypeKind::BoolType: return Type::of(Kind::boolean);
    case c10::TypeKind::ComplexType: return Type::of(Kind::complex);
    case c10::TypeKind::NumberType: return Type::of(Kind::number);
    case c10::TypeKind::StringType: return Type::of(Kind::string);
    case c10::TypeKind::NoneType: return Type::of(Kind::none);
    case c10::TypeKind::DeviceObjType: return Type::of(Kind::device);
    case c10::TypeKind::GeneratorType: return Type::of(Kind::generator);
    case c10::TypeKind::AnyType: return Type::of(Kind::any);
    case c10::TypeKind::ListType: return type_with_arguments(Kind::list, type);
    case c10::TypeKind::DictType: return type_with_arguments(Kind::dict, type);
    case c10::TypeKind::FutureType: return type_with_arguments(Kind::future, type);
    case c10::TypeKind::OptionalType: {
      Type result = Type::of(Kind::optional);
      result.arguments.push_back(type_of(*type.expectRef<c10::OptionalType>().getElementType()));
      return result;
    }
    case c10::TypeKind::UnionType: return type_with_arguments(Kind::union_of, type);
    case c10::TypeKind::TupleType: {
      const auto& tuple = type.expectRef<c10::TupleType>();
      if (tuple.name()) return {Kind::named, tuple.name()->qualifiedName(), {}};
      return type_with_arguments(Kind::tuple, type);
    }
    case c10::TypeKind::ClassType: return {Kind::named, type.expectRef<c10::ClassType>().name()->qualifiedName(), {}};
    case c10::TypeKind::InterfaceType:
      return {Kind::named, type.expectRef<c10::InterfaceType>().name()->qualifiedName(), {}};
    case c10::TypeKind::EnumType:
      return {Kind::named, type.expectRef<c10::EnumType>().qualifiedClassName().qualifiedName(), {}};
    case c10::TypeKind::VarType: return {Kind::var, type.expectRef<c10::VarType>().name(), {}};
    default: return {Kind::other, type.annotation_str(), {}};
  }
}

}  // namespace flopaudit
