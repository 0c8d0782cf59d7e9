// Runs planned graphs: control flow, containers and attributes here, one LibTorch operator for every other node.
#pragma once

#include <ATen/core/ivalue.h>
#include <torch/csrc/jit/api/compilation_unit.h>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "analyzer/ir/graph.h"
#include "analyzer/support/result.h"
#include "runtime/executor/plan.h"

namespace flopaudit {

// Told of every measured step (every node that is not prim): `before` and `after` stand next to the operator's call,
// with nothing between.
class NodeObserver {
 public:
  virtual ~NodeObserver() = default;
  // Earlier, outside the measured region.
  virtual void takes(const Node&, const std::vector<c10::IValue>& /*operands*/) {}
  virtual Result<void> before(const Node& node) = 0;
  virtual Result<void> after() = 0;
  // Later, outside the measured region.
  virtual void done(const Node& node, const std::vector<c10::IValue>& results) = 0;
  // A measured step was not run, for want of an operator.
  virtual void left_out(const Node& node, const std::string& why) = 0;
  // Any step, prim or not, gave these.
  virtual void gave(const Node&, const std::vector<c10::IValue>&) {}
};

// The values of parameters by path, for one run.
using ParameterValues = std::function<Result<c10::IValue>(const Value& parameter)>;

class PlanInterpreter {
 public:
  // `unit` as for torch_type_of. Errors: input, a node that this LibTorch cannot run.
  static Result<std::unique_ptr<PlanInterpreter>> make(const Program& program,
                                                       std::shared_ptr<torch::jit::CompilationUnit> unit);

  // Runs the entry. `observer` may be null. Errors: input, naming the node.
  Result<std::vector<c10::IValue>> run(std::vector<c10::IValue> arguments, const ParameterValues& parameters,
                                       NodeObserver* observer);

  std::size_t measured_steps() const;  // of the entry's text, each node once

 private:
  friend class PlanRun;
  std::map<std::string, GraphPlan> plans_;  // by function name
  std::string entry_;
  std::map<const Value*, c10::IValue> constants_;
  std::shared_ptr<torch::jit::CompilationUnit> unit_;
};

}  // namespace flopaudit
