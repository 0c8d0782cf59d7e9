// Mathematical functions of two tensors, element by element, beyond the arithmetic of elementwise.cc: by the arithmetic
// of their definition, named at the rule; igamma and zeta count as gamma. Tests of special arguments are free.
#include "analyzer/ops/all_ops.h"
#include "analyzer/ops/default_dtype.h"
#include "analyzer/ops/elementwise_helpers.h"
#include "analyzer/ops/work_helpers.h"

namespace flopaudit {
namespace {

constexpr auto kMul = WorkClass::mul, kAdd = WorkClass::add, kDiv = WorkClass::div, kSqrt = WorkClass::sqrt;
constexpr auto kCompare = WorkClass::compare, kExp = WorkClass::exp, kLog = WorkClass::log, kPow = WorkClass::pow;
constexpr auto kGamma = WorkClass::gamma;

// --- shapes: what becomes of integers and of complex numbers ---

enum class Integers { stay, become_floats, refused };
enum class Complex { stay, refused };

template <Integers integers, Complex complex>
RuleResult<Facts> shape_of_function(const Facts& inputs) {
  FA_RULE(Fact fact, broadcast_operands(inputs, {0, 1}));
  TensorFact& result = *fact.get<TensorFact>();
  if (!result.dtype) return one(std::move(fact));
  if (complex == Complex::refused && is_complex(*result.dtype)) {
    return misfit("this function is not defined for complex numbers: " + shapes_text(inputs, {0, 1}));
  }
  if (is_integral(*result.dtype)) {
    if (integers == Integers::refused) {
      return misfit("this function needs floating numbers: " + shapes_text(inputs, {0, 1}));
    }
    if (integers == Integers::become_floats) result.dtype = default_dtype();
  }
  return one(std::move(fact));
}
constexpr ShapeRule kReal = shape_of_function<Integers::become_floats, Complex::refused>;
constexpr ShapeRule kRealOnly = shape_of_function<Integers::refused, Complex::refused>;
constexpr ShapeRule kOrdered = shape_of_function<Integers::stay, Complex::refused>;

// Functions of integers alone; `same_dtypes`: the operands must have one dtype.
RuleResult<Facts> shape_of_integers(const Facts& inputs) {
  FA_RULE(Fact fact, broadcast_operands(inputs, {0, 1}));
  const std::optional<DType> dtype = fact.tensor()->dtype;
  if (dtype && (!is_integral(*dtype) || *dtype == DType::boolean)) {
    return misfit("this function needs integers: " + shapes_text(inputs, {0, 1}));
  }
  return one(std::move(fact));
}

// complex(real, imag), polar(abs, angle): two tensors of one floating dtype.
RuleResult<Facts> shape_of_complex(const Facts& inputs) {
  FA_RULE(const std::optional<DType> dtype, same_dtype(inputs, 0, 1));
  FA_RULE(Fact fact, broadcast_operands(inputs, {0, 1}));
  if (!dtype) return one(std::move(fact));
  TensorFact& result = *fact.get<TensorFact>();
  if (*dtype == DType::f16) {
    result.dtype = DType::c32;
  } else if (*dtype == DType::f32) {
    result.dtype = DType::c64;
  } else if (*dtype == DType::f64) {
    result.dtype = DType::c128;
  } else {
    return misfit("the parts of a complex tensor should be f16, f32 or f64: " + shapes_text(inputs, {0, 1}));
  }
  return one(std::move(fact));
}

// heaviside, which takes no part in promotion: both have one dtype.
RuleResult<Facts> shape_of_heaviside(const Facts& inputs) {
  FA_RULE(const std::optional<DType> dtype, same_dtype(inputs, 0, 1));
  if (dtype && is_complex(*dtype)) {
    return misfit("this function is not defined for complex numbers: " + shapes_text(inputs, {0, 1}));
  }
  FA_RULE(Fact fact, broadcast_operands(inputs, {0, 1}));
  return one(std::move(fact));
}

// float_power computes in f64, or c128.
RuleResult<Facts> shape_of_float_power(const Facts& inputs) {
  FA_RULE(Fact fact, broadcast_operands(inputs, {0, 1}));
  TensorFact& result = *fact.get<TensorFact>();
  if (result.dtype) result.dtype = is_complex(*result.dtype) ? DType::c128 : DType::f64;
  return one(std::move(fact));
}

// ldexp(x, e) = x * 2^e, where 2 is a 0-dim tensor of x's dtype if that is no integer's
RuleResult<Facts> shape_of_ldexp(const Facts& inputs) {
  FA_RULE(const TensorFact* x, tensor_at(inputs, 0));
  const bool floating = x->dtype && !is_integral(*x->dtype);
  const Fact two = floating ? tensor_fact(*x->dtype, {}) : Fact::floating(2.0);
  FA_RULE(Fact power, broadcast_operands({two, inputs.size() > 1 ? inputs[1] : Fact()}, {0, 1}));
  FA_RULE(Fact fact, broadcast_operands({inputs[0], power}, {0, 1}));
  return one(std::move(fact));
}

// isclose(a, b, rtol, atol): |a - b| <= atol + rtol * |b|
RuleResult<Facts> shape_of_isclose(const Facts& inputs) {
  FA_REFUSE([&]() -> std::optional<RuleFailure> {
    const RuleResult<std::optional<DType>> dtype = same_dtype(inputs, 0, 1);
    return dtype ? std::nullopt : std::optional(dtype.failure());
  }());
  for (const std::size_t tolerance : {2, 3}) {
    if (number_of(inputs.at(tolerance)).value_or(0) < 0) {
      return misfit("a negative tolerance: " + inputs[tolerance].to_string());
    }
  }
  FA_RULE(Fact fact, broadcast_operands(inputs, {0, 1}));
  fact.get<TensorFact>()->dtype = DType::boolean;
  return one(std::move(fact));
}
RuleResult<Facts> shape_of_allclose(const Facts& inputs) {
  FA_RULE(const Facts close, shape_of_isclose(inputs));
  return one(Fact(BoolFact{}));
}
template <bool whole>
RuleResult<Work> work_of_isclose(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const Facts close, shape_of_isclose(inputs));
  FA_RULE(const DType dtype, dtype_at(inputs, 0));
  FA_RULE(const Expr elements, elements_at(close, 0));
  WorkCounter counter(inputs, outputs);
  counter.in_dtype(dtype).count(kAdd, elements * Expr(2)).count(kMul, elements).count(kCompare, elements);
  if (whole) counter.in_dtype(DType::boolean).count(WorkClass::integer, reduction_steps(elements, 1));
  return counter.work();
}

// equal(a, b): one truth, whatever the dtypes; a compare per element of shapes that are the same, in the dtype in which
// the operands meet. Sizes that may differ are no fault: the answer is then false.
std::optional<bool> have_same_shape(const Dims& a, const Dims& b) {
  if (a.size() != b.size()) return false;
  bool certain = true;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const std::optional<bool> same = a[i] && b[i] ? always_equal(*a[i], *b[i]) : std::nullopt;
    if (same == false) return false;
    certain = certain && same.has_value();
  }
  return certain ? std::optional(true) : std::nullopt;
}

RuleResult<Facts> shape_of_equal(const Facts& inputs) {
  FA_RULE(const TensorFact* a, tensor_at(inputs, 0));
  FA_RULE(const TensorFact* b, tensor_at(inputs, 1));
  if (!a->dims || !b->dims) return one(Fact(BoolFact{}));
  const std::optional<bool> same = have_same_shape(*a->dims, *b->dims);
  if (same == true && product(*a->dims) == Expr(0)) return one(Fact::boolean(true));
  return one(same == false ? Fact::boolean(false) : Fact(BoolFact{}));
}
RuleResult<Work> work_of_equal(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const std::vector<Expr> a, known_dims_at(inputs, 0));
  FA_RULE(const std::vector<Expr> b, known_dims_at(inputs, 1));
  FA_RULE(const Expr elements, elements_at(inputs, 0));
  WorkCounter counter(inputs, outputs);
  if (!(a == b)) return counter.reads(Expr(0)).work();
  return counter.in_dtype(operand_dtype(inputs, {0, 1})).count(kCompare, elements).work();
}

// A function of integers counts as one operation.
constexpr WorkRule kInteger = per_output<WorkClass::integer>;
constexpr WorkRule kCompareRule = per_output<kCompare>;
constexpr WorkRule kGammaRule = per_output<kGamma>;
constexpr WorkRule kHeaviside = per_output<kCompare, kCompare>;   // x < 0, x = 0
constexpr WorkRule kHypot = per_output<kMul, kMul, kAdd, kSqrt>;  // sqrt(a*a + b*b)
constexpr WorkRule kLdexp = per_output<kPow, kMul>;
constexpr WorkRule kLogAddExp = per_output<kCompare, kAdd, kExp, kAdd, kLog, kAdd>;  // max + log(1 + exp(-|a - b|))
constexpr WorkRule kNextAfter = per_output<kAdd>;                                    // by one unit in the last place
constexpr WorkRule kXlogy = per_output<kLog, kMul>;                                  // x * log(y)
constexpr WorkRule kXlog1py = per_output<kAdd, kLog, kMul>;                          // x * log(1 + y)

// polar: abs * cos(angle), abs * sin(angle)
RuleResult<Work> work_of_polar(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const DType dtype, dtype_at(inputs, 0));
  WorkCounter counter(inputs, outputs);
  counter.in_dtype(dtype).per_output(WorkClass::cos).per_output(WorkClass::sin).per_output(kMul, 2);
  return counter.work();
}

constexpr char kXlogyText[] = "log = n, mul = n";
constexpr char kXlog1pyText[] = "add = n, log = n, mul = n";
constexpr char kLogAddExpText[] = "compare = n, add = 3n, exp = n, log = n";

// n: elements of the result. Rows without a formula are free.
// clang-format off
constexpr OpSpec kRows[] = {
    // name                               shape rule            work rule               formula
    {"aten::allclose",                    shape_of_allclose,    work_of_isclose<true>,  "add = 2n, mul = n, compare = n, integer = n - 1"},
    {"aten::complex",                     shape_of_complex,     copies,                 ""},
    {"aten::copysign.Scalar",             kReal,                copies,                 ""},
    {"aten::copysign.Tensor",             kReal,                copies,                 ""},
    {"aten::equal",                       shape_of_equal,       work_of_equal,          "compare = n"},
    {"aten::float_power.Scalar",          shape_of_float_power, per_output<kPow>,       "pow = n"},
    {"aten::float_power.Tensor_Scalar",   shape_of_float_power, per_output<kPow>,       "pow = n"},
    {"aten::float_power.Tensor_Tensor",   shape_of_float_power, per_output<kPow>,       "pow = n"},
    {"aten::fmax",                        kOrdered,             kCompareRule,           "compare = n"},
    {"aten::fmin",                        kOrdered,             kCompareRule,           "compare = n"},
    {"aten::gcd",                         shape_of_integers,    kInteger,               "integer = n"},
    {"aten::heaviside",                   shape_of_heaviside,   kHeaviside,             "compare = 2n"},
    {"aten::hypot",                       kRealOnly,            kHypot,                 "mul = 2n, add = n, sqrt = n"},
    {"aten::igamma",                      kRealOnly,            kGammaRule,             "gamma = n"},
    {"aten::igammac",                     kRealOnly,            kGammaRule,             "gamma = n"},
    {"aten::isclose",                     shape_of_isclose,     work_of_isclose<false>, "add = 2n, mul = n, compare = n"},
    {"aten::lcm",                         shape_of_integers,    kInteger,               "integer = n"},
    {"aten::ldexp.Tensor",                shape_of_ldexp,       kLdexp,                 "pow = n, mul = n"},
    {"aten::logaddexp",                   shape_of_function<Integers::refused, Complex::stay>, kLogAddExp, kLogAddExpText},
    {"aten::logaddexp2",                  kRealOnly,            kLogAddExp,             kLogAddExpText},
    {"aten::nextafter",                   kRealOnly,            kNextAfter,             "add = n"},
    {"aten::polar",                       shape_of_complex,     work_of_polar,          "cos = n, sin = n, mul = 2n"},
    {"aten::special_xlog1py",             kReal,                kXlog1py,               kXlog1pyText},
    {"aten::special_xlog1py.other_scalar", kReal,               kXlog1py,               kXlog1pyText},
    {"aten::special_xlog1py.self_scalar", kReal,                kXlog1py,               kXlog1pyText},
    {"aten::special_zeta",                kReal,                kGammaRule,             "gamma = n"},
    {"aten::special_zeta.other_scalar",   kReal,                kGammaRule,             "gamma = n"},
    {"aten::special_zeta.self_scalar",    kReal,                kGammaRule,             "gamma = n"},
    {"aten::xlogy.Scalar_Other",          kReal,                kXlogy,                 kXlogyText},
    {"aten::xlogy.Scalar_Self",           kReal,                kXlogy,                 kXlogyText},
    {"aten::xlogy.Tensor",                kReal,                kXlogy,                 kXlogyText},
};
// clang-format on

}  // namespace

std::span<const OpSpec> binary_function_ops() { return kRows; }

}  // namespace flopaudit
