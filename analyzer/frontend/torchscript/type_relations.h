// LibTorch's relations between types, as the compiler of serialized code uses them: which fits where, what two have in
// common, what the type variables of an operator stand for.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "analyzer/frontend/torchscript/declarations.h"
#include "analyzer/ir/type.h"

namespace flopaudit {

using TypeVariables = std::map<std::string, Type>;

class TypeRelations {
 public:
  explicit TypeRelations(Declarations& declarations) : declarations_(declarations) {}

  bool is_subtype(const Type& type, const Type& of) const;
  // The type that holds both; nothing where there is none but a Union or Any.
  std::optional<Type> unify(const Type& a, const Type& b) const;
  std::optional<Type> unify_all(const std::vector<Type>& types) const;

  // Binds the variables of `formal` so that `actual` fits; what was bound stays when it does not.
  bool match_variables(const Type& formal, const Type& actual, TypeVariables& variables) const;
  // Nothing: a variable is not bound.
  std::optional<Type> substitute(const Type& formal, const TypeVariables& variables) const;

  // A list type, or a tuple whose elements all fit the list's.
  bool convertible_to_list(const Type& type, const Type& list) const;

 private:
  bool named_is_subtype(const Type& type, const Type& of) const;

  Declarations& declarations_;
};

// T of Optional[T], otherwise the type itself.
const Type& without_optional(const Type& type);
bool has_type_variables(const Type& type);

}  // namespace flopaudit
