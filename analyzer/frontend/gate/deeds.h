// What an operator or a class of LibTorch does beside computing: files, processes, networks, memory that nothing
// checks, the insides of LibTorch's compilers. A closed list of what is allowed where LibTorch has whole namespaces of
// such operators, a list of what is refused inside of `aten`. What LibTorch does not have cannot run and passes.
#pragma once

#include <string>
#include <string_view>

#include "analyzer/ir/graph.h"

namespace flopaudit {

// "reads a file of this machine"; "": it computes. A method that is called on a value of no known class may be an
// operator of its name.
std::string deed_of(const Node& node);

// Of a class that is C++, by its qualified name ("__torch__.torch.classes.quantized.LinearPackedParamsBase"); of others
// nothing.
std::string deed_of_class(std::string_view class_name);
// Whether the class is C++ and not LibTorch's own: no file that names it can be loaded.
bool is_foreign_class(std::string_view class_name);

// Whether a `__setstate__`, which LibTorch runs while it loads a file, may have this node: it copies, compares and
// packs the parameters of quantized layers. Calls are followed by who asks.
bool belongs_in_set_state(const Node& node);

}  // namespace flopaudit
