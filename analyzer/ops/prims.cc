// The simple prim:: ops: containers made and read, casts without effect, prints. Control flow, calls, attributes and
// what unpacks into several results are the interpreter's own (passes/propagate_shapes).
#include "analyzer/ops/all_ops.h"
#include "analyzer/ops/scalar_helpers.h"

namespace flopaudit {
namespace {

// The elements keep their identity, as TorchScript's references do.
RuleResult<Facts> list_of_inputs(const Facts& inputs) { return one(Fact::list(inputs)); }
RuleResult<Facts> tuple_of_inputs(const Facts& inputs) { return one(Fact::tuple(inputs)); }

// key, value, key, value ...
RuleResult<Facts> dict_of_inputs(const Facts& inputs) {
  if (inputs.size() % 2 != 0) return misfit("a dict needs a value for every key");
  std::vector<std::pair<Fact, Fact>> items;
  for (std::size_t i = 0; i < inputs.size(); i += 2) items.emplace_back(inputs[i], inputs[i + 1]);
  return one(Fact::dict(std::move(items)));
}

RuleResult<Facts> tuple_element(const Facts& inputs) {
  FA_RULE(const Fact* tuple_fact, fact_at(inputs, 0));
  FA_RULE(const std::int64_t index, constant_at(inputs, 1));
  const auto* tuple = tuple_fact->get<TupleFact>();
  if (tuple == nullptr) {
    if (tuple_fact->is_unknown()) return missing("a tuple is unknown");
    return misfit("a tuple is expected: " + tuple_fact->to_string());
  }
  const auto size = static_cast<std::int64_t>(tuple->elements.size());
  if (index < -size || index >= size) {
    return misfit("index " + std::to_string(index) + " is out of range for " + tuple_fact->to_string());
  }
  return one(tuple->elements[static_cast<std::size_t>(index < 0 ? index + size : index)]);
}

RuleResult<Facts> same_value(const Facts& inputs) {
  FA_RULE(const Fact* value, fact_at(inputs, 0));
  return one(*value);
}

RuleResult<Facts> unwrapped(const Facts& inputs) {
  FA_RULE(const Fact* value, fact_at(inputs, 0));
  if (value->is_none()) return misfit("a None is unwrapped");
  return one(*value);
}

RuleResult<Facts> device_of_name(const Facts& inputs) {
  FA_RULE(const std::string name, string_at(inputs, 0));
  return one(DeviceFact{name});
}
RuleResult<Facts> device_type(const Facts& inputs) {
  FA_RULE(const Fact* fact, fact_at(inputs, 0));
  const auto* device = fact->get<DeviceFact>();
  if (device == nullptr) return missing("a device is unknown");
  return one(Fact::string(device->value.substr(0, device->value.find(':'))));
}

RuleResult<Facts> device_with_index(const Facts& inputs) {
  FA_RULE(const std::string name, string_at(inputs, 0));
  FA_RULE(const std::int64_t index, constant_at(inputs, 1));
  return one(DeviceFact{name + ":" + std::to_string(index)});
}
RuleResult<Facts> device_index(const Facts& inputs) {
  FA_RULE(const Fact* fact, fact_at(inputs, 0));
  const auto* device = fact->get<DeviceFact>();
  if (device == nullptr) return missing("a device is unknown");
  const std::size_t colon = device->value.find(':');
  if (colon == std::string::npos) return one(Fact::none());
  return one(Fact::integer(std::stoll(device->value.substr(colon + 1))));
}

// Members of enums are known by their names: `__torch__.Color.RED`.
template <bool equal>
RuleResult<Facts> same_member(const Facts& inputs) {
  const auto *a = inputs[0].get<ObjectFact>(), *b = inputs[1].get<ObjectFact>();
  if (a == nullptr || b == nullptr) return one(maybe_bool(std::nullopt));
  return one(Fact::boolean((a->path == b->path) == equal));
}
RuleResult<Facts> name_of_member(const Facts& inputs) {
  const auto* member = inputs[0].get<ObjectFact>();
  if (member == nullptr) return one(StrFact{});
  return one(Fact::string(member->path.substr(member->path.rfind('.') + 1)));
}

// What nothing here knows: the values of an enum's members, hashes, identities.
RuleResult<Facts> some_int(const Facts&) { return one(maybe_int(std::nullopt)); }
RuleResult<Facts> some_float(const Facts&) { return one(maybe_float(std::nullopt)); }
RuleResult<Facts> some_string(const Facts&) { return one(StrFact{}); }
// A handle of a profiler's region, which only its end takes.
RuleResult<Facts> some_handle(const Facts&) { return one(Fact::unknown("a handle of the profiler's")); }

// A saved program is not traced, and meets no class that overrides torch's functions.
RuleResult<Facts> no(const Facts&) { return one(Fact::boolean(false)); }

// Elements as Python numbers, of a tensor of one dim; its contents may be unknown, its length is not.
RuleResult<Facts> list_of_tensor(const Facts& inputs) {
  FA_RULE(const Dims dims, dims_at(inputs, 0));
  FA_RULE(const DType dtype, dtype_at(inputs, 0));
  const auto& contents = inputs[0].tensor()->contents;
  if (dims.size() != 1) return missing("a tensor of other than 1 dim is made a list");
  const Fact unknown = dtype == DType::boolean ? maybe_bool(std::nullopt)
                       : is_integral(dtype)    ? maybe_int(std::nullopt)
                                               : maybe_float(std::nullopt);
  if (!dims[0] || !dims[0]->constant() || *dims[0]->constant() > 4096) return one(Fact::uniform_list(dims[0], unknown));
  std::vector<Fact> list(static_cast<std::size_t>(*dims[0]->constant()), unknown);
  for (std::size_t i = 0; contents && i < list.size(); ++i) {
    const Expr* integer = std::get_if<Expr>(&(*contents)[i]);
    if (integer == nullptr) {
      list[i] = Fact::floating(std::get<double>((*contents)[i]));
    } else {
      list[i] = dtype == DType::boolean ? maybe_bool(is_not_zero(*integer)) : Fact::integer(*integer);
    }
  }
  return one(Fact::list(std::move(list)));
}

#define ROW(name, rule) \
  { name, rule, nullptr, "" }
// clang-format off
constexpr OpSpec kRows[] = {
    ROW("aten::_get_tracing_state", no),
    ROW("aten::_unwrap_optional", unwrapped),
    ROW("aten::device", device_of_name),
    ROW("aten::device.with_index", device_with_index),
    ROW("aten::eq.enum", same_member<true>),
    ROW("aten::has_torch_function", no),
    ROW("aten::hash.generic", some_int),
    ROW("aten::initial_seed", some_int),
    ROW("aten::manual_seed", no_results),
    ROW("aten::ne.enum", same_member<false>),
    ROW("aten::seed", some_int),
    ROW("aten::set_grad_enabled", no_results),
    ROW("aten::warn", no_results),
    ROW("prim::DictConstruct", dict_of_inputs),
    ROW("prim::EnumName", name_of_member),
    ROW("prim::EnumValue.float", some_float),
    ROW("prim::EnumValue.int", some_int),
    ROW("prim::EnumValue.str", some_string),
    ROW("prim::ListConstruct", list_of_inputs),
    ROW("prim::Print", no_results),
    ROW("prim::TupleConstruct", tuple_of_inputs),
    ROW("prim::TupleIndex", tuple_element),
    ROW("prim::id", some_int),
    ROW("prim::index", device_index),
    ROW("prim::tolist", list_of_tensor),
    ROW("prim::type", device_type),
    ROW("prim::unchecked_cast", same_value),
    ROW("prim::unchecked_unwrap_optional", same_value),
    ROW("profiler::_record_function_enter", some_handle),
    ROW("profiler::_record_function_enter_new", some_handle),
    ROW("profiler::_record_function_exit", no_results),
    ROW("profiler::_record_function_exit._RecordFunction", no_results),
};
// clang-format on
#undef ROW

}  // namespace

std::span<const OpSpec> prim_ops() { return kRows; }

}  // namespace flopaudit
