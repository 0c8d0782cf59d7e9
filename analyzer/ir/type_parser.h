// Reads a type from the middle of a text, for parsers whose grammar contains types (analyzer/ir/parser.cc).
#pragma once

#include <cstddef>
#include <string_view>

#include "analyzer/ir/type.h"

namespace flopaudit {

// The longest type at `position`, which moves behind it. On an error `position` is where reading stopped, and the
// message says what was expected there, without the place: the caller knows line and column. Error: usage.
Result<Type> parse_type_prefix(std::string_view text, std::size_t& position);

}  // namespace flopaudit
