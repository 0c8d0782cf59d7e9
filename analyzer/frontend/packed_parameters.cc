#include "analyzer/frontend/packed_parameters.h"

#include <span>

namespace flopaudit {
namespace {

constexpr char kPrefix[] = "__torch__.torch.classes.quantized.";
constexpr char kXnnpackPrefix[] = "__torch__.torch.classes.xnnpack.";

const std::vector<Fact>* elements_of(const Fact& fact) {
  if (const auto* tuple = fact.get<TupleFact>()) return &tuple->elements;
  const auto* list = fact.get<ListFact>();
  return list != nullptr && list->elements ? &**list->elements : nullptr;
}

std::optional<std::int64_t> known_integer(const Fact& fact) {
  const auto* integer = fact.get<IntFact>();
  return integer != nullptr && integer->value ? integer->value->constant() : std::nullopt;
}

// The geometry: a tensor of integers, or a list of them.
std::vector<std::int64_t> numbers_of(const Fact& fact) {
  std::vector<std::int64_t> numbers;
  if (const TensorFact* tensor = fact.tensor(); tensor != nullptr && tensor->contents) {
    for (const Element& element : *tensor->contents) {
      const Expr* integer = std::get_if<Expr>(&element);
      if (integer == nullptr || !integer->constant()) return {};
      numbers.push_back(*integer->constant());
    }
    return numbers;
  }
  const std::vector<Fact>* elements = elements_of(fact);
  for (std::size_t i = 0; elements != nullptr && i < elements->size(); ++i) {
    const std::optional<std::int64_t> number = known_integer((*elements)[i]);
    if (!number) return {};
    numbers.push_back(*number);
  }
  return numbers;
}

Fact list_of(std::span<const std::int64_t> numbers) {
  std::vector<Fact> facts;
  for (const std::int64_t number : numbers) facts.push_back(Fact::integer(number));
  return Fact::list(std::move(facts));
}

Fact not_read(const std::string& class_name) {
  return Fact::unknown("the state of a " + class_name + " is of no known form");
}

// Elements of weights decide no shape.
Fact without_elements(const Fact& fact) {
  Fact copy = fact;
  if (TensorFact* tensor = copy.get<TensorFact>()) tensor->contents.reset();
  return copy;
}

// A list of tensors of one number each, as the first format writes a geometry.
std::optional<Fact> list_of_tensors(const Fact& fact) {
  const std::vector<Fact>* elements = elements_of(fact);
  if (elements == nullptr) return std::nullopt;
  std::vector<std::int64_t> numbers;
  for (const Fact& element : *elements) {
    const std::vector<std::int64_t> one = numbers_of(element);
    if (one.size() != 1) return std::nullopt;
    numbers.push_back(one[0]);
  }
  return list_of(numbers);
}

Fact first_format(const std::string& class_name, const std::vector<Fact>& parts) {
  const auto stride = list_of_tensors(parts[2]), padding = list_of_tensors(parts[3]),
             dilation = list_of_tensors(parts[4]);
  const std::vector<std::int64_t> groups = numbers_of(parts[5]);
  if (!stride || !padding || !dilation || groups.size() != 1) return not_read(class_name);
  const std::vector<std::int64_t> zeros(elements_of(*stride)->size(), 0);
  return Fact::tuple({without_elements(parts[0]), without_elements(parts[1]), *stride, *padding, list_of(zeros),
                      *dilation, Fact::integer(groups[0]), Fact::boolean(false)});
}

Fact convolution(const std::string& class_name, const Fact& state) {
  const std::vector<Fact>* parts = elements_of(state);
  if (parts != nullptr && parts->size() == 6 && (*parts)[0].tensor() != nullptr)
    return first_format(class_name, *parts);
  if (parts == nullptr || parts->size() != 3) return not_read(class_name);
  const std::vector<Fact>* second = elements_of((*parts)[1]);
  const std::vector<Fact>* third = elements_of((*parts)[2]);
  const auto* version = (*parts)[0].get<StrFact>();
  const Fact *geometry = nullptr, *weight = nullptr, *bias = nullptr;
  if (version != nullptr && version->value == "2" && second && third && second->size() == 2 && third->size() == 1) {
    geometry = &(*second)[0], weight = &(*second)[1], bias = &(*third)[0];
  } else if (known_integer((*parts)[0]) == 3 && third && third->size() == 3) {
    geometry = &(*parts)[1], weight = &(*third)[1], bias = &(*third)[2];
  }
  if (geometry == nullptr || weight->tensor() == nullptr) return not_read(class_name);
  const std::vector<std::int64_t> numbers = numbers_of(*geometry);
  const std::size_t dims = numbers.empty() || numbers[0] < 1 ? 0 : static_cast<std::size_t>(numbers[0]);
  if (dims == 0 || dims > 3 || numbers.size() != 1 + 4 * dims + 2) return not_read(class_name);
  const auto per_dim = [&](std::size_t place) { return list_of(std::span(numbers).subspan(1 + place * dims, dims)); };
  const Fact stride = per_dim(0), padding = per_dim(1), dilation = per_dim(2), output_padding = per_dim(3);
  const std::int64_t groups = numbers[1 + 4 * dims];
  const bool transposed = numbers[2 + 4 * dims] != 0;
  return Fact::tuple({without_elements(*weight), without_elements(*bias), stride, padding, output_padding, dilation,
                      Fact::integer(groups), Fact::boolean(transposed)});
}

// XNNPACK's layers, as LibTorch's mobile optimizer writes them: what they were packed from, in the order of the ops
// that pack (analyzer/ops/prepacked.cc).
Fact prepacked(const std::string& class_name, const Fact& state) {
  const std::string name = class_name.substr(sizeof(kXnnpackPrefix) - 1);
  const std::size_t fields = name == "Conv2dOpContext"            ? 8
                             : name == "TransposeConv2dOpContext" ? 9
                             : name == "LinearOpContext"          ? 4
                                                                  : 0;
  const std::vector<Fact>* parts = elements_of(state);
  if (fields == 0 || parts == nullptr || parts->size() != fields || (*parts)[0].tensor() == nullptr) {
    return not_read(class_name);
  }
  std::vector<Fact> packed = *parts;
  packed[0] = without_elements(packed[0]);
  packed[1] = without_elements(packed[1]);
  return Fact::tuple(std::move(packed));
}

}  // namespace

Fact packed_parameters(const std::string& class_name, const Fact& state) {
  if (class_name.starts_with(kXnnpackPrefix)) return prepacked(class_name, state);
  if (!class_name.starts_with(kPrefix)) return Fact::unknown("an object of the custom class " + class_name);
  const std::string name = class_name.substr(sizeof(kPrefix) - 1);
  if (name.starts_with("Conv") && name.ends_with("PackedParamsBase")) return convolution(class_name, state);
  if (name == "LinearPackedParamsBase") {
    const std::vector<Fact>* parts = elements_of(state);
    const bool fits = parts != nullptr && parts->size() == 2 && (*parts)[0].tensor() != nullptr;
    return fits ? Fact::tuple({without_elements((*parts)[0]), without_elements((*parts)[1])}) : not_read(class_name);
  }
  return Fact::unknown("an object of the custom class " + class_name);
}

}  // namespace flopaudit
