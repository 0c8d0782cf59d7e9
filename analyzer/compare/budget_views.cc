#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "analyzer/compare/budget.h"
#include "analyzer/report/json_text.h"
#include "analyzer/report/table.h"
#include "analyzer/report/units.h"

namespace flopaudit {
namespace {

std::string present_text(const BudgetFinding& finding) {
  if (!finding.present.value) return "?";
  const Range& range = *finding.present.value;
  const auto number = range.exact() ? range.min.constant() : std::nullopt;
  std::string text = number ? with_separators(*number) : range.to_string();
  if (finding.line->is_share && number && finding.whole && *finding.whole > 0) {
    text += fmt::format(" ({:.4f} %)", 100.0 * static_cast<double>(*number) / static_cast<double>(*finding.whole));
  }
  return (finding.present.complete ? "" : ">= ") + text;
}

std::string state_text(const BudgetFinding& finding) {
  return finding.state == BudgetState::broken ? "BROKEN" : std::string(name(finding.state));
}

Table table_of(const BudgetCheck& check) {
  Table table{{{"state"}, {"limit"}, {"present", true}, {"line", true}, {"why"}}, {}};
  for (const BudgetFinding& finding : check.findings) {
    table.rows.push_back({state_text(finding), finding.line->text, present_text(finding),
                          std::to_string(finding.line->line), finding.why});
  }
  return table;
}

std::string summary(const BudgetCheck& check) {
  const auto count = [&](BudgetState state) {
    return std::count_if(check.findings.begin(), check.findings.end(),
                         [&](const BudgetFinding& finding) { return finding.state == state; });
  };
  if (check.holds()) return fmt::format("all {} limits of {} hold", check.findings.size(), check.budget->file);
  return fmt::format("{} of {} limits of {} are broken, {} undecided", count(BudgetState::broken),
                     check.findings.size(), check.budget->file, count(BudgetState::undecided));
}

std::string laid_out(const BudgetCheck& check, const Layout& layout) {
  return layout.heading + check.title + "\n\n" + layout.table(table_of(check)) + "\n" + layout.bullet + summary(check) +
         "\n";
}

}  // namespace

std::string to_text(const BudgetCheck& check) { return laid_out(check, kTextLayout); }
std::string to_markdown(const BudgetCheck& check) { return laid_out(check, kMarkdownLayout); }

std::string to_csv(const BudgetCheck& check) {
  Table table{{{"line"}, {"scope"}, {"quantity"}, {"relation"}, {"limit"}, {"unit"}, {"present"}, {"state"}, {"why"}},
              {}};
  for (const BudgetFinding& finding : check.findings) {
    const BudgetLine& line = *finding.line;
    double limit = static_cast<double>(line.limit.digits);
    for (int i = 0; i < line.limit.decimals; ++i) limit /= 10;
    table.rows.push_back({std::to_string(line.line), line.scope, line.quantity, std::string(name(line.relation)),
                          line.limit.decimals == 0 ? std::to_string(line.limit.digits) : fmt::format("{}", limit),
                          line.is_share ? "%" : "", finding.present.value ? plain(*finding.present.value) : "",
                          std::string(name(finding.state)), finding.why});
  }
  return to_csv(table);
}

std::string to_json(const BudgetCheck& check) {
  nlohmann::ordered_json json = {{"schema", "flopaudit.check/1"},
                                 {"budget", check.budget->file},
                                 {"report", check.title},
                                 {"holds", check.holds()}};
  json["limits"] = nlohmann::ordered_json::array();
  for (const BudgetFinding& finding : check.findings) {
    nlohmann::ordered_json row = {{"line", finding.line->line},
                                  {"text", finding.line->text},
                                  {"scope", finding.line->scope},
                                  {"quantity", finding.line->quantity},
                                  {"relation", name(finding.line->relation)},
                                  {"state", name(finding.state)}};
    row["present"] = nullptr;
    if (finding.present.value) row["present"] = range_json(*finding.present.value);
    row["complete"] = finding.present.complete;
    if (!finding.why.empty()) row["why"] = finding.why;
    if (finding.line->is_share && finding.whole) row["whole"] = *finding.whole;
    json["limits"].push_back(std::move(row));
  }
  return dump_json(json);
}

}  // namespace flopaudit
