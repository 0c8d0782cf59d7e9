#include "runtime/executor/container_steps.h"

#include <algorithm>
#include <charconv>

#include "analyzer/support/assert.h"

namespace flopaudit {
namespace {

using Values = std::vector<c10::IValue>;

c10::IValue make_list(const Step& step, Values elements) {
  c10::impl::GenericList list(step.type->expectRef<c10::ListType>().getElementType());
  list.reserve(elements.size());
  for (c10::IValue& element : elements) list.push_back(std::move(element));
  return list;
}

c10::IValue make_dict(const Step& step, Values operands) {
  const auto& type = step.type->expectRef<c10::DictType>();
  c10::impl::GenericDict dict(type.getKeyType(), type.getValueType());
  for (std::size_t i = 0; i + 1 < operands.size(); i += 2) dict.insert_or_assign(operands[i], operands[i + 1]);
  return dict;
}

c10::IValue make_tuple(const Step& step, Values elements) {
  if (step.type != nullptr)
    return c10::ivalue::Tuple::createNamed(std::move(elements), step.type->cast<c10::TupleType>());
  return c10::ivalue::Tuple::create(std::move(elements));
}

c10::IValue element_of(const c10::IValue& tuple, std::int64_t index) {
  const auto& elements = tuple.toTupleRef().elements();
  const auto size = static_cast<std::int64_t>(elements.size());
  return elements.vec().at(static_cast<std::size_t>(index < 0 ? index + size : index));
}

// `name` is "begin:end".
c10::IValue slice_of(const Step& step, const c10::IValue& tuple) {
  const Values elements = tuple.toTupleRef().elements().vec();
  std::size_t begin = 0;
  std::size_t end = elements.size();
  const std::size_t colon = step.name.find(':');
  std::from_chars(step.name.data(), step.name.data() + colon, begin);
  std::from_chars(step.name.data() + colon + 1, step.name.data() + step.name.size(), end);
  end = std::min(end, elements.size());
  begin = std::min(begin, end);
  return c10::ivalue::Tuple::create(Values(elements.begin() + static_cast<std::ptrdiff_t>(begin),
                                           elements.begin() + static_cast<std::ptrdiff_t>(end)));
}

bool is_instance(const Step& step, const c10::IValue& value) {
  const c10::TypePtr type = value.type();
  return std::any_of(step.tested_types.begin(), step.tested_types.end(),
                     [&](const c10::TypePtr& tested) { return type->isSubtypeOf(*tested); });
}

c10::IValue create_object(const Step& step, const std::shared_ptr<torch::jit::CompilationUnit>& unit) {
  const auto type = step.type->expect<c10::ClassType>();
  return c10::ivalue::Object::create(c10::StrongTypePtr(unit, type), type->numAttributes());
}

// `with` blocks: LibTorch's own methods of the context manager, which do no arithmetic.
Values call_method(const Step& step, const c10::IValue& object, const char* name, Values arguments) {
  arguments.insert(arguments.begin(), object);
  c10::IValue result = object.toObject()->type()->getMethod(name)(std::move(arguments));
  return step.results.empty() ? Values{} : Values{std::move(result)};
}

}  // namespace

Result<Values> run_container_step(const Step& step, Values operands,
                                  const std::shared_ptr<torch::jit::CompilationUnit>& unit) {
  switch (step.kind) {
    case StepKind::list_construct: return Values{make_list(step, std::move(operands))};
    case StepKind::list_unpack: return operands.at(0).toListRef().vec();
    case StepKind::tuple_construct: return Values{make_tuple(step, std::move(operands))};
    case StepKind::tuple_unpack: return operands.at(0).toTupleRef().elements().vec();
    case StepKind::tuple_index: return Values{element_of(operands.at(0), operands.at(1).toInt())};
    case StepKind::tuple_slice: return Values{slice_of(step, operands.at(0))};
    case StepKind::dict_construct: return Values{make_dict(step, std::move(operands))};
    case StepKind::get_attribute: return Values{operands.at(0).toObject()->getAttr(step.name)};
    case StepKind::set_attribute: operands.at(0).toObject()->setAttr(step.name, operands.at(1)); return Values{};
    case StepKind::create_object: return Values{create_object(step, unit)};
    case StepKind::is_instance: return Values{is_instance(step, operands.at(0))};
    case StepKind::pass_through: return Values{std::move(operands.at(0))};
    case StepKind::uninitialized: return Values{c10::IValue::uninitialized()};
    case StepKind::wait: return Values{operands.at(0).toFuture()->value()};
    case StepKind::enter: return call_method(step, operands.at(0), "__enter__", {});
    case StepKind::exit:
      return call_method(step, operands.at(0), "__exit__", {c10::IValue(), c10::IValue(), c10::IValue()});
    case StepKind::ignore: return Values{};
    default: break;
  }
  FA_ASSERT(false, "a step kind that the interpreter runs itself");
}

}  // namespace flopaudit
