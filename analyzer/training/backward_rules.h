// What the backward of an op computes: one row an op.
#pragma once

#include <string>
#include <vector>

#include "analyzer/conventions/node_view.h"
#include "analyzer/ir/graph.h"
#include "analyzer/ops/op_spec.h"
#include "analyzer/training/gradient_flow.h"

namespace flopaudit {

// Of all executions of a node.
struct BackwardWork {
  WorkTotal work;     // by class and dtype, without bytes
  Range macs, flops;  // of it; `flops` has 2 for a mac, as everywhere
  BackwardWork() = default;
  explicit BackwardWork(WorkTotal of_classes);
};

struct BackwardRow {
  std::string op;       // as in NodeView
  std::string formula;  // n: elements of the result; M: MACs of the forward
};
// Every op that has a row, sorted by name.
std::vector<BackwardRow> all_backward_rows();

// Of a node whose result needs a gradient, or why it is not known: no row, or a size that is not known.
RuleResult<BackwardWork> backward_of(const NodeView& view, const GradientFlow& flow);

}  // namespace flopaudit
