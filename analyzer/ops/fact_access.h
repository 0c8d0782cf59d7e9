// Typed access to the inputs of a rule, by position in the op's schema. Each says `missing` where the value is not
// known and `misfit` where it is of another kind, in words that name the position.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analyzer/ops/op_spec.h"

// FA_RULE(auto x, expr): x = the value of the RuleResult expr, or returns its failure.
#define FA_RULE(target, expr)                                                         \
  auto FA_CONCAT(fa_rule_, __LINE__) = (expr);                                        \
  if (!FA_CONCAT(fa_rule_, __LINE__)) return FA_CONCAT(fa_rule_, __LINE__).failure(); \
  target = std::move(*FA_CONCAT(fa_rule_, __LINE__))

// FA_REFUSE(expr): returns the failure that a check found, if it found one.
#define FA_REFUSE(expr)                                                     \
  do {                                                                      \
    if (std::optional<RuleFailure> fa_refused = (expr)) return *fa_refused; \
  } while (false)

namespace flopaudit {

RuleResult<const Fact*> fact_at(const Facts& inputs, std::size_t index);
bool none_at(const Facts& inputs, std::size_t index);

RuleResult<const TensorFact*> tensor_at(const Facts& inputs, std::size_t index);
RuleResult<const TensorFact*> optional_tensor_at(const Facts& inputs, std::size_t index);  // null: None

// The tensor's dims: the rank is known, single dims may not be.
RuleResult<Dims> dims_at(const Facts& inputs, std::size_t index);
// All dims known: what work rules need.
RuleResult<std::vector<Expr>> known_dims_at(const Facts& inputs, std::size_t index);
RuleResult<Expr> elements_at(const Facts& inputs, std::size_t index);
RuleResult<DType> dtype_at(const Facts& inputs, std::size_t index);

RuleResult<Expr> int_at(const Facts& inputs, std::size_t index);  // may be symbolic; bools count
RuleResult<std::int64_t> constant_at(const Facts& inputs, std::size_t index);
RuleResult<std::optional<Expr>> optional_int_at(const Facts& inputs, std::size_t index);  // nothing: None
RuleResult<bool> bool_at(const Facts& inputs, std::size_t index);
RuleResult<double> number_at(const Facts& inputs, std::size_t index);  // an int, float or bool
RuleResult<std::string> string_at(const Facts& inputs, std::size_t index);

// The elements of a list (or tuple).
RuleResult<std::vector<Fact>> list_at(const Facts& inputs, std::size_t index);
RuleResult<Dims> ints_at(const Facts& inputs, std::size_t index);  // a list of ints, single ones may be unknown
RuleResult<std::vector<std::int64_t>> constants_at(const Facts& inputs, std::size_t index);
// `int[2] stride=1` in a schema: one number stands for `count` of them.
RuleResult<std::vector<Expr>> ints_at(const Facts& inputs, std::size_t index, std::size_t count);

// The value of a fact, where it is one.
std::optional<Expr> integer_of(const Fact& fact);   // Int and Bool
std::optional<double> number_of(const Fact& fact);  // Int, Bool, Float
std::optional<std::int64_t> constant_of(const Fact& fact);

// A dtype argument: None is `otherwise`.
RuleResult<std::optional<DType>> dtype_argument_at(const Facts& inputs, std::size_t index,
                                                   std::optional<DType> otherwise);

// "f32[1,10] and f32[16,8]": for messages.
std::string shapes_text(const Facts& inputs, std::initializer_list<std::size_t> indices);

}  // namespace flopaudit
