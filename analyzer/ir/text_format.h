// What the printer and the parser of the IR's text form agree on.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "analyzer/ir/graph.h"

namespace flopaudit {

inline constexpr std::string_view kTextFormat = "flopaudit.ir/1";

// [A-Za-z0-9_.]+ : a value's name or an overload that is printed bare.
bool is_plain_name(std::string_view text);
// `aten::conv2d`: identifiers joined by `::`, at least two.
bool is_plain_op_name(std::string_view text);

// The type that a constant's literal implies, so that it need not be printed: `3` is an int.
std::optional<Type> implied_type(const Fact& constant);

// `then` and `else` of prim::If, `body` of prim::Loop, else `region`.
std::string_view region_label(const OpName& op, std::size_t index);

// `executed` alone implies one case with the facts that the values carry.
bool has_implied_case(const Node& node);
void set_implied_case(Node& node);

}  // namespace flopaudit
