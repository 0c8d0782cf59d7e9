#include "analyzer/ops/rules/formula.h"

#include <cmath>

#include "analyzer/ops/fact_access.h"
#include "analyzer/ops/rules/formula_functions.h"

namespace flopaudit {
namespace {

// What a step can be taken into: the dims of a tensor, as ints, or the elements of a list.
RuleResult<Facts> parts_of(const Fact& fact, const std::string& text) {
  if (fact.is_none()) return misfit("an argument is None in `" + text + "`");
  if (const TensorFact* tensor = fact.tensor()) {
    if (!tensor->dims) return missing("the rank of the tensor in `" + text + "` is not known");
    Facts dims;
    for (const Dim& dim : *tensor->dims) dims.push_back(IntFact{dim});
    return dims;
  }
  if (const auto* tuple = fact.get<TupleFact>()) return tuple->elements;
  const auto* list = fact.get<ListFact>();
  if (list == nullptr || !list->elements || !*list->elements) return missing("the list in `" + text + "` is not known");
  return **list->elements;
}

RuleResult<Facts> take(const Fact& fact, const Formula::Step& step, const std::string& text) {
  FA_RULE(const Facts parts, parts_of(fact, text));
  const auto size = static_cast<std::int64_t>(parts.size());
  const auto from_start = [size](std::int64_t place) { return place < 0 ? place + size : place; };
  if (!step.many) {
    const std::int64_t place = from_start(step.begin);
    if (place < 0 || place >= size) {
      return misfit("`" + text + "`: there is no " + std::to_string(step.begin) + " in " + fact.to_string());
    }
    return Facts{parts[static_cast<std::size_t>(place)]};
  }
  const std::int64_t begin = std::max<std::int64_t>(0, from_start(step.begin));
  const std::int64_t end = std::min(size, step.end ? from_start(*step.end) : size);
  if (begin >= end) return Facts();
  return Facts(parts.begin() + begin, parts.begin() + end);
}

RuleResult<Facts> path_values(const Formula& path, const FormulaScope& scope) {
  const Facts& from = path.of_result ? scope.outputs : scope.inputs;
  Facts values = {from.at(path.place)};
  for (const Formula::Step& step : path.steps) {
    Facts next;
    for (const Fact& value : values) {
      FA_RULE(const Facts parts, take(value, step, path.text));
      next.insert(next.end(), parts.begin(), parts.end());
    }
    values = std::move(next);
  }
  return values;
}

// `and`, `or` and `if`: what is not asked for need not be known.
RuleResult<Fact> lazy_call(const Formula& call, const FormulaScope& scope) {
  const RuleResult<bool> first = truth(call.arguments[0], scope);
  if (call.function->name == "if") {
    if (!first) return first.failure();
    return value_of(call.arguments[*first ? 1 : 2], scope);
  }
  const bool decides = call.function->name == "or";
  if (first && *first == decides) return Fact::boolean(decides);
  FA_RULE(const bool second, truth(call.arguments[1], scope));
  if (second == decides) return Fact::boolean(decides);
  if (!first) return first.failure();
  return Fact::boolean(!decides);
}

RuleResult<Fact> call_value(const Formula& call, const FormulaScope& scope) {
  if (call.function->apply == nullptr) return lazy_call(call, scope);
  Facts arguments;
  for (const Formula& argument : call.arguments) {
    FA_RULE(const Facts values, values_of(argument, scope));
    arguments.insert(arguments.end(), values.begin(), values.end());
  }
  return call.function->apply(arguments, call.text);
}

}  // namespace

std::string to_string(const FormulaType& type) {
  const std::string plural = type.is_list ? "s" : "";
  const std::string start = type.is_list ? "a list of " : "a ";
  switch (type.kind) {
    case FormulaType::Kind::number: return start + "number" + plural;
    case FormulaType::Kind::boolean: return start + "bool" + plural;
    case FormulaType::Kind::text: return start + "str" + plural;
    case FormulaType::Kind::tensor: return start + "tensor" + plural;
    default: return "a value that formulas only ask for with given()";
  }
}

RuleResult<Facts> values_of(const Formula& formula, const FormulaScope& scope) {
  if (formula.kind == Formula::Kind::path) return path_values(formula, scope);
  FA_RULE(Fact value, value_of(formula, scope));
  return Facts{std::move(value)};
}

RuleResult<Fact> value_of(const Formula& formula, const FormulaScope& scope) {
  if (formula.kind == Formula::Kind::constant) return formula.constant;
  if (formula.kind == Formula::Kind::call) return call_value(formula, scope);
  FA_RULE(const Facts values, path_values(formula, scope));
  return values.at(0);
}

RuleResult<Expr> whole_number(const Fact& value, const std::string& text) {
  if (value.is_none()) return misfit("`" + text + "` is None");
  if (const auto integer = integer_of(value)) return *integer;
  const auto number = number_of(value);
  if (!number) return missing("`" + text + "` is not known");
  constexpr double kLargestWhole = 9007199254740992.0;  // 2^53
  if (std::floor(*number) != *number || std::abs(*number) >= kLargestWhole) {
    return misfit("`" + text + "` is " + value.to_string() + ", which is no whole number");
  }
  return Expr(static_cast<std::int64_t>(*number));
}

RuleResult<Expr> whole_number(const Formula& formula, const FormulaScope& scope) {
  FA_RULE(const Fact value, value_of(formula, scope));
  return whole_number(value, formula.text);
}

RuleResult<bool> truth(const Formula& formula, const FormulaScope& scope) {
  FA_RULE(const Fact value, value_of(formula, scope));
  if (value.is_none()) return misfit("`" + formula.text + "` is None");
  const auto* boolean = value.get<BoolFact>();
  if (boolean == nullptr || !boolean->value) return missing("`" + formula.text + "` is not known");
  return *boolean->value;
}

}  // namespace flopaudit
