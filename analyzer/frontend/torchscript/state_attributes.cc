// 1. `__setstate__`, and every method that it calls on its own object, are looked through for what they do beside.
// 2. Its statements are followed in order; names and attributes stand for an element of the state, or for nothing
// known.
// 3. What a branch, a loop or another method assigns is not known.
#include "analyzer/frontend/torchscript/state_attributes.h"

#include <optional>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include "analyzer/frontend/torchscript/annotation.h"

namespace flopaudit {
namespace {

bool is_name(const Expression& expression, const std::string& name) {
  return expression.kind == Expression::Kind::name && expression.text == name;
}

bool is_own_attribute(const Expression& expression, const std::string& self) {
  return expression.kind == Expression::Kind::attribute && is_name(expression.children[0], self);
}

template <typename Visit>
void for_each_statement(const Statement& statement, const Visit& visit) {
  visit(statement);
  for (const Statement& inner : statement.body) for_each_statement(inner, visit);
  for (const Statement& inner : statement.orelse) for_each_statement(inner, visit);
  for (const FunctionDefinition& function : statement.function) {
    for (const Statement& inner : function.body) for_each_statement(inner, visit);
  }
}

// What the methods that `__setstate__` reaches do with the object.
struct Deeds {
  std::set<std::string> called;    // its own methods
  std::set<std::string> assigned;  // attributes, by others than `__setstate__`
  bool escapes = false;            // the object itself is handed on: anything may happen to it
  bool calls_others = false;       // what is handed to them may be changed in place
};

class Inspection {
 public:
  explicit Inspection(const ClassLayout& layout) : layout_(layout) {}

  Deeds run(const FunctionDefinition& set_state) {
    inspect(set_state, /*is_root=*/true);
    while (!waiting_.empty()) {
      const FunctionDefinition& method = *waiting_.back();
      waiting_.pop_back();
      inspect(method, /*is_root=*/false);
    }
    return std::move(deeds_);
  }

 private:
  void inspect(const FunctionDefinition& method, bool is_root) {
    if (method.parameters.empty()) return;
    const std::string& self = method.parameters.front().name;
    for (const Statement& top : method.body) {
      for_each_statement(top, [&](const Statement& statement) {
        for (const Expression& target : statement.targets) inspect_target(target, self, is_root);
        if (statement.value) inspect(*statement.value, self);
      });
    }
  }

  void inspect_target(const Expression& target, const std::string& self, bool is_root) {
    if (is_own_attribute(target, self)) {
      if (!is_root) deeds_.assigned.insert(target.text);
    } else if (target.kind != Expression::Kind::name) {
      deeds_.calls_others = true;
      inspect(target, self);
    }
  }

  void inspect(const Expression& expression, const std::string& self) {
    if (is_name(expression, self)) deeds_.escapes = true;
    if (is_own_attribute(expression, self)) return;
    if (expression.kind == Expression::Kind::call) inspect_call(expression, self);
    for (const Expression& child : expression.children) inspect(child, self);
  }

  void inspect_call(const Expression& call, const std::string& self) {
    const Expression& callee = call.children[0];
    const FunctionDefinition* method = is_own_attribute(callee, self) ? layout_.find_method(callee.text) : nullptr;
    if (method == nullptr) {
      deeds_.calls_others = true;
    } else if (deeds_.called.insert(callee.text).second) {
      waiting_.push_back(method);
    }
  }

  const ClassLayout& layout_;
  Deeds deeds_;
  std::vector<const FunctionDefinition*> waiting_;
};

constexpr std::string_view kPackingMethod = "set_weight_bias";

// "conv2d_prepack" of a method that calls ops.quantized.conv2d_prepack; empty: it packs nothing.
std::string packing_op(const FunctionDefinition& method) {
  std::string op;
  for (const Statement& top : method.body) {
    for_each_statement(top, [&](const Statement& statement) {
      if (!statement.value || statement.value->kind != Expression::Kind::call) return;
      const std::string name = dotted_name(statement.value->children[0]).value_or("");
      constexpr std::string_view kOps = "ops.quantized.";
      if (op.empty() && name.starts_with(kOps) && name.find("_prepack") != std::string::npos) {
        op = name.substr(kOps.size());
      }
    });
  }
  return op;
}

class Follower {
 public:
  explicit Follower(const FunctionDefinition& set_state) : self_(set_state.parameters[0].name) {
    names_[set_state.parameters[1].name] = StatePath();
    for (const Statement& statement : set_state.body) follow(statement);
  }

  std::map<std::string, std::optional<StatePath>, std::less<>> take_attributes() { return std::move(attributes_); }
  const std::optional<StateAttributes::Packing>& packing() const { return packing_; }

 private:
  static constexpr std::size_t kMaxPath = 16;

  void follow(const Statement& statement) {
    if (statement.value) look_for_packing(*statement.value);
    if (statement.kind == Statement::Kind::assign && statement.value) {
      const std::optional<StatePath> value = path_of(*statement.value);
      const bool is_tuple = statement.unpacks || statement.targets.size() > 1;
      for (std::size_t i = 0; i < statement.targets.size(); ++i) {
        assign(statement.targets[i], is_tuple ? element(value, static_cast<std::int64_t>(i)) : value);
      }
      return;
    }
    for_each_statement(statement, [this](const Statement& inner) {
      for (const Expression& target : inner.targets) assign(target, std::nullopt);
    });
  }

  void look_for_packing(const Expression& call) {
    if (call.kind != Expression::Kind::call || call.children.size() != 3) return;
    const Expression& callee = call.children[0];
    if (!is_own_attribute(callee, self_) || callee.text != kPackingMethod) return;
    const std::optional<StatePath> weight = path_of(call.children[1]), bias = path_of(call.children[2]);
    if (weight && bias) packing_ = StateAttributes::Packing{"", *weight, *bias};
  }

  void assign(const Expression& target, const std::optional<StatePath>& value) {
    if (target.kind == Expression::Kind::name) names_[target.text] = value;
    if (is_own_attribute(target, self_)) attributes_[target.text] = value;
  }

  std::optional<StatePath> path_of(const Expression& expression) const {
    if (expression.kind == Expression::Kind::name) {
      const auto found = names_.find(expression.text);
      return found == names_.end() ? std::nullopt : found->second;
    }
    if (expression.kind != Expression::Kind::index || expression.children.size() != 2) return std::nullopt;
    const Expression& index = expression.children[1];
    if (index.kind != Expression::Kind::integer) return std::nullopt;
    return element(path_of(expression.children[0]), index.integer);
  }

  static std::optional<StatePath> element(std::optional<StatePath> base, std::int64_t index) {
    if (!base || base->size() >= kMaxPath) return std::nullopt;
    base->push_back(index);
    return base;
  }

  std::string self_;
  std::map<std::string, std::optional<StatePath>, std::less<>> names_, attributes_;
  std::optional<StateAttributes::Packing> packing_;
};

}  // namespace

StateAttributes state_attributes(const ClassLayout& layout) {
  StateAttributes known;
  const FunctionDefinition* set_state = layout.find_method("__setstate__");
  known.escapes = true;
  if (set_state == nullptr || set_state->parameters.size() != 2) return known;
  const Deeds deeds = Inspection(layout).run(*set_state);
  known.escapes = deeds.escapes;
  known.is_pure = !deeds.calls_others;
  Follower follower(*set_state);
  known.paths = follower.take_attributes();
  const FunctionDefinition* packs = layout.find_method(kPackingMethod);
  if (packs != nullptr && follower.packing()) {
    known.packing = follower.packing();
    known.packing->op = packing_op(*packs);
  }
  for (const std::string& name : deeds.assigned) known.paths[name] = std::nullopt;
  return known;
}

std::optional<PickleRef> item_at(const Pickle& pickle, PickleRef state, const StatePath& path) {
  for (const std::int64_t index : path) {
    const auto* tuple = pickle.get<PickleTuple>(state);
    if (tuple == nullptr || index < 0 || static_cast<std::size_t>(index) >= tuple->elements.size()) return std::nullopt;
    state = tuple->elements[static_cast<std::size_t>(index)];
  }
  return state;
}

}  // namespace flopaudit
