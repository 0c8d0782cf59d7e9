// Type annotations of serialized code as types of the IR.
#pragma once

#include <optional>
#include <string>

#include "analyzer/frontend/torchscript/syntax.h"
#include "analyzer/ir/type.h"
#include "analyzer/support/result.h"

namespace flopaudit {

// `Optional[List[int]]`, `__torch__.a.B`, `None`, `Final[int]` (which is int). Errors: input: an expression that is no
// type. What a dotted name is (class, named tuple, enum, interface) is not looked up here.
Result<Type> type_of_annotation(const Expression& annotation);

// "__torch__.a.B" of a name with attributes; nothing for any other expression.
std::optional<std::string> dotted_name(const Expression& expression);

}  // namespace flopaudit
