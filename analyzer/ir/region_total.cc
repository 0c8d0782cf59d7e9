#include "analyzer/ir/region_total.h"

namespace flopaudit {
namespace {

// Numbers never below 0: what the range is when its node surely runs, all of its executions counted.
Range when_executed(const Range& range) { return range.max; }

WorkTotal when_executed(const WorkTotal& work) {
  WorkTotal sure;
  for (const auto& [key, count] : work.operations) sure.operations.emplace(key, when_executed(count));
  for (const auto& [dtype, count] : work.valid_mac) sure.valid_mac.emplace(dtype, when_executed(count));
  sure.bytes_read = when_executed(work.bytes_read);
  sure.bytes_written = when_executed(work.bytes_written);
  return sure;
}

bool may_run(const Region& region) {
  if (region.nodes.empty()) return true;
  for (const auto& node : region.nodes) {
    if (node->executions.max != Expr(0)) return true;
  }
  return false;
}

std::optional<bool> known_condition(const Node& node) {
  const auto* condition = node.operands.empty() ? nullptr : node.operands[0]->fact.get<BoolFact>();
  return condition == nullptr ? std::nullopt : condition->value;
}

// Whether this If takes one of its branches, once, and which one is not known.
bool excludes(const Node& node) {
  return node.op.name == "prim::If" && node.regions.size() == 2 && node.executions.max == Expr(1) &&
         !known_condition(node) && may_run(*node.regions[0]) && may_run(*node.regions[1]);
}

// `taken`: the region is a branch of which we ask what it costs if it is taken; its nodes' ranges then start at 0 only
// because it may not be. Inside a loop the number of trips may be 0 for other reasons: there they stay as they are.
template <typename Cost>
Cost total(const Region& region, const std::function<Cost(const Node&)>& of_node, bool taken) {
  Cost sum{};
  for (const auto& node : region.nodes) {
    if (node->state == WorkState::not_taken) continue;  // nothing in it is
    const Cost own = of_node(*node);
    sum += taken ? when_executed(own) : own;
    if (excludes(*node)) {
      sum += hull(total(*node->regions[0], of_node, true), total(*node->regions[1], of_node, true));
      continue;
    }
    const bool in_branch = taken && node->op.name == "prim::If";
    for (const auto& inner : node->regions) sum += total(*inner, of_node, in_branch);
  }
  return sum;
}

}  // namespace

Range hull(const Range& a, const Range& b) { return {min(a.min, b.min), max(a.max, b.max)}; }

WorkTotal hull(const WorkTotal& a, const WorkTotal& b) {
  WorkTotal both;
  const auto count_in = [](const WorkTotal& work, const auto& key) {
    const auto found = work.operations.find(key);
    return found == work.operations.end() ? Range() : found->second;
  };
  const auto valid_in = [&](const WorkTotal& work, DType dtype) {
    const auto found = work.valid_mac.find(dtype);
    return found == work.valid_mac.end() ? count_in(work, std::pair(WorkClass::mac, dtype)) : found->second;
  };
  for (const WorkTotal* work : {&a, &b}) {
    for (const auto& [key, count] : work->operations) both.operations[key] = hull(count_in(a, key), count_in(b, key));
    for (const auto& [dtype, count] : work->valid_mac)
      both.valid_mac[dtype] = hull(valid_in(a, dtype), valid_in(b, dtype));
  }
  both.bytes_read = hull(a.bytes_read, b.bytes_read);
  both.bytes_written = hull(a.bytes_written, b.bytes_written);
  return both;
}

Range region_total(const Region& region, const std::function<Range(const Node&)>& of_node) {
  return total(region, of_node, false);
}

WorkTotal region_total(const Region& region, const std::function<WorkTotal(const Node&)>& of_node) {
  return total(region, of_node, false);
}

WorkTotal branch_total(const Region& branch, const std::function<WorkTotal(const Node&)>& of_node) {
  return total(branch, of_node, true);
}

}  // namespace flopaudit
