// The roofline of an audit with times (analyzer/audit/roofline.h), in text and JSON; the page draws it.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "analyzer/audit/roofline.h"
#include "analyzer/report/table.h"
#include "analyzer/support/json_reader.h"

namespace flopaudit {

std::vector<std::string> roofline_lines(const Roofline& roofline);
// The slowest nodes: time, achieved speed, intensity, which part of the roof they reach, and what bounds it.
Table roofline_table(const Roofline& roofline, std::size_t most);

nlohmann::ordered_json roofline_json(const Roofline& roofline);
Roofline read_roofline(JsonReader& reader, const nlohmann::ordered_json& json);

}  // namespace flopaudit
