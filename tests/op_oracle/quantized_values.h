// Quantized operands for LibTorch's operators: tensors with a scale and a zero point, which no fact carries, and packed
// parameters, which LibTorch packs from what their fact is a tuple of.
#pragma once

#include <ATen/core/ivalue.h>

#include <string>

#include "analyzer/ir/fact.h"
#include "analyzer/ir/type.h"
#include "analyzer/support/result.h"

namespace flopaudit {

// As ivalue_of (runtime/executor), with quantized tensors and packed parameters, for the operator. Errors: input: the
// value cannot be made; for packed parameters, that LibTorch does not pack such fields.
Result<c10::IValue> operand_of(const std::string& op, const Fact& fact, const Type& type, const std::string& name);

}  // namespace flopaudit
