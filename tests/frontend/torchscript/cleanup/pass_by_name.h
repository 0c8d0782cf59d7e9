// The passes of the clean-up by name, and programs whose values are numbered anew, so that texts can be compared.
#pragma once

#include <map>
#include <string>

#include "analyzer/frontend/torchscript/cleanup/cleanup.h"
#include "analyzer/frontend/torchscript/cleanup/scope.h"

namespace flopaudit {

// "dead-code", "clean-up" ...; the error of an unknown name is usage.
inline Result<void> run_cleanup_pass(const std::string& name, Graph& graph, int version) {
  CleanupContext context;
  context.version = version;
  if (name == "clean-up") return clean_up(graph, context);
  const cleanup::Scope scope{graph, graph.body, context};
  static const std::map<std::string, void (*)(const cleanup::Scope&)> kPasses = {
      {"canonicalize-outputs", cleanup::canonicalize_outputs},
      {"constant-propagation", cleanup::propagate_constants},
      {"dead-code", cleanup::eliminate_dead_code},
      {"lower-simple-tuples", cleanup::lower_simple_tuples},
      {"normalize-ops", cleanup::normalize_ops},
      {"quantized-convolutions", cleanup::shorten_quantized_convolutions},
  };
  const auto found = kPasses.find(name);
  if (found != kPasses.end()) {
    found->second(scope);
  } else if (name == "upgrade-operators") {
    FA_TRY(cleanup::upgrade_operators(scope));
  } else {
    return usage_error("there is no pass " + name);
  }
  cleanup::refresh_result_types(graph);
  return {};
}

// "x.5" becomes "x.<n>", "17" "<n>", in the order of definition.
inline void number_names(Program& program) {
  int count = 0;
  const auto rename = [&count](Value& value) {
    std::string base = value.name;
    const std::size_t dot = base.rfind('.');
    if (dot != std::string::npos && base.find_first_not_of("0123456789", dot + 1) == std::string::npos)
      base.resize(dot);
    const bool is_number = base.find_first_not_of("0123456789") == std::string::npos;
    value.name = (is_number ? "" : base + ".") + std::to_string(count++);
  };
  const auto visit = [&rename](const auto& self, Region& region) -> void {
    for (Value* argument : region.arguments) rename(*argument);
    for (auto& node : region.nodes) {
      for (auto& inner : node->regions) self(self, *inner);
      for (Value* result : node->results) rename(*result);
    }
  };
  for (auto& function : program.functions) {
    count = 0;
    visit(visit, function->body);
  }
}

}  // namespace flopaudit
