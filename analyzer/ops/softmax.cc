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

// n elements, r rows
constexpr char kSoftmax[] = "compare = n - r, add = 2n - r, exp = n, div = n";
constexpr char kLogSoftmax[] = "compare = n - r, add = 3n - r, exp = n, log = r";

// clang-format off
constexpr OpSpec kRows[] = {
    // name                   shape rule              work rule               formula
    {"aten::_log_softmax",    shape_of_inner_softmax, work_of_softmax<true>,  kLogSoftmax},
    {"aten::_softmax",        shape_of_inner_softmax, work_of_softmax<false>, kSoftmax},
    {"aten::log_softmax.int", shape_of_softmax,       work_of_softmax<true>,  kLogSoftmax},
    {"aten::softmax.int",     shape_of_softmax,       work_of_softmax<false>, kSoftmax},
};
// clang-format on

}  // namespace

std::span<const OpSpec> softmax_ops() { return kRows; }

}  // namespace flopaudit
