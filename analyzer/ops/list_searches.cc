// Lists searched, sorted and compared element by element. Zero work. An undecided comparison gives an unknown result,
// and a list that it would have changed has unknown elements from then on.
#include <algorithm>

#include "analyzer/ops/all_ops.h"
#include "analyzer/ops/list_elements.h"
#include "analyzer/ops/scalar_helpers.h"

namespace flopaudit {
namespace {

using Elements = std::vector<Fact>;

// The place of the first element that equals `wanted`, or the size; nothing where a comparison is undecided.
std::optional<std::size_t> place_of(const Elements& list, const Fact& wanted) {
  for (std::size_t i = 0; i < list.size(); ++i) {
    const std::optional<bool> same = compare_facts(Comparison::eq, list[i], wanted);
    if (!same) return std::nullopt;
    if (*same) return i;
  }
  return list.size();
}

RuleResult<Facts> count(const Facts& inputs) {
  FA_RULE(const ListElements* list, list_state_at(inputs, 0));
  FA_RULE(const Fact* wanted, fact_at(inputs, 1));
  if (!*list) return one(maybe_int(std::nullopt));
  std::int64_t found = 0;
  for (const Fact& element : **list) {
    const std::optional<bool> same = compare_facts(Comparison::eq, element, *wanted);
    if (!same) return one(maybe_int(std::nullopt));
    found += *same ? 1 : 0;
  }
  return one(Fact::integer(found));
}

RuleResult<Facts> index_of(const Facts& inputs) {
  FA_RULE(const ListElements* list, list_state_at(inputs, 0));
  FA_RULE(const Fact* wanted, fact_at(inputs, 1));
  const std::optional<std::size_t> place = *list ? place_of(**list, *wanted) : std::nullopt;
  if (!place) return one(maybe_int(std::nullopt));
  if (*place == (*list)->size()) return misfit(wanted->to_string() + " is not in the list " + inputs[0].to_string());
  return one(Fact::integer(static_cast<std::int64_t>(*place)));
}

RuleResult<Facts> remove(const Facts& inputs) {
  FA_RULE(ListElements * list, list_state_at(inputs, 0));
  FA_RULE(const Fact* wanted, fact_at(inputs, 1));
  const std::optional<std::size_t> place = *list ? place_of(**list, *wanted) : std::nullopt;
  if (!place) {  // one less, whichever
    const Dim length = list->length();
    *list = some_elements(*list, length ? Dim(*length - Expr(1)) : length);
    return Facts();
  }
  if (*place == (*list)->size()) return misfit(wanted->to_string() + " is not in the list " + inputs[0].to_string());
  (*list)->erase((*list)->begin() + static_cast<std::ptrdiff_t>(*place));
  return Facts();
}

// Numbers and strings in order; false: the order of some two is not known.
bool sort_elements(Elements& list, bool reverse) {
  const auto less = [](const Fact& a, const Fact& b) { return compare_facts(Comparison::lt, a, b); };
  for (const Fact& a : list) {
    for (const Fact& b : list) {
      if (!less(a, b)) return false;
    }
  }
  std::stable_sort(list.begin(), list.end(),
                   [&](const Fact& a, const Fact& b) { return reverse ? *less(b, a) : *less(a, b); });
  return true;
}

constexpr std::size_t kLongestSorted = 512;  // every pair is compared

// Each place holds any of the elements.
ListElements in_any_order(const ListElements& list) {
  const std::optional<Fact> any = common_element(list);
  return any ? ListElements(Elements(list->size(), *any)) : list;
}

RuleResult<Facts> sort(const Facts& inputs) {
  FA_RULE(ListElements * list, list_state_at(inputs, 0));
  FA_RULE(const bool reverse, bool_at(inputs, 1));
  if (*list && ((*list)->size() > kLongestSorted || !sort_elements(**list, reverse))) {
    *list = in_any_order(*list);
  }
  return Facts();
}

RuleResult<Facts> sorted_copy(const Facts& inputs) {
  FA_RULE(const ListElements* list, list_state_at(inputs, 0));
  ListElements copy = *list;
  if (copy && (copy->size() > kLongestSorted || !sort_elements(*copy, false))) copy = in_any_order(copy);
  return one(ListFact{std::make_shared<ListElements>(std::move(copy))});
}

// The smaller or greater of two lists, in the order of dictionaries.
template <Comparison better>
RuleResult<Facts> better_of_two(const Facts& inputs) {
  FA_RULE(const ListElements* first, list_state_at(inputs, 0));
  FA_RULE(const ListElements* second, list_state_at(inputs, 1));
  if (!*first || !*second) return one(Fact::unknown_list());
  const std::size_t shorter = std::min((*first)->size(), (*second)->size());
  for (std::size_t i = 0; i < shorter; ++i) {
    const std::optional<bool> same = compare_facts(Comparison::eq, (**first)[i], (**second)[i]);
    const std::optional<bool> is_better = compare_facts(better, (**first)[i], (**second)[i]);
    if (!same || !is_better) return one(Fact::unknown_list());
    if (!*same) return one(*is_better ? inputs[0] : inputs[1]);
  }
  const bool first_is_shorter = (*first)->size() < (*second)->size();
  return one(first_is_shorter == (better == Comparison::lt) ? inputs[0] : inputs[1]);
}

#define ROW(name, rule) \
  { name, rule, nullptr, "" }
#define ELEMENTS(name, rule) \
  ROW(name ".bool", rule), ROW(name ".float", rule), ROW(name ".int", rule), ROW(name ".str", rule)
#define LISTS(name, rule) ROW(name ".bool_list", rule), ROW(name ".float_list", rule), ROW(name ".int_list", rule)
// clang-format off
constexpr OpSpec kRows[] = {
    ELEMENTS("aten::count", count),
    ROW("aten::index.list_bool", index_of),
    ROW("aten::index.list_float", index_of),
    ROW("aten::index.list_int", index_of),
    ROW("aten::index.list_str", index_of),
    ELEMENTS("aten::remove", remove),
    ROW("aten::sort.any", sort),
    ELEMENTS("aten::sort", sort),
    ROW("aten::sorted.any", sorted_copy),
    ELEMENTS("aten::sorted", sorted_copy),
    LISTS("prim::max", better_of_two<Comparison::gt>),
    LISTS("prim::min", better_of_two<Comparison::lt>),
};
// clang-format on
#undef LISTS
#undef ELEMENTS
#undef ROW

}  // namespace

std::span<const OpSpec> list_search_ops() { return kRows; }

}  // namespace flopaudit
