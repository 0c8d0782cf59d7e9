#include "analyzer/audit/causes/parts.h"

#include <string>

#include "analyzer/ops/op_registry.h"
#include "analyzer/support/assert.h"

namespace flopaudit {

void Parts::add(std::string_view op, const Facts& inputs, std::int64_t count, const OperandStrides* strides) {
  if (!out_.refusal().empty() || count == 0) return;
  const OpSpec* spec = find_op(op);
  FA_ASSERT(spec != nullptr, "a part is an op that has a row");
  const RuleResult<Facts> outputs = shape_of(*spec, inputs);
  if (!outputs) return out_.refuse("its part " + std::string(op) + " does not fit");
  const RuleResult<Work> work = work_of(*spec, inputs, *outputs);
  if (!work) return out_.refuse("the work of its part " + std::string(op) + " is not known");
  const auto part = expected_counts(op, inputs, *outputs, *work, {"standard", "2.13.0"}, strides);
  if (const NoModel* refused = std::get_if<NoModel>(&part)) {
    return out_.refuse("its part " + std::string(op) + ": " + refused->reason);
  }
  const auto& counts = std::get<ExpectedCounts>(part);
  whole_ += times(count, counts.expected);
  by_values_ += times(count, counts.by_values);
  data_dependent_ = data_dependent_ || counts.data_dependent;
}

void Parts::add(const FlopIntervals& counts, const ValueRange& by_values) {
  whole_ += counts;
  by_values_ += by_values;
}

void Parts::explain(const CauseInfo& cause, const FlopIntervals& annotated) {
  if (!out_.refusal().empty()) return;
  out_.add_rest(cause, annotated, whole_);
  if (by_values_.may_change()) out_.differs_by_values(by_values_);
  if (data_dependent_) out_.depends_on_data();
}

void explain_as(std::string_view op, const Facts& inputs, const OperandStrides* strides, const KernelCall& call,
                Explanation& out) {
  const auto as = expected_counts(op, inputs, call.outputs, call.work, {"standard", "2.13.0"}, strides);
  if (const NoModel* refused = std::get_if<NoModel>(&as)) return out.refuse(refused->reason);
  const auto& counts = std::get<ExpectedCounts>(as);
  for (const CauseDelta& cause : counts.causes) {
    for (std::size_t i = 0; i < kFlopClassCount; ++i)
      out.add(*cause.cause, static_cast<FlopClass>(i), cause.delta.classes[i]);
  }
  if (counts.by_values.may_change()) out.differs_by_values(counts.by_values);
  if (counts.data_dependent) out.depends_on_data();
}

Fact part_tensor(DType dtype, const Sizes& sizes) {
  std::vector<Expr> dims(sizes.begin(), sizes.end());
  return Fact::tensor(dtype, dims);
}

}  // namespace flopaudit
