#include <nlohmann/json.hpp>

#include "analyzer/report/json_text.h"
#include "analyzer/report/table.h"
#include "analyzer/support/version.h"

namespace flopaudit {

// Cells stay as all formats print them: a share keeps its last digits, a formula its text. The page orders them as
// numbers.
std::string to_json(const Table& table, const TableHeading& heading) {
  using Json = nlohmann::ordered_json;
  Json json = {{"schema", "flopaudit.table/1"},
               {"flopaudit", std::string(kVersion)},
               {"title", heading.title},
               {"notes", heading.notes}};
  json["columns"] = Json::array();
  for (const Column& column : table.columns)
    json["columns"].push_back({{"header", column.header}, {"numeric", column.right}});
  json["rows"] = Json::array();
  for (const auto& cells : table.rows) {
    Json row = Json::array();
    for (const std::string& cell : cells) row.push_back(cell.empty() ? Json() : Json(cell));
    json["rows"].push_back(std::move(row));
  }
  return dump_json(json);
}

}  // namespace flopaudit
