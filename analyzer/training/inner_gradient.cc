// 1. Forward from the tensors that the gradient is taken by: what is computed from them needs a gradient
// (GradientFlow).
// 2. Backward from what it is taken of, over the nodes before the aten::grad: what leads there.
// 3. The nodes that are in both cost their backward; a value that several of them use has as many gradients, which are
// added up.
#include "analyzer/training/inner_gradient.h"

#include <algorithm>
#include <map>
#include <unordered_set>

#include "analyzer/ir/effects.h"
#include "analyzer/ir/region_total.h"
#include "analyzer/ir/tensor_sum.h"

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
  bool is_wanted(const Value* value) const { return wanted_.contains(value); }

 private:
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

// What each node on the way computes, and what it adds up.
class Costs {
 public:
  Costs(const Program& program, const GradientFlow& flow, const Way& way) : modules_(program), flow_(flow), way_(way) {}

  void add(const Region& region) {
    for (const auto& node : region.nodes) {
      add(*node);
      if (node->op.name == "prim::If") {
        add_branches(*node);
      } else {
        for (const auto& inner : node->regions) add(*inner);
      }
    }
  }

  std::int64_t nodes = 0;
  std::map<int, WorkTotal> work;
  std::map<std::string, LeftOut> left_out;

 private:
  // One of them runs: behind them a value was used as often as in the one that used it most.
  void add_branches(const Node& node) {
    const auto before = uses_;
    auto most = before;
    for (const auto& branch : node.regions) {
      uses_ = before;
      add(*branch);
      for (const auto& [value, count] : uses_) most[value] = std::max(most[value], count);
    }
    uses_ = std::move(most);
  }

  void add(const Node& node) {
    if (!way_.contains(node) || !flow_.needs_gradient(node) || node.op.name.starts_with("prim::")) return;
    ++nodes;
    RuleResult<BackwardWork> backward = backward_of(view_of(node, modules_), flow_);
    if (!backward) return leave_out(node, backward.failure().why);
    if (!all_sizes_known(node)) return leave_out(node, "a tensor of no known size");
    WorkTotal& mine = work[node.id];
    mine = std::move(backward->work);
    for (const Execution& execution : node.cases) add_bytes(mine, node, execution);
    for (std::size_t i = 0; i < node.operands.size(); ++i) add_use(mine, node, i);
  }

  void leave_out(const Node& node, const std::string& why) {
    const std::string op = node.op.full();
    ++left_out.try_emplace(op, LeftOut{op, 0, why}).first->second.nodes;
  }

  static bool all_sizes_known(const Node& node) {
    const auto known = [](const Fact& fact) { return bytes_in(fact).has_value(); };
    return std::all_of(node.cases.begin(), node.cases.end(), [&](const Execution& execution) {
      return std::all_of(execution.inputs.begin(), execution.inputs.end(), known) &&
             std::all_of(execution.outputs.begin(), execution.outputs.end(), known);
    });
  }

  void add_bytes(WorkTotal& mine, const Node& node, const Execution& execution) const {
    for (const auto* facts : {&execution.inputs, &execution.outputs}) {
      for (const Fact& fact : *facts) mine.bytes_read += execution.count * Range(*bytes_in(fact));
    }
    for (std::size_t i = 0; i < execution.inputs.size() && i < node.operands.size(); ++i) {
      if (way_.is_wanted(node.operands[i]))
        mine.bytes_written += execution.count * Range(*bytes_in(execution.inputs[i]));
    }
  }

  // From its second use on a value's gradient is added to what is there.
  void add_use(WorkTotal& mine, const Node& node, std::size_t operand) {
    if (!way_.is_wanted(node.operands[operand]) || ++uses_[node.operands[operand]] < 2) return;
    for (const Execution& execution : node.cases) {
      const TensorFact* tensor = operand < execution.inputs.size() ? execution.inputs[operand].tensor() : nullptr;
      const auto elements = tensor == nullptr ? std::nullopt : element_count(*tensor);
      if (elements && tensor->dtype) mine.add(WorkClass::add, *tensor->dtype, execution.count * Range(*elements));
    }
  }

  ModuleIndex modules_;
  const GradientFlow& flow_;
  const Way& way_;
  std::unordered_map<const Value*, std::int64_t> uses_;
};

}  // namespace

RuleResult<InnerGradient> inner_gradient(const Program& program, const Node& node) {
  if (node.executions != Range(Expr(1))) return missing("a gradient that is taken more or less often than once");
  const std::vector<const Value*> outputs = tensors_of(node.operands.at(0)),
                                  variables = tensors_of(node.operands.at(1));
  if (outputs.empty() || variables.empty())
    return missing("a gradient of or by tensors that are not written out in the program");
  const GradientFlow flow(program, variables);
  Way way(flow, outputs, node.id);
  way.follow(program.entry().body);

  Costs costs(program, flow, way);
  costs.add(program.entry().body);
  InnerGradient gradient;
  gradient.nodes = costs.nodes;
  for (auto& [op, gap] : costs.left_out) gradient.left_out.push_back(std::move(gap));
  gradient.work = region_total(program.entry().body, [&](const Node& each) {
    const auto found = costs.work.find(each.id);
    return found == costs.work.end() ? WorkTotal() : found->second;
  });
  return gradient;
}

}  // namespace flopaudit
