#include "passes/interpreter/node_text.h"

namespace flopaudit {

std::string source_of(const Node& node) {
  return node.source.file.empty() ? "?" : node.source.file.str() + ":" + std::to_string(node.source.line);
}

std::string facts_text(const std::vector<Fact>& facts) {
  constexpr std::size_t kMaxLength = 200;
  std::string text;
  for (const Fact& fact : facts) {
    if (!text.empty()) text += ", ";
    text += fact.to_string();
    if (text.size() > kMaxLength) {
      text.resize(kMaxLength);
      text += " ...";
      break;
    }
  }
  return "(" + text + ")";
}

}  // namespace flopaudit
