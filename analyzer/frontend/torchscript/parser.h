// Parses serialized TorchScript code.
#pragma once

#include <cstdint>
#include <string_view>

#include "analyzer/frontend/torchscript/syntax.h"
#include "analyzer/support/result.h"

namespace flopaudit {

// What the trees of an archive's code may take, in bytes: some thousand times what the largest known model's take. A
// deflated record of a megabyte can hold a hundred million statements.
inline constexpr std::uint64_t kMaxSyntaxMemory = std::uint64_t{1} << 30;

// Errors: input: syntax that LibTorch never prints, expressions nested deeper than kMaxSyntaxDepth, a tree that takes
// more than `max_memory`; messages give the line.
Result<SourceFile> parse_source(std::string_view source, std::uint64_t max_memory = kMaxSyntaxMemory);

// One type or literal: "Optional[List[int]]".
Result<Expression> parse_expression(std::string_view source);

inline constexpr int kMaxSyntaxDepth = 400;

}  // namespace flopaudit
