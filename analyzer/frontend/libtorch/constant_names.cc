#include "analyzer/frontend/libtorch/constant_names.h"

#include <algorithm>
#include <string_view>

namespace flopaudit {
namespace {

constexpr std::string_view kPrefix = "CONSTANTS.c";

// "CONSTANTS.c12" out of the text that a range covers, or empty.
std::string name_in_source(const torch::jit::SourceRange& range) {
  if (!range.source() || range.end() < range.start()) return "";
  const std::string text = range.text().str();
  const std::size_t start = text.find(kPrefix);
  if (start == std::string::npos) return "";
  const std::size_t end = text.find_first_not_of("0123456789", start + kPrefix.size());
  if (text.find(kPrefix, start + 1) != std::string::npos) return "";  // covers two of them: not this constant alone
  return end == start + kPrefix.size() ? "" : text.substr(start, end == std::string::npos ? end : end - start);
}

template <typename Elements>
bool all_literal(const Elements& elements) {
  return std::all_of(elements.begin(), elements.end(), [](const c10::IValue& element) { return is_literal(element); });
}

}  // namespace

bool is_literal(const c10::IValue& value) {
  if (value.isList()) return all_literal(value.toListRef());
  if (value.isTuple()) return all_literal(value.toTupleRef().elements());
  if (value.isGenericDict()) {
    const auto items = value.toGenericDict();
    return std::all_of(items.begin(), items.end(),
                       [](const auto& item) { return is_literal(item.key()) && is_literal(item.value()); });
  }
  return value.isNone() || value.isInt() || value.isDouble() || value.isBool() || value.isString() ||
         value.isDevice() || value.isComplexDouble();
}

std::string ConstantNames::name(const torch::jit::Node& constant, const c10::IValue& value) {
  if (value.isEnum()) {  // a member of an enum has a name of its own
    const auto& member = *value.toEnumHolder();
    std::string path = member.qualifiedClassName() + "." + member.name();
    values_.emplace(path, value);
    return path;
  }
  std::string name = name_in_source(constant.sourceRange());
  if (!name.empty()) {
    const auto [entry, inserted] = values_.emplace(name, value);
    if (inserted || entry->second.is(value)) return name;
  }
  for (const auto& [known, other] : values_) {
    if (other.is(value)) return known;
  }
  name = "CONSTANTS.x" + std::to_string(unnamed_++);
  values_.emplace(name, value);
  return name;
}

}  // namespace flopaudit
