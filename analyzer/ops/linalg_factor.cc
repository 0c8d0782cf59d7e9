// Factorisations: LU, Cholesky, LDL', Householder QR, and what is made of their parts. Counts: linalg_helpers.h.
#include "analyzer/ops/all_ops.h"
#include "analyzer/ops/linalg_helpers.h"
#include "analyzer/ops/shape_helpers.h"

namespace flopaudit {
namespace {

// --- LU ---

// The factors packed in one matrix, the pivots, and the errors found.
template <bool info>
RuleResult<Facts> shape_of_lu_factor(const Facts& inputs) {
  FA_RULE(const Matrices a, matrices_or_none_at(inputs, 0));
  const Dim inner = smaller(a.rows, a.columns);
  Facts facts{batch_of(a.dtype, a.batch, {a.rows, a.columns}), batch_of(DType::i32, a.batch, {inner})};
  if (info) facts.push_back(batch_of(DType::i32, a.batch, {}));
  return facts;
}

Facts unpacked_lu(const Matrices& a, bool data, bool pivots) {
  const Dim inner = smaller(a.rows, a.columns);
  const Fact empty = tensor_fact(a.dtype, {Expr(0)});
  return {pivots ? batch_of(a.dtype, a.batch, {a.rows, a.rows}) : empty,
          data ? batch_of(a.dtype, a.batch, {a.rows, inner}) : empty,
          data ? batch_of(a.dtype, a.batch, {inner, a.columns}) : empty};
}

// linalg_lu(A, pivot): P, L and U; without pivoting P is empty
RuleResult<Facts> shape_of_lu(const Facts& inputs) {
  FA_RULE(const Matrices a, matrices_or_none_at(inputs, 0));
  FA_RULE(const bool pivot, bool_at(inputs, 1));
  return unpacked_lu(a, true, pivot);
}

// lu_unpack(LU_data, LU_pivots, unpack_data, unpack_pivots)
RuleResult<Facts> shape_of_lu_unpack(const Facts& inputs) {
  FA_RULE(Dims packed, dims_at(inputs, 0));
  if (packed.size() < 2) return misfit("a matrix has 2 dims or more: " + inputs[0].to_string());
  Matrices a;  // of any dtype: nothing is computed
  a.dtype = inputs[0].tensor()->dtype;
  a.columns = packed.back();
  a.rows = packed[packed.size() - 2];
  a.batch = Dims(packed.begin(), packed.end() - 2);
  FA_RULE(const TensorFact* pivots, tensor_at(inputs, 1));
  FA_RULE(const bool data, bool_at(inputs, 2));
  FA_RULE(const bool unpack_pivots, bool_at(inputs, 3));
  if (pivots->dtype && *pivots->dtype != DType::i32) {
    return misfit("the pivots of an LU factorisation are i32: " + inputs[1].to_string());
  }
  packed.pop_back();
  packed.back() = smaller(a.rows, a.columns);
  if (unpack_pivots && pivots->dims && !same_dims(*pivots->dims, packed)) {
    return misfit("the pivots do not fit the factors: " + shapes_text(inputs, {0, 1}));
  }
  return unpacked_lu(a, data, unpack_pivots);
}

RuleResult<Work> work_of_lu(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const MatrixSizes a, matrix_sizes_at(inputs, 0));
  WorkCounter counter(inputs, outputs);
  AlgorithmCounter(counter, a.times, a.dtype).lu(a.rows, a.columns);
  return counter.work();
}

// --- Cholesky and LDL' ---

// cholesky(self, upper): of no elements it is an empty tensor like it, square or not.
RuleResult<Facts> shape_of_old_cholesky(const Facts& inputs) {
  return has_no_elements(inputs[0]) ? same_as_first(inputs) : shape_of_square_result<false>(inputs);
}
RuleResult<Work> work_of_cholesky(const Facts& inputs, const Facts& outputs) {
  if (has_no_elements(inputs[0])) return copies(inputs, outputs);
  FA_RULE(const MatrixSizes a, matrix_sizes_at(inputs, 0));
  WorkCounter counter(inputs, outputs);
  AlgorithmCounter(counter, a.times, a.dtype).cholesky(a.rows);
  return counter.work();
}

// cholesky_inverse(L): the inverse of L, and its product with its own transpose, of which one triangle is computed:
// entry (i, j) sums n - j + 1 products.
RuleResult<Work> work_of_cholesky_inverse(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const MatrixSizes a, matrix_sizes_at(inputs, 0));
  const Expr& n = a.rows;
  const Expr products = floor_div(n * (n + Expr(1)) * (n + Expr(2)), 6);
  WorkCounter counter(inputs, outputs);
  AlgorithmCounter algorithm(counter, a.times, a.dtype);
  algorithm.triangular_inverse(n).count(WorkClass::mul, products);
  algorithm.count(WorkClass::add, products - floor_div(n * (n + Expr(1)), 2));
  return counter.work();
}

template <bool info>
RuleResult<Facts> shape_of_ldl(const Facts& inputs) {
  FA_RULE(const Matrices a, square_matrices_at(inputs, 0));
  Facts facts{batch_of(a.dtype, a.batch, {a.rows, a.rows}), batch_of(DType::i32, a.batch, {a.rows})};
  if (info) facts.push_back(batch_of(DType::i32, a.batch, {}));
  return facts;
}

RuleResult<Work> work_of_ldl(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const MatrixSizes a, matrix_sizes_at(inputs, 0));
  WorkCounter counter(inputs, outputs);
  AlgorithmCounter(counter, a.times, a.dtype).cholesky(a.rows, false);
  return counter.work();
}

// --- QR ---

RuleResult<Facts> shape_of_geqrf(const Facts& inputs) {
  FA_RULE(const Matrices a, matrices_at(inputs, 0));
  const Dim inner = smaller(a.rows, a.columns);
  return Facts{batch_of(a.dtype, a.batch, {a.rows, a.columns}), batch_of(a.dtype, a.batch, {inner})};
}

RuleResult<Work> work_of_geqrf(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const MatrixSizes a, matrix_sizes_at(inputs, 0));
  WorkCounter counter(inputs, outputs);
  AlgorithmCounter(counter, a.times, a.dtype).qr(a.rows, a.columns);
  return counter.work();
}

// What is wanted: R alone, Q with as many columns as R has rows, or all of Q.
enum class QrMode { r, reduced, complete };

RuleResult<QrMode> mode_by_name(const Facts& inputs) {
  FA_RULE(const std::string mode, string_at(inputs, 1));
  if (mode == "r") return QrMode::r;
  if (mode == "reduced") return QrMode::reduced;
  if (mode == "complete") return QrMode::complete;
  return misfit("the mode of a QR factorisation is reduced, complete or r, and not " + mode);
}
RuleResult<QrMode> mode_by_flag(const Facts& inputs) {  // qr(self, some)
  FA_RULE(const bool some, bool_at(inputs, 1));
  return some ? QrMode::reduced : QrMode::complete;
}

using ModeRule = RuleResult<QrMode> (*)(const Facts&);

template <ModeRule mode_rule>
RuleResult<Facts> shape_of_qr(const Facts& inputs) {
  FA_RULE(const Matrices a, matrices_at(inputs, 0));
  FA_RULE(const QrMode mode, mode_rule(inputs));
  const Dim inner = mode == QrMode::complete ? a.rows : smaller(a.rows, a.columns);
  const Fact r = batch_of(a.dtype, a.batch, {inner, a.columns});
  if (mode == QrMode::r) return Facts{tensor_fact(a.dtype, {Expr(0)}), r};
  return Facts{batch_of(a.dtype, a.batch, {a.rows, inner}), r};
}

template <ModeRule mode_rule>
RuleResult<Work> work_of_qr(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const MatrixSizes a, matrix_sizes_at(inputs, 0));
  FA_RULE(const QrMode mode, mode_rule(inputs));
  const Expr reflectors = min(a.rows, a.columns);
  WorkCounter counter(inputs, outputs);
  AlgorithmCounter algorithm(counter, a.times, a.dtype);
  algorithm.qr(a.rows, a.columns);
  if (mode != QrMode::r) algorithm.form_q(a.rows, mode == QrMode::complete ? a.rows : reflectors, reflectors);
  return counter.work();
}

// linalg_householder_product(A, tau), orgqr: the first columns of Q from its reflectors
RuleResult<Facts> shape_of_form_q(const Facts& inputs) {
  FA_RULE(const Matrices a, matrices_at(inputs, 0));
  FA_RULE(const Dims tau, dims_at(inputs, 1));
  if (const auto dtype = same_dtype(inputs, 0, 1); !dtype) return dtype.failure();
  if (tau.size() != a.batch.size() + 1) {
    return misfit("tau should have one dim less than the reflectors: " + shapes_text(inputs, {0, 1}));
  }
  if (!same_dims(Dims(tau.begin(), tau.end() - 1), a.batch)) {
    return misfit("tau has other batch dims than the reflectors: " + shapes_text(inputs, {0, 1}));
  }
  const auto above = [](const Dim& x, const Dim& y) { return x && y && always_less(*y, *x) == true; };
  if (above(a.columns, a.rows) || above(tau.back(), a.columns)) {
    return misfit("there are no more reflectors than columns, and no more columns than rows: " +
                  shapes_text(inputs, {0, 1}));
  }
  return one(batch_of(a.dtype, a.batch, {a.rows, a.columns}));
}

RuleResult<Work> work_of_form_q(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const MatrixSizes a, matrix_sizes_at(inputs, 0));
  FA_RULE(const std::vector<Expr> tau, known_dims_at(inputs, 1));
  WorkCounter counter(inputs, outputs);
  AlgorithmCounter(counter, a.times, a.dtype).form_q(a.rows, a.columns, tau.back());
  return counter.work();
}

// ormqr(A, tau, C, left, transpose): Q C or C Q
RuleResult<Facts> shape_of_apply_q(const Facts& inputs) {
  FA_RULE(const Matrices a, matrices_at(inputs, 0));
  FA_RULE(const Matrices c, matrices_at(inputs, 2));
  FA_RULE(const bool left, bool_at(inputs, 3));
  FA_RULE(const Dims tau, dims_at(inputs, 1));
  if (tau.empty() || !same_dims(Dims(tau.begin(), tau.end() - 1), a.batch) || !same_dims(c.batch, a.batch)) {
    return misfit("the batch dims should be those of the reflectors: " + shapes_text(inputs, {0, 1, 2}));
  }
  for (const std::size_t place : {1, 2}) {
    if (const auto dtype = same_dtype(inputs, 0, place); !dtype) return dtype.failure();
  }
  if (!same_dim(tau.back(), smaller(left ? c.rows : c.columns, a.columns))) {
    return misfit("tau does not fit the reflectors: " + shapes_text(inputs, {0, 1, 2}));
  }
  if (!same_dim(left ? c.rows : c.columns, a.rows)) {
    return misfit("the reflectors do not fit the matrix: " + shapes_text(inputs, {0, 2}));
  }
  return one(batch_of(c.dtype, c.batch, {c.rows, c.columns}));
}

RuleResult<Work> work_of_apply_q(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const MatrixSizes c, matrix_sizes_at(inputs, 2));
  FA_RULE(const std::vector<Expr> tau, known_dims_at(inputs, 1));
  FA_RULE(const bool left, bool_at(inputs, 3));
  WorkCounter counter(inputs, outputs);
  AlgorithmCounter(counter, c.times, c.dtype).apply_q(left ? c.rows : c.columns, left ? c.columns : c.rows, tau.back());
  return counter.work();
}

// n rows and columns, k = min(M, N)
constexpr char kLuText[] = "j = 1..k: compare, div = M-j; mul, add = (M-j)*(N-j)";
constexpr char kCholeskyText[] = "sqrt = n, div = n*(n-1)/2, mul = add = (n^3 - n)/6";
constexpr char kCholeskyInverseText[] = "about n^3/3 mul and add; div = n";
constexpr char kLdlText[] = "div = n*(n-1)/2, mul = add = (n^3 - n)/6";
constexpr char kQrText[] = "reflectors j = 1..k of length l = M-j+1: sqrt, div = l, mul = add = l + (N-j)*(2l-1)";
constexpr char kFullQrText[] =
    "reflectors j = 1..k of length l = M-j+1: sqrt, div = l, mul = add = l + (N-j)*(2l-1); Q: as much again";
constexpr char kFormQText[] =
    "reflectors j = k..1 of length l = M-j+1: mul = l-1 + (N-j)*(2l-1), add = 1 + (N-j)*(2l-1)";
constexpr char kApplyQText[] = "reflectors j = 1..k of length l, on V vectors: mul = add = V*(2l-1)";

// clang-format off
constexpr OpSpec kRows[] = {
    // name                             shape rule                 work rule                 formula
    {"aten::_lu_with_info",             shape_of_lu_factor<true>,  work_of_lu,               kLuText},
    {"aten::cholesky",                  shape_of_old_cholesky,  work_of_cholesky,         kCholeskyText},
    {"aten::cholesky_inverse",          shape_of_square_result<false>,  work_of_cholesky_inverse, kCholeskyInverseText},
    {"aten::geqrf",                     shape_of_geqrf,            work_of_geqrf,            kQrText},
    {"aten::linalg_cholesky",           shape_of_square_result<false>,  work_of_cholesky,         kCholeskyText},
    {"aten::linalg_cholesky_ex",        shape_of_square_result<true>,   work_of_cholesky,         kCholeskyText},
    {"aten::linalg_householder_product", shape_of_form_q,          work_of_form_q,           kFormQText},
    {"aten::linalg_ldl_factor",         shape_of_ldl<false>,       work_of_ldl,              kLdlText},
    {"aten::linalg_ldl_factor_ex",      shape_of_ldl<true>,        work_of_ldl,              kLdlText},
    {"aten::linalg_lu",                 shape_of_lu,               work_of_lu,               kLuText},
    {"aten::linalg_lu_factor",          shape_of_lu_factor<false>, work_of_lu,               kLuText},
    {"aten::linalg_lu_factor_ex",       shape_of_lu_factor<true>,  work_of_lu,               kLuText},
    {"aten::linalg_qr",                 shape_of_qr<mode_by_name>, work_of_qr<mode_by_name>, kFullQrText},
    {"aten::lu_unpack",                 shape_of_lu_unpack,        copies,                   ""},
    {"aten::orgqr",                     shape_of_form_q,           work_of_form_q,           kFormQText},
    {"aten::ormqr",                     shape_of_apply_q,          work_of_apply_q,          kApplyQText},
    {"aten::qr",                        shape_of_qr<mode_by_flag>, work_of_qr<mode_by_flag>, kFullQrText},
};
// clang-format on

}  // namespace

std::span<const OpSpec> linalg_factor_ops() { return kRows; }

}  // namespace flopaudit
