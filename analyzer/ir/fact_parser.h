// Reads a fact from the middle of a text, for parsers whose grammar contains facts (analyzer/ir/parser.cc, .cases
// files).
#pragma once

#include <cstddef>
#include <string_view>

#include "analyzer/ir/fact.h"

namespace flopaudit {

// The longest fact at `position`, which moves behind it. On an error `position` is where reading stopped, and the
// message says what was expected there, without the place: the caller knows line and column. Error: usage.
Result<Fact> parse_fact_prefix(std::string_view text, std::size_t& position);

}  // namespace flopaudit
