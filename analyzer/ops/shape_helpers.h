// What shape rules share. Dims may be symbolic or unknown. A comparison that cannot be decided is taken to hold: where
// it does not, the op itself would refuse, so that the answer is right for every input that runs. must_be_equal and its
// like (size_conditions.h) take it so and have it stated in the report.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analyzer/ops/fact_access.h"
#include "analyzer/ops/promotion.h"

namespace flopaudit {

// f(a, b), or unknown where one of them is.
template <typename Function>
Dim lift(const Function& f, const Dim& a, const Dim& b) {
  return a && b ? Dim(f(*a, *b)) : std::nullopt;
}

Fact tensor_fact(std::optional<DType> dtype, Dims dims);
Facts one(Fact fact);
std::string text(const Dims& dims);  // "[4, N, ?]"

// Negative dims count from the end, as in Python. `rank` 0 is taken as 1 where LibTorch does so.
RuleResult<std::size_t> wrap_dim(std::int64_t dim, std::size_t rank);
RuleResult<std::size_t> dim_at(const Facts& inputs, std::size_t index, std::size_t rank);
// A list of dims; None and [] are all of them. Refuses a dim that is named twice.
RuleResult<std::vector<bool>> dims_mask_at(const Facts& inputs, std::size_t index, std::size_t rank);

// One dim that must be both; nothing when they certainly differ.
std::optional<Dim> same_dim(const Dim& a, const Dim& b);
// Two shapes that must be one.
bool same_dims(const Dims& a, const Dims& b);
// Both shapes stretched to one; nothing when they certainly do not fit.
std::optional<Dims> broadcast(const Dims& a, const Dims& b);
// Certainly no broadcast of `from` gives `to`.
bool cannot_expand(const Dims& from, const Dims& to);

std::optional<Expr> product(const Dims& dims);
std::optional<Expr> product(const Dims& dims, std::size_t begin, std::size_t end);

// A tensor that certainly is empty: LibTorch often looks at it no further.
bool has_no_elements(const Fact& fact);

// The dtype two operands must share ("input is f32 and weight is f64"); nothing in either accepts the other.
RuleResult<std::optional<DType>> same_dtype(const Facts& inputs, std::size_t a, std::size_t b);

// Where a dim of `dims` that is -1 makes the element count fit; refuses a count that cannot fit.
RuleResult<Dims> resolve_view(const Dims& input, const Dims& sizes, const std::string& input_text);

// --- whole rules ---
RuleResult<Facts> same_as_first(const Facts& inputs);     // relu, dropout, roll: dtype and dims stay
RuleResult<Facts> float_like_first(const Facts& inputs);  // exp, sigmoid: integers give the default dtype
RuleResult<Facts> bool_like_first(const Facts& inputs);   // isnan, logical_not
RuleResult<Facts> no_results(const Facts& inputs);        // warn, Print

}  // namespace flopaudit
