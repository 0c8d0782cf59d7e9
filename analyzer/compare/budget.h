// Budgets: what a model may cost, a line each; `flopaudit check` holds a report against them.
//
//   # comments and empty lines stay as they are
//   flops <= 4.2G
//   layer4: macs <= 800M            of a module and all in it
//   aten::conv2d: nodes <= 20       of an op, with or without its overload
//   layer4: macs <= 40%             of the whole model's
//   gaps = 0                        nodes whose cost is not known
//   unexplained <= 0.1%             of the measured; in an audit's report
//
// LINE = [SCOPE:] QUANTITY (<=|<|>=|>|=) NUMBER[%]
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/compare/compared_report.h"
#include "analyzer/compare/decimal.h"
#include "analyzer/support/result.h"

namespace flopaudit {

enum class Relation : std::uint8_t { at_most, less, at_least, more, equal };
std::string_view name(Relation relation);  // "<="

struct BudgetLine {
  int line = 0;          // in the file, from 1
  std::string text;      // as written, without the comment
  std::string scope;     // module path or op; "" is the model
  std::string quantity;  // normal form: "peak_bytes"
  Relation relation = Relation::at_most;
  Decimal limit;
  bool is_share = false;                         // limit is in percent
  std::size_t number_begin = 0, number_end = 0;  // of the limit in the line of the file
};

struct Budget {
  std::string file;
  std::vector<std::string> lines;  // of the file, without line ends
  std::vector<BudgetLine> limits;

  bool asks_for(const std::string& quantity) const;
};

// Errors: usage, with file and line: what is wrong with it and what would be right.
Result<Budget> parse_budget(std::string_view text, const std::string& file);

// A line held against a report. `undecided`: the figure is not all known; that is no pass.
enum class BudgetState : std::uint8_t { holds, broken, undecided };
std::string_view name(BudgetState state);

struct BudgetFinding {
  const BudgetLine* line = nullptr;
  BudgetState state = BudgetState::undecided;
  Figure present;                          // the figure, in the quantity's own unit
  std::string why;                         // of undecided, in words
  std::optional<std::int64_t> whole = {};  // what 100 % of it is, where the limit is a share
};

struct BudgetCheck {
  const Budget* budget = nullptr;
  std::string title;                    // of the report
  std::vector<BudgetFinding> findings;  // one a line
  bool holds() const;
};

// A sum without some nodes is judged as it is when the budget itself allows that many `gaps`, else it is undecided
// unless what is counted is too much already. Errors: usage: a scope or a quantity that the report does not have.
Result<BudgetCheck> check_budget(const Budget& budget, const ComparedReport& report);

// The budget with the present figures as its limits, all else as it was; what is not known keeps its limit.
std::string updated_budget(const BudgetCheck& check);
// A first budget: the figures that most want to hold.
std::string first_budget(const ComparedReport& report);

std::string to_text(const BudgetCheck& check);
std::string to_markdown(const BudgetCheck& check);
std::string to_csv(const BudgetCheck& check);
std::string to_json(const BudgetCheck& check);  // `schema` flopaudit.check/1

}  // namespace flopaudit
