#include "analyzer/ops/size_conditions.h"

#include <utility>

namespace flopaudit {
namespace {
thread_local SizeConditionScope* g_scope = nullptr;
}  // namespace

SizeConditionScope::SizeConditionScope() : before_(std::exchange(g_scope, this)) {}
SizeConditionScope::~SizeConditionScope() { g_scope = before_; }

void note_size_condition(SizeCondition condition) {
  if (g_scope != nullptr) g_scope->conditions_.push_back(std::move(condition));
}

bool must_be_equal(const Expr& a, const Expr& b) {
  const std::optional<bool> equal = always_equal(a, b);
  if (!equal && g_scope != nullptr) note_size_condition({relation_text(a, "=", b), 0});
  return equal != false;
}

bool must_be_at_least(const Expr& value, const Expr& least) {
  const std::optional<bool> less = always_less(value, least);
  if (!less && g_scope != nullptr) {
    const std::optional<SymbolBound> solved = least_for_nonnegative(value - least);
    note_size_condition({solved ? solved->symbol + " >= " + std::to_string(solved->least)
                                : relation_text(value, ">=", least),
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
  const Expr& symbolic = a.is_constant() ? b : a;
  note_size_condition({relation_text(a, "=", b) + ", or " +
                           (a.is_constant() || b.is_constant() ? symbolic.to_string() + " = 1" : "one of the two is 1"),
                       0});
}

}  // namespace flopaudit
