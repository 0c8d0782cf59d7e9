#include "analyzer/audit/executed_facts.h"

#include <algorithm>

namespace flopaudit {
namespace {

bool contradicts(const Fact& annotated, const Fact& executed);

bool contradicts(const std::vector<Fact>& annotated, const std::vector<Fact>& executed) {
  return !std::equal(annotated.begin(), annotated.end(), executed.begin(), executed.end(),
                     [](const Fact& a, const Fact& e) { return !contradicts(a, e); });
}

bool contradicts(const TensorFact& annotated, const TensorFact& executed) {
  if (annotated.dtype && executed.dtype && annotated.dtype != executed.dtype) return true;
  if (!annotated.dims || !executed.dims) return false;
  return !std::equal(annotated.dims->begin(), annotated.dims->end(), executed.dims->begin(), executed.dims->end(),
                     [](const Dim& a, const Dim& e) { return !a || !e || !a->is_constant() || *a == *e; });
}

bool contradicts(const Fact& annotated, const Fact& executed) {
  if (annotated.is_unknown() || executed.is_unknown()) return false;
  if (annotated.variant().index() != executed.variant().index()) return true;
  if (const auto* tensor = annotated.tensor()) return contradicts(*tensor, *executed.tensor());
  if (const auto* integer = annotated.get<IntFact>()) {
    const auto& other = executed.get<IntFact>()->value;
    return integer->value && other && integer->value->is_constant() && *integer->value != *other;
  }
  if (const auto* boolean = annotated.get<BoolFact>()) {
    const auto& other = executed.get<BoolFact>()->value;
    return boolean->value && other && boolean->value != other;
  }
  if (const auto* tuple = annotated.get<TupleFact>()) {
    return contradicts(tuple->elements, executed.get<TupleFact>()->elements);
  }
  if (const auto* list = annotated.get<ListFact>()) {
    const auto* other = executed.get<ListFact>();
    const bool both = list->elements && *list->elements && other->elements && *other->elements;
    return both && contradicts(**list->elements, **other->elements);
  }
  return false;
}

}  // namespace

Result<std::string> shape_difference(const std::vector<Fact>& annotated, const std::vector<std::string>& executed) {
  if (executed.empty()) return std::string();
  if (annotated.size() != executed.size()) {
    return "it gave " + std::to_string(executed.size()) + " results, annotated are " + std::to_string(annotated.size());
  }
  for (std::size_t i = 0; i < executed.size(); ++i) {
    const Result<Fact> fact = Fact::parse(executed[i]);
    if (!fact) return input_error("the record has an unreadable result `" + executed[i] + "`: " + fact.error().message);
    if (contradicts(annotated[i], *fact)) {
      return "result " + std::to_string(i) + " is " + executed[i] + ", annotated " + annotated[i].to_string();
    }
  }
  return std::string();
}

}  // namespace flopaudit
