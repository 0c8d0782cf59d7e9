#include "tools/formats.h"

#include <array>
#include <nlohmann/json.hpp>

#include "analyzer/report/html_page.h"
#include "analyzer/report/json_text.h"
#include "analyzer/support/assert.h"

namespace flopaudit {
namespace {

std::string table_json(const Table& table) {
  auto rows = nlohmann::ordered_json::array();
  for (const auto& cells : table.rows) {
    auto row = nlohmann::ordered_json::object();
    for (std::size_t i = 0; i < cells.size(); ++i) row[table.columns[i].header] = cells[i];
    rows.push_back(std::move(row));
  }
  return dump_json(rows);
}

struct Format {
  const char* word;
  std::string (*analysis)(const AnalysisReport&);
  std::string (*audit)(const AuditReport&);
  std::string (*table)(const Table&);
  std::string (*diff)(const ReportDiff&, const DiffLayout&);
  std::string (*check)(const BudgetCheck&);
};

std::string diff_json(const ReportDiff& diff, const DiffLayout&) { return to_json(diff); }
std::string diff_csv(const ReportDiff& diff, const DiffLayout&) { return to_csv(diff); }

const std::array<Format, 5> kFormats = {{
    {"text", to_text, to_text, to_text, to_text, to_text},
    {"json", to_json, to_json, table_json, diff_json, to_json},
    {"csv", to_csv, to_csv, to_csv, diff_csv, to_csv},
    {"md", to_markdown, to_markdown, to_markdown, to_markdown, to_markdown},
    {kHtml, to_json, to_json, nullptr, nullptr, nullptr},  // the JSON in a page, with the graph drawn
}};

const Format* find_format(const std::string& word) {
  for (const Format& format : kFormats) {
    if (word == format.word) return &format;
  }
  return nullptr;
}

Result<void> no_such_format(const std::string& word, bool of_table) {
  std::string words;
  for (const Format& format : kFormats) {
    if (!of_table || format.table != nullptr) words += (words.empty() ? "" : ", ") + std::string(format.word);
  }
  return usage_error("--format " + word + ": expected one of " + words);
}

const Format& checked_format(const std::string& word) {
  const Format* format = find_format(word);
  FA_ASSERT(format != nullptr, "check_format comes first");
  return *format;
}

}  // namespace

Result<void> check_format(const std::string& word) {
  if (find_format(word) == nullptr) return no_such_format(word, false);
  return word == kHtml ? check_html_template() : Result<void>();
}

Result<void> check_table_format(const std::string& word) {
  const Format* const format = find_format(word);
  return format == nullptr || format->table == nullptr ? no_such_format(word, true) : Result<void>();
}

std::string formatted(const std::string& word, const AnalysisReport& report, const Program& program) {
  std::string text = checked_format(word).analysis(report);
  return word == kHtml ? html_page(text, program) : text;
}
std::string formatted(const std::string& word, const AnalysisReport& report) {
  FA_ASSERT(word != kHtml, "a report that was read back has no graph for the page");
  return checked_format(word).analysis(report);
}
std::string formatted(const std::string& word, const AuditReport& report) {
  std::string text = checked_format(word).audit(report);
  if (word != kHtml) return text;
  FA_ASSERT(report.program != nullptr, "a report that was read back has no graph for the page");
  return html_page(text, *report.program);
}
std::string formatted(const std::string& word, const Table& table) { return checked_format(word).table(table); }
std::string formatted(const std::string& word, const ReportDiff& diff, const DiffLayout& layout) {
  return checked_format(word).diff(diff, layout);
}
std::string formatted(const std::string& word, const BudgetCheck& check) { return checked_format(word).check(check); }

}  // namespace flopaudit
