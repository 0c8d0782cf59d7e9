// Which results of a node are new storages, and which share that of an operand.
#pragma once

#include "analyzer/ir/graph.h"

namespace flopaudit {

enum class Sharing {
  fresh,    // a storage of its own
  shared,   // that of the operands at aliased_operands(): a view, an in-place result, a list of views
  either,   // an op that may do anything with what it is given: both are counted
  as_lies,  // shared where the operand lies row by row, else a copy: reshape, contiguous
};

// Of an annotated node that has no regions and is no container op.
Sharing sharing_of(const Node& node);

// Whether the elements of the results, which share as said, lie row by row when the first tensor operand's do, or when
// all do.
bool keeps_rows(const Node& node, Sharing sharing);

}  // namespace flopaudit
