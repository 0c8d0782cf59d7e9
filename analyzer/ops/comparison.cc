// Comparisons and logic on tensors (the result is bool), and what selects by a mask. A comparison is 1 `compare` in the
// dtype in which its operands meet; logic and bit operations are integer work; a selection by a mask is a copy.
#include "analyzer/ops/all_ops.h"
#include "analyzer/ops/elementwise_helpers.h"
#include "analyzer/ops/work_helpers.h"

namespace flopaudit {
namespace {

RuleResult<Facts> shape_of_comparison(const Facts& inputs) {
  FA_RULE(Fact fact, broadcast_operands(inputs, {0, 1}));
  fact.get<TensorFact>()->dtype = DType::boolean;
  return one(std::move(fact));
}

RuleResult<Work> work_of_comparison(const Facts& inputs, const Facts& outputs) {
  return WorkCounter(inputs, outputs).in_dtype(operand_dtype(inputs, {0, 1})).per_output(WorkClass::compare).work();
}

// isnan and the like: 1 compare in the operand's dtype.
RuleResult<Work> work_of_test(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const DType dtype, dtype_at(inputs, 0));
  return WorkCounter(inputs, outputs).in_dtype(dtype).per_output(WorkClass::compare).work();
}

// isneginf, isposinf: complex numbers have no sign.
RuleResult<Facts> shape_of_ordered_test(const Facts& inputs) {
  FA_RULE(const TensorFact* tensor, tensor_at(inputs, 0));
  if (tensor->dtype && is_complex(*tensor->dtype))
    return misfit("a complex number has no sign: " + inputs[0].to_string());
  return bool_like_first(inputs);
}
// isreal: of a complex number whether its imaginary part is 0.
RuleResult<Work> work_of_real_test(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const DType dtype, dtype_at(inputs, 0));
  WorkCounter counter(inputs, outputs);
  return is_complex(dtype) ? counter.in_dtype(real_dtype(dtype)).per_output(WorkClass::compare).work() : counter.work();
}

RuleResult<Facts> shape_of_bitwise(const Facts& inputs) {
  FA_RULE(Fact fact, broadcast_operands(inputs, {0, 1}));
  const std::optional<DType> dtype = fact.tensor()->dtype;
  if (dtype && !is_integral(*dtype)) return misfit("bit operations need integers: " + shapes_text(inputs, {0, 1}));
  return one(std::move(fact));
}

RuleResult<Facts> shape_of_bitwise_not(const Facts& inputs) {
  FA_RULE(const TensorFact* tensor, tensor_at(inputs, 0));
  if (tensor->dtype && !is_integral(*tensor->dtype)) {
    return misfit("bit operations need integers: " + inputs[0].to_string());
  }
  return same_as_first(inputs);
}

RuleResult<Work> work_of_logic(const Facts& inputs, const Facts& outputs) {
  return WorkCounter(inputs, outputs).in_dtype(DType::boolean).per_output(WorkClass::integer).work();
}

// where(condition, a, b): the condition broadcasts along but takes no part in the dtype.
RuleResult<Facts> shape_of_where(const Facts& inputs) {
  FA_RULE(const TensorFact* condition, tensor_at(inputs, 0));
  if (condition->dtype && *condition->dtype != DType::boolean && *condition->dtype != DType::u8) {
    return misfit("the condition should be bool and is " + inputs[0].to_string());
  }
  FA_RULE(Fact fact, broadcast_operands(inputs, {0, 1, 2}));
  fact.get<TensorFact>()->dtype = operand_dtype(inputs, {1, 2});
  return one(std::move(fact));
}

std::optional<RuleFailure> check_mask(const Facts& inputs) {
  const RuleResult<const TensorFact*> mask = tensor_at(inputs, 1);
  if (!mask) return mask.failure();
  if ((*mask)->dtype && *(*mask)->dtype != DType::boolean) {
    return misfit("the mask should be bool and is " + inputs[1].to_string());
  }
  return std::nullopt;
}

RuleResult<Facts> shape_of_masked_fill(const Facts& inputs) {
  FA_REFUSE(check_mask(inputs));
  const TensorFact* value = inputs.size() > 2 ? inputs[2].tensor() : nullptr;
  if (value != nullptr && value->dims && !value->dims->empty()) {
    return misfit("the value of a masked_fill should have 0 dims: " + inputs[2].to_string());
  }
  FA_RULE(Fact fact, broadcast_operands(inputs, {0, 1}));
  fact.get<TensorFact>()->dtype = inputs[0].tensor() ? inputs[0].tensor()->dtype : std::nullopt;
  return one(std::move(fact));
}

constexpr char kCompare[] = "compare = n";
constexpr char kInteger[] = "integer = n";

// n: elements of the result. Rows without a formula copy: no arithmetic, bytes only.
// clang-format off
constexpr OpSpec kRows[] = {
    // name                            shape rule                     work rule           formula
    {"aten::__and__.Scalar",           shape_of_bitwise,              work_of_logic,      kInteger},
    {"aten::__and__.Tensor",           shape_of_bitwise,              work_of_logic,      kInteger},
    {"aten::__lshift__.Scalar",        shape_of_bitwise,              work_of_logic,      kInteger},
    {"aten::__lshift__.Tensor",        shape_of_bitwise,              work_of_logic,      kInteger},
    {"aten::__or__.Scalar",            shape_of_bitwise,              work_of_logic,      kInteger},
    {"aten::__or__.Tensor",            shape_of_bitwise,              work_of_logic,      kInteger},
    {"aten::__rshift__.Scalar",        shape_of_bitwise,              work_of_logic,      kInteger},
    {"aten::__rshift__.Tensor",        shape_of_bitwise,              work_of_logic,      kInteger},
    {"aten::__xor__.Scalar",           shape_of_bitwise,              work_of_logic,      kInteger},
    {"aten::__xor__.Tensor",           shape_of_bitwise,              work_of_logic,      kInteger},
    {"aten::bitwise_and.Scalar",       shape_of_bitwise,              work_of_logic,      kInteger},
    {"aten::bitwise_and.Scalar_Tensor", shape_of_bitwise,             work_of_logic,      kInteger},
    {"aten::bitwise_and.Tensor",       shape_of_bitwise,              work_of_logic,      kInteger},
    {"aten::bitwise_left_shift.Scalar_Tensor", shape_of_bitwise,      work_of_logic,      kInteger},
    {"aten::bitwise_left_shift.Tensor", shape_of_bitwise,             work_of_logic,      kInteger},
    {"aten::bitwise_left_shift.Tensor_Scalar", shape_of_bitwise,      work_of_logic,      kInteger},
    {"aten::bitwise_not",              shape_of_bitwise_not,          work_of_logic,      kInteger},
    {"aten::bitwise_or.Scalar",        shape_of_bitwise,              work_of_logic,      kInteger},
    {"aten::bitwise_or.Scalar_Tensor", shape_of_bitwise,              work_of_logic,      kInteger},
    {"aten::bitwise_or.Tensor",        shape_of_bitwise,              work_of_logic,      kInteger},
    {"aten::bitwise_right_shift.Scalar_Tensor", shape_of_bitwise,     work_of_logic,      kInteger},
    {"aten::bitwise_right_shift.Tensor", shape_of_bitwise,            work_of_logic,      kInteger},
    {"aten::bitwise_right_shift.Tensor_Scalar", shape_of_bitwise,     work_of_logic,      kInteger},
    {"aten::bitwise_xor.Scalar",       shape_of_bitwise,              work_of_logic,      kInteger},
    {"aten::bitwise_xor.Scalar_Tensor", shape_of_bitwise,             work_of_logic,      kInteger},
    {"aten::bitwise_xor.Tensor",       shape_of_bitwise,              work_of_logic,      kInteger},
    {"aten::eq.Scalar",                shape_of_comparison,           work_of_comparison, kCompare},
    {"aten::eq.Tensor",                shape_of_comparison,           work_of_comparison, kCompare},
    {"aten::ge.Scalar",                shape_of_comparison,           work_of_comparison, kCompare},
    {"aten::ge.Tensor",                shape_of_comparison,           work_of_comparison, kCompare},
    {"aten::gt.Scalar",                shape_of_comparison,           work_of_comparison, kCompare},
    {"aten::gt.Tensor",                shape_of_comparison,           work_of_comparison, kCompare},
    {"aten::isfinite",                 bool_like_first,               work_of_test,       kCompare},
    {"aten::isinf",                    bool_like_first,               work_of_test,       kCompare},
    {"aten::isnan",                    bool_like_first,               work_of_test,       kCompare},
    {"aten::isneginf",                 shape_of_ordered_test,         work_of_test,       kCompare},
    {"aten::isposinf",                 shape_of_ordered_test,         work_of_test,       kCompare},
    {"aten::isreal",                   bool_like_first,               work_of_real_test,  "complex: compare = n"},
    {"aten::le.Scalar",                shape_of_comparison,           work_of_comparison, kCompare},
    {"aten::le.Tensor",                shape_of_comparison,           work_of_comparison, kCompare},
    {"aten::logical_and",              shape_of_comparison,           work_of_logic,      kInteger},
    {"aten::logical_not",              bool_like_first,               work_of_logic,      kInteger},
    {"aten::logical_or",               shape_of_comparison,           work_of_logic,      kInteger},
    {"aten::logical_xor",              shape_of_comparison,           work_of_logic,      kInteger},
    {"aten::lt.Scalar",                shape_of_comparison,           work_of_comparison, kCompare},
    {"aten::lt.Tensor",                shape_of_comparison,           work_of_comparison, kCompare},
    {"aten::masked_fill.Scalar",       shape_of_masked_fill,          copies,             ""},
    {"aten::masked_fill.Tensor",       shape_of_masked_fill,          copies,             ""},
    {"aten::ne.Scalar",                shape_of_comparison,           work_of_comparison, kCompare},
    {"aten::ne.Tensor",                shape_of_comparison,           work_of_comparison, kCompare},
    {"aten::where.Scalar",             shape_of_where,                copies,             ""},
    {"aten::where.ScalarOther",        shape_of_where,                copies,             ""},
    {"aten::where.ScalarSelf",         shape_of_where,                copies,             ""},
    {"aten::where.self",               shape_of_where,                copies,             ""},
};
// clang-format on

}  // namespace

std::span<const OpSpec> comparison_ops() { return kRows; }

}  // namespace flopaudit
