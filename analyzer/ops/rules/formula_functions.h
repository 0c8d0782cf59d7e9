// The operators and functions of formulas: one row each.
#pragma once

#include <string_view>
#include <vector>

#include "analyzer/ops/rules/formula.h"

namespace flopaudit {

struct FormulaFunction {
  // `text` is the call as written, for messages.
  using Apply = RuleResult<Fact> (*)(const Facts& arguments, const std::string& text);

  std::string_view name;    // "min"; operators by their sign
  std::string_view takes;   // of each argument: n number, b boolean, t tensor, v any value, * several more of the last
  FormulaType::Kind gives;  // `if` gives what its second argument is
  Apply apply;              // null: `if`, `and`, `or`, which look at their first argument before the others
  const char* summary;      // for the README's table and messages: "min(a, b, ...)"
};

// Null: there is none of this name.
const FormulaFunction* find_formula_function(std::string_view name);
// Those with a name, not operators, for messages: "ceil, floor, ...".
std::string formula_function_names();

}  // namespace flopaudit
