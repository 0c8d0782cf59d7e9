#include "analyzer/ir/memory/last_uses.h"

#include <algorithm>
#include <utility>

namespace flopaudit {
namespace {

template <typename Visit>
void for_each_use(const Region& region, const Visit& visit) {
  for (const auto& node : region.nodes) {
    for (const Value* operand : node->operands) visit(operand);
    for (const auto& inner : node->regions) for_each_use(*inner, visit);
  }
  for (const Value* result : region.results) visit(result);
}

}  // namespace

ValueSet::ValueSet(std::vector<const Value*> values) : values_(std::move(values)) {
  std::ranges::sort(values_, {}, &Value::number);
  values_.erase(std::unique(values_.begin(), values_.end()), values_.end());
}

bool ValueSet::contains(const Value* value) const {
  const auto at = std::ranges::lower_bound(values_, value->number, {}, &Value::number);
  return at != values_.end() && *at == value;
}

const RegionUses& LastUses::of(const Region& region) {
  const auto known = regions_.find(&region);
  return known != regions_.end() ? known->second : regions_.emplace(&region, uses_of(region)).first->second;
}

RegionUses LastUses::uses_of(const Region& region) {
  struct Use {
    const Value* value;
    std::size_t position;
  };
  std::vector<Use> all;
  std::vector<const Value*> defined(region.arguments.begin(), region.arguments.end());
  std::size_t position = 0;
  const auto add = [&](const Value* value) { all.push_back({value, position}); };
  for (const auto& node : region.nodes) {
    for (const Value* result : node->results) {
      add(result);
      defined.push_back(result);
    }
    for (const Value* operand : node->operands) add(operand);
    for (const auto& inner : node->regions) {
      if (never_runs(*inner)) {  // when its own values die nobody asks
        for_each_use(*inner, add);
        continue;
      }
      const RegionUses& of_inner = of(*inner);
      for (const Value* value : of_inner.used) {
        if (!of_inner.defined.contains(value)) add(value);
      }
    }
    ++position;
  }
  RegionUses uses;
  uses.defined = ValueSet(std::move(defined));
  uses.yielded = ValueSet({region.results.begin(), region.results.end()});
  uses.last_used_by.resize(position);
  // Stable: of one value the uses stay in order.
  std::ranges::stable_sort(all, {}, [](const Use& use) { return use.value->number; });
  std::vector<const Value*> used(region.results.begin(), region.results.end());
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (i + 1 < all.size() && all[i + 1].value == all[i].value) continue;
    used.push_back(all[i].value);
    if (!uses.yielded.contains(all[i].value)) uses.last_used_by[all[i].position].push_back(all[i].value);
  }
  uses.used = ValueSet(std::move(used));
  return uses;
}

}  // namespace flopaudit
