// ShapeOracle: who is asked for the shapes of an op that has no row, for one execution of that node alone. Implemented
// beside the executor (runtime/executor/meta_shape_oracle.h), asked from afar (runtime/exec_shape_oracle.h), given to the
// passes by tools; without one the results are unknown. The answers go into the IR, so that a record is judged again
// without it. Its work stays `no_rule`.
#pragma once

#include <string>

#include "analyzer/ops/op_spec.h"

namespace flopaudit {

class ShapeOracle {
 public:
  virtual ~ShapeOracle() = default;
  // Facts of the results from those of the operands, in schema order. `missing`, always: why there is no answer; that
  // the op would refuse such inputs is none of its findings.
  virtual RuleResult<Facts> results_of(const std::string& op, const Facts& inputs) = 0;
};

}  // namespace flopaudit
