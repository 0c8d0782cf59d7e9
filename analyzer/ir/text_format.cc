#include "analyzer/ir/text_format.h"

#include <algorithm>
#include <cctype>
#include <utility>

namespace flopaudit {
namespace {

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

}  // namespace

bool is_plain_name(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return is_word(c) || c == '.'; });
}

bool is_plain_op_name(std::string_view text) {
  int parts = 0;
  while (true) {
    std::size_t end = 0;
    while (end < text.size() && is_word(text[end])) ++end;
    if (end == 0 || std::isdigit(static_cast<unsigned char>(text[0])) != 0) return false;
    ++parts;
    if (end == text.size()) return parts >= 2;
    if (text.substr(end, 2) != "::") return false;
    text.remove_prefix(end + 2);
  }
}

std::optional<Type> implied_type(const Fact& constant) {
  if (constant.is_none()) return Type::of(Type::Kind::none);
  if (constant.get<IntFact>() != nullptr) return Type::of(Type::Kind::integer);
  if (constant.get<FloatFact>() != nullptr) return Type::of(Type::Kind::floating);
  if (constant.get<BoolFact>() != nullptr) return Type::of(Type::Kind::boolean);
  if (constant.get<StrFact>() != nullptr) return Type::of(Type::Kind::string);
  if (constant.get<DeviceFact>() != nullptr) return Type::of(Type::Kind::device);
  return std::nullopt;
}

std::string_view region_label(const OpName& op, std::size_t index) {
  if (op.name == "prim::If" && index == 0) return "then";
  if (op.name == "prim::If" && index == 1) return "else";
  if (op.name == "prim::Loop" && index == 0) return "body";
  return "region";
}

bool has_implied_case(const Node& node) {
  if (node.cases.size() != 1) return false;
  const Execution& only = node.cases.front();
  const auto same = [](const Value* value, const Fact& fact) { return value->fact == fact; };
  return only.count == node.executions && std::ranges::equal(node.operands, only.inputs, same) &&
         std::ranges::equal(node.results, only.outputs, same);
}

void set_implied_case(Node& node) {
  Execution only;
  only.count = node.executions;
  only.inputs.reserve(node.operands.size());
  only.outputs.reserve(node.results.size());
  for (const Value* operand : node.operands) only.inputs.push_back(operand->fact.snapshot());
  for (const Value* result : node.results) only.outputs.push_back(result->fact.snapshot());
  node.cases.assign(1, std::move(only));
}

}  // namespace flopaudit
