#include "analyzer/ir/fact_symbols.h"

#include <functional>

namespace flopaudit {
namespace {

using Visit = std::function<void(Expr&)>;

void visit_tensor(TensorFact& tensor, const Visit& visit) {
  for (std::size_t i = 0; tensor.dims && i < tensor.dims->size(); ++i) {
    Dim& dim = (*tensor.dims)[i];
    if (dim) visit(*dim);
  }
  for (std::size_t i = 0; tensor.contents && i < tensor.contents->size(); ++i) {
    if (Expr* element = std::get_if<Expr>(&(*tensor.contents)[i])) visit(*element);
  }
}

void visit_expressions(Fact& fact, const Visit& visit);

void visit_list(ListElements& list, const Visit& visit) {
  if (Fact* element = list.element()) {
    Dim length = list.length();
    if (length) visit(*length);
    visit_expressions(*element, visit);
    list = ListElements::uniform(std::move(length), *element);  // the length may be a number now
  } else if (list) {
    for (Fact& each : *list) visit_expressions(each, visit);
  }
}

// Of a snapshot, which is a tree of bounded depth.
void visit_expressions(Fact& fact, const Visit& visit) {
  if (auto* tensor = fact.get<TensorFact>()) {
    visit_tensor(*tensor, visit);
  } else if (auto* integer = fact.get<IntFact>(); integer != nullptr && integer->value) {
    visit(*integer->value);
  } else if (auto* floating = fact.get<FloatFact>(); floating != nullptr && floating->of_size) {
    visit(floating->of_size->size);
    *floating = float_fact(*floating->of_size);
  } else if (auto* tuple = fact.get<TupleFact>()) {
    for (Fact& element : tuple->elements) visit_expressions(element, visit);
  } else if (auto* list = fact.get<ListFact>(); list != nullptr && list->elements) {
    visit_list(*list->elements, visit);
  } else if (const std::vector<Fact>* alternatives = fact.alternatives()) {
    std::vector<Fact> visited = *alternatives;
    for (Fact& each : visited) visit_expressions(each, visit);
    fact = Fact::one_of(std::move(visited), fact.get<UnknownFact>()->why);
  } else if (auto* dict = fact.get<DictFact>(); dict != nullptr && dict->items && *dict->items) {
    for (auto& [key, value] : **dict->items) {
      visit_expressions(key, visit);
      visit_expressions(value, visit);
    }
  }
}

}  // namespace

std::set<std::string> symbols_of(const Fact& fact) {
  std::set<std::string> symbols;
  Fact copy = fact.snapshot();
  visit_expressions(copy, [&symbols](const Expr& expr) { symbols.merge(expr.symbols()); });
  return symbols;
}

Fact substitute(const Fact& fact, const std::map<std::string, Expr>& values) {
  Fact copy = fact.snapshot();
  visit_expressions(copy, [&values](Expr& expr) { expr = expr.substitute(values); });
  return copy;
}

}  // namespace flopaudit
