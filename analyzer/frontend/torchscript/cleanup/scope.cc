#include "analyzer/frontend/torchscript/cleanup/scope.h"

#include <algorithm>

namespace flopaudit::cleanup {

bool can_alias(const Type& type, const CleanupContext& context) {
  const auto any_can = [&context](const std::vector<Type>& types) {
    return std::any_of(types.begin(), types.end(), [&context](const Type& each) { return can_alias(each, context); });
  };
  switch (type.kind) {
    case Type::Kind::tensor:
    case Type::Kind::any:
    case Type::Kind::list:
    case Type::Kind::dict: return true;
    case Type::Kind::optional:
    case Type::Kind::tuple:
    case Type::Kind::future:
    case Type::Kind::union_of: return any_can(type.arguments);
    case Type::Kind::named: {
      const NamedTypeInfo info = context.named_type ? context.named_type(type.name) : NamedTypeInfo();
      if (info.kind == NamedTypeInfo::Kind::named_tuple) return any_can(info.fields);
      return info.kind == NamedTypeInfo::Kind::object;  // LibTorch counts an interface among what cannot be changed
    }
    default: return false;
  }
}

void refresh_result_types(Graph& graph) {
  graph.result_types.clear();
  for (const Value* result : graph.body.results) graph.result_types.push_back(result->type);
}

std::string fresh_number(Graph& graph) {
  for (std::size_t number = graph.values().size();; ++number) {
    const std::string name = std::to_string(number);
    if (graph.fresh_name(name) == name) return name;
  }
}

}  // namespace flopaudit::cleanup
