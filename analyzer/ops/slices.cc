#include "analyzer/ops/slices.h"

namespace flopaudit {

Expr clipped_position(const Expr& position, const Expr& size) {
  if (position.constant() && *position.constant() >= kNoEnd) return size;
  if (position == Expr(0) || position == size) return position;
  const bool from_end = position.constant() && *position.constant() < 0;
  return min(max(from_end ? position + size : position, Expr(0)), size);
}

Expr slice_length(const Expr& size, const std::optional<Expr>& start, const std::optional<Expr>& end,
                  const Expr& step) {
  const Expr first = clipped_position(start.value_or(Expr(0)), size);
  const Expr last = clipped_position(end.value_or(size), size);
  return max(Expr(0), ceil_div(last - first, step));
}

}  // namespace flopaudit
