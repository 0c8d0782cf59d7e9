#include "analyzer/ir/entry_arguments.h"

namespace flopaudit {

bool takes_self(const Program& program) {
  const auto& arguments = program.entry().body.arguments;
  const Object* model = program.find_object("");
  return model != nullptr && !arguments.empty() && arguments.front()->type.kind == Type::Kind::named &&
         arguments.front()->type.name == model->class_name;
}

}  // namespace flopaudit
