// TorchScript's dicts: in insertion order, with identity, as lists. Each rule serves the four key types.
#include "analyzer/ops/all_ops.h"
#include "analyzer/ops/scalar_helpers.h"

namespace flopaudit {
namespace {

using Items = std::vector<std::pair<Fact, Fact>>;

// The state of a dict, to change it; null: its keys are unknown.
RuleResult<Items*> state_at(const Facts& inputs, std::size_t index) {
  FA_RULE(const Fact* fact, fact_at(inputs, index));
  const auto* dict = fact->get<DictFact>();
  if (dict == nullptr || !dict->items) {
    if (fact->is_unknown()) return missing("a dict is unknown");
    return misfit("a dict is expected: " + fact->to_string());
  }
  return *dict->items ? &**dict->items : nullptr;
}

RuleResult<Items*> known_state_at(const Facts& inputs, std::size_t index) {
  FA_RULE(Items * items, state_at(inputs, index));
  if (items == nullptr) return missing("the keys of a dict are unknown");
  return items;
}

// Where the key is: its place, or the size where it is not. Missing when a comparison is undecided.
RuleResult<std::size_t> find(const Items& items, const Fact& key) {
  for (std::size_t i = 0; i < items.size(); ++i) {
    const std::optional<bool> same = compare_facts(Comparison::eq, items[i].first, key);
    if (!same) return missing("a key of a dict is unknown");
    if (*same) return i;
  }
  return items.size();
}

RuleFailure no_key(const Facts& inputs) { return misfit("the key " + inputs[1].to_string() + " is not in the dict"); }

RuleResult<Facts> get_item(const Facts& inputs) {
  FA_RULE(Items * items, known_state_at(inputs, 0));
  FA_RULE(const Fact* key, fact_at(inputs, 1));
  FA_RULE(const std::size_t at, find(*items, *key));
  if (at == items->size()) return no_key(inputs);
  return one((*items)[at].second);
}

// get(dict, key[, default]): the default, or None.
RuleResult<Facts> get_or_default(const Facts& inputs) {
  FA_RULE(Items * items, known_state_at(inputs, 0));
  FA_RULE(const Fact* key, fact_at(inputs, 1));
  FA_RULE(const std::size_t at, find(*items, *key));
  if (at != items->size()) return one((*items)[at].second);
  return one(inputs.size() > 2 ? inputs[2] : Fact::none());
}

void forget(const Facts& inputs, std::size_t index) { inputs[index].get<DictFact>()->items->reset(); }

RuleResult<Facts> set_item(const Facts& inputs) {
  FA_RULE(Items * items, state_at(inputs, 0));
  FA_RULE(const Fact* value, fact_at(inputs, 2));
  if (items == nullptr) return Facts();
  const RuleResult<std::size_t> at = find(*items, inputs[1]);
  if (!at) {
    forget(inputs, 0);
  } else if (*at == items->size()) {
    items->emplace_back(inputs[1], *value);
  } else {
    (*items)[*at].second = *value;
  }
  return Facts();
}

RuleResult<Facts> remove_item(const Facts& inputs) {
  FA_RULE(Items * items, known_state_at(inputs, 0));
  FA_RULE(const Fact* key, fact_at(inputs, 1));
  FA_RULE(const std::size_t at, find(*items, *key));
  if (at == items->size()) return no_key(inputs);
  items->erase(items->begin() + static_cast<std::ptrdiff_t>(at));
  return Facts();
}

RuleResult<Facts> pop(const Facts& inputs) {
  FA_RULE(Facts value, get_item(inputs));
  FA_RULE(const Facts none, remove_item(inputs));
  static_cast<void>(none);
  return value;
}

RuleResult<Facts> contains(const Facts& inputs) {
  FA_RULE(Items * items, state_at(inputs, 0));
  FA_RULE(const Fact* key, fact_at(inputs, 1));
  if (items == nullptr) return one(maybe_bool(std::nullopt));
  const RuleResult<std::size_t> at = find(*items, *key);
  return one(maybe_bool(at ? std::optional(*at != items->size()) : std::nullopt));
}

// pop(dict, key, default)
RuleResult<Facts> pop_or_default(const Facts& inputs) {
  FA_RULE(Facts value, get_or_default(inputs));
  FA_RULE(const Facts found, contains(inputs));
  if (found[0] == Fact::boolean(true)) {
    FA_RULE(const Facts none, remove_item(inputs));
    static_cast<void>(none);
  }
  return value;
}

// The pair that was put in first; an empty dict raises.
RuleResult<Facts> pop_pair(const Facts& inputs) {
  FA_RULE(Items * items, known_state_at(inputs, 0));
  if (items->empty()) return misfit("a pair is taken from an empty dict");
  Fact pair = Fact::tuple({items->front().first, items->front().second});
  items->erase(items->begin());
  return one(std::move(pair));
}

RuleResult<Facts> set_default(const Facts& inputs) {
  FA_RULE(Facts value, get_or_default(inputs));
  FA_RULE(const Facts found, contains(inputs));
  if (found[0] == Fact::boolean(false)) {
    FA_RULE(const Facts none, set_item(inputs));
    static_cast<void>(none);
  }
  return value;
}

RuleResult<Facts> length(const Facts& inputs) {
  FA_RULE(Items * items, state_at(inputs, 0));
  if (items == nullptr) return one(maybe_int(std::nullopt));
  return one(Fact::integer(static_cast<std::int64_t>(items->size())));
}

enum class Part { key, value, both };

template <Part part>
RuleResult<Facts> parts(const Facts& inputs) {
  FA_RULE(Items * items, state_at(inputs, 0));
  if (items == nullptr) return one(Fact::unknown_list());
  std::vector<Fact> list;
  for (const auto& [key, value] : *items) {
    list.push_back(part == Part::key ? key : part == Part::value ? value : Fact::tuple({key, value}));
  }
  return one(Fact::list(std::move(list)));
}

RuleResult<Facts> update(const Facts& inputs) {
  FA_RULE(Items * items, state_at(inputs, 0));
  FA_RULE(Items * more, state_at(inputs, 1));
  if (items == nullptr || more == nullptr) {
    forget(inputs, 0);
    return Facts();
  }
  const Items copy = *more;
  for (const auto& [key, value] : copy) {
    FA_RULE(const Facts none, set_item({inputs[0], key, value}));
    static_cast<void>(none);
  }
  return Facts();
}

RuleResult<Facts> clear(const Facts& inputs) {
  FA_RULE(Items * items, state_at(inputs, 0));
  static_cast<void>(items);
  *inputs[0].get<DictFact>()->items = Items();
  return Facts();
}

RuleResult<Facts> copy(const Facts& inputs) {
  FA_RULE(Items * items, known_state_at(inputs, 0));
  return one(Fact::dict(*items));
}

RuleResult<Facts> empty(const Facts&) { return one(Fact::dict({})); }

// dict([(key, value), ...])
RuleResult<Facts> from_pairs(const Facts& inputs) {
  FA_RULE(const std::vector<Fact> pairs, list_at(inputs, 0));
  const Facts result = one(Fact::dict({}));
  for (const Fact& pair : pairs) {
    const auto* tuple = pair.get<TupleFact>();
    if (tuple == nullptr || tuple->elements.size() != 2) return missing("a pair of a dict is unknown");
    FA_RULE(const Facts none, set_item({result[0], tuple->elements[0], tuple->elements[1]}));
    static_cast<void>(none);
  }
  return result;
}

#define ROW(name, rule) \
  { name, rule, nullptr, "" }
#define KEYS(prefix, rule) \
  ROW(prefix "bool", rule), ROW(prefix "float", rule), ROW(prefix "int", rule), ROW(prefix "str", rule)
// clang-format off
constexpr OpSpec kRows[] = {
    KEYS("aten::Delete.Dict_", remove_item),
    KEYS("aten::__contains__.", contains),
    KEYS("aten::__getitem__.Dict_", get_item),
    KEYS("aten::_set_item.", set_item),
    KEYS("aten::clear.", clear),
    KEYS("aten::copy.Dict_", copy),
    ROW("aten::dict", empty),
    KEYS("aten::dict.", from_pairs),
    KEYS("aten::dict.Dict_", copy),
    KEYS("aten::get.", get_or_default),
    KEYS("aten::get.default_", get_or_default),
    KEYS("aten::items.", parts<Part::both>),
    KEYS("aten::keys.", parts<Part::key>),
    KEYS("aten::len.Dict_", length),
    KEYS("aten::pop.Dict_", pop),
    KEYS("aten::pop.Dict_default_", pop_or_default),
    KEYS("aten::popitem.", pop_pair),
    KEYS("aten::setdefault.", set_default),
    KEYS("aten::update.", update),
    KEYS("aten::values.", parts<Part::value>),
};
// clang-format on
#undef KEYS
#undef ROW

}  // namespace

std::span<const OpSpec> dict_ops() { return kRows; }

}  // namespace flopaudit
