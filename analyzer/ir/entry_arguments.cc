#include "analyzer/ir/entry_arguments.h"

namespace flopaudit {

bool takes_self(const Program& program) {
  const auto& arguments = program.entry().body.arguments;
  if (arguments.empty()) return false;
  const Value& first = *arguments.front();
  if (const Object* model = program.find_object("")) {
    return first.type.kind == Type::Kind::named && first.type.name == model->class_name;
  }
  // Text of a graph whose objects are left out: its model may be of any class, but is no tensor.
  return first.name.starts_with("self") && first.type.kind != Type::Kind::tensor;
}

}  // namespace flopaudit
