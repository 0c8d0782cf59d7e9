// Values that other values stand in for. Our values keep no list of their uses, so a replacement is noted, resolved
// where a pass looks at an operand, and written into all operands at the end.
#pragma once

#include <unordered_map>

#include "analyzer/frontend/torchscript/cleanup/scope.h"

namespace flopaudit::cleanup {

class Replacements {
 public:
  bool empty() const { return of_.empty(); }
  void replace(const Value* from, Value* to) {
    to = resolve(to);
    if (from != to) of_[from] = to;
  }
  Value* resolve(Value* value);
  void resolve_operands(Node& node);
  void resolve_results(Region& region);
  // In every operand and every region's results.
  void apply(Region& region);

 private:
  std::unordered_map<const Value*, Value*> of_;
};

}  // namespace flopaudit::cleanup
