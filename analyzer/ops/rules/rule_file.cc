#include "analyzer/ops/rules/rule_file.h"

#include <algorithm>
#include <utility>

#include "analyzer/ops/op_registry.h"
#include "analyzer/ops/rules/line_cursor.h"
#include "analyzer/ops/rules/op_case.h"
#include "analyzer/ops/rules/rule_declaration.h"
#include "analyzer/ops/rules/statement_parser.h"

namespace flopaudit {
namespace {

constexpr std::size_t kMaxFile = std::size_t{1} << 20;
constexpr std::size_t kMaxLine = 2000;  // formulas are evaluated by recursion as deep as a line is long

std::string at(const std::string& file, int line, std::size_t position) {
  return file + ":" + std::to_string(line) + ":" + std::to_string(position + 1) + ": ";
}

}  // namespace

class RuleFileParser {
 public:
  RuleFileParser(std::string_view text, const std::string& file) : text_(text), file_(file) {}

  Result<OpRules> run() {
    if (text_.size() > kMaxFile) return usage_error(file_ + ": a rule file has at most 1 MB");
    while (!text_.empty()) {
      const std::size_t end = std::min(text_.find('\n'), text_.size());
      FA_TRY(read_line(text_.substr(0, end)));
      text_.remove_prefix(std::min(end + 1, text_.size()));
    }
    FA_TRY(finish_rule());
    FA_TRY(run_cases());
    return std::move(rules_);
  }

 private:
  Result<void> read_line(std::string_view line) {
    ++line_;
    if (line.size() > kMaxLine) return usage_error(at(file_, line_, kMaxLine) + "the line is too long");
    if (const std::size_t zero = line.find('\0'); zero != std::string_view::npos) {
      return usage_error(at(file_, line_, zero) + "this is no text");
    }
    LineCursor cursor(line);
    if (cursor.at_end()) return {};
    const Result<void> read = read_statement(cursor);
    if (read) return {};
    return usage_error(at(file_, line_, cursor.position()) + read.error().message);
  }

  Result<void> read_statement(LineCursor& cursor) {
    const std::size_t begin = cursor.position();
    if (!cursor.operator_name().empty()) {
      cursor.move_to(begin);
      OpCase& op_case = cases_.emplace_back();
      op_case.line = line_;
      return read_case(cursor, op_case);
    }
    if (cursor.accept("rule")) return start_rule(cursor);
    if (!is_statement(cursor.peek_word())) {
      return cursor.expected("`rule`, " + statement_words() + " or a case, `my::op ... -> ...`");
    }
    if (rule_ == nullptr) return usage_error("this belongs to a rule: begin with `rule my::op(Tensor x) -> Tensor`");
    return read_rule_statement(cursor, *rule_);
  }

  Result<void> start_rule(LineCursor& cursor) {
    FA_TRY(finish_rule());
    cursor.skip_spaces();
    const std::size_t begin = cursor.position();
    FA_ASSIGN(OpRule rule, read_declaration(cursor));
    cursor.move_to(begin);  // what follows is wrong about the name
    if (rule.name.starts_with("prim::") || rule.name == "aten::wait") {
      return usage_error(rule.name + " belongs to the program, not to its arithmetic: it cannot have a rule");
    }
    if (find_op(rule.name) != nullptr) {
      return usage_error(rule.name +
                         " has a rule already, see `flopaudit list ops`: rule files add ops, so that totals mean "
                         "the same to everyone");
    }
    auto row = std::make_unique<OpRules::Row>();
    row->rule = std::move(rule);
    row->rule.origin = file_ + ":" + std::to_string(line_);
    rule_ = &row->rule;
    rule_line_ = line_;
    const auto [entry, inserted] = rules_.rows_.emplace(rule_->name, std::move(row));
    if (!inserted) return usage_error(entry->first + " has a rule already, at " + entry->second->rule.origin);
    return {};
  }

  // What a rule must say once all its statements are read.
  Result<void> finish_rule() {
    if (rule_ == nullptr) return {};
    OpRule& rule = *std::exchange(rule_, nullptr);
    const Result<void> complete = complete_rule(rule);
    if (!complete) return usage_error(at(file_, rule_line_, 0) + complete.error().message);
    OpRules::Row& row = *rules_.rows_.find(rule.name)->second;
    row.spec.name = rule.name.c_str();
    row.spec.formula = rule.formula.c_str();
    row.spec.rule = &rule;
    return {};
  }

  Result<void> run_cases() const {
    for (const OpCase& op_case : cases_) {
      const OpSpec* row = rules_.find(op_case.op);
      if (row == nullptr)
        return usage_error(at(file_, op_case.line, 0) + "there is no rule for " + op_case.op + " in this file");
      const std::vector<std::string> problems = problems_of(op_case, *row);
      if (problems.empty()) continue;
      return usage_error(at(file_, op_case.line, 0) + "the case of " + op_case.op +
                         " does not hold: " + problems.front());
    }
    return {};
  }

  std::string_view text_;
  const std::string& file_;
  int line_ = 0;
  OpRules rules_;
  OpRule* rule_ = nullptr;  // being read
  int rule_line_ = 0;
  std::vector<OpCase> cases_;
};

Result<OpRules> OpRules::parse(std::string_view text, const std::string& file) {
  return RuleFileParser(text, file).run();
}

const OpSpec* OpRules::find(std::string_view full_name) const {
  const auto found = rows_.find(full_name);
  return found == rows_.end() ? nullptr : &found->second->spec;
}

std::vector<Schema> OpRules::schemas() const {
  std::vector<Schema> schemas;
  for (const auto& [name, row] : rows_) schemas.push_back(row->rule.schema);
  return schemas;
}

const OpSpec* find_op(std::string_view full_name, const OpRules* rules) {
  const OpSpec* row = find_op(full_name);
  return row != nullptr || rules == nullptr ? row : rules->find(full_name);
}

}  // namespace flopaudit
