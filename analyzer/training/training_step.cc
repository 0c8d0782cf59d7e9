#include "analyzer/training/training_step.h"

#include "analyzer/ir/region_total.h"

namespace flopaudit {

TrainingStep training_step(const Program& program) {
  TrainingStep step;
  const Region& body = program.entry().body;
  const WorkTotal forward = region_total(body, [](const Node& node) { return node.work; });
  step.forward_macs = macs(forward);
  step.forward_flops = flops(forward);
  const GradientFlow flow(program);
  if (!flow.has_parameters()) {
    step.why_not = "the file has no parameters to train: it is frozen, or has none";
    return step;
  }
  const ModuleIndex modules(program);
  std::map<std::string, LeftOut> left_out;
  for_each_node(body, [&](const Node& node) {
    if (!node.regions.empty() || node.op.name.rfind("prim::", 0) == 0 || node.state == WorkState::not_taken) return;
    if (!flow.needs_gradient(node)) return void(step.by_node.emplace(node.id, BackwardWork()));
    const RuleResult<BackwardWork> work = backward_of(view_of(node, modules), flow);
    if (work) return void(step.by_node.emplace(node.id, *work));
    const std::string op = node.op.full();
    ++left_out.try_emplace(op, LeftOut{op, 0, work.failure().why}).first->second.nodes;
  });
  for (auto& [op, gap] : left_out) step.left_out.push_back(std::move(gap));
  const auto sum = [&](Range BackwardWork::*of_work) {
    return region_total(body, [&](const Node& node) {
      const auto found = step.by_node.find(node.id);
      return found == step.by_node.end() ? Range() : found->second.*of_work;
    });
  };
  step.backward_macs = sum(&BackwardWork::macs);
  step.backward_flops = sum(&BackwardWork::flops);
  return step;
}

const std::vector<std::string>& training_assumptions() {
  static const std::vector<std::string> all = {
      "all parameters are trained; the inputs need no gradient",
      "each gradient of a product costs the forward's MACs; all else is the derivative written out, per element",
      "left out: the loss, the optimizer's step, batch statistics of the forward, dropout's masks, the sums over "
      "values used more than once, recomputation"};
  return all;
}

}  // namespace flopaudit
