// Symbols of facts as small numbers, so that LibTorch can be asked.
#pragma once

#include <map>
#include <string>

#include "analyzer/ops/op_spec.h"

namespace flopaudit {

// A number of its own for every symbol in the facts, distinct and without common factors.
std::map<std::string, Expr> numbers_for_symbols(const Facts& facts);

Facts substituted(const Facts& facts, const std::map<std::string, Expr>& numbers);

bool all_complete(const Facts& facts);

}  // namespace flopaudit
