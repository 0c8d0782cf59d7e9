// propagate-shapes: finds the shape, dtype and, where they are small and decide something, the values of everything
// that the program computes, without running the model.
//
//   n0: %y: Tensor = aten::mm(%x, param "w")     =>   n0: %y: Tensor {f32[2,4]} = aten::mm(%x, param "w")
//                                                       executed 1
//
// 1. The entry's arguments get the facts of --input, with the symbols that --at gives replaced.
// 2. The program is interpreted on facts (passes/interpreter): an op by its row, control flow by the interpreter.
// 3. Every node keeps the facts of its executions, equal ones in a row as one; every value the join over all of them.
// 4. Symbolic sizes: what an op refuses ("H >= 32", or a pool has nothing left) is collected. Least sizes found so
//    simplify shapes and decide conditions, and a size that must be 3 is 3 from then on; so the program is interpreted
//    again with them, until nothing new is found.
//
// What it does not do: drop nodes, or decide what depends on the data. That becomes a range, a symbol, or unknown.
#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "analyzer/ops/default_dtype.h"
#include "passes/interpreter/interpreter.h"
#include "passes/pass_factories.h"

namespace flopaudit {
namespace {

void forget_results(Graph& graph) {
  for (Value* argument : graph.body.arguments) argument->fact = Fact();
  for_each_node(graph.body, [](Node& node) {
    node.executions = Range();
    node.cases.clear();
    for (Value* result : node.results) result->fact = Fact();
    for (const auto& region : node.regions) {
      for (Value* argument : region->arguments) argument->fact = Fact();
    }
  });
}

Result<void> interpret(Program& program, PassContext& context) {
  constexpr int kMaxRounds = 3;
  const std::vector<std::string> diagnostics = context.diagnostics;
  const std::vector<std::string> assumptions = context.size_assumptions;
  std::map<std::string, std::string> sentences;  // for the sizes that were found, by symbol
  bool raised = true;
  for (int round = 1; raised && round <= kMaxRounds; ++round) {
    forget_results(program.entry());
    const SymbolBounds bounds(context.least_sizes);
    const LargestSizes largest({});
    context.diagnostics = diagnostics;
    context.dependencies.clear();
    context.most_sizes.clear();
    context.size_assumptions = assumptions;
    Interpreter interpreter(program, context);
    FA_TRY(interpreter.run());
    raised = false;
    for (const auto& [symbol, found] : interpreter.least_sizes()) {
      std::int64_t& known = context.least_sizes[symbol];
      if (found.size <= std::max<std::int64_t>(known, 1)) continue;
      known = found.size;
      sentences[symbol] = found.sentence;
      raised = true;
    }
    for (const auto& [symbol, found] : interpreter.only_sizes()) {
      if (!context.assumptions.emplace(symbol, found.size).second) continue;
      sentences[symbol] = found.sentence;
      raised = true;
    }
  }
  for (const auto& [symbol, sentence] : sentences) context.size_assumptions.push_back(sentence);
  return {};
}

class PropagateShapes : public Pass {
 public:
  Result<Changed> run(Program& program, PassContext& context) override {
    std::optional<DefaultDtypeScope> scope;
    if (context.retarget_dtype) scope.emplace(*context.retarget_dtype);
    FA_TRY(interpret(program, context));
    const Region& body = program.entry().body;
    return body.nodes.empty() && body.arguments.empty() ? Changed::no : Changed::yes;
  }
};

}  // namespace

std::unique_ptr<Pass> make_propagate_shapes() { return std::make_unique<PropagateShapes>(); }

}  // namespace flopaudit
