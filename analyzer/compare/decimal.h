// Numbers as people write budgets: 4.2G, 800M, 12,000,000, 0.1%, 64MiB. Exact: no rounding on the way to a comparison.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace flopaudit {

// digits / 10^decimals.
struct Decimal {
  std::int64_t digits = 0;
  int decimals = 0;

  // The largest integer that is not larger, and the smallest that is not smaller.
  std::int64_t floor() const;
  std::int64_t ceil() const;
};

// `text` is digits with `,` or `_` between them, a decimal point, an exponent; then a prefix (k K M G T P, Ki Mi Gi Ti)
// and a unit word, both optional: FLOP FLOPs MAC MACs OP OPs B bytes. Nothing: it is no such number, or too large or
// too fine.
std::optional<Decimal> parse_decimal(std::string_view text);

}  // namespace flopaudit
