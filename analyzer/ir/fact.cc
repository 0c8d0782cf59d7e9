#include "analyzer/ir/fact.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "analyzer/ir/fact_walk.h"

namespace flopaudit {
namespace {

using List = std::vector<Fact>;
using Items = std::vector<std::pair<Fact, Fact>>;

bool same_bits(double a, double b) {
  return (std::isnan(a) && std::isnan(b)) || std::bit_cast<std::int64_t>(a) == std::bit_cast<std::int64_t>(b);
}

Fact snapshot_of(const Fact& fact, Walk& walk);

List snapshot_of(const List& elements, Walk& walk) {
  List copy;
  copy.reserve(elements.size());
  for (const Fact& element : elements) copy.push_back(snapshot_of(element, walk));
  return copy;
}

Fact snapshot_of_alternatives(const UnknownFact& unknown, Walk& walk) {
  return UnknownFact{unknown.why, std::make_shared<const List>(snapshot_of(*unknown.one_of, walk))};
}

Fact snapshot_of_container(const Fact& fact, Walk& walk) {
  if (fact.alternatives() != nullptr) return snapshot_of_alternatives(*fact.get<UnknownFact>(), walk);
  if (const auto* tuple = fact.get<TupleFact>()) return Fact::tuple(snapshot_of(tuple->elements, walk));
  if (const auto* list = fact.get<ListFact>()) {
    if (!list->elements || list->elements->is_unknown()) return Fact::unknown_list();
    if (const Fact* element = list->elements->element()) {
      return Fact::uniform_list(list->elements->length(), snapshot_of(*element, walk));
    }
    return Fact::list(snapshot_of(**list->elements, walk));
  }
  if (const auto* dict = fact.get<DictFact>()) {
    if (!dict->items || !*dict->items) return DictFact{std::make_shared<std::optional<Items>>()};
    Items items;
    for (const auto& [key, value] : **dict->items) {
      items.emplace_back(snapshot_of(key, walk), snapshot_of(value, walk));
    }
    return Fact::dict(std::move(items));
  }
  return fact;
}

Fact snapshot_of(const Fact& fact, Walk& walk) {
  Fact copy = walk.enter() ? snapshot_of_container(fact, walk) : Fact::unknown("nested too deeply or too large");
  walk.leave();
  return copy;
}

bool is_complete_expr(const std::optional<Expr>& value) {
  return value && !value->is_overflow() && !value->is_undefined();
}

bool is_complete_fact(const Fact& fact, Walk& walk);

bool is_complete_container(const Fact& fact, Walk& walk) {
  const auto complete = [&walk](const Fact& element) { return is_complete_fact(element, walk); };
  if (const auto* tuple = fact.get<TupleFact>()) return std::ranges::all_of(tuple->elements, complete);
  if (const auto* list = fact.get<ListFact>()) {
    if (list->elements && list->elements->is_uniform()) {
      return is_complete_expr(list->elements->length()) && complete(*list->elements->element());
    }
    return list->elements && *list->elements && std::ranges::all_of(**list->elements, complete);
  }
  const auto* dict = fact.get<DictFact>();
  return dict->items && *dict->items && std::ranges::all_of(**dict->items, [&complete](const auto& item) {
           return complete(item.first) && complete(item.second);
         });
}

bool is_complete_leaf(const Fact& fact) {
  if (fact.is_unknown()) return false;
  if (const auto* tensor = fact.tensor()) {
    return tensor->dtype && tensor->dims && std::ranges::all_of(*tensor->dims, is_complete_expr);
  }
  if (const auto* integer = fact.get<IntFact>()) return is_complete_expr(integer->value);
  if (const auto* floating = fact.get<FloatFact>()) {
    return floating->value || (floating->of_size && is_complete_expr(floating->of_size->size));
  }
  if (const auto* boolean = fact.get<BoolFact>()) return boolean->value.has_value();
  if (const auto* string = fact.get<StrFact>()) return string->value.has_value();
  return true;  // none, device, object
}

bool is_container(const Fact& fact) {
  return fact.get<TupleFact>() != nullptr || fact.get<ListFact>() != nullptr || fact.get<DictFact>() != nullptr;
}

bool is_complete_fact(const Fact& fact, Walk& walk) {
  const bool complete =
      walk.enter() && (is_container(fact) ? is_complete_container(fact, walk) : is_complete_leaf(fact));
  walk.leave();
  return complete;
}

}  // namespace

std::optional<double> number_of(const Element& element) {
  if (const double* floating = std::get_if<double>(&element)) return *floating;
  const std::optional<std::int64_t> integer = std::get<Expr>(element).constant();
  return integer ? std::optional(static_cast<double>(*integer)) : std::nullopt;
}

bool operator==(const UnknownFact& a, const UnknownFact& b) {
  return a.one_of == b.one_of || (a.one_of && b.one_of && *a.one_of == *b.one_of);
}

bool operator==(const TensorFact& a, const TensorFact& b) {
  if (a.dtype != b.dtype || a.dims != b.dims || a.contents.has_value() != b.contents.has_value()) return false;
  if (!a.contents) return true;
  return std::ranges::equal(*a.contents, *b.contents, [](const auto& x, const auto& y) {
    const double* float_x = std::get_if<double>(&x);
    const double* float_y = std::get_if<double>(&y);
    return float_x != nullptr && float_y != nullptr ? same_bits(*float_x, *float_y) : x == y;
  });
}

bool operator==(const FloatFact& a, const FloatFact& b) {
  if (!a.value || !b.value) return a.value.has_value() == b.value.has_value() && a.of_size == b.of_size;
  return same_bits(*a.value, *b.value);
}

FloatFact float_fact(SizeFloat of_size) {
  const std::optional<std::int64_t> size = of_size.size.constant();
  if (!size) return {std::nullopt, std::move(of_size)};
  return {static_cast<double>(*size) * of_size.factor / static_cast<double>(of_size.divisor)};
}

bool operator==(const TupleFact& a, const TupleFact& b) { return a.elements == b.elements; }

// A null pointer is an unknown list, as a pointer to nullopt is.
bool operator==(const ListFact& a, const ListFact& b) {
  if (a.elements == b.elements) return true;
  const ListElements unknown;
  return (a.elements ? *a.elements : unknown) == (b.elements ? *b.elements : unknown);
}

bool operator==(const DictFact& a, const DictFact& b) {
  if (a.items == b.items) return true;
  const bool known_a = a.items && *a.items;
  const bool known_b = b.items && *b.items;
  return known_a == known_b && (!known_a || **a.items == **b.items);
}

bool operator==(const ListElements& a, const ListElements& b) {
  return a.way_ == b.way_ && a.facts_ == b.facts_ && a.length_ == b.length_;
}

// Here, where Fact is complete.
ListElements::ListElements() = default;
ListElements::ListElements(std::vector<Fact> each) : way_(Way::each), facts_(std::move(each)) {}
void ListElements::reset() { *this = ListElements(); }

ListElements ListElements::uniform(Dim length, Fact element) {
  ListElements list;
  const std::optional<std::int64_t> number = length ? length->constant() : std::nullopt;
  if (number && *number <= kMaxWrittenOut) {
    std::int64_t facts = 0;
    const Fact copy = element.snapshot(&facts);
    if (*number * facts <= kMaxWrittenOut) {
      List each;
      // The first is the given one; each of the others a list or dict of its own, where it is one.
      for (std::int64_t i = 0; i < *number; ++i) each.push_back(i == 0 ? element : copy.snapshot());
      return each;
    }
  }
  list.way_ = Way::uniform;
  list.facts_ = {std::move(element)};
  list.length_ = std::move(length);
  return list;
}

Fact* ListElements::element() { return is_uniform() ? &facts_.front() : nullptr; }
const Fact* ListElements::element() const { return is_uniform() ? &facts_.front() : nullptr; }

Dim ListElements::length() const {
  return way_ == Way::each ? Dim(Expr(static_cast<std::int64_t>(facts_.size()))) : length_;
}

Fact Fact::list(std::vector<Fact> elements) { return ListFact{std::make_shared<ListElements>(std::move(elements))}; }

Fact Fact::uniform_list(Dim length, Fact element) {
  return ListFact{std::make_shared<ListElements>(ListElements::uniform(std::move(length), std::move(element)))};
}

Fact Fact::unknown_list() { return ListFact{std::make_shared<ListElements>()}; }

Fact Fact::dict(std::vector<std::pair<Fact, Fact>> items) {
  return DictFact{std::make_shared<std::optional<Items>>(std::move(items))};
}

Fact Fact::tensor(DType dtype, const std::vector<Expr>& dims) {
  TensorFact tensor;
  tensor.dtype = dtype;
  tensor.dims = Dims(dims.begin(), dims.end());
  return tensor;
}

bool Fact::is_complete() const {
  Walk walk;
  return is_complete_fact(*this, walk);
}

Fact Fact::snapshot(std::int64_t* facts) const {
  Walk walk;
  Fact copy = snapshot_of(*this, walk);
  if (facts != nullptr) *facts += Walk::kBudget - walk.budget;
  return copy;
}

std::optional<Expr> element_count(const Dims& dims) {
  if (!std::ranges::all_of(dims, [](const Dim& dim) { return dim.has_value(); })) return std::nullopt;
  // Before the product, which may overflow on the way to 0.
  if (std::ranges::find(dims, Dim(Expr(0))) != dims.end()) return Expr(0);
  Expr count = 1;
  for (const Dim& dim : dims) count *= *dim;
  return count;
}

std::optional<Expr> element_count(const TensorFact& tensor) {
  return tensor.dims ? element_count(*tensor.dims) : std::nullopt;
}

}  // namespace flopaudit
