// A graph made ready to run: operators found, values numbered, and for each step the values that nothing reads any
// more. What can fail for want of a type fails here, before anything is counted.
#pragma once

#include <ATen/core/jit_type.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "analyzer/ir/graph.h"
#include "analyzer/ir/node_text.h"
#include "analyzer/support/result.h"
#include "runtime/executor/operator_lookup.h"

namespace flopaudit {

// What the interpreter does itself. All else is one operator of LibTorch.
enum class StepKind {
  operation,
  conditional,
  loop,
  fork,
  wait,
  call_method,
  call_function,
  enter,
  exit,
  get_attribute,
  set_attribute,
  create_object,
  list_construct,
  list_unpack,
  tuple_construct,
  tuple_unpack,
  tuple_index,
  tuple_slice,
  dict_construct,
  is_instance,
  pass_through,
  uninitialized,
  raise,
  ignore,
  unavailable,  // no operator of LibTorch: it is left out, with what needs its results (left_out.h)
};

struct RegionPlan;

struct Step {
  const Node* node = nullptr;
  StepKind kind = StepKind::operation;
  bool is_measured = false;   // every node that is not prim
  mutable FoundOperator op;   // LibTorch's call operator is not const, though it changes nothing
  std::vector<int> operands;  // slots
  std::vector<int> results;
  std::vector<int> released;  // slots that nothing reads after this step
  std::vector<RegionPlan> regions;
  c10::TypePtr type;                       // of what is constructed: the list, dict, named tuple or class
  std::vector<c10::TypePtr> tested_types;  // of prim::isinstance
  std::string name;                        // of the attribute or the method; of the called function; why unavailable
};

struct RegionPlan {
  std::vector<int> arguments;
  std::vector<Step> steps;
  std::vector<int> results;
};

struct GraphPlan {
  int slot_count = 0;
  // Parameters and constants, set before the first step.
  std::vector<std::pair<int, const Value*>> presets;
  RegionPlan body;
  std::size_t measured_steps = 0;
};

// `unit` as for torch_type_of. Errors: input, naming the node.
Result<GraphPlan> make_plan(const Graph& graph, torch::jit::CompilationUnit* unit);

}  // namespace flopaudit
