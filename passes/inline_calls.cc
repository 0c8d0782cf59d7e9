// inline-calls: replaces every call by the body of its callee.
//
// Why first: every later pass then looks at one graph in which each node runs in one context only.
//
//   graph "M.forward"(%self: M, %x: Tensor)          graph "M.forward"(%self: M, %x: Tensor)
//     %c: C = prim::GetAttr[name="c"](%self)    =>     call 0 "C.forward" on "c"
//     %y: Tensor = prim::CallMethod[name="forward"](%c, %x)   n0: %c: C = prim::GetAttr[name="c"](%self)
//   graph "C.forward"(%self: C, %x: Tensor) ...        n1: %2: Tensor = aten::relu(%x) call 0
//
// 1. The entry is copied node by node; where a node calls a function of the program, the callee is copied in its place,
//    each call separately and transitively. The receiver's static class names the callee; behind an interface, the
//    class of the object that the receiver is.
// 2. Each copied node carries the calls that led to it, outermost first, with the path of the object they were made on.
// 3. Nodes get their ids, in pre-order over regions; the entry graph alone is kept.
//
// A call without a body in the program (a method of a custom C++ class) stays and is unknown to later passes.
#include <algorithm>
#include <unordered_map>

#include "passes/object_paths.h"
#include "passes/pass.h"
#include "passes/pass_factories.h"

namespace flopaudit {
namespace {

constexpr std::size_t kMaxCallDepth = 256;
constexpr std::size_t kMaxNodes = 1'000'000;  // and calls: a call of what is empty takes its time too

class Inliner {
 public:
  explicit Inliner(Program& program) : program_(program), objects_(program) {
    for (const auto& function : program.functions) {
      functions_.emplace(function->name, Function{function.get(), function->name});
    }
  }

  Result<std::unique_ptr<Graph>> run() {
    const Graph& entry = program_.entry();
    if (size_of(entry, 0) > kMaxNodes) return too_large();
    auto graph = std::make_unique<Graph>();
    graph_ = graph.get();
    graph->name = entry.name;
    graph->result_types = entry.result_types;
    graph->defaults = entry.defaults;
    Scope scope(entry);
    copy_arguments(entry.body, graph->body, scope);
    objects_.seed_self(*graph);
    active_.push_back(&entry);
    FA_TRY(copy_nodes(entry.body, graph->body, scope));
    graph->body.results = mapped(entry.body.results, scope);
    return graph;
  }

  bool inlined_any() const { return inlined_any_; }

 private:
  // Where the values of the function that is being copied went.
  using Scope = PerValue<Value*>;

  struct Function {
    const Graph* graph = nullptr;
    SharedText name;
  };

  void copy_arguments(const Region& source, Region& target, Scope& scope) {
    for (const Value* argument : source.arguments) {
      Value* copy = graph_->add_argument(target, graph_->fresh_name(argument->name), argument->type);
      copy->fact = argument->fact;
      scope[argument] = copy;
    }
  }

  Result<void> copy_nodes(const Region& source, Region& target, Scope& scope) {
    for (const auto& node : source.nodes) {
      const Function* callee = callee_of(*node, scope);
      if (callee != nullptr) {
        FA_TRY(copy_call(*node, *callee->graph, callee->name, target, scope));
      } else {
        FA_TRY(copy_node(*node, target, scope));
      }
    }
    return {};
  }

  Result<void> copy_node(const Node& source, Region& target, Scope& scope) {
    if (++copied_ > kMaxNodes) return too_large();
    Node& copy = *target.nodes.emplace_back(std::make_unique<Node>());
    copy.op = source.op;
    copy.attributes = source.attributes;
    copy.source = source.source;
    copy.calls = source.calls.empty() ? calls_ : extended(calls_, source.calls.frames());
    copy.module = source.module;
    copy.id = source.id;
    copy.operands = mapped(source.operands, scope);
    for (const auto& region : source.regions) {
      Region& inner = *copy.regions.emplace_back(std::make_unique<Region>());
      inner.parent = &copy;
      copy_arguments(*region, inner, scope);
      FA_TRY(copy_nodes(*region, inner, scope));
      inner.results = mapped(region->results, scope);
    }
    for (const Value* result : source.results) {
      Value* value = graph_->add_result(copy, graph_->fresh_name(result->name), result->type);
      value->fact = result->fact;
      scope[result] = value;
    }
    objects_.follow(copy);
    return {};
  }

  Result<void> copy_call(const Node& call, const Graph& callee, const SharedText& name, Region& target, Scope& scope) {
    inlined_any_ = true;
    if (++copied_ > kMaxNodes) return too_large();
    if (std::find(active_.begin(), active_.end(), &callee) != active_.end()) {
      return input_error("'" + program_.file + "' calls " + callee.name + " from within itself" + where(call) +
                         ": flopaudit does not analyse recursion");
    }
    if (active_.size() >= kMaxCallDepth) {
      return input_error("'" + program_.file + "' nests calls more than " + std::to_string(kMaxCallDepth) +
                         " deep at " + callee.name + where(call) + ", which is more than flopaudit analyses");
    }
    if (callee.body.arguments.size() != call.operands.size() || callee.body.results.size() != call.results.size()) {
      return input_error("'" + program_.file + "' calls " + callee.name + where(call) + " with " +
                         std::to_string(call.operands.size()) + " arguments for " +
                         std::to_string(call.results.size()) + " results, but it takes " +
                         std::to_string(callee.body.arguments.size()) + " and gives " +
                         std::to_string(callee.body.results.size()));
    }
    Scope inner(callee);
    for (std::size_t i = 0; i < call.operands.size(); ++i) {
      inner[callee.body.arguments[i]] = mapped(call.operands[i], scope);
    }
    const bool is_method = call.op.name == "prim::CallMethod";
    const SharedText path = is_method ? objects_.path_of(mapped(call.operands.front(), scope)) : SharedText();
    const CallStack outside = calls_;
    calls_ = extended(outside, {{name, path, call.source}});
    active_.push_back(&callee);
    FA_TRY(copy_nodes(callee.body, target, inner));
    active_.pop_back();
    calls_ = outside;
    for (std::size_t i = 0; i < call.results.size(); ++i) {
      scope[call.results[i]] = mapped(callee.body.results[i], inner);
    }
    return {};
  }

  // The function that a node calls; null when it is no call, or none with a body in the program.
  const Function* callee_of(const Node& node, const Scope& scope) {
    if (const Function* callee = static_callee_of(node)) return callee;
    if (node.op.name != "prim::CallMethod" || node.operands.empty()) return nullptr;
    const Object* object = objects_.object_of(mapped(node.operands.front(), scope));
    return object == nullptr ? nullptr : function(object->class_name + "." + attribute(node, "name"));
  }

  Error too_large() const {
    return input_error("'" + program_.file + "' has more than " + std::to_string(kMaxNodes) +
                       " nodes after inlining its calls, which is more than flopaudit analyses");
  }

  // Nodes that a function becomes, as far as static types tell its callees: an explosion is refused before it is made.
  std::size_t size_of(const Graph& graph, std::size_t depth) {
    const auto [known, is_new] = sizes_.try_emplace(&graph, 1);  // while it is counted: recursion is refused later
    if (!is_new || depth > kMaxCallDepth) return known->second;
    std::size_t size = 0;
    for_each_node(graph.body, [&](const Node& node) {
      const Function* callee = static_callee_of(node);
      size = std::min(kMaxNodes + 1, size + 1 + (callee == nullptr ? 0 : size_of(*callee->graph, depth + 1)));
    });
    return sizes_[&graph] = size;
  }

  const Function* static_callee_of(const Node& node) const {
    if (node.op.name == "prim::CallFunction") return function(attribute(node, "function"));
    if (node.op.name != "prim::CallMethod" || node.operands.empty()) return nullptr;
    return function(node.operands.front()->type.name + "." + attribute(node, "name"));
  }

  const Function* function(const std::string& name) const {
    const auto found = functions_.find(name);
    return found == functions_.end() ? nullptr : &found->second;
  }

  static CallStack extended(const CallStack& calls, const std::vector<CallFrame>& more) {
    std::vector<CallFrame> frames;
    frames.reserve(calls.frames().size() + more.size());
    frames = calls.frames();
    frames.insert(frames.end(), more.begin(), more.end());
    return CallStack(std::move(frames));
  }

  static std::string attribute(const Node& node, const char* key) {
    const auto found = node.attributes.find(key);
    return found == node.attributes.end() ? std::string() : found->second;
  }

  static std::string where(const Node& node) {
    return node.source.file.empty() ? "" : " (" + node.source.file.str() + ":" + std::to_string(node.source.line) + ")";
  }

  std::vector<Value*> mapped(const std::vector<Value*>& values, const Scope& scope) {
    std::vector<Value*> copies;
    copies.reserve(values.size());
    for (const Value* value : values) copies.push_back(mapped(value, scope));
    return copies;
  }

  Value* mapped(const Value* value, const Scope& scope) {
    if (value->origin == Value::Origin::result || value->origin == Value::Origin::argument) return scope.get(value);
    // Parameters and constants belong to a graph: one copy in the new one.
    Value*& copy = shared_[value];
    if (copy == nullptr) {
      copy = value->origin == Value::Origin::parameter ? graph_->parameter(value->name, value->type, value->fact)
                                                       : graph_->constant(value->type, value->fact);
    }
    return copy;
  }

  Program& program_;
  ObjectPaths objects_;
  std::unordered_map<std::string, Function> functions_;
  std::unordered_map<const Graph*, std::size_t> sizes_;
  Graph* graph_ = nullptr;
  std::vector<const Graph*> active_;  // the functions being copied, outermost first
  CallStack calls_;                   // those that led to them
  std::unordered_map<const Value*, Value*> shared_;
  std::size_t copied_ = 0;
  bool inlined_any_ = false;
};

// Ids that the text already had stay as they are where nothing was inlined.
bool has_all_ids(const Graph& graph) {
  bool all = true;
  for_each_node(graph.body, [&](const Node& node) { all = all && node.id >= 0; });
  return all;
}

class InlineCalls : public Pass {
 public:
  Result<Changed> run(Program& program, PassContext&) override {
    Inliner inliner(program);
    FA_ASSIGN(std::unique_ptr<Graph> graph, inliner.run());
    if (!inliner.inlined_any() && has_all_ids(program.entry())) {
      const bool drops = program.functions.size() > 1;
      program.functions.resize(1);
      return drops ? Changed::yes : Changed::no;
    }
    int next_id = 0;
    for_each_node(graph->body, [&](Node& node) { node.id = next_id++; });
    program.functions.clear();
    program.functions.push_back(std::move(graph));
    return Changed::yes;
  }
};

}  // namespace

std::unique_ptr<Pass> make_inline_calls() { return std::make_unique<InlineCalls>(); }

}  // namespace flopaudit
