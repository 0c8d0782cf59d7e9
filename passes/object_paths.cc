#include "passes/object_paths.h"

namespace flopaudit {

ObjectPaths::ObjectPaths(const Program& program) {
  objects_.reserve(program.objects.size());
  for (const Object& object : program.objects) objects_.emplace(object.path, Entry{&object, object.path, {}});
}

void ObjectPaths::seed_self(const Graph& entry) {
  const auto model = objects_.find("");
  if (model == objects_.end() || entry.body.arguments.empty()) return;
  const Value* self = entry.body.arguments.front();
  if (self->type.kind == Type::Kind::named && self->type.name == model->second.object->class_name) {
    places_[self] = &model->second;
  }
}

void ObjectPaths::follow(const Node& node) {
  if (node.op.name != "prim::GetAttr") return;
  const Attribute* attribute = attribute_of(node);
  if (attribute == nullptr) return;
  const auto* object = attribute->value.get<ObjectFact>();
  if (object == nullptr) return;
  const auto found = objects_.find(object->path);
  if (found != objects_.end()) places_[node.results.front()] = &found->second;
}

SharedText ObjectPaths::path_of(const Value* value) const {
  const Entry* entry = places_.get(value);
  return entry == nullptr ? SharedText() : entry->path;
}

const Object* ObjectPaths::object_at(const std::string& path) const {
  const auto found = objects_.find(path);
  return found == objects_.end() ? nullptr : found->second.object;
}

const Attribute* ObjectPaths::attribute_of(const Node& node) {
  const auto name = node.attributes.find("name");
  if (node.operands.empty() || name == node.attributes.end()) return nullptr;
  Entry* entry = places_.get(node.operands.front());
  if (entry == nullptr) return nullptr;
  if (entry->attributes.empty()) {
    entry->attributes.reserve(entry->object->attributes.size());
    for (const Attribute& attribute : entry->object->attributes) {
      entry->attributes.try_emplace(attribute.name, &attribute);  // of two of one name the first, as Object::find
    }
  }
  const auto found = entry->attributes.find(name->second);
  return found == entry->attributes.end() ? nullptr : found->second;
}

}  // namespace flopaudit
