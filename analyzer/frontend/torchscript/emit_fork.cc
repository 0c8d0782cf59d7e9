// fork: a call that runs beside the caller. It is one node with a region; what the region uses of the function around
// it becomes an operand of the node and an argument of the region, in the order of first use. So do constants that are
// given to the call: they are made before it.
#include <map>
#include <utility>

#include "analyzer/frontend/torchscript/function_emitter.h"

namespace flopaudit {
namespace {

// Replaces what is defined outside of the region by arguments.
class Capture {
 public:
  Capture(Graph& graph, Node& fork, const std::set<const Value*>& written_numbers)
      : graph_(graph), fork_(fork), written_numbers_(written_numbers) {}

  void run() {
    Region& region = *fork_.regions[0];
    define(region);
    replace(region);
  }

 private:
  void define(const Region& region) {
    for (const Value* argument : region.arguments) inside_.insert(argument);
    for (const auto& node : region.nodes) {
      for (const Value* result : node->results) inside_.insert(result);
      for (const auto& inner : node->regions) define(*inner);
    }
  }
  void replace(Region& region) {
    for (const auto& node : region.nodes) {
      for (Value*& operand : node->operands) operand = captured(operand);
      for (const auto& inner : node->regions) replace(*inner);
    }
    for (Value*& result : region.results) result = captured(result);
  }
  Value* captured(Value* value) {
    const bool is_constant = value->origin == Value::Origin::constant || value->origin == Value::Origin::parameter;
    if (is_constant ? !written_numbers_.contains(value) : inside_.contains(value)) return value;
    Value*& argument = arguments_[value];
    if (argument == nullptr) {
      fork_.operands.push_back(value);
      argument = graph_.add_argument(*fork_.regions[0], is_constant ? "0" : value->name, value->type);
    }
    return argument;
  }

  Graph& graph_;
  Node& fork_;
  const std::set<const Value*>& written_numbers_;
  std::set<const Value*> inside_;
  std::map<const Value*, Value*> arguments_;
};

}  // namespace

Result<Sugared> FunctionEmitter::emit_fork(const Expression& call) {
  if (call.children.size() < 2) return failure("fork() takes a function", call.offset);
  FA_ASSIGN(const Sugared callee, emit_sugared(call.children[1], 1, nullptr));
  Expression arguments_of = call;  // the call without the function
  arguments_of.children.erase(arguments_of.children.begin() + 1);
  arguments_of.keywords.erase(arguments_of.keywords.begin());
  FA_ASSIGN(CallArguments arguments, emit_call_arguments(arguments_of));
  Node& fork = insert("prim::fork", {}, call.offset);
  Region& region = *fork.regions.emplace_back(std::make_unique<Region>());
  region.parent = &fork;
  Region* const outer = std::exchange(region_, &region);
  frames_.push_back({&region, {}});
  Type type = Type::of(Type::Kind::none);
  const auto finish = [&](const Simple& result) {
    region.results.push_back(result.value);
    type = result.type;
  };
  if (callee.kind == Sugared::Kind::closure) {
    constexpr int kMaxOpenForks = 16;  // a function can fork itself
    if (open_forks_ >= kMaxOpenForks) {
      return failure("forks are nested more than " + std::to_string(kMaxOpenForks) + " deep", call.offset);
    }
    EmissionBudget& budget = context_.budget;
    const std::size_t nodes_before = budget.nodes;
    const auto outer_result = std::exchange(declared_result_, std::nullopt);
    ++open_forks_;
    FA_TRY(emit_statements(callee.closure->body));
    --open_forks_;
    declared_result_ = outer_result;
    budget.forked_nodes += budget.nodes - nodes_before;
    if (budget.forked_nodes > EmissionBudget::kMaxForkedNodes) {
      return failure("the program's forks make more than " + std::to_string(EmissionBudget::kMaxForkedNodes) + " nodes",
                     call.offset);
    }
    if (!region.results.empty()) type = region.results[0]->type;
  } else if (callee.kind == Sugared::Kind::function) {
    FA_ASSIGN(const Sugared result, call_function(callee.name, std::move(arguments), call.offset));
    finish(result.object);
  } else if (callee.kind == Sugared::Kind::method) {
    FA_ASSIGN(const Sugared result, call_method(callee.object, callee.name, std::move(arguments), call.offset));
    finish(result.object);
  } else {
    return failure("fork() of what is no function", call.offset);
  }
  frames_.pop_back();
  region_ = outer;
  Capture(*graph_, fork, written_numbers_).run();
  return Sugared::of(result_of(fork, {Type::Kind::future, {}, {type}}));
}

}  // namespace flopaudit
