// JSON as all reports print it.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "analyzer/support/expr.h"

namespace flopaudit {

// An integer, or {"expr", "min", "max"} where it is symbolic or a range: a range's ends are numbers or formulas, those
// of one formula are null.
nlohmann::ordered_json range_json(const Range& range);

// Indented, bytes that are not UTF-8 replaced (names come from foreign files), with a final newline.
inline std::string dump_json(const nlohmann::ordered_json& json) {
  return json.dump(1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace flopaudit
