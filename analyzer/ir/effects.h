// What a node writes and what its results share with its operands, by the alias marks of the schemas, TorchScript's
// naming conventions and a small table: enough to keep nodes in a safe order. Where it does not know, it says "all".
#pragma once

#include <cstddef>
#include <vector>

#include "analyzer/ir/graph.h"

namespace flopaudit {

// Positions of the operands whose tensor, list, dict or object the node changes: `add_` its first, `add.out` its last,
// `aten::append` its first, a call or an op that is neither aten nor prim every one that can be changed.
std::vector<std::size_t> written_operands(const Node& node);

// What a node and all nodes of its regions touch of the values around it, each mutable value once. Nodes that are known
// never to run touch nothing.
struct TouchedValues {
  std::vector<const Value*> read;  // also those that are written
  std::vector<const Value*> written;
};
TouchedValues touched_values(const Node& node);

// Positions of the operands that share storage with one another or with the results once the node has run: what a view
// views, what an in-place op returns, what a tuple or list holds. Of a node with regions, call or unknown op: all.
std::vector<std::size_t> aliased_operands(const Node& node);

// Ops of other namespaces (custom ones, calls not inlined) may do anything with what they are given.
bool is_opaque(const Node& node);

// A value of this type can be changed in place: tensors, lists, dicts, objects and what may hold them.
bool is_mutable(const Type& type);

// A value of this type is a tensor, or may have one inside.
bool may_hold_tensors(const Type& type);

}  // namespace flopaudit
