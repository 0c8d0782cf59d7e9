// An operand that is a matrix, or a batch of matrices, of f32 or f64 numbers: what models of linear algebra begin with.
#pragma once

#include <cstdint>
#include <optional>

#include "analyzer/audit/causes/kernel_model.h"

namespace flopaudit {

struct Matrices {
  std::int64_t times = 0, rows = 0, columns = 0;
  DType dtype;
  PrecisionClasses classes;
};
// Nothing, and refused: other numbers, or no known shape of two dims at least.
std::optional<Matrices> matrices_at(const KernelCall& call, std::size_t place, Explanation& out);

struct AnnotatedMatrices : Matrices {
  FlopIntervals annotated;
};
// The first operand; nothing: refused, or no element.
std::optional<AnnotatedMatrices> annotated_matrices(const KernelCall& call, Explanation& out);

}  // namespace flopaudit
