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
        const auto name = node.attributes.find("name");
        if (name == node.attributes.end()) return;
        if (objects_.object_of(node.operands.front()) == nullptr) {
          written_names_.insert(name->second);
        } else if (const Attribute* attribute = objects_.attribute_of(node)) {
          written_.insert(attribute);
        }
      }
      // A list or dict that is changed in place, or that leaves our sight.
      if (std::ranges::any_of(node.operands, is_container_read)) {
        for (const std::size_t i : exposed_operands(node)) keep_if_mutable(node.operands[i]);
      }
      for (const auto& region : node.regions) {
        for (const Value* result : region->results) keep_if_mutable(result);
      }
    });
    for (const Value* result : graph_.body.results) keep_if_mutable(result);
  }

  static bool is_container_read(const Value* value) {
    return value->producer != nullptr && value->type.kind != Type::Kind::tensor &&
           value->producer->op.name == "prim::GetAttr";
  }

  void keep_if_mutable(const Value* value) {
    if (!is_container_read(value)) return;
    const Attribute* attribute = objects_.attribute_of(*value->producer);
    if (attribute != nullptr && is_container(attribute->value)) written_.insert(attribute);
  }

  void resolve(const Node& node) {
    if (node.op.name != "prim::GetAttr") return;
    const Attribute* attribute = objects_.attribute_of(node);
    if (attribute == nullptr) return;
    if (written_.contains(attribute) || written_names_.contains(attribute->name)) return;
    const Value* result = node.results.front();
    if (!attribute->value.get<ObjectFact>()) {
      Value* value = value_of(*attribute, result->type);
      if (value == nullptr) return;
      replacements_[result] = value;
    }
    resolved_[result] = 1;
  }

  // The parameter or constant that an attribute is; null: neither.
  Value* value_of(const Attribute& attribute, const Type& type) {
    const auto [known, is_new] = values_.try_emplace(&attribute);
    if (is_new && attribute.value.tensor() && !attribute.tensor_path.empty()) {
      known->second = graph_.parameter(attribute.tensor_path, type, attribute.value);
    } else if (is_new && is_plain(attribute.value)) {
      known->second = graph_.constant(type, attribute.value);
    }
    return known->second;
  }

  void replace(std::vector<Value*>& values) {
    for (Value*& value : values) {
      Value* const replacement = replacements_.get(value);
      if (replacement == nullptr) continue;
      value = replacement;
      changed_ = true;
    }
  }

  // The object of the innermost call that was made on a module: a free function belongs to its caller.
  void name_module(Node& node) {
    const auto [known, is_new] = modules_.try_emplace(&node.calls.frames());
    if (is_new) known->second = module_of(node.calls.frames());
    if (known->second.empty() || known->second.str() == node.module) return;
    node.module = known->second;
    changed_ = true;
  }

  SharedText module_of(const std::vector<CallFrame>& frames) const {
    for (auto frame = frames.rbegin(); frame != frames.rend(); ++frame) {
      if (frame->module.empty()) continue;
      const Object* object = objects_.object_at(frame->module);
      if (object == nullptr || object->is_module) return frame->module;
    }
    return {};
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
      const bool is_read = node.op.name == "prim::GetAttr" && resolved_.get(node.results.front()) != 0;
      if (!is_read || uses_[node.results.front()] > 0) {
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
  std::unordered_set<const Attribute*> written_;
  std::set<std::string> written_names_;  // written on an object that is not known: all attributes of that name
  std::unordered_map<const Attribute*, Value*> values_;
  std::unordered_map<const std::vector<CallFrame>*, SharedText> modules_;  // of the nodes of a call
  PerValue<char> resolved_;                                                // 1: what a read gives that can go
  PerValue<Value*> replacements_;
  PerValue<std::size_t> uses_;
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
