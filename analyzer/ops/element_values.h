// The elements of small results, where all that they come from is known: sizes that a program computes in tensors, as
// torchvision's detectors do to scale an image, stay numbers. Only ops whose result is exactly rounded, so that the number is
// LibTorch's own.
#pragma once

#include <string_view>

#include "analyzer/ops/op_spec.h"

namespace flopaudit {

// Fills in the contents of `results`, which the op's shape rule gave, where it can.
void fill_elements(std::string_view op, const Facts& inputs, Facts& results);

}  // namespace flopaudit
