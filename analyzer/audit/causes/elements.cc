#include "analyzer/audit/causes/elements.h"

namespace flopaudit {

std::optional<Operand> result_of(const KernelCall& call, Explanation& out) {
  const auto sizes = sizes_at(call.outputs, 0);
  const auto dtype = dtype_at_place(call.outputs, 0);
  if (!sizes || !dtype)
    out.refuse("the shape is not known");
  else if (is_integral(*dtype))
    return std::nullopt;
  else if (!precision_of(dtype))
    out.refuse("only f32 and f64 have a model");
  else
    return Operand{product(*sizes), *precision_of(dtype)};
  return std::nullopt;
}

std::optional<ElementLoop> elements_of(const KernelCall& call, Sizing sizing, Explanation& out) {
  const auto result = result_of(call, out);
  if (!result) return std::nullopt;
  const auto sizes = sizes_at(call.outputs, 0);
  for (std::size_t i = 0; i < call.inputs.size(); ++i) {
    if (call.inputs[i].tensor() == nullptr) continue;
    if (dtype_at_place(call.inputs, i) != dtype_at_place(call.outputs, 0)) out.refuse("a cast inside has no model");
    const auto operand = sizes_at(call.inputs, i);
    const bool is_number = operand && product(*operand) == 1;
    if (sizing == Sizing::equal && operand != sizes && !is_number) out.refuse("a broadcast inside has no model");
  }
  const auto annotated = annotated_of(call, out);
  if (!out.refusal().empty() || result->elements == 0) return std::nullopt;
  return ElementLoop{result->elements, result->classes, *annotated};
}

void explain_between(const CauseInfo& cause, const ElementLoop& elements, const FlopIntervals& least,
                     const FlopIntervals& most, Explanation& out) {
  out.depends_on_data();
  out.add_rest(cause, elements.annotated, between(least, most));
}

FlopIntervals counts_of(const PerElement& element, std::int64_t count, const PrecisionClasses& classes) {
  FlopIntervals total;
  const auto add = [&](FlopClass flop_class, std::int64_t each) { total[flop_class] += {each * count, each * count}; };
  add(classes.add, element.add);
  add(classes.mul, element.mul);
  add(classes.div, element.div);
  add(classes.sqrt, element.sqrt);
  add(FlopClass::add_f64, element.add_inside);
  add(FlopClass::mul_f64, element.mul_inside);
  add(FlopClass::div_f64, element.div_inside);
  add(FlopClass::sqrt_f64, element.sqrt_inside);
  return total;
}

FlopIntervals between(const FlopIntervals& least, const FlopIntervals& most) {
  FlopIntervals range;
  for (std::size_t i = 0; i < kFlopClassCount; ++i) range.classes[i] = {least.classes[i].low, most.classes[i].high};
  return range;
}

void add_elements(const CauseInfo& cause, const Operand& result, const PerElement& element, std::int64_t count,
                  Explanation& out) {
  const FlopIntervals total = counts_of(element, count, result.classes);
  for (std::size_t i = 0; i < kFlopClassCount; ++i) out.add(cause, static_cast<FlopClass>(i), total.classes[i]);
}

std::int64_t lanes_of(Lanes lanes, std::int64_t n, bool f32) {
  const std::int64_t vector = f32 ? 8 : 4;
  switch (lanes) {
    case Lanes::each: return n;
    case Lanes::pair: return n + (f32 && n % 4 >= 2 ? 2 : 0);
    case Lanes::half: return round_up(n, vector / 2);
    case Lanes::whole: return round_up(n, vector);
    case Lanes::each_one: return n + n % vector * (vector - 1);
    case Lanes::doubles: return n / (2 * vector) * (2 * vector);
  }
  return n;
}

}  // namespace flopaudit
