// What the Fourier transforms share. A complex transform of n points counts 5 n log2 n operations, the convention of
// Cooley and Tukey's radix-2 algorithm that FFTW's benchmarks use: n/2 butterflies in each of log2 n stages, of one
// complex mul and two complex add, which is 2n mul and 3n add a stage. For n that is no power of two log2 n is rounded
// up. A transform that is real on one side counts half. The scaling by 1/n is not counted.
#pragma once

#include "analyzer/ops/work_helpers.h"

namespace flopaudit {

// `elements` numbers of which every `length` are one transform.
void count_transforms(WorkCounter& counter, std::optional<DType> real, const Expr& elements, const Expr& length,
                      bool real_side);

// f32 -> c64; integers are transformed in the default dtype. Refuses what has no transform (f16, bf16).
RuleResult<std::optional<DType>> transform_dtype(const Facts& inputs, std::size_t index);  // the real one
std::optional<DType> complex_of_real(std::optional<DType> dtype);

}  // namespace flopaudit
