// What kernels of quantized numbers share: FBGEMM's conversions in vectors of 256 bits, and ATen's loops over vectors
// of 64 numbers of 8 bits.
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

// The range of what is quantized dynamically may be 0, which saves a division, or so small that it is widened.
ValueRange range_of_zeros();

// The channels of a pixel that lie together, in a loop over vectors of 64 numbers.
struct ChannelRun {
  std::int64_t lanes = 0;        // brought to f32 and back
  std::int64_t past = 0;         // numbers one by one
  std::int64_t reciprocals = 0;  // made for vectors
};
ChannelRun channel_run(std::int64_t channels);

// Sets the classes of f32.
FlopIntervals counts_f32(std::int64_t add, std::int64_t mul, std::int64_t div);

}  // namespace flopaudit
