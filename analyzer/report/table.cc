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

namespace {

// The lines of a table: a row takes several where a formula is wrapped.
struct TextGrid {
  std::vector<std::size_t> widths;
  std::vector<std::vector<std::string>> lines;
};

TextGrid grid_of(const Table& table) {
  TextGrid grid;
  for (const Column& column : table.columns) grid.widths.push_back(width(column.header));
  for (const auto& row : table.rows) {
    FA_ASSERT(row.size() == grid.widths.size(), "a table row has as many cells as there are columns");
    const std::size_t first = grid.lines.size();
    grid.lines.emplace_back(row.size());
    for (std::size_t i = 0; i < row.size(); ++i) {
      const std::vector<std::string> parts = table.columns[i].right ? wrapped(row[i]) : std::vector{row[i]};
      grid.lines.resize(std::max(grid.lines.size(), first + parts.size()), std::vector<std::string>(row.size()));
      for (std::size_t part = 0; part < parts.size(); ++part) {
        grid.widths[i] = std::max(grid.widths[i], width(parts[part]));
        grid.lines[first + part][i] = parts[part];
      }
    }
  }
  return grid;
}

// Where the byte stands that begins the code point number `index`.
std::size_t offset_of(const std::string& text, std::size_t index) {
  std::size_t seen = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if ((static_cast<unsigned char>(text[i]) & 0xC0) != 0x80 && seen++ == index) return i;
  }
  return text.size();
}

// The middle of a long text tells least: a path begins with its package and ends with its line.
std::string shortened(const std::string& text, std::size_t most) {
  const std::size_t all = width(text);
  if (all <= most) return text;
  const std::size_t kept = most - 3;
  const std::size_t head = kept / 2;
  return text.substr(0, offset_of(text, head)) + "..." + text.substr(offset_of(text, all - (kept - head)));
}

// Takes from the widest columns of text until the lines fit; numbers are never cut.
void fit(TextGrid& grid, const Table& table, std::size_t most) {
  constexpr std::size_t kLeastColumn = 12;
  std::size_t all = 2 * (grid.widths.size() - 1);
  for (const std::size_t column : grid.widths) all += column;
  while (all > most) {
    std::size_t widest = grid.widths.size();
    for (std::size_t i = 0; i < grid.widths.size(); ++i) {
      if (table.columns[i].right || grid.widths[i] <= kLeastColumn) continue;
      if (widest == grid.widths.size() || grid.widths[i] > grid.widths[widest]) widest = i;
    }
    if (widest == grid.widths.size()) break;
    --grid.widths[widest];
    --all;
  }
  for (auto& line : grid.lines) {
    for (std::size_t i = 0; i < line.size(); ++i) line[i] = shortened(line[i], grid.widths[i]);
  }
}

constexpr const char* kBold = "\033[1m";
constexpr const char* kPlain = "\033[0m";

}  // namespace

std::string to_text(const Table& table) { return to_text(table, TextStyle{}); }

std::string to_text(const Table& table, const TextStyle& style) {
  TextGrid grid = grid_of(table);
  if (style.width != 0 && !grid.widths.empty()) fit(grid, table, style.width);
  const auto line = [&](const std::vector<std::string>& cells) {
    std::string text;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      const std::string padding(grid.widths[i] - width(cells[i]), ' ');
      text += (i > 0 ? "  " : "") + (table.columns[i].right ? padding + cells[i] : cells[i] + padding);
    }
    while (!text.empty() && text.back() == ' ') text.pop_back();
    return text;
  };
  std::string text = line(headers(table)) + "\n";
  if (style.color) text = kBold + line(headers(table)) + kPlain + "\n";
  for (const auto& cells : grid.lines) text += line(cells) + "\n";
  return text;
}

Layout text_layout(const TextStyle& style) {
  return {"", "", [style](const Table& table) { return to_text(table, style); }};
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
