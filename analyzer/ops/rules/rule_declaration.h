// Reads the head of a rule: `my::op(Tensor x, int[2] stride=1, Tensor? bias=None) -> (Tensor values, Tensor indices)`,
// in LibTorch's notation of schemas, alias marks and `*` included.
#pragma once

#include "analyzer/ops/rules/line_cursor.h"
#include "analyzer/ops/rules/op_rule.h"

namespace flopaudit {

// From the operator's name to the end of the line. Error: usage, without the place.
Result<OpRule> read_declaration(LineCursor& cursor);

}  // namespace flopaudit
