// Parses serialized TorchScript code.
#pragma once

#include <string_view>

#include "analyzer/frontend/torchscript/syntax.h"
#include "analyzer/support/result.h"

namespace flopaudit {

// Errors: input: syntax that LibTorch never prints, expressions nested deeper than kMaxSyntaxDepth; messages give the
// line.
Result<SourceFile> parse_source(std::string_view source);

// One type or literal: "Optional[List[int]]".
Result<Expression> parse_expression(std::string_view source);

inline constexpr int kMaxSyntaxDepth = 400;

}  // namespace flopaudit
