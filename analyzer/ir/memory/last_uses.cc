#include "analyzer/ir/memory/last_uses.h"

#include <utility>

namespace flopaudit {

const RegionUses& LastUses::add(const Region& region) {
  RegionUses uses;
  std::unordered_map<const Value*, std::size_t> last;
  uses.defined.insert(region.arguments.begin(), region.arguments.end());
  std::size_t position = 0;
  for (const auto& node : region.nodes) {
    for (const Value* result : node->results) {
      last[result] = position;
      uses.defined.insert(result);
    }
    for (const Value* operand : node->operands) last[operand] = position;
    for (const auto& inner : node->regions) {
      const RegionUses& of_inner = add(*inner);
      for (const Value* value : of_inner.used) {
        if (!of_inner.defined.contains(value)) last[value] = position;
      }
    }
    ++position;
  }
  uses.yielded.insert(region.results.begin(), region.results.end());
  uses.last_used_by.resize(position);
  for (const auto& [value, at] : last) {
    uses.used.insert(value);
    if (!uses.yielded.contains(value)) uses.last_used_by[at].push_back(value);
  }
  uses.used.insert(uses.yielded.begin(), uses.yielded.end());
  return regions_.insert_or_assign(&region, std::move(uses)).first->second;
}

}  // namespace flopaudit
