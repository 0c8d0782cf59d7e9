// Softmax over one dim, D long: a row costs D-1 compare (its max), D add, D exp, D-1 add (their sum), and D div; its
// logarithm takes 1 log of the sum and D add instead of the division.
#include "analyzer/ops/all_ops.h"
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
  return facts;
}

// _softmax(self, dim, half_to_float)
RuleResult<Facts> shape_of_inner_softmax(const Facts& inputs) {
  FA_RULE(Facts facts, same_as_first(inputs));
  FA_RULE(const bool half_to_float, bool_at(inputs, 2));
  if (half_to_float) facts[0].get<TensorFact>()->dtype = DType::f32;
  return facts;
}

template <bool logarithm>
RuleResult<Work> work_of_softmax(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const std::vector<Expr> dims, known_dims_at(outputs, 0));
  FA_RULE(const std::size_t dim, dim_at(inputs, 1, dims.size()));
  const auto [rows, elements] = rows_along(dims, dim);
  const Expr steps = reduction_steps(elements, rows);
  WorkCounter counter(inputs, outputs);
  counter.count(WorkClass::compare, steps).count(WorkClass::add, elements).count(WorkClass::exp, elements);
  counter.count(WorkClass::add, steps);
  if (logarithm) {
    counter.count(WorkClass::log, rows).count(WorkClass::add, elements);
  } else {
    counter.count(WorkClass::div, elements);
  }
  return counter.work();
}

// logsumexp(self, dim, keepdim): max, differences, exp, sum, log, and the max added again.
RuleResult<Facts> shape_of_logsumexp(const Facts& inputs) {
  FA_RULE(const Dims input, dims_at(inputs, 0));
  FA_RULE(const std::vector<bool> mask, dims_mask_at(inputs, 1, input.size()));
  FA_RULE(const bool keep, bool_at(inputs, 2));
  Dims output;
  for (std::size_t i = 0; i < input.size(); ++i) {
    if (!mask[i])
      output.push_back(input[i]);
    else if (keep)
      output.push_back(Expr(1));
  }
  FA_RULE(Facts facts, float_like_first(inputs));
  facts[0].get<TensorFact>()->dims = output;
  return facts;
}

RuleResult<Work> work_of_logsumexp(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const Expr elements, elements_at(inputs, 0));
  FA_RULE(const Expr rows, elements_at(outputs, 0));
  const Expr steps = reduction_steps(elements, rows);
  return WorkCounter(inputs, outputs)
      .count(WorkClass::compare, steps)
      .count(WorkClass::add, elements + steps + rows)
      .count(WorkClass::exp, elements)
      .count(WorkClass::log, rows)
      .work();
}

// n elements, r rows
constexpr char kSoftmax[] = "compare = n - r, add = 2n - r, exp = n, div = n";
constexpr char kLogSoftmax[] = "compare = n - r, add = 3n - r, exp = n, log = r";
constexpr char kLogSumExp[] = "compare = n - r, add = 2n, exp = n, log = r";

// clang-format off
constexpr OpSpec kRows[] = {
    // name                   shape rule              work rule               formula
    {"aten::_log_softmax",    shape_of_inner_softmax, work_of_softmax<true>,  kLogSoftmax},
    {"aten::_softmax",        shape_of_inner_softmax, work_of_softmax<false>, kSoftmax},
    {"aten::log_softmax.int", shape_of_softmax,       work_of_softmax<true>,  kLogSoftmax},
    {"aten::logsumexp",       shape_of_logsumexp,     work_of_logsumexp,      kLogSumExp},
    {"aten::softmax.int",     shape_of_softmax,       work_of_softmax<false>, kSoftmax},
};
// clang-format on

}  // namespace

std::span<const OpSpec> softmax_ops() { return kRows; }

}  // namespace flopaudit
