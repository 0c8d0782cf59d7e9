// Field by field, independent of the printer: what print() leaves out is found here.
#pragma once

#include "analyzer/ir/graph.h"

namespace flopaudit {

// GoogleTest failures where two programs differ in anything that graph.h names.
void expect_same_program(const Program& a, const Program& b);

}  // namespace flopaudit
