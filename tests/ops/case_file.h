// Reads testdata/ops/*.cases: one execution of one op a line (analyzer/ops/rules/op_case.h says how).
#pragma once

#include <vector>

#include "analyzer/ops/rules/op_case.h"

namespace flopaudit {

// The cases of every .cases file in testdata/ops, in file and line order.
std::vector<OpCase> read_op_cases();

}  // namespace flopaudit
