#include "runtime/executor/operator_lookup.h"

#include "analyzer/frontend/libtorch/operator_stubs.h"

namespace flopaudit {

Result<FoundOperator> find_operator(const OpName& name) {
  if (is_stub(name.name)) return input_error("LibTorch has no operator " + name.name);
  std::shared_ptr<torch::jit::Operator> found;
  const auto& candidates = torch::jit::getAllOperatorsFor(c10::Symbol::fromQualString(name.name));
  for (const auto& candidate : candidates) {
    if (candidate->schema().overload_name() == name.overload) {
      found = candidate;
      break;
    }
  }
  // Text written by hand may leave out an overload where there is no choice.
  if (found == nullptr && name.overload.empty() && candidates.size() == 1) found = candidates.front();
  if (found == nullptr) return input_error("LibTorch has no operator " + name.full());
  // Its schema says `...` and it takes three operands all the same.
  const bool is_vararg = found->schema().is_vararg() && name.name != "prim::tolist";
  return FoundOperator{found->getOperation(), is_vararg, found};
}

}  // namespace flopaudit
