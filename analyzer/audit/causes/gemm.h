// The matrix products of MKL's SSE4.2 kernels, which the matmul family and the native convolutions share.
#pragma once

#include <cstdint>

#include "analyzer/audit/causes/kernel_model.h"

namespace flopaudit {

// `batch` products of a [rows, depth] by a [depth, columns] matrix, row-major as torch sees them.
struct Gemm {
  std::int64_t batch = 1;
  std::int64_t rows = 0;
  std::int64_t depth = 0;
  std::int64_t columns = 0;
  bool transposed_second = false;  // the second is stored as [columns, depth]: linear's weight
  bool transposed_first = false;   // the first is stored as [depth, rows]
  bool adds_to_result = false;     // a bias, or what baddbmm adds to, beta 1

  std::int64_t products() const { return rows * depth * columns; }
};

// Matrices, or a batch of them, whose columns lie together and not their rows.
bool lies_by_columns(const std::vector<std::int64_t>& strides);
// Matrices of neither rows nor columns that lie together.
bool lies_apart(std::int64_t rows, std::int64_t columns, const std::vector<std::int64_t>& strides);
// A batch of products, from the strides of both: they show how a single row or a depth of 1 was made. Nothing, and
// `out` refused, where an operand has neither rows nor columns that lie together.
std::optional<Gemm> batch_of(const Gemm& sizes, const std::vector<std::int64_t>& first,
                             const std::vector<std::int64_t>& second, Explanation& out);

// What the kernel executes beyond batch*rows*depth*columns adds and muls.
void explain_gemm(const Gemm& gemm, const PrecisionClasses& classes, Explanation& out);

// Of a product that is packed whatever its sizes are, as LAPACK's own are.
void explain_packed_gemm(const Gemm& gemm, const PrecisionClasses& classes, Explanation& out);

// As `explain_gemm`, for what ATen calls bmm: it multiplies tiny matrices in a loop of its own.
void explain_batched_product(const Gemm& gemm, const PrecisionClasses& classes, Explanation& out);

// Whether ATen adds a product to what is there in a loop of its own, which does nothing beside it: sizes of 2 to 10.
bool adds_in_own_loop(const Gemm& gemm);

// Below so many multiplications ATen's bmm takes a loop of its own.
inline constexpr std::int64_t kTinyProduct = 400;

// One matrix times one vector, row-major matrix; also the product with one column.
void explain_gemv(std::int64_t batch, std::int64_t rows, std::int64_t depth, const PrecisionClasses& classes,
                  Explanation& out);

// Alpha and the accumulators of one dot product.
void explain_dot(const PrecisionClasses& classes, Explanation& out);

// Alpha multiplies the whole first matrix: bmm with one column.
void explain_scaled_matrix(std::int64_t elements, const PrecisionClasses& classes, Explanation& out);

}  // namespace flopaudit
