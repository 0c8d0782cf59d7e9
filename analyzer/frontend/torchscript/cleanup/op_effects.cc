#include "analyzer/frontend/torchscript/cleanup/op_effects.h"

#include <algorithm>
#include <array>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>
#include <unordered_map>

#include "analyzer/ir/schema_table.h"

namespace flopaudit::cleanup {
namespace {

// Operators that LibTorch registers as ones about which their schema does not tell all. Sorted.
constexpr std::array<std::string_view, 9> kConservative = {
    "aten::_get_cpu_capability", "aten::backward",        "aten::get_autocast_dtype", "aten::is_autocast_cpu_enabled",
    "aten::is_autocast_enabled", "aten::is_grad_enabled", "aten::set_grad_enabled",   "prim::CallFunction",
    "prim::CallMethod"};
// As the namespace says: they ask the processor, or write a profile. Sorted.
constexpr std::array<std::string_view, 2> kConservativeNamespaces = {"mkldnn", "profiler"};

// Kept though nothing uses their results. Sorted.
constexpr std::array<std::string_view, 10> kSideEffects = {
    "aten::manual_seed", "aten::save",     "aten::wait",           "aten::warn",    "prim::AddStatValue",
    "prim::Print",       "prim::PythonOp", "prim::RaiseException", "prim::SetAttr", "prim::TimePoint"};

// Ops of the language itself, without a row in the table of schemas, that change nothing. Sorted.
constexpr std::array<std::string_view, 16> kLanguage = {"prim::CreateObject",
                                                        "prim::DictConstruct",
                                                        "prim::EmptyListLiteral",
                                                        "prim::GetAttr",
                                                        "prim::If",
                                                        "prim::ListConstruct",
                                                        "prim::ListUnpack",
                                                        "prim::Loop",
                                                        "prim::TupleConstruct",
                                                        "prim::TupleIndex",
                                                        "prim::TupleSlice",
                                                        "prim::TupleUnpack",
                                                        "prim::Uninitialized",
                                                        "prim::fork",
                                                        "prim::isinstance",
                                                        "prim::unchecked_cast"};

template <std::size_t size>
bool contains(const std::array<std::string_view, size>& sorted, std::string_view word) {
  return std::binary_search(sorted.begin(), sorted.end(), word);
}

std::vector<std::string> split_sets(const std::string& text) {
  std::vector<std::string> sets;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find('|', begin), text.size());
    sets.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return sets;
}

OpEffects::Mark mark_of(const SchemaValue& value, std::size_t position) {
  OpEffects::Mark mark{position, {}, false, false};
  if (!value.alias) return mark;
  mark.sets = split_sets(value.alias->before);
  mark.writes = value.alias->writes;
  mark.escapes = value.alias->before != value.alias->after && value.alias->after == "*";
  return mark;
}

OpEffects worked_out(const OpName& op) {
  OpEffects effects;
  const std::string_view name_space = std::string_view(op.name).substr(0, op.name.find("::"));
  effects.conservative = contains(kConservative, op.name) || contains(kConservativeNamespaces, name_space) ||
                         op.name == "prim::Enter" || op.name == "prim::Exit";
  effects.has_side_effects = effects.conservative || contains(kSideEffects, op.name);
  if (effects.conservative || contains(kLanguage, op.name)) return effects;
  const std::optional<Schema> schema = find_schema(op.full());
  if (!schema) {
    effects.conservative = !effects.has_side_effects;
    effects.has_side_effects = true;
    return effects;
  }
  for (std::size_t i = 0; i < schema->arguments.size(); ++i) {
    if (schema->arguments[i].alias) effects.arguments.push_back(mark_of(schema->arguments[i], i));
  }
  for (std::size_t i = 0; i < schema->results.size(); ++i) effects.results.push_back(mark_of(schema->results[i], i));
  return effects;
}

}  // namespace

bool OpEffects::writes() const {
  return std::any_of(arguments.begin(), arguments.end(), [](const Mark& mark) { return mark.writes; });
}

const OpEffects& effects_of(const OpName& op) {
  static std::mutex mutex;
  static std::unordered_map<std::string, std::unique_ptr<OpEffects>> known;
  const std::lock_guard lock(mutex);
  std::unique_ptr<OpEffects>& effects = known[op.full()];
  if (effects == nullptr) effects = std::make_unique<OpEffects>(worked_out(op));
  return *effects;
}

}  // namespace flopaudit::cleanup
