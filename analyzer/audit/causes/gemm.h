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
};

// What the kernel executes beyond batch*rows*depth*columns adds and muls.
void explain_gemm(const Gemm& gemm, const PrecisionClasses& classes, Explanation& out);

// The same for what ATen calls bmm: it multiplies tiny matrices in a loop of its own.
void explain_batched_product(const Gemm& gemm, const PrecisionClasses& classes, Explanation& out);

// One matrix times one vector, row-major matrix; also the product with one column.
void explain_gemv(std::int64_t batch, std::int64_t rows, std::int64_t depth, const PrecisionClasses& classes,
                  Explanation& out);

// Alpha and the accumulators of one dot product.
void explain_dot(const PrecisionClasses& classes, Explanation& out);

// Alpha multiplies the whole first matrix: bmm with one column.
void explain_scaled_matrix(std::int64_t elements, const PrecisionClasses& classes, Explanation& out);

}  // namespace flopaudit
