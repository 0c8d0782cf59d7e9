#include "analyzer/ops/rules/formula_parser.h"

#include <algorithm>

#include "analyzer/ops/rules/formula_functions.h"

namespace flopaudit {
namespace {

using Kind = FormulaType::Kind;

// A hostile text must not exhaust the stack: brackets and signs nest so deeply, chains of operators as a line is long.
constexpr int kMaxDepth = 100;

FormulaType step_type(const FormulaType& type) {
  if (type.is_list) return {type.kind, false};
  return {Kind::number, false};  // a dim
}

bool can_be(const FormulaType& type, char wanted) {
  if (wanted == 'v') return true;
  if (type.is_list) return false;
  if (wanted == 'n') return type.kind == Kind::number || type.kind == Kind::boolean;
  return type.kind == (wanted == 'b' ? Kind::boolean : Kind::tensor);
}

std::string wanted_words(char wanted) {
  if (wanted == 'n') return "a number";
  return wanted == 'b' ? "a bool" : "a tensor";
}

}  // namespace

Result<Formula> FormulaParser::one(Result<Formula> formula, Kind kind, std::size_t begin) {
  if (!formula) return formula;
  const char wanted = kind == Kind::number ? 'n' : kind == Kind::boolean ? 'b' : 't';
  if (can_be(formula->type, wanted) && !formula->many) return formula;
  cursor_.move_to(begin);
  return usage_error("expected " + wanted_words(wanted) + ", `" + formula->text + "` is " +
                     (formula->many ? "several values" : to_string(formula->type)));
}

Result<Formula> FormulaParser::number() {
  cursor_.skip_spaces();
  const std::size_t begin = cursor_.position();
  return one(any(), Kind::number, begin);
}

Result<Formula> FormulaParser::dim() {
  cursor_.skip_spaces();
  const std::size_t begin = cursor_.position();
  FA_ASSIGN(Formula formula, any());
  if (can_be(formula.type, 'n')) return formula;
  cursor_.move_to(begin);
  return usage_error("expected a number, `" + formula.text + "` is " + to_string(formula.type) +
                     (formula.type.is_list ? ": its elements are `" + formula.text + ".:`" : ""));
}

Result<Formula> FormulaParser::condition() {
  cursor_.skip_spaces();
  const std::size_t begin = cursor_.position();
  return one(any(), Kind::boolean, begin);
}

Result<Formula> FormulaParser::tensor() {
  cursor_.skip_spaces();
  const std::size_t begin = cursor_.position();
  return one(path(), Kind::tensor, begin);
}

// Loosest first: or, and, not, comparison, sum, product, sign.
Result<Formula> FormulaParser::any(int depth) {
  if (depth > kMaxDepth) return usage_error("the formula is nested too deeply");
  return chain(depth, &FormulaParser::conjunction, {"or"});
}
Result<Formula> FormulaParser::conjunction(int depth) { return chain(depth, &FormulaParser::negation, {"and"}); }

Result<Formula> FormulaParser::negation(int depth) {
  if (depth > kMaxDepth) return usage_error("the formula is nested too deeply");
  cursor_.skip_spaces();
  const std::size_t begin = cursor_.position();
  if (!cursor_.accept("not")) return comparison(depth);
  FA_ASSIGN(Formula operand, negation(depth + 1));
  return call("not", {std::move(operand)}, begin);
}

Result<Formula> FormulaParser::comparison(int depth) {
  cursor_.skip_spaces();
  const std::size_t begin = cursor_.position();
  FA_ASSIGN(Formula left, sum(depth));
  for (const std::string_view sign : {"==", "!=", "<=", ">=", "<", ">"}) {
    if (!cursor_.accept(sign)) continue;
    FA_ASSIGN(Formula right, sum(depth));
    return call(sign, {std::move(left), std::move(right)}, begin);
  }
  return left;
}

Result<Formula> FormulaParser::sum(int depth) { return chain(depth, &FormulaParser::product, {"+", "-"}); }
Result<Formula> FormulaParser::product(int depth) {
  return chain(depth, &FormulaParser::factor, {"*", "//", "/", "%"});
}

Result<Formula> FormulaParser::factor(int depth) {
  if (depth > kMaxDepth) return usage_error("the formula is nested too deeply");
  cursor_.skip_spaces();
  const std::size_t begin = cursor_.position();
  if (!cursor_.accept("-")) return primary(depth);
  FA_ASSIGN(Formula operand, factor(depth + 1));
  return call("negative", {std::move(operand)}, begin);
}

// Left to right: a - b - c is (a - b) - c.
Result<Formula> FormulaParser::chain(int depth, Level operand, const std::vector<std::string_view>& signs) {
  cursor_.skip_spaces();
  const std::size_t begin = cursor_.position();
  FA_ASSIGN(Formula left, (this->*operand)(depth));
  while (true) {
    const auto sign = std::ranges::find_if(signs, [this](std::string_view each) { return cursor_.accept(each); });
    if (sign == signs.end()) return left;
    FA_ASSIGN(Formula right, (this->*operand)(depth));
    std::vector<Formula> both;
    both.push_back(std::move(left));
    both.push_back(std::move(right));
    FA_ASSIGN(left, call(*sign, std::move(both), begin));
  }
}

Result<Formula> FormulaParser::primary(int depth) {
  if (cursor_.accept("(")) {
    FA_ASSIGN(Formula inner, any(depth + 1));
    FA_TRY(cursor_.expect(")"));
    return inner;
  }
  const std::string_view word = cursor_.peek_word();
  if (word.empty() || word == "true" || word == "false" || word == "none") return literal();
  const bool is_name = std::ranges::any_of(names_, [word](const FormulaName& each) { return each.name == word; });
  if (is_name || find_formula_function(word) == nullptr) return path();
  return call_by_name(depth);
}

Result<Formula> FormulaParser::literal() {
  cursor_.skip_spaces();
  const std::size_t begin = cursor_.position();
  const char first = cursor_.next();
  const bool is_word = !cursor_.peek_word().empty();
  if (!is_word && first != '"' && !(first >= '0' && first <= '9')) return cursor_.expected("a number or a name");
  FA_ASSIGN(Fact fact, cursor_.fact());
  Formula formula;
  formula.type.kind = fact.get<BoolFact>()  ? Kind::boolean
                      : fact.get<StrFact>() ? Kind::text
                      : fact.is_none()      ? Kind::other
                                            : Kind::number;
  formula.constant = std::move(fact);
  formula.text = cursor_.text(begin);
  return formula;
}

Result<Formula> FormulaParser::path() {
  cursor_.skip_spaces();
  const std::size_t begin = cursor_.position();
  const std::string_view word = cursor_.word();
  if (word.empty()) return cursor_.expected("a name");
  const auto name = std::ranges::find_if(names_, [word](const FormulaName& each) { return each.name == word; });
  if (name == names_.end()) {
    cursor_.move_to(begin);
    std::string known;
    for (const FormulaName& each : names_) known += (known.empty() ? "" : ", ") + each.name;
    return usage_error("unknown name `" + std::string(word) + "`: there are " + known + " and the functions " +
                       formula_function_names());
  }
  Formula path;
  path.kind = Formula::Kind::path;
  path.type = name->type;
  path.of_result = name->of_result;
  path.place = name->place;
  while (cursor_.accept_adjacent('.')) FA_TRY(step(path));
  path.text = cursor_.text(begin);
  return path;
}

// Behind the dot: `0`, `-1`, `1:-1`, `:`, `*`.
Result<void> FormulaParser::step(Formula& path) {
  if (!path.type.is_list && path.type.kind != Kind::tensor) {
    return usage_error("only tensors and lists have parts, and this is " + to_string(path.type));
  }
  Formula::Step step;
  const auto at_number = [this] { return cursor_.next() == '-' || (cursor_.next() >= '0' && cursor_.next() <= '9'); };
  if (path.type.is_list && cursor_.accept_adjacent('*')) {
    step.many = true;
  } else {
    if (at_number()) {
      FA_ASSIGN(step.begin, cursor_.integer());
    } else if (cursor_.next() != ':') {
      return cursor_.expected(path.type.is_list ? "the place of an element, `:` or `*`" : "the place of a dim or `:`");
    }
    step.many = cursor_.accept_adjacent(':');
    if (step.many && at_number()) {
      FA_ASSIGN(step.end, cursor_.integer());
    }
  }
  path.type = step_type(path.type);
  path.many = path.many || step.many;
  path.steps.push_back(step);
  return {};
}

Result<Formula> FormulaParser::call_by_name(int depth) {
  const std::size_t begin = cursor_.position();
  const std::string_view name = cursor_.word();
  std::vector<Formula> arguments;
  FA_TRY(in_brackets("(", ")", [&]() -> Result<void> {
    FA_ASSIGN(Formula argument, any(depth + 1));
    arguments.push_back(std::move(argument));
    return {};
  }));
  return call(name, std::move(arguments), begin);
}

// Checks number and types of the arguments; errors are placed at the start of the call.
Result<Formula> FormulaParser::call(std::string_view name, std::vector<Formula> arguments, std::size_t begin) {
  Formula call;
  call.kind = Formula::Kind::call;
  call.function = find_formula_function(name);
  call.text = cursor_.text(begin);
  const std::string_view takes = call.function->takes;
  const bool takes_many = takes.back() == '*';
  const std::size_t wanted = takes_many ? 1 : takes.size();
  const auto refuse = [&](const std::string& why) -> Error {
    cursor_.move_to(begin);
    return usage_error(std::string(call.function->summary) + " " + why);
  };
  if (arguments.size() < wanted || (!takes_many && arguments.size() > wanted)) {
    return refuse("takes " + std::to_string(wanted) + (takes_many ? " or more arguments, " : " arguments, ") +
                  std::to_string(arguments.size()) + " are given");
  }
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    Formula& argument = arguments[i];
    const char type = takes[takes_many ? 0 : i];
    if (takes_many && argument.type.is_list && argument.kind == Formula::Kind::path) {  // the list is its elements
      argument.steps.push_back({true, 0, std::nullopt});
      argument.type = step_type(argument.type);
      argument.many = true;
    }
    if (!can_be(argument.type, type)) {
      return refuse("takes " + wanted_words(type) + ", `" + argument.text + "` is " + to_string(argument.type));
    }
    if (argument.many && !takes_many) return refuse("takes one value, `" + argument.text + "` is several");
    if (!argument.many && name == "len") return refuse("takes a list, `" + argument.text + "` is one value");
  }
  call.type.kind = call.function->gives;
  if (name == "if") {
    call.type = arguments[1].type;
    if (!(arguments[2].type == call.type)) {
      return refuse("gives " + to_string(call.type) + " or " + to_string(arguments[2].type) + ": they must be alike");
    }
  }
  call.arguments = std::move(arguments);
  return call;
}

}  // namespace flopaudit
