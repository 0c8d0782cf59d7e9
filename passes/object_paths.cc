#include "passes/object_paths.h"

namespace flopaudit {

bool takes_self(const Program& program) {
  const auto& arguments = program.entry().body.arguments;
  const Object* model = program.find_object("");
  return model != nullptr && !arguments.empty() && arguments.front()->type.kind == Type::Kind::named &&
         arguments.front()->type.name == model->class_name;
}

ObjectPaths::ObjectPaths(const Program& program) {
  for (const Object& object : program.objects) objects_.emplace(object.path, &object);
}

void ObjectPaths::seed_self(const Graph& entry) {
  const Object* model = object_at("");
  if (model == nullptr || entry.body.arguments.empty()) return;
  const Value* self = entry.body.arguments.front();
  if (self->type.kind == Type::Kind::named && self->type.name == model->class_name) paths_[self] = "";
}

void ObjectPaths::alias(const Value* original, const Value* copy) {
  const auto found = paths_.find(original);
  if (found == paths_.end()) return;
  const std::string path = found->second;
  paths_[copy] = path;
}

void ObjectPaths::follow(const Node& node) {
  if (node.op.name != "prim::GetAttr") return;
  const Attribute* attribute = attribute_of(node);
  if (attribute == nullptr) return;
  if (const auto* object = attribute->value.get<ObjectFact>()) paths_[node.results.front()] = object->path;
}

const std::string* ObjectPaths::path_of(const Value* value) const {
  const auto found = paths_.find(value);
  return found == paths_.end() ? nullptr : &found->second;
}

const Object* ObjectPaths::object_of(const Value* value) const {
  const std::string* path = path_of(value);
  return path == nullptr ? nullptr : object_at(*path);
}

const Object* ObjectPaths::object_at(const std::string& path) const {
  const auto found = objects_.find(path);
  return found == objects_.end() ? nullptr : found->second;
}

const Attribute* ObjectPaths::attribute_of(const Node& node) const {
  const auto name = node.attributes.find("name");
  if (node.operands.empty() || name == node.attributes.end()) return nullptr;
  const Object* object = object_of(node.operands.front());
  return object == nullptr ? nullptr : object->find(name->second);
}

}  // namespace flopaudit
