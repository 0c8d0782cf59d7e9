#include "analyzer/ops/scalar_helpers.h"

#include <cmath>

#include "analyzer/ops/size_floats.h"

namespace flopaudit {
namespace {

bool is_int(const Fact& fact) { return fact.get<IntFact>() != nullptr || fact.get<BoolFact>() != nullptr; }
bool is_float(const Fact& fact) { return fact.get<FloatFact>() != nullptr; }

RuleResult<Fact> combine_ints(Arithmetic op, const std::optional<Expr>& a, const std::optional<Expr>& b) {
  const bool divides = op == Arithmetic::floordiv || op == Arithmetic::remainder;
  if (divides && b && *b == Expr(0)) return misfit("a division of ints by zero");
  if (!a || !b) return maybe_int(std::nullopt);
  switch (op) {
    case Arithmetic::add: return Fact::integer(*a + *b);
    case Arithmetic::sub: return Fact::integer(*a - *b);
    case Arithmetic::mul: return Fact::integer(*a * *b);
    case Arithmetic::floordiv: return Fact::integer(floor_div(*a, *b));
    case Arithmetic::remainder: return Fact::integer(mod(*a, *b));
    case Arithmetic::minimum: return Fact::integer(min(*a, *b));
    case Arithmetic::maximum: return Fact::integer(max(*a, *b));
    default: return missing("no int rule");
  }
}

double combine_floats(Arithmetic op, double a, double b) {
  switch (op) {
    case Arithmetic::add: return a + b;
    case Arithmetic::sub: return a - b;
    case Arithmetic::mul: return a * b;
    case Arithmetic::div: return a / b;
    case Arithmetic::floordiv: return std::floor(a / b);
    case Arithmetic::remainder: return a - b * std::floor(a / b);
    case Arithmetic::pow: return std::pow(a, b);
    // Beside nan, and of two zeros, the second one, as in LibTorch.
    case Arithmetic::minimum: return a < b ? a : b;
    case Arithmetic::maximum: return a > b ? a : b;
  }
  return 0;
}

std::optional<bool> negate(std::optional<bool> value) { return value ? std::optional(!*value) : std::nullopt; }

template <typename T>
bool compare_values(Comparison op, const T& a, const T& b) {
  switch (op) {
    case Comparison::eq: return a == b;
    case Comparison::ne: return a != b;
    case Comparison::lt: return a < b;
    case Comparison::le: return a <= b;
    case Comparison::gt: return a > b;
    case Comparison::ge: return a >= b;
  }
  return false;
}

std::optional<bool> compare_ints(Comparison op, const Expr& a, const Expr& b) {
  switch (op) {
    case Comparison::eq: return always_equal(a, b);
    case Comparison::ne: return negate(always_equal(a, b));
    case Comparison::lt: return always_less(a, b);
    case Comparison::le: return always_less_equal(a, b);
    case Comparison::gt: return always_less(b, a);
    case Comparison::ge: return always_less_equal(b, a);
  }
  return std::nullopt;
}

std::optional<bool> equal_sequences(const std::vector<Fact>& a, const std::vector<Fact>& b) {
  if (a.size() != b.size()) return false;
  std::optional<bool> all = true;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const std::optional<bool> same = compare_facts(Comparison::eq, a[i], b[i]);
    if (same == false) return false;
    if (!same) all = std::nullopt;
  }
  return all;
}

const std::vector<Fact>* elements_of(const Fact& fact) {
  if (const auto* tuple = fact.get<TupleFact>()) return &tuple->elements;
  const auto* list = fact.get<ListFact>();
  return list != nullptr && list->elements && *list->elements ? &**list->elements : nullptr;
}

std::optional<bool> equal(const Fact& a, const Fact& b) {
  if (a.is_none() || b.is_none()) {
    if (a.is_unknown() || b.is_unknown()) return std::nullopt;
    return a.is_none() && b.is_none();
  }
  const std::vector<Fact>* first = elements_of(a);
  const std::vector<Fact>* second = elements_of(b);
  return first != nullptr && second != nullptr ? equal_sequences(*first, *second) : std::nullopt;
}

}  // namespace

std::optional<bool> is_not_zero(const Expr& value) { return negate(always_equal(value, 0)); }

Fact maybe_bool(std::optional<bool> value) { return BoolFact{value}; }
Fact maybe_int(std::optional<Expr> value) { return IntFact{std::move(value)}; }
Fact maybe_float(std::optional<double> value) { return FloatFact{value}; }

RuleResult<Fact> combine_numbers(Arithmetic op, const Fact& a, const Fact& b) {
  for (const Fact* fact : {&a, &b}) {
    if (fact->is_unknown()) return missing("a number is unknown");
    if (!is_int(*fact) && !is_float(*fact)) return misfit("a number is expected: " + fact->to_string());
  }
  const bool floating = is_float(a) || is_float(b) || op == Arithmetic::div || op == Arithmetic::pow;
  if (!floating) return combine_ints(op, integer_of(a), integer_of(b));
  const std::optional<double> first = number_of(a), second = number_of(b);
  if (!first || !second) {
    std::optional<SizeFloat> of_size = combine_size_floats(op, a, b);
    return of_size ? Fact(float_fact(std::move(*of_size))) : maybe_float(std::nullopt);
  }
  return Fact::floating(combine_floats(op, *first, *second));
}

std::optional<bool> compare_facts(Comparison op, const Fact& a, const Fact& b) {
  const std::optional<Expr> first = integer_of(a), second = integer_of(b);
  if (first && second) return compare_ints(op, *first, *second);
  const std::optional<double> low = number_of(a), high = number_of(b);
  if (low && high) return compare_values(op, *low, *high);
  if (const auto sizes = compared_sizes(a, b)) return compare_ints(op, sizes->a, sizes->b);
  const auto* left = a.get<StrFact>();
  const auto* right = b.get<StrFact>();
  if (left != nullptr && right != nullptr) {
    if (!left->value || !right->value) return std::nullopt;
    return compare_values(op, *left->value, *right->value);
  }
  const auto* device = a.get<DeviceFact>();
  const auto* other = b.get<DeviceFact>();
  if (device != nullptr && other != nullptr) return compare_values(op, device->value, other->value);
  if (op == Comparison::eq) return equal(a, b);
  if (op == Comparison::ne) return negate(equal(a, b));
  return std::nullopt;
}

}  // namespace flopaudit
