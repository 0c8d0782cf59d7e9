// resolve-attributes: replaces attribute reads by what is read.
//
// Why: weights become operands with a path and a type, hyperparameters become constants, and each node learns which
// module it belongs to. After it an executor needs no object of the model, unless the program writes attributes.
//
//   n0: %c: C = prim::GetAttr[name="c"](%self)             n2: %y: Tensor = aten::mm(%x, param "c.weight") in "c"
//   n1: %w: Tensor = prim::GetAttr[name="weight"](%c)  =>
//   n2: %y: Tensor = aten::mm(%x, %w) call 0
//
// 1. Reads are followed from self, through objects.
// 2. An attribute that some prim::SetAttr writes, and a list or dict that may be changed in place, stays a read.
// 3. Tensors become parameters under the path where the same tensor was met first; plain values become constants.
// 4. The reads that nothing uses any more are removed; nothing else is.
#include <algorithm>
#include <set>
#include <unordered_map>
#include <unordered_set>

#include "analyzer/ir/effects.h"
#include "passes/object_paths.h"
#include "passes/pass.h"
#include "passes/pass_factories.h"

namespace flopaudit {
namespace {

using AttributeKey = std::pair<std::string, std::string>;  // object path, attribute name

// Holds nothing but numbers, text and None, all known.
bool is_plain(const Fact& fact) {
  if (const auto* tuple = fact.get<TupleFact>()) {
    return std::all_of(tuple->elements.begin(), tuple->elements.end(), is_plain);
  }
  if (const auto* list = fact.get<ListFact>()) {
    return list->elements && *list->elements &&
           std::all_of((*list->elements)->begin(), (*list->elements)->end(), is_plain);
  }
  if (const auto* dict = fact.get<DictFact>()) {
    return dict->items && *dict->items &&
           std::all_of((*dict->items)->begin(), (*dict->items)->end(),
                       [](const auto& item) { return is_plain(item.first) && is_plain(item.second); });
  }
  return !fact.tensor() && !fact.get<ObjectFact>() && fact.is_complete();
}

bool is_container(const Fact& fact) { return fact.get<ListFact>() || fact.get<DictFact>(); }

// Positions of the operands that may be changed by a node, or be reachable through another value after it. A list of
// plain values that is only read stays as it is, whatever is read out of it.
std::vector<std::size_t> exposed_operands(const Node& node) {
  static const std::set<std::string> readers = {"prim::GetAttr",     "prim::If",         "prim::ListUnpack",
                                                "prim::TupleUnpack", "prim::isinstance", "prim::max",
                                                "prim::min"};
  if (readers.contains(node.op.name)) return {};
  std::vector<std::size_t> written = written_operands(node);
  const bool stores =
      !written.empty() && node.operands.front()->type.kind != Type::Kind::tensor;  // append(list, value)
  return node.op.is_aten() && !stores ? written : aliased_operands(node);
}

class Resolver {
 public:
  explicit Resolver(Program& program) : graph_(program.entry()), objects_(program) {
    objects_.seed_self(graph_);
    for_each_node(graph_.body, [&](const Node& node) { objects_.follow(node); });
  }

  bool run() {
    find_written();
    for_each_node(graph_.body, [&](const Node& node) { resolve(node); });
    for_each_node(graph_.body, [&](Node& node) {
      replace(node.operands);
      for (const auto& region : node.regions) replace(region->results);
      name_module(node);
    });
    replace(graph_.body.results);
    count_uses();
    remove_unused(graph_.body);
    return changed_;
  }

 private:
  void find_written() {
    for_each_node(graph_.body, [&](const Node& node) {
      if (node.op.name == "prim::SetAttr") {
        const std::string* path = objects_.path_of(node.operands.front());
        const auto name = node.attributes.find("name");
        if (name == node.attributes.end()) return;
        if (path != nullptr) {
          written_.insert({*path, name->second});
        } else {
          written_names_.insert(name->second);
        }
      }
      // A list or dict that is changed in place, or that leaves our sight.
      for (const std::size_t i : exposed_operands(node)) keep_if_mutable(node.operands[i]);
      for (const auto& region : node.regions) {
        for (const Value* result : region->results) keep_if_mutable(result);
      }
    });
    for (const Value* result : graph_.body.results) keep_if_mutable(result);
  }

  void keep_if_mutable(const Value* value) {
    if (value->producer == nullptr || value->producer->op.name != "prim::GetAttr") return;
    const Attribute* attribute = objects_.attribute_of(*value->producer);
    if (attribute != nullptr && is_container(attribute->value)) {
      written_.insert({*objects_.path_of(value->producer->operands.front()), attribute->name});
    }
  }

  void resolve(const Node& node) {
    if (node.op.name != "prim::GetAttr") return;
    const Attribute* attribute = objects_.attribute_of(node);
    if (attribute == nullptr) return;
    const std::string& path = *objects_.path_of(node.operands.front());
    if (written_.contains({path, attribute->name}) || written_names_.contains(attribute->name)) return;
    const Value* result = node.results.front();
    if (attribute->value.get<ObjectFact>()) {
      resolved_.insert(&node);
    } else if (attribute->value.tensor() && !attribute->tensor_path.empty()) {
      replacements_[result] = graph_.parameter(attribute->tensor_path, result->type, attribute->value);
      resolved_.insert(&node);
    } else if (is_plain(attribute->value)) {
      replacements_[result] = graph_.constant(result->type, attribute->value);
      resolved_.insert(&node);
    }
  }

  void replace(std::vector<Value*>& values) {
    for (Value*& value : values) {
      const auto found = replacements_.find(value);
      if (found == replacements_.end()) continue;
      value = found->second;
      changed_ = true;
    }
  }

  // The object of the innermost call that was made on a module: a free function belongs to its caller.
  void name_module(Node& node) {
    for (auto frame = node.calls.rbegin(); frame != node.calls.rend(); ++frame) {
      if (frame->module.empty()) continue;
      const Object* object = objects_.object_at(frame->module);
      if (object != nullptr && !object->is_module) continue;
      if (node.module != frame->module) changed_ = true;
      node.module = frame->module;
      return;
    }
  }

  void count_uses() {
    for_each_node(graph_.body, [&](const Node& node) {
      for (const Value* operand : node.operands) ++uses_[operand];
      for (const auto& region : node.regions) {
        for (const Value* result : region->results) ++uses_[result];
      }
    });
    for (const Value* result : graph_.body.results) ++uses_[result];
  }

  // Last first, so that a chain of reads goes from its end.
  void remove_unused(Region& region) {
    for (auto next = region.nodes.end(); next != region.nodes.begin();) {
      auto current = std::prev(next);
      Node& node = **current;
      for (auto inner = node.regions.rbegin(); inner != node.regions.rend(); ++inner) remove_unused(**inner);
      if (!resolved_.contains(&node) || uses_[node.results.front()] > 0) {
        next = current;
        continue;
      }
      --uses_[node.operands.front()];
      next = region.nodes.erase(current);
      changed_ = true;
    }
  }

  Graph& graph_;
  ObjectPaths objects_;
  std::set<AttributeKey> written_;
  std::set<std::string> written_names_;  // written on an object that is not known: all attributes of that name
  std::unordered_set<const Node*> resolved_;
  std::unordered_map<const Value*, Value*> replacements_;
  std::unordered_map<const Value*, std::size_t> uses_;
  bool changed_ = false;
};

class ResolveAttributes : public Pass {
 public:
  Result<Changed> run(Program& program, PassContext&) override {
    return Resolver(program).run() ? Changed::yes : Changed::no;
  }
};

}  // namespace

std::unique_ptr<Pass> make_resolve_attributes() { return std::make_unique<ResolveAttributes>(); }

}  // namespace flopaudit
