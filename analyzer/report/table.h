// Table: rows of text under headers, printed as aligned text, CSV (RFC 4180) or Markdown. Every tabular view makes one.
#pragma once

#include <string>
#include <vector>

namespace flopaudit {

struct Column {
  std::string header;
  bool right = false;  // numbers are set flush right
};

struct Table {
  std::vector<Column> columns;
  std::vector<std::vector<std::string>> rows;  // as many cells as columns
};

std::string to_text(const Table& table);
std::string to_csv(const Table& table);  // one header line, no title, no blank lines
std::string to_markdown(const Table& table);

// How a report of headings, lines and tables is laid out: the text and the Markdown of a view differ in this alone.
struct Layout {
  const char* heading;
  const char* bullet;
  std::string (*table)(const Table&);
};
inline constexpr Layout kTextLayout = {"", "", to_text};
inline constexpr Layout kMarkdownLayout = {"### ", "- ", to_markdown};

}  // namespace flopaudit
