// What a program's own aten::grad computes (forces out of an energy): the backward of every op on the way from the
// tensors that it is taken by to what it is taken of, by the rows of backward_rules.h. An estimate, as all that they
// say.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analyzer/conventions/conventions.h"
#include "analyzer/training/backward_rules.h"

namespace flopaudit {

struct InnerGradient {
  std::int64_t nodes = 0;  // on the way
  Range macs, flops;       // of all that have a row
  std::vector<LeftOut> left_out;
};

// Of an annotated program. Nothing: the node is no aten::grad, runs more or less often than once, or the tensors of it
// are not written out in the program.
std::optional<InnerGradient> inner_gradient(const Program& program, const Node& node);

}  // namespace flopaudit
