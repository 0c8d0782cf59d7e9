// Mathematical functions of one tensor beyond those of unary.cc. A function with a work class of its own counts as
// itself (erfinv as erf; digamma and polygamma as gamma; every Bessel and Airy function as bessel); the others count
// the arithmetic of their definition, named at the rule: cosh x = (exp x + exp -x) / 2. Tests of special arguments are
// free.
#include "analyzer/ops/all_ops.h"
#include "analyzer/ops/default_dtype.h"
#include "analyzer/ops/elementwise_helpers.h"
#include "analyzer/ops/work_helpers.h"

namespace flopaudit {
namespace {

constexpr auto kMul = WorkClass::mul, kAdd = WorkClass::add, kDiv = WorkClass::div, kSqrt = WorkClass::sqrt;
constexpr auto kCompare = WorkClass::compare, kConvert = WorkClass::convert, kExp = WorkClass::exp;
constexpr auto kLog = WorkClass::log, kSin = WorkClass::sin, kErf = WorkClass::erf, kGamma = WorkClass::gamma;
constexpr auto kBessel = WorkClass::bessel;

std::optional<RuleFailure> refuse_complex(const Facts& inputs, std::size_t place) {
  const TensorFact* tensor = place < inputs.size() ? inputs[place].tensor() : nullptr;
  if (tensor == nullptr || !tensor->dtype || !is_complex(*tensor->dtype)) return std::nullopt;
  return misfit("this function is not defined for complex numbers: " + inputs[place].to_string());
}

// Real functions: integers give the default dtype, complex numbers are refused.
RuleResult<Facts> shape_of_real_function(const Facts& inputs) {
  FA_REFUSE(refuse_complex(inputs, 0));
  return float_like_first(inputs);
}

// --- numbers and their parts ---

// frac, of floating numbers alone.
RuleResult<Facts> shape_of_frac(const Facts& inputs) {
  FA_REFUSE(refuse_complex(inputs, 0));
  FA_RULE(const TensorFact* tensor, tensor_at(inputs, 0));
  if (tensor->dtype && is_integral(*tensor->dtype)) {
    return misfit("frac needs floating numbers: " + inputs[0].to_string());
  }
  return same_as_first(inputs);
}

// frexp: mantissa and exponent.
RuleResult<Facts> shape_of_frexp(const Facts& inputs) {
  FA_RULE(Facts facts, shape_of_frac(inputs));
  facts.push_back(facts[0]);
  facts[1].get<TensorFact>()->dtype = DType::i32;
  return facts;
}

RuleResult<Facts> shape_of_signbit(const Facts& inputs) {
  FA_REFUSE(refuse_complex(inputs, 0));
  return bool_like_first(inputs);
}

// round(decimals): x scaled, rounded, and scaled back. Integers, which are refused unless decimals is 0, stay.
RuleResult<Facts> shape_of_round_decimals(const Facts& inputs) {
  FA_REFUSE(refuse_complex(inputs, 0));
  return same_as_first(inputs);
}
RuleResult<Work> work_of_round_decimals(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const DType dtype, dtype_at(inputs, 0));
  FA_RULE(const std::int64_t decimals, constant_at(inputs, 1));
  WorkCounter counter(inputs, outputs);
  if (is_integral(dtype)) return counter.work();
  if (decimals == 0) return counter.per_output(kConvert).work();
  return counter.per_output(kMul).per_output(kConvert).per_output(kDiv).work();
}

// --- complex numbers ---

RuleResult<Facts> real_of_first(const Facts& inputs) {
  FA_RULE(Facts facts, float_like_first(inputs));
  TensorFact& result = *facts[0].get<TensorFact>();
  if (result.dtype) result.dtype = real_dtype(*result.dtype);
  return facts;
}
// angle: of a real number 0 or pi, by its sign; of a complex one atan2(im, re).
RuleResult<Work> work_of_angle(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const DType dtype, dtype_at(inputs, 0));
  return WorkCounter(inputs, outputs).per_output(is_complex(dtype) ? WorkClass::atan : kCompare).work();
}
// sgn: of a real number its sign, of a complex one x / |x|.
RuleResult<Work> work_of_sgn(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const DType dtype, dtype_at(inputs, 0));
  WorkCounter counter(inputs, outputs);
  if (!is_complex(dtype)) return counter.per_output(kCompare).work();
  counter.in_dtype(real_dtype(dtype)).per_output(kMul, 2).per_output(kAdd).per_output(kSqrt);
  return counter.per_output(kDiv, 2).work();
}

// --- functions with a parameter ---

// logit(x, eps): log(x / (1 - x)), x clamped to [eps, 1 - eps] where eps is given.
RuleResult<Work> work_of_logit(const Facts& inputs, const Facts& outputs) {
  WorkCounter counter(inputs, outputs);
  if (!none_at(inputs, 1)) counter.per_output(kCompare, 2);
  return counter.per_output(kAdd).per_output(kDiv).per_output(kLog).work();
}

// mvlgamma(x, p) = p(p-1)/4 log pi + sum over j < p of lgamma(x - j/2).
RuleResult<Facts> shape_of_mvlgamma(const Facts& inputs) {
  FA_RULE(const std::int64_t order, constant_at(inputs, 1));
  if (order < 1) return misfit("mvlgamma needs p of at least 1, not " + std::to_string(order));
  if (inputs[0].tensor() != nullptr && inputs[0].tensor()->dtype == DType::boolean) {
    return misfit("mvlgamma of bools: " + inputs[0].to_string());
  }
  return shape_of_real_function(inputs);
}
RuleResult<Work> work_of_mvlgamma(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const std::int64_t order, constant_at(inputs, 1));
  return WorkCounter(inputs, outputs).per_output(kGamma, order).per_output(kAdd, 2 * order).work();
}

// polygamma(n, x): the tensor is the second argument.
RuleResult<Facts> shape_of_polygamma(const Facts& inputs) {
  FA_RULE(const Fact* tensor, fact_at(inputs, 1));
  FA_RULE(const std::int64_t order, constant_at(inputs, 0));
  if (order < 0) return misfit("polygamma(n, x) needs n of at least 0, not " + std::to_string(order));
  return shape_of_real_function({*tensor});
}

// polygamma_(x, n): here the tensor is the first.
RuleResult<Facts> shape_of_polygamma_in_place(const Facts& inputs) {
  FA_RULE(const Fact* order, fact_at(inputs, 1));
  FA_RULE(const Facts facts, shape_of_polygamma({*order, inputs[0]}));
  if (!(facts[0].tensor()->dtype == inputs[0].tensor()->dtype)) {
    return misfit("a floating result cannot be written into " + inputs[0].to_string());
  }
  return facts;
}

constexpr WorkRule kBesselRule = per_output<kBessel>;
constexpr WorkRule kScaledBessel = per_output<kBessel, kExp, kMul>;  // exp(-|x|) * f(x)
constexpr WorkRule kGammaRule = per_output<kGamma>;
constexpr WorkRule kHyperbolic = per_output<kExp, kExp, kAdd, kDiv>;                // (exp x +- exp -x) / 2
constexpr WorkRule kInverseHyperbolic = per_output<kMul, kAdd, kSqrt, kAdd, kLog>;  // log(x + sqrt(x*x +- 1))
constexpr WorkRule kAtanh = per_output<kAdd, kAdd, kDiv, kLog, kMul>;               // log((1 + x) / (1 - x)) * 0.5
constexpr WorkRule kErfRule = per_output<kErf>;
constexpr WorkRule kErfcx = per_output<kMul, kExp, kErf, kMul>;  // exp(x*x) * erfc(x)
constexpr WorkRule kFrac = per_output<kConvert, kAdd>;           // x - trunc(x)
constexpr WorkRule kEntr = per_output<kLog, kMul>;               // -x * log(x)
constexpr WorkRule kNdtr = per_output<kMul, kErf, kAdd, kMul>;   // (1 + erf(x * sqrt(1/2))) * 0.5
constexpr WorkRule kLogNdtr = per_output<kMul, kErf, kAdd, kMul, kLog>;
constexpr WorkRule kNdtri = per_output<kMul, kAdd, kErf, kMul>;  // sqrt(2) * erfinv(2x - 1)
constexpr WorkRule kScale = per_output<kMul>;
constexpr WorkRule kSinc = per_output<kMul, kSin, kDiv>;       // sin(pi x) / (pi x)
constexpr WorkRule kSphericalBessel = per_output<kSin, kDiv>;  // j0(x) = sin(x) / x

constexpr char kBesselText[] = "bessel = n";
constexpr char kScaledText[] = "bessel = n, exp = n, mul = n";
constexpr char kGammaText[] = "gamma = n";
constexpr char kHyperbolicText[] = "exp = 2n, add = n, div = n";
constexpr char kInverseText[] = "mul = n, add = 2n, sqrt = n, log = n";
constexpr char kErfText[] = "erf = n";

// n: elements. Rows without a formula are free.
// clang-format off
constexpr OpSpec kRows[] = {
    // name                                     shape rule               work rule               formula
    {"aten::_conj_physical",                    same_as_first,           copies,                 ""},
    {"aten::acosh",                             float_like_first,        kInverseHyperbolic,     kInverseText},
    {"aten::angle",                             real_of_first,           work_of_angle,          "compare = n; complex: atan = n"},
    {"aten::asinh",                             float_like_first,        kInverseHyperbolic,     kInverseText},
    {"aten::atanh",                             float_like_first,        kAtanh,                 "add = 2n, div = n, log = n, mul = n"},
    {"aten::conj_physical",                     same_as_first,           copies,                 ""},
    {"aten::cosh",                              float_like_first,        kHyperbolic,            kHyperbolicText},
    {"aten::deg2rad",                           shape_of_real_function,  kScale,                 "mul = n"},
    {"aten::digamma",                           shape_of_real_function,  kGammaRule,             kGammaText},
    {"aten::erfc",                              shape_of_real_function,  kErfRule,               kErfText},
    {"aten::erfinv",                            shape_of_real_function,  kErfRule,               kErfText},
    {"aten::frac",                              shape_of_frac,           kFrac,                  "convert = n, add = n"},
    {"aten::frexp.Tensor",                      shape_of_frexp,          per_output<kConvert>,   "convert = n"},
    {"aten::i0",                                shape_of_real_function,  kBesselRule,            kBesselText},
    {"aten::lgamma",                            shape_of_real_function,  kGammaRule,             kGammaText},
    {"aten::logit",                             shape_of_real_function,  work_of_logit,          "add = n, div = n, log = n; eps given: compare = 2n"},
    {"aten::mvlgamma",                          shape_of_mvlgamma,       work_of_mvlgamma,       "gamma = p*n, add = 2p*n"},
    {"aten::polygamma",                         shape_of_polygamma,      kGammaRule,             kGammaText},
    {"aten::polygamma_",                        shape_of_polygamma_in_place, kGammaRule,         kGammaText},
    {"aten::rad2deg",                           shape_of_real_function,  kScale,                 "mul = n"},
    {"aten::round.decimals",                    shape_of_round_decimals, work_of_round_decimals, "mul = n, convert = n, div = n; 0 decimals: convert = n"},
    {"aten::sgn",                               same_as_first,           work_of_sgn,            "compare = n; complex: mul = 2n, add = n, sqrt = n, div = 2n"},
    {"aten::signbit",                           shape_of_signbit,        copies,                 ""},
    {"aten::sinc",                              float_like_first,        kSinc,                  "mul = n, sin = n, div = n"},
    {"aten::sinh",                              float_like_first,        kHyperbolic,            kHyperbolicText},
    {"aten::special_airy_ai",                   shape_of_real_function,  kBesselRule,            kBesselText},
    {"aten::special_bessel_j0",                 shape_of_real_function,  kBesselRule,            kBesselText},
    {"aten::special_bessel_j1",                 shape_of_real_function,  kBesselRule,            kBesselText},
    {"aten::special_bessel_y0",                 shape_of_real_function,  kBesselRule,            kBesselText},
    {"aten::special_bessel_y1",                 shape_of_real_function,  kBesselRule,            kBesselText},
    {"aten::special_entr",                      shape_of_real_function,  kEntr,                  "log = n, mul = n"},
    {"aten::special_erfcx",                     shape_of_real_function,  kErfcx,                 "mul = 2n, exp = n, erf = n"},
    {"aten::special_i0e",                       shape_of_real_function,  kScaledBessel,          kScaledText},
    {"aten::special_i1",                        shape_of_real_function,  kBesselRule,            kBesselText},
    {"aten::special_i1e",                       shape_of_real_function,  kScaledBessel,          kScaledText},
    {"aten::special_log_ndtr",                  shape_of_real_function,  kLogNdtr,               "mul = 2n, erf = n, add = n, log = n"},
    {"aten::special_modified_bessel_i0",        shape_of_real_function,  kBesselRule,            kBesselText},
    {"aten::special_modified_bessel_i1",        shape_of_real_function,  kBesselRule,            kBesselText},
    {"aten::special_modified_bessel_k0",        shape_of_real_function,  kBesselRule,            kBesselText},
    {"aten::special_modified_bessel_k1",        shape_of_real_function,  kBesselRule,            kBesselText},
    {"aten::special_ndtr",                      shape_of_real_function,  kNdtr,                  "mul = 2n, erf = n, add = n"},
    {"aten::special_ndtri",                     shape_of_real_function,  kNdtri,                 "mul = 2n, erf = n, add = n"},
    {"aten::special_scaled_modified_bessel_k0", shape_of_real_function,  kScaledBessel,          kScaledText},
    {"aten::special_scaled_modified_bessel_k1", shape_of_real_function,  kScaledBessel,          kScaledText},
    {"aten::special_spherical_bessel_j0",       shape_of_real_function,  kSphericalBessel,       "sin = n, div = n"},
};
// clang-format on

}  // namespace

std::span<const OpSpec> special_function_ops() { return kRows; }

}  // namespace flopaudit
