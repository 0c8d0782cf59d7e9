// Reads the statements below the head of a rule: `shape`, `dtype`, `value`, `require`, `work`.
#pragma once

#include <string>
#include <string_view>

#include "analyzer/ops/rules/line_cursor.h"
#include "analyzer/ops/rules/op_rule.h"

namespace flopaudit {

bool is_statement(std::string_view word);
std::string statement_words();  // "`shape`, `dtype`, ..."

// One whole line. Error: usage, without the place.
Result<void> read_rule_statement(LineCursor& cursor, OpRule& rule);

// Puts the work lines in order and makes the text of them. Error: usage: what the rule leaves out.
Result<void> complete_rule(OpRule& rule);

}  // namespace flopaudit
