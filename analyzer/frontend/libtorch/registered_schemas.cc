#include "analyzer/frontend/libtorch/registered_schemas.h"

#include <torch/csrc/jit/runtime/operator.h>

#include <algorithm>
#include <set>
#include <sstream>

namespace flopaudit {
namespace {

bool is_set_character(char c) { return (c >= 'a' && c <= 'z') || c == '*'; }

// Sorts every `b|a`: sets of one letter each.
std::string with_sorted_sets(std::string text) {
  for (std::size_t bar = text.find('|'); bar != std::string::npos; bar = text.find('|', bar + 1)) {
    const std::size_t begin = bar - 1;
    std::size_t end = bar + 2;
    while (end + 1 < text.size() && text[end] == '|' && is_set_character(text[end + 1])) end += 2;
    std::string letters;
    for (std::size_t i = begin; i < end; i += 2) letters += text[i];
    std::sort(letters.begin(), letters.end());
    for (std::size_t i = begin; i < end; i += 2) text[i] = letters[(i - begin) / 2];
    bar = end - 1;
  }
  return text;
}

std::string text_of(const c10::FunctionSchema& schema) {
  std::ostringstream text;
  text << schema;
  return with_sorted_sets(text.str());
}

// The registered schemas: names sorted, the overloads of each in the order in which LibTorch tries them.
std::vector<c10::FunctionSchema> ordered_schemas() {
  std::set<std::string> names;
  for (const auto& op : torch::jit::getAllOperators()) names.insert(op->schema().name());
  std::vector<c10::FunctionSchema> schemas;
  for (const std::string& name : names) {
    std::set<std::string> seen;
    for (const auto& op : torch::jit::getAllOperatorsFor(c10::Symbol::fromQualString(name))) {
      if (seen.insert(text_of(op->schema())).second) schemas.push_back(op->schema());
    }
  }
  return schemas;
}

}  // namespace

std::vector<std::string> registered_schemas() {
  std::vector<std::string> lines;
  for (const c10::FunctionSchema& schema : ordered_schemas()) lines.push_back(text_of(schema));
  return lines;
}

std::vector<std::vector<std::string>> registered_types() {
  std::vector<std::vector<std::string>> types;
  for (const c10::FunctionSchema& schema : ordered_schemas()) {
    std::vector<std::string>& row = types.emplace_back();
    for (const c10::Argument& argument : schema.arguments()) row.push_back(argument.type()->annotation_str());
    for (const c10::Argument& result : schema.returns()) row.push_back(result.type()->annotation_str());
  }
  return types;
}

}  // namespace flopaudit
