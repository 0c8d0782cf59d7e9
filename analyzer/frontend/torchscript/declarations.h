// What the code of an archive declares of what can be called: the signatures of its functions and methods, each worked
// out when it is first asked for.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/frontend/torchscript/class_layout.h"
#include "analyzer/frontend/torchscript/code.h"
#include "analyzer/frontend/torchscript/signature.h"

namespace flopaudit {

class Declarations {
 public:
  explicit Declarations(ClassLayouts& classes) : classes_(classes) {}
  Declarations(const Declarations&) = delete;
  Declarations& operator=(const Declarations&) = delete;

  Result<const ClassLayout*> type(std::string_view qualified_name) { return classes_.find(qualified_name); }
  // As above, for those who need no reason: what cannot be read counts as absent, and is an error where it is compiled.
  const ClassLayout* find_type(std::string_view qualified_name);

  // Null: no such function. A method's is "<class>.<method>"; its first argument is the object.
  Result<const Signature*> function(const std::string& qualified_name);
  Result<const Signature*> method(const std::string& class_name, std::string_view name);

  Code& code() { return classes_.code(); }

 private:
  Result<const Signature*> keep(const FunctionDefinition* definition, const std::string& qualified_name,
                                const std::optional<std::string>& class_name);
  Result<Signature> read_signature(const FunctionDefinition& definition, const std::string& qualified_name,
                                   const std::optional<std::string>& class_name);

  ClassLayouts& classes_;
  std::map<std::string, Signature> signatures_;
};

// The literal that an expression is: numbers, strings, None, lists, tuples and dicts of them, `annotate(T, x)`,
// `torch.device("...")`, `CONSTANTS.c3`. Nothing: it is none.
std::optional<Literal> literal_of(const Expression& expression);

// 3 of `CONSTANTS.c3`.
std::optional<std::size_t> constant_table_index(std::string_view field);

}  // namespace flopaudit
