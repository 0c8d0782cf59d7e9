// Which object of the model a value is, where attribute reads from the entry's self say so.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>

#include "analyzer/ir/graph.h"

namespace flopaudit {

class ObjectPaths {
 public:
  explicit ObjectPaths(const Program& program);

  // The entry's first argument is the model when its type is the class of the object "".
  void seed_self(const Graph& entry);
  // After a prim::GetAttr that reads an object: its result is that object.
  void follow(const Node& node);

  // Whether a value is an object that the file knows, and its path: "" for the model itself and for none.
  const Object* object_of(const Value* value) const { return object(places_.get(value)); }
  SharedText path_of(const Value* value) const;
  const Object* object_at(const std::string& path) const;
  // What a prim::GetAttr or prim::SetAttr with a known object refers to; null where it is not known.
  const Attribute* attribute_of(const Node& node);

 private:
  struct Entry {
    const Object* object = nullptr;
    SharedText path;
    std::unordered_map<std::string_view, const Attribute*> attributes;  // made when first asked for
  };
  static const Object* object(const Entry* entry) { return entry == nullptr ? nullptr : entry->object; }

  std::unordered_map<std::string_view, Entry> objects_;
  PerValue<Entry*> places_;
};

}  // namespace flopaudit
