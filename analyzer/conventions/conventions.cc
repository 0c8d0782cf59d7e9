#include "analyzer/conventions/conventions.h"

#include <utility>

#include "analyzer/conventions/convention_list.h"
#include "analyzer/ir/region_total.h"

namespace flopaudit {
namespace {

template <Range (*derived)(const WorkTotal&)>
RuleResult<Range> of_work(const NodeView& view) {
  if (view.node.state == WorkState::no_rule || view.node.state == WorkState::no_shape) return missing(view.node.why);
  return derived(view.node.work);
}

bool is_control_flow(const Node& node) { return !node.regions.empty(); }

}  // namespace

const Convention kFlops = {
    "flops", "FLOP",
    "2 for a mac, 1 for each loose mul, add, div and sqrt; transcendental functions, comparisons, conversions and "
    "integers are columns of their own",
    "it is `flops`", of_work<flops>};

const Convention kMacs = {
    "macs", "MAC",
    "multiplications whose product is accumulated: convolutions, matrix products, attention; all taps, padding too",
    "a mac is 1, and nothing else counts", of_work<macs>};

const std::vector<const Convention*>& all_conventions() {
  static const std::vector<const Convention*> rows = {
      &kFlops, &kFvcore, &kMacs,  &kOnnxTool,     &kPtflops,
      &kThop,  &kUltralytics, &kTorch, &kTorchprofile, &kXla,
  };
  return rows;
}

Result<const Convention*> find_convention(std::string_view name) {
  std::string known;
  for (const Convention* row : all_conventions()) {
    if (name == row->name) return row;
    known += (known.empty() ? "" : ", ") + std::string(row->name);
  }
  return usage_error("there is no convention `" + std::string(name) + "`; known are " + known);
}

ConventionTotal Convention::total(const Program& program) const {
  ConventionTotal total;
  const ModuleIndex modules(program);
  std::map<std::string, LeftOut> left_out;
  const std::function<Range(const Node&)> count = [&](const Node& node) {
    if (is_control_flow(node)) return Range();
    const RuleResult<Range> cost =
        node.state == WorkState::not_taken ? RuleResult<Range>(Range()) : of_node(view_of(node, modules));
    if (!cost) {
      const std::string op = node.op.full();
      ++left_out.try_emplace(op, LeftOut{op, 0, cost.failure().why}).first->second.nodes;
      return Range();
    }
    total.by_node.emplace(node.id, *cost);
    return *cost;
  };
  total.value = region_total(program.entry().body, count);
  if (dearer_branch) total.value = Range(total.value.max);
  for (auto& [op, gap] : left_out) total.left_out.push_back(std::move(gap));
  return total;
}

}  // namespace flopaudit
