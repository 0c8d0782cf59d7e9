#include "analyzer/frontend/libtorch/node_attributes.h"

#include "analyzer/frontend/libtorch/value_conversion.h"

namespace flopaudit {
namespace {

namespace jit = torch::jit;

std::string type_texts(const std::vector<c10::TypePtr>& types) {
  std::string text;
  for (const c10::TypePtr& type : types) text += (text.empty() ? "" : ", ") + type_of(*type).to_string();
  return text;
}

}  // namespace

Result<std::map<std::string, std::string>> node_attributes(const jit::Node& node) {
  std::map<std::string, std::string> attributes;
  if (node.kind() == c10::prim::CallFunction) {
    const auto type = node.input(0)->type()->cast<c10::FunctionType>();
    if (type) attributes["function"] = type->function()->qualname().qualifiedName();
  }
  for (const c10::Symbol name : node.attributeNames()) {
    const std::string key = name.toUnqualString();
    // Numbers the warnings of all that this process has loaded: it says nothing of the model.
    if (key == "warn_id") continue;
    switch (node.kindOf(name)) {
      case jit::AttributeKind::s: attributes[key] = node.s(name); break;
      case jit::AttributeKind::i: attributes[key] = std::to_string(node.i(name)); break;
      case jit::AttributeKind::f: attributes[key] = std::to_string(node.f(name)); break;
      case jit::AttributeKind::ty: attributes[key] = type_of(*node.ty(name)).to_string(); break;
      case jit::AttributeKind::tys: attributes[key] = type_texts(node.tys(name)); break;
      case jit::AttributeKind::g: break;
      default:
        return input_error(std::string("the node ") + node.kind().toQualString() + " has an attribute '" + key +
                           "' that flopaudit does not read");
    }
  }
  return attributes;
}

}  // namespace flopaudit
