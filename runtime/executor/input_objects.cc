#include "runtime/executor/input_objects.h"

#include <torch/csrc/jit/api/compilation_unit.h>

#include "runtime/executor/ivalue_of_fact.h"

namespace flopaudit {

Result<c10::IValue> input_value(const Program& program, const Fact& fact, const Type& type, const std::string& name,
                                std::uint64_t seed, const std::shared_ptr<torch::jit::CompilationUnit>& classes) {
  const auto* given = fact.get<ObjectFact>();
  if (given == nullptr) return ivalue_of(fact, type, name, seed, Fill::input);
  const Object* object = program.find_object(given->path);
  if (object == nullptr) return input_error("the input '" + name + "' is no object of the program");
  const c10::ClassTypePtr class_type = classes ? classes->get_class(c10::QualifiedName(object->class_name)) : nullptr;
  if (class_type == nullptr) {
    return input_error("the input '" + name + "' is an instance of " + object->class_name +
                       ", which only the model's file knows: run it with the model");
  }
  auto instance = c10::ivalue::Object::create(c10::StrongTypePtr(classes, class_type), class_type->numAttributes());
  for (const Attribute& attribute : object->attributes) {
    if (!class_type->hasAttribute(attribute.name)) {
      return input_error("the input '" + name + "' has an attribute \"" + attribute.name + "\", which " +
                         object->class_name + " does not have");
    }
    FA_ASSIGN(c10::IValue value,
              input_value(program, attribute.value, attribute.type, name + "." + attribute.name, seed, classes));
    instance->setAttr(attribute.name, std::move(value));
  }
  return c10::IValue(std::move(instance));
}

}  // namespace flopaudit
