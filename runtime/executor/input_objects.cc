#include "runtime/executor/input_objects.h"

#include <torch/csrc/jit/api/compilation_unit.h>

#include "analyzer/frontend/libtorch/value_conversion.h"
#include "runtime/executor/ivalue_of_fact.h"

namespace flopaudit {

Result<c10::IValue> input_value(const Program& program, const Fact& fact, const Type& type, const std::string& name,
                                std::uint64_t seed, const std::shared_ptr<torch::jit::CompilationUnit>& classes) {
  const auto* tuple = fact.get<TupleFact>();
  const c10::TupleTypePtr named = tuple != nullptr && type.kind == Type::Kind::named && classes
                                      ? classes->get_named_tuple(c10::QualifiedName(type.name))
                                      : nullptr;
  if (named != nullptr && named->elements().size() == tuple->elements.size()) {
    std::vector<c10::IValue> elements;
    for (const Fact& element : tuple->elements) {
      const std::size_t place = elements.size();
      FA_ASSIGN(c10::IValue value, input_value(program, element, type_of(*named->elements()[place]),
                                               name + "." + std::to_string(place), seed, classes));
      elements.push_back(std::move(value));
    }
    return c10::IValue(c10::ivalue::Tuple::createNamed(std::move(elements), named));
  }
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

c10::IValue copy_of_input(const c10::IValue& input) {
  if (input.isComplexDouble()) return input;  // LibTorch copies no complex number
  const c10::TupleTypePtr type = input.isTuple() ? input.type()->cast<c10::TupleType>() : nullptr;
  if (type == nullptr || !type->name()) return input.deepcopy();
  std::vector<c10::IValue> elements;
  for (const c10::IValue& element : input.toTupleRef().elements()) elements.push_back(copy_of_input(element));
  return c10::IValue(c10::ivalue::Tuple::createNamed(std::move(elements), type));
}

}  // namespace flopaudit
