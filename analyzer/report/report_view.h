// What a reader wants to see of a report: which table, how much of it, and how it is set.
#pragma once

#include <cstddef>
#include <string>

#include "analyzer/report/table.h"
#include "analyzer/support/result.h"

namespace flopaudit {

struct ReportView {
  std::string by;         // "op", "module", "source", "dtype" or "node"; "": what the report shows by itself
  std::size_t top = 0;    // so many rows a table, 0: all
  std::size_t depth = 2;  // of modules: `layer1.0` has depth 2
  TextStyle style = {};   // of text alone
  bool is_default() const { return by.empty() && top == 0; }
};

// Errors: usage: lists the words.
Result<void> check_by(const std::string& word);

}  // namespace flopaudit
