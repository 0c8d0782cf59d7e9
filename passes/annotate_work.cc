// annotate-work: what each node computes, reads and writes, over all its executions.
//
//   n0: %y: Tensor {f32[2,4]} = aten::mm(...)        n0: %y: Tensor {f32[2,4]} = aten::mm(...)
//     executed 1                                 =>    executed 1 work known mac/f32=24 read=72 written=32 ...
//
// 1. Each case of a node is given to the work rule of its op, and counts as often as it was executed.
// 2. The state says how far the number is to be trusted: `zero` by definition, `known`, `no_rule`, `no_shape`; the
//    last two with the reason. Control flow and other prim ops are zero: what they contain counts by itself.
// 3. What costs 0 only because a tensor has no elements is said once, with the first such node.
#include <optional>
#include <tuple>

#include "analyzer/ir/region_total.h"
#include "analyzer/ops/default_dtype.h"
#include "analyzer/ops/fact_access.h"
#include "analyzer/ops/not_modelled.h"
#include "analyzer/ops/op_registry.h"
#include "analyzer/ops/rules/rule_file.h"
#include "passes/interpreter/alternatives.h"
#include "passes/interpreter/fact_tools.h"
#include "passes/interpreter/node_text.h"
#include "passes/pass.h"
#include "passes/pass_factories.h"

namespace flopaudit {
namespace {

bool is_call(const Node& node) { return node.op.name == "prim::CallMethod" || node.op.name == "prim::CallFunction"; }

void set_no_rule(Node& node) {
  node.state = WorkState::no_rule;
  node.why = is_call(node) ? "the body of what it calls is not in the file" : "there is no rule for " + node.op.full();
}

void set_no_shape(Node& node, const std::string& rule_says, const std::vector<Fact>& inputs) {
  node.state = WorkState::no_shape;
  const std::string reason = reason_of(inputs);
  node.why = reason.empty() ? rule_says : reason;
}

// Of `count` executions, each of them between the two.
WorkTotal times_between(const Range& count, const Work& least, const Work& most) {
  WorkTotal total = times(count, most);
  const WorkTotal low = times(count, least);
  for (auto& [key, range] : total.operations) {
    const auto below = low.operations.find(key);
    range.min = below == low.operations.end() ? Expr(0) : below->second.min;
  }
  return total;
}

// The work of an op of which an operand may be one of several things: of any of them. A failure: of one it is not
// known.
RuleResult<WorkTotal> work_of_choices(const OpSpec& row, const Execution& execution,
                                      const std::vector<Choice>& choices) {
  std::optional<WorkTotal> total;
  const auto add = [&](const Work& work) {
    const WorkTotal one = times(execution.count, work);
    total = total ? hull(*total, one) : one;
  };
  for (const Choice& choice : choices) {
    Facts results = execution.outputs;  // the interpreter has named what the rule leaves open
    for (std::size_t i = 0; i < results.size() && i < choice.results.size(); ++i) {
      if (results[i].alternatives() != nullptr) results[i] = choice.results[i];
    }
    FA_RULE(const Work most, work_of(row, choice.inputs, results));
    add(most);
    if (!depends_on_elements(row)) continue;
    FA_RULE(const Work least, least_work_of(row, choice.inputs, results));
    add(least);
  }
  return *std::move(total);
}

void annotate(Node& node, const OpRules* rules) {
  node.work = {};
  node.why.clear();
  node.formula.clear();
  if (node.state == WorkState::not_taken) return;
  const OpSpec* row = find_op(node.op.full(), rules);
  if (row == nullptr) {
    const bool zero = (node.op.name.starts_with("prim::") && !is_call(node)) || node.op.name == "aten::wait";
    node.state = WorkState::zero;
    if (!zero) set_no_rule(node);
    return;
  }
  if (row->rule != nullptr && !row->rule->says_work()) {
    node.state = WorkState::no_rule;
    node.why = "the rule at " + row->rule->origin + " says nothing of its work";
    return;
  }
  if (row->work == not_modelled) {
    node.state = WorkState::no_rule;
    node.why = row->formula;
    return;
  }
  node.state = WorkState::zero;
  if (!has_work(*row)) return;
  if (node.cases.empty()) return set_no_shape(node, "shapes were not propagated", {});
  for (const Execution& execution : node.cases) {
    if (auto choices = choices_of(node, *row, execution.inputs); choices && !choices->empty()) {
      const RuleResult<WorkTotal> work = work_of_choices(*row, execution, *choices);
      if (work) {
        node.work += *work;
      } else {
        set_no_shape(node, work.failure().why, execution.inputs);
      }
      continue;
    }
    RuleResult<Work> work = work_of(*row, execution.inputs, execution.outputs);
    if (!work) {
      set_no_shape(node, work.failure().why, execution.inputs);
    } else if (!depends_on_elements(*row)) {
      node.work += times(execution.count, *work);
    } else if (const RuleResult<Work> least = least_work_of(*row, execution.inputs, execution.outputs); least) {
      node.work += times_between(execution.count, *least, *work);
    }
  }
  if (node.state == WorkState::no_shape) {
    node.work = {};  // a part is not the work: what the node adds to totals is visibly missing
    return;
  }
  if (!node.work.operations.empty()) node.state = WorkState::known;
  if (node.state == WorkState::known) node.formula = row->formula;
}

// A tensor without elements among what the node reads and gives, where the node would cost something otherwise.
std::optional<Fact> empty_tensor(const Node& node, const OpRules* rules) {
  if (node.state != WorkState::zero || node.cases.empty()) return std::nullopt;
  const OpSpec* row = find_op(node.op.full(), rules);
  if (row == nullptr || !has_work(*row) || std::string_view(row->formula).empty()) return std::nullopt;
  for (const Execution& execution : node.cases) {
    for (const Facts* facts : {&execution.inputs, &execution.outputs}) {
      for (const Fact& fact : *facts) {
        const TensorFact* tensor = fact.tensor();
        const std::optional<Expr> elements =
            tensor != nullptr && tensor->dims ? element_count(*tensor->dims) : std::nullopt;
        if (elements && *elements == Expr(0)) return fact;
      }
    }
  }
  return std::nullopt;
}

void note_empty_tensors(Program& program, PassContext& context) {
  std::int64_t nodes = 0;
  std::string first;
  for_each_node(program.entry().body, [&](const Node& node) {
    const std::optional<Fact> empty = empty_tensor(node, context.op_rules.get());
    if (empty && ++nodes == 1) first = describe(node) + " with " + empty->to_string();
  });
  if (nodes == 0) return;
  const std::string count = nodes == 1 ? "1 node costs" : std::to_string(nodes) + " nodes cost";
  context.diagnostics.push_back(count + " 0 because a tensor has no elements" + (nodes == 1 ? ": " : ", the first: ") +
                                first);
}

bool overflows(const Range& range) { return range.min.is_overflow() || range.max.is_overflow(); }

bool overflows(const WorkTotal& work) {
  for (const auto& [key, count] : work.operations) {
    if (overflows(count)) return true;
  }
  return overflows(work.bytes_read) || overflows(work.bytes_written);
}

class AnnotateWork : public Pass {
 public:
  Result<Changed> run(Program& program, PassContext& context) override {
    const SymbolBounds bounds(context.least_sizes);
    const LargestSizes largest(context.most_sizes);
    std::optional<DefaultDtypeScope> scope;
    if (context.retarget_dtype) scope.emplace(*context.retarget_dtype);
    Changed changed = Changed::no;
    const Node* too_large = nullptr;
    for_each_node(program.entry().body, [&](Node& node) {
      const WorkTotal work = node.work;
      const auto before = std::tuple(node.state, node.why, node.formula);
      annotate(node, context.op_rules.get());
      if (too_large == nullptr && overflows(node.work)) too_large = &node;
      if (before != std::tuple(node.state, node.why, node.formula) || !(work == node.work)) changed = Changed::yes;
    });
    if (too_large != nullptr) {
      return input_error("the work of " + describe(*too_large) + " is more than 63 bits count: give smaller sizes");
    }
    note_empty_tensors(program, context);
    return changed;
  }
};

}  // namespace

std::unique_ptr<Pass> make_annotate_work() { return std::make_unique<AnnotateWork>(); }

}  // namespace flopaudit
