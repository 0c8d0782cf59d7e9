// What MKL's LAPACK makes of symmetric matrices beside Cholesky's factors: inverses from them, and factors L D L^T
// whose pivots, single ones or pairs, the values choose.
#include <algorithm>
#include <vector>

#include "analyzer/audit/causes/matrices.h"
#include "analyzer/audit/causes/parts.h"

namespace flopaudit {
namespace {

constexpr CauseInfo kCauses[] = {
    {"inverse from a factor",
     "The triangle is inverted column by column and multiplied by its own transpose; the lower one by dot products, "
     "that keep several accumulators.",
     "aten::cholesky_inverse up to 32 rows", "standard",
     "n rows: (n-1)n(2n-1)/6 + n - 1 add, (n-1)n(2n-1)/6 + 2n(n-1) + 2 mul, f64 (n-1)(n-2)/2 more, n + 1 div, 1 sqrt; "
     "lower: f64 2n(n+1) - 4 add more, f32 20(n-1), and 5 for each row of fours of a product of 5 and more",
     "all sizes from 1 to 41, f32 and f64, both triangles; testdata/validation/standard.csv"},
    {"pivots of one or two",
     "A pivot of one updates what is left once, one of two twice; the tests for them multiply too, and f32 and f64 "
     "fill "
     "the vectors of a column.",
     "aten::linalg_ldl_factor, linalg_ldl_factor_ex up to 32 rows", "standard",
     "the least and the most over all sequences; r rows left: one: r(r+1)/2 add, r(r+1)/2 + 2r + 1 to 4 mul, 1 or 2 "
     "div; two: r(r+2) + r + 1 add, r(r+5) + 4 mul, 4 div; up to 4r mul more (f64 2r) in vectors",
     "all sizes from 1 to 33: definite matrices, random ones, and such whose pivots are all pairs, f32 and f64"},
    {"solve by pivots of one or two",
     "A pivot of one divides its row, a pair takes the inverse of its two rows; both go down and up, merging sums.",
     "aten::linalg_ldl_solve up to 32 rows", "standard",
     "n rows, r sides: n(n - 2)r to (n^2 + 8n + 8)r add and mul, n to 3nr div",
     "1 to 40 rows, 1 to 9 sides: factors of definite and random matrices, and such whose pivots are all pairs"},
};
constexpr const CauseInfo& kInverse = kCauses[0];
constexpr const CauseInfo& kPivots = kCauses[1];
constexpr const CauseInfo& kPivotedSolve = kCauses[2];

constexpr std::int64_t kLargest = 32;

std::optional<AnnotatedMatrices> matrices_of(const KernelCall& call, Explanation& out) {
  const auto matrices = annotated_matrices(call, out);
  if (matrices && matrices->rows > kLargest)
    out.refuse("a symmetric matrix of more than 32 rows goes by blocks and has no model");
  return out.refusal().empty() ? matrices : std::nullopt;
}

// --- inverses from a triangle ---

// Adds that a product of so many rows by `depth` takes to merge its accumulators.
std::int64_t merge_of_rows(std::int64_t rows, std::int64_t depth) {
  constexpr std::int64_t kFromDepth = 5;
  if (depth < kFromDepth) return 0;
  const std::int64_t whole = 5 * (rows - rows % 4);
  switch (rows % 4) {
    case 1: return whole + (depth >= 12 ? 18 : 0);
    case 2: return whole + (depth >= 10 ? 9 : 0);
    case 3: return whole + (depth >= 8 ? 27 : 0);
    default: return whole;
  }
}

std::int64_t adds_of_lower(std::int64_t n, bool f32) {
  if (n == 1) return 0;
  if (!f32) return 2 * n * (n + 1) - 4;
  constexpr std::int64_t kOfDot = 20;
  std::int64_t adds = kOfDot * (n - 1);
  for (std::int64_t row = 0; row < n; ++row) adds += merge_of_rows(row, n - 1 - row);
  return adds;
}

void explain_inverse(const KernelCall& call, Explanation& out) {
  const auto a = matrices_of(call, out);
  const auto upper = bool_at_place(call.inputs, 1);
  if (!a) return;
  if (!upper) return out.refuse("the triangle is not known");
  if (!*upper && a->classes.f32 && a->times > 1 && a->rows % 2 == 1 && a->rows > 1)
    return out.refuse("lower factors of an odd number of rows, in f32, that lie behind each other have no model");
  const std::int64_t n = a->rows, squares = (n - 1) * n * (2 * n - 1) / 6;
  const std::int64_t adds = squares + n - 1 + (*upper ? 0 : adds_of_lower(n, a->classes.f32));
  const std::int64_t muls = squares + 2 * n * (n - 1) + 2 + (a->classes.f32 ? 0 : (n - 1) * (n - 2) / 2);
  FlopIntervals whole;
  add_point(whole, a->classes.add, a->times * adds);
  add_point(whole, a->classes.mul, a->times * muls);
  add_point(whole, a->classes.div, a->times * (n + 1));
  add_point(whole, a->classes.sqrt, a->times);
  out.add_rest(kInverse, a->annotated, whole);
}

// --- L D L^T ---

struct Steps {
  Interval add, mul, div;

  Steps& operator+=(const Steps& other) {
    add += other.add, mul += other.mul, div += other.div;
    return *this;
  }
};

Interval either(const Interval& a, const Interval& b) { return {std::min(a.low, b.low), std::max(a.high, b.high)}; }

Steps single_pivot(std::int64_t left, bool f32) {
  if (left == 0) return {{}, {0, 1}, {}};
  const std::int64_t updates = left * (left + 1) / 2, filled = (f32 ? 4 : 2) * left;
  return {{updates, updates}, {updates + 2 * left + 1, updates + 2 * left + 4 + filled}, {1, 2}};
}

Steps paired_pivots(std::int64_t left) {
  if (left == 0) return {{}, {3, 4}, {1, 1}};
  const std::int64_t adds = left * (left + 3) + 1, muls = left * (left + 5) + 4;
  return {{adds, adds}, {muls, muls}, {4, 5}};
}

// The least and the most of all sequences of pivots.
Steps all_pivots(std::int64_t rows, bool f32) {
  std::vector<Steps> of(static_cast<std::size_t>(rows) + 1);
  for (std::int64_t n = 1; n <= rows; ++n) {
    const auto at = static_cast<std::size_t>(n);
    Steps one = single_pivot(n - 1, f32);
    one += of[at - 1];
    of[at] = one;
    if (n < 2) continue;
    Steps two = paired_pivots(n - 2);
    two += of[at - 2];
    of[at] = {either(one.add, two.add), either(one.mul, two.mul), either(one.div, two.div)};
  }
  return of.back();
}

void explain_pivots(const KernelCall& call, Explanation& out) {
  const auto a = matrices_of(call, out);
  if (!a) return;
  const Steps steps = all_pivots(a->rows, a->classes.f32);
  FlopIntervals one;
  one[a->classes.add] = steps.add;
  one[a->classes.mul] = steps.mul;
  one[a->classes.div] = steps.div;
  out.add_rest(kPivots, a->annotated, times(a->times, one));
  out.depends_on_data();
}

// Which pivots are pairs is in an operand's elements.
void explain_pivoted_solve(const KernelCall& call, Explanation& out) {
  const auto a = matrices_of(call, out);
  const auto right = sizes_at(call.inputs, 2), result = sizes_at(call.outputs, 0);
  if (!a) return;
  if (!right || right != result) return out.refuse("right sides of another batch than the factors have no model");
  const std::int64_t n = a->rows, sides = product(*right) / n;  // of the whole batch
  if (sides % a->times != 0) return out.refuse("right sides of another batch than the factors have no model");
  const Interval lanes = {sides * n * (n - 2), sides * (n * n + 8 * n + 8)};
  FlopIntervals whole;
  whole[a->classes.add] = whole[a->classes.mul] = {std::max<std::int64_t>(lanes.low, 0), lanes.high};
  whole[a->classes.div] = {a->times * n, 3 * n * sides};
  out.add_rest(kPivotedSolve, a->annotated, whole);
  out.depends_on_data();
}

constexpr KernelModel kModels[] = {
    {"aten::cholesky_inverse", explain_inverse, Layout::lines},
    {"aten::linalg_ldl_factor", explain_pivots, Layout::lines},
    {"aten::linalg_ldl_factor_ex", explain_pivots, Layout::lines},
    {"aten::linalg_ldl_solve", explain_pivoted_solve, Layout::lines},
};

}  // namespace

std::span<const KernelModel> symmetric_factor_models() { return kModels; }
std::span<const CauseInfo> symmetric_factor_causes() { return kCauses; }

}  // namespace flopaudit
