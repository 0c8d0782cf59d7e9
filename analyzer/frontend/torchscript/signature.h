// What can be called: its arguments with types and defaults, and its results. Made of an operator's schema or of a
// function's definition, so that one set of rules matches calls to both.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/ir/fact.h"
#include "analyzer/ir/schema.h"
#include "analyzer/ir/type.h"
#include "analyzer/support/result.h"

namespace flopaudit {

// A constant value with the type that LibTorch gives it where it is not declared: None is NoneType.
struct Literal {
  Type type;
  Fact value;
  // Set where the value is no literal but an entry of the archive's constant table.
  std::optional<std::size_t> table_index;
};

struct FormalArgument {
  std::string name;
  Type type;
  bool keyword_only = false;
  int list_size = 0;  // 2 of `int[2]`: one number stands for as many; 0: no such list
  std::optional<Literal> default_value;
};

struct Signature {
  std::string name, overload;  // of a function the overload is empty
  std::vector<FormalArgument> arguments;
  std::vector<Type> results;
  bool any_arguments = false;  // more positional arguments may follow

  std::string full_name() const { return overload.empty() ? name : name + "." + overload; }
};

Signature signature_of(const Schema& schema);

// The overloads of operators in the order in which LibTorch tries them, each read once: in an archive of an old version
// those that have changed since are the old ones, and come last. Behind all those of
// `added`, operators that LibTorch does not have.
class OperatorSignatures {
 public:
  OperatorSignatures(int archive_version, const std::vector<Schema>& added)
      : archive_version_(archive_version), added_(added) {}

  // Empty: no operator of that name.
  const std::vector<Signature>& overloads(std::string_view name);

 private:
  int archive_version_;
  const std::vector<Schema>& added_;
  std::map<std::string, std::vector<Signature>, std::less<>> overloads_;
};

}  // namespace flopaudit
