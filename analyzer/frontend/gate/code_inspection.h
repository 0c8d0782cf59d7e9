// All the code of an archive, looked through for what it does beside computing (deeds.h). Each function and method is
// compiled as LibTorch would compile it, whether or not the model calls it: that is what finds an operator however its
// call is written. What is not code but evaluated all the same (defaults, constants of a class) must be a literal.
#pragma once

#include <string>
#include <vector>

#include "analyzer/frontend/torchscript/archive.h"
#include "analyzer/ir/schema.h"
#include "analyzer/support/result.h"

namespace flopaudit {

// The first class that is C++ and not LibTorch's: "the custom class __torch__.torch.classes.my.X at
// code/__torch__.py:3"; "": there is none.
Result<std::string> foreign_class(const Archive& archive);

// `added`: operators that LibTorch does not have. Errors: input: "aten::from_file at code/__torch__.py:9 reads a file
// of this machine", and what cannot be read.
Result<void> inspect_code(const Archive& archive, const std::vector<Schema>& added);

}  // namespace flopaudit
