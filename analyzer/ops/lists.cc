// TorchScript's lists. They have identity: an append is seen through every alias, so mutating rules change the state
// that the input fact shares. A list of unknown length stays unknown.
#include <algorithm>

#include "analyzer/ops/all_ops.h"
#include "analyzer/ops/scalar_helpers.h"

namespace flopaudit {
namespace {

constexpr std::int64_t kLongest = 1 << 20;  // a longer list is kept as one of unknown length

// The state of a list, to change it; null: its length is unknown.
RuleResult<std::vector<Fact>*> state_at(const Facts& inputs, std::size_t index) {
  FA_RULE(const Fact* fact, fact_at(inputs, index));
  const auto* list = fact->get<ListFact>();
  if (list == nullptr || !list->elements) {
    if (fact->is_unknown()) return missing("a list is unknown");
    return misfit("a list is expected: " + fact->to_string());
  }
  return *list->elements ? &**list->elements : nullptr;
}

void forget(const Facts& inputs, std::size_t index) { inputs[index].get<ListFact>()->elements->reset(); }

// A position in a list, negative from the end; nothing when it is symbolic.
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

RuleResult<Facts> get_item(const Facts& inputs) {
  FA_RULE(const std::vector<Fact> list, list_at(inputs, 0));
  FA_RULE(const std::optional<std::size_t> at, position(inputs, 1, list.size()));
  if (!at) return missing("the index into a list is unknown");
  return one(list[*at]);
}

RuleResult<Facts> set_item(const Facts& inputs) {
  FA_RULE(std::vector<Fact> * list, state_at(inputs, 0));
  FA_RULE(const Fact* element, fact_at(inputs, 2));
  if (list != nullptr) {
    FA_RULE(const std::optional<std::size_t> at, position(inputs, 1, list->size()));
    for (std::size_t i = 0; i < list->size(); ++i) {
      if (at == i)
        (*list)[i] = *element;
      else if (!at)
        (*list)[i] = join((*list)[i], *element);
    }
  }
  return one(inputs[0]);
}

RuleResult<Facts> append(const Facts& inputs) {
  FA_RULE(std::vector<Fact> * list, state_at(inputs, 0));
  FA_RULE(const Fact* element, fact_at(inputs, 1));
  if (list != nullptr) {
    if (static_cast<std::int64_t>(list->size()) >= kLongest)
      forget(inputs, 0);
    else
      list->push_back(*element);
  }
  return one(inputs[0]);
}

RuleResult<Facts> insert(const Facts& inputs) {
  FA_RULE(std::vector<Fact> * list, state_at(inputs, 0));
  FA_RULE(const Fact* element, fact_at(inputs, 2));
  const std::optional<std::int64_t> index = constant_of(inputs[1]);
  if (list == nullptr) return Facts();
  if (!index) {
    forget(inputs, 0);
    return Facts();
  }
  const auto size = static_cast<std::int64_t>(list->size());
  const std::int64_t at = std::clamp<std::int64_t>(*index < 0 ? *index + size : *index, 0, size);
  list->insert(list->begin() + at, *element);
  return Facts();
}

RuleResult<Facts> extend(const Facts& inputs) {
  FA_RULE(std::vector<Fact> * list, state_at(inputs, 0));
  FA_RULE(std::vector<Fact> * more, state_at(inputs, 1));
  if (list == nullptr || more == nullptr || static_cast<std::int64_t>(list->size() + more->size()) > kLongest) {
    forget(inputs, 0);
    return Facts();
  }
  const std::vector<Fact> copy = *more;  // it may be the same list
  list->insert(list->end(), copy.begin(), copy.end());
  return Facts();
}
RuleResult<Facts> extend_and_return(const Facts& inputs) {
  FA_RULE(const Facts none, extend(inputs));
  static_cast<void>(none);
  return one(inputs[0]);
}

RuleResult<Facts> pop(const Facts& inputs) {
  FA_RULE(std::vector<Fact> * list, state_at(inputs, 0));
  if (list == nullptr) return missing("the length of the list is unknown");
  FA_RULE(const std::optional<std::size_t> at, position(inputs, 1, list->size()));
  if (!at) {
    forget(inputs, 0);
    return missing("the index into a list is unknown");
  }
  Fact element = (*list)[*at];
  list->erase(list->begin() + static_cast<std::ptrdiff_t>(*at));
  return one(std::move(element));
}
RuleResult<Facts> remove_at(const Facts& inputs) {
  FA_RULE(const Facts element, pop(inputs));
  static_cast<void>(element);
  return Facts();
}

RuleResult<Facts> clear(const Facts& inputs) {
  FA_RULE(std::vector<Fact> * list, state_at(inputs, 0));
  static_cast<void>(list);
  *inputs[0].get<ListFact>()->elements = std::vector<Fact>();
  return Facts();
}

RuleResult<Facts> reverse(const Facts& inputs) {
  FA_RULE(std::vector<Fact> * list, state_at(inputs, 0));
  if (list != nullptr) std::reverse(list->begin(), list->end());
  return Facts();
}

// A new list of the same elements.
RuleResult<Facts> copy(const Facts& inputs) {
  FA_RULE(std::vector<Fact> * list, state_at(inputs, 0));
  return one(list != nullptr ? Fact::list(*list) : Fact::unknown_list());
}

RuleResult<Facts> length(const Facts& inputs) {
  FA_RULE(std::vector<Fact> * list, state_at(inputs, 0));
  if (list == nullptr) return one(maybe_int(std::nullopt));
  return one(Fact::integer(static_cast<std::int64_t>(list->size())));
}

RuleResult<Facts> concatenate(const Facts& inputs) {
  FA_RULE(std::vector<Fact> * first, state_at(inputs, 0));
  FA_RULE(std::vector<Fact> * second, state_at(inputs, 1));
  if (first == nullptr || second == nullptr) return one(Fact::unknown_list());
  std::vector<Fact> all = *first;
  all.insert(all.end(), second->begin(), second->end());
  return one(Fact::list(std::move(all)));
}

template <std::size_t list_place, std::size_t times_place>
RuleResult<Facts> repeat(const Facts& inputs) {
  FA_RULE(const std::vector<Fact> list, list_at(inputs, list_place));
  const std::optional<std::int64_t> times = constant_of(inputs[times_place]);
  if (!times || *times > kLongest || *times * static_cast<std::int64_t>(list.size()) > kLongest) {
    return one(Fact::unknown_list());
  }
  std::vector<Fact> all;
  for (std::int64_t i = 0; i < *times; ++i) all.insert(all.end(), list.begin(), list.end());
  return one(Fact::list(std::move(all)));
}

// slice(list, start, end, step), as Python's: a negative step goes from the end to the start.
RuleResult<Facts> slice(const Facts& inputs) {
  FA_RULE(const std::vector<Fact> list, list_at(inputs, 0));
  FA_RULE(const std::int64_t given_step, constant_at(inputs, 3));
  if (given_step == 0) return misfit("the step of a slice is 0");
  const std::int64_t step = std::clamp<std::int64_t>(given_step, -2 * kLongest, 2 * kLongest);  // as far as any list is
  const auto size = static_cast<std::int64_t>(list.size());
  const std::int64_t lowest = step > 0 ? 0 : -1, highest = step > 0 ? size : size - 1;
  std::int64_t bounds[2] = {step > 0 ? lowest : highest, step > 0 ? highest : lowest};
  for (std::size_t i = 0; i < 2; ++i) {
    if (none_at(inputs, 1 + i)) continue;
    FA_RULE(const std::int64_t bound, constant_at(inputs, 1 + i));
    bounds[i] = std::clamp<std::int64_t>(bound < 0 ? bound + size : bound, lowest, highest);
  }
  std::vector<Fact> part;
  for (std::int64_t i = bounds[0]; step > 0 ? i < bounds[1] : i > bounds[1]; i += step) {
    part.push_back(list[static_cast<std::size_t>(i)]);
  }
  return one(Fact::list(std::move(part)));
}

RuleResult<Facts> contains(const Facts& inputs) {
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

RuleResult<Facts> sum(const Facts& inputs) {
  FA_RULE(const std::vector<Fact> list, list_at(inputs, 0));
  Fact total = Fact::integer(0);
  for (const Fact& element : list) {
    FA_RULE(total, combine_numbers(Arithmetic::add, total, element));
  }
  return one(total);
}

template <Arithmetic op>
RuleResult<Facts> extreme(const Facts& inputs) {
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
  FA_RULE(const std::int64_t count, constant_at(inputs, 0));
  if (count > kLongest) return one(Fact::unknown_list());
  std::vector<Fact> list;
  for (std::int64_t i = 0; i < count; ++i) list.push_back(Fact::integer(i));
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
