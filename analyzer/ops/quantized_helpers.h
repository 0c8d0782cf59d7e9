// What quantized ops share. A quantized number q stands for (q - zero_point)*scale, zero_point and scale one a tensor
// or one a channel. Integer arithmetic is `integer` work of the quantized dtype, a multiply-accumulate one operation,
// its zero points not counted apart; what is computed in floating point counts in f32:
//
//   dequantize   1 integer (- zero_point), 1 convert, 1 mul
//   quantize     1 div, 1 convert (rounded), 3 integer (+ zero_point, clamped from both sides)
//   requantize   1 convert, 1 mul, 1 convert, 3 integer: an accumulator becomes a quantized number. ReLU is its lower
//   clamp
#pragma once

#include "analyzer/ops/work_helpers.h"

namespace flopaudit {

bool is_quantized(DType dtype);
// Refuses a tensor whose dtype is known and not quantized.
std::optional<RuleFailure> need_quantized(const Facts& inputs, std::size_t index);

// Refuses a tensor whose dtype is known and other than f32, of which alone numbers are quantized.
std::optional<RuleFailure> need_f32(const Fact& fact);

void count_dequantize(WorkCounter& counter, const Expr& elements, std::optional<DType> quantized);
void count_quantize(WorkCounter& counter, const Expr& elements, std::optional<DType> quantized);
void count_requantize(WorkCounter& counter, const Expr& elements, std::optional<DType> quantized);

// The facts as if every quantized tensor had been dequantized.
Facts as_floating(const Facts& facts);

// What a packed parameter object was packed from: `fields` values. Such objects are opaque to LibTorch's programs;
// where the object comes from a file and not from a packing op of the program, its contents are unknown.
RuleResult<std::vector<Fact>> packed_at(const Facts& inputs, std::size_t index, std::size_t fields);

}  // namespace flopaudit
