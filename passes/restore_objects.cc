// 1. The code of a class is inlined once and interpreted for each of its objects, on the facts of its saved state.
// 2. What its attributes are at the end is what they are in the model, but for what only that interpretation knows: the
//    contents of tensors, which code of other objects may change, objects made there, sizes that its data decides.
#include "passes/restore_objects.h"

#include <unordered_map>

#include "analyzer/ir/fact_symbols.h"
#include "passes/interpreter/fact_tools.h"
#include "passes/interpreter/interpreter.h"
#include "passes/pass_factories.h"

namespace flopaudit {
namespace {

// Nodes interpreted for all objects together: files can have many, and loops in each.
constexpr std::int64_t kMaxSteps = 1'000'000;
constexpr const char* kWhy = "made by __setstate__ of what only a run tells";

// An object that was made there, or one of the state: neither is known here.
bool holds_objects(Fact fact) {
  if (fact.get<ObjectFact>()) return true;
  bool found = false;
  for (const Fact& each : fact.alternatives() != nullptr ? *fact.alternatives() : std::vector<Fact>()) {
    found = found || holds_objects(each);
  }
  if (const auto* tuple = fact.get<TupleFact>()) {
    for (const Fact& element : tuple->elements) found = found || holds_objects(element);
  }
  const auto* list = fact.get<ListFact>();
  if (list != nullptr && list->elements && !list->elements->is_unknown()) {
    if (const Fact* element = list->elements->element()) return holds_objects(*element);
    for (const Fact& element : **list->elements) found = found || holds_objects(element);
  }
  const auto* dict = fact.get<DictFact>();
  if (dict != nullptr && dict->items && *dict->items) {
    for (const auto& [key, value] : **dict->items) found = found || holds_objects(key) || holds_objects(value);
  }
  return found;
}

Fact as_attribute(const Fact& made, const Type& type) {
  Fact fact = made.snapshot();
  if (holds_objects(fact) || !symbols_of(fact).empty()) return unknown_of_type(type, kWhy);
  for_each_tensor(fact, [](TensorFact& tensor) {
    tensor.contents.reset();
    tensor.alias_class = tensor.identity = 0;
    tensor.is_number = false;
  });
  return fact;
}

// How many steps it took.
std::int64_t restore(Object& object, Program& code, const Fact& state) {
  for_each_node(code.entry().body, [](Node& node) {
    node.cases.clear();
    node.executions = Range();
  });
  PassContext context;
  context.inputs = {state};
  Interpreter interpreter(code, context);
  if (!interpreter.run()) return interpreter.steps();
  for (Attribute& attribute : object.attributes) {
    if (!attribute.value.is_unknown()) continue;
    const Fact* made = interpreter.attribute("", attribute.name);
    if (made != nullptr && !(*made == Fact())) attribute.value = as_attribute(*made, attribute.type);
  }
  return interpreter.steps();
}

}  // namespace

void restore_objects(Program& program, std::vector<SavedObjects> saved) {
  std::unordered_map<std::string, Object*> objects;
  for (Object& object : program.objects) objects.emplace(object.path, &object);
  std::int64_t steps = 0;
  for (SavedObjects& of_class : saved) {
    PassContext context;
    if (!make_inline_calls()->run(*of_class.code, context)) continue;
    for (const SavedObjects::Instance& instance : of_class.instances) {
      const auto object = objects.find(instance.path);
      if (object == objects.end() || steps > kMaxSteps) continue;
      steps += 1 + restore(*object->second, *of_class.code, instance.state);
    }
  }
}

}  // namespace flopaudit
