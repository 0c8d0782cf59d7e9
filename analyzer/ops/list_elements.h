// The state of lists, for rules: those known one by one and the uniform ones, whose length is no number.
#pragma once

#include <optional>

#include "analyzer/ops/op_spec.h"

namespace flopaudit {

// A longer list is kept as a uniform one.
inline constexpr std::int64_t kLongestList = 1 << 20;

// The state of a list, to read or to change it, for all who hold the list.
RuleResult<ListElements*> list_state_at(const Facts& inputs, std::size_t index);

// What holds of every element; nothing: nothing is known of the list, or it is empty.
std::optional<Fact> common_element(const ListElements& list);

// The elements of one list behind those of another.
ListElements concatenated(const ListElements& first, const ListElements& second);
// All elements so many times over, none for a negative number; nothing: a number that is not known.
ListElements repeated(const ListElements& list, const Dim& times);
// As many as `length` of the elements of the list, whichever.
ListElements some_elements(const ListElements& list, Dim length);

// A uniform list among the inputs, which takes a rule of tensors one by one: the same inputs with a list of one element
// in its place, and how many there are. Nothing: the input is no uniform list of known length.
struct OneOfAll {
  Facts inputs;
  Expr count;
};
std::optional<OneOfAll> one_of_all(const Facts& inputs, std::size_t index);

}  // namespace flopaudit
