#include "analyzer/ops/size_conditions.h"

#include <set>
#include <utility>

#include "analyzer/ops/size_equations.h"

namespace flopaudit {
namespace {

thread_local SizeConditionScope* g_scope = nullptr;
thread_local SizeEquationScope* g_equations = nullptr;

// min(T, 128) = T says T <= 128, of a slice that is no longer than what it is taken from. "": it is no such equation.
std::string as_bound(const Expr& a, const Expr& b) {
  for (const auto& [whole, part] : {std::pair(&a, &b), std::pair(&b, &a)}) {
    const std::set<std::string> symbols = whole->symbols();
    if (symbols.size() != 1 || !(*whole == Expr::symbol(*symbols.begin()))) continue;
    constexpr std::int64_t kBeyond = std::int64_t{1} << 40;
    const std::optional<std::int64_t> most = part->substitute({{*symbols.begin(), Expr(kBeyond)}}).constant();
    if (most && min(*whole, Expr(*most)) == *part) return whole->to_string() + " <= " + std::to_string(*most);
  }
  return "";
}

}  // namespace

SizeEquationScope::SizeEquationScope() : before_(std::exchange(g_equations, this)) {}
SizeEquationScope::~SizeEquationScope() { g_equations = before_; }

void note_size_equation(SizeEquation equation) {
  if (g_equations != nullptr) g_equations->equations_.push_back(std::move(equation));
}

SizeConditionScope::SizeConditionScope() : before_(std::exchange(g_scope, this)) {}
SizeConditionScope::~SizeConditionScope() { g_scope = before_; }

void note_size_condition(SizeCondition condition) {
  if (g_scope != nullptr) g_scope->conditions_.push_back(std::move(condition));
}

bool must_be_equal(const Expr& a, const Expr& b) {
  const std::optional<bool> equal = always_equal(a, b);
  if (!equal && g_scope != nullptr) {
    const std::string bound = as_bound(a, b);
    const std::string text = bound.empty() ? relation_text(a, "=", b) : bound;
    note_size_condition({text, 0});
    note_size_equation({text, a - b});
  }
  return equal != false;
}

bool must_be_at_least(const Expr& value, const Expr& least) {
  const std::optional<bool> less = always_less(value, least);
  if (!less && g_scope != nullptr) {
    const std::optional<SymbolBound> solved = least_for_nonnegative(value - least);
    note_size_condition(
        {solved ? solved->symbol + " >= " + std::to_string(solved->least) : relation_text(value, ">=", least),
         value - least});
  }
  return less != true;
}

bool must_be_multiple(const Expr& value, const Expr& divisor) {
  const std::optional<bool> multiple = always_equal(mod(value, divisor), 0);
  if (!multiple && g_scope != nullptr) {
    note_size_condition({value.to_string() + " is a multiple of " + divisor.to_string(), 0});
  }
  return multiple != false;
}

void must_broadcast(const Expr& a, const Expr& b) {
  if (g_scope == nullptr || a == Expr(1) || b == Expr(1) || always_equal(a, b) == true) return;
  if (const std::string bound = as_bound(a, b); !bound.empty()) {  // where one is 1, so is the other
    note_size_condition({bound, 0});
    return;
  }
  const Expr& symbolic = a.is_constant() ? b : a;
  note_size_condition({relation_text(a, "=", b) + ", or " +
                           (a.is_constant() || b.is_constant() ? symbolic.to_string() + " = 1" : "one of the two is 1"),
                       0});
}

}  // namespace flopaudit
