// What a program's own aten::grad computes (forces out of an energy): the backward of every op on the way from the
// tensors that it is taken by to what it is taken of, by the rows of backward_rules.h, and the sums over values that
// are used more than once.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analyzer/conventions/conventions.h"
#include "analyzer/training/backward_rules.h"

namespace flopaudit {

struct InnerGradient {
  std::int64_t nodes = 0;  // on the way
  // Of all that have a row. Bytes: the backward of a node reads what the node read and the gradients of its results,
  // and writes those of its operands.
  WorkTotal work;
  std::vector<LeftOut> left_out;  // by op
};

// Of a program whose other nodes are annotated; or why there is none: it is taken more or less often than once, or the
// tensors of it are not written out in the program.
RuleResult<InnerGradient> inner_gradient(const Program& program, const Node& node);

}  // namespace flopaudit
