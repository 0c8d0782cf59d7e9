// Bounds of expressions, and the largest sizes of symbols.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "analyzer/support/expr.h"

namespace flopaudit {

// The least and the most that the expression can be, as far as the bounds of its symbols tell; nothing: no bound is
// known.
std::optional<std::int64_t> lower_bound(const Expr& a);
std::optional<std::int64_t> upper_bound(const Expr& a);

// How many intervals the searches of this thread have tried so far, for callers that have many of them: what they cost,
// alike on every machine.
std::int64_t search_effort();

// The largest size of a symbol: an expression without symbols that the symbol bounds in turn, and the most that this
// is.
struct SymbolMost {
  Expr most;
  std::optional<std::int64_t> number;  // nothing: not bounded
};
// With the number that the present bounds give.
SymbolMost symbol_most(const Expr& most);

// What SymbolBounds is for least sizes, for largest ones.
class LargestSizes {
 public:
  explicit LargestSizes(std::map<std::string, SymbolMost> most);
  ~LargestSizes();
  LargestSizes(const LargestSizes&) = delete;
  LargestSizes& operator=(const LargestSizes&) = delete;

  // From here on, in the innermost scope.
  static void add(const std::string& name, const SymbolMost& most);

 private:
  std::map<std::string, SymbolMost> before_;
};

}  // namespace flopaudit
