// Table: rows of text under headers, printed as aligned text, CSV (RFC 4180) or Markdown. Every tabular view makes one.
#pragma once

#include <cstddef>
#include <functional>
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

// What stands around a table that is a page of its own.
struct TableHeading {
  std::string title;
  std::vector<std::string> notes;  // sentences that belong to it: the calls behind a count, why a row has none
};

// How text is set on a terminal. Elsewhere it has neither colours nor a width.
struct TextStyle {
  std::size_t width = 0;  // of the terminal; long texts are shortened in their middle to fit. 0: no limit
  bool color = false;
};

std::string to_text(const Table& table);
std::string to_text(const Table& table, const TextStyle& style);
std::string to_csv(const Table& table);  // one header line, no title, no blank lines
std::string to_markdown(const Table& table);
std::string to_json(const Table& table, const TableHeading& heading);  // `schema` flopaudit.table/1, of the HTML page

// How a report of headings, lines and tables is laid out: the text and the Markdown of a view differ in this alone.
struct Layout {
  const char* heading;
  const char* bullet;
  std::function<std::string(const Table&)> table;
};
Layout text_layout(const TextStyle& style);
inline const Layout kTextLayout = {"", "", [](const Table& table) { return to_text(table); }};
inline const Layout kMarkdownLayout = {"### ", "- ", [](const Table& table) { return to_markdown(table); }};

}  // namespace flopaudit
