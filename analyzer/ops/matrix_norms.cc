// Norms of matrices, of vectors through linalg_norm, and condition numbers. The nuclear and the spectral norm are of
// the singular values (counts: linalg_helpers.h); the 1- and inf-norm are the largest sum of a column or row; the
// absolute values are free.
#include <algorithm>
#include <cmath>

#include "analyzer/ops/all_ops.h"
#include "analyzer/ops/linalg_helpers.h"
#include "analyzer/ops/norm_helpers.h"
#include "analyzer/ops/promotion.h"
#include "analyzer/ops/shape_helpers.h"

namespace flopaudit {
namespace {

constexpr std::size_t kNone = SIZE_MAX;

// --- matrix norms: by name or by number ---

enum class MatrixNorm { frobenius, nuclear, spectral, columns, rows };

RuleResult<MatrixNorm> norm_of(const Fact& order) {
  if (const auto* word = order.get<StrFact>()) {
    if (!word->value) return missing("the order of the norm is an unknown string");
    if (*word->value == "fro") return MatrixNorm::frobenius;
    if (*word->value == "nuc") return MatrixNorm::nuclear;
    return misfit("a matrix has no norm of order " + *word->value);
  }
  const std::optional<double> number = number_of(order);
  if (!number) return missing("the order of the norm is unknown");
  if (std::isinf(*number)) return MatrixNorm::rows;
  if (std::abs(*number) == 1) return MatrixNorm::columns;
  if (std::abs(*number) == 2) return MatrixNorm::spectral;
  return misfit("a matrix has no norm of order " + order.to_string());
}

// Norms of `times` matrices of m rows and n columns.
void count_matrix_norm(WorkCounter& counter, MatrixNorm norm, const MatrixSizes& a) {
  const Expr elements = a.times * a.rows * a.columns;
  const Expr values = a.times * min(a.rows, a.columns);
  AlgorithmCounter algorithm(counter, 1, a.dtype);
  if (norm == MatrixNorm::nuclear || norm == MatrixNorm::spectral) {
    AlgorithmCounter(counter, a.times, a.dtype).svd(a.rows, a.columns, Vectors::none);
    algorithm.real(norm == MatrixNorm::nuclear ? WorkClass::add : WorkClass::compare, reduction_steps(values, a.times));
  } else if (norm == MatrixNorm::frobenius) {
    algorithm.count(WorkClass::mul, elements).real(WorkClass::add, reduction_steps(elements, a.times));
    algorithm.real(WorkClass::sqrt, a.times);
  } else {  // sums of columns or rows, and the largest of them
    const Expr sums = a.times * (norm == MatrixNorm::columns ? a.columns : a.rows);
    algorithm.real(WorkClass::add, reduction_steps(elements, sums));
    algorithm.real(WorkClass::compare, reduction_steps(sums, a.times));
  }
}

// Where an op has its order, dims, keepdim and dtype; kNone: it has none.
struct NormPlaces {
  std::size_t order, dims, keepdim, dtype;
  MatrixNorm otherwise;  // where there is no order
};
constexpr NormPlaces kMatrixNorm = {1, 2, 3, 4, MatrixNorm::frobenius};
constexpr NormPlaces kFrobenius = {kNone, 1, 2, kNone, MatrixNorm::frobenius};
constexpr NormPlaces kNuclearDims = {kNone, 1, 2, kNone, MatrixNorm::nuclear};
constexpr NormPlaces kNuclear = {kNone, kNone, 1, kNone, MatrixNorm::nuclear};

struct NormCall {
  bool of_vectors = false;
  MatrixNorm matrix = MatrixNorm::frobenius;
  double order = 2;
  std::vector<bool> reduced;                // by dim
  std::size_t row_dim = 0, column_dim = 0;  // of a matrix norm
  std::optional<DType> dtype;               // of the computation
  bool keepdim = false;
};

// The dims that are named; how many comes back. None of them means all.
RuleResult<std::size_t> read_dims(const Facts& inputs, std::size_t place, std::size_t rank, NormCall& call) {
  std::vector<std::int64_t> dims{-2, -1};
  if (place != kNone) {
    FA_RULE(const Fact* fact, fact_at(inputs, place));
    if (const std::optional<std::int64_t> single = constant_of(*fact)) {
      dims = {*single};
    } else {
      FA_RULE(dims, constants_at(inputs, place));
    }
  }
  call.reduced.assign(rank, dims.empty());
  call.of_vectors = dims.size() != 2;
  for (std::size_t i = 0; i < dims.size(); ++i) {
    FA_RULE(const std::size_t dim, wrap_dim(dims[i], rank));
    if (rank == 0 && dims.size() == 1) break;  // a number is its own vector
    if (call.reduced.size() <= dim || call.reduced[dim]) {
      return misfit("the dims of a matrix norm should be two that differ: " + inputs[0].to_string());
    }
    call.reduced[dim] = true;
    (i == 0 ? call.row_dim : call.column_dim) = dim;
  }
  return dims.size();
}

std::optional<RuleFailure> read_dtype(const Facts& inputs, std::size_t place, NormCall& call) {
  call.dtype = inputs[0].tensor()->dtype;
  if (place != kNone && place < inputs.size()) {
    FA_RULE(call.dtype, dtype_argument_at(inputs, place, call.dtype));
  }
  if (call.dtype && !is_floating(*call.dtype) && !is_complex(*call.dtype)) {
    return misfit("norms are of floating and complex dtypes: " + inputs[0].to_string());
  }
  const std::optional<DType> given = inputs[0].tensor()->dtype;
  if (given && is_integral(*given)) return misfit("norms are not of integers: " + inputs[0].to_string());
  if (given && call.dtype && is_complex(*call.dtype) != is_complex(*given)) {
    return misfit("a norm of real numbers in complex ones, or the reverse: " + inputs[0].to_string());
  }
  if (given && call.dtype && promote_types(*given, *call.dtype) != *call.dtype) {
    return misfit("the dtype of the norm has not room for " + inputs[0].to_string());
  }
  return std::nullopt;
}

// Singular values are of the dtypes of LAPACK.
std::optional<RuleFailure> check_singular(const Facts& inputs, const NormCall& call) {
  const bool singular = call.matrix == MatrixNorm::nuclear || call.matrix == MatrixNorm::spectral;
  if (call.of_vectors || !singular || !call.dtype || (*call.dtype != DType::f16 && *call.dtype != DType::bf16)) {
    return std::nullopt;
  }
  return misfit("this norm is of f32, f64, c64 and c128: " + inputs[0].to_string());
}

RuleResult<NormCall> matrix_norm_call(const Facts& inputs, const NormPlaces& at) {
  NormCall call;
  FA_RULE(const Dims dims, dims_at(inputs, 0));
  FA_REFUSE(read_dtype(inputs, at.dtype, call));
  call.matrix = at.otherwise;
  if (at.order != kNone) {
    FA_RULE(call.matrix, norm_of(inputs[at.order]));
  }
  FA_RULE(call.keepdim, bool_at(inputs, at.keepdim));
  if (dims.size() < 2 && at.otherwise == MatrixNorm::nuclear) {
    return misfit("a matrix has 2 dims or more: " + inputs[0].to_string());
  }
  if (dims.size() < 2 && at.order != kNone) return misfit("a matrix has 2 dims or more: " + inputs[0].to_string());
  FA_RULE(const std::size_t dims_named, read_dims(inputs, at.dims, dims.size(), call));
  const bool frobenius_of_less = at.order == kNone && at.otherwise == MatrixNorm::frobenius;
  if (call.of_vectors && (!frobenius_of_less || dims_named > 2)) {
    return misfit("a matrix norm has two dims: " + inputs[0].to_string());
  }
  return call;
}

// linalg_norm(A, ord, dim, keepdim, dtype): without order the 2-norm of all that is named; of two dims a matrix norm.
RuleResult<NormCall> any_norm_call(const Facts& inputs) {
  NormCall call;
  FA_RULE(const Dims dims, dims_at(inputs, 0));
  FA_REFUSE(read_dtype(inputs, 4, call));
  FA_RULE(call.keepdim, bool_at(inputs, 3));
  const bool all = none_at(inputs, 2);
  if (none_at(inputs, 1)) {
    call.of_vectors = true;
    FA_RULE(call.reduced, dims_mask_at(inputs, 2, dims.size()));
    return call;
  }
  if (all && dims.size() != 1 && dims.size() != 2) {
    return misfit("a norm with an order and no dims is of 1 or 2 dims: " + inputs[0].to_string());
  }
  if (inputs[2] == Fact::list({})) return misfit("a norm with an order is of 1 or 2 dims: " + inputs[2].to_string());
  const bool by_name = inputs[1].get<StrFact>() != nullptr;
  if (all && dims.size() == 1 && !by_name) {
    call.of_vectors = true;
    call.reduced = {true};
  } else {
    if (dims.size() < 2 && by_name) return misfit("a matrix has 2 dims or more: " + inputs[0].to_string());
    if (const auto named = read_dims(inputs, all ? kNone : 2, dims.size(), call); !named) return named.failure();
  }
  if (call.of_vectors && by_name) return misfit("a norm by name is of two dims: " + inputs[0].to_string());
  if (call.of_vectors) {
    FA_RULE(call.order, number_at(inputs, 1));
  } else {
    FA_RULE(call.matrix, norm_of(inputs[1]));
  }
  return call;
}

template <const NormPlaces& at>
RuleResult<NormCall> call_of(const Facts& inputs) {
  return matrix_norm_call(inputs, at);
}

using NormRule = RuleResult<NormCall> (*)(const Facts&);

template <NormRule rule>
RuleResult<Facts> shape_of_norm(const Facts& inputs) {
  FA_RULE(const NormCall call, rule(inputs));
  FA_REFUSE(check_singular(inputs, call));
  FA_RULE(const Dims dims, dims_at(inputs, 0));
  Dims kept;
  for (std::size_t i = 0; i < dims.size(); ++i) {
    if (!call.reduced[i]) kept.push_back(dims[i]);
    if (call.reduced[i] && call.keepdim) kept.push_back(Expr(1));
  }
  return one(tensor_fact(real_of(call.dtype), kept));
}

template <NormRule rule>
RuleResult<Work> work_of_any_norm(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const NormCall call, rule(inputs));
  FA_RULE(const std::vector<Expr> dims, known_dims_at(inputs, 0));
  FA_RULE(const Expr norms, elements_at(outputs, 0));
  if (!call.dtype) return missing("the dtype of the norm is unknown");
  WorkCounter counter(inputs, outputs);
  if (call.of_vectors) {
    FA_RULE(const Expr elements, elements_at(inputs, 0));
    count_norm(counter.in_dtype(real_of(call.dtype)), call.order, elements, norms);
  } else {
    count_matrix_norm(counter, call.matrix, {norms, dims[call.row_dim], dims[call.column_dim], *call.dtype});
  }
  return counter.work();
}

// --- linalg_cond(A, p): norm(A) * norm(inverse(A)); in the 2-norm the quotient of two singular values ---

RuleResult<MatrixNorm> condition_norm(const Facts& inputs) {
  return none_at(inputs, 1) ? RuleResult<MatrixNorm>(MatrixNorm::spectral) : norm_of(inputs[1]);
}

RuleResult<Facts> shape_of_cond(const Facts& inputs) {
  FA_RULE(const MatrixNorm norm, condition_norm(inputs));
  FA_RULE(const Matrices a, norm == MatrixNorm::spectral ? matrices_at(inputs, 0) : square_matrices_at(inputs, 0));
  return one(batch_of(real_of(a.dtype), a.batch, {}));
}

RuleResult<Work> work_of_cond(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const MatrixNorm norm, condition_norm(inputs));
  FA_RULE(const MatrixSizes a, matrix_sizes_at(inputs, 0));
  WorkCounter counter(inputs, outputs);
  AlgorithmCounter algorithm(counter, a.times, a.dtype);
  if (norm == MatrixNorm::spectral) {
    algorithm.svd(a.rows, a.columns, Vectors::none).real(WorkClass::div, 1);
    return counter.work();
  }
  count_matrix_norm(counter, norm, a);
  algorithm.inverse(a.rows);
  count_matrix_norm(counter, norm, a);
  algorithm.real(WorkClass::mul, 1);
  return counter.work();
}

constexpr char kMatrixNormText[] =
    "fro: as a 2-norm; nuc, 2: singular values, n-1 add or compare; 1, inf: sums of columns or rows, compare";
constexpr char kNormText[] = "no order: 2-norm; 1 dim: as linalg_vector_norm; 2 dims: as linalg_matrix_norm";
constexpr char kCondText[] = "2: singular values, 1 div; else two norms, the inverse, 1 mul";

// clang-format off
constexpr OpSpec kRows[] = {
    // name                              shape rule                            work rule                                formula
    {"aten::frobenius_norm.dim",                shape_of_norm<call_of<kFrobenius>>,   work_of_any_norm<call_of<kFrobenius>>,  kMatrixNormText},
    {"aten::linalg_cond",                       shape_of_cond,                        work_of_cond,                           kCondText},
    {"aten::linalg_cond.p_str",                 shape_of_cond,                        work_of_cond,                           kCondText},
    {"aten::linalg_matrix_norm",                shape_of_norm<call_of<kMatrixNorm>>,  work_of_any_norm<call_of<kMatrixNorm>>, kMatrixNormText},
    {"aten::linalg_matrix_norm.str_ord",        shape_of_norm<call_of<kMatrixNorm>>,  work_of_any_norm<call_of<kMatrixNorm>>, kMatrixNormText},
    {"aten::linalg_norm",                       shape_of_norm<any_norm_call>,         work_of_any_norm<any_norm_call>,        kNormText},
    {"aten::linalg_norm.ord_str",               shape_of_norm<any_norm_call>,         work_of_any_norm<any_norm_call>,        kNormText},
    {"aten::nuclear_norm",                      shape_of_norm<call_of<kNuclear>>,     work_of_any_norm<call_of<kNuclear>>,    kMatrixNormText},
    {"aten::nuclear_norm.dim",                  shape_of_norm<call_of<kNuclearDims>>, work_of_any_norm<call_of<kNuclearDims>>, kMatrixNormText},
};
// clang-format on

}  // namespace

std::span<const OpSpec> matrix_norm_ops() { return kRows; }

}  // namespace flopaudit
