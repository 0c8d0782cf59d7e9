// What needs the node or the objects of the model, apart from control flow.
#include <algorithm>

#include "analyzer/ir/effects.h"
#include "passes/interpreter/alternatives.h"
#include "passes/interpreter/fact_tools.h"
#include "passes/interpreter/interpreter.h"
#include "passes/interpreter/node_text.h"

namespace flopaudit {
namespace {

// The object that a value is, or all that it may be; empty: not known.
std::vector<ObjectFact> objects_in(const Fact& fact) {
  if (const auto* object = fact.get<ObjectFact>()) return {*object};
  std::vector<ObjectFact> objects;
  for (const Fact& alternative : fact.alternatives() != nullptr ? *fact.alternatives() : std::vector<Fact>()) {
    const auto* object = alternative.get<ObjectFact>();
    if (object == nullptr) return {};
    objects.push_back(*object);
  }
  return objects;
}

}  // namespace

Result<Interpreter::Outcome> Interpreter::unpack_list(Node& node, const std::vector<Fact>& inputs) {
  const auto* list = inputs.front().get<ListFact>();
  if (list != nullptr && list->elements && list->elements->is_uniform()) return unpack_uniform_list(node, inputs);
  if (list == nullptr || !list->elements || !*list->elements) {
    return unknown_results(node, inputs, "the length of the list is not known");
  }
  if ((*list->elements)->size() != node.results.size()) {
    return misfit(node, inputs,
                  "it unpacks " + std::to_string(node.results.size()) + " values from a list of " +
                      std::to_string((*list->elements)->size()));
  }
  return Outcome{false, **list->elements};
}

// Its length is what the node takes.
Result<Interpreter::Outcome> Interpreter::unpack_uniform_list(Node& node, const std::vector<Fact>& inputs) {
  const ListElements& list = *inputs.front().get<ListFact>()->elements;
  const Expr wanted = static_cast<std::int64_t>(node.results.size());
  const SizeConditionScope noted;
  const SizeEquationScope equations;
  if (list.length() && !must_be_equal(*list.length(), wanted)) {
    return misfit(node, inputs,
                  "it unpacks " + wanted.to_string() + " values from a list of " + list.length()->to_string());
  }
  assume(node, noted.conditions(), equations.equations());
  Outcome outcome;
  for (std::size_t i = 0; i < node.results.size(); ++i) {
    outcome.results.push_back(*list.element());
    take_for_many(outcome.results.back());
  }
  name_open(node, inputs, outcome.results);
  return outcome;
}

Result<Interpreter::Outcome> Interpreter::unpack_tuple(Node& node, const std::vector<Fact>& inputs) {
  const auto* tuple = inputs.front().get<TupleFact>();
  if (tuple == nullptr) return unknown_results(node, inputs, "the tuple is not known");
  if (tuple->elements.size() != node.results.size()) {
    return misfit(node, inputs,
                  "it unpacks " + std::to_string(node.results.size()) + " values from a tuple of " +
                      std::to_string(tuple->elements.size()));
  }
  return Outcome{false, tuple->elements};
}

Result<Interpreter::Outcome> Interpreter::get_attribute(Node& node, const std::vector<Fact>& inputs) {
  const std::vector<ObjectFact> objects = objects_in(inputs.front());
  const auto name = node.attributes.find("name");
  if (objects.empty() || name == node.attributes.end()) return unknown_results(node, inputs, "its object is not known");
  std::optional<Fact> read;
  for (const ObjectFact& object : objects) {
    seed_attribute(object, name->second);
    const Fact* fact = environment_.attribute(object.path, name->second);
    if (fact == nullptr) return unknown_results(node, inputs, "the attribute may have been changed");
    if (fact->is_unknown() && fact->alternatives() == nullptr) {
      return Outcome{false, {unknown_of_type(node.results.front()->type, reason_of(*fact))}};
    }
    const Fact stored = environment_.as_stored(*fact);
    read = read ? join_paths(*read, stored) : stored;
  }
  Outcome outcome{false, {*std::move(read)}};
  if (objects.size() > 1) name_open(node, inputs, outcome.results);
  return outcome;
}

void Interpreter::seed_attribute(const ObjectFact& object, const std::string& name) {
  const auto found = objects_.find(object.path);
  const Attribute* attribute = found == objects_.end() ? nullptr : found->second->find(name);
  if (attribute == nullptr || !seeded_.insert(attribute).second) return;
  Fact fact = attribute->value.snapshot();
  for_each_tensor(fact, [this](TensorFact& tensor) {
    tensor.alias_class = environment_.fresh_class();
    tensor.identity = environment_.some_object();
  });
  environment_.seed_attribute(object.path, name, std::move(fact));
}

Result<Interpreter::Outcome> Interpreter::set_attribute(Node& node, const std::vector<Fact>& inputs) {
  const std::vector<ObjectFact> objects = objects_in(inputs.front());
  const auto name = node.attributes.find("name");
  if (objects.empty() || name == node.attributes.end() || inputs.size() < 2) {
    environment_.forget_attributes();
    return Outcome{};
  }
  for (const ObjectFact& object : objects) write_attribute(object, name->second, inputs[1], objects.size() == 1);
  return Outcome{};
}

// `certainly`: of that object, not of another one that the value may be.
void Interpreter::write_attribute(const ObjectFact& object, const std::string& name, const Fact& fact, bool certainly) {
  seed_attribute(object, name);
  const Fact* before = environment_.attribute(object.path, name);
  const bool may_stay = !certainly || shared_objects_.contains(object.path);
  // One that was made in a branch that did not run has no attribute yet.
  environment_.set_attribute(object.path, name, may_stay && before != nullptr ? join_paths(*before, fact) : fact);
}

// What is not taken for its type by what is known of it is none of the alternatives.
Result<Interpreter::Outcome> Interpreter::cast(Node& node, const std::vector<Fact>& inputs) {
  if (inputs.size() != 1 || node.results.size() != 1) return unknown_results(node, inputs, "it takes one value");
  const bool unwraps = node.op.name == "aten::_unwrap_optional";
  if (unwraps && inputs[0].is_none()) return misfit(node, inputs, "a None is unwrapped");
  if (inputs[0] == Fact()) return unknown_results(node, inputs, "what it casts is not known");
  return Outcome{false, {narrowed(inputs[0], node.results.front()->type)}};
}

// An object has the place and iteration of its making as path. Of those that are made in any of many iterations one
// path stands for all.
Result<Interpreter::Outcome> Interpreter::create_object(Node& node, const std::vector<Fact>&) {
  constexpr std::int64_t kMostApart = 64;
  const auto is_one = [](const RunningLoop& loop) { return loop.trip >= 0 && loop.trip < kMostApart; };
  const bool is_apart = std::all_of(loops_.begin(), loops_.end(), is_one);
  const std::string path =
      "made by n" + std::to_string(node.id) + (is_apart ? iteration_suffix() : " in any iteration");
  if (!is_apart) shared_objects_.insert(path);
  return Outcome{false, {ObjectFact{path}}};
}

// A call that inline-calls left: its body is not in the file. Who is given no object of the model changes none.
Result<Interpreter::Outcome> Interpreter::call(Node& node, const std::vector<Fact>& inputs) {
  forget_written(node, inputs, /*rule_knows_containers=*/false);
  const bool is_given_objects = std::any_of(node.operands.begin(), node.operands.end(),
                                            [](const Value* operand) { return may_hold_objects(operand->type); });
  if (is_given_objects) environment_.forget_attributes();
  return unknown_results(node, inputs, "the body of what it calls is not in the file");
}

// The forked region runs in place: its arguments are the operands. A future is known as what it will give.
Result<Interpreter::Outcome> Interpreter::fork(Node& node, const std::vector<Fact>& inputs) {
  if (node.regions.empty() || node.regions.front()->arguments.size() != inputs.size()) return call(node, inputs);
  FA_ASSIGN(Outcome outcome, run_region(*node.regions.front(), inputs));
  if (outcome.raises || outcome.results.size() == 1) return outcome;
  return Outcome{false, {Fact::tuple(std::move(outcome.results))}};
}

Result<Interpreter::Outcome> Interpreter::wait(Node& node, const std::vector<Fact>& inputs) {
  const Fact& future = inputs.front();
  if (future.is_unknown() && future.alternatives() == nullptr) {
    return unknown_results(node, inputs, "the future is not known");
  }
  return Outcome{false, {inputs.front()}};
}

Result<Interpreter::Outcome> Interpreter::raise(Node& node, const std::vector<Fact>&) {
  raised_at_ = &node;
  return Outcome{true, {}};
}

Result<Interpreter::Outcome> Interpreter::make_uninitialized(Node&, const std::vector<Fact>&) {
  return Outcome{false, {uninitialized()}};
}

Result<Interpreter::Outcome> Interpreter::check_instance(Node& node, const std::vector<Fact>& inputs) {
  const auto types = node.attributes.find("types");
  if (types == node.attributes.end()) return unknown_results(node, inputs, "it names no types");
  return Outcome{false, {BoolFact{is_instance(inputs.front(), node.operands.front()->type, types->second)}}};
}

// What `__exit__` gives, which nothing reads; its static type says Tensor whatever it is.
Result<Interpreter::Outcome> Interpreter::leave_context(Node& node, const std::vector<Fact>& inputs) {
  forget_written(node, inputs, /*rule_knows_containers=*/false);
  const Fact result = Fact::unknown("what __exit__ gives");
  return Outcome{false, std::vector<Fact>(node.results.size(), result)};
}

}  // namespace flopaudit
