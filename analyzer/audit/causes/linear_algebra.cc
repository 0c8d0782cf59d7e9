// Factorisations and solves by MKL's LAPACK, matrix by matrix. Small matrices take code without blocks, whose counts
// are the textbook's and what vectors add; larger ones go by blocks (lu_blocks.h).
#include <algorithm>

#include "analyzer/audit/causes/lu_blocks.h"
#include "analyzer/audit/causes/matrices.h"
#include "analyzer/audit/causes/parts.h"
#include "analyzer/audit/causes/triangles.h"

namespace flopaudit {
namespace {

constexpr const char* kEvidence =
    "testdata/validation/standard.csv; all sizes from 1 to the largest with a model, random matrices and positive "
    "definite "
    "ones, f32 and f64";
constexpr CauseInfo kCauses[] = {
    {"reciprocal pivots", "A column is multiplied by the pivot's reciprocal instead of being divided by it.",
     "aten::linalg_lu_factor, lu, det, slogdet, logdet, solve, inv and their kin", "standard",
     "n up to 16: n*(n-1)/2 mul and n - 1 div for as many div; 2 to 4 rows, and 7 in f32, a few lanes more or less "
     "(linear_algebra.cc); 17 to 128 rows by blocks of 16 columns (f64 8), and of 32 and more: a block, its triangle "
     "against the columns behind it, a packed product off what is left, the rest alike (lu_blocks.cc)",
     kEvidence},
    {"Cholesky in vectors", "Columns are multiplied by the diagonal's reciprocal; small ones fill their vectors.",
     "aten::cholesky, linalg_cholesky, linalg_cholesky_ex", "standard",
     "n up to 128: n*(n-1)/2 mul and n - 1 div for as many div; f64: 1 mul less up to 5 rows, n*(n-1) more from 40; "
     "upper, up to 40: (n-1)*(n-2) add more from 6 to 16; f32 up to 5 rows: (n-2)^2 + 1 add and n^2 + n - 2 mul "
     "(upper: "
     "n - 1 and 4n - 4), up to 16 n add (upper: 3n^2 - 20n + 36) and 4n - 1 mul, no div but an estimate that is "
     "refined",
     kEvidence},
    {"solve in columns",
     "Right sides are solved one by one, with a reciprocal diagonal where there are few rows; in f64 four together "
     "from 9 "
     "rows.",
     "aten::linalg_solve, inv, inverse and their kin", "standard",
     "n rows, r right sides: below 8 rows and up to 8 sides r*n mul more and n div (2 rows, 5 to 7 sides: 4); blocks "
     "of "
     "16 rows (f64 32) and a packed product between two, one side 64 mul a block of 32 (f64 128); f64 from "
     "9 of either, for each four right sides: 8*(n/4) add and 4*(n/4) mul a side, 12*(n/4) where n is no multiple of "
     "4, "
     "and 4*(n/4) div in all, n mod 4 div a side",
     kEvidence},
    {"product of the diagonal", "A determinant starts at 1 and is multiplied by the sign of the permutation.",
     "aten::det, linalg_det, slogdet, logdet", "standard",
     "1 mul a matrix beyond n - 1, and a mul.Tensor of all; the logarithm: log and sum of n", kEvidence},
    {"powers by squaring", "A power is a product of squares.", "aten::matrix_power, linalg_matrix_power", "standard",
     "a matmul for each bit of the exponent but the first, and one more for each that is 1", kEvidence},
    {"lanes of a triangle",
     "Four right sides of f64 go together; a triangle that is turned makes dot products, whose accumulators are "
     "merged.",
     "aten::linalg_solve_triangular, triangular_solve, cholesky_solve, _cholesky_solve_helper", "standard",
     "in columns: f32 what a packed product between blocks of 16 rows takes, f64 of 32, up to 128 rows; f64 four "
     "sides: "
     "4 "
     "add and mul a row of whole fours, a quotient for four; turned, up to 16 rows (f64 32, one side 32): one side "
     "from "
     "9 rows 7 add a row (f64 2), of several 5 from 5 (f64 7 from 9) and more (triangles.cc)",
     "all sizes from 1 to 36, 1 to 9 right sides, both triangles and layouts, f32 and f64"},
};
constexpr const CauseInfo& kPivots = kCauses[0];
constexpr const CauseInfo& kCholesky = kCauses[1];
constexpr const CauseInfo& kColumns = kCauses[2];
constexpr const CauseInfo& kDiagonal = kCauses[3];
constexpr const CauseInfo& kSquares = kCauses[4];
constexpr const CauseInfo& kTriangles = kCauses[5];

// What one matrix takes.
struct Ops {
  std::int64_t add = 0, mul = 0, div = 0, sqrt = 0;

  Ops& operator+=(const Ops& other) {
    add += other.add, mul += other.mul, div += other.div, sqrt += other.sqrt;
    return *this;
  }
};

void add_to(FlopIntervals& counts, const PrecisionClasses& classes, std::int64_t times, const Ops& ops) {
  add_point(counts, classes.add, times * ops.add);
  add_point(counts, classes.mul, times * ops.mul);
  add_point(counts, classes.div, times * ops.div);
  add_point(counts, classes.sqrt, times * ops.sqrt);
}

constexpr std::int64_t kLargestWithoutBlocks = 16, kLargestCholesky = 128;

std::int64_t below_diagonal(std::int64_t n) { return n * (n - 1) / 2; }

// --- LU ---

// What the smallest do beside the textbook's, by their rows.
Ops small_lu(std::int64_t n, bool f32) {
  if (!f32) return n >= 2 && n <= 4 ? Ops{0, -1} : Ops{};
  switch (n) {
    case 2: return {0, -1};
    case 3: return {2, 3};
    case 4: return {2, 5};
    case 7: return {0, 18};
    default: return {};
  }
}

std::optional<Ops> lu_of(const Matrices& a, Explanation& out) {
  const std::int64_t n = a.columns, rows = a.rows;
  if (rows < n)
    out.refuse("a factorisation of fewer rows than columns has no model");
  else if (rows > kLargestLuByBlocks)
    out.refuse("a factorisation of more than 128 rows has no model");
  else if (rows > kLargestWithoutBlocks && a.classes.f32 && a.times > 1 && rows * n % 4 != 0)
    out.refuse("factorisations of f32 matrices that begin elsewhere than at a whole vector have no model");
  if (!out.refusal().empty()) return std::nullopt;
  Ops ops;
  for (std::int64_t i = 0; i < n; ++i) {
    const std::int64_t below = rows - 1 - i, updates = below * (n - 1 - i);
    ops += {updates, updates + below, below > 0 ? 1 : 0};
  }
  if (rows > kLargestWithoutBlocks) {
    const BlockLanes lanes = lanes_of_lu(rows, n, a.classes);
    return ops += {lanes.add, lanes.mul};
  }
  if (rows == n) ops += small_lu(n, a.classes.f32);
  return ops;
}

void explain_lu(const KernelCall& call, Explanation& out) {
  const auto a = matrices_at(call, 0, out);
  const auto annotated = annotated_of(call, out);
  if (!a || !annotated || a->rows == 0 || a->times == 0) return;
  const auto lu = lu_of(*a, out);
  if (!lu) return;
  FlopIntervals whole;
  add_to(whole, a->classes, a->times, *lu);
  out.add_rest(kPivots, *annotated, whole);
}

// --- determinants ---

template <bool logarithm>
void explain_determinant(const KernelCall& call, Explanation& out) {
  const auto a = matrices_at(call, 0, out);
  const auto annotated = annotated_of(call, out);
  if (!a || !annotated || a->rows == 0 || a->times == 0) return;
  const auto lu = lu_of(*a, out);
  if (!lu) return;
  const std::int64_t n = a->rows;
  // The textbook's factorisation first, so that each cause says its own.
  const Ops textbook = {(n - 1) * n * (2 * n - 1) / 6, (n - 1) * n * (2 * n - 1) / 6, below_diagonal(n)};
  FlopIntervals plain, factored;
  add_to(plain, a->classes, a->times, textbook);
  add_to(factored, a->classes, a->times, *lu);
  out.add_rest(kPivots, plain, factored);
  FlopIntervals whole = factored;
  add_to(whole, a->classes, a->times, {0, n});
  const Fact diagonal = part_tensor(a->dtype, {a->times, n}), each = part_tensor(a->dtype, {a->times});
  Parts parts(out);
  parts.add("aten::mul.Tensor", {each, each});
  if (logarithm) {
    parts.add("aten::log", {diagonal});
    parts.add("aten::sum.dim_IntList", {diagonal, Fact::list({Fact::integer(-1)}), Fact::boolean(false), Fact::none()});
  }
  parts.add_counts(whole);
  parts.explain(kDiagonal, *annotated);
}

// --- solves ---

// A block's rows without those behind it, for four right sides together and the rest one by one.
Ops solve_within_block(std::int64_t n, std::int64_t r, bool f32) {
  const std::int64_t each = n * (n - 1);
  Ops ops = {r * each, r * each, r * n};
  const std::int64_t together = r / 4 * 4, whole = n / 4 * 4, rest = n % 4;
  if (f32 || together == 0) return ops;
  ops.div -= together * n;
  return ops += {together * 2 * whole, together * (rest == 0 ? 1 : 3) * whole, whole + rest * together};
}

// One right side goes by blocks of 32 rows, whose products with those behind them multiply by alpha.
Ops solve_of_one(std::int64_t n, bool f32) {
  constexpr std::int64_t kBlock = 32;
  return {n * (n - 1), n * (n - 1) + (f32 ? 2 : 4) * kBlock * (blocks_of(n, kBlock) - 1), n};
}

// Both triangles of n rows for r right sides.
std::optional<Ops> lu_solve_of(std::int64_t n, std::int64_t r, const PrecisionClasses& classes, Explanation& out) {
  constexpr std::int64_t kFew = 8;
  if (n > kLargestSolveByBlocks) {
    out.refuse("a solve of more than 128 rows has no model");
    return std::nullopt;
  }
  if (n < kFew && r <= kFew) return Ops{r * n * (n - 1), r * n * n, n == 2 && r > 4 && r < kFew ? 4 : n};
  if (r == 1) return solve_of_one(n, classes.f32);
  if (n == kFew && r <= kFew) return Ops{r * n * (n - 1), r * n * (n - 1), r * n};
  const std::int64_t block = block_of_solve(classes.f32);
  Ops ops;
  for (std::int64_t solved = 0; solved < n; solved += block) {
    const std::int64_t rows = std::min(block, n - solved), behind = 2 * rows * (n - solved - rows) * r;
    ops += solve_within_block(rows, r, classes.f32);
    ops += {behind, behind};
  }
  const BlockLanes lanes = lanes_between_blocks(n, r, classes);
  return ops += {2 * lanes.add, 2 * lanes.mul};
}

void explain_solved(const KernelCall& call, const Matrices& a, std::int64_t right_sides, Explanation& out) {
  const auto annotated = annotated_of(call, out);
  if (!annotated || a.rows == 0 || a.times == 0 || right_sides == 0) return;
  const auto solve = lu_solve_of(a.rows, right_sides, a.classes, out);
  const auto lu = lu_of(a, out);
  if (!solve || !lu) return;
  FlopIntervals whole;
  add_to(whole, a.classes, a.times, *solve);
  add_to(whole, a.classes, a.times, *lu);
  out.add_rest(kColumns, *annotated, whole);
}

void explain_inverse(const KernelCall& call, Explanation& out) {
  const auto a = matrices_at(call, 0, out);
  if (a) explain_solved(call, *a, a->rows, out);
}

// A batch that is stretched is factored once, and solved for each.
std::optional<std::int64_t> right_sides_of(const KernelCall& call, const Matrices& a, std::size_t place,
                                           Explanation& out) {
  const auto matrix = sizes_at(call.inputs, place == 0 ? 1 : 0), right = sizes_at(call.inputs, place);
  const auto result = sizes_at(call.outputs, 0);
  if (!right || !result || right != result) {
    out.refuse("right sides of another batch than the matrices have no model");
    return std::nullopt;
  }
  const std::int64_t systems = a.times * a.rows;
  return systems == 0 ? 0 : product(*result) / systems;
}

bool is_left_at(const KernelCall& call, std::size_t place, Explanation& out) {
  if (bool_at_place(call.inputs, place) == true) return true;
  out.refuse("a solve from the right has no model");
  return false;
}

void explain_solve(const KernelCall& call, Explanation& out) {
  const auto a = matrices_at(call, 0, out);
  if (!a || !is_left_at(call, 2, out)) return;
  const auto sides = right_sides_of(call, *a, 1, out);
  if (sides) explain_solved(call, *a, *sides, out);
}

// Both triangles turned, which few rows and sides do not show.
std::optional<Ops> turned_solve_of(std::int64_t n, std::int64_t r, const PrecisionClasses& classes, Explanation& out) {
  constexpr std::int64_t kFewRows = 4, kFewSides = 8;
  if (n <= kFewRows && r <= kFewSides) return lu_solve_of(n, r, classes, out);
  const auto upper = lanes_of_triangle({n, r, true, false}, classes),
             lower = lanes_of_triangle({n, r, true, true, true}, classes);
  const bool is_small = n <= kFewSides && (r <= kFewSides || n == 1);
  if (!upper || !lower || is_small) {
    out.refuse("a solve with transposed factors of 5 to 8 rows, or of many, has no model");
    return std::nullopt;
  }
  const std::int64_t each = r * n * (n - 1);
  return Ops{each + upper->add + lower->add, each + upper->mul + lower->mul, r * n + upper->div + lower->div};
}

// With factors that are there already.
void explain_factored(const KernelCall& call, const Matrices& a, std::int64_t sides, bool transposed,
                      Explanation& out) {
  const auto annotated = annotated_of(call, out);
  if (!annotated || a.times * a.rows * sides == 0) return;
  const auto solve =
      transposed ? turned_solve_of(a.rows, sides, a.classes, out) : lu_solve_of(a.rows, sides, a.classes, out);
  if (!solve) return;
  FlopIntervals whole;
  add_to(whole, a.classes, a.times, *solve);
  out.add_rest(kColumns, *annotated, whole);
}

void explain_lu_solve(const KernelCall& call, Explanation& out) {
  const auto a = matrices_at(call, 0, out);
  const auto left = bool_at_place(call.inputs, 3), adjoint = bool_at_place(call.inputs, 4);
  if (!a) return;
  if (!left || !adjoint) return out.refuse("it is not known which side the factors are on");
  const auto sides = right_sides_of(call, *a, 2, out);
  if (sides) explain_factored(call, *a, *sides, *left == *adjoint, out);
}

void explain_old_lu_solve(const KernelCall& call, Explanation& out) {
  const auto a = matrices_at(call, 1, out);
  if (!a) return;
  const auto sides = right_sides_of(call, *a, 0, out);
  if (sides) explain_factored(call, *a, *sides, false, out);
}

void explain_triangles(const Matrices& a, const std::vector<Triangle>& triangles, Explanation& out) {
  if (a.times * a.rows == 0 || triangles.front().sides == 0) return;
  for (const Triangle& triangle : triangles) {
    const auto lanes = lanes_of_triangle(triangle, a.classes);
    if (!lanes) return out.refuse("a triangular solve of so many rows and right sides has no model");
    out.add(kTriangles, a.classes.add, a.times * lanes->add);
    out.add(kTriangles, a.classes.mul, a.times * lanes->mul);
    out.add(kTriangles, a.classes.div, a.times * lanes->div);
  }
}

// Rows that lie together are columns to MKL, which turns them.
void explain_solve_triangular(const KernelCall& call, Explanation& out) {
  const auto a = matrices_at(call, 0, out);
  const auto upper = bool_at_place(call.inputs, 2), unit = bool_at_place(call.inputs, 4);
  if (!a || !is_left_at(call, 3, out)) return;
  if (!upper || !unit) return out.refuse("the triangle is not known");
  const auto sides = right_sides_of(call, *a, 1, out);
  if (sides) explain_triangles(*a, {{a->rows, *sides, !is_transposed_at(call, 0), *unit, *upper}}, out);
}

// A result that is given lies by rows: the system is solved turned.
void refuse_given_solution(const KernelCall&, Explanation& out) {
  out.refuse("a solution that is written into a tensor that lies by rows has no model");
}

void explain_old_triangular(const KernelCall& call, Explanation& out) {
  const auto a = matrices_at(call, 1, out);
  const auto upper = bool_at_place(call.inputs, 2), turned = bool_at_place(call.inputs, 3),
             unit = bool_at_place(call.inputs, 4);
  if (!a) return;
  if (!upper || !turned || !unit) return out.refuse("the triangle is not known");
  const auto sides = right_sides_of(call, *a, 0, out);
  if (sides) explain_triangles(*a, {{a->rows, *sides, *turned, *unit, !*upper}}, out);
}

void explain_cholesky_solve(const KernelCall& call, Explanation& out) {
  const auto a = matrices_at(call, 1, out);
  if (!a) return;
  const auto sides = right_sides_of(call, *a, 0, out);
  if (sides) explain_triangles(*a, {{a->rows, *sides, false}, {a->rows, *sides, true}}, out);
}

// --- Cholesky ---

// What vectors add to a small one in f32, and to an upper one.
Ops cholesky_lanes(std::int64_t n, bool f32, bool upper) {
  constexpr std::int64_t kUnrolled = 5, kInVectors = 16, kScaledTwice = 40;
  if (n == 1 || (f32 && n > kInVectors)) return {};
  if (!f32) {
    if (n <= kUnrolled) return {0, -1};
    if (upper) return {n <= kInVectors ? (n - 1) * (n - 2) : 0};
    return {0, n >= kScaledTwice ? n * (n - 1) : 0};
  }
  if (n <= kUnrolled) return upper ? Ops{n - 1, 4 * n - 4, 1 - n} : Ops{(n - 2) * (n - 2) + 1, n * n + n - 2, 1 - n};
  return {upper ? 3 * n * n - 20 * n + 36 : n, 4 * n - 1, 1 - n};
}

Ops cholesky_of(std::int64_t n, bool f32, bool upper) {
  const std::int64_t updates = (n - 1) * n * (n + 1) / 6;
  Ops ops = {updates, updates + below_diagonal(n), n - 1, n};
  return ops += cholesky_lanes(n, f32, upper);
}

void explain_cholesky(const KernelCall& call, Explanation& out) {
  const auto a = matrices_at(call, 0, out);
  const auto annotated = annotated_of(call, out);
  const auto upper = bool_at_place(call.inputs, 1);
  if (!a || !annotated || a->rows == 0 || a->times == 0) return;
  if (!upper) return out.refuse("the triangle is not known");
  constexpr std::int64_t kLargestUpper = 40;
  if (a->rows > (*upper && !a->classes.f32 ? kLargestUpper : kLargestCholesky))
    return out.refuse("a Cholesky factorisation of so many rows goes by blocks and has no model");
  FlopIntervals whole;
  add_to(whole, a->classes, a->times, cholesky_of(a->rows, a->classes.f32, *upper));
  out.add_rest(kCholesky, *annotated, whole);
}

// --- powers ---

void explain_power(const KernelCall& call, Explanation& out) {
  const auto exponent = number_at_place(call.inputs, 1);
  const auto annotated = annotated_of(call, out);
  if (!exponent || *exponent < 0) return out.refuse("a power below 0, or that is not known, has no model");
  if (!annotated) return;
  std::int64_t products = 0;
  for (auto rest = static_cast<std::int64_t>(*exponent); rest > 1; rest /= 2) products += 1 + rest % 2;
  Parts parts(out);
  parts.add("aten::matmul", {call.inputs[0], call.inputs[0]}, products);
  parts.explain(kSquares, *annotated);
}

constexpr KernelModel kModels[] = {
    {"aten::_linalg_det", explain_determinant<false>, Layout::lines},
    {"aten::_linalg_slogdet", explain_determinant<true>, Layout::lines},
    {"aten::_linalg_solve_ex", explain_solve, Layout::lines},
    {"aten::_cholesky_solve_helper", explain_cholesky_solve, Layout::lines},
    {"aten::_lu_with_info", explain_lu, Layout::lines},
    {"aten::cholesky", explain_cholesky, Layout::lines},
    {"aten::cholesky_solve", explain_cholesky_solve, Layout::lines},
    {"aten::det", explain_determinant<false>, Layout::lines},
    {"aten::inverse", explain_inverse, Layout::lines},
    {"aten::linalg_cholesky", explain_cholesky, Layout::lines},
    {"aten::linalg_cholesky_ex", explain_cholesky, Layout::lines},
    {"aten::linalg_det", explain_determinant<false>, Layout::lines},
    {"aten::linalg_inv", explain_inverse, Layout::lines},
    {"aten::linalg_inv_ex", explain_inverse, Layout::lines},
    {"aten::linalg_lu", explain_lu, Layout::lines},
    {"aten::linalg_lu_factor", explain_lu, Layout::lines},
    {"aten::linalg_lu_factor_ex", explain_lu, Layout::lines},
    {"aten::linalg_lu_solve", explain_lu_solve, Layout::lines},
    {"aten::linalg_matrix_power", explain_power},
    {"aten::linalg_slogdet", explain_determinant<true>, Layout::lines},
    {"aten::linalg_solve", explain_solve, Layout::lines},
    {"aten::linalg_solve_ex", explain_solve, Layout::lines},
    {"aten::linalg_solve_triangular", explain_solve_triangular, Layout::lines},
    {"aten::linalg_solve_triangular.out", refuse_given_solution, Layout::any},
    {"aten::logdet", explain_determinant<true>, Layout::lines},
    {"aten::lu_solve", explain_old_lu_solve, Layout::lines},
    {"aten::matrix_power", explain_power},
    {"aten::slogdet", explain_determinant<true>, Layout::lines},
    {"aten::triangular_solve", explain_old_triangular, Layout::lines},
};

}  // namespace

std::span<const KernelModel> linear_algebra_models() { return kModels; }
std::span<const CauseInfo> linear_algebra_causes() { return kCauses; }

}  // namespace flopaudit
