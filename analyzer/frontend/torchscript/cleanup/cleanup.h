// What LibTorch does to the graph of a function when it loads it, once the graph is in SSA form: old operators are
// replaced, aliases get their canonical names, tuples that are only taken apart again vanish, what is constant is
// computed, dead code goes. Our front end does the same, so that both print the same program.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "analyzer/ir/graph.h"
#include "analyzer/support/result.h"

namespace flopaudit {

// What the file declares of a named type, as far as it matters here.
struct NamedTypeInfo {
  enum class Kind { object, interface, enumeration, named_tuple };
  Kind kind = Kind::object;
  std::vector<Type> fields;  // of a named tuple
};

struct CleanupContext {
  int version = 10;  // of the archive: 1 to 10
  // By qualified name. Not set: every named type is a class.
  std::function<NamedTypeInfo(const std::string&)> named_type;
};

// All of it, in LibTorch's order: upgrade_operators, normalize_ops, lower_simple_tuples, propagate_constants,
// canonicalize_outputs. The bodies of prim::fork, which are graphs of their own, come first.
// Error: input, a call of an old operator with operands that it cannot have.
Result<void> clean_up(Graph& graph, const CleanupContext& context);

}  // namespace flopaudit
