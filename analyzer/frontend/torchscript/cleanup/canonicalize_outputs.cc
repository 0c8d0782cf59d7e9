// canonicalize-outputs: the results of an If or Loop stand in the order of their first use behind it; those without any
// use come last, as they were.
//
//   %a: int, %b: int = prim::If(%c)                 %b: int, %a: int = prim::If(%c)
//     then() { yield (1, 2) } ...              =>     then() { yield (2, 1) } ...
//   %d: int = aten::sub.int(%b, %a)                 %d: int = aten::sub.int(%b, %a)
//
// From the last node to the first, because the order of an If's results orders what its branches yield.
#include <algorithm>
#include <numeric>
#include <unordered_map>
#include <utility>

#include "analyzer/frontend/torchscript/cleanup/scope.h"

namespace flopaudit::cleanup {
namespace {

class OutputOrder {
 public:
  void run(Region& region) {
    note(region.results);
    for (auto it = region.nodes.rbegin(); it != region.nodes.rend(); ++it) {
      Node& node = **it;
      if (node.op.name == "prim::If" || node.op.name == "prim::Loop") permute(node);
      if (!opens_scope(node)) {
        for (auto inner = node.regions.rbegin(); inner != node.regions.rend(); ++inner) run(**inner);
      }
      note(node.operands);
    }
  }

 private:
  // The place in the text, counted from its end: what is noted last is the first use.
  void note(const std::vector<Value*>& values) {
    ++from_end_;
    for (std::size_t i = values.size(); i-- > 0;) first_use_[values[i]] = {from_end_, i};
  }

  bool goes_before(const Value* a, const Value* b) const {
    const auto use_a = first_use_.find(a);
    const auto use_b = first_use_.find(b);
    if (use_a == first_use_.end() || use_b == first_use_.end())
      return use_a != first_use_.end() && use_b == first_use_.end();
    const auto& [from_end_a, operand_a] = use_a->second;
    const auto& [from_end_b, operand_b] = use_b->second;
    return from_end_a != from_end_b ? from_end_a > from_end_b : operand_a < operand_b;
  }

  void permute(Node& node) const {
    std::vector<std::size_t> order(node.results.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [this, &node](std::size_t a, std::size_t b) {
      return goes_before(node.results[a], node.results[b]);
    });
    reorder(node.results, order, 0);
    if (node.op.name == "prim::Loop") {
      Region& body = *node.regions[0];
      reorder(node.operands, order, 2);
      reorder(body.arguments, order, 1);
      reorder(body.results, order, 1);
    } else {
      for (auto& branch : node.regions) reorder(branch->results, order, 0);
    }
  }

  static void reorder(std::vector<Value*>& values, const std::vector<std::size_t>& order, std::size_t first) {
    const std::vector<Value*> before(values.begin() + static_cast<std::ptrdiff_t>(first), values.end());
    for (std::size_t i = 0; i < order.size(); ++i) values[first + i] = before[order[i]];
  }

  std::size_t from_end_ = 0;
  std::unordered_map<const Value*, std::pair<std::size_t, std::size_t>> first_use_;
};

}  // namespace

void canonicalize_outputs(const Scope& scope) { OutputOrder().run(scope.top); }

}  // namespace flopaudit::cleanup
