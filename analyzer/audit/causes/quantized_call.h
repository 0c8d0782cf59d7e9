// What kernels of quantized numbers share: FBGEMM's conversions in vectors of 256 bits, and ATen's loops over vectors of
// 64 numbers of 8 bits.
#pragma once

#include <cstdint>
#include <optional>

#include "analyzer/audit/causes/kernel_model.h"

namespace flopaudit {

bool is_of_8_bits(std::optional<DType> dtype);  // qi8, qu8
bool is_quantized_number(std::optional<DType> dtype);

// f32 to quantized numbers of one scale, and back.
FlopIntervals quantizing(std::int64_t elements, DType dtype);
FlopIntervals dequantizing(std::int64_t elements, DType dtype);
// What a scale for each channel makes of either: no fact says which a tensor has.
ValueRange dequantizing_by_channel(std::int64_t elements, DType dtype);

// One of two kernels, of which no fact says which it is: `other` in place of `expected`.
ValueRange either(const FlopIntervals& expected, const FlopIntervals& other);

// Sets the classes of f32.
FlopIntervals counts_f32(std::int64_t add, std::int64_t mul, std::int64_t div);

}  // namespace flopaudit
