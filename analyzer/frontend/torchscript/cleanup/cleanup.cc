#include "analyzer/frontend/torchscript/cleanup/cleanup.h"

#include "analyzer/frontend/torchscript/cleanup/scope.h"

namespace flopaudit {
namespace {

using cleanup::Scope;

// All devices of constants are the assumed one, cpu, in the end (DESIGN.md §2.2); until then they are what they say.
void assume_device(const Scope& scope) {
  const auto assume = [&scope](std::vector<Value*>& values) {
    for (Value*& value : values) {
      if (value->origin != Value::Origin::constant || value->fact.get<DeviceFact>() == nullptr) continue;
      value = scope.graph.constant(value->type, DeviceFact{"cpu"});
    }
  };
  cleanup::for_each_node_of_scope(scope.top, [&assume](Node& node) {
    assume(node.operands);
    if (cleanup::opens_scope(node)) return;
    for (auto& region : node.regions) assume(region->results);
  });
  assume(scope.top.results);
}

// The bodies of forks in the scope, each in its own.
Result<void> clean_up_forks(const Scope& scope);

Result<void> clean_up_scope(const Scope& scope) {
  FA_TRY(cleanup::upgrade_operators(scope));
  FA_TRY(clean_up_forks(scope));
  cleanup::normalize_ops(scope);
  cleanup::lower_simple_tuples(scope);
  cleanup::propagate_constants(scope);
  cleanup::canonicalize_outputs(scope);
  cleanup::shorten_quantized_convolutions(scope);
  assume_device(scope);
  return {};
}

Result<void> clean_up_forks(const Scope& scope) {
  std::vector<Region*> bodies;
  cleanup::for_each_node_of_scope(scope.top, [&bodies](Node& node) {
    if (!cleanup::opens_scope(node)) return;
    for (auto& body : node.regions) bodies.push_back(body.get());
  });
  for (Region* body : bodies) FA_TRY(clean_up_scope({scope.graph, *body, scope.context}));
  return {};
}

}  // namespace

Result<void> clean_up(Graph& graph, const CleanupContext& context) {
  return clean_up_scope({graph, graph.body, context});
}

}  // namespace flopaudit
