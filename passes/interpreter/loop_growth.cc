#include "passes/interpreter/loop_growth.h"

#include <algorithm>
#include <utility>

#include "analyzer/ir/fact_symbols.h"
#include "analyzer/ops/list_elements.h"
#include "passes/interpreter/alternatives.h"
#include "passes/interpreter/fact_tools.h"

namespace flopaudit {
namespace {

bool is_known(const ListFact& list) { return list.elements && !list.elements->is_unknown(); }

}  // namespace

LoopGrowth::LoopGrowth(const Expr& iteration, std::function<bool(const std::string&)> varies)
    : varies_(std::move(varies)) {
  const std::set<std::string> symbols = iteration.symbols();
  if (symbols.size() == 1 && iteration == Expr::symbol(*symbols.begin())) symbol_ = *symbols.begin();
}

Expr LoopGrowth::at(const Expr& value, const Expr& iteration) const {
  return depends(value) ? value.substitute({{symbol_, iteration}}) : value;
}

bool LoopGrowth::depends(const Expr& value) const {
  return !symbol_.empty() && !value.is_constant() && value.symbols().contains(symbol_);
}

Dim LoopGrowth::grown(const Dim& before, const Dim& next, bool guess, bool is_size) const {
  if (!before || !next) return std::nullopt;
  if (symbol_.empty()) return before == next ? before : std::nullopt;
  const Expr iteration = Expr::symbol(symbol_);
  if (at(*before, iteration + Expr(1)) == *next) return before;
  if (!guess || depends(*before)) return std::nullopt;
  const Expr step = *next - *before;
  const std::set<std::string> symbols = step.symbols();
  if (step.is_overflow() || step.is_undefined() || depends(step) || std::ranges::any_of(symbols, varies_)) {
    return std::nullopt;
  }
  if (is_size && always_less_equal(Expr(0), step) != true) return std::nullopt;
  return *before + step * iteration;
}

Fact LoopGrowth::grown_list(const ListFact& before, const ListFact& next, bool guess) const {
  if (before.elements == next.elements) return before;
  if (!is_known(before) || !is_known(next)) return Fact::unknown_list();
  const ListElements& one = *before.elements;
  const ListElements& two = *next.elements;
  if (one && two && one->size() == two->size()) {
    std::vector<Fact> elements;
    for (std::size_t i = 0; i < one->size(); ++i) elements.push_back(at_start((*one)[i], (*two)[i], guess));
    return Fact::list(std::move(elements));
  }
  // An element was put there in any of the iterations.
  std::optional<Fact> element;
  for (const ListElements* list : {&one, &two}) {
    const std::optional<Fact> common = common_element(*list);
    if (common) element = element ? join_paths(*element, *common) : *common;
  }
  return Fact::uniform_list(grown(one.length(), two.length(), guess, true), without_iteration(*element));
}

// The keys are those of the join.
Fact LoopGrowth::grown_dict(const Fact& before, const Fact& next, bool guess) const {
  Fact joined = join_paths(before, next);
  const auto& one = before.get<DictFact>()->items;
  const auto& two = next.get<DictFact>()->items;
  const auto& both = joined.get<DictFact>()->items;
  if (one == two || !*both) return joined;
  for (std::size_t i = 0; i < (*both)->size(); ++i) {
    (**both)[i].second = at_start((**one)[i].second, (**two)[i].second, guess);
  }
  return joined;
}

Fact LoopGrowth::at_start(const Fact& before, const Fact& next, bool guess) const {
  if (++facts_ > kMaxFacts) return join_paths(before, next);
  const auto* list = before.get<ListFact>();
  const auto* next_list = next.get<ListFact>();
  if (list != nullptr && next_list != nullptr) return grown_list(*list, *next_list, guess);
  if (before.get<DictFact>() != nullptr && next.get<DictFact>() != nullptr) return grown_dict(before, next, guess);
  Fact joined = join_paths(before, next);
  if (auto* tensor = joined.get<TensorFact>(); tensor && tensor->dims && before.tensor() && next.tensor()) {
    const Dims& one = *before.tensor()->dims;
    const Dims& two = *next.tensor()->dims;
    for (std::size_t i = 0; i < tensor->dims->size(); ++i) (*tensor->dims)[i] = grown(one[i], two[i], guess, true);
  } else if (auto* integer = joined.get<IntFact>(); integer && before.get<IntFact>() && next.get<IntFact>()) {
    integer->value = grown(before.get<IntFact>()->value, next.get<IntFact>()->value, guess, false);
  } else if (joined.alternatives() != nullptr) {
    return each_alternative(joined, [&](const Fact& each) { return grown_alternative(each, before, next, guess); });
  } else if (auto* tuple = joined.get<TupleFact>()) {
    const auto* one = before.get<TupleFact>();
    const auto* two = next.get<TupleFact>();
    for (std::size_t i = 0; one && two && i < tuple->elements.size(); ++i) {
      tuple->elements[i] = at_start(one->elements[i], two->elements[i], guess);
    }
  }
  return joined;
}

// What has no counterpart on one of the sides holds as it is.
Fact LoopGrowth::grown_alternative(const Fact& joined, const Fact& before, const Fact& next, bool guess) const {
  const Fact* one = counterpart(before, joined);
  const Fact* two = counterpart(next, joined);
  return one != nullptr && two != nullptr ? at_start(*one, *two, guess) : without_iteration(joined);
}

Fact LoopGrowth::behind(const Fact& fact, const Dim& trips) const {
  if (symbol_.empty()) return fact;
  if (fact.alternatives() != nullptr) {
    return each_alternative(fact, [&](const Fact& each) { return behind(each, trips); });
  }
  if (++facts_ > kMaxFacts) return Fact::unknown("nested too deeply or too large");
  const auto changed = [&](Dim value) {
    if (value && depends(*value)) value = trips ? Dim(at(*value, *trips)) : std::nullopt;
    return value;
  };
  Fact result = fact;
  if (auto* tensor = result.get<TensorFact>()) {
    for (std::size_t i = 0; tensor->dims && i < tensor->dims->size(); ++i) {
      (*tensor->dims)[i] = changed((*tensor->dims)[i]);
    }
    const auto varies = [this](const Element& element) {
      const Expr* integer = std::get_if<Expr>(&element);
      return integer != nullptr && depends(*integer);
    };
    if (tensor->contents && std::ranges::any_of(*tensor->contents, varies)) tensor->contents.reset();
  } else if (auto* integer = result.get<IntFact>()) {
    integer->value = changed(integer->value);
  } else if (auto* floating = result.get<FloatFact>(); floating != nullptr && floating->of_size) {
    const Dim size = changed(floating->of_size->size);
    if (!size) return FloatFact{};
    floating->of_size->size = *size;
    return float_fact(*floating->of_size);
  } else if (auto* tuple = result.get<TupleFact>()) {
    for (Fact& element : tuple->elements) element = behind(element, trips);
  } else if (const auto* list = result.get<ListFact>(); list != nullptr && is_known(*list)) {
    if (!symbols_of(fact).contains(symbol_)) return fact;  // the list itself, for all who hold it
    if (const Fact* element = list->elements->element()) {
      return Fact::uniform_list(changed(list->elements->length()), behind(*element, trips));
    }
    std::vector<Fact> elements;
    for (const Fact& element : **list->elements) elements.push_back(behind(element, trips));
    return Fact::list(std::move(elements));
  } else if (const auto* dict = result.get<DictFact>(); dict != nullptr && dict->items && *dict->items) {
    if (!symbols_of(fact).contains(symbol_)) return fact;
    std::vector<std::pair<Fact, Fact>> items;
    for (const auto& [key, value] : **dict->items) items.emplace_back(key, behind(value, trips));
    return Fact::dict(std::move(items));
  }
  return result;
}

}  // namespace flopaudit
