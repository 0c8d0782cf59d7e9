// Type: the static type of a value, as TorchScript declares it. What is known beyond it (shape, dtype, contents) is a
// Fact (analyzer/ir/fact.h). Text form as in TorchScript's annotations: `Tensor`, `int`, `List[int]`,
// `Optional[Tensor]`, `Tuple[Tensor, int]`, `Dict[str, Tensor]`, `__torch__.torch.nn.modules.conv.Conv2d`.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "analyzer/support/result.h"

namespace flopaudit {

struct Type {
  enum class Kind {
    tensor,
    integer,
    floating,
    boolean,
    complex,
    number,
    string,
    none,
    device,
    generator,
    any,
    list,
    optional,
    tuple,
    dict,
    future,
    union_of,  // have arguments
    named,     // a class, a named tuple, an enum or an interface: `name` is its qualified name
    var,       // a type variable of a schema: `name` is "t"
    other,     // any other word of LibTorch's, kept as it is: `name`
  };

  Kind kind = Kind::any;
  std::string name;             // of named, var and other
  std::vector<Type> arguments;  // of list, optional, tuple, dict (key, value), future, union_of

  friend bool operator==(const Type&, const Type&) = default;
  std::string to_string() const;
  static Result<Type> parse(std::string_view text);

  static Type of(Kind kind) { return {kind, {}, {}}; }
  static Type list_of(Type element) { return {Kind::list, {}, {std::move(element)}}; }
};

}  // namespace flopaudit
