#include "analyzer/audit/causes/matrices.h"

namespace flopaudit {

std::optional<Matrices> matrices_at(const KernelCall& call, std::size_t place, Explanation& out) {
  const auto sizes = sizes_at(call.inputs, place);
  const auto dtype = dtype_at_place(call.inputs, place);
  const auto classes = precision_of(dtype);
  if (!classes)
    out.refuse("only f32 and f64 have a model");
  else if (!sizes || sizes->size() < 2)
    out.refuse("a shape is not known");
  else
    return Matrices{product({sizes->begin(), sizes->end() - 2}), (*sizes)[sizes->size() - 2], sizes->back(), *dtype,
                    *classes};
  return std::nullopt;
}

std::optional<AnnotatedMatrices> annotated_matrices(const KernelCall& call, Explanation& out) {
  const auto matrices = matrices_at(call, 0, out);
  const auto annotated = annotated_of(call, out);
  if (!matrices || !annotated || matrices->times * matrices->rows * matrices->columns == 0) return std::nullopt;
  return AnnotatedMatrices{*matrices, *annotated};
}

}  // namespace flopaudit
