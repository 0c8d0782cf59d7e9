#include "passes/interpreter/environment.h"

#include <algorithm>
#include <set>
#include <string_view>

#include "analyzer/ir/effects.h"
#include "analyzer/ir/program_constant.h"
#include "analyzer/support/assert.h"
#include "passes/interpreter/alternatives.h"
#include "passes/interpreter/fact_tools.h"

namespace flopaudit {
namespace {

bool is_container(const Fact& fact) {
  return fact.get<ListFact>() || fact.get<DictFact>() || fact.get<TupleFact>() || fact.alternatives() != nullptr;
}

// An in-place op gives back the tensor that it was given.
bool is_in_place(const Node& node) {
  const std::string_view name = node.op.name;
  return node.op.is_aten() && name.ends_with('_') && !name.ends_with("__") && !node.operands.empty();
}

// The list with each of its facts changed.
template <typename Change>
ListElements with_elements(const ListElements& list, const Change& change) {
  if (const Fact* element = list.element()) return ListElements::uniform(list.length(), change(*element));
  if (!list) return {};
  std::vector<Fact> elements;
  elements.reserve(list->size());
  for (const Fact& element : *list) elements.push_back(change(element));
  return elements;
}

std::string attribute_key(const std::string& path, const std::string& name) { return path + "\n" + name; }

}  // namespace

class Environment::Layer {
 public:
  Layer(ElementBudget& budget, SharedStates& shared) : budget_(budget), shared_(shared) {}

  std::unordered_map<const Value*, Entry> values;
  std::unordered_map<int, std::int64_t> written;  // alias class -> time
  std::int64_t all_written = 0;
  std::unordered_map<const Value*, Entry> retyped;  // by root
  std::unordered_map<std::string, Fact> attributes;
  bool attributes_forgotten = false;

  // State of the layer below -> its copy here, in the order of copying.
  std::vector<std::pair<ListState, ListState>> lists;
  std::vector<std::pair<DictState, DictState>> dicts;

  // The fact with every list and dict replaced by its copy.
  Fact copied_in(const Fact& fact) {
    if (fact.alternatives() != nullptr) {
      return each_alternative(fact, [this](const Fact& each) { return copied_in(each); });
    }
    if (const auto* tuple = fact.get<TupleFact>()) {
      std::vector<Fact> elements;
      for (const Fact& element : tuple->elements) elements.push_back(copied_in(element));
      return Fact::tuple(std::move(elements));
    }
    if (const auto* list = fact.get<ListFact>(); list && list->elements) {
      if (const auto known = list_copies_.find(list->elements.get()); known != list_copies_.end()) {
        return ListFact{known->second};
      }
      auto copy = std::make_shared<ListElements>();
      list_copies_[list->elements.get()] = copy;
      lists.emplace_back(list->elements, copy);
      originals_[copy.get()] = Fact(*list);
      if (shared_.contains(list->elements.get())) shared_[copy.get()] = copy;
      budget_.copy(ElementBudget::size(fact));
      *copy = with_elements(*list->elements, [this](const Fact& element) { return copied_in(element); });
      return ListFact{copy};
    }
    if (const auto* dict = fact.get<DictFact>(); dict && dict->items) {
      if (const auto known = dict_copies_.find(dict->items.get()); known != dict_copies_.end()) {
        return DictFact{known->second};
      }
      auto copy = std::make_shared<std::optional<std::vector<std::pair<Fact, Fact>>>>();
      dict_copies_[dict->items.get()] = copy;
      dicts.emplace_back(dict->items, copy);
      originals_[copy.get()] = Fact(*dict);
      if (shared_.contains(dict->items.get())) shared_[copy.get()] = copy;
      if (*dict->items) {
        budget_.copy(ElementBudget::size(fact));
        std::vector<std::pair<Fact, Fact>> items;
        for (const auto& [key, value] : **dict->items) items.emplace_back(copied_in(key), copied_in(value));
        *copy = std::move(items);
      }
      return DictFact{copy};
    }
    return fact;
  }

  // The inverse: copies are replaced by what they are copies of. Lists made in the layer stay themselves; what they
  // hold is put right in place.
  Fact copied_out(const Fact& fact, std::set<const void*>& seen) const {
    if (fact.alternatives() != nullptr) {
      return each_alternative(fact, [&](const Fact& each) { return copied_out(each, seen); });
    }
    if (const auto* tuple = fact.get<TupleFact>()) {
      std::vector<Fact> elements;
      for (const Fact& element : tuple->elements) elements.push_back(copied_out(element, seen));
      return Fact::tuple(std::move(elements));
    }
    if (const auto* list = fact.get<ListFact>(); list && list->elements) {
      if (const auto original = originals_.find(list->elements.get()); original != originals_.end()) {
        return original->second;
      }
      if (seen.insert(list->elements.get()).second) {
        *list->elements =
            with_elements(*list->elements, [&](const Fact& element) { return copied_out(element, seen); });
      }
    }
    if (const auto* dict = fact.get<DictFact>(); dict && dict->items) {
      if (const auto original = originals_.find(dict->items.get()); original != originals_.end()) {
        return original->second;
      }
      if (*dict->items && seen.insert(dict->items.get()).second) {
        for (auto& [key, value] : **dict->items) value = copied_out(value, seen);
      }
    }
    return fact;
  }

  // The contents that the layer gives a state of the layer below, in terms of that layer.
  ListElements contents_of(const ListState& state) const {
    const auto copy = list_copies_.find(state.get());
    if (copy == list_copies_.end()) return *state;
    std::set<const void*> seen;
    return with_elements(*copy->second, [&](const Fact& element) { return copied_out(element, seen); });
  }
  std::optional<std::vector<std::pair<Fact, Fact>>> contents_of(const DictState& state) const {
    const auto copy = dict_copies_.find(state.get());
    if (copy == dict_copies_.end() || !*copy->second) return copy == dict_copies_.end() ? *state : std::nullopt;
    std::vector<std::pair<Fact, Fact>> items;
    std::set<const void*> seen;
    for (const auto& [key, value] : **copy->second) items.emplace_back(copied_out(key, seen), copied_out(value, seen));
    return items;
  }

 private:
  ElementBudget& budget_;
  SharedStates& shared_;
  std::unordered_map<const void*, ListState> list_copies_;
  std::unordered_map<const void*, DictState> dict_copies_;
  std::unordered_map<const void*, Fact> originals_;  // copy -> what it is a copy of
};

Environment::Environment(ElementBudget& budget) : budget_(budget) { push(); }
Environment::~Environment() = default;

Environment::Entry* Environment::find(const Value* value, std::size_t& depth) {
  for (depth = layers_.size(); depth-- > 0;) {
    const auto found = layers_[depth]->values.find(value);
    if (found != layers_[depth]->values.end()) return &found->second;
  }
  return nullptr;
}

Fact Environment::lifted(const Fact& fact, std::size_t from) {
  if (!is_container(fact)) return fact;
  Fact copy = fact;
  for (std::size_t depth = from + 1; depth < layers_.size(); ++depth) copy = layers_[depth]->copied_in(copy);
  return copy;
}

// Parameters: known from the start, in the lowest layer. Two of them are two tensors, and none of them is what the
// program makes; that no input is a parameter is assumed.
Fact Environment::first_read(const Value* value) {
  Fact fact = value->fact.snapshot();
  const bool is_constant = is_program_constant(*value);
  for_each_tensor(fact, [this, is_constant](TensorFact& tensor) {
    tensor.alias_class = fresh_class();
    tensor.identity = new_object();
    tensor.is_number = is_constant && tensor.dims && tensor.dims->empty();
  });
  layers_.front()->values[value] = {fact, 0};
  return fact;
}

Fact Environment::read(const Value* value) {
  if (value->origin == Value::Origin::constant) {
    return is_container(value->fact) ? budget_.snapshot(value->fact) : value->fact;
  }
  std::size_t depth = 0;
  Entry* entry = find(value, depth);
  if (entry == nullptr) {
    FA_ASSERT(value->origin == Value::Origin::parameter, "a value is read before it is made");
    first_read(value);
    entry = find(value, depth);
  }
  std::int64_t time = entry->time;
  Fact fact = entry->fact;
  if (is_container(fact) && depth + 1 < layers_.size()) {
    fact = lifted(fact, depth);
    top().values[value] = {fact, time};
  }
  if (any_retyped_ && (fact.tensor() || fact.alternatives() != nullptr)) {
    if (const Entry* newer = retyped(value); newer != nullptr && newer->time > time) {
      fact = newer->fact;
      time = newer->time;
    }
  }
  if (!any_written_ || !may_hold_tensors(value->type)) return fact;
  budget_.look_at(fact);
  return without_stale_contents(std::move(fact), time);
}

bool Environment::is_stale(int alias_class, std::int64_t time) const {
  for (const auto& layer : layers_) {
    if (layer->all_written > time) return true;
    if (alias_class == 0) {
      if (std::any_of(layer->written.begin(), layer->written.end(),
                      [time](const auto& one) { return one.second > time; })) {
        return true;
      }
    } else if (const auto found = layer->written.find(alias_class);
               found != layer->written.end() && found->second > time) {
      return true;
    }
  }
  return false;
}

// What stands in a list or dict may have been put there at any time: any write to its class counts. A tuple holds what
// it was made of, so only what was written since then counts.
Fact Environment::without_stale_contents(Fact fact, std::int64_t time) {
  if (fact.alternatives() != nullptr) {
    return each_alternative(fact, [&](const Fact& each) { return without_stale_contents(each, time); });
  }
  if (auto* tuple = fact.get<TupleFact>()) {
    for (Fact& element : tuple->elements) element = without_stale_contents(std::move(element), time);
    return fact;
  }
  const std::int64_t since = is_container(fact) ? 0 : time;
  for_each_tensor(fact, [&](TensorFact& tensor) {
    if (tensor.contents && is_stale(tensor.alias_class, since)) tensor.contents.reset();
  });
  return fact;
}

Fact Environment::as_stored(const Fact& fact) {
  if (!any_written_) return fact;
  budget_.look_at(fact);
  return without_stale_contents(fact, 0);  // it may be there from the beginning
}

// The value that first stood for this tensor.
const Value* Environment::root_of(const Value* value) {
  std::vector<const Value*> way;
  while (value->producer != nullptr && is_in_place(*value->producer)) {
    const auto known = roots_.find(value);
    if (known == roots_.end()) way.push_back(value);
    value = known == roots_.end() ? value->producer->operands.front() : known->second;
  }
  for (const Value* passed : way) roots_[passed] = value;
  return value;
}

const Environment::Entry* Environment::retyped(const Value* value) {
  const Value* root = root_of(value);
  for (std::size_t depth = layers_.size(); depth-- > 0;) {
    const auto found = layers_[depth]->retyped.find(root);
    if (found != layers_[depth]->retyped.end()) return &found->second;
  }
  return nullptr;
}

void Environment::set(const Value* value, Fact fact) { top().values[value] = {std::move(fact), now()}; }

void Environment::forget_contents(int alias_class) {
  any_written_ = true;
  if (alias_class == 0) {
    top().all_written = now();
  } else {
    top().written[alias_class] = now();
  }
}

void Environment::retype(const Value* value, const Fact& fact) {
  any_retyped_ = true;
  top().retyped[root_of(value)] = {fact, now()};
}

const Fact* Environment::attribute(const std::string& path, const std::string& name) {
  const std::string key = attribute_key(path, name);
  for (std::size_t depth = layers_.size(); depth-- > 0;) {
    const auto found = layers_[depth]->attributes.find(key);
    if (found == layers_[depth]->attributes.end()) {
      if (layers_[depth]->attributes_forgotten) return nullptr;
      continue;
    }
    if (depth + 1 < layers_.size() && is_container(found->second)) {
      Fact copy = lifted(found->second, depth);
      return &(top().attributes[key] = std::move(copy));
    }
    return &found->second;
  }
  return nullptr;
}

void Environment::set_attribute(const std::string& path, const std::string& name, Fact fact) {
  top().attributes[attribute_key(path, name)] = std::move(fact);
}

void Environment::seed_attribute(const std::string& path, const std::string& name, Fact fact) {
  layers_.front()->attributes.try_emplace(attribute_key(path, name), std::move(fact));
}

void Environment::forget_attributes() {
  top().attributes.clear();
  top().attributes_forgotten = true;
}

bool Environment::attributes_forgotten() const {
  return std::any_of(layers_.begin(), layers_.end(), [](const auto& layer) { return layer->attributes_forgotten; });
}

void Environment::push() { layers_.push_back(std::make_shared<Layer>(budget_, shared_)); }

std::shared_ptr<Environment::Layer> Environment::pop() {
  std::shared_ptr<Layer> layer = std::move(layers_.back());
  layers_.pop_back();
  return layer;
}

Fact Environment::inside(const Fact& fact) { return is_container(fact) ? top().copied_in(fact) : fact; }

Fact Environment::outside(const Layer& layer, const Fact& fact) const {
  std::set<const void*> seen;
  return layer.copied_out(fact, seen);
}

void Environment::mark_shared(const Fact& fact) {
  if (fact.alternatives() != nullptr) {
    for (const Fact& each : *fact.alternatives()) mark_shared(each);
  }
  if (const auto* tuple = fact.get<TupleFact>()) {
    for (const Fact& element : tuple->elements) mark_shared(element);
  } else if (const auto* list = fact.get<ListFact>(); list != nullptr && list->elements) {
    if (!shared_.emplace(list->elements.get(), list->elements).second) return;
    for (const Fact& element : **list->elements) mark_shared(element);  // of a uniform list the one
  } else if (const auto* dict = fact.get<DictFact>(); dict != nullptr && dict->items) {
    if (!shared_.emplace(dict->items.get(), dict->items).second || !*dict->items) return;
    for (const auto& [key, value] : **dict->items) mark_shared(value);
  }
}

bool Environment::is_shared(const Fact& fact) const {
  if (shared_.empty()) return false;
  if (const auto* list = fact.get<ListFact>()) return shared_.contains(list->elements.get());
  const auto* dict = fact.get<DictFact>();
  return dict != nullptr && shared_.contains(dict->items.get());
}

bool Environment::changes_kind(const Layer& layer) {
  for (const auto& [state, copy] : layer.lists) {
    if (is_of_another_kind(ListFact{state}, ListFact{copy})) return true;
  }
  for (const auto& [state, copy] : layer.dicts) {
    if (is_of_another_kind(DictFact{state}, DictFact{copy})) return true;
  }
  return std::any_of(layer.attributes.begin(), layer.attributes.end(), [this](const auto& written) {
    const std::size_t end = written.first.find('\n');
    const Fact* before = attribute(written.first.substr(0, end), written.first.substr(end + 1));
    return before != nullptr && is_of_another_kind(*before, written.second);
  });
}

bool Environment::commit(const Layer& layer) { return merge_layers(layer, layer, nullptr); }

bool Environment::join_layer(const Layer& layer, const Joiner& joiner) {
  return merge_layers(Layer(budget_, shared_), layer, &joiner);
}

bool Environment::join_layers(const Layer& a, const Layer& b, const Joiner& joiner) {
  return merge_layers(a, b, &joiner);
}

// Without a joiner: both are one, which certainly ran.
bool Environment::merge_layers(const Layer& a, const Layer& b, const Joiner* joiner) {
  bool changed = false;
  // Contents first, all of them, then stored: they may refer to one another.
  std::vector<std::pair<ListState, Fact>> lists;
  std::vector<std::pair<DictState, Fact>> dicts;
  std::set<const void*> done;
  const auto merge_states = [&](const auto& states, auto& merged, const char* word, const auto& fact_of) {
    for (const auto& [state, copy] : states) {
      if (!done.insert(state.get()).second) continue;
      Fact fact = fact_of(a.contents_of(state));
      if (joiner != nullptr) {
        fact = (*joiner)(fact, fact_of(b.contents_of(state)), word + std::to_string(merged.size() + 1));
      }
      merged.emplace_back(state, std::move(fact));
    }
  };
  for (const Layer* layer : {&a, &b}) {
    merge_states(layer->lists, lists, "list", [](ListElements contents) {
      return Fact(ListFact{std::make_shared<ListElements>(std::move(contents))});
    });
    merge_states(layer->dicts, dicts, "dict", [](DictState::element_type contents) {
      return Fact(DictFact{std::make_shared<DictState::element_type>(std::move(contents))});
    });
  }

  for (const Layer* layer : {&a, &b}) {
    for (const auto& [root, entry] : layer->retyped) {
      const Layer& other = layer == &a ? b : a;
      Fact fact = entry.fact;
      if (const auto found = other.retyped.find(root); found != other.retyped.end()) {
        fact = join(fact, found->second.fact);
      } else if (std::size_t depth = 0; find(root, depth) != nullptr) {
        fact = join(fact, read(root));
      }
      const auto before = top().retyped.find(root);
      changed |= before == top().retyped.end() || !(before->second.fact == fact);
      top().retyped[root] = {std::move(fact), now()};
    }
    if (layer->attributes_forgotten) {
      changed |= !top().attributes_forgotten;
      forget_attributes();
    }
  }
  std::set<std::string> keys;
  for (const Layer* layer : {&a, &b}) {
    for (const auto& [key, fact] : layer->attributes) keys.insert(key);
  }
  std::size_t place = 0;
  for (const std::string& key : keys) {
    const std::size_t end = key.find('\n');
    const std::string path = key.substr(0, end);
    const std::string name = key.substr(end + 1);
    const Fact* below = attribute(path, name);
    const auto in_layer = [&](const Layer& layer) -> std::optional<Fact> {
      const auto found = layer.attributes.find(key);
      if (found != layer.attributes.end()) return outside(layer, found->second);
      return below != nullptr ? std::optional(*below) : std::nullopt;
    };
    const std::optional<Fact> one = in_layer(a);
    const std::optional<Fact> two = in_layer(b);
    // Not below and in one branch only: an attribute of an object that this branch made.
    Fact joined = Fact::unknown("written where its object is not known");
    if (one && two) joined = joiner != nullptr ? (*joiner)(*one, *two, "attribute" + std::to_string(++place)) : *one;
    if (!(one && two) && !attributes_forgotten()) joined = one ? *one : *two;
    changed |= below == nullptr || !(*below == joined);
    top().attributes[key] = joined;
  }

  for (auto& [state, contents] : lists) {
    const auto* list = contents.get<ListFact>();
    changed |= !(Fact(ListFact{state}) == contents);
    if (list->elements != state) *state = list->elements ? *list->elements : ListElements();
  }
  for (auto& [state, contents] : dicts) {
    const auto* dict = contents.get<DictFact>();
    changed |= !(Fact(DictFact{state}) == contents);
    if (dict->items != state) *state = dict->items ? *dict->items : std::nullopt;
  }
  for (const Layer* layer : {&a, &b}) {
    for (const auto& [alias_class, time] : layer->written) top().written[alias_class] = time;
    top().all_written = std::max(top().all_written, layer->all_written);
  }
  return changed;
}

}  // namespace flopaudit
