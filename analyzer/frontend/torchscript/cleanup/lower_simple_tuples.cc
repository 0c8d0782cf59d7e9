// lower-simple-tuples: a tuple that is made and taken apart in one function is not needed for that.
//
//   %t: Tuple[Tensor, int] = prim::TupleConstruct(%x, 3)
//   %a: Tensor, %b: int = prim::TupleUnpack(%t)            =>   %c: Tensor = aten::add.Scalar(%x, 3, 1)
//   %c: Tensor = aten::add.Scalar(%a, %b, 1)
//
// LibTorch's own rule is as simple: a tuple that comes out of an If, a Loop, an argument or a call stays one.
#include <string>

#include "analyzer/frontend/torchscript/cleanup/replacements.h"
#include "analyzer/frontend/torchscript/cleanup/scope.h"
#include "analyzer/support/assert.h"

namespace flopaudit::cleanup {
namespace {

std::int64_t position_attribute(const Node& node, const char* name) {
  const auto found = node.attributes.find(name);
  FA_ASSERT(found != node.attributes.end(), "a TupleSlice has the attributes beg and end");
  return std::stoll(found->second);
}

Value* element(const std::vector<Value*>& elements, std::size_t i) {
  FA_ASSERT(i < elements.size(), "a tuple is taken apart as what it is");
  return elements[i];
}

class TupleLowering {
 public:
  explicit TupleLowering(const Scope& scope) : graph_(scope.graph) {}

  void run(Region& region) {
    for (auto it = region.nodes.begin(); it != region.nodes.end(); ++it) {
      replacements_.resolve_operands(**it);
      lower(region, it);
      if (opens_scope(**it)) continue;
      for (auto& inner : (*it)->regions) run(*inner);
    }
    replacements_.resolve_results(region);
  }

 private:
  using Position = std::list<std::unique_ptr<Node>>::iterator;

  void lower(Region& region, Position at) {
    Node& node = **at;
    const std::string& op = node.op.name;
    if (op != "prim::TupleUnpack" && op != "prim::TupleIndex" && op != "prim::TupleSlice") return;
    const Node* const construct = node.operands[0]->producer;
    if (construct == nullptr || construct->op.name != "prim::TupleConstruct") return;
    const std::vector<Value*>& elements = construct->operands;
    if (op == "prim::TupleUnpack") {
      for (std::size_t i = 0; i < node.results.size(); ++i)
        replacements_.replace(node.results[i], element(elements, i));
    } else if (op == "prim::TupleIndex") {
      index(node, elements);
    } else {
      slice(region, at, elements);
    }
  }

  // The index may be a variable where all elements have one type.
  void index(const Node& node, const std::vector<Value*>& elements) {
    const IntFact* const index = node.operands.at(1)->fact.get<IntFact>();
    if (!is_constant(*node.operands[1]) || index == nullptr || !index->value) return;
    const auto size = static_cast<std::int64_t>(elements.size());
    std::int64_t position = index->value->constant().value_or(size);
    if (position < 0) position += size;
    if (position >= 0 && position < size) {
      replacements_.replace(node.results[0], elements[static_cast<std::size_t>(position)]);
    }
  }

  void slice(Region& region, Position at, const std::vector<Value*>& elements) {
    const Node& node = **at;
    auto construct = std::make_unique<Node>();
    construct->op.name = "prim::TupleConstruct";
    construct->source = node.source;
    const std::int64_t end = position_attribute(node, "end");
    Type type = Type::of(Type::Kind::tuple);
    for (std::int64_t i = position_attribute(node, "beg"); i < end; ++i) {
      construct->operands.push_back(element(elements, static_cast<std::size_t>(i)));
      type.arguments.push_back(construct->operands.back()->type);
    }
    Value* const tuple = graph_.add_result(*construct, fresh_number(graph_), std::move(type));
    region.nodes.insert(at, std::move(construct));
    replacements_.replace(node.results[0], tuple);
  }

  Graph& graph_;
  Replacements replacements_;
};

}  // namespace

void lower_simple_tuples(const Scope& scope) {
  TupleLowering(scope).run(scope.top);
  eliminate_dead_code(scope);
}

}  // namespace flopaudit::cleanup
