// Which size makes an expression 0.
#pragma once

#include "analyzer/support/expr.h"

namespace flopaudit {

// value = 0 for just the size symbol = least. Nothing: several symbols, not seen to grow or to fall with the symbol, or
// none or several of its sizes do.
std::optional<SymbolBound> only_root(const Expr& value);

}  // namespace flopaudit
