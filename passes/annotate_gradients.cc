// annotate-gradients: what a program's own aten::grad computes (forces out of an energy).
//
//   n9: ... = aten::grad(...)        n9: ... = aten::grad(...)
//     no_rule                    =>    work known mul/f32=24 add/f32=8 ... formula="the backward of each op ..."
//
// A backward pass over nodes that stand before it is nothing that a rule sees from the node's own operands; so it comes
// behind annotate-work, which has counted those.
//
// 1. The nodes on the way from the tensors that it is taken by to what it is taken of cost their backward, by the rows
//    of analyzer/training.
// 2. Where one of them has no row, or the way is not written out, the node stays `no_rule`, with that reason. Nothing
//    is guessed into a total.
#include <tuple>

#include "analyzer/training/inner_gradient.h"
#include "passes/pass.h"
#include "passes/pass_factories.h"

namespace flopaudit {
namespace {

constexpr const char* kFormula = "the backward of each op on the way, by `flopaudit list backward`";

std::string why_not(const InnerGradient& gradient) {
  std::string text = "a backward pass; not known: the backward of ";
  for (const LeftOut& each : gradient.left_out) text += (&each == &gradient.left_out.front() ? "" : ", ") + each.op;
  return text;
}

void annotate(const Program& program, Node& node) {
  RuleResult<InnerGradient> gradient = inner_gradient(program, node);
  if (!gradient || !gradient->left_out.empty()) {
    node.why = gradient ? why_not(*gradient) : "a backward pass; not known: " + gradient.failure().why;
    return;
  }
  node.work = gradient->work;
  node.why.clear();
  node.state = node.work.operations.empty() ? WorkState::zero : WorkState::known;
  node.formula = node.state == WorkState::known ? kFormula : "";
}

class AnnotateGradients : public Pass {
 public:
  Result<Changed> run(Program& program, PassContext& context) override {
    const SymbolBounds bounds(context.least_sizes);
    const LargestSizes largest(context.most_sizes);
    Changed changed = Changed::no;
    for_each_node(program.entry().body, [&](Node& node) {
      if (node.op.name != "aten::grad" || node.state != WorkState::no_rule || node.operands.size() < 2) return;
      const auto before = std::tuple(node.state, node.why);
      annotate(program, node);
      if (before != std::tuple(node.state, node.why)) changed = Changed::yes;
    });
    return changed;
  }
};

}  // namespace

std::unique_ptr<Pass> make_annotate_gradients() { return std::make_unique<AnnotateGradients>(); }

}  // namespace flopaudit
