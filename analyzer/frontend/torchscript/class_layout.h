// What a class of the archive's code declares: its attributes in order, and its constants. Made once a class.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/frontend/torchscript/code.h"
#include "analyzer/ir/type.h"
#include "analyzer/support/result.h"

namespace flopaudit {

struct ClassLayout {
  enum class Kind { object, interface, named_tuple, enumeration };
  struct Attribute {
    std::string name;
    Type type;
    bool is_parameter = false;
    bool is_buffer = false;
    const Expression* default_value = nullptr;  // of a named tuple's field
  };
  std::string name;  // qualified
  ClassInCode code;
  Kind kind = Kind::object;
  bool is_module = false;  // a module or the interface of modules
  std::vector<Attribute> attributes;
  std::vector<const FieldDefinition*> constants;  // `name : Final[T] = value`: no attributes of an object
  // Its objects are made by running `__setstate__` on what the pickle holds. flopaudit runs nothing.
  bool has_set_state = false;

  const Attribute* find(std::string_view attribute) const;
  const FieldDefinition* find_constant(std::string_view constant) const;
  const FunctionDefinition* find_method(std::string_view method) const;

  std::map<std::string_view, std::size_t> places;  // of `attributes`, by name
};

class ClassLayouts {
 public:
  explicit ClassLayouts(Code& code) : code_(code) {}

  // Null: the archive has no such class (those in C++, `__torch__.torch.classes.*`, among them). Errors: input: those
  // of Code, an attribute whose annotation is no type.
  Result<const ClassLayout*> find(std::string_view qualified_name);
  Code& code() { return code_; }

 private:
  Code& code_;
  std::map<std::string, std::unique_ptr<ClassLayout>, std::less<>> layouts_;
};

}  // namespace flopaudit
