#include "tools/formats.h"

#include <array>
#include <nlohmann/json.hpp>

#include "analyzer/report/analysis_tables.h"
#include "analyzer/report/audit_tables.h"
#include "analyzer/report/flame.h"
#include "analyzer/report/html_page.h"
#include "analyzer/report/json_text.h"
#include "analyzer/support/assert.h"

namespace flopaudit {
namespace {

// The rows alone: a program knows what it has asked for.
std::string table_rows(const Table& table) {
  auto rows = nlohmann::ordered_json::array();
  for (const auto& cells : table.rows) {
    auto row = nlohmann::ordered_json::object();
    for (std::size_t i = 0; i < cells.size(); ++i) row[table.columns[i].header] = cells[i];
    rows.push_back(std::move(row));
  }
  return dump_json(rows);
}

// What has no such view is null.
struct Format {
  const char* word;
  Result<std::string> (*analysis)(const AnalysisReport&, const ReportView&);
  Result<std::string> (*audit)(const AuditReport&, const ReportView&);
  std::string (*table)(const Table&, const TableHeading&);
  std::string (*diff)(const ReportDiff&, const DiffLayout&);
  std::string (*check)(const BudgetCheck&);
  std::string (*sweep)(const Sweep&);
};

template <typename Report>
Result<std::string> text(const Report& report, const ReportView& view) {
  return to_text(report, view);
}
template <typename Report>
Result<std::string> markdown(const Report& report, const ReportView& view) {
  return to_markdown(report, view);
}
template <typename Report>
Result<std::string> csv(const Report& report, const ReportView& view) {
  return to_csv(report, view);
}
// Programs get all of it.
template <typename Report>
Result<std::string> json(const Report& report, const ReportView&) {
  return to_json(report);
}
template <typename Report>
Result<std::string> speedscope(const Report& report, const ReportView&) {
  FA_ASSIGN(const FlameProfile profile, flame_profile(report));
  return to_speedscope(profile);
}
template <typename Report>
Result<std::string> chrome_trace(const Report& report, const ReportView&) {
  FA_ASSIGN(const FlameProfile profile, flame_profile(report));
  return to_chrome_trace(profile);
}

// Only a page has a heading.
template <std::string (*print)(const Table&)>
std::string bare(const Table& table, const TableHeading&) {
  return print(table);
}

std::string diff_json(const ReportDiff& diff, const DiffLayout&) { return to_json(diff); }
std::string diff_csv(const ReportDiff& diff, const DiffLayout&) { return to_csv(diff); }

const std::array kFormats = {
    Format{"text", text, text, bare<to_text>, to_text, to_text, to_text},
    Format{"json", json, json, bare<table_rows>, diff_json, to_json, to_json},
    Format{"csv", csv, csv, bare<to_csv>, diff_csv, to_csv, to_csv},
    Format{"md", markdown, markdown, bare<to_markdown>, to_markdown, to_markdown, to_markdown},
    Format{kHtml, json, json, to_json, diff_json, to_json, to_json},  // the JSON in a page, with the graph drawn
    Format{"svg", nullptr, nullptr, nullptr, nullptr, nullptr, to_svg},
    Format{"speedscope", speedscope, speedscope, nullptr, nullptr, nullptr, nullptr},
    Format{"chrome-trace", chrome_trace, chrome_trace, nullptr, nullptr, nullptr, nullptr},
};

const Format* find_format(const std::string& word) {
  for (const Format& format : kFormats) {
    if (word == format.word) return &format;
  }
  return nullptr;
}

// `has`: whether what is to be printed has this format.
template <typename Has>
Result<void> check_word(const std::string& word, const Has& has) {
  const Format* const found = find_format(word);
  if (found != nullptr && has(*found)) return word == kHtml ? check_html_template() : Result<void>();
  std::string words;
  for (const Format& format : kFormats) {
    if (has(format)) words += (words.empty() ? "" : ", ") + std::string(format.word);
  }
  return usage_error("--format " + word + ": expected one of " + words);
}

const Format& checked_format(const std::string& word) {
  const Format* format = find_format(word);
  FA_ASSERT(format != nullptr, "check_format comes first");
  return *format;
}

// What is printed, or the page of it: of what has no graph.
std::string in_page(const std::string& word, std::string text) {
  return word == kHtml ? html_page(text, nullptr) : std::move(text);
}

}  // namespace

Result<void> check_format(const std::string& word) {
  return check_word(word, [](const Format& format) { return format.analysis != nullptr; });
}
Result<void> check_diff_format(const std::string& word) {
  return check_word(word, [](const Format& format) { return format.diff != nullptr; });
}
Result<void> check_table_format(const std::string& word) {
  return check_word(word, [](const Format& format) { return format.table != nullptr; });
}

Result<void> check_sweep_format(const std::string& word) {
  return check_word(word, [](const Format& format) { return format.sweep != nullptr; });
}

Result<std::string> formatted(const std::string& word, const AnalysisReport& report, const Program* program,
                              const ReportView& view) {
  FA_ASSIGN(std::string text, checked_format(word).analysis(report, view));
  if (word != kHtml) return text;
  return html_page(text, program);
}
Result<std::string> formatted(const std::string& word, const AuditReport& report, const ReportView& view) {
  FA_ASSIGN(std::string text, checked_format(word).audit(report, view));
  if (word != kHtml) return text;
  return html_page(text, report.program);
}
std::string formatted(const std::string& word, const Table& table, const TableHeading& heading) {
  return in_page(word, checked_format(word).table(table, heading));
}
std::string formatted(const std::string& word, const ReportDiff& diff, const DiffLayout& layout) {
  return in_page(word, checked_format(word).diff(diff, layout));
}
std::string formatted(const std::string& word, const BudgetCheck& check) {
  return in_page(word, checked_format(word).check(check));
}
std::string formatted(const std::string& word, const Sweep& sweep) {
  return in_page(word, checked_format(word).sweep(sweep));
}

}  // namespace flopaudit
