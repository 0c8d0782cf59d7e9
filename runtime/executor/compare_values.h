// Equality of two results of a model, by bits.
#pragma once

#include <ATen/core/ivalue.h>

#include <string>

namespace flopaudit {

// Empty when equal: tensors of the same type and shape with the same bits in every element (a nan equals the same nan),
// other values equal, containers equal in every element. Else where and how they differ first: "output.1: ...".
std::string first_difference(const c10::IValue& expected, const c10::IValue& actual, const std::string& path);

}  // namespace flopaudit
