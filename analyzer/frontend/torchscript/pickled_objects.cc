#include "analyzer/frontend/torchscript/pickled_objects.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "analyzer/frontend/packed_parameters.h"
#include "analyzer/frontend/torchscript/declarations.h"
#include "analyzer/frontend/torchscript/eval_mode.h"
#include "analyzer/frontend/torchscript/pickled_values.h"
#include "analyzer/frontend/torchscript/state_attributes.h"
#include "analyzer/support/quoted.h"

namespace flopaudit {
namespace {

constexpr char kName[] = "data";

// Contents decide shapes where they are indices, sizes or flags. Weights never do, and would only bloat the text.
constexpr std::size_t kMaxFloatingAttributeContents = 8;

// Two attributes are the same tensor when they are one item of the pickle or the same view of the same storage.
using TensorIdentity = std::tuple<PickleRef, std::string, std::int64_t, std::vector<std::int64_t>,
                                  std::vector<std::int64_t>, const ElementType*>;

TensorIdentity identity_of(PickleRef ref, const PickleTensor& tensor) {
  const bool is_empty = std::ranges::find(tensor.sizes, 0) != tensor.sizes.end();
  if (is_empty || tensor.is_sparse) return {ref, "", 0, {}, {}, tensor.storage.element};
  return {0, tensor.storage.key, tensor.offset, tensor.sizes, tensor.strides, tensor.storage.element};
}

std::string joined(const std::string& path, const std::string& name) { return path.empty() ? name : path + "." + name; }

std::size_t contents_limit(const PickleTensor& tensor, bool is_parameter) {
  if (is_parameter) return 0;
  return tensor.storage.element->is_floating() ? kMaxFloatingAttributeContents : Fact::kMaxContents;
}

// How an attribute's item is to be taken.
struct Place {
  std::string path;
  bool is_parameter = false;
  bool may_have_changed = false;  // `__setstate__` had it in hand: what can change in place is not known
};

class Reader {
 public:
  Reader(const Archive& archive, ClassLayouts& classes, const Pickle& pickle)
      : classes_(classes), pickle_(pickle), values_(archive, pickle, kName) {}

  Result<PickledObjects> run() {
    const auto* model = pickle_.get<PickleObject>(pickle_.root);
    if (model == nullptr || model->is_enum || is_custom_class(pickle_.class_name(*model)))
      return damaged("holds no module");
    FA_TRY(visit(pickle_.root, ""));
    return std::move(result_);
  }

 private:
  Result<void> visit(PickleRef ref, const std::string& path);
  Result<void> visit_by_set_state(const PickleObject& object, const ClassLayout& layout, std::size_t index);
  Result<void> leave_unmade(const PickleObject& object, std::size_t index);
  Result<void> add_packed(const StateAttributes::Packing& packing, PickleRef state, std::size_t index);
  Result<void> add_attribute(std::size_t object, const ClassLayout::Attribute& declared, std::optional<PickleRef> item,
                             bool may_have_changed);
  Result<Fact> describe(PickleRef ref, const Place& place);
  Result<Fact> describe_inside(PickleRef ref, const Place& place);
  Result<std::vector<Fact>> describe_elements(const std::vector<PickleRef>& refs, const Place& place);
  Result<Fact> describe_dict(const PickleDict& dict, const Place& place);
  Result<Fact> describe_object(PickleRef ref, const PickleObject& object, const Place& place);
  Result<Fact> describe_member(const PickleObject& object, const std::string& class_name);
  Result<void> count_parameter(PickleRef ref, const PickleTensor& tensor);
  Result<std::map<std::string_view, PickleRef>> values_of_state(const PickleObject& object);
  const StateAttributes& attributes_of(const ClassLayout& layout);
  Error damaged(const std::string& why) const { return values_.damaged(why); }

  ClassLayouts& classes_;
  const Pickle& pickle_;
  PickledValues values_;
  PickledObjects result_;
  std::unordered_map<PickleRef, std::string> paths_;  // of the objects met
  std::map<TensorIdentity, std::string> canonical_;
  std::set<TensorIdentity> counted_;
  std::map<const ClassLayout*, StateAttributes> state_attributes_;
};

Result<std::map<std::string_view, PickleRef>> Reader::values_of_state(const PickleObject& object) {
  const auto* dict = object.state ? pickle_.get<PickleDict>(*object.state) : nullptr;
  if (dict == nullptr) return damaged("has an object of " + pickle_.class_name(object) + " without attributes");
  FA_TRY(values_.spend(dict->items.size()));  // many objects can share one state
  std::map<std::string_view, PickleRef> values;
  for (const auto& [key, value] : dict->items) {
    if (const auto* name = pickle_.get<std::string>(key)) values.insert_or_assign(*name, value);
  }
  return values;
}

const StateAttributes& Reader::attributes_of(const ClassLayout& layout) {
  const auto [entry, inserted] = state_attributes_.try_emplace(&layout);
  if (inserted) entry->second = state_attributes(layout);
  return entry->second;
}

Result<void> Reader::visit(PickleRef ref, const std::string& path) {
  const PickleObject& object = *pickle_.get<PickleObject>(ref);
  const std::string& class_name = pickle_.class_name(object);
  FA_ASSIGN(const ClassLayout* layout, classes_.find(class_name));
  if (layout == nullptr) return damaged("has an object of " + class_name + ", whose code is missing");
  paths_.emplace(ref, path);
  const std::size_t index = result_.objects.size();
  Object& described = result_.objects.emplace_back();
  described.path = path;
  described.class_name = class_name;
  described.is_module = layout->is_module;
  FA_TRY(values_.spend(layout->attributes.size()));  // before they are made: many objects can share one class
  if (layout->has_set_state) return visit_by_set_state(object, *layout, index);
  FA_ASSIGN(const auto values, values_of_state(object));
  for (const ClassLayout::Attribute& declared : layout->attributes) {
    const auto value = values.find(declared.name);
    if (value == values.end()) {
      return damaged("gives an object of " + class_name + " no attribute " + quoted(declared.name));
    }
    FA_TRY(add_attribute(index, declared, value->second, false));
  }
  return {};
}

Result<void> Reader::visit_by_set_state(const PickleObject& object, const ClassLayout& layout, std::size_t index) {
  const StateAttributes& made = attributes_of(layout);
  for (const ClassLayout::Attribute& declared : layout.attributes) {
    const auto given = made.paths.find(declared.name);
    std::optional<PickleRef> item;
    if (!made.escapes && given != made.paths.end() && given->second && object.state) {
      item = item_at(pickle_, *object.state, *given->second);
    }
    FA_TRY(add_attribute(index, declared, item, !made.is_pure));
    const bool left_alone = !made.escapes && given == made.paths.end();
    if (left_alone) result_.objects[index].attributes.back().value = Fact::none();
  }
  if (!made.escapes && made.packing && object.state) FA_TRY(add_packed(*made.packing, *object.state, index));
  return leave_unmade(object, index);
}

Result<void> Reader::leave_unmade(const PickleObject& object, std::size_t index) {
  const auto is_unknown = [](const Attribute& attribute) { return attribute.value.is_unknown(); };
  if (!object.state || std::ranges::none_of(result_.objects[index].attributes, is_unknown)) return {};
  FA_ASSIGN(Fact state, values_.fact(*object.state, 0));
  result_.unmade.push_back({index, std::move(state)});
  return {};
}

// The packed parameters as packed_parameters() has them, from the weight and bias that `__setstate__` packs and the
// geometry that it copies. Left unknown where something of it is.
Result<void> Reader::add_packed(const StateAttributes::Packing& packing, PickleRef state, std::size_t index) {
  Object& object = result_.objects[index];
  const auto packed = std::ranges::find(object.attributes, "_packed_params", &Attribute::name);
  const auto weight = item_at(pickle_, state, packing.weight), bias = item_at(pickle_, state, packing.bias);
  if (packed == object.attributes.end() || !weight || !bias) return {};
  FA_ASSIGN(Fact weight_fact, values_.fact(*weight, 0));
  FA_ASSIGN(Fact bias_fact, values_.fact(*bias, 0));
  if (packing.op.starts_with("linear_prepack")) {
    packed->value = Fact::tuple({std::move(weight_fact), std::move(bias_fact)});
    return {};
  }
  if (packing.op != "conv2d_prepack" && packing.op != "conv3d_prepack") return {};
  const auto value_of = [&](std::string_view name) {
    const Attribute* attribute = object.find(name);
    return attribute == nullptr ? Fact() : attribute->value;
  };
  const auto list_of = [&](std::string_view name) {
    const Fact value = value_of(name);
    const auto* tuple = value.get<TupleFact>();
    return tuple == nullptr ? Fact::unknown_list() : Fact::list(tuple->elements);
  };
  const Fact stride = list_of("stride"), dilation = list_of("dilation"), groups = value_of("groups");
  const std::size_t dims = packing.op == "conv2d_prepack" ? 2 : 3;
  const Fact zeros = Fact::list(std::vector<Fact>(dims, Fact::integer(0)));
  // Other modes pad beforehand.
  const Fact padding = value_of("padding_mode") == Fact::string("zeros") ? list_of("padding") : zeros;
  if (!stride.is_complete() || !dilation.is_complete() || !padding.is_complete() || !groups.is_complete()) return {};
  packed->value = Fact::tuple(
      {std::move(weight_fact), std::move(bias_fact), stride, padding, zeros, dilation, groups, Fact::boolean(false)});
  return {};
}

Result<void> Reader::add_attribute(std::size_t object, const ClassLayout::Attribute& declared,
                                   std::optional<PickleRef> item, bool may_have_changed) {
  Attribute attribute{
      declared.name,         declared.type,      Fact::unknown("made by __setstate__, which is not run"),
      declared.is_parameter, declared.is_buffer, ""};
  if (item) {
    const std::string path = joined(result_.objects[object].path, declared.name);
    FA_ASSIGN(attribute.value, describe(*item, {path, declared.is_parameter, may_have_changed}));
    if (const auto* tensor = pickle_.get<PickleTensor>(*item)) {
      attribute.tensor_path = canonical_.emplace(identity_of(*item, *tensor), path).first->second;
      if (declared.is_parameter) FA_TRY(count_parameter(*item, *tensor));
    }
  }
  result_.objects[object].attributes.push_back(std::move(attribute));
  return {};
}

Result<Fact> Reader::describe(PickleRef ref, const Place& place) {
  FA_TRY(values_.enter());
  Result<Fact> fact = describe_inside(ref, place);
  values_.leave();
  return fact;
}

Result<Fact> Reader::describe_inside(PickleRef ref, const Place& place) {
  if (const auto* tensor = pickle_.get<PickleTensor>(ref)) {
    return values_.fact(*tensor, place.may_have_changed ? 0 : contents_limit(*tensor, place.is_parameter));
  }
  if (const auto* object = pickle_.get<PickleObject>(ref)) return describe_object(ref, *object, place);
  if (const auto* tuple = pickle_.get<PickleTuple>(ref)) {
    FA_ASSIGN(std::vector<Fact> elements, describe_elements(tuple->elements, place));
    return Fact::tuple(std::move(elements));
  }
  const auto* list = pickle_.get<PickleList>(ref);
  const auto* dict = pickle_.get<PickleDict>(ref);
  if (list == nullptr && dict == nullptr) return values_.fact(ref, Fact::kMaxContents);
  if (place.may_have_changed) return Fact::unknown("changed by __setstate__, which is not run");
  if (dict != nullptr) return describe_dict(*dict, place);
  FA_ASSIGN(std::vector<Fact> elements, describe_elements(list->elements, place));
  return Fact::list(std::move(elements));
}

Result<std::vector<Fact>> Reader::describe_elements(const std::vector<PickleRef>& refs, const Place& place) {
  std::vector<Fact> facts;
  for (const PickleRef ref : refs) {
    FA_ASSIGN(Fact fact,
              describe(ref, {place.path + "." + std::to_string(facts.size()), false, place.may_have_changed}));
    facts.push_back(std::move(fact));
  }
  return facts;
}

Result<Fact> Reader::describe_dict(const PickleDict& dict, const Place& place) {
  std::vector<std::pair<Fact, Fact>> items;
  for (const auto& [key, value] : dict.items) {
    FA_ASSIGN(Fact key_fact, values_.fact(key, 0));
    FA_ASSIGN(Fact value_fact, describe(value, {place.path + "." + std::to_string(items.size()), false, false}));
    items.emplace_back(std::move(key_fact), std::move(value_fact));
  }
  return Fact::dict(std::move(items));
}

Result<Fact> Reader::describe_object(PickleRef ref, const PickleObject& object, const Place& place) {
  const std::string& class_name = pickle_.class_name(object);
  if (is_custom_class(class_name)) {
    return values_.fact(ref, Fact::kMaxContents);
  }
  if (object.is_enum) return describe_member(object, class_name);
  const auto met = paths_.find(ref);
  if (met != paths_.end()) return Fact(ObjectFact{met->second});
  FA_TRY(visit(ref, place.path));
  return Fact(ObjectFact{place.path});
}

// The member of an enum that has this value, by its name: `__torch__.Color.RED`.
Result<Fact> Reader::describe_member(const PickleObject& object, const std::string& class_name) {
  FA_ASSIGN(const ClassLayout* layout, classes_.find(class_name));
  if (layout != nullptr && object.state) {
    FA_ASSIGN(const Fact value, values_.fact(*object.state, 0));
    for (const FieldDefinition* member : layout->constants) {
      const auto literal = member->value ? literal_of(*member->value) : std::nullopt;
      if (literal && literal->value == value) return Fact(ObjectFact{class_name + "." + member->name});
    }
  }
  return Fact::unknown("a member of " + class_name);
}

Result<void> Reader::count_parameter(PickleRef ref, const PickleTensor& tensor) {
  if (!counted_.insert(identity_of(ref, tensor)).second) return {};
  FA_ASSIGN(const std::int64_t count, checked_element_count(tensor));
  // No tensor has more than 2^58 elements, and none more than 16 bytes.
  const std::int64_t bytes = count * tensor.storage.element->bytes;
  if (__builtin_add_overflow(result_.parameter_count, count, &result_.parameter_count) ||
      __builtin_add_overflow(result_.parameter_bytes, bytes, &result_.parameter_bytes)) {
    return damaged("has more than 2^63 bytes of parameters");
  }
  return {};
}

}  // namespace

Result<PickledObjects> read_objects(const Archive& archive, ClassLayouts& classes) {
  FA_ASSIGN(const Pickle pickle, archive.read_pickle(std::string(kName) + ".pkl"));
  FA_ASSIGN(PickledObjects read, Reader(archive, classes, pickle).run());
  FA_ASSIGN(read.saved_training, set_eval_mode(read.objects, classes));
  return read;
}

}  // namespace flopaudit
