// Determinants, inverses and systems of equations, through the factorisations of linalg_factor.cc. Counts:
// linalg_helpers.h. A determinant is the product of U's diagonal: n-1 mul; its logarithm n log and n-1 add.
#include "analyzer/ops/all_ops.h"
#include "analyzer/ops/dtype_checks.h"
#include "analyzer/ops/linalg_helpers.h"
#include "analyzer/ops/shape_helpers.h"

namespace flopaudit {
namespace {

// --- det, slogdet, logdet, inverse ---

enum class Determinant { value, sign_and_log, log };

template <Determinant kind, bool factors>
RuleResult<Facts> shape_of_determinant(const Facts& inputs) {
  if (kind != Determinant::value) FA_REFUSE(need_lapack_dtype(inputs, 0));
  FA_RULE(const Matrices a, square_matrices_at(inputs, 0));
  Facts facts = one(batch_of(a.dtype, a.batch, {}));
  if (kind == Determinant::sign_and_log) facts.push_back(batch_of(real_of(a.dtype), a.batch, {}));
  if (factors) {
    facts.push_back(batch_of(a.dtype, a.batch, {a.rows, a.rows}));
    facts.push_back(batch_of(DType::i32, a.batch, {a.rows}));
  }
  return facts;
}

template <Determinant kind>
RuleResult<Work> work_of_determinant(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const MatrixSizes a, matrix_sizes_at(inputs, 0));
  const Expr joins = reduction_steps(a.rows, 1);
  WorkCounter counter(inputs, outputs);
  AlgorithmCounter algorithm(counter, a.times, a.dtype);
  algorithm.lu(a.rows, a.rows);
  if (kind == Determinant::value)
    algorithm.count(WorkClass::mul, joins);
  else
    algorithm.real(WorkClass::log, a.rows).real(WorkClass::add, joins);
  return counter.work();
}

RuleResult<Work> work_of_inverse(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const MatrixSizes a, matrix_sizes_at(inputs, 0));
  WorkCounter counter(inputs, outputs);
  AlgorithmCounter(counter, a.times, a.dtype).inverse(a.rows);
  return counter.work();
}

// --- A X = B, or X A = B ---

// Where an op has A and B, and a flag `left` (false: X A = B); SIZE_MAX: always on the left.
struct System {
  std::size_t a, b, left;
  bool casts = false;  // the right sides take the dtype of the matrices
};
constexpr std::size_t kAlways = SIZE_MAX;

struct Solution {
  Matrices a;
  Dims result;  // X
};

RuleResult<bool> is_left(const Facts& inputs, const System& system) {
  if (system.left == kAlways) return true;
  return bool_at(inputs, system.left);
}

// B of linalg.solve is a batch of vectors where it has 1 dim, or the dims of A but for the last.
bool is_vectors(const Dims& b, const Matrices& a) {
  if (b.size() == 1) return true;
  if (b.size() != a.batch.size() + 1 || !same_dim(b.back(), a.rows)) return false;
  for (std::size_t i = 0; i < a.batch.size(); ++i) {
    if (!same_dim(b[i], a.batch[i])) return false;
  }
  return true;
}

RuleResult<Solution> solution_of(const Facts& inputs, const System& system, bool vectors_allowed) {
  FA_RULE(const bool left, is_left(inputs, system));
  if (!system.casts) {
    FA_RULE([[maybe_unused]] const std::optional<DType> same, same_dtype(inputs, system.a, system.b));
  }
  Solution solution;
  FA_RULE(solution.a, square_matrices_at(inputs, system.a));
  solution.a.dtype = inputs[system.a].tensor()->dtype;
  FA_RULE(Dims b, dims_at(inputs, system.b));
  const bool vectors = vectors_allowed && is_vectors(b, solution.a);
  if (vectors) b.push_back(Expr(1));
  if (b.size() < 2) return misfit("the right side has 2 dims or more: " + inputs[system.b].to_string());
  if (!same_dim(left ? b[b.size() - 2] : b.back(), solution.a.rows)) {
    return misfit("the matrices do not fit their right sides: " + shapes_text(inputs, {system.a, system.b}));
  }
  const std::optional<Dims> batch = broadcast(solution.a.batch, Dims(b.begin(), b.end() - 2));
  if (!batch) return misfit("the batch dims do not broadcast: " + shapes_text(inputs, {system.a, system.b}));
  solution.result = *batch;
  solution.result.push_back(b[b.size() - 2]);
  if (!vectors) solution.result.push_back(b.back());
  return solution;
}

template <const System& system>
RuleResult<Facts> shape_of_solution(const Facts& inputs) {
  FA_RULE(const Solution solution, solution_of(inputs, system, false));
  return one(tensor_fact(solution.a.dtype, solution.result));
}

// With a factorisation's pivots at hand: a row of i32 for each matrix.
template <const System& system, std::size_t pivots_place>
RuleResult<Facts> shape_of_pivoted(const Facts& inputs) {
  FA_RULE(const Facts facts, shape_of_solution<system>(inputs));
  FA_RULE(const TensorFact* pivots, tensor_at(inputs, pivots_place));
  FA_RULE(Dims rows, dims_at(inputs, system.a));
  rows.pop_back();
  if (pivots->dtype && *pivots->dtype != DType::i32) {
    return misfit("pivots are i32: " + inputs[pivots_place].to_string());
  }
  if (pivots->dims && !same_dims(*pivots->dims, rows)) {
    return misfit("the pivots do not fit the matrices: " + shapes_text(inputs, {system.a, pivots_place}));
  }
  return facts;
}

constexpr System kSolve = {0, 1, 2};

// linalg_solve(A, B, left): vectors allowed; _ex adds info, _linalg_solve_ex the factors before it
template <bool factors, bool info>
RuleResult<Facts> shape_of_solve(const Facts& inputs) {
  FA_RULE(const Solution solution, solution_of(inputs, kSolve, true));
  const Matrices& a = solution.a;
  Facts facts = one(tensor_fact(a.dtype, solution.result));
  if (factors) {
    facts.push_back(batch_of(a.dtype, a.batch, {a.rows, a.rows}));
    facts.push_back(batch_of(DType::i32, a.batch, {a.rows}));
  }
  if (info) facts.push_back(batch_of(DType::i32, a.batch, {}));
  return facts;
}

// Right sides of one matrix are its share of the result.
RuleResult<Expr> right_sides(const Facts& outputs, const Expr& n) {
  FA_RULE(const Expr elements, elements_at(outputs, 0));
  return n == Expr(0) ? Expr(0) : floor_div(elements, n);
}

RuleResult<Work> work_of_solve(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const MatrixSizes a, matrix_sizes_at(inputs, 0));
  FA_RULE(const Expr sides, right_sides(outputs, a.rows));
  WorkCounter counter(inputs, outputs);
  AlgorithmCounter(counter, a.times, a.dtype).lu(a.rows, a.rows);
  AlgorithmCounter(counter, 1, a.dtype).lu_solve(a.rows, sides);
  return counter.work();
}

// Solves with a factor at hand, at place `a`: two triangular solves, of which an LU's and LDL's first has a unit
// diagonal (LDL' divides by D instead).
template <std::size_t a_place, bool unit_first>
RuleResult<Work> work_of_factored_solve(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const MatrixSizes a, matrix_sizes_at(inputs, a_place));
  FA_RULE(const Expr sides, right_sides(outputs, a.rows));
  WorkCounter counter(inputs, outputs);
  AlgorithmCounter algorithm(counter, 1, a.dtype);
  algorithm.triangular_solve(a.rows, sides, unit_first).triangular_solve(a.rows, sides, false);
  return counter.work();
}

template <std::size_t a_place, std::size_t unit_place>
RuleResult<Work> work_of_triangular_solve(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const MatrixSizes a, matrix_sizes_at(inputs, a_place));
  FA_RULE(const bool unit, bool_at(inputs, unit_place));
  const Facts solution(outputs.begin(), outputs.begin() + 1);
  FA_RULE(const Expr sides, right_sides(solution, a.rows));
  WorkCounter counter(inputs, outputs);
  AlgorithmCounter(counter, 1, a.dtype).triangular_solve(a.rows, sides, unit);
  return counter.work();
}

constexpr System kLuSolve = {0, 2, 3}, kOldLuSolve = {1, 0, kAlways}, kLdlSolve = {0, 2, kAlways};
constexpr System kCholeskySolve = {1, 0, kAlways}, kTriangular = {0, 1, 3, true}, kOldTriangular = {1, 0, kAlways};

// Behind the checks of cholesky_solve: the batches are one already.
RuleResult<Facts> shape_of_cholesky_kernel(const Facts& inputs) {
  FA_RULE(const Dims right, dims_at(inputs, 0));
  FA_RULE(const Dims factor, dims_at(inputs, 1));
  FA_RULE(const Facts facts, shape_of_solution<kCholeskySolve>(inputs));
  const Dims right_batch(right.begin(), right.end() - 2), batch(factor.begin(), factor.end() - 2);
  if (!same_dims(right_batch, batch)) return misfit("the batches differ: " + shapes_text(inputs, {0, 1}));
  return facts;
}

// triangular_solve(b, A, ...): the solution, and A stretched to its batch
RuleResult<Facts> shape_of_old_triangular(const Facts& inputs) {
  FA_RULE(const Solution solution, solution_of(inputs, kOldTriangular, false));
  const Dims batch(solution.result.begin(), solution.result.end() - 2);
  return Facts{tensor_fact(solution.a.dtype, solution.result),
               batch_of(solution.a.dtype, batch, {solution.a.rows, solution.a.rows})};
}

// --- least squares: linalg_lstsq(A, B, rcond, driver) ---

// Matrices of one dim less than A are taken to be vectors when the batch is made, rows and all; they are then written
// into right sides of that batch, which they must expand to.
std::optional<Dims> batch_of_sides(const Matrices& a, const Dims& b, bool rows_too) {
  const std::optional<Dims> batch = broadcast(a.batch, Dims(b.begin(), b.end() - (rows_too ? 1 : 2)));
  if (!batch || !rows_too) return batch;
  Dims sides = *batch;
  sides.insert(sides.end(), {a.rows, b.back()});
  return cannot_expand(b, sides) ? std::nullopt : batch;
}

// The solution, the residuals where M > N (LAPACK's gelsy, the default, gives none), the rank, the singular values.
RuleResult<Facts> shape_of_lstsq(const Facts& inputs) {
  FA_REFUSE(need_lapack_dtype(inputs, 0));
  FA_RULE(const Matrices a, matrices_at(inputs, 0));
  FA_RULE(const std::optional<DType> dtype, same_dtype(inputs, 0, 1));
  FA_RULE(Dims b, dims_at(inputs, 1));
  std::string driver = "gelsy";
  if (inputs.size() > 3 && !none_at(inputs, 3)) {
    FA_RULE(driver, string_at(inputs, 3));
  }
  if (driver != "gelsy" && driver != "gels" && driver != "gelss" && driver != "gelsd") {
    return misfit("the driver of least squares is gels, gelsy, gelsd or gelss and not " + driver);
  }
  const bool one_dim_less = b.size() == a.batch.size() + 1;
  const bool vectors = one_dim_less && (b.size() == 1 || is_vectors(b, a));
  if (vectors) b.push_back(Expr(1));
  if (b.size() < 2 || (!one_dim_less && b.size() != a.batch.size() + 2) || !same_dim(b[b.size() - 2], a.rows)) {
    return misfit("the matrices do not fit their right sides: " + shapes_text(inputs, {0, 1}));
  }
  const std::optional<Dims> batch = batch_of_sides(a, b, one_dim_less && !vectors);
  if (!batch) return misfit("the batch dims do not broadcast: " + shapes_text(inputs, {0, 1}));
  const Fact empty = tensor_fact(real_of(dtype), {Expr(0)});
  const bool tall = a.rows && a.columns && always_less(*a.columns, *a.rows) == true;
  const bool values = driver == "gelsd" || driver == "gelss";
  Facts facts = one(batch_of(dtype, *batch, {a.columns, b.back()}));
  if (vectors) facts[0] = batch_of(dtype, *batch, {a.columns});
  Dims residuals = *batch;
  if (!vectors) residuals.push_back(b.back());
  facts.push_back(tall && driver != "gelsy" ? tensor_fact(real_of(dtype), residuals) : empty);
  facts.push_back(driver == "gels" ? tensor_fact(DType::i64, {Expr(0)}) : batch_of(DType::i64, a.batch, {}));
  facts.push_back(values ? batch_of(real_of(dtype), a.batch, {smaller(a.rows, a.columns)}) : empty);
  return facts;
}

// By Householder QR of the tall one of A and its transpose, Q applied to the right sides, and one triangular solve.
RuleResult<Work> work_of_lstsq(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const MatrixSizes a, matrix_sizes_at(inputs, 0));
  FA_RULE(const Expr solution, elements_at(outputs, 0));
  const Expr tall = max(a.rows, a.columns);
  const Expr small = min(a.rows, a.columns);
  const Expr sides = a.columns == Expr(0) ? Expr(0) : floor_div(solution, a.columns);
  WorkCounter counter(inputs, outputs);
  AlgorithmCounter(counter, a.times, a.dtype).qr(tall, small);
  AlgorithmCounter(counter, 1, a.dtype).apply_q(tall, sides, small).triangular_solve(small, sides, false);
  return counter.work();
}

// --- tensors as matrices ---

// linalg_tensorinv(A, ind): the first `ind` dims against the others
RuleResult<Facts> shape_of_tensorinv(const Facts& inputs) {
  FA_REFUSE(need_lapack_dtype(inputs, 0));
  FA_RULE(const Dims dims, dims_at(inputs, 0));
  FA_RULE(const std::int64_t split, constant_at(inputs, 1));
  if (split < 1 || static_cast<std::size_t>(split) > dims.size()) {
    return misfit("the first " + std::to_string(split) + " dims cannot be inverted: " + inputs[0].to_string());
  }
  const std::optional<Expr> rows = product(dims, 0, static_cast<std::size_t>(split));
  const std::optional<Expr> columns = product(dims, static_cast<std::size_t>(split), dims.size());
  if (rows && columns && always_equal(*rows, *columns) == false) {
    return misfit("the dims make no square matrix: " + rows->to_string() + " and " + columns->to_string() + ": " +
                  inputs[0].to_string());
  }
  Dims result(dims.begin() + split, dims.end());
  result.insert(result.end(), dims.begin(), dims.begin() + split);
  return one(tensor_fact(inputs[0].tensor()->dtype, result));
}

RuleResult<Work> work_of_tensorinv(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const std::vector<Expr> dims, known_dims_at(inputs, 0));
  FA_RULE(const DType dtype, dtype_at(inputs, 0));
  FA_RULE(const std::int64_t split, constant_at(inputs, 1));
  Expr rows = 1;
  for (std::int64_t i = 0; i < split; ++i) rows *= dims[static_cast<std::size_t>(i)];
  WorkCounter counter(inputs, outputs);
  AlgorithmCounter(counter, 1, dtype).inverse(rows);
  return counter.work();
}

// linalg_tensorsolve(A, B, dims): A's `dims` go last; then its first dims are B's, and the others the result's.
RuleResult<Facts> shape_of_tensorsolve(const Facts& inputs) {
  FA_REFUSE(refuse_integers(inputs, 0));
  FA_RULE(Dims a, dims_at(inputs, 0));
  FA_RULE(const Dims b, dims_at(inputs, 1));
  FA_RULE(const std::optional<DType> dtype, same_dtype(inputs, 0, 1));
  if (inputs.size() > 2 && !none_at(inputs, 2)) {
    FA_RULE(const std::vector<bool> moved, dims_mask_at(inputs, 2, a.size()));
    FA_RULE(const std::vector<std::int64_t> order, constants_at(inputs, 2));
    Dims stay;
    for (std::size_t i = 0; i < a.size(); ++i) {
      if (order.empty() || !moved[i]) stay.push_back(a[i]);
    }
    for (const std::int64_t entry : order) {
      FA_RULE(const std::size_t dim, wrap_dim(entry, a.size()));
      stay.push_back(a[dim]);
    }
    a = stay;
  }
  if (b.size() > a.size()) {
    return misfit("the right side has more dims than the tensor: " + shapes_text(inputs, {0, 1}));
  }
  const Dims result(a.begin() + static_cast<std::ptrdiff_t>(b.size()), a.end());
  const std::optional<Expr> rows = product(b);
  const std::optional<Expr> columns = product(result);
  if (rows && columns && always_equal(*rows, *columns) == false) {
    return misfit("the dims make no square system: " + shapes_text(inputs, {0, 1}));
  }
  const std::optional<Expr> equations = product(a, 0, b.size());
  if (rows && equations && always_equal(*rows, *equations) == false) {
    return misfit("the right side has another number of elements than the tensor has rows: " +
                  shapes_text(inputs, {0, 1}));
  }
  return one(tensor_fact(dtype, result));
}

RuleResult<Work> work_of_tensorsolve(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const Expr rows, elements_at(inputs, 1));
  FA_RULE(const DType dtype, dtype_at(inputs, 1));
  WorkCounter counter(inputs, outputs);
  AlgorithmCounter(counter, 1, dtype).lu(rows, rows).lu_solve(rows, 1);
  return counter.work();
}

constexpr auto kValue = Determinant::value;
constexpr auto kSignLog = Determinant::sign_and_log;
constexpr auto kLog = Determinant::log;

// n rows and columns, R right sides
constexpr char kDetText[] = "LU of n; mul = n - 1";
constexpr char kLogDetText[] = "LU of n; log = n, add = n - 1";
constexpr char kInverseText[] = "LU of n; about 2n^3/3 mul and add more, div = n";
constexpr char kSolveText[] = "LU of n; mul = add = R*n*(n-1), div = R*n";
constexpr char kFactoredText[] = "mul = add = R*n*(n-1), div = R*n";
constexpr char kCholeskySolveText[] = "mul = add = R*n*(n-1), div = 2*R*n";
constexpr char kTriangularText[] = "mul = add = R*n*(n-1)/2; div = R*n unless the diagonal is 1";
constexpr char kLstsqText[] = "QR of M by N; R right sides: Q applied, then a triangular solve";

// clang-format off
constexpr OpSpec kRows[] = {
    // name                           shape rule                              work rule                              formula
    {"aten::_cholesky_solve_helper",  shape_of_cholesky_kernel,      work_of_factored_solve<1, false>,      kCholeskySolveText},
    {"aten::_linalg_check_errors",    no_results,                             nullptr,                               ""},
    {"aten::_linalg_det",             shape_of_determinant<kValue, true>,     work_of_determinant<kValue>,           kDetText},
    {"aten::_linalg_slogdet",         shape_of_determinant<kSignLog, true>,   work_of_determinant<kSignLog>,         kLogDetText},
    {"aten::_linalg_solve_ex",        shape_of_solve<true, true>,             work_of_solve,                         kSolveText},
    {"aten::cholesky_solve",          shape_of_solution<kCholeskySolve>,      work_of_factored_solve<1, false>,      kCholeskySolveText},
    {"aten::det",                     shape_of_determinant<kValue, false>,    work_of_determinant<kValue>,           kDetText},
    {"aten::inverse",                 shape_of_square_result<false, true>,          work_of_inverse,                       kInverseText},
    {"aten::linalg_det",              shape_of_determinant<kValue, false>,    work_of_determinant<kValue>,           kDetText},
    {"aten::linalg_inv",              shape_of_square_result<false, true>,          work_of_inverse,                       kInverseText},
    {"aten::linalg_inv_ex",           shape_of_square_result<true, true>,           work_of_inverse,                       kInverseText},
    {"aten::linalg_ldl_solve",        shape_of_pivoted<kLdlSolve, 1>,         work_of_factored_solve<0, true>,       kFactoredText},
    {"aten::linalg_lstsq",            shape_of_lstsq,                         work_of_lstsq,                         kLstsqText},
    {"aten::linalg_lu_solve",         shape_of_pivoted<kLuSolve, 1>,          work_of_factored_solve<0, true>,       kFactoredText},
    {"aten::linalg_slogdet",          shape_of_determinant<kSignLog, false>,  work_of_determinant<kSignLog>,         kLogDetText},
    {"aten::linalg_solve",            shape_of_solve<false, false>,           work_of_solve,                         kSolveText},
    {"aten::linalg_solve_ex",         shape_of_solve<false, true>,            work_of_solve,                         kSolveText},
    {"aten::linalg_solve_triangular", shape_of_solution<kTriangular>,         work_of_triangular_solve<0, 4>,        kTriangularText},
    {"aten::linalg_tensorinv",        shape_of_tensorinv,                     work_of_tensorinv,                     kInverseText},
    {"aten::linalg_tensorsolve",      shape_of_tensorsolve,                   work_of_tensorsolve,                   kSolveText},
    {"aten::logdet",                  shape_of_determinant<kLog, false>,      work_of_determinant<kLog>,             kLogDetText},
    {"aten::lu_solve",                shape_of_pivoted<kOldLuSolve, 2>,       work_of_factored_solve<1, true>,       kFactoredText},
    {"aten::slogdet",                 shape_of_determinant<kSignLog, false>,  work_of_determinant<kSignLog>,         kLogDetText},
    {"aten::triangular_solve",        shape_of_old_triangular,                work_of_triangular_solve<1, 4>,        kTriangularText},
};
// clang-format on

}  // namespace

std::span<const OpSpec> linalg_solve_ops() { return kRows; }

}  // namespace flopaudit
