#include "analyzer/audit/causes/tensor_parts.h"

#include <algorithm>
#include <string>

namespace flopaudit {
namespace {

Strides strides_of(const Laid& operand) {
  return operand.strides == kRowByRow ? row_major(operand.sizes) : operand.strides;
}

}  // namespace

Laid slice_of(const Laid& whole, std::size_t dim, std::int64_t begin, std::int64_t end) {
  Laid slice = {whole.sizes, strides_of(whole)};
  slice.sizes[dim] = std::max<std::int64_t>(0, end - begin);
  return slice;
}

Laid select_of(const Laid& whole, std::size_t dim) {
  Laid selected = {whole.sizes, strides_of(whole)};
  selected.sizes.erase(selected.sizes.begin() + static_cast<std::ptrdiff_t>(dim));
  selected.strides.erase(selected.strides.begin() + static_cast<std::ptrdiff_t>(dim));
  return selected;
}

std::optional<Reduction> reduction_of(const KernelCall& call, std::size_t place, Explanation& out) {
  const auto number = number_at_place(call.inputs, place);
  if (!number) {
    out.refuse("the reduction is not known");
    return std::nullopt;
  }
  return *number == 1 ? Reduction::mean : *number == 2 ? Reduction::sum : Reduction::none;
}

void TensorParts::on(std::string_view op, const std::vector<Laid>& tensors, const std::vector<Fact>& others) {
  Facts inputs;
  OperandStrides strides;
  for (const Laid& operand : tensors) {
    if (product(operand.sizes) == 0) return;  // nothing is done
    inputs.push_back(part_tensor(dtype_, operand.sizes));
    strides.emplace_back(operand.strides);
  }
  inputs.insert(inputs.end(), others.begin(), others.end());
  strides.resize(inputs.size());
  add(op, inputs, 1, &strides);
}

void TensorParts::on_scaled(std::string_view op, const Laid& first, const Laid& second) {
  on(op, {first, second}, {Fact::integer(1)});
}

void TensorParts::on_number(std::string_view op, const Laid& first) {
  const bool scaled = op.starts_with("aten::add") || op.starts_with("aten::sub") || op.starts_with("aten::rsub");
  std::vector<Fact> others = {Fact::floating(0.5)};
  if (scaled) others.push_back(Fact::integer(1));
  on(op, {first}, others);
}

void TensorParts::sum_along(const Laid& whole, std::size_t dim, bool keeps_dim) {
  const Fact dims = Fact::list({Fact::integer(static_cast<std::int64_t>(dim))});
  on("aten::sum.dim_IntList", {whole}, {dims, Fact::boolean(keeps_dim), Fact::none()});
}

void TensorParts::reduce(const Laid& losses, Reduction reduction) {
  if (reduction == Reduction::mean) on("aten::mean", {losses}, {Fact::none()});
  if (reduction == Reduction::sum) on("aten::sum", {losses}, {Fact::none()});
}

std::optional<Plan> plan_of(const KernelCall& call, const std::vector<std::size_t>& places, Explanation& out) {
  const auto dtype = dtype_at_place(call.inputs, places.front());
  const auto classes = precision_of(dtype);
  // Of integers there is no arithmetic that counts.
  const auto result = dtype_at_place(call.outputs, 0);
  if (dtype && is_integral(*dtype) && result && is_integral(*result)) return std::nullopt;
  const auto annotated = annotated_of(call, out);
  if (!classes) out.refuse("only f32 and f64 have a model");
  if (!annotated || !classes) return std::nullopt;
  Plan plan = {{}, *dtype, *classes, *annotated};
  for (const std::size_t place : places) {
    const auto sizes = sizes_at(call.inputs, place);
    if (!sizes) out.refuse("a shape is not known");
    if (dtype_at_place(call.inputs, place) != dtype) out.refuse("a cast inside has no model");
    if (!out.refusal().empty()) return std::nullopt;
    plan.sizes.push_back(*sizes);
  }
  return plan;
}

std::optional<Plan> plan_of_alike(const KernelCall& call, const std::vector<std::size_t>& places, Explanation& out) {
  auto plan = plan_of(call, places, out);
  if (!plan) return std::nullopt;
  for (const Sizes& sizes : plan->sizes) {
    if (sizes != plan->sizes.front()) out.refuse("operands of other than one known shape and type have no model");
  }
  if (!out.refusal().empty() || product(plan->sizes.front()) == 0) return std::nullopt;
  return plan;
}

std::optional<Sizes> integers_at(const Facts& facts, std::size_t place) {
  const TensorFact* tensor = place < facts.size() ? facts[place].tensor() : nullptr;
  if (tensor == nullptr || !tensor->contents) return std::nullopt;
  Sizes elements;
  for (const Element& element : *tensor->contents) {
    const auto* number = std::get_if<Expr>(&element);
    if (number == nullptr || !number->constant()) return std::nullopt;
    elements.push_back(*number->constant());
  }
  return elements;
}

std::optional<std::size_t> dim_at_place(const KernelCall& call, std::size_t place, std::size_t rank) {
  const auto dims = places_at(call.inputs, place, rank);
  return dims && dims->size() == 1 ? std::optional(dims->front()) : std::nullopt;
}

}  // namespace flopaudit
