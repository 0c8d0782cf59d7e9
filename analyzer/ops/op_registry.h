// Looks up the row of an op by its full name. Refuses duplicates at start-up, naming the op.
#pragma once

#include <string_view>
#include <vector>

#include "analyzer/ops/op_spec.h"

namespace flopaudit {

// "aten::add.Tensor" -> its row, or null.
const OpSpec* find_op(std::string_view full_name);

// The rules of an op, whichever way they are given.
RuleResult<Facts> shape_of(const OpSpec& op, const Facts& inputs);
RuleResult<Work> work_of(const OpSpec& op, const Facts& inputs, const Facts& outputs);
// False: the work is zero by definition, whatever the inputs.
bool has_work(const OpSpec& op);

// Every row, sorted by name.
const std::vector<const OpSpec*>& all_ops();

}  // namespace flopaudit
