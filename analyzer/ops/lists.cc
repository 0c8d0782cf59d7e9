// TorchScript's lists. They have identity: an append is seen through every alias, so mutating rules change the state
// that the input fact shares. Of a list whose length is no number every element is what holds of all.
#include <algorithm>

#include "analyzer/ops/all_ops.h"
#include "analyzer/ops/list_elements.h"
#include "analyzer/ops/scalar_helpers.h"
#include "analyzer/ops/size_conditions.h"
#include "analyzer/ops/slices.h"

namespace flopaudit {
namespace {

// A position in a list of known length, negative from the end; nothing when it is symbolic.
RuleResult<std::optional<std::size_t>> position(const Facts& inputs, std::size_t index, std::size_t size) {
  FA_RULE(const Fact* fact, fact_at(inputs, index));
  const std::optional<std::int64_t> value = constant_of(*fact);
  if (!value) return std::optional<std::size_t>();
  const auto length = static_cast<std::int64_t>(size);
  if (*value < -length || *value >= length) {
    return misfit("index " + std::to_string(*value) + " is out of range for a list of " + std::to_string(size));
  }
  return std::optional(static_cast<std::size_t>(*value < 0 ? *value + length : *value));
}

RuleFailure unknown_elements() { return missing("the elements of a list are unknown"); }

// Of a list that something is taken from: it has elements then.
RuleResult<Fact> any_element(const ListElements& list) {
  std::optional<Fact> element = common_element(list);
  if (!element) return list.is_unknown() ? unknown_elements() : misfit("an element of an empty list");
  return *std::move(element);
}

RuleResult<Facts> get_item(const Facts& inputs) {
  if (const auto* tuple = !inputs.empty() ? inputs[0].get<TupleFact>() : nullptr) {
    FA_RULE(const std::optional<std::size_t> at, position(inputs, 1, tuple->elements.size()));
    return at ? RuleResult<Facts>(one(tuple->elements[*at])) : missing("the index into a tuple is unknown");
  }
  FA_RULE(const ListElements* list, list_state_at(inputs, 0));
  if (*list) {
    FA_RULE(const std::optional<std::size_t> at, position(inputs, 1, (*list)->size()));
    if (at) return one((**list)[*at]);
  }
  FA_RULE(Fact element, any_element(*list));
  return one(std::move(element));
}

RuleResult<Facts> set_item(const Facts& inputs) {
  FA_RULE(ListElements * list, list_state_at(inputs, 0));
  FA_RULE(const Fact* element, fact_at(inputs, 2));
  if (Fact* any = list->element()) *any = join(*any, *element);
  if (*list) {
    FA_RULE(const std::optional<std::size_t> at, position(inputs, 1, (*list)->size()));
    for (std::size_t i = 0; i < (*list)->size(); ++i) {
      if (at == i)
        (**list)[i] = *element;
      else if (!at)
        (**list)[i] = join((**list)[i], *element);
    }
  }
  return one(inputs[0]);
}

void append_to(ListElements& list, const Fact& element) {
  if (list && static_cast<std::int64_t>(list->size()) < kLongestList) {
    list->push_back(element);
  } else {
    list = concatenated(list, std::vector<Fact>{element});
  }
}

RuleResult<Facts> append(const Facts& inputs) {
  FA_RULE(ListElements * list, list_state_at(inputs, 0));
  FA_RULE(const Fact* element, fact_at(inputs, 1));
  append_to(*list, *element);
  return one(inputs[0]);
}

RuleResult<Facts> insert(const Facts& inputs) {
  FA_RULE(ListElements * list, list_state_at(inputs, 0));
  FA_RULE(const Fact* element, fact_at(inputs, 2));
  const std::optional<std::int64_t> index = constant_of(inputs[1]);
  if (!*list || !index) {
    const Dim length = list->length();
    append_to(*list, *element);
    if (*list) *list = some_elements(*list, *length + Expr(1));
    return Facts();
  }
  const auto size = static_cast<std::int64_t>((*list)->size());
  const std::int64_t at = std::clamp<std::int64_t>(*index < 0 ? *index + size : *index, 0, size);
  (*list)->insert((*list)->begin() + at, *element);
  return Facts();
}

RuleResult<Facts> extend(const Facts& inputs) {
  FA_RULE(ListElements * list, list_state_at(inputs, 0));
  FA_RULE(const ListElements* more, list_state_at(inputs, 1));
  *list = concatenated(*list, *more);
  return Facts();
}
RuleResult<Facts> extend_and_return(const Facts& inputs) {
  FA_RULE(const Facts none, extend(inputs));
  static_cast<void>(none);
  return one(inputs[0]);
}

RuleResult<Facts> pop(const Facts& inputs) {
  FA_RULE(ListElements * list, list_state_at(inputs, 0));
  if (*list) {
    FA_RULE(const std::optional<std::size_t> at, position(inputs, 1, (*list)->size()));
    if (at) {
      Fact element = (**list)[*at];
      (*list)->erase((*list)->begin() + static_cast<std::ptrdiff_t>(*at));
      return one(std::move(element));
    }
  }
  FA_RULE(Fact element, any_element(*list));
  const Dim length = list->length();
  if (length && !must_be_at_least(*length, 1)) return misfit("an element is taken from an empty list");
  *list = some_elements(*list, length ? Dim(*length - Expr(1)) : length);
  return one(std::move(element));
}
RuleResult<Facts> remove_at(const Facts& inputs) {
  FA_RULE(const Facts element, pop(inputs));
  static_cast<void>(element);
  return Facts();
}

RuleResult<Facts> clear(const Facts& inputs) {
  FA_RULE(ListElements * list, list_state_at(inputs, 0));
  *list = std::vector<Fact>();
  return Facts();
}

RuleResult<Facts> reverse(const Facts& inputs) {
  FA_RULE(ListElements * list, list_state_at(inputs, 0));
  if (*list) std::reverse((*list)->begin(), (*list)->end());
  return Facts();
}

Fact new_list(ListElements elements) { return ListFact{std::make_shared<ListElements>(std::move(elements))}; }

// A new list of the same elements.
RuleResult<Facts> copy(const Facts& inputs) {
  FA_RULE(const ListElements* list, list_state_at(inputs, 0));
  return one(new_list(*list));
}

RuleResult<Facts> length(const Facts& inputs) {
  FA_RULE(const ListElements* list, list_state_at(inputs, 0));
  return one(maybe_int(list->length()));
}

RuleResult<Facts> concatenate(const Facts& inputs) {
  FA_RULE(const ListElements* first, list_state_at(inputs, 0));
  FA_RULE(const ListElements* second, list_state_at(inputs, 1));
  return one(new_list(concatenated(*first, *second)));
}

template <std::size_t list_place, std::size_t times_place>
RuleResult<Facts> repeat(const Facts& inputs) {
  FA_RULE(const ListElements* list, list_state_at(inputs, list_place));
  FA_RULE(const Fact* times, fact_at(inputs, times_place));
  return one(new_list(repeated(*list, integer_of(*times))));
}
RuleResult<Facts> repeat_in_place(const Facts& inputs) {
  FA_RULE(ListElements * list, list_state_at(inputs, 0));
  FA_RULE(const Fact* times, fact_at(inputs, 1));
  *list = repeated(*list, integer_of(*times));
  return one(inputs[0]);
}

// Of a list or of bounds that are no numbers: which elements it takes is open.
ListElements some_slice(const Facts& inputs, const ListElements& list) {
  const Dim length = list.length();
  const auto* step = inputs[3].get<IntFact>();
  const auto bound = [&inputs](std::size_t place) {
    return none_at(inputs, place) ? Dim() : integer_of(inputs[place]);
  };
  const bool known = length && step != nullptr && step->value && always_less(Expr(0), *step->value) == true &&
                     (none_at(inputs, 1) || bound(1)) && (none_at(inputs, 2) || bound(2));
  return some_elements(list, known ? Dim(slice_length(*length, bound(1), bound(2), *step->value)) : Dim());
}

// slice(list, start, end, step), as Python's: a negative step goes from the end to the start.
RuleResult<Facts> slice(const Facts& inputs) {
  FA_RULE(const ListElements* state, list_state_at(inputs, 0));
  FA_RULE([[maybe_unused]] const Fact* last, fact_at(inputs, 3));
  if (constant_of(inputs[3]) == 0) return misfit("the step of a slice is 0");
  const auto is_number = [&inputs](std::size_t place) { return none_at(inputs, place) || constant_of(inputs[place]); };
  if (!*state || !is_number(1) || !is_number(2) || !constant_of(inputs[3])) {
    return one(new_list(some_slice(inputs, *state)));
  }
  const std::vector<Fact>& list = **state;
  // As far as any list is.
  const std::int64_t step = std::clamp<std::int64_t>(*constant_of(inputs[3]), -2 * kLongestList, 2 * kLongestList);
  const auto size = static_cast<std::int64_t>(list.size());
  const std::int64_t lowest = step > 0 ? 0 : -1, highest = step > 0 ? size : size - 1;
  std::int64_t bounds[2] = {step > 0 ? lowest : highest, step > 0 ? highest : lowest};
  for (std::size_t i = 0; i < 2; ++i) {
    if (none_at(inputs, 1 + i)) continue;
    const std::int64_t bound = *constant_of(inputs[1 + i]);
    bounds[i] = std::clamp<std::int64_t>(bound < 0 ? bound + size : bound, lowest, highest);
  }
  std::vector<Fact> part;
  for (std::int64_t i = bounds[0]; step > 0 ? i < bounds[1] : i > bounds[1]; i += step) {
    part.push_back(list[static_cast<std::size_t>(i)]);
  }
  return one(Fact::list(std::move(part)));
}

// A fold over a list that is not known one by one gives a number of which only the kind is known.
bool is_one_by_one(const Facts& inputs) {
  const auto* list = inputs.empty() ? nullptr : inputs[0].get<ListFact>();
  return list == nullptr || !list->elements || *list->elements;
}

RuleResult<Facts> contains(const Facts& inputs) {
  if (!is_one_by_one(inputs)) return one(maybe_bool(std::nullopt));
  FA_RULE(const std::vector<Fact> list, list_at(inputs, 0));
  FA_RULE(const Fact* wanted, fact_at(inputs, 1));
  std::optional<bool> found = false;
  for (const Fact& element : list) {
    const std::optional<bool> same = compare_facts(Comparison::eq, element, *wanted);
    if (same == true) return one(Fact::boolean(true));
    if (!same) found = std::nullopt;
  }
  return one(maybe_bool(found));
}

// --- folds ---

// A number of the element's kind, which nothing else is known of.
Fact some_number(const ListElements& list) {
  const Fact* element = list.element();
  if (element == nullptr) return Fact::unknown("the elements of a list are unknown");
  return element->get<FloatFact>() != nullptr ? maybe_float(std::nullopt) : maybe_int(std::nullopt);
}

RuleResult<Facts> sum(const Facts& inputs) {
  if (!is_one_by_one(inputs)) {
    FA_RULE(const ListElements* list, list_state_at(inputs, 0));
    const Dim length = list->length();
    const std::optional<Expr> each = length && list->is_uniform() ? integer_of(*list->element()) : std::nullopt;
    return one(each ? Fact::integer(*length * *each) : some_number(*list));
  }
  FA_RULE(const std::vector<Fact> list, list_at(inputs, 0));
  Fact total = Fact::integer(0);
  for (const Fact& element : list) {
    FA_RULE(total, combine_numbers(Arithmetic::add, total, element));
  }
  return one(total);
}

template <Arithmetic op>
RuleResult<Facts> extreme(const Facts& inputs) {
  if (!is_one_by_one(inputs)) {
    FA_RULE(const ListElements* list, list_state_at(inputs, 0));
    FA_RULE(Fact element, any_element(*list));
    return one(std::move(element));
  }
  FA_RULE(const std::vector<Fact> list, list_at(inputs, 0));
  if (list.empty()) return misfit("the extreme of an empty list");
  Fact best = list[0];
  for (const Fact& element : list) {
    FA_RULE(best, combine_numbers(op, best, element));
  }
  return one(best);
}

// all (stop = false) and any (stop = true): decided by the first element that is.
template <bool stop>
RuleResult<Facts> all_or_any(const Facts& inputs) {
  if (!is_one_by_one(inputs)) return one(maybe_bool(std::nullopt));
  FA_RULE(const std::vector<Fact> list, list_at(inputs, 0));
  std::optional<bool> result = !stop;
  for (const Fact& element : list) {
    const std::optional<bool> truth = compare_facts(Comparison::ne, element, Fact::integer(0));
    if (truth == stop) return one(Fact::boolean(stop));
    if (!truth) result = std::nullopt;
  }
  return one(maybe_bool(result));
}

RuleResult<Facts> range_list(const Facts& inputs) {
  FA_RULE(const Expr count, int_at(inputs, 0));
  const std::optional<std::int64_t> number = count.constant();
  if (!number || *number > kLongestList) return one(Fact::uniform_list(max(count, Expr(0)), maybe_int(std::nullopt)));
  std::vector<Fact> list;
  for (std::int64_t i = 0; i < *number; ++i) list.push_back(Fact::integer(i));
  return one(Fact::list(std::move(list)));
}

#define ROW(name, rule) \
  { name, rule, nullptr, "" }
// clang-format off
constexpr OpSpec kRows[] = {
    ROW("aten::Delete.t", remove_at),
    ROW("aten::Size", copy),
    ROW("aten::__contains__.float_list", contains),
    ROW("aten::__contains__.int_list", contains),
    ROW("aten::__contains__.str_list", contains),
    ROW("aten::__getitem__.t", get_item),
    ROW("aten::_set_item.t", set_item),
    ROW("aten::add.t", concatenate),
    ROW("aten::add_.t", extend_and_return),
    ROW("aten::all.bool", all_or_any<false>),
    ROW("aten::all.float", all_or_any<false>),
    ROW("aten::all.int", all_or_any<false>),
    ROW("aten::any.bool", all_or_any<true>),
    ROW("aten::any.float", all_or_any<true>),
    ROW("aten::any.int", all_or_any<true>),
    ROW("aten::append.t", append),
    ROW("aten::clear.t", clear),
    ROW("aten::copy.t", copy),
    ROW("aten::extend.t", extend),
    ROW("aten::insert.t", insert),
    ROW("aten::len.any", length),
    ROW("aten::len.t", length),
    ROW("aten::list.t", copy),
    ROW("aten::mul.left_t", (repeat<0, 1>)),
    ROW("aten::mul.right_", (repeat<1, 0>)),
    ROW("aten::mul_.t", repeat_in_place),
    ROW("aten::pop.t", pop),
    ROW("aten::reverse.t", reverse),
    ROW("aten::select.t", get_item),
    ROW("aten::slice.t", slice),
    ROW("aten::sum.bool", sum),
    ROW("aten::sum.float", sum),
    ROW("aten::sum.int", sum),
    ROW("prim::max.self_float", extreme<Arithmetic::maximum>),
    ROW("prim::max.self_int", extreme<Arithmetic::maximum>),
    ROW("prim::min.self_float", extreme<Arithmetic::minimum>),
    ROW("prim::min.self_int", extreme<Arithmetic::minimum>),
    ROW("prim::rangelist", range_list),
};
// clang-format on
#undef ROW

}  // namespace

std::span<const OpSpec> list_ops() { return kRows; }

}  // namespace flopaudit
