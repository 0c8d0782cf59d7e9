#include "analyzer/audit/executed_facts.h"

#include <algorithm>
#include <cmath>

#include "analyzer/support/expr_bounds.h"

namespace flopaudit {
namespace {

bool contradicts(const Fact& annotated, const Fact& executed);

// Keys in the order of the items: TorchScript's dicts keep it.
bool contradicts(const std::vector<std::pair<Fact, Fact>>& annotated,
                 const std::vector<std::pair<Fact, Fact>>& executed) {
  return !std::equal(
      annotated.begin(), annotated.end(), executed.begin(), executed.end(),
      [](const auto& a, const auto& e) { return !contradicts(a.first, e.first) && !contradicts(a.second, e.second); });
}

bool contradicts(const std::vector<Fact>& annotated, const std::vector<Fact>& executed) {
  return !std::equal(annotated.begin(), annotated.end(), executed.begin(), executed.end(),
                     [](const Fact& a, const Fact& e) { return !contradicts(a, e); });
}

// What is symbolic may be any number within the bounds that are known of it.
bool may_be(const Expr& annotated, const Expr& executed) {
  if (annotated.is_constant()) return annotated == executed;
  const std::optional<std::int64_t> number = executed.constant();
  const std::optional<std::int64_t> least = lower_bound(annotated), most = upper_bound(annotated);
  return !number || ((!least || *least <= *number) && (!most || *number <= *most));
}

bool same_number(double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); }

// A symbolic element contradicts nothing.
bool contradicts(const std::optional<Elements>& annotated, const std::optional<Elements>& executed) {
  if (!annotated || !executed) return false;
  return !std::equal(annotated->begin(), annotated->end(), executed->begin(), executed->end(),
                     [](const Element& a, const Element& e) {
                       const auto expected = number_of(a), actual = number_of(e);
                       return !expected || !actual || same_number(*expected, *actual);
                     });
}

bool contradicts(const TensorFact& annotated, const TensorFact& executed) {
  if (annotated.dtype && executed.dtype && annotated.dtype != executed.dtype) return true;
  if (!annotated.dims || !executed.dims) return false;
  const bool same_dims =
      std::equal(annotated.dims->begin(), annotated.dims->end(), executed.dims->begin(), executed.dims->end(),
                 [](const Dim& a, const Dim& e) { return !a || !e || may_be(*a, *e); });
  return !same_dims || contradicts(annotated.contents, executed.contents);
}

bool contradicts(const ListElements& annotated, const std::vector<Fact>& executed) {
  const Fact* element = annotated.element();
  if (element == nullptr) return annotated && contradicts(*annotated, executed);
  const Dim length = annotated.length();
  if (length && !may_be(*length, static_cast<std::int64_t>(executed.size()))) return true;
  return std::any_of(executed.begin(), executed.end(), [&](const Fact& each) { return contradicts(*element, each); });
}

bool contradicts(const Fact& annotated, const Fact& executed) {
  if (const std::vector<Fact>* alternatives = annotated.alternatives()) {
    return std::ranges::all_of(*alternatives, [&](const Fact& each) { return contradicts(each, executed); });
  }
  if (annotated.is_unknown() || executed.is_unknown()) return false;
  if (annotated.variant().index() != executed.variant().index()) return true;
  if (const auto* tensor = annotated.tensor()) return contradicts(*tensor, *executed.tensor());
  if (const auto* integer = annotated.get<IntFact>()) {
    const auto& other = executed.get<IntFact>()->value;
    return integer->value && other && !may_be(*integer->value, *other);
  }
  if (const auto* boolean = annotated.get<BoolFact>()) {
    const auto& other = executed.get<BoolFact>()->value;
    return boolean->value && other && boolean->value != other;
  }
  if (const auto* number = annotated.get<FloatFact>()) {
    const auto& other = executed.get<FloatFact>()->value;
    return number->value && other && !same_number(*number->value, *other);
  }
  if (const auto* text = annotated.get<StrFact>()) {
    const auto& other = executed.get<StrFact>()->value;
    return text->value && other && text->value != other;
  }
  if (const auto* tuple = annotated.get<TupleFact>()) {
    return contradicts(tuple->elements, executed.get<TupleFact>()->elements);
  }
  if (const auto* list = annotated.get<ListFact>()) {
    const auto* other = executed.get<ListFact>();
    const bool both = list->elements && other->elements && *other->elements;
    return both && contradicts(*list->elements, **other->elements);
  }
  if (const auto* dict = annotated.get<DictFact>()) {
    const auto* other = executed.get<DictFact>();
    const bool both = dict->items && *dict->items && other->items && *other->items;
    return both && contradicts(**dict->items, **other->items);
  }
  return false;
}

}  // namespace

std::string fact_difference(const std::vector<Fact>& annotated, const std::vector<Fact>& executed) {
  if (annotated.size() != executed.size()) {
    return "it gave " + std::to_string(executed.size()) + " results, annotated are " + std::to_string(annotated.size());
  }
  for (std::size_t i = 0; i < executed.size(); ++i) {
    if (!contradicts(annotated[i], executed[i])) continue;
    return "result " + std::to_string(i) + " is " + executed[i].to_string() + ", annotated " + annotated[i].to_string();
  }
  return "";
}

Result<std::string> shape_difference(const std::vector<Fact>& annotated, const std::vector<std::string>& executed) {
  if (executed.empty()) return std::string();
  std::vector<Fact> facts;
  for (const std::string& text : executed) {
    Result<Fact> fact = Fact::parse(text);
    if (!fact) return input_error("the record has an unreadable result `" + text + "`: " + fact.error().message);
    facts.push_back(*std::move(fact));
  }
  return fact_difference(annotated, facts);
}

}  // namespace flopaudit
