#include "analyzer/frontend/torchscript/pickled_values.h"

#include <utility>

#include "analyzer/frontend/packed_parameters.h"
#include "analyzer/frontend/torchscript/pickle_globals.h"

namespace flopaudit {
namespace {

using Kind = Type::Kind;

// The type that a list or dict was tagged with. A tag that is no type says nothing.
Type tagged(const std::string& tag, Type without) {
  if (tag.empty()) return without;
  const Result<Type> type = Type::parse(tag);
  return type ? *type : without;
}

}  // namespace

bool is_custom_class(std::string_view class_name) { return class_name.starts_with("__torch__.torch.classes."); }

Result<void> PickledValues::enter() {
  if (depth_ >= kMaxDepth) return damaged("nests values deeper than " + std::to_string(kMaxDepth));
  FA_TRY(spend(1));
  ++depth_;
  return {};
}

Result<void> PickledValues::spend(std::size_t values) {
  values_ += values;
  if (values_ > kMaxValues) return damaged("spells out more than " + std::to_string(kMaxValues) + " values");
  return {};
}

Result<Fact> PickledValues::fact(const PickleTensor& tensor, std::size_t max_contents) {
  const Result<std::int64_t> count = checked_element_count(tensor);
  if (!count) return damaged(count.error().message);
  TensorFact fact;
  fact.dtype = tensor.storage.element->dtype;
  if (!fact.dtype) fact.why = "element type of " + std::string(tensor.storage.element->storage);
  fact.dims = Dims(tensor.sizes.begin(), tensor.sizes.end());
  if (static_cast<std::uint64_t>(*count) <= max_contents) {
    FA_ASSIGN(fact.contents, contents_.read(tensor, static_cast<std::size_t>(*count)));
  }
  return Fact(std::move(fact));
}

Result<std::vector<Fact>> PickledValues::facts(const std::vector<PickleRef>& refs, std::size_t max_contents) {
  std::vector<Fact> facts;
  for (const PickleRef ref : refs) {
    FA_ASSIGN(Fact one, fact(ref, max_contents));
    facts.push_back(std::move(one));
  }
  return facts;
}

Result<Fact> PickledValues::fact(PickleRef ref, std::size_t max_contents) {
  FA_TRY(enter());
  Result<Fact> made = fact_inside(ref, max_contents);
  leave();
  return made;
}

Result<Fact> PickledValues::fact_inside(PickleRef ref, std::size_t max_contents) {
  if (pickle_.get<PickleNone>(ref) != nullptr) return Fact::none();
  if (const auto* value = pickle_.get<bool>(ref)) return Fact::boolean(*value);
  if (const auto* value = pickle_.get<std::int64_t>(ref)) return Fact::integer(Expr(*value));
  if (const auto* value = pickle_.get<double>(ref)) return Fact::floating(*value);
  if (const auto* value = pickle_.get<std::string>(ref)) return Fact::string(*value);
  if (const auto* device = pickle_.get<PickleDevice>(ref)) return Fact(DeviceFact{device->name});
  // A complex number is written as the pair of its parts: facts have no kind for it.
  if (const auto* value = pickle_.get<PickleComplex>(ref)) {
    return Fact::tuple({Fact::floating(value->real), Fact::floating(value->imaginary)});
  }
  if (const auto* tensor = pickle_.get<PickleTensor>(ref)) return fact(*tensor, max_contents);
  if (const auto* tuple = pickle_.get<PickleTuple>(ref)) {
    FA_ASSIGN(std::vector<Fact> elements, facts(tuple->elements, max_contents));
    return Fact::tuple(std::move(elements));
  }
  if (const auto* list = pickle_.get<PickleList>(ref)) {
    FA_ASSIGN(std::vector<Fact> elements, facts(list->elements, max_contents));
    return Fact::list(std::move(elements));
  }
  if (const auto* dict = pickle_.get<PickleDict>(ref)) {
    std::vector<std::pair<Fact, Fact>> items;
    for (const auto& [key, value] : dict->items) {
      FA_ASSIGN(Fact key_fact, fact(key, max_contents));
      FA_ASSIGN(Fact value_fact, fact(value, max_contents));
      items.emplace_back(std::move(key_fact), std::move(value_fact));
    }
    return Fact::dict(std::move(items));
  }
  if (const auto* object = pickle_.get<PickleObject>(ref)) {
    const std::string& class_name = pickle_.class_name(*object);
    if (!is_custom_class(class_name)) return Fact::unknown("an object of " + class_name);
    if (!object->state) return Fact::unknown("an object of the custom class " + class_name);
    FA_ASSIGN(const Fact state, fact(*object->state, Fact::kMaxContents));
    return packed_parameters(class_name, state);
  }
  return Fact::unknown("a value that is no data");
}

Type PickledValues::type(PickleRef ref) const {
  int budget = kMaxTypeParts;
  return type(ref, budget);
}

Type PickledValues::type(PickleRef ref, int& budget) const {
  if (pickle_.get<PickleNone>(ref) != nullptr) return Type::of(Kind::none);
  if (pickle_.get<bool>(ref) != nullptr) return Type::of(Kind::boolean);
  if (pickle_.get<std::int64_t>(ref) != nullptr) return Type::of(Kind::integer);
  if (pickle_.get<double>(ref) != nullptr) return Type::of(Kind::floating);
  if (pickle_.get<std::string>(ref) != nullptr) return Type::of(Kind::string);
  if (pickle_.get<PickleDevice>(ref) != nullptr) return Type::of(Kind::device);
  if (pickle_.get<PickleComplex>(ref) != nullptr) return Type::of(Kind::complex);
  if (pickle_.get<PickleTensor>(ref) != nullptr) return Type::of(Kind::tensor);
  if (const auto* object = pickle_.get<PickleObject>(ref)) return {Kind::named, pickle_.class_name(*object), {}};
  const Type any = Type::of(Kind::any);
  if (const auto* list = pickle_.get<PickleList>(ref)) return tagged(type_tag(pickle_, list->type), Type::list_of(any));
  if (const auto* dict = pickle_.get<PickleDict>(ref))
    return tagged(type_tag(pickle_, dict->type), {Kind::dict, {}, {any, any}});
  const auto* tuple = pickle_.get<PickleTuple>(ref);
  if (tuple == nullptr || --budget < 0) return any;
  Type type = Type::of(Kind::tuple);
  for (const PickleRef element : tuple->elements) type.arguments.push_back(this->type(element, budget));
  return type;
}

}  // namespace flopaudit
