#include "runtime/executor/left_out.h"

#include <ATen/ATen.h>

#include <set>

namespace flopaudit {
namespace {

// What stands for a result that there is none of.
struct Missing : torch::CustomClassHolder {
  explicit Missing(std::string reason) : why(std::move(reason)) {}
  std::string why;
};

constexpr int kMaxDepth = 64;  // of containers inside of containers

const void* identity_of(const c10::IValue& value) {
  if (value.isTensor()) {
    const at::Tensor& tensor = value.toTensor();
    if (!tensor.defined()) return nullptr;
    return tensor.has_storage() ? static_cast<const void*>(tensor.storage().unsafeGetStorageImpl())
                                : static_cast<const void*>(tensor.unsafeGetTensorImpl());
  }
  return value.isPtrType() ? value.internalToPointer() : nullptr;
}

// Operators that move values in and out of containers and do not look at them. The last operand of those that put one
// in may be anything.
bool puts_last_operand(const std::string& op) {
  static const std::set<std::string> kOps = {"aten::append", "aten::_set_item", "aten::insert"};
  return kOps.contains(op);
}
bool handles_containers(const std::string& op) {
  static const std::set<std::string> kOps = {"aten::__getitem__", "aten::len",  "aten::extend", "aten::pop",
                                             "aten::clear",       "aten::keys", "aten::values", "aten::items",
                                             "aten::get",         "aten::list", "aten::copy",   "aten::reverse",
                                             "aten::slice",       "aten::dict", "aten::add_"};
  return kOps.contains(op);
}

bool is_container(const c10::IValue& value) { return value.isList() || value.isGenericDict(); }

// How many of a step's first operands it looks at.
std::size_t looked_at(const Step& step, const std::vector<c10::IValue>& operands) {
  switch (step.kind) {
    case StepKind::list_construct:
    case StepKind::tuple_construct:
    case StepKind::dict_construct:
    case StepKind::create_object:
    case StepKind::uninitialized:
    case StepKind::fork:
    case StepKind::call_function:
    case StepKind::pass_through:
    case StepKind::raise:
    case StepKind::ignore: return 0;
    case StepKind::loop: return 2;
    case StepKind::operation: return puts_last_operand(step.node->op.name) ? operands.size() - 1 : operands.size();
    default: return std::min<std::size_t>(1, operands.size());
  }
}

}  // namespace

std::string LeftOut::reason(const Step& step, const std::vector<c10::IValue>& operands) const {
  if (!any_) return "";
  const std::string& op = step.node->op.name;
  const bool keeps = step.kind != StepKind::operation || puts_last_operand(op) ||
                     (handles_containers(op) && !operands.empty() && is_container(operands[0]));
  const std::size_t count = looked_at(step, operands);
  for (std::size_t i = 0; i < count; ++i) {
    std::string why = keeps ? reason_of(operands[i]) : reason_inside(operands[i], 0);
    if (!why.empty()) return why;
  }
  return "";
}

std::string LeftOut::reason_of(const c10::IValue& value) const {
  if (value.isCapsule()) {
    const auto capsule = value.toCapsule();
    if (const auto* missing = dynamic_cast<const Missing*>(capsule.get())) return missing->why;
  }
  const auto spoiled = spoiled_.find(identity_of(value));
  return spoiled == spoiled_.end() ? "" : spoiled->second.second;
}

std::string LeftOut::reason_inside(const c10::IValue& value, int depth) const {
  std::string why = reason_of(value);
  if (!why.empty() || depth > kMaxDepth) return why;
  const auto look = [&](const c10::IValue& inner) {
    if (why.empty()) why = reason_inside(inner, depth + 1);
  };
  if (value.isTuple()) {
    for (const c10::IValue& element : value.toTupleRef().elements()) look(element);
  } else if (value.isList() && !value.isIntList() && !value.isDoubleList() && !value.isBoolList()) {
    for (const c10::IValue& element : value.toListRef()) look(element);
  } else if (value.isGenericDict()) {
    for (const auto& item : value.toGenericDict()) look(item.value());
  }
  return why;
}

std::vector<c10::IValue> LeftOut::results(const Step& step, std::vector<c10::IValue>& slots, const std::string& why) {
  any_ = true;
  forget_writes(step, slots, why);
  const c10::IValue missing = c10::IValue::make_capsule(c10::make_intrusive<Missing>(why));
  return std::vector<c10::IValue>(step.results.size(), missing);
}

void LeftOut::forget_writes(const Step& step, std::vector<c10::IValue>& slots, const std::string& why) {
  const auto spoil = [&](const c10::IValue& value) {
    if (const void* identity = identity_of(value)) spoiled_.try_emplace(identity, value, why);
  };
  if (step.kind == StepKind::set_attribute) {
    const c10::IValue& object = slots[static_cast<std::size_t>(step.operands.at(0))];
    if (object.isObject()) {
      object.toObject()->setAttr(step.name, c10::IValue::make_capsule(c10::make_intrusive<Missing>(why)));
    }
  }
  if (step.kind == StepKind::operation) {
    const auto& arguments = step.op.entry->schema().arguments();
    for (std::size_t i = 0; i < arguments.size() && i < step.operands.size(); ++i) {
      const bool writes = arguments[i].alias_info() != nullptr && arguments[i].alias_info()->isWrite();
      if (writes) spoil(slots[static_cast<std::size_t>(step.operands[i])]);
    }
  }
  for (const RegionPlan& region : step.regions) {
    for (const Step& inner : region.steps) forget_writes(inner, slots, why);
  }
}

}  // namespace flopaudit
