// How the result of a Fourier transform lies in memory: its dims innermost, the others outside of them in the order
// that they had.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analyzer/ir/fact.h"

namespace flopaudit {

// The dims of a transform's operand, from the outermost in memory, to those of its result. Nothing: no such op, or its
// dims are not known.
std::optional<std::vector<std::size_t>> order_after_transform(const std::string& op, const Fact& dims,
                                                              std::vector<std::size_t> order);

}  // namespace flopaudit
