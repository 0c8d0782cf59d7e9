// The symbols in a fact: in the dims and elements of tensors and in ints, inside containers too.
#pragma once

#include <map>
#include <set>
#include <string>

#include "analyzer/ir/fact.h"

namespace flopaudit {

std::set<std::string> symbols_of(const Fact& fact);

// A copy that shares no state, with the symbols replaced.
Fact substitute(const Fact& fact, const std::map<std::string, Expr>& values);

}  // namespace flopaudit
