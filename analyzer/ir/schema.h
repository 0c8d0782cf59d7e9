// Schema: what LibTorch declares of an operator, in LibTorch's own notation:
//
//   aten::add_.Tensor(Tensor(a!) self, Tensor other, *, Scalar alpha=1) -> Tensor(a!)
//   aten::max.dim(Tensor self, int dim, bool keepdim=False) -> (Tensor values, Tensor indices)
//
// The schemas of all operators of LibTorch: schema_table.h.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/ir/type.h"
#include "analyzer/support/result.h"

namespace flopaudit {

// The mark behind a type. Values that name one set may share storage; `*` is any storage.
struct SchemaAlias {
  std::string before;        // "a", "a|b", "*": sets in alphabetical order
  std::string after;         // the sets once the op has run, where they differ: `(a -> *)`; else as `before`
  bool writes = false;       // `(a!)`: the op changes the value
  bool of_elements = false;  // `Tensor(a!)[]`, the mark of a list's elements; `Tensor[](a!)` is the list's own

  std::string to_string() const;  // "(a!)"
  friend bool operator==(const SchemaAlias&, const SchemaAlias&) = default;
};

struct SchemaValue {
  std::string name;  // of a result: often empty
  Type type;         // as TorchScript's annotations: SymInt and ScalarType are int, Scalar is number, Dimname is str
  std::string type_text;                    // as the schema spells it, without marks: "SymInt[2]?"
  std::optional<SchemaAlias> alias;         // nothing: shares no storage
  std::optional<std::string> default_text;  // of an argument: "1", "None", "[0, 0]", "\"mean\""
  bool keyword_only = false;                // of an argument: behind `*`

  bool is_written() const { return alias && alias->writes; }
};

struct Schema {
  std::string name;      // "aten::add_"
  std::string overload;  // "Tensor", often empty
  std::vector<SchemaValue> arguments;
  std::vector<SchemaValue> results;
  bool any_arguments = false;  // `...` ends the arguments: any number of any type may follow
  bool any_results = false;

  // How many out tensors end the arguments: keyword-only, written, and returned. 0: this is no out= overload.
  std::size_t out_count() const;

  std::string full_name() const { return overload.empty() ? name : name + "." + overload; }
  // The notation above, as LibTorch prints it: to_string() of what parse() read is the same text.
  std::string to_string() const;
  // Error: usage, with the column.
  static Result<Schema> parse(std::string_view text);
};

}  // namespace flopaudit
