#include "analyzer/ir/node_text.h"

namespace flopaudit {

std::string node_name(int id) { return "n" + std::to_string(id); }

std::string source_text(const SourceLocation& source) {
  return source.file.empty() ? "" : source.file.str() + ":" + std::to_string(source.line);
}

std::string describe(const Node& node) {
  std::string text = node.id >= 0 ? node_name(node.id) + " (" : "(";
  text += node.op.full();
  if (!node.module.empty()) text += " in module " + node.module;
  if (!node.source.file.empty()) text += ", " + source_text(node.source);
  return text + ")";
}

}  // namespace flopaudit
