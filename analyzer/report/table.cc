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

// A formula of many terms goes over several lines, broken at spaces.
std::vector<std::string> wrapped(const std::string& cell) {
  constexpr std::size_t kMostCharacters = 48;
  std::vector<std::string> lines;
  std::size_t start = 0;
  while (cell.size() - start > kMostCharacters) {
    std::size_t end = cell.rfind(' ', start + kMostCharacters);
    if (end == std::string::npos || end <= start) end = cell.find(' ', start);
    if (end == std::string::npos) break;
    lines.push_back(cell.substr(start, end - start));
    start = end + 1;
  }
  lines.push_back(cell.substr(start));
  return lines;
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
  std::vector<std::vector<std::string>> lines;
  for (const auto& row : table.rows) {
    FA_ASSERT(row.size() == widths.size(), "a table row has as many cells as there are columns");
    const std::size_t first = lines.size();
    lines.emplace_back(row.size());
    for (std::size_t i = 0; i < row.size(); ++i) {
      const std::vector<std::string> parts = table.columns[i].right ? wrapped(row[i]) : std::vector{row[i]};
      lines.resize(std::max(lines.size(), first + parts.size()), std::vector<std::string>(row.size()));
      for (std::size_t part = 0; part < parts.size(); ++part) {
        widths[i] = std::max(widths[i], width(parts[part]));
        lines[first + part][i] = parts[part];
      }
    }
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
  for (const auto& cells : lines) text += line(cells);
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
