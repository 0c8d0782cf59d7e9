// Arithmetic on tensors, element by element: 1 operation per output, and a mul where `alpha` or `value` is not 1.
#include <cmath>

#include "analyzer/ops/all_ops.h"
#include "analyzer/ops/default_dtype.h"
#include "analyzer/ops/elementwise_helpers.h"
#include "analyzer/ops/work_helpers.h"

namespace flopaudit {
namespace {

enum class Op { add, sub, rsub, mul, div, floor_div, trunc_div, remainder, maximum, minimum, other };

// --- small known contents: shapes travel through 0-dim tensors in traced files ---

std::optional<Elements> contents_of(const Fact& fact) {
  if (const TensorFact* tensor = fact.tensor()) return tensor->contents;
  if (const auto* floating = fact.get<FloatFact>(); floating && floating->value) {
    return Elements{*floating->value};
  }
  if (const std::optional<Expr> integer = integer_of(fact)) return Elements{*integer};
  return std::nullopt;
}

std::optional<Expr> apply_integers(Op op, const Expr& a, const Expr& b) {
  switch (op) {
    case Op::add: return a + b;
    case Op::sub: return a - b;
    case Op::rsub: return b - a;
    case Op::mul: return a * b;
    case Op::floor_div: return floor_div(a, b);
    case Op::trunc_div:  // rounds as floor_div does where the quotient is not negative
      if (always_less_equal(0, a) == true && always_less(0, b) == true) return floor_div(a, b);
      if (!a.constant() || !b.constant() || *b.constant() == 0 || *b.constant() == -1) return std::nullopt;
      return *a.constant() / *b.constant();
    case Op::remainder: return mod(a, b);
    case Op::maximum: return max(a, b);
    case Op::minimum: return min(a, b);
    default: return std::nullopt;
  }
}

// As LibTorch divides and rounds down: the remainder is exact, and the quotient is rounded to what it is close to.
std::optional<double> floor_quotient(double a, double b) {
  if (b == 0) return std::nullopt;
  const double remainder = std::fmod(a, b);
  double quotient = (a - remainder) / b;
  if (remainder != 0 && (b < 0) != (remainder < 0)) quotient -= 1;
  return std::nearbyint(quotient);
}

std::optional<double> apply_floats(Op op, double a, double b) {
  switch (op) {
    case Op::floor_div: return floor_quotient(a, b);
    case Op::add: return a + b;
    case Op::sub: return a - b;
    case Op::rsub: return b - a;
    case Op::mul: return a * b;
    case Op::div: return a / b;
    default: return std::nullopt;
  }
}

std::optional<Element> apply(Op op, DType dtype, const Element& a, const Element& b) {
  if (dtype == DType::i64) {
    const Expr* first = std::get_if<Expr>(&a);
    const Expr* second = std::get_if<Expr>(&b);
    if (first == nullptr || second == nullptr) return std::nullopt;
    const std::optional<Expr> value = apply_integers(op, *first, *second);
    return value && !value->is_overflow() && !value->is_undefined() ? std::optional<Element>(*value) : std::nullopt;
  }
  const std::optional<double> first = number_of(a), second = number_of(b);
  if (!first || !second) return std::nullopt;
  if (dtype == DType::f64) return apply_floats(op, *first, *second);
  if (dtype != DType::f32) return std::nullopt;
  // f32: operands and the result are rounded; a double holds the exact result of one operation well enough for that.
  const std::optional<double> value = apply_floats(op, static_cast<float>(*first), static_cast<float>(*second));
  return value ? std::optional<Element>(static_cast<double>(static_cast<float>(*value))) : std::nullopt;
}

// Contents of the result, where both operands are known and one is a single element or both have the same shape.
void fold_contents(Op op, const Facts& inputs, TensorFact& result) {
  const std::optional<Elements> a = contents_of(inputs[0]);
  const std::optional<Elements> b = contents_of(inputs[1]);
  const bool plain_alpha = inputs.size() < 3 || number_of(inputs[2]) == 1;
  if (!a || !b || !result.dtype || !plain_alpha || a->empty() || b->empty()) return;
  if (a->size() != 1 && b->size() != 1) {
    const TensorFact* first = inputs[0].tensor();
    const TensorFact* second = inputs[1].tensor();
    if (first == nullptr || second == nullptr || !(first->dims == second->dims)) return;
  }
  Elements contents;
  for (std::size_t i = 0; i < std::max(a->size(), b->size()); ++i) {
    const std::optional<Element> value =
        apply(op, *result.dtype, (*a)[a->size() == 1 ? 0 : i], (*b)[b->size() == 1 ? 0 : i]);
    if (!value) return;
    contents.push_back(*value);
  }
  result.contents = std::move(contents);
}

// --- shapes ---

template <Op op>
RuleResult<Facts> shape_of_binary(const Facts& inputs) {
  FA_RULE(Fact fact, broadcast_operands(inputs, {0, 1}));
  TensorFact& result = *fact.get<TensorFact>();
  if (op == Op::div && result.dtype && is_integral(*result.dtype)) result.dtype = default_dtype();
  fold_contents(op, inputs, result);
  return one(std::move(fact));
}

template <Op op>
RuleResult<Facts> shape_of_extremum(const Facts& inputs) {
  FA_REFUSE(refuse_complex(inputs));
  return shape_of_binary<op>(inputs);
}

// a + alpha*b: alpha is of the kind of the result. Subtraction has no bools.
template <Op op>
RuleResult<Facts> shape_of_sum(const Facts& inputs) {
  FA_RULE(Facts facts, shape_of_binary<op>(inputs));
  const std::optional<DType> dtype = facts[0].tensor()->dtype;
  const Fact alpha = inputs.size() > 2 ? inputs[2] : Fact::integer(1);
  if (dtype && alpha.get<BoolFact>() && *dtype != DType::boolean) {
    return misfit("a bool alpha beside a result of " + facts[0].to_string());
  }
  if (dtype && alpha.get<FloatFact>() && is_integral(*dtype)) {
    return misfit("a floating alpha beside a result of " + facts[0].to_string());
  }
  for (std::size_t i = 0; op != Op::add && i < 2; ++i) {
    const TensorFact* tensor = inputs[i].tensor();
    if (inputs[i].get<BoolFact>() || (tensor != nullptr && tensor->dtype == DType::boolean)) {
      return misfit("a subtraction of bools: " + shapes_text(inputs, {0, 1}));
    }
  }
  return facts;
}

// div with rounding_mode "floor" or "trunc" keeps integers; None is a true division.
RuleResult<Facts> shape_of_div_mode(const Facts& inputs) {
  if (none_at(inputs, 2)) {
    const Facts operands = {inputs[0], inputs[1]};
    return shape_of_binary<Op::div>(operands);
  }
  FA_RULE(const std::string mode, string_at(inputs, 2));
  const Facts operands = {inputs[0], inputs[1]};
  if (mode == "floor") return shape_of_binary<Op::floor_div>(operands);
  if (mode == "trunc") return shape_of_binary<Op::trunc_div>(operands);
  return misfit("the rounding mode is neither \"floor\" nor \"trunc\": " + inputs[2].to_string());
}

// The angle of a point: floating, as a true division.
RuleResult<Facts> shape_of_atan2(const Facts& inputs) {
  FA_RULE(Facts facts, shape_of_extremum<Op::div>(inputs));
  facts[0].get<TensorFact>()->contents.reset();
  return facts;
}

RuleResult<Facts> shape_of_addcdiv(const Facts& inputs) {
  const auto integral = [&](std::size_t place) {
    const TensorFact* tensor = place < inputs.size() ? inputs[place].tensor() : nullptr;
    return tensor != nullptr && tensor->dtype && is_integral(*tensor->dtype);
  };
  if (integral(1) && integral(2)) return misfit("addcdiv divides no integers: " + shapes_text(inputs, {1, 2}));
  FA_RULE(Fact fact, broadcast_operands(inputs, {0, 1, 2}));
  return one(std::move(fact));
}

RuleResult<Facts> shape_of_ternary(const Facts& inputs) {
  FA_RULE(Fact fact, broadcast_operands(inputs, {0, 1, 2}));
  return one(std::move(fact));
}
// lerp(start, end, weight): tensors of one dtype; a number for a weight takes no part in it.
RuleResult<Facts> shape_of_lerp(const Facts& inputs) {
  FA_RULE(Fact fact, broadcast_operands(inputs, {0, 1, 2}));
  FA_RULE(fact.get<TensorFact>()->dtype, same_dtype(inputs, 0, 1));
  const TensorFact* weight = inputs.at(2).tensor();
  if (weight != nullptr && weight->dims && !weight->dims->empty()) {
    FA_RULE(fact.get<TensorFact>()->dtype, same_dtype(inputs, 0, 2));
  }
  return one(std::move(fact));
}

// --- work ---

bool is_not_one(const Facts& inputs, std::size_t index) {
  return index < inputs.size() && number_of(inputs[index]) != 1;
}

template <std::size_t alpha>
RuleResult<Work> work_of_add(const Facts& inputs, const Facts& outputs) {
  WorkCounter counter(inputs, outputs);
  counter.per_output(WorkClass::add);
  if (is_not_one(inputs, alpha)) counter.per_output(WorkClass::mul);
  return counter.work();
}

// self - other*alpha, the product a tensor of its own
RuleResult<Facts> shape_of_subcmul(const Facts& inputs) {
  FA_RULE(const Facts product, shape_of_binary<Op::mul>({inputs[1], inputs[2]}));
  return shape_of_sum<Op::sub>({inputs[0], product[0], Fact::integer(1)});
}

// The sum that a mobile model's optimizer joins with the relu behind it.
// _add_relu(self, other, alpha): kernels for the dtypes of self that have a largest number of their own; any alpha.
RuleResult<Facts> shape_of_add_relu(const Facts& inputs) {
  FA_RULE(Fact fact, broadcast_operands(inputs, {0, 1}));
  const std::optional<DType> self = inputs[0].tensor()->dtype, result = fact.tensor()->dtype;
  constexpr std::array kKernels = {DType::f32, DType::f64, DType::i8, DType::i16, DType::i32, DType::i64};
  const bool has_kernel = !self || std::ranges::find(kKernels, *self) != kKernels.end();
  if (!has_kernel || (result && is_complex(*result))) {
    return misfit("there is no kernel for " + shapes_text(inputs, {0, 1}));
  }
  return one(std::move(fact));
}
RuleResult<Work> work_of_add_relu(const Facts& inputs, const Facts& outputs) {
  WorkCounter counter(inputs, outputs);
  counter.per_output(WorkClass::add).per_output(WorkClass::compare);
  if (is_not_one(inputs, 2)) counter.per_output(WorkClass::mul);
  return counter.work();
}

// self + value * a * b: 1 mul and 1 add, and 1 mul for the value.
template <WorkClass between>
RuleResult<Work> work_of_addc(const Facts& inputs, const Facts& outputs) {
  WorkCounter counter(inputs, outputs);
  counter.per_output(between).per_output(WorkClass::add);
  if (is_not_one(inputs, 3)) counter.per_output(WorkClass::mul);
  return counter.work();
}

// A division rounded down or to zero: div and the rounding, which counts as `convert`; on integers one operation.
template <std::int64_t integer_operations, WorkClass... classes>
RuleResult<Work> rounded_division(const Facts& inputs, const Facts& outputs) {
  WorkCounter counter(inputs, outputs);
  const TensorFact* result = outputs.empty() ? nullptr : outputs[0].tensor();
  if (result != nullptr && result->dtype && is_integral(*result->dtype)) {
    return counter.per_output(WorkClass::integer, integer_operations).work();
  }
  (counter.per_output(classes), ...);
  return counter.work();
}

RuleResult<Work> work_of_div_mode(const Facts& inputs, const Facts& outputs) {
  if (none_at(inputs, 2)) return per_output<WorkClass::div>(inputs, outputs);
  return rounded_division<1, WorkClass::div, WorkClass::convert>(inputs, outputs);
}

constexpr WorkRule kAdd = work_of_add<2>;
constexpr WorkRule kMul = per_output<WorkClass::mul>;
constexpr WorkRule kDiv = per_output<WorkClass::div>;
constexpr WorkRule kFloorDiv = rounded_division<1, WorkClass::div, WorkClass::convert>;
// a - floor(a/b)*b
constexpr WorkRule kRemainder = rounded_division<1, WorkClass::div, WorkClass::convert, WorkClass::mul, WorkClass::add>;
constexpr WorkRule kCompare = per_output<WorkClass::compare>;
constexpr WorkRule kLerp = per_output<WorkClass::add, WorkClass::mul, WorkClass::add>;

constexpr char kAddText[] = "add = n; alpha not 1: mul = n";
constexpr char kFloorDivText[] = "div = n, convert = n";
constexpr char kRemainderText[] = "div = n, convert = n, mul = n, add = n";

// n: elements of the result
// clang-format off
constexpr OpSpec kRows[] = {
    // name                      shape rule                              work rule                    formula
    {"aten::_add_relu.Scalar",   shape_of_add_relu,                      work_of_add_relu,            "add = n, compare = n; alpha not 1: mul = n"},
    {"aten::_add_relu.Tensor",   shape_of_add_relu,                      work_of_add_relu,            "add = n, compare = n; alpha not 1: mul = n"},
    {"aten::_test_serialization_subcmul", shape_of_subcmul,           kAdd,                        kAddText},
    {"aten::add.Scalar",         shape_of_sum<Op::add>,                  kAdd,                        kAddText},
    {"aten::add.Tensor",         shape_of_sum<Op::add>,                  kAdd,                        kAddText},
    {"aten::addcdiv",            shape_of_addcdiv,                       work_of_addc<WorkClass::div>, "div = n, add = n; value not 1: mul = n"},
    {"aten::addcmul",            shape_of_ternary,                       work_of_addc<WorkClass::mul>, "mul = n, add = n; value not 1: mul += n"},
    {"aten::atan2",              shape_of_atan2,                         per_output<WorkClass::atan>, "atan = n"},
    {"aten::div.Scalar",         shape_of_binary<Op::div>,               kDiv,                        "div = n"},
    {"aten::div.Scalar_mode",    shape_of_div_mode,                      work_of_div_mode,            "div = n; rounded: convert = n"},
    {"aten::div.Tensor",         shape_of_binary<Op::div>,               kDiv,                        "div = n"},
    {"aten::div.Tensor_mode",    shape_of_div_mode,                      work_of_div_mode,            "div = n; rounded: convert = n"},
    {"aten::floor_divide",       shape_of_binary<Op::floor_div>,         kFloorDiv,                   kFloorDivText},
    {"aten::floor_divide.Scalar", shape_of_binary<Op::floor_div>,        kFloorDiv,                   kFloorDivText},
    {"aten::fmod.Scalar",        shape_of_binary<Op::other>,             kRemainder,                  kRemainderText},
    {"aten::fmod.Tensor",        shape_of_binary<Op::other>,             kRemainder,                  kRemainderText},
    {"aten::lerp.Scalar",        shape_of_lerp,                          kLerp,                       "add = 2n, mul = n"},
    {"aten::lerp.Tensor",        shape_of_lerp,                          kLerp,                       "add = 2n, mul = n"},
    {"aten::max.other",          shape_of_extremum<Op::maximum>,         kCompare,                    "compare = n"},
    {"aten::maximum",            shape_of_extremum<Op::maximum>,         kCompare,                    "compare = n"},
    {"aten::min.other",          shape_of_extremum<Op::minimum>,         kCompare,                    "compare = n"},
    {"aten::minimum",            shape_of_extremum<Op::minimum>,         kCompare,                    "compare = n"},
    {"aten::mul.Scalar",         shape_of_binary<Op::mul>,               kMul,                        "mul = n"},
    {"aten::mul.Tensor",         shape_of_binary<Op::mul>,               kMul,                        "mul = n"},
    {"aten::remainder.Scalar",   shape_of_binary<Op::remainder>,         kRemainder,                  kRemainderText},
    {"aten::remainder.Scalar_Tensor", shape_of_binary<Op::remainder>,    kRemainder,                  kRemainderText},
    {"aten::remainder.Tensor",   shape_of_binary<Op::remainder>,         kRemainder,                  kRemainderText},
    {"aten::rsub.Scalar",        shape_of_sum<Op::rsub>,                 kAdd,                        kAddText},
    {"aten::rsub.Tensor",        shape_of_sum<Op::rsub>,                 kAdd,                        kAddText},
    {"aten::sub.Scalar",         shape_of_sum<Op::sub>,                  kAdd,                        kAddText},
    {"aten::sub.Tensor",         shape_of_sum<Op::sub>,                  kAdd,                        kAddText},
};
// clang-format on

}  // namespace

std::span<const OpSpec> elementwise_ops() { return kRows; }

}  // namespace flopaudit
