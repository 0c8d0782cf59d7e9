// Ops that LibTorch has under two names: `aten::arctan` is `aten::atan`.
#pragma once

#include <string_view>

namespace flopaudit {

// The name that has the rows, "aten::atan"; empty: the op has no other name. Overloads are told apart by their
// arguments' types, not by their names (`swapdims` is `transpose.int`).
std::string_view other_name(std::string_view name);

}  // namespace flopaudit
