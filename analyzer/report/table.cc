#include "analyzer/report/table.h"

#include <fmt/format.h>

#include <algorithm>

#include "analyzer/support/assert.h"

namespace flopaudit {
namespace {

// Width on a terminal: code points, which is right for all that we print but wide scripts in a user's names.
std::size_t width(const std::string& text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

std::string csv_cell(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

std::string markdown_cell(const std::string& text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '|' || c == '\\' || c == '*' || c == '_' || c == '`' || c == '<') escaped += '\\';
    escaped += c == '\n' || c == '\r' ? ' ' : c;
  }
  return escaped;
}

template <typename Cell>
std::string joined(const std::vector<std::string>& cells, const char* separator, const Cell& cell) {
  std::string line;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) line += separator;
    line += cell(cells[i]);
  }
  return line;
}

std::vector<std::string> headers(const Table& table) {
  std::vector<std::string> all;
  for (const Column& column : table.columns) all.push_back(column.header);
  return all;
}

}  // namespace

std::string to_text(const Table& table) {
  std::vector<std::size_t> widths;
  for (const Column& column : table.columns) widths.push_back(width(column.header));
  for (const auto& row : table.rows) {
    FA_ASSERT(row.size() == widths.size(), "a table row has as many cells as there are columns");
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width(row[i]));
  }
  const auto line = [&](const std::vector<std::string>& cells) {
    std::string text;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      const std::string padding(widths[i] - width(cells[i]), ' ');
      text += (i > 0 ? "  " : "") + (table.columns[i].right ? padding + cells[i] : cells[i] + padding);
    }
    while (!text.empty() && text.back() == ' ') text.pop_back();
    return text + "\n";
  };
  std::string text = line(headers(table));
  for (const auto& row : table.rows) text += line(row);
  return text;
}

std::string to_csv(const Table& table) {
  std::string text = joined(headers(table), ",", csv_cell) + "\r\n";
  for (const auto& row : table.rows) text += joined(row, ",", csv_cell) + "\r\n";
  return text;
}

std::string to_markdown(const Table& table) {
  std::string text = "| " + joined(headers(table), " | ", markdown_cell) + " |\n|";
  for (const Column& column : table.columns) text += column.right ? " ---: |" : " --- |";
  text += "\n";
  for (const auto& row : table.rows) text += "| " + joined(row, " | ", markdown_cell) + " |\n";
  return text;
}

}  // namespace flopaudit
