#include "tools/formats.h"

#include <array>
#include <nlohmann/json.hpp>

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
};

const std::array<Format, 4> kFormats = {{
    {"text", to_text, to_text, to_text},
    {"json", to_json, to_json, table_json},
    {"csv", to_csv, to_csv, to_csv},
    {"md", to_markdown, to_markdown, to_markdown},
}};

const Format* find_format(const std::string& word) {
  for (const Format& format : kFormats) {
    if (word == format.word) return &format;
  }
  return nullptr;
}

const Format& checked_format(const std::string& word) {
  const Format* format = find_format(word);
  FA_ASSERT(format != nullptr, "check_format comes first");
  return *format;
}

}  // namespace

Result<void> check_format(const std::string& word) {
  if (find_format(word) != nullptr) return {};
  std::string words;
  for (const Format& format : kFormats) words += (words.empty() ? "" : ", ") + std::string(format.word);
  return usage_error("--format " + word + ": expected one of " + words);
}

std::string formatted(const std::string& word, const AnalysisReport& report) {
  return checked_format(word).analysis(report);
}
std::string formatted(const std::string& word, const AuditReport& report) { return checked_format(word).audit(report); }
std::string formatted(const std::string& word, const Table& table) { return checked_format(word).table(table); }

}  // namespace flopaudit
