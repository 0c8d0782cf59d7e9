// Softmax over one dim, D long: a row costs D-1 compare (its max), D add, D exp, D-1 add (their sum), and D div; its
// logarithm takes 1 log of the sum and D add instead of the division. _safe_softmax tests each element for -inf, so
// that a row of them gives 0; a masked softmax counts every position, masked or not.
#include "analyzer/ops/all_ops.h"
#include "analyzer/ops/dtype_checks.h"
#include "analyzer/ops/shape_helpers.h"
#include "analyzer/ops/work_helpers.h"

namespace flopaudit {
namespace {

RuleResult<Facts> shape_of_softmax(const Facts& inputs) {
  FA_RULE(Facts facts, same_as_first(inputs));
  TensorFact& result = *facts[0].get<TensorFact>();
  if (result.dims) {
    const RuleResult<std::size_t> dim = dim_at(inputs, 1, result.dims->size());
    if (!dim) return dim.failure();
  }
  FA_RULE(result.dtype, dtype_argument_at(inputs, 2, result.dtype));
  if (!has_no_elements(inputs[0])) FA_REFUSE(need_floating(facts, 0));
  return facts;
}

// Tests for -inf, which complex numbers do not have.
RuleResult<Facts> shape_of_safe_softmax(const Facts& inputs) {
  const TensorFact* tensor = inputs[0].tensor();
  if (tensor != nullptr && tensor->dtype && is_complex(*tensor->dtype)) {
    return misfit("a complex number is not compared with -inf: " + inputs[0].to_string());
  }
  return shape_of_softmax(inputs);
}

// _softmax(self, dim, half_to_float): the conversion is of f16 alone, and on devices other than the CPU.
RuleResult<Facts> shape_of_inner_softmax(const Facts& inputs) {
  FA_RULE(Facts facts, floating_like_first(inputs));
  TensorFact& result = *facts[0].get<TensorFact>();
  if (result.dims) {
    const RuleResult<std::size_t> dim = dim_at(inputs, 1, result.dims->size());
    if (!dim) return dim.failure();
  }
  FA_RULE(const bool half_to_float, bool_at(inputs, 2));
  if (half_to_float) result.dtype = DType::f32;
  return facts;
}

// _masked_softmax(self, mask, dim, mask_type): 0 masks pairs of positions (L, L), 1 positions of a batch (B, L), 2 is a
// mask of the input's own shape.
RuleResult<Facts> shape_of_masked_softmax(const Facts& inputs) {
  FA_REFUSE(need_floating(inputs, 0));
  FA_RULE(const Dims input, dims_at(inputs, 0));
  FA_RULE(const TensorFact* mask, tensor_at(inputs, 1));
  if (mask->dtype && *mask->dtype != DType::boolean) return misfit("the mask is not bool: " + inputs[1].to_string());
  if (!none_at(inputs, 2)) {
    const RuleResult<std::size_t> dim = dim_at(inputs, 2, input.size());
    if (!dim) return dim.failure();
  }
  std::int64_t type = 2;
  if (!none_at(inputs, 3)) {
    FA_RULE(type, constant_at(inputs, 3));
  }
  Dims expected = input;
  if (input.size() == 4 && type == 0) expected = {input[3], input[3]};
  if (input.size() == 4 && type == 1) expected = {input[0], input[3]};
  const bool square = type == 2 || input.size() != 4 || same_dim(input[2], input[3]).has_value();
  if (mask->dims) {
    if (!(square && same_dims(*mask->dims, expected)) && !same_dims(*mask->dims, input)) {
      return misfit("the mask should be " + text(expected) + " for mask type " + std::to_string(type) + ": " +
                    shapes_text(inputs, {0, 1}));
    }
  }
  return same_as_first(inputs);
}

WorkCounter& count_softmax(WorkCounter& counter, const std::vector<Expr>& dims, std::size_t dim, bool logarithm) {
  const auto [rows, elements] = rows_along(dims, dim);
  const Expr steps = reduction_steps(elements, rows);
  counter.count(WorkClass::compare, steps).count(WorkClass::add, elements).count(WorkClass::exp, elements);
  counter.count(WorkClass::add, steps);
  if (!logarithm) return counter.count(WorkClass::div, elements);
  return counter.count(WorkClass::log, elements == Expr(0) ? Expr(0) : rows).count(WorkClass::add, elements);
}

template <bool logarithm>
RuleResult<Work> work_of_softmax(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const std::vector<Expr> dims, known_dims_at(outputs, 0));
  FA_RULE(const std::size_t dim, dim_at(inputs, 1, dims.size()));
  WorkCounter counter(inputs, outputs);
  return count_softmax(counter, dims, dim, logarithm).work();
}

RuleResult<Work> work_of_safe_softmax(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const std::vector<Expr> dims, known_dims_at(outputs, 0));
  FA_RULE(const std::size_t dim, dim_at(inputs, 1, dims.size()));
  WorkCounter counter(inputs, outputs);
  return count_softmax(counter, dims, dim, false).per_output(WorkClass::compare).work();
}

RuleResult<Work> work_of_masked_softmax(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const std::vector<Expr> dims, known_dims_at(outputs, 0));
  std::size_t dim = dims.empty() ? 0 : dims.size() - 1;
  if (!none_at(inputs, 2)) {
    FA_RULE(dim, dim_at(inputs, 2, dims.size()));
  }
  WorkCounter counter(inputs, outputs);
  return count_softmax(counter, dims, dim, false).work();
}

// n elements, r rows
constexpr char kSoftmax[] = "compare = n - r, add = 2n - r, exp = n, div = n";
constexpr char kSafeSoftmax[] = "compare = 2n - r, add = 2n - r, exp = n, div = n";
constexpr char kLogSoftmax[] = "compare = n - r, add = 3n - r, exp = n, log = r";

// clang-format off
constexpr OpSpec kRows[] = {
    // name                        shape rule               work rule               formula
    {"aten::_log_softmax",         shape_of_inner_softmax,  work_of_softmax<true>,  kLogSoftmax},
    {"aten::_masked_softmax",      shape_of_masked_softmax, work_of_masked_softmax, kSoftmax},
    {"aten::_safe_softmax",        shape_of_safe_softmax,     work_of_safe_softmax,   kSafeSoftmax},
    {"aten::_softmax",             shape_of_inner_softmax,  work_of_softmax<false>, kSoftmax},
    {"aten::log_softmax.int",      shape_of_softmax,        work_of_softmax<true>,  kLogSoftmax},
    {"aten::softmax.int",          shape_of_softmax,        work_of_softmax<false>, kSoftmax},
};
// clang-format on

}  // namespace

std::span<const OpSpec> softmax_ops() { return kRows; }

}  // namespace flopaudit
