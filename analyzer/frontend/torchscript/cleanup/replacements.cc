#include "analyzer/frontend/torchscript/cleanup/replacements.h"

namespace flopaudit::cleanup {

Value* Replacements::resolve(Value* value) {
  Value* last = value;
  for (auto found = of_.find(last); found != of_.end(); found = of_.find(last)) last = found->second;
  // The whole chain points to its end from now on, so that long chains are walked once.
  while (value != last) {
    Value*& next = of_[value];
    value = next;
    next = last;
  }
  return last;
}

void Replacements::resolve_operands(Node& node) {
  if (of_.empty()) return;
  for (Value*& operand : node.operands) operand = resolve(operand);
}

void Replacements::resolve_results(Region& region) {
  if (of_.empty()) return;
  for (Value*& result : region.results) result = resolve(result);
}

void Replacements::apply(Region& region) {
  if (of_.empty()) return;
  for (auto& node : region.nodes) {
    resolve_operands(*node);
    if (opens_scope(*node)) continue;
    for (auto& inner : node->regions) apply(*inner);
  }
  resolve_results(region);
}

}  // namespace flopaudit::cleanup
