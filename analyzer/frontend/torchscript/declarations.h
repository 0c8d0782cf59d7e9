// What the code of an archive declares: the kinds of its named types, their fields, and the signatures of its functions
// and methods. Each is worked out when it is first asked for.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/frontend/torchscript/code.h"
#include "analyzer/frontend/torchscript/signature.h"

namespace flopaudit {

struct DeclaredField {
  std::string name;
  Type type;
  const Expression* value = nullptr;  // of a constant (`Final`) or of an enum's member
};

struct NamedType {
  enum class Kind { class_, module, named_tuple, enum_, interface };
  Kind kind = Kind::class_;
  ClassInCode source;
  std::vector<DeclaredField> fields;

  const DeclaredField* field(std::string_view name) const;
  const FunctionDefinition* method(std::string_view name) const;
};

class Declarations {
 public:
  explicit Declarations(Code& code) : code_(code) {}
  Declarations(const Declarations&) = delete;
  Declarations& operator=(const Declarations&) = delete;

  // Null: the archive has no such type (custom classes of extensions, `__torch__.torch.classes.*`, among them).
  Result<const NamedType*> type(const std::string& qualified_name);
  // As above, for those who need no reason: what cannot be read counts as absent, and is an error where it is compiled.
  const NamedType* find_type(const std::string& qualified_name);

  // Null: no such function. A method's is "<class>.<method>"; its first argument is the object.
  Result<const Signature*> function(const std::string& qualified_name);
  Result<const Signature*> method(const std::string& class_name, std::string_view name);

  Code& code() { return code_; }

 private:
  Result<std::optional<NamedType>> read_type(const std::string& qualified_name);
  Result<Signature> read_signature(const FunctionDefinition& definition, const std::string& qualified_name,
                                   const std::optional<std::string>& class_name);

  Code& code_;
  std::map<std::string, std::optional<NamedType>> types_;
  std::map<std::string, std::optional<Signature>> functions_;
};

// The literal that an expression is: numbers, strings, None, lists, tuples and dicts of them, `annotate(T, x)`,
// `torch.device("...")`, `CONSTANTS.c3`. Nothing: it is none.
std::optional<Literal> literal_of(const Expression& expression);

// 3 of `CONSTANTS.c3`.
std::optional<std::size_t> constant_table_index(std::string_view field);

}  // namespace flopaudit
