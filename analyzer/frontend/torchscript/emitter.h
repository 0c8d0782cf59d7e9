// Emits one function of serialized code as a graph of the IR, in LibTorch's way: which overload a call takes, which
// values it converts, which nodes it makes and in what order. The graph is in SSA form and as it is before LibTorch
// cleans it up (cleanup/).
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "analyzer/frontend/torchscript/archive_constants.h"
#include "analyzer/frontend/torchscript/declarations.h"
#include "analyzer/frontend/torchscript/type_relations.h"
#include "analyzer/ir/graph.h"

namespace flopaudit {

// What a program may become: a few lines of code can double a type, or a body that is forked, again and again.
struct EmissionBudget {
  static constexpr std::size_t kMaxTypeParts = 4'000'000;
  static constexpr std::size_t kMaxNodes = 4'000'000;
  static constexpr std::size_t kMaxForkedNodes = 200'000;
  std::size_t type_parts = 0;  // of the types of all values, inside of others
  std::size_t nodes = 0;
  std::size_t forked_nodes = 0;  // of functions inside of functions, as often as they are forked
};

struct EmissionContext {
  Declarations& declarations;
  OperatorSignatures& operators;
  const std::vector<ArchiveConstant>& constants;
  // The Python line of an offset into a code file.
  std::function<SourceLocation(const CodeFile&, std::uint32_t)> location;
  EmissionBudget& budget;  // of the whole program
};

struct FunctionToEmit {
  std::string name;                       // "__torch__.Net.forward"
  std::optional<std::string> class_name;  // of a method: "__torch__.Net"
  FunctionInCode source;
};

struct EmittedFunction {
  std::unique_ptr<Graph> graph;
  std::unordered_map<const Node*, std::uint32_t> offsets;  // where in the code file, of the nodes that have a place
};

// Errors: input: a name that nothing defines, a call that fits no overload, a value that does not fit its declared
// type. Messages name the record and the line.
Result<EmittedFunction> emit_function(const FunctionToEmit& function, const EmissionContext& context);

}  // namespace flopaudit
