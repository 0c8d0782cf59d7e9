// Operators that LibTorch does not have, made known to it by their schemas alone, so that a file that names them can be
// loaded all the same: LibTorch compiles all of a file's code and refuses it for one unknown name. A stub cannot be
// run; the executor leaves out what needs its result.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace flopaudit {

// Schemas by operator name, for those that no table has: "my::op" -> {"my::op(Any a0, Any a1) -> Tensor"}.
using StubSchemas = std::map<std::string, std::vector<std::string>, std::less<>>;

// Of an operator by its name without an overload, from the first of: `known`; the table of extension libraries
// (analyzer/ir/schemas); any number of unnamed arguments and one tensor. False: it is a stub or an operator already, so
// that its name is not what LibTorch lacks; or LibTorch takes no such schema.
bool define_stub(const std::string& name, const StubSchemas& known);

bool is_stub(std::string_view name);

}  // namespace flopaudit
