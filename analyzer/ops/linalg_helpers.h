// What the linear algebra ops share: batches of matrices, and the operation counts of the textbook algorithms.
//
// Counts are exact sums over the algorithms' loops, not leading terms: Golub & Van Loan, Matrix Computations (4th ed.):
// LU with partial pivoting 3.4.1, Cholesky 4.2.1, Householder QR 5.2.1; their leading terms are those of LAPACK Working
// Note 41. The singular value and eigenvalue algorithms iterate until they converge; their counts are the book's
// estimates (figure 8.6.1; sections 8.3 and 7.5), split evenly into mul and add. In complex arithmetic each mul, add
// and div is a complex one.
#pragma once

#include "analyzer/ops/shape_helpers.h"
#include "analyzer/ops/work_helpers.h"

namespace flopaudit {

struct Matrices {
  Dims batch;
  Dim rows, columns;
  std::optional<DType> dtype;
};
// Refuses a dtype in which LAPACK does not compute: others than f32, f64, c64, c128.
std::optional<RuleFailure> need_lapack_dtype(const Facts& inputs, std::size_t index);
// Two dims or more, of such a dtype; of a matrix without elements LibTorch takes f16 and bf16 as well.
RuleResult<Matrices> matrices_at(const Facts& inputs, std::size_t index);
RuleResult<Matrices> square_matrices_at(const Facts& inputs, std::size_t index);
// As these; of a matrix without elements any dtype, which some ops do not look at.
RuleResult<Matrices> matrices_or_none_at(const Facts& inputs, std::size_t index);
RuleResult<Matrices> square_or_none_at(const Facts& inputs, std::size_t index);
Dim smaller(const Dim& a, const Dim& b);
std::optional<DType> real_of(std::optional<DType> dtype);
Fact batch_of(std::optional<DType> dtype, const Dims& batch, std::initializer_list<Dim> dims);

// Sizes that a work rule needs.
struct MatrixSizes {
  Expr times = 1;  // matrices in the batch
  Expr rows, columns;
  DType dtype;
};
RuleResult<MatrixSizes> matrix_sizes_at(const Facts& inputs, std::size_t index);

enum class Vectors { none, thin, full };

// Counts `times` runs of an algorithm in `dtype`.
class AlgorithmCounter {
 public:
  AlgorithmCounter(WorkCounter& counter, Expr times, DType dtype)
      : counter_(counter), times_(std::move(times)), dtype_(dtype) {}

  AlgorithmCounter& count(WorkClass work_class, const Expr& operations);
  AlgorithmCounter& real(WorkClass work_class, const Expr& operations);  // of real numbers, also in complex arithmetic
  AlgorithmCounter& multiply_add(const Expr& operations);                // one mul and one add each

  AlgorithmCounter& lu(const Expr& rows, const Expr& columns);
  AlgorithmCounter& cholesky(const Expr& n, bool square_roots = true);  // without: LDL'
  AlgorithmCounter& triangular_solve(const Expr& n, const Expr& right_sides, bool unit_diagonal);
  AlgorithmCounter& lu_solve(const Expr& n, const Expr& right_sides);
  AlgorithmCounter& triangular_inverse(const Expr& n);
  AlgorithmCounter& inverse(const Expr& n);  // LU, inverse of U, then of the product
  AlgorithmCounter& qr(const Expr& rows, const Expr& columns);
  AlgorithmCounter& form_q(const Expr& rows, const Expr& columns, const Expr& reflectors);
  AlgorithmCounter& apply_q(const Expr& length, const Expr& vectors, const Expr& reflectors);
  AlgorithmCounter& svd(const Expr& rows, const Expr& columns, Vectors vectors);
  AlgorithmCounter& symmetric_eigen(const Expr& n, bool vectors);
  AlgorithmCounter& eigen(const Expr& n, bool vectors);

 private:
  AlgorithmCounter& split(const Expr& flops);  // half mul, half add

  WorkCounter& counter_;
  Expr times_;
  DType dtype_;
};

// --- whole rules ---
// A square matrix for each of the operand's, and with `info` a number that says whether it could be made.
template <bool info, bool lapack = false>
RuleResult<Facts> shape_of_square_result(const Facts& inputs) {
  if (lapack) FA_REFUSE(need_lapack_dtype(inputs, 0));
  FA_RULE(const Matrices a, square_matrices_at(inputs, 0));
  Facts facts = one(batch_of(a.dtype, a.batch, {a.rows, a.rows}));
  if (info) facts.push_back(batch_of(DType::i32, a.batch, {}));
  return facts;
}

}  // namespace flopaudit
