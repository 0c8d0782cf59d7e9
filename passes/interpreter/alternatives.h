// What an op gives where an operand is one of several things (Fact::alternatives): it is asked for each of them.
#pragma once

#include <functional>
#include <vector>

#include "analyzer/ir/graph.h"
#include "analyzer/ops/op_spec.h"

namespace flopaudit {

// The fact with each of its alternatives changed; one without is changed itself.
Fact each_alternative(const Fact& fact, const std::function<Fact(const Fact&)>& change);

// What of `fact`, which has alternatives or none, went into `alternative` of a join with it; null: nothing.
const Fact* counterpart(const Fact& fact, const Fact& alternative);

// The alternatives that a value of the type can be.
Fact narrowed(const Fact& fact, const Type& type);

// An op on one choice of alternatives.
struct Choice {
  Facts inputs;
  Facts results;
};

// Those that can run: what the op refuses does not happen in a program that ends. Empty: there is no choice, or there
// are too many; an op that changes lists, or only hands on what it is given, has none. A failure: all are refused, or
// of one the results are not known.
RuleResult<std::vector<Choice>> choices_of(const Node& node, const OpSpec& row, const Facts& inputs);

}  // namespace flopaudit
