#include "analyzer/ops/rules/statement_parser.h"

#include <algorithm>
#include <array>

#include "analyzer/ops/rules/formula_parser.h"

namespace flopaudit {
namespace {

using Kind = FormulaType::Kind;

constexpr int kMaxDepth = 50;
constexpr std::size_t kAll = static_cast<std::size_t>(-1);

// Arguments, and the first results.
std::vector<FormulaName> names_of(const OpRule& rule, std::size_t results) {
  std::vector<FormulaName> names;
  for (std::size_t i = 0; i < rule.arguments.size(); ++i) {
    names.push_back({rule.arguments[i].name, rule.arguments[i].type, false, i});
  }
  for (std::size_t i = 0; i < std::min(results, rule.outputs.size()); ++i) {
    names.push_back({rule.outputs[i].name, rule.outputs[i].type, true, i});
  }
  return names;
}

class StatementParser {
 public:
  StatementParser(LineCursor& cursor, OpRule& rule) : cursor_(cursor), rule_(rule) {}

  Result<void> shape() {
    FA_ASSIGN(OpRule::Output * output, output_ahead(Kind::tensor));
    if (output->shape) return twice("shape", *output);
    FA_TRY(cursor_.expect("="));
    FA_ASSIGN(output->shape, shape_formula(0));
    return {};
  }

  Result<void> dtype() {
    FA_ASSIGN(OpRule::Output * output, output_ahead(Kind::tensor));
    if (output->dtype) return twice("dtype", *output);
    FA_TRY(cursor_.expect("="));
    FA_ASSIGN(output->dtype, dtype_formula(0));
    return {};
  }

  Result<void> value() {
    FA_ASSIGN(OpRule::Output * output, output_ahead(std::nullopt));
    if (output->value) return twice("value", *output);
    FA_TRY(cursor_.expect("="));
    FormulaParser parser(cursor_, names_);
    FA_ASSIGN(output->value, output->type.kind == Kind::boolean ? parser.condition() : parser.number());
    return {};
  }

  Result<void> requirement() {
    names_ = names_of(rule_, 0);
    OpRule::Requirement requirement;
    FA_ASSIGN(requirement.condition, FormulaParser(cursor_, names_).condition());
    requirement.message = "`" + requirement.condition.text + "` does not hold";
    if (!cursor_.at_end()) {
      FA_ASSIGN(requirement.message, cursor_.quoted_text());
    }
    rule_.requirements.push_back(std::move(requirement));
    return {};
  }

  Result<void> work() {
    if (cursor_.accept("zero")) {
      if (rule_.says_work()) return usage_error("`work zero` stands alone");
      rule_.is_zero = true;
      return {};
    }
    if (rule_.is_zero) return usage_error("`work zero` stands alone");
    OpRule::WorkLine line;
    line.is_valid_mac = cursor_.accept("valid");
    FA_TRY(work_class(line));
    const bool again = std::ranges::any_of(rule_.work_lines, [&line](const OpRule::WorkLine& each) {
      return each.work_class == line.work_class && each.is_valid_mac == line.is_valid_mac && each.dtype == line.dtype;
    });
    if (again) return usage_error("this work is stated twice: write one sum");
    FA_TRY(cursor_.expect("="));
    names_ = names_of(rule_, kAll);
    FA_ASSIGN(line.count, FormulaParser(cursor_, names_).number());
    rule_.work_lines.push_back(std::move(line));
    return {};
  }

 private:
  Error twice(const std::string& what, const OpRule::Output& output) const {
    return usage_error("the " + what + " of the result `" + output.name + "` is stated twice");
  }

  // The result that a statement is about, by its place or name; formulas behind it see the results before it. `kind`:
  // it is a tensor, nothing: it is none.
  Result<OpRule::Output*> output_ahead(std::optional<Kind> kind) {
    cursor_.skip_spaces();
    const std::size_t begin = cursor_.position();
    std::size_t place = 0;
    const std::string word(cursor_.word());
    if (word.empty()) {
      FA_ASSIGN(const std::int64_t number, cursor_.integer());
      place = number < 0 ? kAll : static_cast<std::size_t>(number);
    } else {
      const auto found = std::ranges::find(rule_.outputs, word, &OpRule::Output::name);
      place = static_cast<std::size_t>(found - rule_.outputs.begin());
    }
    if (place >= rule_.outputs.size()) {
      cursor_.move_to(begin);
      return usage_error(rule_.name + " has no such result: its results are 0 to " +
                         std::to_string(static_cast<std::int64_t>(rule_.outputs.size()) - 1));
    }
    OpRule::Output& output = rule_.outputs[place];
    if ((output.type.kind == Kind::tensor) != kind.has_value()) {
      cursor_.move_to(begin);
      return usage_error("the result `" + output.name + "` is " + to_string(output.type) +
                         (kind ? ": it has a value" : ": it has a shape and a dtype"));
    }
    names_ = names_of(rule_, place);
    return &output;
  }

  // `(a, b)` of shapes or dtypes, and `if(condition, a, b)`.
  template <typename Tree, typename ReadOne>
  Result<void> choice(Tree& tree, const ReadOne& read_one) {
    FA_TRY(cursor_.expect("("));
    FA_ASSIGN(tree.formula, FormulaParser(cursor_, names_).condition());
    for (int i = 0; i < 2; ++i) {
      FA_TRY(cursor_.expect(","));
      FA_ASSIGN(auto branch, read_one());
      tree.choices.push_back(std::move(branch));
    }
    return cursor_.expect(")");
  }
  template <typename Tree, typename ReadOne>
  Result<void> several(Tree& tree, const ReadOne& read_one) {
    FA_TRY(cursor_.expect("("));
    do {
      FA_ASSIGN(auto branch, read_one());
      tree.choices.push_back(std::move(branch));
    } while (cursor_.accept(","));
    return cursor_.expect(")");
  }

  Result<ShapeFormula> shape_formula(int depth) {
    if (depth > kMaxDepth) return usage_error("the shape is nested too deeply");
    ShapeFormula shape;
    const auto inner = [&] { return shape_formula(depth + 1); };
    if (cursor_.ahead("[")) {
      FormulaParser parser(cursor_, names_);
      FA_TRY(parser.in_brackets("[", "]", [&]() -> Result<void> {
        FA_ASSIGN(Formula dim, parser.dim());
        shape.dims.push_back(std::move(dim));
        return {};
      }));
    } else if (cursor_.accept("broadcast")) {
      shape.kind = ShapeFormula::Kind::broadcast;
      FA_TRY(several(shape, inner));
    } else if (cursor_.accept("if")) {
      shape.kind = ShapeFormula::Kind::choice;
      FA_TRY(choice(shape, inner));
    } else if (!cursor_.peek_word().empty()) {
      shape.kind = ShapeFormula::Kind::of_tensor;
      FA_ASSIGN(shape.formula, FormulaParser(cursor_, names_).tensor());
    } else {
      return cursor_.expected("a shape: `[x.0, 4]`, a tensor, `broadcast(x, y)` or `if(condition, a, b)`");
    }
    return shape;
  }

  Result<DTypeFormula> dtype_formula(int depth) {
    if (depth > kMaxDepth) return usage_error("the dtype is nested too deeply");
    DTypeFormula dtype;
    const auto inner = [&] { return dtype_formula(depth + 1); };
    const std::string word(cursor_.peek_word());
    const auto name = std::ranges::find(names_, word, &FormulaName::name);
    if (name != names_.end()) {
      const bool is_number = name->type == FormulaType{Kind::number, false};
      dtype.kind = is_number ? DTypeFormula::Kind::of_number : DTypeFormula::Kind::of_tensor;
      FormulaParser parser(cursor_, names_);
      FA_ASSIGN(dtype.formula, is_number ? parser.number() : parser.tensor());
    } else if (cursor_.accept("promote")) {
      dtype.kind = DTypeFormula::Kind::promote;
      FA_TRY(several(dtype, inner));
    } else if (cursor_.accept("if")) {
      dtype.kind = DTypeFormula::Kind::choice;
      FA_TRY(choice(dtype, inner));
    } else if (const auto known = dtype_of_name(word)) {
      cursor_.word();
      dtype.word = *known;
    } else {
      return cursor_.expected("a dtype: a word like f32, a tensor, `promote(x, y)` or `if(condition, a, b)`");
    }
    return dtype;
  }

  Result<void> work_class(OpRule::WorkLine& line) {
    cursor_.skip_spaces();
    const auto found = work_class_of_name(cursor_.peek_word());
    if (!found || (line.is_valid_mac && *found != WorkClass::mac)) {
      std::string words;
      for (std::size_t i = 0; i < kWorkClassCount; ++i) words += ", " + std::string(name(static_cast<WorkClass>(i)));
      return cursor_.expected("`zero`, `valid mac` or a class of work" + words);
    }
    line.work_class = *found;
    cursor_.word();
    if (!cursor_.accept_adjacent('.')) return {};
    line.dtype = dtype_of_name(cursor_.peek_word());
    if (!line.dtype) return cursor_.expected("a dtype, like f32");
    cursor_.word();
    return {};
  }

  LineCursor& cursor_;
  OpRule& rule_;
  std::vector<FormulaName> names_;
};

struct Statement {
  std::string_view word;
  Result<void> (StatementParser::*read)();
};
constexpr std::array kStatements = std::to_array<Statement>({{"dtype", &StatementParser::dtype},
                                                             {"require", &StatementParser::requirement},
                                                             {"shape", &StatementParser::shape},
                                                             {"value", &StatementParser::value},
                                                             {"work", &StatementParser::work}});

std::string text_of(const OpRule::WorkLine& line) {
  std::string text = line.is_valid_mac ? "valid mac" : std::string(name(line.work_class));
  if (line.dtype) text += "." + std::string(name(*line.dtype));
  return text + " = " + line.count.text;
}

}  // namespace

bool is_statement(std::string_view word) {
  return std::ranges::find(kStatements, word, &Statement::word) != kStatements.end();
}

std::string statement_words() {
  std::string words;
  for (const Statement& statement : kStatements)
    words += (words.empty() ? "`" : ", `") + std::string(statement.word) + "`";
  return words;
}

Result<void> read_rule_statement(LineCursor& cursor, OpRule& rule) {
  const auto found = std::ranges::find(kStatements, cursor.word(), &Statement::word);
  if (found == kStatements.end()) return cursor.expected(statement_words());
  StatementParser parser(cursor, rule);
  FA_TRY((parser.*found->read)());
  if (!cursor.at_end()) return cursor.expected("the end of the line");
  return {};
}

Result<void> complete_rule(OpRule& rule) {
  for (const OpRule::Output& output : rule.outputs) {
    if (output.type.kind == Kind::tensor && !output.shape) {
      return usage_error("the rule of " + rule.name + " does not say `shape " + output.name + " = ...`");
    }
  }
  const auto is_valid = [](const OpRule::WorkLine& line) { return line.is_valid_mac; };
  const auto is_mac = [](const OpRule::WorkLine& line) {
    return line.work_class == WorkClass::mac && !line.is_valid_mac;
  };
  if (std::ranges::any_of(rule.work_lines, is_valid) && std::ranges::none_of(rule.work_lines, is_mac)) {
    return usage_error("the rule of " + rule.name + " says `work valid mac` and no `work mac`");
  }
  std::ranges::stable_partition(rule.work_lines, [&](const OpRule::WorkLine& line) { return !is_valid(line); });
  rule.formula.clear();
  for (const OpRule::WorkLine& line : rule.work_lines)
    rule.formula += (rule.formula.empty() ? "" : ", ") + text_of(line);
  return {};
}

}  // namespace flopaudit
