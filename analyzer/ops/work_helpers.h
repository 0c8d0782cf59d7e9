// What work rules share. Counts are scalar operations of one execution, by the table of DESIGN.md §2.3.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "analyzer/ops/fact_access.h"
#include "analyzer/ops/promotion.h"

namespace flopaudit {

// Collects the work of one execution, in the dtype of the computation. Integers, bools and quantized numbers count as
// `integer`, a multiply-accumulate as one, as `mac` does for floating ones; complex numbers as the operations on their
// parts that complex_work.cc lists.
//
//   return WorkCounter(inputs, outputs).per_output(WorkClass::exp).per_output(WorkClass::add).work();
class WorkCounter {
 public:
  // Computes in the dtype of the first output; n is its number of elements.
  WorkCounter(const Facts& inputs, const Facts& outputs);
  WorkCounter& in_dtype(std::optional<DType> dtype);

  WorkCounter& count(WorkClass work_class, const Expr& operations);
  WorkCounter& per_output(WorkClass work_class, std::int64_t times = 1);
  // The macs that are not multiplications by padding or masked positions; left out where all are.
  WorkCounter& valid_macs(const Expr& macs);
  // Bytes that are read, where it is not all of every tensor input.
  WorkCounter& reads(const Expr& bytes);

  // With the bytes of all tensors read and written.
  RuleResult<Work> work() const;

 private:
  const Facts& inputs_;
  const Facts& outputs_;
  std::optional<DType> dtype_;
  std::optional<Expr> reads_;
  std::optional<RuleFailure> failure_;
  Work work_;
};

// Bytes of all tensors among the facts, those in lists and tuples too.
RuleResult<Expr> bytes_of(const Facts& facts);

// Steps that reduce n elements to o: each of the o needs one less than it has elements. 0 for no elements.
Expr reduction_steps(const Expr& elements, const Expr& outputs);

// What an op along one dim works on: `elements` in all, in `rows` of that dim's length. A 0-dim tensor is one row of
// one.
struct RowsAlongDim {
  Expr rows = 1;
  Expr elements = 1;
};
RowsAlongDim rows_along(const std::vector<Expr>& dims, std::size_t dim);

// Along one dim, over all outputs (at least 1): how many kernel taps meet the input, not its padding. Output i, tap j
// reads position i*stride - padding + j*dilation. output*kernel where nothing is padded. Gives up above kMaxTaps.
RuleResult<Expr> taps_inside(const Expr& input, const Expr& output, std::int64_t kernel, const Expr& stride,
                             const Expr& padding, const Expr& dilation);

// --- whole rules ---
// Each named class once per output element: per_output<WorkClass::exp, WorkClass::add, WorkClass::div> is a sigmoid.
template <WorkClass... classes>
RuleResult<Work> per_output(const Facts& inputs, const Facts& outputs) {
  WorkCounter counter(inputs, outputs);
  (counter.per_output(classes), ...);
  return counter.work();
}

// No arithmetic; the state stays `zero`, the bytes are counted.
RuleResult<Work> copies(const Facts& inputs, const Facts& outputs);       // reads all inputs
RuleResult<Work> writes_only(const Facts& inputs, const Facts& outputs);  // zeros, full_like: reads no tensor

}  // namespace flopaudit
