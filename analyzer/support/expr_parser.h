// Reads an Expr from the middle of a text, for parsers whose grammar contains them (dims, symbolic ints).
#pragma once

#include <cstddef>
#include <string_view>

#include "analyzer/support/expr.h"

namespace flopaudit {

// The longest expression at `position`, which moves behind it. On an error `position` is where reading stopped, and the
// message says what was expected there, without the place: the caller knows line and column. Error: usage.
Result<Expr> parse_expr_prefix(std::string_view text, std::size_t& position);

}  // namespace flopaudit
