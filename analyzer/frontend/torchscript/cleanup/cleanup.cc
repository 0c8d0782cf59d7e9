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

// Without upgrade_operators: LibTorch does not look for old operators in the body of a fork, so there an old division
// is today's.
void clean_up_scope(const Scope& scope) {
  std::vector<Region*> forks;
  cleanup::for_each_node_of_scope(scope.top, [&forks](Node& node) {
    if (!cleanup::opens_scope(node)) return;
    for (auto& body : node.regions) forks.push_back(body.get());
  });
  for (Region* body : forks) clean_up_scope({scope.graph, *body, scope.context});
  cleanup::normalize_ops(scope);
  cleanup::lower_simple_tuples(scope);
  cleanup::propagate_constants(scope);
  cleanup::canonicalize_outputs(scope);
  cleanup::shorten_quantized_convolutions(scope);
  assume_device(scope);
}

}  // namespace

Result<void> clean_up(Graph& graph, const CleanupContext& context) {
  const Scope function{graph, graph.body, context};
  FA_TRY(cleanup::upgrade_operators(function));
  clean_up_scope(function);
  cleanup::refresh_result_types(graph);
  return {};
}

}  // namespace flopaudit
