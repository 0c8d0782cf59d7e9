// Looks up the row of an op by its full name. Refuses duplicates at start-up, naming the op.
#pragma once

#include <string_view>
#include <vector>

#include "analyzer/ops/op_spec.h"

namespace flopaudit {

// "aten::add.Tensor" -> its row, or null.
const OpSpec* find_op(std::string_view full_name);

// Every row, sorted by name.
const std::vector<const OpSpec*>& all_ops();

}  // namespace flopaudit
