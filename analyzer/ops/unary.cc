// Functions of one tensor, element by element: each counts as itself (a transcendental by name); neg and abs only flip
// or clear the sign bit and are free; rounding counts as `convert`.
#include <algorithm>
#include <cmath>
#include <limits>

#include "analyzer/ops/all_ops.h"
#include "analyzer/ops/default_dtype.h"
#include "analyzer/ops/elementwise_helpers.h"
#include "analyzer/ops/known_elements.h"
#include "analyzer/ops/work_helpers.h"

namespace flopaudit {
namespace {

// --- what is done to known elements ---

std::optional<double> square_root(double x) { return std::sqrt(x); }
std::optional<double> down(double x) { return std::floor(x); }
std::optional<double> up(double x) { return std::ceil(x); }
std::optional<double> to_zero(double x) { return std::trunc(x); }
std::optional<double> to_nearest(double x) { return std::nearbyint(x); }  // halves to even

// --- pow: small exponents are what they are by hand ---

RuleResult<Facts> shape_of_pow(const Facts& inputs) {
  FA_RULE(Fact fact, broadcast_operands(inputs, {0, 1}));
  return one(std::move(fact));
}

RuleResult<Facts> shape_of_pow_by_number(const Facts& inputs) {
  FA_RULE(Facts facts, shape_of_pow(inputs));
  const std::optional<DType> dtype = facts[0].tensor()->dtype;
  const std::optional<double> exponent = number_of(inputs[1]);
  if (dtype && is_integral(*dtype) && exponent && *exponent < 0) {
    return misfit("integers to a negative power: " + shapes_text(inputs, {0, 1}));
  }
  const TensorFact* base = inputs[0].tensor();
  if (base != nullptr && exponent && *exponent == 0.5) {
    apply_to_elements(*base, square_root, *facts[0].get<TensorFact>());
  }
  return facts;
}

RuleResult<Work> work_of_pow(const Facts& inputs, const Facts& outputs) {
  WorkCounter counter(inputs, outputs);
  FA_RULE(const double exponent, number_at(inputs, 1));
  if (exponent == 0 || exponent == 1) return counter.work();
  if (exponent == 2) return counter.per_output(WorkClass::mul).work();
  if (exponent == 3) return counter.per_output(WorkClass::mul, 2).work();
  if (exponent == 0.5) return counter.per_output(WorkClass::sqrt).work();
  if (exponent == -0.5) return counter.per_output(WorkClass::sqrt).per_output(WorkClass::div).work();
  if (exponent == -1) return counter.per_output(WorkClass::div).work();
  return counter.per_output(WorkClass::pow).work();
}

// --- clamp: one compare for each bound that is given ---

// Known floating elements between bounds that are numbers: paddings are clamped at 0 in traced files.
void clamp_elements(const Facts& inputs, TensorFact& result) {
  const TensorFact* tensor = inputs[0].tensor();
  if (tensor == nullptr || !tensor->contents || result.dtype != tensor->dtype) return;
  if (result.dtype != DType::f32 && result.dtype != DType::f64) return;
  const auto bound = [&](std::size_t place, double none) {
    return place >= inputs.size() || none_at(inputs, place) ? std::optional(none) : number_of(inputs[place]);
  };
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  const std::optional<double> least = bound(1, -kInfinity), most = bound(2, kInfinity);
  if (!least || !most) return;
  Elements elements;
  for (const Element& element : *tensor->contents) {
    const std::optional<double> number = number_of(element);
    if (!number || std::isnan(*number)) return;
    elements.emplace_back(std::min(std::max(*number, *least), *most));
  }
  result.contents = std::move(elements);
}

RuleResult<Facts> shape_of_clamp(const Facts& inputs) {
  std::vector<std::size_t> operands;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (!none_at(inputs, i)) operands.push_back(i);
  }
  if (operands.size() < 2) return misfit("a clamp needs a minimum or a maximum");
  FA_RULE(Fact fact, broadcast_operands(inputs, operands));
  clamp_elements(inputs, *fact.get<TensorFact>());
  return one(std::move(fact));
}
// (self, max)
RuleResult<Facts> shape_of_clamp_max(const Facts& inputs) {
  FA_RULE(const Fact* most, fact_at(inputs, 1));
  return shape_of_clamp({inputs[0], Fact::none(), *most});
}
RuleResult<Work> work_of_clamp(const Facts& inputs, const Facts& outputs) {
  std::int64_t bounds = 0;
  for (std::size_t i = 1; i < inputs.size(); ++i) bounds += none_at(inputs, i) ? 0 : 1;
  return WorkCounter(inputs, outputs).per_output(WorkClass::compare, bounds).work();
}

// Rounding of integers does nothing.
RuleResult<Facts> shape_of_rounding(const Facts& inputs) {
  FA_RULE(Facts facts, same_as_first(inputs));
  TensorFact& result = *facts[0].get<TensorFact>();
  if (result.dtype && is_integral(*result.dtype)) result.contents = inputs[0].tensor()->contents;
  return facts;
}
RuleResult<Work> work_of_rounding(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const DType dtype, dtype_at(inputs, 0));
  WorkCounter counter(inputs, outputs);
  return is_integral(dtype) ? counter.work() : counter.per_output(WorkClass::convert).work();
}

// abs of complex numbers is real: sqrt(re^2 + im^2).
RuleResult<Facts> shape_of_abs(const Facts& inputs) {
  FA_RULE(Facts facts, same_as_first(inputs));
  TensorFact& result = *facts[0].get<TensorFact>();
  if (result.dtype) result.dtype = real_dtype(*result.dtype);
  return facts;
}
RuleResult<Work> work_of_abs(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const DType dtype, dtype_at(inputs, 0));
  WorkCounter counter(inputs, outputs);
  if (!is_complex(dtype)) return counter.work();
  return counter.per_output(WorkClass::mul, 2).per_output(WorkClass::add).per_output(WorkClass::sqrt).work();
}

// Sizes are negated on their way to slices. Narrow integers would wrap: only those that sizes are keep their elements.
RuleResult<Facts> shape_of_neg(const Facts& inputs) {
  FA_RULE(Facts facts, same_as_first(inputs));
  TensorFact& result = *facts[0].get<TensorFact>();
  if (result.dtype == DType::boolean) return misfit("the negative of a bool: " + inputs[0].to_string());
  const std::optional<Elements>& elements = inputs[0].tensor()->contents;
  if (!elements || (result.dtype != DType::i64 && result.dtype != DType::f64)) return facts;
  result.contents.emplace();
  for (const Element& element : *elements) {
    const Expr* integer = std::get_if<Expr>(&element);
    result.contents->push_back(integer != nullptr ? Element(Expr(0) - *integer) : Element(-std::get<double>(element)));
  }
  return facts;
}

// A bool squared is an integer, as LibTorch's pow has it.
RuleResult<Facts> shape_of_square(const Facts& inputs) {
  FA_RULE(Facts facts, same_as_first(inputs));
  TensorFact& result = *facts[0].get<TensorFact>();
  if (result.dtype == DType::boolean) result.dtype = DType::i64;
  return facts;
}

constexpr ShapeRule kOrdered = of_ordered<same_as_first>;
constexpr ShapeRule kSquareRoot = with_elements<float_like_first, square_root>;
template <ElementFunction function>
constexpr ShapeRule kRounded = with_elements<of_ordered<shape_of_rounding>, function>;

// nan_to_num tests for nan, +inf and -inf.
constexpr WorkRule kThreeTests = per_output<WorkClass::compare, WorkClass::compare, WorkClass::compare>;

constexpr WorkRule kCos = per_output<WorkClass::cos>;
constexpr WorkRule kErf = per_output<WorkClass::erf>;
constexpr WorkRule kExp = per_output<WorkClass::exp>;
constexpr WorkRule kExpm1 = per_output<WorkClass::exp, WorkClass::add>;
constexpr WorkRule kLog = per_output<WorkClass::log>;
constexpr WorkRule kLog1p = per_output<WorkClass::add, WorkClass::log>;
constexpr WorkRule kReciprocal = per_output<WorkClass::div>;
constexpr WorkRule kRsqrt = per_output<WorkClass::sqrt, WorkClass::div>;
constexpr WorkRule kSin = per_output<WorkClass::sin>;
constexpr WorkRule kSqrt = per_output<WorkClass::sqrt>;
constexpr WorkRule kSquare = per_output<WorkClass::mul>;
constexpr WorkRule kTan = per_output<WorkClass::tan>;
constexpr WorkRule kTanh = per_output<WorkClass::tanh>;

constexpr char kPowText[] =
    "pow = n; exponent 2: mul = n, 3: mul = 2n, 0.5: sqrt = n, -0.5: sqrt = n, div = n, -1: div = n";
constexpr char kClampText[] = "compare = n per bound";

// n: elements. Rows without a formula are free.
// clang-format off
constexpr OpSpec kRows[] = {
    // name                     shape rule                   work rule                    formula
    {"aten::abs",               shape_of_abs,                work_of_abs,                 ""},
    {"aten::abs_",              kOrdered,                    work_of_abs,                 ""},  // LibTorch refuses complex
    {"aten::acos",              float_like_first,            per_output<WorkClass::acos>, "acos = n"},
    {"aten::asin",              float_like_first,            per_output<WorkClass::asin>, "asin = n"},
    {"aten::atan",              float_like_first,            per_output<WorkClass::atan>, "atan = n"},
    {"aten::ceil",              kRounded<up>,                work_of_rounding,            "convert = n"},
    {"aten::clamp",             of_ordered<shape_of_clamp>,  work_of_clamp,               kClampText},
    {"aten::clamp.Tensor",      of_ordered<shape_of_clamp>,  work_of_clamp,               kClampText},
    {"aten::clamp_max",         of_ordered<shape_of_clamp_max>,  work_of_clamp,               kClampText},
    {"aten::clamp_max.Tensor",  of_ordered<shape_of_clamp_max>,  work_of_clamp,               kClampText},
    {"aten::clamp_min",         of_ordered<shape_of_clamp>,  work_of_clamp,               kClampText},
    {"aten::clamp_min.Tensor",  of_ordered<shape_of_clamp>,  work_of_clamp,               kClampText},
    {"aten::cos",               float_like_first,            kCos,                        "cos = n"},
    {"aten::erf",               float_like_first,            kErf,                        "erf = n"},
    {"aten::exp",               float_like_first,            kExp,                        "exp = n"},
    {"aten::exp2",              float_like_first,            kExp,                        "exp = n"},
    {"aten::expm1",             float_like_first,            kExpm1,                      "exp = n, add = n"},
    {"aten::floor",             kRounded<down>,              work_of_rounding,            "convert = n"},
    {"aten::log",               float_like_first,            kLog,                        "log = n"},
    {"aten::log10",             float_like_first,            kLog,                        "log = n"},
    {"aten::log1p",             float_like_first,            kLog1p,                      "add = n, log = n"},
    {"aten::log2",              float_like_first,            kLog,                        "log = n"},
    {"aten::nan_to_num",        same_as_first,               kThreeTests,                 "compare = 3n"},
    {"aten::neg",               shape_of_neg,                copies,                      ""},
    {"aten::pow.Scalar",        shape_of_pow,                per_output<WorkClass::pow>,  "pow = n"},
    {"aten::pow.Tensor_Scalar", shape_of_pow_by_number,      work_of_pow,                 kPowText},
    {"aten::pow.Tensor_Tensor", shape_of_pow,                per_output<WorkClass::pow>,  "pow = n"},
    {"aten::reciprocal",        float_like_first,            kReciprocal,                 "div = n"},
    {"aten::round",             kRounded<to_nearest>,        work_of_rounding,            "convert = n"},
    {"aten::rsqrt",             float_like_first,            kRsqrt,                      "sqrt = n, div = n"},
    {"aten::sign",              kOrdered,                    per_output<WorkClass::compare>, "compare = n"},
    {"aten::sin",               float_like_first,            kSin,                        "sin = n"},
    {"aten::sqrt",              kSquareRoot,                 kSqrt,                       "sqrt = n"},
    {"aten::square",            shape_of_square,             kSquare,                     "mul = n"},
    {"aten::tan",               float_like_first,            kTan,                        "tan = n"},
    {"aten::tanh",              float_like_first,            kTanh,                       "tanh = n"},
    {"aten::trunc",             kRounded<to_zero>,           work_of_rounding,            "convert = n"},
};
// clang-format on

}  // namespace

std::span<const OpSpec> unary_ops() { return kRows; }

}  // namespace flopaudit
