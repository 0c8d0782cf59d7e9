#include "analyzer/audit/form_calls.h"

#include <algorithm>

#include "analyzer/audit/causes/kernel_model.h"
#include "analyzer/audit/layouts.h"
#include "analyzer/ops/fact_access.h"
#include "analyzer/ops/op_registry.h"

namespace flopaudit {
namespace {

using Kind = DerivedForm::Kind;

std::optional<DType> dtype_of(const Facts& facts, std::size_t index) {
  return index < facts.size() && facts[index].tensor() != nullptr ? facts[index].tensor()->dtype : std::nullopt;
}

// Not known: no.
bool lies_row_by_row(const Facts& inputs, std::size_t index, const OperandStrides& strides) {
  if (index >= strides.size() || !strides[index]) return false;
  if (*strides[index] == kRowByRow) return true;
  const auto sizes = sizes_at(inputs, index);
  return sizes && sizes->size() == strides[index]->size() && is_row_major(*sizes, *strides[index]);
}

// Whether a tensor that is written lies as the functional form would make it. One of other sizes is resized, and then
// it does; else all operands must lie row by row, for a result follows its operands.
bool lies_as_new(const Facts& inputs, std::size_t place, const Fact& result, const OperandStrides& strides) {
  const TensorFact* out = inputs[place].tensor();
  if (out == nullptr || result.tensor() == nullptr) return false;
  if (out->dims != result.tensor()->dims) return true;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (inputs[i].tensor() != nullptr && !lies_row_by_row(inputs, i, strides)) return false;
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

std::variant<BaseCall, NoModel> base_call_of(const DerivedForm& form, const Facts& inputs, const Facts& outputs,
                                             const OperandStrides* strides) {
  BaseCall call = {form.base, base_inputs(form, inputs), std::nullopt};
  if (form.kind != Kind::synonym) {
    const RuleResult<Facts> computed = shape_of(*form.base, call.inputs);
    if (!computed) return NoModel{"what it writes is not known: " + computed.failure().why};
    for (std::size_t i = 0; i < outputs.size() && i < (*computed).size(); ++i) {
      if (dtype_of(*computed, i) != dtype_of(outputs, i))
        return NoModel{"a result that is written in another type than it is computed in has no model"};
      const bool is_new =
          form.kind != Kind::out || strides == nullptr || lies_as_new(inputs, form.first_out + i, outputs[i], *strides);
      if (!is_new) return NoModel{"an out tensor has a model only where it and all operands lie row by row in memory"};
    }
  }
  if (strides != nullptr) call.strides = strides_of_base(form, inputs.size(), *strides);
  return call;
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
