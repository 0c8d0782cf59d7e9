// Slices as Python takes them, of tensors and of lists.
#pragma once

#include <cstdint>
#include <optional>

#include "analyzer/support/expr.h"

namespace flopaudit {

// TorchScript writes an open slice's end as 2^63 - 1.
inline constexpr std::int64_t kNoEnd = std::int64_t{1} << 62;

// A position: negative from the end, cut to 0..size.
Expr clipped_position(const Expr& position, const Expr& size);

// How many elements a slice of `size` takes. The step is above 0.
Expr slice_length(const Expr& size, const std::optional<Expr>& start, const std::optional<Expr>& end, const Expr& step);

}  // namespace flopaudit
