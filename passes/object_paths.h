// Which object of the model a value is, where attribute reads from the entry's self say so.
#pragma once

#include <string>
#include <unordered_map>

#include "analyzer/ir/graph.h"

namespace flopaudit {

class ObjectPaths {
 public:
  explicit ObjectPaths(const Program& program);

  // The entry's first argument is the model when its type is the class of the object "".
  void seed_self(const Graph& entry);
  // `copy` is the same object as `original`.
  void alias(const Value* original, const Value* copy);
  // After a prim::GetAttr that reads an object: its result is that object.
  void follow(const Node& node);

  // Null: not an object, or not known which.
  const std::string* path_of(const Value* value) const;
  const Object* object_of(const Value* value) const;
  const Object* object_at(const std::string& path) const;
  // What a prim::GetAttr or prim::SetAttr with a known object refers to; null where it is not known.
  const Attribute* attribute_of(const Node& node) const;

 private:
  std::unordered_map<std::string, const Object*> objects_;
  std::unordered_map<const Value*, std::string> paths_;
};

// The entry's first argument is the model itself.
bool takes_self(const Program& program);

}  // namespace flopaudit
