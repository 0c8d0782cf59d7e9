// Singular values and eigenvalues, and what is made of them: pseudo-inverse and rank. The algorithms
// iterate; their counts are the textbook's estimates (linalg_helpers.h).
#include "analyzer/ops/all_ops.h"
#include "analyzer/ops/linalg_helpers.h"
#include "analyzer/ops/shape_helpers.h"

namespace flopaudit {
namespace {

// --- singular values ---

Facts singular_facts(const Matrices& a, Vectors vectors, bool conjugate_rows) {
  const Dim inner = smaller(a.rows, a.columns);
  const Dim left = vectors == Vectors::full ? a.rows : inner;
  const Dim right = vectors == Vectors::full ? a.columns : inner;
  const Fact rows = batch_of(a.dtype, a.batch, {right, a.columns});
  const Fact columns = batch_of(a.dtype, a.batch, {a.columns, right});
  return {batch_of(a.dtype, a.batch, {a.rows, left}), batch_of(real_of(a.dtype), a.batch, {inner}),
          conjugate_rows ? rows : columns};
}

// Which vectors an op wants, from its arguments.
using VectorsRule = RuleResult<Vectors> (*)(const Facts&);
RuleResult<Vectors> of_svd(const Facts& inputs) {  // linalg_svd(A, full_matrices, driver)
  FA_RULE(const bool full, bool_at(inputs, 1));
  return full ? Vectors::full : Vectors::thin;
}
RuleResult<Vectors> of_inner_svd(const Facts& inputs) {  // _linalg_svd(A, full_matrices, compute_uv, driver)
  FA_RULE(const bool wanted, bool_at(inputs, 2));
  return wanted ? of_svd(inputs) : Vectors::none;
}
RuleResult<Vectors> of_old_svd(const Facts& inputs) {  // svd(self, some, compute_uv)
  FA_RULE(const bool some, bool_at(inputs, 1));
  FA_RULE(const bool wanted, bool_at(inputs, 2));
  return !wanted ? Vectors::none : some ? Vectors::thin : Vectors::full;
}
RuleResult<Vectors> of_values(const Facts& /*inputs*/) { return Vectors::none; }

template <VectorsRule rule>
RuleResult<Facts> shape_of_svd(const Facts& inputs) {
  FA_RULE(const Matrices a, matrices_at(inputs, 0));
  FA_RULE(const Vectors vectors, rule(inputs));
  if (vectors != Vectors::none) return singular_facts(a, vectors, true);
  const Fact empty = tensor_fact(a.dtype, {Expr(0)});
  return Facts{empty, batch_of(real_of(a.dtype), a.batch, {smaller(a.rows, a.columns)}), empty};
}

// torch.svd gives V, not its conjugate transpose; without vectors U and V are full and zero.
RuleResult<Facts> shape_of_old_svd(const Facts& inputs) {
  FA_RULE(const Matrices a, matrices_at(inputs, 0));
  FA_RULE(const Vectors vectors, of_old_svd(inputs));
  return singular_facts(a, vectors == Vectors::none ? Vectors::full : vectors, false);
}

RuleResult<Facts> shape_of_svdvals(const Facts& inputs) {
  FA_RULE(const Matrices a, matrices_at(inputs, 0));
  return one(batch_of(real_of(a.dtype), a.batch, {smaller(a.rows, a.columns)}));
}

template <VectorsRule rule>
RuleResult<Work> work_of_svd(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const MatrixSizes a, matrix_sizes_at(inputs, 0));
  FA_RULE(const Vectors vectors, rule(inputs));
  WorkCounter counter(inputs, outputs);
  AlgorithmCounter(counter, a.times, a.dtype).svd(a.rows, a.columns, vectors);
  return counter.work();
}

// --- eigenvalues ---

std::optional<RuleFailure> check_triangle(const Facts& inputs) {  // UPLO
  FA_RULE(const std::string triangle, string_at(inputs, 1));
  if (triangle == "L" || triangle == "U" || triangle == "l" || triangle == "u") return std::nullopt;
  return misfit("UPLO is L or U and not " + triangle);
}

RuleResult<bool> compute_vectors(const Facts& inputs) { return inputs.size() > 2 ? bool_at(inputs, 2) : true; }

// linalg_eigh(A, UPLO), _linalg_eigh(A, UPLO, compute_v): real values, and vectors or an empty tensor
RuleResult<Facts> shape_of_eigh(const Facts& inputs) {
  FA_RULE(const Matrices a, square_or_none_at(inputs, 0));
  FA_REFUSE(check_triangle(inputs));
  FA_RULE(const bool vectors, compute_vectors(inputs));
  return Facts{batch_of(real_of(a.dtype), a.batch, {a.rows}),
               vectors ? batch_of(a.dtype, a.batch, {a.rows, a.rows}) : tensor_fact(a.dtype, {Expr(0)})};
}

RuleResult<Facts> shape_of_eigvalsh(const Facts& inputs) {
  FA_RULE(const Matrices a, square_or_none_at(inputs, 0));
  FA_REFUSE(check_triangle(inputs));
  return one(batch_of(real_of(a.dtype), a.batch, {a.rows}));
}

template <bool values_only>
RuleResult<Work> work_of_eigh(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const MatrixSizes a, matrix_sizes_at(inputs, 0));
  FA_RULE(const bool vectors, compute_vectors(inputs));
  WorkCounter counter(inputs, outputs);
  AlgorithmCounter(counter, a.times, a.dtype).symmetric_eigen(a.rows, vectors && !values_only);
  return counter.work();
}

std::optional<DType> complex_of(std::optional<DType> dtype) {
  return dtype ? promote_types(*dtype, DType::c64) : std::nullopt;
}

template <bool vectors>
RuleResult<Facts> shape_of_eig(const Facts& inputs) {
  FA_RULE(const Matrices a, square_matrices_at(inputs, 0));
  Facts facts = one(batch_of(complex_of(a.dtype), a.batch, {a.rows}));
  if (vectors) facts.push_back(batch_of(complex_of(a.dtype), a.batch, {a.rows, a.rows}));
  return facts;
}

template <bool vectors>
RuleResult<Work> work_of_eig(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const MatrixSizes a, matrix_sizes_at(inputs, 0));
  WorkCounter counter(inputs, outputs);
  AlgorithmCounter(counter, a.times, a.dtype).eigen(a.rows, vectors);
  return counter.work();
}

// --- pseudo-inverse and rank: a tolerance, and whether the matrices are hermitian ---

struct Tolerances {
  std::size_t first, second;  // tensors that broadcast against the batch; kNone: there is no such argument
  std::size_t hermitian;
};
constexpr std::size_t kNone = SIZE_MAX;
constexpr Tolerances kOne = {1, kNone, 2}, kTwo = {1, 2, 3}, kRcond = {1, kNone, kNone};

RuleResult<bool> is_hermitian(const Facts& inputs, const Tolerances& at) {
  if (at.hermitian == kNone) return false;
  return bool_at(inputs, at.hermitian);
}

// The batch stretched to the tolerances that are tensors.
std::optional<RuleFailure> refuse_complex_tolerance(const Fact& tolerance) {
  const std::optional<DType> dtype = tolerance.tensor()->dtype;
  if (!dtype || !is_complex(*dtype)) return std::nullopt;
  return misfit("a tolerance is no complex number: " + tolerance.to_string());
}

std::optional<RuleFailure> refuse_complex_tolerances(const Facts& inputs, const Tolerances& at) {
  for (const std::size_t place : {at.first, at.second}) {
    if (place != kNone && inputs[place].tensor() != nullptr) FA_REFUSE(refuse_complex_tolerance(inputs[place]));
  }
  return std::nullopt;
}

RuleResult<Dims> with_tolerances(const Facts& inputs, const Tolerances& at, Dims batch) {
  for (const std::size_t place : {at.first, at.second}) {
    if (place == kNone || inputs[place].tensor() == nullptr) continue;
    FA_RULE(const Dims tolerance, dims_at(inputs, place));
    FA_REFUSE(refuse_complex_tolerance(inputs[place]));
    const std::optional<Dims> both = broadcast(batch, tolerance);
    if (!both) return misfit("the tolerance does not broadcast: " + shapes_text(inputs, {0, place}));
    batch = *both;
  }
  return batch;
}

RuleResult<Matrices> decomposed(const Facts& inputs, const Tolerances& at) {
  FA_REFUSE(need_lapack_dtype(inputs, 0));
  FA_RULE(const bool hermitian, is_hermitian(inputs, at));
  FA_RULE(const Matrices matrices, matrices_at(inputs, 0));
  const bool empty = element_count(*inputs[0].tensor()->dims) == Expr(0);  // nothing is computed, nor looked at
  return hermitian && !empty ? square_matrices_at(inputs, 0) : matrices;
}

template <const Tolerances& at>
RuleResult<Facts> shape_of_pinv(const Facts& inputs) {
  FA_RULE(const Matrices a, decomposed(inputs, at));
  if (has_no_elements(inputs[0])) {  // the shapes of tolerances are not looked at
    FA_REFUSE(refuse_complex_tolerances(inputs, at));
    return one(batch_of(a.dtype, a.batch, {a.columns, a.rows}));
  }
  FA_RULE(const Dims batch, with_tolerances(inputs, at, a.batch));
  return one(batch_of(a.dtype, batch, {a.columns, a.rows}));
}

// The thin decomposition, the cut, 1/s, its product with V, and the matrix product with U'.
template <const Tolerances& at>
RuleResult<Work> work_of_pinv(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const MatrixSizes a, matrix_sizes_at(inputs, 0));
  FA_RULE(const bool hermitian, is_hermitian(inputs, at));
  const Expr values = min(a.rows, a.columns);
  WorkCounter counter(inputs, outputs);
  AlgorithmCounter algorithm(counter, a.times, a.dtype);
  if (hermitian)
    algorithm.symmetric_eigen(a.rows, true);
  else
    algorithm.svd(a.rows, a.columns, Vectors::thin);
  algorithm.real(WorkClass::compare, values).real(WorkClass::div, values);
  algorithm.count(WorkClass::mul, a.columns * values).count(WorkClass::mac, a.rows * a.columns * values);
  return counter.work();
}

// Of no elements every rank is 0: neither dtype, where a relative tolerance is given, nor the shapes of tolerances are
// looked at.
RuleResult<Facts> rank_of_nothing(const Facts& inputs, const Tolerances& at) {
  FA_RULE(Dims dims, dims_at(inputs, 0));
  if (dims.size() < 2) return misfit("a matrix has 2 dims or more: " + inputs[0].to_string());
  FA_REFUSE(refuse_complex_tolerances(inputs, at));
  if (at.second != kNone && none_at(inputs, at.second)) FA_REFUSE(need_lapack_dtype(inputs, 0));  // its epsilon
  dims.resize(dims.size() - 2);
  return one(tensor_fact(DType::i64, dims));
}

template <const Tolerances& at>
RuleResult<Facts> shape_of_rank(const Facts& inputs) {
  FA_RULE(const Dims dims, dims_at(inputs, 0));
  if (product(dims) == Expr(0)) return rank_of_nothing(inputs, at);
  FA_RULE(const Matrices a, decomposed(inputs, at));
  FA_RULE(const Dims batch, with_tolerances(inputs, at, a.batch));
  return one(tensor_fact(DType::i64, batch));
}

template <const Tolerances& at>
RuleResult<Work> work_of_rank(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const MatrixSizes a, matrix_sizes_at(inputs, 0));
  FA_RULE(const bool hermitian, is_hermitian(inputs, at));
  WorkCounter counter(inputs, outputs);
  AlgorithmCounter algorithm(counter, a.times, a.dtype);
  if (hermitian)
    algorithm.symmetric_eigen(a.rows, false);
  else
    algorithm.svd(a.rows, a.columns, Vectors::none);
  algorithm.real(WorkClass::compare, min(a.rows, a.columns));
  return counter.work();
}

// m >= n of the M by N matrix; half of each figure is mul, half add
constexpr char kSvdText[] =
    "values: 4mn^2 - 4n^3/3; with U1, V: 14mn^2 + 8n^3; with all of U: 4m^2n + 8mn^2 + 9n^3; half mul, half add";
constexpr char kValuesText[] = "4mn^2 - 4n^3/3, half mul, half add";
constexpr char kEighText[] = "9n^3, half mul, half add; values alone 4n^3/3";
constexpr char kEigvalshText[] = "4n^3/3, half mul, half add";
constexpr char kEigText[] = "25n^3, half mul, half add";
constexpr char kEigvalsText[] = "10n^3, half mul, half add";
constexpr char kPinvText[] = "thin SVD (hermitian: eigh); compare = div = n, mul = N*n, mac = M*N*n";
constexpr char kRankText[] = "singular values (hermitian: eigenvalues); compare = n";

// clang-format off
constexpr OpSpec kRows[] = {
    // name                                     shape rule                            work rule                               formula
    {"aten::_linalg_eigh",                      shape_of_eigh,                        work_of_eigh<false>,                    kEighText},
    {"aten::_linalg_eigvals",                   shape_of_eig<false>,                  work_of_eig<false>,                     kEigvalsText},
    {"aten::_linalg_svd",                       shape_of_svd<of_inner_svd>,           work_of_svd<of_inner_svd>,              kSvdText},
    {"aten::linalg_eig",                        shape_of_eig<true>,                   work_of_eig<true>,                      kEigText},
    {"aten::linalg_eigh",                       shape_of_eigh,                        work_of_eigh<false>,                    kEighText},
    {"aten::linalg_eigvals",                    shape_of_eig<false>,                  work_of_eig<false>,                     kEigvalsText},
    {"aten::linalg_eigvalsh",                   shape_of_eigvalsh,                    work_of_eigh<true>,                     kEigvalshText},
    {"aten::linalg_matrix_rank",                shape_of_rank<kOne>,                  work_of_rank<kOne>,                     kRankText},
    {"aten::linalg_matrix_rank.atol_rtol_float", shape_of_rank<kTwo>,                 work_of_rank<kTwo>,                     kRankText},
    {"aten::linalg_matrix_rank.atol_rtol_tensor", shape_of_rank<kTwo>,                work_of_rank<kTwo>,                     kRankText},
    {"aten::linalg_matrix_rank.tol_tensor",     shape_of_rank<kOne>,                  work_of_rank<kOne>,                     kRankText},
    {"aten::linalg_pinv",                       shape_of_pinv<kOne>,                  work_of_pinv<kOne>,                     kPinvText},
    {"aten::linalg_pinv.atol_rtol_float",       shape_of_pinv<kTwo>,                  work_of_pinv<kTwo>,                     kPinvText},
    {"aten::linalg_pinv.atol_rtol_tensor",      shape_of_pinv<kTwo>,                  work_of_pinv<kTwo>,                     kPinvText},
    {"aten::linalg_pinv.rcond_tensor",          shape_of_pinv<kOne>,                  work_of_pinv<kOne>,                     kPinvText},
    {"aten::linalg_svd",                        shape_of_svd<of_svd>,                 work_of_svd<of_svd>,                    kSvdText},
    {"aten::linalg_svdvals",                    shape_of_svdvals,                     work_of_svd<of_values>,                 kValuesText},
    {"aten::pinverse",                          shape_of_pinv<kRcond>,                work_of_pinv<kRcond>,                   kPinvText},
    {"aten::svd",                               shape_of_old_svd,                     work_of_svd<of_old_svd>,                kSvdText},
};
// clang-format on

}  // namespace

std::span<const OpSpec> linalg_spectra_ops() { return kRows; }

}  // namespace flopaudit
