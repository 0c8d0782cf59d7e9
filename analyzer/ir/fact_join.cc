// What holds of two facts: where they are of one kind what they have in common, else that it is one of them.
#include <algorithm>

#include "analyzer/ir/fact.h"
#include "analyzer/ir/fact_walk.h"

namespace flopaudit {
namespace {

using List = std::vector<Fact>;
using Items = std::vector<std::pair<Fact, Fact>>;

constexpr const char* kDiffers = "differs between branches";

Fact join_facts(const Fact& a, const Fact& b, Walk& walk);

List join_elements(const List& a, const List& b, Walk& walk) {
  List joined;
  joined.reserve(a.size());
  for (std::size_t i = 0; i < a.size(); ++i) joined.push_back(join_facts(a[i], b[i], walk));
  return joined;
}

TensorFact join_tensors(const TensorFact& a, const TensorFact& b) {
  TensorFact joined;
  if (a.dtype == b.dtype) joined.dtype = a.dtype;
  if (a.dims && b.dims && a.dims->size() == b.dims->size()) {
    joined.dims.emplace();
    for (std::size_t i = 0; i < a.dims->size(); ++i) {
      joined.dims->push_back((*a.dims)[i] == (*b.dims)[i] ? (*a.dims)[i] : std::nullopt);
    }
  }
  joined.contents = a.contents;
  TensorFact with_other_contents = joined;
  with_other_contents.contents = b.contents;
  if (!(joined == with_other_contents)) joined.contents.reset();
  // An older reason is nearer to the cause than the join.
  joined.why = !a.why.empty() ? a.why : b.why;
  if (joined.why.empty() && (joined.dtype != a.dtype || joined.dims != a.dims)) joined.why = kDiffers;
  if (a.alias_class == b.alias_class) joined.alias_class = a.alias_class;
  if (a.identity == b.identity) joined.identity = a.identity;
  joined.is_number = a.is_number && b.is_number;
  return joined;
}

Fact join_lists(const ListFact& a, const ListFact& b, Walk& walk) {
  if (a.elements == b.elements) return a;
  if (!a.elements || !b.elements || a.elements->is_unknown() || b.elements->is_unknown()) return Fact::unknown_list();
  const ListElements& one = *a.elements;
  const ListElements& two = *b.elements;
  if (one && two && one->size() == two->size()) return Fact::list(join_elements(*one, *two, walk));
  std::optional<Fact> each;  // what holds of every element of both
  for (const ListElements* list : {&one, &two}) {
    for (const Fact& next : **list) {  // of a uniform list the one
      each = each ? join_facts(*each, next, walk) : next;
    }
  }
  const Dim length = one.length();
  return Fact::uniform_list(length == two.length() ? length : std::nullopt, *std::move(each));  // not both are empty
}

Fact join_dicts(const DictFact& a, const DictFact& b, Walk& walk) {
  if (a.items == b.items) return a;
  const bool known = a.items && b.items && *a.items && *b.items;
  const auto same_key = [](const auto& x, const auto& y) { return x.first == y.first; };
  if (!known || !std::ranges::equal(**a.items, **b.items, same_key)) {
    return DictFact{std::make_shared<std::optional<Items>>()};
  }
  Items items;
  for (std::size_t i = 0; i < (*a.items)->size(); ++i) {
    items.emplace_back((**a.items)[i].first, join_facts((**a.items)[i].second, (**b.items)[i].second, walk));
  }
  return Fact::dict(std::move(items));
}

template <typename Scalar>
Fact join_scalars(const Scalar& a, const Scalar& b) {
  return a == b ? a : Scalar{};
}

Fact join_same_kind(const Fact& a, const Fact& b, Walk& walk) {
  if (const auto* tensor = a.tensor()) return join_tensors(*tensor, *b.tensor());
  if (const auto* integer = a.get<IntFact>()) return join_scalars(*integer, *b.get<IntFact>());
  if (const auto* floating = a.get<FloatFact>()) return join_scalars(*floating, *b.get<FloatFact>());
  if (const auto* boolean = a.get<BoolFact>()) return join_scalars(*boolean, *b.get<BoolFact>());
  if (const auto* string = a.get<StrFact>()) return join_scalars(*string, *b.get<StrFact>());
  if (const auto* list = a.get<ListFact>()) return join_lists(*list, *b.get<ListFact>(), walk);
  if (const auto* dict = a.get<DictFact>()) return join_dicts(*dict, *b.get<DictFact>(), walk);
  if (const auto* tuple = a.get<TupleFact>()) {
    const List& other = b.get<TupleFact>()->elements;
    if (tuple->elements.size() == other.size()) return Fact::tuple(join_elements(tuple->elements, other, walk));
    return Fact::unknown(kDiffers);
  }
  return a == b ? a : Fact::unknown(kDiffers);  // none, device, object
}

// Whether the join says as much as both alternatives: of others it would say nothing, or of tensors no rank.
bool is_one_kind(const Fact& a, const Fact& b) {
  if (a.variant().index() != b.variant().index()) return false;
  if (const auto* tuple = a.get<TupleFact>()) return tuple->elements.size() == b.get<TupleFact>()->elements.size();
  if (a.get<ObjectFact>() != nullptr || a.get<DeviceFact>() != nullptr) return a == b;
  if (a.tensor() == nullptr || !a.tensor()->dims || !b.tensor()->dims) return true;
  return a.tensor()->dims->size() == b.tensor()->dims->size();
}

std::size_t rank_of(const Fact& fact) {
  return fact.tensor() != nullptr && fact.tensor()->dims ? fact.tensor()->dims->size() : 0;
}

// An order that does not depend on which alternative was met first.
bool comes_before(const Fact& a, const Fact& b) {
  if (a.variant().index() != b.variant().index()) return a.variant().index() < b.variant().index();
  if (const auto* object = a.get<ObjectFact>()) return object->path < b.get<ObjectFact>()->path;
  if (const auto* device = a.get<DeviceFact>()) return device->value < b.get<DeviceFact>()->value;
  if (const auto* tuple = a.get<TupleFact>()) return tuple->elements.size() < b.get<TupleFact>()->elements.size();
  return rank_of(a) < rank_of(b);
}

// More are not told apart: of tensors not their ranks, of others nothing.
constexpr std::size_t kMaxAlternatives = 4;

Fact one_of_many(List alternatives, std::string why, Walk& walk) {
  const bool all_tensors = std::ranges::all_of(alternatives, [](const Fact& fact) { return fact.tensor() != nullptr; });
  if (!all_tensors) return Fact::unknown(std::move(why));
  Fact joined = alternatives.front();
  for (const Fact& each : alternatives) joined = join_same_kind(joined, each, walk);
  return joined;
}

Fact one_of_alternatives(const List& alternatives, std::string why, Walk& walk) {
  List kinds;
  for (Fact next : alternatives) {
    if (next.is_unknown()) return next;
    // A tensor of no known rank takes in those of all ranks.
    for (auto kind = kinds.begin(); kind != kinds.end();) {
      if (!is_one_kind(*kind, next)) {
        ++kind;
        continue;
      }
      next = join_same_kind(*kind, next, walk);
      kind = kinds.erase(kind);
    }
    kinds.push_back(std::move(next));
  }
  if (kinds.size() == 1) return kinds.front();
  if (kinds.size() > kMaxAlternatives) return one_of_many(std::move(kinds), std::move(why), walk);
  std::ranges::stable_sort(kinds, comes_before);
  return UnknownFact{std::move(why), std::make_shared<const List>(std::move(kinds))};
}

Fact join_alternatives(const Fact& a, const Fact& b, Walk& walk) {
  List all;
  std::string why;
  for (const Fact* fact : {&a, &b}) {
    const List* alternatives = fact->alternatives();
    if (alternatives != nullptr) {
      all.insert(all.end(), alternatives->begin(), alternatives->end());
      if (why.empty()) why = fact->get<UnknownFact>()->why;
    } else {
      all.push_back(*fact);
    }
  }
  return one_of_alternatives(all, why.empty() ? kDiffers : std::move(why), walk);
}

bool is_nothing(const Fact& fact) { return fact.is_unknown() && fact.alternatives() == nullptr; }

Fact join_facts(const Fact& a, const Fact& b, Walk& walk) {
  Fact joined;
  if (!walk.enter()) {
    joined = Fact::unknown("nested too deeply or too large");
  } else if (is_nothing(a) || is_nothing(b)) {
    joined = is_nothing(a) ? a : b;
  } else if (a.is_unknown() || b.is_unknown() || !is_one_kind(a, b)) {
    joined = join_alternatives(a, b, walk);
  } else {
    joined = join_same_kind(a, b, walk);
  }
  walk.leave();
  return joined;
}

}  // namespace

Fact Fact::one_of(std::vector<Fact> alternatives, std::string why) {
  Walk walk;
  return one_of_alternatives(alternatives, std::move(why), walk);
}

Fact join(const Fact& a, const Fact& b) {
  Walk walk;
  return join_facts(a, b, walk);
}

}  // namespace flopaudit
