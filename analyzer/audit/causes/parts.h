// Kernels that ATen puts together from other ops, as an LSTM of products and elementwise functions: what they execute
// is the sum of what their parts are expected to.
#pragma once

#include <string_view>

#include "analyzer/audit/causes/kernel_model.h"

namespace flopaudit {

class Parts {
 public:
  explicit Parts(Explanation& out) : out_(out) {}

  // `times` executions of an op on the standard path, its operands row by row in memory unless `strides` says
  // otherwise; nothing once `out` is refused.
  void add(std::string_view op, const Facts& inputs, std::int64_t times = 1, const OperandStrides* strides = nullptr);
  // A part that is no op of its own.
  void add(const FlopIntervals& counts, const ValueRange& by_values = {});

  // What the kernel executes beside its parts.
  void add_counts(const FlopIntervals& counts) { whole_ += counts; }

  // What the parts execute beyond the annotated work is the cause's; their ranges by values are the whole's.
  void explain(const CauseInfo& cause, const FlopIntervals& annotated);

 private:
  Explanation& out_;
  FlopIntervals whole_;
  ValueRange by_values_;
  bool data_dependent_ = false;
};

// The kernel is that of another op, of other operands: what that one adds is what this one does.
void explain_as(std::string_view op, const Facts& inputs, const OperandStrides* strides, const KernelCall& call,
                Explanation& out);

// A tensor of known sizes.
Fact part_tensor(DType dtype, const Sizes& sizes);

}  // namespace flopaudit
