// 1. Forward from the tensors that the gradient is taken by: what is computed from them needs a gradient
// (GradientFlow).
// 2. Backward from what it is taken of, over the nodes before the aten::grad: what leads there.
// 3. The nodes that are in both cost their backward.
#include "analyzer/training/inner_gradient.h"

#include <map>
#include <unordered_set>

#include "analyzer/ir/effects.h"
#include "analyzer/ir/region_total.h"

namespace flopaudit {
namespace {

// The tensors of a list that the program writes out; empty: it does not.
std::vector<const Value*> tensors_of(const Value* list) {
  const Node* made = list->producer;
  if (made == nullptr || made->op.name != "prim::ListConstruct") return {};
  return {made->operands.begin(), made->operands.end()};
}

// What leads to the outputs, of what needs a gradient.
class Way {
 public:
  Way(const GradientFlow& flow, const std::vector<const Value*>& outputs, int end)
      : flow_(flow), wanted_(outputs.begin(), outputs.end()), end_(end) {}

  void follow(const Region& region) {
    for (auto node = region.nodes.rbegin(); node != region.nodes.rend(); ++node) {
      if ((*node)->id < end_ && (*node)->state != WorkState::not_taken) follow(**node);
    }
  }
  bool contains(const Node& node) const { return nodes_.contains(&node); }

 private:
  bool is_wanted(const Value* value) const { return wanted_.contains(value); }
  bool want(const Value* value) { return flow_.needs_gradient(value) && wanted_.insert(value).second; }

  void follow(const Node& node) {
    if (node.regions.empty()) return follow_op(node);
    // The results of a loop's body stand behind its condition, its arguments behind the iteration.
    const std::size_t ahead = node.op.name == "prim::Loop" ? 1 : 0;
    for (const auto& region : node.regions) {
      for (std::size_t i = 0; i < node.results.size() && i + ahead < region->results.size(); ++i) {
        if (is_wanted(node.results[i])) want(region->results[i + ahead]);
      }
      for (bool again = true; again;) {
        again = false;
        follow(*region);
        for (std::size_t i = 1; ahead == 1 && i < region->arguments.size() && i < region->results.size(); ++i) {
          if (is_wanted(region->arguments[i])) again = want(region->results[i]) || again;
        }
      }
      for (std::size_t i = 1; ahead == 1 && i < region->arguments.size() && i + 1 < node.operands.size(); ++i) {
        if (is_wanted(region->arguments[i])) want(node.operands[i + 1]);
      }
    }
  }

  void follow_op(const Node& node) {
    bool leads = false;
    for (const Value* result : node.results) leads = leads || is_wanted(result);
    for (const std::size_t i : written_operands(node)) leads = leads || is_wanted(node.operands[i]);
    if (!leads) return;
    nodes_.insert(&node);
    for (const Value* operand : node.operands) want(operand);
  }

  const GradientFlow& flow_;
  std::unordered_set<const Value*> wanted_;
  std::unordered_set<const Node*> nodes_;
  int end_;
};

}  // namespace

std::optional<InnerGradient> inner_gradient(const Program& program, const Node& node) {
  if (node.op.name != "aten::grad" || node.operands.size() < 2 || node.executions != Range(Expr(1)))
    return std::nullopt;
  const std::vector<const Value*> outputs = tensors_of(node.operands[0]), variables = tensors_of(node.operands[1]);
  if (outputs.empty() || variables.empty()) return std::nullopt;
  const GradientFlow flow(program, variables);
  Way way(flow, outputs, node.id);
  way.follow(program.entry().body);

  InnerGradient gradient;
  const ModuleIndex modules(program);
  std::map<int, BackwardWork> works;
  std::map<std::string, LeftOut> left_out;
  for_each_node(program.entry().body, [&](const Node& each) {
    if (!way.contains(each) || !flow.needs_gradient(each) || each.op.name.starts_with("prim::")) return;
    ++gradient.nodes;
    const RuleResult<BackwardWork> work = backward_of(view_of(each, modules), flow);
    if (work) return void(works.emplace(each.id, *work));
    const std::string op = each.op.full();
    ++left_out.try_emplace(op, LeftOut{op, 0, work.failure().why}).first->second.nodes;
  });
  for (auto& [op, gap] : left_out) gradient.left_out.push_back(std::move(gap));
  const auto sum = [&](Range BackwardWork::*of_work) {
    return region_total(program.entry().body, [&](const Node& each) {
      const auto found = works.find(each.id);
      return found == works.end() ? Range() : found->second.*of_work;
    });
  };
  gradient.macs = sum(&BackwardWork::macs);
  gradient.flops = sum(&BackwardWork::flops);
  return gradient;
}

}  // namespace flopaudit
