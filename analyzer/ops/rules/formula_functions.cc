#include "analyzer/ops/rules/formula_functions.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <variant>

#include "analyzer/ops/fact_access.h"

namespace flopaudit {
namespace {

using Kind = FormulaType::Kind;
using Number = std::variant<Expr, double>;

constexpr double kLargestWhole = 9007199254740992.0;  // 2^53: up to here every whole double is one whole number

std::string in_marks(const std::string& text) { return "`" + text + "`"; }

RuleResult<Number> number_in(const Fact& fact, const std::string& text) {
  if (fact.is_none()) return misfit("an argument is None in " + in_marks(text));
  if (const auto whole = integer_of(fact)) return Number(*whole);
  if (const auto real = number_of(fact)) {
    if (std::floor(*real) == *real && std::abs(*real) < kLargestWhole)
      return Number(Expr(static_cast<std::int64_t>(*real)));
    return Number(*real);
  }
  return missing("a value in " + in_marks(text) + " is not known");
}

RuleResult<Fact> whole(Expr value, const std::string& text) {
  if (value.is_overflow()) return misfit(in_marks(text) + " does not fit into 64 bits");
  if (value.is_undefined()) return misfit(in_marks(text) + " divides by 0");
  return Fact::integer(std::move(value));
}

RuleResult<Fact> real(double value, const std::string& text) {
  if (!std::isfinite(value)) return misfit(in_marks(text) + " is no finite number");
  return Fact::floating(value);
}

// Both as doubles, where they are numbers at all.
RuleResult<double> as_double(const Number& number, const std::string& text) {
  if (const double* value = std::get_if<double>(&number)) return *value;
  const Expr& value = std::get<Expr>(number);
  if (const auto constant = value.constant()) return static_cast<double>(*constant);
  return missing(in_marks(text) + " needs a number for " + value.to_string());
}

// `exact` of two whole numbers, else `rounded` of two doubles.
template <typename Exact, typename Rounded>
RuleResult<Fact> combine(const Facts& arguments, const std::string& text, const Exact& exact, const Rounded& rounded) {
  FA_RULE(const Number a, number_in(arguments[0], text));
  FA_RULE(const Number b, number_in(arguments[1], text));
  if (std::holds_alternative<Expr>(a) && std::holds_alternative<Expr>(b)) {
    return whole(exact(std::get<Expr>(a), std::get<Expr>(b)), text);
  }
  FA_RULE(const double x, as_double(a, text));
  FA_RULE(const double y, as_double(b, text));
  return real(rounded(x, y), text);
}

RuleResult<Fact> plus(const Facts& arguments, const std::string& text) {
  return combine(
      arguments, text, [](const Expr& a, const Expr& b) { return a + b; }, std::plus<double>());
}
RuleResult<Fact> minus(const Facts& arguments, const std::string& text) {
  return combine(
      arguments, text, [](const Expr& a, const Expr& b) { return a - b; }, std::minus<double>());
}
RuleResult<Fact> times(const Facts& arguments, const std::string& text) {
  return combine(
      arguments, text, [](const Expr& a, const Expr& b) { return a * b; }, std::multiplies<double>());
}
RuleResult<Fact> negative(const Facts& arguments, const std::string& text) {
  return minus({Fact::integer(0), arguments[0]}, text);
}
RuleResult<Fact> floor_quotient(const Facts& arguments, const std::string& text) {
  return combine(
      arguments, text, [](const Expr& a, const Expr& b) { return floor_div(a, b); },
      [](double a, double b) { return std::floor(a / b); });
}
RuleResult<Fact> ceil_quotient(const Facts& arguments, const std::string& text) {
  return combine(
      arguments, text, [](const Expr& a, const Expr& b) { return ceil_div(a, b); },
      [](double a, double b) { return std::ceil(a / b); });
}
RuleResult<Fact> remainder(const Facts& arguments, const std::string& text) {
  return combine(
      arguments, text, [](const Expr& a, const Expr& b) { return mod(a, b); },
      [](double a, double b) { return a - b * std::floor(a / b); });
}

// Exact where it comes out even, for symbols too; a double where both are numbers.
RuleResult<Fact> quotient(const Facts& arguments, const std::string& text) {
  FA_RULE(const Number a, number_in(arguments[0], text));
  FA_RULE(const Number b, number_in(arguments[1], text));
  if (std::holds_alternative<Expr>(a) && std::holds_alternative<Expr>(b)) {
    const Expr& divisor = std::get<Expr>(b);
    const Expr even = floor_div(std::get<Expr>(a), divisor);
    if (even.is_undefined() || even.is_overflow() || even * divisor == std::get<Expr>(a)) return whole(even, text);
  }
  FA_RULE(const double x, as_double(a, text));
  FA_RULE(const double y, as_double(b, text));
  if (y == 0) return misfit(in_marks(text) + " divides by 0");
  return real(x / y, text);
}

template <typename Round>
RuleResult<Fact> rounded(const Facts& arguments, const std::string& text, const Round& round) {
  FA_RULE(const Number number, number_in(arguments[0], text));
  if (const Expr* value = std::get_if<Expr>(&number)) return Fact::integer(*value);
  const double value = round(std::get<double>(number));
  if (std::abs(value) >= kLargestWhole) return misfit(in_marks(text) + " is too large");
  return Fact::integer(static_cast<std::int64_t>(value));
}
RuleResult<Fact> floor_of(const Facts& arguments, const std::string& text) {
  return rounded(arguments, text, [](double value) { return std::floor(value); });
}
RuleResult<Fact> ceil_of(const Facts& arguments, const std::string& text) {
  return rounded(arguments, text, [](double value) { return std::ceil(value); });
}

// Folds any number of arguments with an operator of two.
RuleResult<Fact> fold(const Facts& arguments, const std::string& text, Fact start, FormulaFunction::Apply apply) {
  for (const Fact& argument : arguments) {
    FA_RULE(start, apply({start, argument}, text));
  }
  return start;
}
RuleResult<Fact> sum_of(const Facts& arguments, const std::string& text) {
  return fold(arguments, text, Fact::integer(0), plus);
}
RuleResult<Fact> product_of(const Facts& arguments, const std::string& text) {
  return fold(arguments, text, Fact::integer(1), times);
}
RuleResult<Fact> lesser(const Facts& arguments, const std::string& text) {
  return combine(
      arguments, text, [](const Expr& a, const Expr& b) { return min(a, b); },
      [](double a, double b) { return std::min(a, b); });
}
RuleResult<Fact> greater(const Facts& arguments, const std::string& text) {
  return combine(
      arguments, text, [](const Expr& a, const Expr& b) { return max(a, b); },
      [](double a, double b) { return std::max(a, b); });
}
RuleResult<Fact> least(const Facts& arguments, const std::string& text) {
  if (arguments.empty()) return misfit(in_marks(text) + " has no values");
  return fold(arguments, text, arguments[0], lesser);
}
RuleResult<Fact> greatest(const Facts& arguments, const std::string& text) {
  if (arguments.empty()) return misfit(in_marks(text) + " has no values");
  return fold(arguments, text, arguments[0], greater);
}
RuleResult<Fact> count_of(const Facts& arguments, const std::string&) {
  return Fact::integer(static_cast<std::int64_t>(arguments.size()));
}

RuleResult<const Dims*> dims_in(const Fact& fact, const std::string& text) {
  if (fact.is_none()) return misfit("an argument is None in " + in_marks(text));
  const TensorFact* tensor = fact.tensor();
  if (tensor == nullptr || !tensor->dims) return missing("a shape in " + in_marks(text) + " is not known");
  return &*tensor->dims;
}
RuleResult<Fact> rank_of(const Facts& arguments, const std::string& text) {
  FA_RULE(const Dims* dims, dims_in(arguments[0], text));
  return Fact::integer(static_cast<std::int64_t>(dims->size()));
}
RuleResult<Fact> elements_of(const Facts& arguments, const std::string& text) {
  Expr sum = 0;
  for (const Fact& argument : arguments) {
    FA_RULE(const Dims* dims, dims_in(argument, text));
    const auto elements = element_count(*dims);
    if (!elements) return missing("a shape in " + in_marks(text) + " is not known");
    sum += *elements;
  }
  return whole(sum, text);
}
RuleResult<Fact> is_given(const Facts& arguments, const std::string& text) {
  if (arguments[0].is_unknown()) return missing("a value in " + in_marks(text) + " is not known");
  return Fact::boolean(!arguments[0].is_none());
}

RuleResult<Fact> decided(const std::optional<bool>& answer, const std::string& text) {
  if (!answer) return missing(in_marks(text) + " depends on what is not known");
  return Fact::boolean(*answer);
}

RuleResult<Fact> equal(const Facts& arguments, const std::string& text) {
  const Fact& a = arguments[0];
  const Fact& b = arguments[1];
  if (a.is_unknown() || b.is_unknown()) return missing("a value in " + in_marks(text) + " is not known");
  if (a.is_none() || b.is_none()) return Fact::boolean(a.is_none() && b.is_none());
  const auto* left = a.get<StrFact>();
  const auto* right = b.get<StrFact>();
  if (left != nullptr && right != nullptr) {
    return decided(left->value && right->value ? std::optional(*left->value == *right->value) : std::nullopt, text);
  }
  if (left != nullptr || right != nullptr) return Fact::boolean(false);
  FA_RULE(const Number x, number_in(a, text));
  FA_RULE(const Number y, number_in(b, text));
  if (x.index() != y.index()) {  // a whole number and one that is none
    const Expr& exact = std::get<Expr>(std::holds_alternative<Expr>(x) ? x : y);
    return decided(exact.is_constant() ? std::optional(false) : std::nullopt, text);
  }
  if (const double* value = std::get_if<double>(&x)) return Fact::boolean(*value == std::get<double>(y));
  return decided(always_equal(std::get<Expr>(x), std::get<Expr>(y)), text);
}
RuleResult<Fact> unequal(const Facts& arguments, const std::string& text) {
  FA_RULE(const Fact same, equal(arguments, text));
  return Fact::boolean(!*same.get<BoolFact>()->value);
}

RuleResult<Fact> ordered(const Fact& a, const Fact& b, bool or_equal, const std::string& text) {
  FA_RULE(const Number x, number_in(a, text));
  FA_RULE(const Number y, number_in(b, text));
  if (std::holds_alternative<Expr>(x) && std::holds_alternative<Expr>(y)) {
    const Expr& left = std::get<Expr>(x);
    const Expr& right = std::get<Expr>(y);
    return decided(or_equal ? always_less_equal(left, right) : always_less(left, right), text);
  }
  FA_RULE(const double left, as_double(x, text));
  FA_RULE(const double right, as_double(y, text));
  return Fact::boolean(or_equal ? left <= right : left < right);
}
RuleResult<Fact> less(const Facts& a, const std::string& text) { return ordered(a[0], a[1], false, text); }
RuleResult<Fact> less_equal(const Facts& a, const std::string& text) { return ordered(a[0], a[1], true, text); }
RuleResult<Fact> more(const Facts& a, const std::string& text) { return ordered(a[1], a[0], false, text); }
RuleResult<Fact> more_equal(const Facts& a, const std::string& text) { return ordered(a[1], a[0], true, text); }

RuleResult<Fact> negated(const Facts& arguments, const std::string& text) {
  const auto* value = arguments[0].get<BoolFact>();
  if (arguments[0].is_none()) return misfit("an argument is None in " + in_marks(text));
  if (value == nullptr || !value->value) return missing("a value in " + in_marks(text) + " is not known");
  return Fact::boolean(!*value->value);
}

// clang-format off
constexpr std::array kFunctions = std::to_array<FormulaFunction>({
    // name       takes  gives          how              summary
    {"!=",        "vv",  Kind::boolean, unequal,         "a != b"},
    {"%",         "nn",  Kind::number,  remainder,       "a % b"},
    {"*",         "nn",  Kind::number,  times,           "a * b"},
    {"+",         "nn",  Kind::number,  plus,            "a + b"},
    {"-",         "nn",  Kind::number,  minus,           "a - b"},
    {"/",         "nn",  Kind::number,  quotient,        "a / b"},
    {"//",        "nn",  Kind::number,  floor_quotient,  "a // b"},
    {"<",         "nn",  Kind::boolean, less,            "a < b"},
    {"<=",        "nn",  Kind::boolean, less_equal,      "a <= b"},
    {"==",        "vv",  Kind::boolean, equal,           "a == b"},
    {">",         "nn",  Kind::boolean, more,            "a > b"},
    {">=",        "nn",  Kind::boolean, more_equal,      "a >= b"},
    {"and",       "bb",  Kind::boolean, nullptr,         "a and b"},
    {"ceil",      "n",   Kind::number,  ceil_of,         "ceil(a)"},
    {"ceil_div",  "nn",  Kind::number,  ceil_quotient,   "ceil_div(a, b)"},
    {"floor",     "n",   Kind::number,  floor_of,        "floor(a)"},
    {"floor_div", "nn",  Kind::number,  floor_quotient,  "floor_div(a, b)"},
    {"given",     "v",   Kind::boolean, is_given,        "given(argument)"},
    {"if",        "bvv", Kind::number,  nullptr,         "if(condition, a, b)"},
    {"len",       "v*",  Kind::number,  count_of,        "len(list)"},
    {"max",       "n*",  Kind::number,  greatest,        "max(a, ...)"},
    {"min",       "n*",  Kind::number,  least,           "min(a, ...)"},
    {"mod",       "nn",  Kind::number,  remainder,       "mod(a, b)"},
    {"negative",  "n",   Kind::number,  negative,        "-a"},
    {"not",       "b",   Kind::boolean, negated,         "not a"},
    {"numel",     "t*",  Kind::number,  elements_of,     "numel(tensor, ...)"},
    {"or",        "bb",  Kind::boolean, nullptr,         "a or b"},
    {"prod",      "n*",  Kind::number,  product_of,      "prod(a, ...)"},
    {"rank",      "t",   Kind::number,  rank_of,         "rank(tensor)"},
    {"sum",       "n*",  Kind::number,  sum_of,          "sum(a, ...)"},
});
// clang-format on
static_assert(std::ranges::is_sorted(kFunctions, {}, &FormulaFunction::name));

}  // namespace

const FormulaFunction* find_formula_function(std::string_view name) {
  const auto found = std::ranges::lower_bound(kFunctions, name, {}, &FormulaFunction::name);
  return found == kFunctions.end() || found->name != name ? nullptr : &*found;
}

std::string formula_function_names() {
  std::string names;
  for (const FormulaFunction& function : kFunctions) {
    if (std::string_view(function.summary).starts_with(function.name) && function.name.size() > 1 &&
        std::string_view(function.summary).find('(') != std::string_view::npos) {
      names += (names.empty() ? "" : ", ") + std::string(function.name);
    }
  }
  return names;
}

}  // namespace flopaudit
