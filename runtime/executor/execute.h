// Executes a lowered program node by node: control flow is ours, one LibTorch operator per aten node, found by name and
// overload, never through a torch::jit::Node. No LibTorch header is needed by those who include this.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "analyzer/audit/record.h"
#include "analyzer/ir/graph.h"
#include "analyzer/support/result.h"
#include "runtime/counter_source.h"
#include "runtime/executor/given_result.h"

namespace flopaudit {

struct ExecuteOptions {
  std::string model_file;  // weights and reference forward; empty: random weights, no reference
  std::uint64_t seed = 0;
  int repetitions = 2;
  CounterSource* counters = nullptr;    // null: no counts; not started, each repetition goes through all its passes
  bool time = false;                    // record seconds of each node and of the whole forward
  std::optional<DType> retarget_dtype;  // --dtype, for the reference forward; the IR is retargeted already
  std::function<void(const std::string& phase, std::size_t done, std::size_t all)> progress;  // may be empty
  // Told in the first pass of what each node gave, `prim` ones too, each time that it ran. May be empty.
  std::function<void(const Node& node, const std::vector<GivenResult>& results)> on_results;
};

// What was measured; the caller puts it into a Record.
struct ExecuteResult {
  std::vector<NodeMeasurement> nodes;
  WholeForward forward;
  std::optional<bool> outputs_equal_forward;
  std::string outputs_equal_reason;
  std::string libtorch_version;
  std::string libtorch_build;
  bool partial = false;
  std::string error;
};

// Order (DESIGN.md §2.4): reference forward; one discarded node-by-node pass; then `repetitions` passes, the module
// cloned and random state reseeded before each. Inputs are the facts of the entry's arguments: known scalars as they
// are, tensors random from the seed. A node that fails ends the pass: the result is partial and names the node.
// Errors: input (the model cannot be loaded by LibTorch), environment (the counters cannot be started or read).
Result<ExecuteResult> execute(const Program& program, const ExecuteOptions& options);

}  // namespace flopaudit
