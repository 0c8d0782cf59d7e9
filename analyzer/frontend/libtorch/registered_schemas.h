// LibTorch's own registry of operators, as text: what analyzer/ir/schemas holds and is tested against.
#pragma once

#include <string>
#include <vector>

namespace flopaudit {

// Every registered operator's schema in LibTorch's notation: sorted by the operators' names, the overloads of each in
// the order in which LibTorch tries them. The members of an alias set, whose order LibTorch leaves open, are in
// alphabetical order: `Tensor(a|b)`.
std::vector<std::string> registered_schemas();

// The type of every argument and then of every result of those schemas, in TorchScript's notation: `List[int]`.
std::vector<std::vector<std::string>> registered_types();

}  // namespace flopaudit
