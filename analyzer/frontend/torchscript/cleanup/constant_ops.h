// What operators make of constants: numbers, strings, None, devices and tuples of them. One row an operator.
#pragma once

#include <optional>
#include <vector>

#include "analyzer/ir/graph.h"

namespace flopaudit::cleanup {

// The results of a node whose operands are all constants. Nothing: no row, or the operator fails on these operands (and
// LibTorch leaves the node to fail when it runs).
std::optional<std::vector<Fact>> fold_constants(const Node& node);

// The type of a constant that stands in for a value of the declared type: that of the value itself, but None keeps the
// declared one.
Type type_of_constant(const Fact& value, const Type& declared);

}  // namespace flopaudit::cleanup
