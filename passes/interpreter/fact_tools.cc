#include "passes/interpreter/fact_tools.h"

#include <algorithm>

namespace flopaudit {
namespace {

constexpr const char* kUninitialized = "uninitialized";
constexpr int kMaxDepth = 100;  // a list can hold itself

bool is_uninitialized(const Fact& fact) {
  const auto* unknown = fact.get<UnknownFact>();
  return unknown != nullptr && unknown->why == kUninitialized;
}

// Calls `visit` for each leaf; stops where it gives false.
bool visit_leaves(Fact& fact, const std::function<bool(Fact&)>& visit, int depth) {
  if (depth > kMaxDepth) return true;
  const auto inner = [&](Fact& element) { return visit_leaves(element, visit, depth + 1); };
  if (auto* tuple = fact.get<TupleFact>()) return std::all_of(tuple->elements.begin(), tuple->elements.end(), inner);
  if (auto* list = fact.get<ListFact>(); list && list->elements && !list->elements->is_unknown()) {
    if (Fact* element = list->elements->element()) return inner(*element);
    return std::all_of((*list->elements)->begin(), (*list->elements)->end(), inner);
  }
  if (auto* dict = fact.get<DictFact>(); dict && dict->items && *dict->items) {
    return std::all_of((*dict->items)->begin(), (*dict->items)->end(),
                       [&](auto& item) { return inner(item.first) && inner(item.second); });
  }
  if (fact.alternatives() != nullptr) {
    std::vector<Fact> alternatives = *fact.alternatives();
    const bool goes_on = std::all_of(alternatives.begin(), alternatives.end(), inner);
    fact = Fact::one_of(std::move(alternatives), fact.get<UnknownFact>()->why);
    return goes_on;
  }
  return visit(fact);
}

// The types of a comma-separated list; commas inside brackets belong to a type.
std::vector<Type> split_types(const std::string& text) {
  std::vector<Type> types;
  int depth = 0;
  std::string one;
  const auto flush = [&] {
    if (auto type = Type::parse(one)) types.push_back(*std::move(type));
    one.clear();
  };
  for (const char c : text) {
    if (c == '[') ++depth;
    if (c == ']') --depth;
    if (c == ',' && depth == 0) {
      flush();
    } else if (c != ' ' || !one.empty()) {
      one += c;
    }
  }
  flush();
  return types;
}

// The kinds that a fact of a scalar or tensor certainly is; nullopt: the fact does not tell.
std::optional<bool> fact_has_kind(const Fact& fact, Type::Kind kind) {
  using Kind = Type::Kind;
  if (fact.is_unknown() || fact.get<ObjectFact>()) return std::nullopt;
  if (fact.tensor()) return kind == Kind::tensor;
  if (fact.get<IntFact>()) return kind == Kind::integer;
  if (fact.get<FloatFact>()) return kind == Kind::floating;
  if (fact.get<BoolFact>()) return kind == Kind::boolean;
  if (fact.get<StrFact>()) return kind == Kind::string;
  if (fact.is_none()) return kind == Kind::none;
  if (fact.get<DeviceFact>()) return kind == Kind::device;
  return std::nullopt;
}

// `isinstance(x, list)` asks for a list of anything.
std::optional<Type::Kind> kind_of_bare_name(const Type& type) {
  if (type.name == "list" || type.name == "AnyListType") return Type::Kind::list;
  if (type.name == "tuple" || type.name == "AnyTupleType") return Type::Kind::tuple;
  return std::nullopt;
}

std::optional<bool> is_instance_of(const Fact& fact, const Type& static_type, const Type& type, int depth) {
  using Kind = Type::Kind;
  if (depth > kMaxDepth) return std::nullopt;
  if (static_type == type || type.kind == Kind::any) return true;
  if (const std::vector<Fact>* alternatives = fact.alternatives()) {
    const auto first = is_instance_of(alternatives->front(), static_type, type, depth + 1);
    for (const Fact& each : *alternatives) {
      if (is_instance_of(each, static_type, type, depth + 1) != first) return std::nullopt;
    }
    return first;
  }
  if (const auto any_of = kind_of_bare_name(type)) {
    if (fact.is_unknown()) return static_type.kind == *any_of ? std::optional(true) : std::nullopt;
    return *any_of == Kind::list ? fact.get<ListFact>() != nullptr : fact.get<TupleFact>() != nullptr;
  }
  if (type.kind == Kind::optional) {
    if (fact.is_none()) return true;
    return is_instance_of(fact, static_type, type.arguments.front(), depth + 1);
  }
  if (const auto* list = fact.get<ListFact>()) {
    if (type.kind != Kind::list) return false;
    if (static_type.kind == Kind::list) return static_type == type;
    const Fact* any = list->elements ? list->elements->element() : nullptr;
    if (any == nullptr && list->elements && !(*list->elements)->empty()) any = &(*list->elements)->front();
    if (any == nullptr) return std::nullopt;
    return is_instance_of(*any, Type::of(Kind::any), type.arguments.front(), depth + 1);
  }
  if (fact.get<TupleFact>() && (type.kind != Kind::tuple && type.kind != Kind::named)) return false;
  if (fact.get<DictFact>() && type.kind != Kind::dict) return false;
  if (const auto known = fact_has_kind(fact, type.kind)) return known;
  const bool open = static_type.kind == Kind::any || static_type.kind == Kind::optional ||
                    static_type.kind == Kind::union_of || static_type.kind == Kind::named ||
                    static_type.kind == Kind::number || static_type.kind == Kind::var;
  return open ? std::nullopt : std::optional(false);
}

}  // namespace

Fact unknown_of_type(const Type& type, const std::string& why) {
  switch (type.kind) {
    case Type::Kind::tensor: {
      TensorFact fact;
      fact.why = why;
      return fact;
    }
    case Type::Kind::integer: return IntFact{};
    case Type::Kind::floating: return FloatFact{};
    case Type::Kind::boolean: return BoolFact{};
    case Type::Kind::string: return StrFact{};
    case Type::Kind::none: return Fact::none();
    case Type::Kind::device: return DeviceFact{"cpu"};  // the stated assumption
    case Type::Kind::list: return Fact::unknown_list();
    case Type::Kind::tuple: {
      std::vector<Fact> elements;
      for (const Type& element : type.arguments) elements.push_back(unknown_of_type(element, why));
      return Fact::tuple(std::move(elements));
    }
    case Type::Kind::dict: return DictFact{std::make_shared<std::optional<std::vector<std::pair<Fact, Fact>>>>()};
    default: return Fact::unknown(why);
  }
}

bool may_hold_objects(const Type& type) {
  if (type.kind == Type::Kind::any || type.kind == Type::Kind::var || type.kind == Type::Kind::other) return true;
  if (type.kind == Type::Kind::named) return !type.name.starts_with("__torch__.torch.classes.");
  return std::any_of(type.arguments.begin(), type.arguments.end(), may_hold_objects);
}

Fact uninitialized() { return Fact::unknown(kUninitialized); }

Fact join_paths(const Fact& a, const Fact& b) {
  if (is_uninitialized(a)) return b;
  if (is_uninitialized(b)) return a;
  return join(a, b);
}

std::vector<Fact> join_paths(const std::vector<Fact>& a, const std::vector<Fact>& b) {
  std::vector<Fact> joined;
  joined.reserve(a.size());
  for (std::size_t i = 0; i < a.size(); ++i) joined.push_back(join_paths(a[i], b[i]));
  return joined;
}

namespace {

bool any_of_another_kind(const std::vector<Fact>& before, const std::vector<Fact>& next, int depth);

bool is_of_another_kind(const Fact& before, const Fact& next, int depth) {
  if (depth > kMaxDepth || before.is_unknown() || next.is_unknown()) return false;
  if (before.variant().index() != next.variant().index()) return true;
  if (const auto* tensor = before.tensor()) {
    const TensorFact& other = *next.tensor();
    return tensor->dims && other.dims && tensor->dims->size() != other.dims->size();
  }
  if (const auto* tuple = before.get<TupleFact>()) {
    const std::vector<Fact>& others = next.get<TupleFact>()->elements;
    return tuple->elements.size() != others.size() || any_of_another_kind(tuple->elements, others, depth);
  }
  if (const auto* list = before.get<ListFact>()) {
    const auto* other = next.get<ListFact>();
    const bool known = list->elements && other->elements && *list->elements && *other->elements;
    return known && (*list->elements)->size() == (*other->elements)->size() &&
           any_of_another_kind(**list->elements, **other->elements, depth);
  }
  const auto* dict = before.get<DictFact>();
  const auto* other = next.get<DictFact>();
  if (dict == nullptr || !dict->items || !other->items || !*dict->items || !*other->items) return false;
  return !std::equal((*dict->items)->begin(), (*dict->items)->end(), (*other->items)->begin(), (*other->items)->end(),
                     [&](const auto& a, const auto& b) {
                       return a.first == b.first && !is_of_another_kind(a.second, b.second, depth + 1);
                     });
}

bool any_of_another_kind(const std::vector<Fact>& before, const std::vector<Fact>& next, int depth) {
  for (std::size_t i = 0; i < before.size(); ++i) {
    if (is_of_another_kind(before[i], next[i], depth + 1)) return true;
  }
  return false;
}

}  // namespace

bool is_of_another_kind(const Fact& before, const Fact& next) { return is_of_another_kind(before, next, 0); }

std::string reason_of(const Fact& fact) {
  std::string reason;
  Fact copy = fact;
  visit_leaves(
      copy,
      [&reason](Fact& leaf) {
        if (const auto* unknown = leaf.get<UnknownFact>()) reason = unknown->why;
        if (const auto* tensor = leaf.tensor(); tensor && !leaf.is_complete()) reason = tensor->why;
        return reason.empty();
      },
      0);
  return reason;
}

std::string reason_of(const std::vector<Fact>& facts) {
  for (const Fact& fact : facts) {
    if (std::string reason = reason_of(fact); !reason.empty()) return reason;
  }
  return {};
}

void for_each_tensor(Fact& fact, const std::function<void(TensorFact&)>& visit) {
  visit_leaves(
      fact,
      [&visit](Fact& leaf) {
        if (auto* tensor = leaf.get<TensorFact>()) visit(*tensor);
        return true;
      },
      0);
}

void forget_containers(Fact& fact) {
  if (fact.alternatives() != nullptr) {
    std::vector<Fact> alternatives = *fact.alternatives();
    for (Fact& each : alternatives) forget_containers(each);  // what they hold is forgotten for all who hold them
  }
  if (auto* tuple = fact.get<TupleFact>()) {
    for (Fact& element : tuple->elements) forget_containers(element);
  } else if (auto* list = fact.get<ListFact>()) {
    if (list->elements) list->elements->reset();
  } else if (auto* dict = fact.get<DictFact>()) {
    if (dict->items) dict->items->reset();
  }
}

std::vector<Fact> snapshots(const std::vector<Fact>& facts) {
  std::vector<Fact> copies;
  copies.reserve(facts.size());
  for (const Fact& fact : facts) copies.push_back(fact.snapshot());
  return copies;
}

std::optional<bool> is_instance(const Fact& fact, const Type& static_type, const std::string& types) {
  bool decided = true;
  for (const Type& type : split_types(types)) {
    const auto one = is_instance_of(fact, static_type, type, 0);
    if (one == std::optional(true)) return true;
    if (!one) decided = false;
  }
  return decided ? std::optional(false) : std::nullopt;
}

}  // namespace flopaudit
