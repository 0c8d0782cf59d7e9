// Gradients that a model asks for while it runs (forces out of an energy). Their shapes are those of what they are
// taken by; their work is a backward pass over everything before them, which a rule does not see: the pass
// annotate-gradients counts it.
#include "analyzer/ops/all_ops.h"
#include "analyzer/ops/not_modelled.h"
#include "analyzer/ops/shape_helpers.h"

namespace flopaudit {
namespace {

// grad(outputs, inputs, grad_outputs, retain_graph, create_graph, allow_unused)
RuleResult<Facts> shape_of_gradients(const Facts& inputs) {
  FA_RULE(const std::vector<Fact> outputs, list_at(inputs, 0));
  if (outputs.empty()) return misfit("a gradient of nothing");
  FA_RULE(const std::vector<Fact> variables, list_at(inputs, 1));
  std::vector<Fact> gradients;
  for (const Fact& variable : variables) {
    const TensorFact* tensor = variable.tensor();
    if (tensor == nullptr || !tensor->dims) return missing("a tensor that a gradient is taken by is unknown");
    gradients.push_back(tensor_fact(tensor->dtype, *tensor->dims));
  }
  return one(Fact::list(std::move(gradients)));
}

constexpr OpSpec kRows[] = {
    {"aten::grad", shape_of_gradients, not_modelled, "a backward pass: annotate-gradients counts it"},
};

}  // namespace

std::span<const OpSpec> autograd_ops() { return kRows; }

}  // namespace flopaudit
