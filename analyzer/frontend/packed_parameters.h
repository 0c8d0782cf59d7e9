// The parameters of quantized layers: objects of LibTorch's own classes, which keep weight, bias and geometry packed
// for one CPU. Their saved state holds them plainly, whichever front end reads it.
#pragma once

#include <string>

#include "analyzer/ir/fact.h"

namespace flopaudit {

// The tuple that the rules of quantized:: ops take (analyzer/ops/quantized_layers.cc), from the class and the state
// that its __getstate__ gives, or gave in the first format:
//   Conv*PackedParamsBase   (weight, bias, [stride], [padding], [dilation], groups), each number a tensor
//   Conv*PackedParamsBase   ("2", [geometry, weight], [bias])  or  (3, geometry, [none, weight, bias])
//   LinearPackedParamsBase  (weight, bias)
// with the geometry of d dims as the numbers d, stride, padding, dilation, output padding, groups, transposed.
// Unknown, with the reason, for other classes and other states.
Fact packed_parameters(const std::string& class_name, const Fact& state);

}  // namespace flopaudit
