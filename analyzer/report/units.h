// Numbers for people: `1.81 G`, `45.2 %`, `11,689,512`. Reports for programs print plain integers instead.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "analyzer/support/expr.h"
#include "analyzer/support/expr_formulas.h"

namespace flopaudit {

std::string with_separators(std::int64_t number);                      // 11,689,512
std::string with_separators(const Range& range, FormulaNames& names);  // 5, 0..1,024; a formula with names in it
std::string with_prefix(double number);                                // 1.814 G; numbers below 10,000 as they are
std::string with_prefix(const Range& range);                           // 1.2 G..3.4 G; symbolic as its formula
std::string with_unit(const Range& range, const char* unit);           // 1.814 GMAC, 384 MAC, 9408*N MAC
std::string percent(double share);                                     // 0.0312 -> "3.12 %"
std::string bytes(std::int64_t number);                                // 46.8 MB, decimal prefixes
std::string plain(const Range& range);                                 // 118013952, 0..5, or the formula
// The larger end when it is a number: what shares and sort orders are made of.
std::optional<double> magnitude(const Range& range);

}  // namespace flopaudit
