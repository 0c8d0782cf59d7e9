// upgrade-operators: a call of an operator that has changed since the archive's version becomes what it meant then.
//
//   %y: Tensor = aten::gelu(%x)   =>   %0: Tensor = aten::gelu(%x, "none")     (version < 10)
//
// The bodies are graphs in our own text (old_operator_bodies.cc), put in the place of the call.
#include <memory>
#include <unordered_map>

#include "analyzer/frontend/torchscript/cleanup/old_operators.h"
#include "analyzer/frontend/torchscript/cleanup/replacements.h"
#include "analyzer/frontend/torchscript/cleanup/scope.h"
#include "analyzer/ir/parser.h"
#include "analyzer/support/assert.h"

namespace flopaudit::cleanup {
namespace {

Graph* body_of(const std::string& full_name) {
  static const std::unique_ptr<Program> bodies = [] {
    auto program = parse_program(old_operator_bodies());
    FA_ASSERT(static_cast<bool>(program), program ? "" : program.error().message.c_str());
    return *std::move(program);
  }();
  return bodies->find_function(full_name);
}

// Copies the nodes of a body into a region of a graph.
class Copy {
 public:
  Copy(Graph& graph, const Graph& body, const std::vector<Value*>& operands) : graph_(graph) {
    for (std::size_t i = 0; i < operands.size(); ++i) values_[body.body.arguments[i]] = operands[i];
  }

  std::list<std::unique_ptr<Node>> nodes(const Region& region) {
    std::list<std::unique_ptr<Node>> copies;
    for (const auto& node : region.nodes) copies.push_back(copy(*node));
    return copies;
  }

  Value* value(const Value* original) {
    if (original->origin == Value::Origin::constant) return graph_.constant(original->type, original->fact);
    return values_.at(original);
  }

 private:
  std::unique_ptr<Node> copy(const Node& original) {
    auto node = std::make_unique<Node>();
    node->op = original.op;
    node->attributes = original.attributes;
    node->source = original.source;
    for (const Value* operand : original.operands) node->operands.push_back(value(operand));
    for (const auto& region : original.regions) {
      Region& inner = *node->regions.emplace_back(std::make_unique<Region>());
      inner.parent = node.get();
      inner.nodes = nodes(*region);
      for (const Value* result : region->results) inner.results.push_back(value(result));
    }
    for (const Value* result : original.results) {
      const std::string base = result->name.substr(0, result->name.find('.'));
      const bool is_number = base.find_first_not_of("0123456789") == std::string::npos;
      const std::string name = is_number ? fresh_number(graph_) : graph_.fresh_name(base);
      values_[result] = graph_.add_result(*node, name, result->type);
    }
    return node;
  }

  Graph& graph_;
  std::unordered_map<const Value*, Value*> values_;
};

class Upgrade {
 public:
  explicit Upgrade(const Scope& scope) : scope_(scope) {}

  Result<void> run() {
    if (old_operators(scope_.context.version).empty()) return {};
    FA_TRY(run(scope_.top));
    replacements_.apply(scope_.top);
    return {};
  }

 private:
  Result<void> run(Region& region) {
    for (auto it = region.nodes.begin(); it != region.nodes.end();) {
      const auto at = it++;
      Node& node = **at;
      if (!opens_scope(node)) {
        for (auto& inner : node.regions) FA_TRY(run(*inner));
      }
      if (!node.op.is_aten() || old_schema_for(node.op.full(), scope_.context.version).empty()) continue;
      FA_TRY(replace(region, at));
    }
    return {};
  }

  Result<void> replace(Region& region, std::list<std::unique_ptr<Node>>::iterator at) {
    Node& node = **at;
    const Graph* const body = body_of(node.op.full());
    FA_ASSERT(body != nullptr, "every old operator has a body");
    if (node.operands.size() != body->body.arguments.size() || node.results.size() != body->body.results.size()) {
      return input_error("the call of " + node.op.full() + " in " + scope_.graph.name +
                         " does not have the operands that the operator had in version " +
                         std::to_string(scope_.context.version) + " of the format");
    }
    Copy copy(scope_.graph, *body, node.operands);
    region.nodes.splice(at, copy.nodes(body->body));
    for (std::size_t i = 0; i < node.results.size(); ++i) {
      replacements_.replace(node.results[i], copy.value(body->body.results[i]));
    }
    region.nodes.erase(at);
    return {};
  }

  const Scope& scope_;
  Replacements replacements_;
};

}  // namespace

Result<void> upgrade_operators(const Scope& scope) { return Upgrade(scope).run(); }

}  // namespace flopaudit::cleanup
