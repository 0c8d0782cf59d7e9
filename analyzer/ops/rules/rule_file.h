// Rule files: what --op-rules FILE reads. The grammar is in README.md.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/ops/op_spec.h"
#include "analyzer/ops/rules/op_rule.h"

namespace flopaudit {

// Rows that the user adds to the registry. Holds what its rows point to: it must live as long as they are used.
class OpRules {
 public:
  // Reads every rule and runs every case. `file` is for messages. Error: usage, "FILE:LINE:COLUMN: what": a line that
  // cannot be read, an op that has a row, a case that fails.
  static Result<OpRules> parse(std::string_view text, const std::string& file);

  const OpSpec* find(std::string_view full_name) const;
  // What the rules declare, for front ends.
  std::vector<Schema> schemas() const;
  std::size_t size() const { return rows_.size(); }

 private:
  friend class RuleFileParser;
  struct Row {
    OpRule rule;
    OpSpec spec{};
  };
  std::map<std::string, std::unique_ptr<Row>, std::less<>> rows_;
};

// The registry's row of an op (find_op), or that of a rule file; `rules` may be null.
const OpSpec* find_op(std::string_view full_name, const OpRules* rules);

}  // namespace flopaudit
