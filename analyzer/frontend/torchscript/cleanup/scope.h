// The single passes of clean_up(). Each works on one scope: a function, or the body of a prim::fork. A scope ends where
// a fork's body begins: that is a scope of its own, and its values are not seen from here.
#pragma once

#include <string>

#include "analyzer/frontend/torchscript/cleanup/cleanup.h"
#include "analyzer/ir/graph.h"
#include "analyzer/support/result.h"

namespace flopaudit::cleanup {

struct Scope {
  Graph& graph;  // owns the values
  Region& top;
  const CleanupContext& context;
};

// Calls of operators that have changed since the archive's version become what they meant then (old_operators.h).
Result<void> upgrade_operators(const Scope& scope);
// aten::multiply is aten::mul, aten::true_divide aten::div ...: one name for each operator.
void normalize_ops(const Scope& scope);
// TupleUnpack, TupleIndex and TupleSlice of a TupleConstruct become its operands. Then dead code goes.
void lower_simple_tuples(const Scope& scope);
// Nodes without tensors, lists, dicts and objects whose operands are constants become constants; an If with a constant
// condition becomes one of its branches; a Loop that never runs goes. Dead code goes, if anything changed.
void propagate_constants(const Scope& scope);
// Results of If and Loop in the order of their first use.
void canonicalize_outputs(const Scope& scope);
// Old calls of quantized convolutions lose the arguments that the packed parameters hold as well.
void shorten_quantized_convolutions(const Scope& scope);
// Nodes that nothing uses and that change nothing which can be seen.
void eliminate_dead_code(const Scope& scope);

// Whether two values of this type can be one and the same object: tensors, lists, dicts, objects, and what holds them.
bool can_alias(const Type& type, const CleanupContext& context);

// The nodes of a scope: not those inside of forks.
inline bool opens_scope(const Node& node) { return node.op.name == "prim::fork"; }

template <typename Visit>
void for_each_node_of_scope(const Region& region, const Visit& visit) {
  for (const auto& node : region.nodes) {
    visit(*node);
    if (opens_scope(*node)) continue;
    for (const auto& inner : node->regions) for_each_node_of_scope(*inner, visit);
  }
}

// LibTorch knows no types of results but those of the values that the graph returns, which may have become narrower.
void refresh_result_types(Graph& graph);

// A name for a value that has none in the code: a number.
std::string fresh_number(Graph& graph);

inline bool is_constant(const Value& value) {
  return value.origin == Value::Origin::constant || value.origin == Value::Origin::parameter;
}

}  // namespace flopaudit::cleanup
