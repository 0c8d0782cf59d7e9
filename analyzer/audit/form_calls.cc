#include "analyzer/audit/form_calls.h"

#include <algorithm>

#include "analyzer/ops/fact_access.h"
#include "analyzer/ops/op_registry.h"

namespace flopaudit {
namespace {

using Kind = DerivedForm::Kind;

// Whether a tensor that is written lies as the functional form would make it. One of other sizes is resized, and then
// it does; else all operands must lie row by row, for a result follows its operands.
bool lies_as_new(const KernelCall& call, std::size_t place, const Fact& result) {
  const TensorFact* out = call.inputs[place].tensor();
  if (out == nullptr || result.tensor() == nullptr) return false;
  if (out->dims != result.tensor()->dims) return true;
  for (std::size_t i = 0; i < call.inputs.size(); ++i) {
    if (call.inputs[i].tensor() != nullptr && !lie_together_at(call, i, 0)) return false;
  }
  return true;
}

// Operands in the order of the base, and behind them the elements of lists of tensors.
OperandStrides strides_of_base(const DerivedForm& form, std::size_t inputs, const OperandStrides& strides) {
  OperandStrides of_base;
  for (const int place : form.places) {
    const auto at = static_cast<std::size_t>(place);
    of_base.push_back(place >= 0 && at < strides.size() ? strides[at] : std::nullopt);
  }
  for (std::size_t i = inputs; i < strides.size(); ++i) of_base.push_back(strides[i]);
  return of_base;
}

// A tensor that a result is written to.
RuleResult<Fact> written_for(const Fact& result) {
  const TensorFact* tensor = result.tensor();
  if (tensor == nullptr || !tensor->dims || !tensor->dtype) return missing("a result that no tensor is known to take");
  TensorFact written;
  written.dims = tensor->dims;
  written.dtype = tensor->dtype;
  return Fact(std::move(written));
}

}  // namespace

bool runs_kernel_of_base(const DerivedForm& form) { return form.kind != Kind::copy && !form.changes_shape; }

std::variant<BaseCall, NoModel> base_call_of(const DerivedForm& form, const KernelCall& call) {
  BaseCall base = {form.base, base_inputs(form, call.inputs), std::nullopt};
  if (form.kind != Kind::synonym) {
    const RuleResult<Facts> computed = shape_of(*form.base, base.inputs);
    if (!computed) return NoModel{"what it writes is not known: " + computed.failure().why};
    for (std::size_t i = 0; i < call.outputs.size() && i < (*computed).size(); ++i) {
      if (dtype_at_place(*computed, i) != dtype_at_place(call.outputs, i))
        return NoModel{"a result that is written in another type than it is computed in has no model"};
      if (form.kind == Kind::out && !lies_as_new(call, form.first_out + i, call.outputs[i]))
        return NoModel{"an out tensor has a model only where it and all operands lie row by row in memory"};
    }
  }
  if (call.strides != nullptr) base.strides = strides_of_base(form, call.inputs.size(), *call.strides);
  return base;
}

RuleResult<Facts> inputs_of_form(const DerivedForm& form, const Facts& base_inputs) {
  int last = -1;
  for (const int place : form.places) last = std::max(last, place);
  Facts inputs(static_cast<std::size_t>(last + 1), Fact::none());
  for (std::size_t i = 0; i < form.places.size() && i < base_inputs.size(); ++i) {
    if (form.places[i] >= 0) inputs[static_cast<std::size_t>(form.places[i])] = base_inputs[i];
  }
  if (form.kind == Kind::synonym) return inputs;
  FA_RULE(const Facts results, shape_of(*form.base, base_inputs));
  if (form.kind == Kind::in_place) {
    FA_RULE(inputs.front(), written_for(results.front()));
    return inputs;
  }
  for (const Fact& result : results) {
    FA_RULE(Fact out, written_for(result));
    inputs.push_back(std::move(out));
  }
  return inputs;
}

}  // namespace flopaudit
