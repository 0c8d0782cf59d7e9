// What the backward of an op computes: one row an op.
#pragma once

#include <string>
#include <vector>

#include "analyzer/conventions/node_view.h"
#include "analyzer/ir/graph.h"
#include "analyzer/ops/op_spec.h"
#include "analyzer/training/gradient_flow.h"

namespace flopaudit {

// Of all executions of a node. `flops` has 2 for a mac, as everywhere.
struct BackwardWork {
  Range macs;
  Range flops;
  BackwardWork& operator+=(const BackwardWork& other) {
    macs += other.macs;
    flops += other.flops;
    return *this;
  }
};

struct BackwardRow {
  const char* op;       // as in NodeView
  const char* formula;  // n: elements of the result; M: MACs of the forward
};
// Every op that has a row, sorted by name.
std::vector<BackwardRow> all_backward_rows();

// Of a node whose result needs a gradient, or why it is not known: no row, or a size that is not known.
RuleResult<BackwardWork> backward_of(const NodeView& view, const GradientFlow& flow);

}  // namespace flopaudit
