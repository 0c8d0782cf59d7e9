#include "analyzer/report/html_page.h"

#include <nlohmann/json.hpp>

#include "analyzer/report/picture_json.h"
#include "analyzer/support/assert.h"

namespace flopaudit {
namespace {

constexpr std::string_view kReportMark = "@REPORT@";
constexpr std::string_view kGraphMark = "@GRAPH@";

std::string compact(const nlohmann::ordered_json& json) {
  return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace

Result<void> check_html_template() {
  if (!html_template().empty()) return {};
  return Error{
      ErrorKind::environment,
      "--format html: this flopaudit was built without the page of the HTML report, which Node bundles: install "
      "nodejs and npm, run tools/setup, and build again"};
}

std::string json_in_script(std::string_view json) {
  std::string out;
  out.reserve(json.size() + json.size() / 64);
  char before = 0;
  for (const char each : json) {
    if (each == '<') {
      out += "\\u003c";
    } else if (each == '/' && before == '/') {
      out += "\\/";
    } else {
      out += each;
    }
    before = each;
  }
  return out;
}

std::string html_page(std::string_view report_json, const Program* program) {
  const std::string_view page = html_template();
  const std::size_t report_at = page.find(kReportMark);
  const std::size_t graph_at = page.find(kGraphMark);
  FA_ASSERT(report_at != std::string_view::npos && graph_at > report_at && graph_at != std::string_view::npos,
            "the page has its marks in order");
  std::string out(page.substr(0, report_at));
  out += json_in_script(compact(nlohmann::ordered_json::parse(report_json)));
  out += page.substr(report_at + kReportMark.size(), graph_at - report_at - kReportMark.size());
  out += program == nullptr ? "null" : json_in_script(compact(picture_json(make_picture(program->entry()))));
  out += page.substr(graph_at + kGraphMark.size());
  return out;
}

}  // namespace flopaudit
