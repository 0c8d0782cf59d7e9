// A budget with the present figures as its limits, and a first one.
#include <fmt/format.h>

#include <algorithm>

#include "analyzer/compare/budget.h"

namespace flopaudit {
namespace {

// The end of the figure that the limit holds off; nothing: it is no number.
std::optional<std::int64_t> held_end(const BudgetFinding& finding) {
  if (!finding.present.value || !finding.present.complete) return std::nullopt;
  const Range& range = *finding.present.value;
  const Relation relation = finding.line->relation;
  if (relation == Relation::equal && !range.exact()) return std::nullopt;
  const bool lower = relation == Relation::at_least || relation == Relation::more;
  return (lower ? range.min : range.max).constant();
}

// In percent with four decimals, rounded so that the figure holds.
std::string share_text(std::int64_t part, std::int64_t whole, bool round_up) {
  __extension__ using Wide = __int128;
  constexpr Wide kUnits = 1'000'000;  // of a ten-thousandth of a percent
  const Wide product = kUnits * part;
  const auto units = static_cast<std::int64_t>(round_up ? (product + whole - 1) / whole : product / whole);
  return fmt::format("{}.{:04}%", units / 10'000, units % 10'000);
}

std::optional<std::string> new_limit(const BudgetFinding& finding) {
  const auto end = held_end(finding);
  if (!end) return std::nullopt;
  const Relation relation = finding.line->relation;
  if (finding.line->is_share) {
    if (!finding.whole || *finding.whole == 0) return std::nullopt;
    return share_text(*end, *finding.whole, relation == Relation::at_most || relation == Relation::less);
  }
  const std::int64_t step = relation == Relation::less ? 1 : relation == Relation::more ? -1 : 0;
  return std::to_string(*end + step);
}

}  // namespace

std::string updated_budget(const BudgetCheck& check) {
  std::vector<std::string> lines = check.budget->lines;
  for (const BudgetFinding& finding : check.findings) {
    const auto limit = new_limit(finding);
    if (!limit) continue;
    const BudgetLine& line = *finding.line;
    lines[static_cast<std::size_t>(line.line - 1)].replace(line.number_begin, line.number_end - line.number_begin,
                                                           *limit);
  }
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

std::string first_budget(const ComparedReport& report) {
  std::string text =
      "# What this model may cost: `flopaudit check` holds it against these lines, `--update` writes the present "
      "figures.\n";
  const std::vector<std::string> wanted =
      report.kind == "audit" ? std::vector<std::string>{"annotated", "mismatch", "shape_mismatches", "unexplained"}
                             : std::vector<std::string>{"flops", "macs", "parameters", "gaps"};
  for (const NamedFigure& total : report.totals) {
    if (std::find(wanted.begin(), wanted.end(), total.name) == wanted.end()) continue;
    const auto number = total.figure.value ? total.figure.value->max.constant() : std::nullopt;
    if (number) text += fmt::format("{} <= {}\n", total.name, *number);
  }
  return text;
}

}  // namespace flopaudit
