#include "runtime/executor/operator_lookup.h"

namespace flopaudit {

Result<FoundOperator> find_operator(const OpName& name) {
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
  return FoundOperator{found->getOperation(), found->schema().is_vararg(), found};
}

}  // namespace flopaudit
