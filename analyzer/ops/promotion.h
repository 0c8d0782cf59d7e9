// Type promotion as LibTorch's: of two dtypes, and of the operands of an elementwise op, where a tensor with dims wins
// over a 0-dim tensor, and that over a Python number, within the same category (bool < integer < floating < complex).
#pragma once

#include <optional>
#include <vector>

#include "analyzer/ir/dtype.h"
#include "analyzer/ir/fact.h"

namespace flopaudit {

// The smallest dtype that holds both; nothing for quantized types.
std::optional<DType> promote_types(DType a, DType b);

// The dtype in which an elementwise op computes. Tensors, ints, floats and bools count; None is left out. Nothing when
// a dtype is unknown, or a rank whose being 0 would matter.
std::optional<DType> result_dtype(const std::vector<const Fact*>& operands);

// LibTorch refuses to write a result of `from` into a tensor of `to` ("result type Float can't be cast to Long").
bool can_cast(DType from, DType to);

// The real type in whose operations a complex one computes: c64 -> f32. Others are themselves.
DType real_dtype(DType dtype);

}  // namespace flopaudit
