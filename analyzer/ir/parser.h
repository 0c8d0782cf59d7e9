// Reads the text form of a Program (printer.h). Errors: input, "line 12: expected ...".
#pragma once

#include <string_view>

#include "analyzer/ir/graph.h"
#include "analyzer/support/result.h"

namespace flopaudit {

Result<std::unique_ptr<Program>> parse_program(std::string_view text);

}  // namespace flopaudit
