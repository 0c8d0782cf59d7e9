// Looks up what the registry knows of an op by its full name: its row, or what derives from one (derived_ops.h).
// Refuses duplicates at start-up, naming the op.
#pragma once

#include <string_view>
#include <vector>

#include "analyzer/ops/op_spec.h"

namespace flopaudit {

// "aten::add.Tensor" -> its row; "aten::add_.Tensor", "aten::add.out" -> derived from that row; or null.
const OpSpec* find_op(std::string_view full_name);

// The rules of an op: its own, derived, or of a rule file (rules/rule_file.h).
RuleResult<Facts> shape_of(const OpSpec& op, const Facts& inputs);
RuleResult<Work> work_of(const OpSpec& op, const Facts& inputs, const Facts& outputs);
// The least work, where elements that are not known may make it less than work_of says; else the same.
RuleResult<Work> least_work_of(const OpSpec& op, const Facts& inputs, const Facts& outputs);
bool depends_on_elements(const OpSpec& op);  // false: both are the same, whatever the inputs
// False: the work is zero by definition, whatever the inputs.
bool has_work(const OpSpec& op);

// Every row, sorted by name.
const std::vector<const OpSpec*>& all_ops();
// Every op of LibTorch that derives from a row, sorted by name. Reads all schemas: for lists and tests.
std::vector<const OpSpec*> all_derived_ops();

}  // namespace flopaudit
