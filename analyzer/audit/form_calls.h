// In-place forms, out= forms and second names of an op, as calls of the op that they derive from: LibTorch runs the
// same kernel on them, so that the models of the op hold for them too.
#pragma once

#include <optional>
#include <string_view>
#include <variant>

#include "analyzer/audit/causes/kernel_model.h"
#include "analyzer/ops/derived_ops.h"

namespace flopaudit {

// A call of the op that a form derives from. The results are those of the form.
struct BaseCall {
  const OpSpec* op;  // a row, or a form itself
  Facts inputs;
  std::optional<OperandStrides> strides;  // nothing: all operands lie row by row
};

// Refused: a result that is written in another type than it is computed in, or into a tensor that may lie otherwise
// than a new one, goes through loops and buffers that no model states.
std::variant<BaseCall, NoModel> base_call_of(const DerivedForm& form, const KernelCall& call);

// Copies of views run one of their own.
bool runs_kernel_of_base(const DerivedForm& form);

// The other way: the operands that the form takes where its base takes these; what is written is of the result's type
// and sizes.
RuleResult<Facts> inputs_of_form(const DerivedForm& form, const Facts& base_inputs);

}  // namespace flopaudit
