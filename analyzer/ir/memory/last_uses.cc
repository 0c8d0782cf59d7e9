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

// The values that the region uses, each once; last_seen_ has the position of the last use of each.
std::vector<const Value*> LastUses::find_last_uses(const Region& region) {
  std::vector<const Value*> used;
  std::size_t position = 0;
  const auto add = [&](const Value* value) {
    if (last_seen_.size() <= static_cast<std::size_t>(value->number)) last_seen_.resize(value->number + 1);
    Seen& seen = last_seen_[value->number];
    if (seen.region != &region) used.push_back(value);
    seen = {&region, position};
  };
  for (const auto& node : region.nodes) {
    for (const Value* result : node->results) add(result);
    for (const Value* operand : node->operands) add(operand);
    for (const auto& inner : node->regions) {
      if (never_runs(*inner)) {  // when its own values die nobody asks
        for_each_use(*inner, add);
        continue;
      }
      const RegionUses& of_inner = regions_.at(inner.get());
      for (const Value* value : of_inner.used) {
        if (!of_inner.defined.contains(value)) add(value);
      }
    }
    ++position;
  }
  return used;
}

RegionUses LastUses::uses_of(const Region& region) {
  std::vector<const Value*> defined(region.arguments.begin(), region.arguments.end());
  for (const auto& node : region.nodes) {
    defined.insert(defined.end(), node->results.begin(), node->results.end());
    // First of all, because last_seen_ serves one region at a time.
    for (const auto& inner : node->regions) {
      if (!never_runs(*inner)) of(*inner);
    }
  }
  std::vector<const Value*> used = find_last_uses(region);
  std::ranges::sort(used, {}, &Value::number);
  RegionUses uses;
  uses.defined = ValueSet(std::move(defined));
  uses.yielded = ValueSet({region.results.begin(), region.results.end()});
  uses.last_used_by.resize(region.nodes.size());
  for (const Value* value : used) {
    if (!uses.yielded.contains(value)) uses.last_used_by[last_seen_[value->number].position].push_back(value);
  }
  used.insert(used.end(), region.results.begin(), region.results.end());
  uses.used = ValueSet(std::move(used));
  return uses;
}

}  // namespace flopaudit
