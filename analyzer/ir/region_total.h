// The sum of a cost over all that a region executes. The two branches of an If that is not decided exclude each other:
// together they cost the hull of both, [min, max], and not the sum of two ranges from 0.
#pragma once

#include <functional>

#include "analyzer/ir/graph.h"

namespace flopaudit {

// `of_node`: the cost of all executions of one node (a node with regions has none of its own).
Range region_total(const Region& region, const std::function<Range(const Node&)>& of_node);
WorkTotal region_total(const Region& region, const std::function<WorkTotal(const Node&)>& of_node);

// Of a branch of an If, if it is taken.
WorkTotal branch_total(const Region& branch, const std::function<WorkTotal(const Node&)>& of_node);

// [smaller min, larger max], class by class.
Range hull(const Range& a, const Range& b);
WorkTotal hull(const WorkTotal& a, const WorkTotal& b);

}  // namespace flopaudit
