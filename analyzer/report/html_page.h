// The HTML report: one file that needs no network, made of the page that analyzer/report/html bundles, of a report's
// own JSON and of the picture of its graph.
#pragma once

#include <string>
#include <string_view>

#include "analyzer/ir/graph.h"
#include "analyzer/support/result.h"

namespace flopaudit {

// The bundled page, with @REPORT@ and @GRAPH@ where the data go; empty where it was not built.
std::string_view html_template();

// Errors: environment: this flopaudit was built without the page.
Result<void> check_html_template();

// `report_json` is what to_json() of a report or of a difference gives, `program` what it speaks of; null: no graph is
// drawn. No text of either can end the script that holds it or be read as markup. check_html_template() has passed.
std::string html_page(std::string_view report_json, const Program* program);

// A text of JSON as it may stand in a script: `<` and the `//` of addresses are written as escapes.
std::string json_in_script(std::string_view json);

}  // namespace flopaudit
