#include "runtime/executor/stub_schemas.h"

#include <algorithm>
#include <sstream>

#include "analyzer/ir/schema_table.h"

namespace flopaudit {
namespace {

using Kind = Type::Kind;

// In a schema's spelling. What it has no word for is Any.
std::string schema_type(const Type& type) {
  const auto first = [&] { return schema_type(type.arguments.at(0)); };
  switch (type.kind) {
    case Kind::tensor: return "Tensor";
    case Kind::integer: return "int";
    case Kind::floating: return "float";
    case Kind::boolean: return "bool";
    case Kind::complex: return "complex";
    case Kind::number: return "Scalar";
    case Kind::string: return "str";
    case Kind::device: return "Device";
    case Kind::list: return type.arguments.empty() ? "Any" : first() + "[]";
    case Kind::optional: return type.arguments.empty() ? "Any" : first() + "?";
    default: return "Any";
  }
}

std::vector<std::string> keywords_of(const Node& node) {
  std::vector<std::string> words;
  const auto listed = node.attributes.find("keywords");
  if (listed == node.attributes.end()) return words;
  std::istringstream text(listed->second);
  for (std::string word; std::getline(text >> std::ws, word, ',');) words.push_back(word);
  return words;
}

// "my::op.c0(Any a0, *, Any flag) -> (Tensor, int)"
std::string schema_of(const Node& node, const std::string& overload) {
  const std::vector<std::string> keywords = keywords_of(node);
  const std::size_t positional = node.operands.size() - std::min(keywords.size(), node.operands.size());
  std::string arguments, results;
  for (std::size_t i = 0; i < positional; ++i) arguments += (i == 0 ? "Any a" : ", Any a") + std::to_string(i);
  if (!keywords.empty()) arguments += arguments.empty() ? "*" : ", *";
  for (const std::string& word : keywords) arguments += ", Any " + word;
  for (const Value* result : node.results) results += (results.empty() ? "" : ", ") + schema_type(result->type);
  return node.op.name + "." + overload + "(" + arguments + ") -> (" + results + ")";
}

}  // namespace

StubSchemas stub_schemas(const Program& program) {
  StubSchemas schemas;
  std::map<std::string, std::vector<std::string>> seen;  // without their overloads
  for (const auto& function : program.functions) {
    for_each_node(function->body, [&](const Node& node) {
      const std::string& name = node.op.name;
      const bool is_declared = !schema_lines_of(name).empty() || !extension_schema_lines_of(name).empty();
      if (name.starts_with("prim::") || is_declared) return;
      std::vector<std::string>& known = seen[name];
      const std::string plain = schema_of(node, "");
      if (std::ranges::find(known, plain) != known.end()) return;
      schemas[name].push_back(schema_of(node, "c" + std::to_string(known.size())));
      known.push_back(plain);
    });
  }
  return schemas;
}

}  // namespace flopaudit
