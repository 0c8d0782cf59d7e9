// Branches and loops. LibTorch finds out which variables they change after it has emitted them; here a variable that a
// block stores and that is known around it becomes a result at once, in the order of the names, as there.
#include <limits>
#include <utility>

#include "analyzer/frontend/torchscript/function_emitter.h"

namespace flopaudit {
namespace {

using Names = std::set<std::string>;

void add_target_names(const Expression& target, Names& names) {
  if (target.kind == Expression::Kind::name) names.insert(target.text);
  if (target.kind == Expression::Kind::tuple) {
    for (const Expression& child : target.children) add_target_names(child, names);
  }
}

// Every name that the statements assign, in inner blocks too.
void add_assigned_names(const std::vector<Statement>& statements, Names& names) {
  for (const Statement& statement : statements) {
    for (const Expression& target : statement.targets) add_target_names(target, names);
    add_assigned_names(statement.body, names);
    add_assigned_names(statement.orelse, names);
  }
}

}  // namespace

Result<Simple> FunctionEmitter::to_bool(Simple value, std::uint32_t offset) {
  if (value.type.kind == Type::Kind::boolean) return value;
  CallArguments arguments;
  arguments.positional.push_back(std::move(value));
  return call_builtin("aten::Bool", arguments, offset);
}

Result<Simple> FunctionEmitter::emit_condition(const Expression& expression) {
  refinement_then_.reset();
  refinement_else_.reset();
  FA_ASSIGN(Simple value, emit(expression));
  return to_bool(std::move(value), expression.offset);
}

Result<void> FunctionEmitter::emit_if(const Statement& statement) {
  FA_ASSIGN(const Simple condition, emit_condition(*statement.value));
  const auto refined_then = std::exchange(refinement_then_, std::nullopt);
  const auto refined_else = std::exchange(refinement_else_, std::nullopt);
  // A condition that is a constant as it stands (a literal, an isinstance that the types decide) chooses now.
  const auto* known = condition.value->fact.get<BoolFact>();
  if (condition.value->origin == Value::Origin::constant && !condition.loaded && known != nullptr && known->value) {
    return emit_statements(*known->value ? statement.body : statement.orelse);
  }
  Node& node = insert("prim::If", {condition.value}, statement.offset);
  FA_ASSIGN(Frame then, emit_branch(node, statement.body, refined_then));
  FA_ASSIGN(Frame other, emit_branch(node, statement.orelse, refined_else));
  return join_branches(node, then, other);
}

Result<FunctionEmitter::Frame> FunctionEmitter::emit_branch(
    Node& node, const std::vector<Statement>& statements,
    const std::optional<std::pair<std::string, Type>>& refinement) {
  Region& region = *node.regions.emplace_back(std::make_unique<Region>());
  region.parent = &node;
  Region* const outer = std::exchange(region_, &region);
  frames_.push_back({&region, {}});
  if (refinement) {
    const Sugared* variable = find(refinement->first);
    if (variable != nullptr && variable->is_simple() && variable->object.type != refinement->second) {
      Value* const from = variable->object.value;
      Simple refined = result_of(insert("prim::unchecked_cast", {from}, std::nullopt), refinement->second);
      FA_TRY(store(refinement->first, Sugared::of(std::move(refined)), std::nullopt, std::nullopt));
    }
  }
  FA_TRY(emit_statements(statements));
  Frame frame = std::move(frames_.back());
  frames_.pop_back();
  region_ = outer;
  return frame;
}

Result<void> FunctionEmitter::join_branches(Node& node, Frame& then, Frame& other) {
  Names changed;
  const auto add_changed = [&](const Frame& a, const Frame& b) {
    for (const auto& [name, value] : a.names) {
      if (!value.is_simple()) continue;
      const auto in_b = b.names.find(name);
      const Sugared* elsewhere = in_b != b.names.end() ? &in_b->second : find(name);
      if (elsewhere != nullptr && elsewhere->is_simple()) changed.insert(name);
    }
  };
  add_changed(then, other);
  add_changed(other, then);
  for (const std::string& name : changed) {
    const auto value_in = [&](const Frame& frame) {
      const auto found = frame.names.find(name);
      return found != frame.names.end() ? found->second.object : find(name)->object;
    };
    const Simple a = value_in(then), b = value_in(other);
    const std::optional<Type> type = types_.unify(a.type, b.type);
    if (!type) {  // may not be used behind the branches; a Union where it is
      frames_.back().names.erase(name);
      continue;
    }
    FA_TRY(within_budget(std::nullopt));
    node.regions[0]->results.push_back(a.value);
    node.regions[1]->results.push_back(b.value);
    store_simple(name, result_of(node, *type, is_meaningful_name(name) ? name : ""));
  }
  return {};
}

Result<void> FunctionEmitter::emit_loop(const Statement& statement) {
  std::optional<Sugared> range;
  if (statement.kind == Statement::Kind::for_) {
    FA_ASSIGN(range, emit_sugared(*statement.value, 1, nullptr));
  }
  Names assigned, carried;
  add_assigned_names(statement.body, assigned);
  if (statement.kind == Statement::Kind::for_) {
    for (const Expression& target : statement.targets) add_target_names(target, assigned);
  }
  for (const std::string& name : assigned) {
    const Sugared* outside = find(name);
    if (outside != nullptr && outside->is_simple()) carried.insert(name);
  }
  // A body can also change variables without an assignment, by what a condition says of their types, and assign some in
  // branches that are left out. Rare: it is then emitted again.
  constexpr int kMostRepeatedLoops = 256;
  for (;;) {
    Names changed;
    const std::size_t before = region_->nodes.size();
    FA_TRY(emit_loop_with(statement, range ? &*range : nullptr, carried, changed));
    if (changed == carried) return {};
    if (++repeated_loops_ > kMostRepeatedLoops) return failure("too many loops refine types", statement.offset);
    forget_nodes_after(before);
    carried = std::move(changed);
  }
}

Result<Simple> FunctionEmitter::loop_trip_count(const Sugared* range, std::uint32_t offset) {
  if (range == nullptr) return integer_constant(std::numeric_limits<std::int64_t>::max());
  if (range->kind == Sugared::Kind::range) {
    if (range->bounds.size() == 1) return range->bounds[0];
    CallArguments arguments;
    arguments.positional = range->bounds;
    return call_builtin("aten::__range_length", arguments, offset);
  }
  if (!range->is_simple()) return failure("a loop over what has no length", offset);
  CallArguments arguments;
  arguments.positional.push_back(range->object);
  return call_builtin("aten::len", arguments, offset);
}

Result<void> FunctionEmitter::bind_loop_targets(const Statement& statement, const Sugared& range, const Simple& index) {
  Simple element = index;
  if (range.is_simple()) {
    CallArguments arguments;
    arguments.positional = {range.object, index};
    FA_ASSIGN(element, call_builtin("aten::__getitem__", arguments, statement.offset));
  } else if (range.bounds.size() == 3) {
    CallArguments arguments;
    arguments.positional = {index, range.bounds[0], range.bounds[2]};
    FA_ASSIGN(element, call_builtin("aten::__derive_index", arguments, statement.offset));
  }
  if (statement.targets.size() > 1) return assign_tuple(statement.targets, element, statement.offset);
  const Expression& target = statement.targets[0];
  // The index itself is an argument of the body, which a name of the program names.
  if (element.value->origin == Value::Origin::argument && target.kind == Expression::Kind::name &&
      is_meaningful_name(target.text)) {
    element.value->name = target.text;
  }
  return assign(target, Sugared::of(element), std::nullopt);
}

Result<void> FunctionEmitter::emit_loop_with(const Statement& statement, const Sugared* range, const Names& carried,
                                             Names& changed) {
  FA_ASSIGN(const Simple trip_count, loop_trip_count(range, statement.offset));
  Simple condition = constant(Type::of(Type::Kind::boolean), Fact::boolean(true));
  if (range == nullptr) {
    FA_ASSIGN(condition, emit_condition(*statement.value));
  }
  std::vector<Value*> operands = {trip_count.value, condition.value};
  for (const std::string& name : carried) operands.push_back(find(name)->object.value);
  Node& node = insert("prim::Loop", std::move(operands), statement.offset);
  Region& body = *node.regions.emplace_back(std::make_unique<Region>());
  body.parent = &node;
  Value* index = graph_->add_argument(body, unnamed(), Type::of(Type::Kind::integer));
  Frame around{&body, {}};  // the variables as the body finds them
  for (const std::string& name : carried) {
    const Type type = find(name)->object.type;
    Value* argument = graph_->add_argument(body, name, type);  // also where the name means nothing
    around.names[name] = Sugared::of({argument, type, true});
  }
  Region* const outer = std::exchange(region_, &body);
  frames_.push_back(std::move(around));
  frames_.push_back({&body, {}});
  if (range != nullptr) FA_TRY(bind_loop_targets(statement, *range, {index, index->type, false}));
  FA_TRY(emit_statements(statement.body));
  Simple again = constant(Type::of(Type::Kind::boolean), Fact::boolean(true));
  if (range == nullptr) {
    FA_ASSIGN(again, emit_condition(*statement.value));
  }
  const Frame stored = std::move(frames_.back());
  frames_.pop_back();
  const Frame found = std::move(frames_.back());
  frames_.pop_back();
  region_ = outer;

  for (const auto& [name, value] : stored.names) {
    const Sugared* outside = find(name);
    if (value.is_simple() && outside != nullptr && outside->is_simple()) changed.insert(name);
  }
  if (changed != carried) return {};
  body.results.push_back(again.value);
  for (const std::string& name : carried) {
    const Simple& value = stored.names.at(name).object;
    const Type type = types_.unify(found.names.at(name).object.type, value.type).value_or(value.type);
    body.results.push_back(value.value);
    FA_TRY(within_budget(statement.offset));
    store_simple(name, result_of(node, type, is_meaningful_name(name) ? name : ""));
  }
  return {};
}

}  // namespace flopaudit
