#include "runtime/executor/ivalue_of_fact.h"

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>

#include <algorithm>
#include <cmath>

#include "analyzer/frontend/libtorch/value_conversion.h"
#include "runtime/executor/type_conversion.h"

namespace flopaudit {
namespace {

using Kind = Type::Kind;

Error unknown_value(const std::string& name, const Fact& fact) {
  return input_error("'" + name + "' cannot be made: its value is only known as " + fact.to_string() +
                     "; give every dimension and scalar as a number with --input");
}

// FNV-1a: the same on every machine, unlike std::hash.
std::uint64_t stable_hash(const std::string& text) {
  std::uint64_t hash = 14695981039346656037ULL;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  return hash;
}

// Floating elements before they are cast to the tensor's own type.
at::Tensor random_floats(const std::vector<std::int64_t>& sizes, Fill fill, const at::Generator& generator) {
  const auto options = at::TensorOptions().dtype(at::kFloat);
  if (fill == Fill::input) return at::randn(sizes, generator, options);
  const at::Tensor uniform = at::rand(sizes, generator, options);
  if (sizes.size() < 2) return uniform + 0.5;
  const std::int64_t fan_in = std::max<std::int64_t>(1, uniform.numel() / std::max<std::int64_t>(1, sizes[0]));
  return (uniform - 0.5) * (2.0 / std::sqrt(static_cast<double>(fan_in)));
}

at::Tensor random_tensor(at::ScalarType type, const std::vector<std::int64_t>& sizes, Fill fill, std::uint64_t seed) {
  const at::Generator generator = at::detail::createCPUGenerator(seed);
  if (at::isQIntType(type)) {  // of a range that normal numbers fill
    const at::Tensor floats = random_floats(sizes, fill, generator);
    return at::quantize_per_tensor(floats, 1.0 / 16, type == at::kQUInt8 ? 128 : 0, type);
  }
  if (at::isFloatingType(type)) return random_floats(sizes, fill, generator).to(type);
  if (at::isComplexType(type)) {
    const at::Tensor real = random_floats(sizes, fill, generator);
    return at::complex(real, random_floats(sizes, fill, generator)).to(type);
  }
  return at::randint(0, 2, sizes, generator, at::TensorOptions().dtype(at::kLong)).to(type);
}

// Nothing where an element is symbolic.
std::optional<at::Tensor> tensor_of_contents(const Elements& contents, at::ScalarType type,
                                             const std::vector<std::int64_t>& sizes) {
  std::vector<double> numbers;
  std::vector<std::int64_t> integers;  // all 64 bits of them
  for (const Element& element : contents) {
    const std::optional<double> number = number_of(element);
    if (!number) return std::nullopt;
    const Expr* integer = std::get_if<Expr>(&element);
    numbers.push_back(*number);
    integers.push_back(integer != nullptr ? *integer->constant() : static_cast<std::int64_t>(*number));
  }
  if (at::isFloatingType(type)) return at::tensor(numbers, at::kDouble).reshape(sizes).to(type);
  return at::tensor(integers, at::kLong).reshape(sizes).to(type);
}

// Makes the value of a tensor fact.
using TensorValue = std::function<Result<c10::IValue>(const Fact& fact, const std::string& name)>;

Result<std::vector<std::int64_t>> sizes_of(const Fact& fact, const std::string& name) {
  const TensorFact& tensor = *fact.tensor();
  if (!tensor.dtype || !tensor.dims) return unknown_value(name, fact);
  std::vector<std::int64_t> sizes;
  for (const Dim& dim : *tensor.dims) {
    if (!dim || !dim->constant()) return unknown_value(name, fact);
    sizes.push_back(*dim->constant());
  }
  return sizes;
}

Result<c10::IValue> tensor_of(const Fact& fact, const std::string& name, std::uint64_t seed, Fill fill) {
  const TensorFact& tensor = *fact.tensor();
  FA_ASSIGN(const std::vector<std::int64_t> sizes, sizes_of(fact, name));
  const at::ScalarType type = scalar_type_of(*tensor.dtype);
  if (tensor.contents) {
    const std::optional<at::Tensor> made = tensor_of_contents(*tensor.contents, type, sizes);
    return made ? Result<c10::IValue>(c10::IValue(*made)) : unknown_value(name, fact);
  }
  const std::uint64_t own_seed = seed ^ stable_hash(name + " " + fact.to_string());
  return c10::IValue(random_tensor(type, sizes, fill, own_seed));
}

// Optional[T] holds a T; a plain number may stand for a float.
const Type& without_optional(const Type& type) {
  return type.kind == Kind::optional && !type.arguments.empty() ? without_optional(type.arguments[0]) : type;
}

Type argument_or_any(const Type& type, std::size_t index) {
  return index < type.arguments.size() ? type.arguments[index] : Type::of(Kind::any);
}

bool fits(const Fact& fact, const Type& type);

bool all_fit(const std::vector<Fact>& elements, const Type& list) {
  return std::ranges::all_of(elements, [&](const Fact& element) { return fits(element, argument_or_any(list, 0)); });
}
bool tuple_fits(const TupleFact& tuple, const Type& type) {
  for (std::size_t i = 0; i < tuple.elements.size(); ++i) {
    if (!fits(tuple.elements[i], argument_or_any(type, i))) return false;
  }
  return tuple.elements.size() == type.arguments.size();
}
bool dict_fits(const DictFact& dict, const Type& type) {
  if (!dict.items || !*dict.items) return true;
  return std::ranges::all_of(**dict.items, [&](const auto& item) {
    return fits(item.first, argument_or_any(type, 0)) && fits(item.second, argument_or_any(type, 1));
  });
}

// Whether a value is one of a type.
bool fits(const Fact& fact, const Type& type) {
  const auto* list = fact.get<ListFact>();
  const auto* tuple = fact.get<TupleFact>();
  const auto* dict = fact.get<DictFact>();
  const auto is_one = [&](const Type& alternative) { return fits(fact, alternative); };
  switch (type.kind) {
    case Kind::tensor: return fact.tensor() != nullptr;
    case Kind::integer: return fact.get<IntFact>() != nullptr;
    case Kind::floating: return fact.get<FloatFact>() != nullptr;
    case Kind::boolean: return fact.get<BoolFact>() != nullptr;
    case Kind::string: return fact.get<StrFact>() != nullptr;
    case Kind::device: return fact.get<DeviceFact>() != nullptr;
    case Kind::none: return fact.is_none();
    case Kind::list: return list != nullptr && (!list->elements || !*list->elements || all_fit(**list->elements, type));
    case Kind::tuple: return tuple != nullptr && tuple_fits(*tuple, type);
    case Kind::dict: return dict != nullptr && dict_fits(*dict, type);
    case Kind::optional: return fact.is_none() || is_one(without_optional(type));
    case Kind::union_of: return std::ranges::any_of(type.arguments, is_one);
    default: return true;
  }
}

// Of a Union the first alternative that the value is one of: what its elements are is declared there.
const Type& declared_for(const Fact& fact, const Type& declared) {
  const Type& type = without_optional(declared);
  if (type.kind != Kind::union_of) return type;
  const auto found =
      std::ranges::find_if(type.arguments, [&](const Type& alternative) { return fits(fact, alternative); });
  return found != type.arguments.end() ? declared_for(fact, *found) : type;
}

class Builder {
 public:
  explicit Builder(TensorValue tensor_value) : tensor_value_(std::move(tensor_value)) {}

  Result<c10::IValue> value(const Fact& fact, const Type& declared, const std::string& name) {
    const Type& type = declared_for(fact, declared);
    if (fact.is_none()) return c10::IValue();
    if (fact.tensor() != nullptr) return tensor_value_(fact, name);
    if (const auto* integer = fact.get<IntFact>()) {
      if (!integer->value || !integer->value->constant()) return unknown_value(name, fact);
      const std::int64_t number = *integer->value->constant();
      return type.kind == Kind::floating ? c10::IValue(static_cast<double>(number)) : c10::IValue(number);
    }
    if (const auto* floating = fact.get<FloatFact>()) {
      return floating->value ? Result<c10::IValue>(c10::IValue(*floating->value)) : unknown_value(name, fact);
    }
    if (const auto* boolean = fact.get<BoolFact>()) {
      return boolean->value ? Result<c10::IValue>(c10::IValue(*boolean->value)) : unknown_value(name, fact);
    }
    if (const auto* string = fact.get<StrFact>()) {
      return string->value ? Result<c10::IValue>(c10::IValue(*string->value)) : unknown_value(name, fact);
    }
    if (const auto* device = fact.get<DeviceFact>()) return c10::IValue(at::Device(device->value));
    if (const auto* tuple = fact.get<TupleFact>()) return tuple_value(*tuple, type, name);
    if (const auto* list = fact.get<ListFact>()) return list_value(fact, *list, type, name);
    if (const auto* dict = fact.get<DictFact>()) return dict_value(fact, *dict, type, name);
    return unknown_value(name, fact);
  }

 private:
  Result<c10::IValue> tuple_value(const TupleFact& tuple, const Type& type, const std::string& name) {
    std::vector<c10::IValue> elements;
    for (const Fact& element : tuple.elements) {
      const Type element_type = argument_or_any(type, elements.size());
      FA_ASSIGN(c10::IValue converted, value(element, element_type, name + "." + std::to_string(elements.size())));
      elements.push_back(std::move(converted));
    }
    if ((type.kind == Kind::complex || type.kind == Kind::number) && elements.size() == 2) {
      return c10::IValue(c10::complex<double>(elements[0].toDouble(), elements[1].toDouble()));
    }
    return c10::IValue(c10::ivalue::Tuple::create(std::move(elements)));
  }

  Result<c10::IValue> list_value(const Fact& fact, const ListFact& list, const Type& type, const std::string& name) {
    if (!list.elements || !*list.elements) return unknown_value(name, fact);
    const Type element_type = argument_or_any(type, 0);
    std::vector<c10::IValue> elements;
    for (const Fact& element : **list.elements) {
      FA_ASSIGN(c10::IValue converted, value(element, element_type, name + "." + std::to_string(elements.size())));
      elements.push_back(std::move(converted));
    }
    FA_ASSIGN(c10::TypePtr torch_type, torch_type_of(element_type, nullptr));
    if (element_type.kind == Kind::any && !elements.empty()) torch_type = elements.front().type();
    c10::impl::GenericList result(torch_type);
    for (c10::IValue& element : elements) result.push_back(std::move(element));
    return c10::IValue(std::move(result));
  }

  Result<c10::IValue> dict_value(const Fact& fact, const DictFact& dict, const Type& type, const std::string& name) {
    if (!dict.items || !*dict.items) return unknown_value(name, fact);
    const Type key_type = type.arguments.empty() ? Type::of(Kind::string) : type.arguments[0];
    const Type value_type = argument_or_any(type, 1);
    FA_ASSIGN(c10::TypePtr torch_key, torch_type_of(key_type, nullptr));
    FA_ASSIGN(c10::TypePtr torch_value, torch_type_of(value_type, nullptr));
    c10::impl::GenericDict result(torch_key, torch_value);
    for (const auto& [key, element] : **dict.items) {
      FA_ASSIGN(c10::IValue key_value, value(key, key_type, name));
      FA_ASSIGN(c10::IValue converted, value(element, value_type, name + "[" + key.to_string() + "]"));
      result.insert(std::move(key_value), std::move(converted));
    }
    return c10::IValue(std::move(result));
  }

  TensorValue tensor_value_;
};

}  // namespace

Result<c10::IValue> ivalue_of(const Fact& fact, const Type& type, const std::string& name, std::uint64_t seed,
                              Fill fill) {
  const auto tensor_value = [&](const Fact& tensor, const std::string& its_name) {
    return tensor_of(tensor, its_name, seed, fill);
  };
  return Builder(tensor_value).value(fact, type, name);
}

Result<c10::IValue> ivalue_of(const Fact& fact, const Type& type, const std::string& name, const TensorMaker& maker) {
  const auto tensor_value = [&](const Fact& tensor, const std::string& its_name) -> Result<c10::IValue> {
    FA_ASSIGN(const std::vector<std::int64_t> sizes, sizes_of(tensor, its_name));
    return c10::IValue(maker(sizes, scalar_type_of(*tensor.tensor()->dtype)));
  };
  return Builder(tensor_value).value(fact, type, name);
}

}  // namespace flopaudit
