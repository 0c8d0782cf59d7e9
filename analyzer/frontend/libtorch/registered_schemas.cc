#include "analyzer/frontend/libtorch/registered_schemas.h"

#include <torch/csrc/jit/runtime/operator.h>

#include <algorithm>
#include <map>
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

// The registered schemas, sorted by their text.
std::map<std::string, c10::FunctionSchema> sorted_schemas() {
  std::map<std::string, c10::FunctionSchema> sorted;
  for (const auto& op : torch::jit::getAllOperators()) {
    std::ostringstream text;
    text << op->schema();
    sorted.emplace(with_sorted_sets(text.str()), op->schema());
  }
  return sorted;
}

}  // namespace

std::vector<std::string> registered_schemas() {
  std::vector<std::string> lines;
  for (const auto& [line, schema] : sorted_schemas()) lines.push_back(line);
  return lines;
}

std::vector<std::vector<std::string>> registered_types() {
  std::vector<std::vector<std::string>> types;
  for (const auto& [line, schema] : sorted_schemas()) {
    std::vector<std::string>& row = types.emplace_back();
    for (const c10::Argument& argument : schema.arguments()) row.push_back(argument.type()->annotation_str());
    for (const c10::Argument& result : schema.returns()) row.push_back(result.type()->annotation_str());
  }
  return types;
}

}  // namespace flopaudit
