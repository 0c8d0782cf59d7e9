#include "analyzer/frontend/torchscript/traced_inputs.h"

#include "analyzer/frontend/torchscript/pickled_values.h"

namespace flopaudit {
namespace {

// A dict of lists, by method.
const PickleList* inputs_of(const Pickle& pickle, const std::string& method) {
  const auto* methods = pickle.get<PickleDict>(pickle.root);
  if (methods == nullptr) return nullptr;
  for (const auto& [key, value] : methods->items) {
    const auto* name = pickle.get<std::string>(key);
    if (name != nullptr && *name == method) return pickle.get<PickleList>(value);
  }
  return nullptr;
}

}  // namespace

std::optional<std::vector<Fact>> traced_inputs(const Archive& archive, const std::string& method) {
  if (!archive.has_traced_inputs()) return std::nullopt;
  const Result<Pickle> pickle = archive.read_pickle("traced_inputs.pkl");
  const PickleList* inputs = pickle ? inputs_of(*pickle, method) : nullptr;
  if (inputs == nullptr) return std::nullopt;
  PickledValues values(archive, *pickle, "traced_inputs");
  std::vector<Fact> facts;
  for (const PickleRef input : inputs->elements) {
    Result<Fact> fact = values.fact(input, 0);
    if (!fact) return std::nullopt;
    facts.push_back(*std::move(fact));
  }
  return facts;
}

}  // namespace flopaudit
