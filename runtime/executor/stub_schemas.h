// What the calls of a program say of operators that no table has: how many arguments, which keywords, what results.
// From it LibTorch is told of them, so that it loads the file (analyzer/frontend/libtorch/operator_stubs.h).
#pragma once

#include "analyzer/frontend/libtorch/operator_stubs.h"
#include "analyzer/ir/graph.h"

namespace flopaudit {

StubSchemas stub_schemas(const Program& program);

}  // namespace flopaudit
