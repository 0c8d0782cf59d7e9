// Bessel, gamma and error functions and their kind: ATen's own polynomials, whose branches are by value. A row says
// what an element costs at least and at most.
#include "analyzer/audit/causes/elements.h"
#include "analyzer/audit/causes/parts.h"

namespace flopaudit {
namespace {

constexpr const char* kEvidence =
    "1 to 33 elements, f32 and f64; least and most from 11000 to 45000 values of one operand, 42 times 42 of two: "
    "zeros, infinities, nan, denormals, powers of ten to 1e308, steps of 1/16 from -24 to 24, next to whole numbers to "
    "60, random ones of every magnitude";
constexpr CauseInfo kCauses[] = {
    {"branches of special functions", "Which polynomials an element takes depends on its value.",
     "aten::digamma, lgamma, i0, special_i1, special_erfcx, special_bessel_j0 and their kind", "standard",
     "n times the least to n times the most that an element of any value costs; i0 and lgamma pad n to vectors of 256 "
     "bits",
     kEvidence},
    {"both branches in vectors", "In vectors both polynomials are computed, and one is taken.",
     "aten::special_i1e (f32)", "standard",
     "46 add, 26 mul, 2 div and 1 sqrt a lane; vectors of 4, one more where n mod 4 is 2 or 3; a single element one "
     "polynomial",
     kEvidence},
    {"inverse error function of MKL", "A polynomial over vectors of 128 bits.", "aten::erfinv", "standard",
     "a lane: f32 20 add 11 mul, f64 28 and 20", kEvidence},
    {"series of gamma functions",
     "A series, a continued fraction or an asymptotic expansion, until it converges: at most 2000 terms.",
     "aten::igamma, igammac", "standard", "from nothing to 12040 add, 10031 mul, 4008 div and 4 sqrt an element",
     kEvidence},
    {"powers of one number", "libm's pow, in f64 also inside of f32.", "aten::pow.Scalar, float_power", "standard",
     "an element: f32 13 add 14 mul in f64, f64 39 and 29; the base 1: none", kEvidence},
    {"numbers taken apart", "Zeros, infinities and nan are added to themselves, and denormals scaled.",
     "aten::frexp, nextafter", "standard", "nothing, or 1 add and 1 mul of an element that is none of the ordinary",
     kEvidence},
    {"sums of gamma functions", "The arguments are shifted by halves, and the logarithms summed.", "aten::mvlgamma",
     "standard", "what add, lgamma, sum and add of these sizes execute", kEvidence},
    {"running logarithms of sums", "log1p and exp of each element's distance, in f64.", "aten::logcumsumexp",
     "standard", "an element from nothing to 31 add, 27 mul and 2 div", kEvidence},
};
constexpr const CauseInfo& kBranches = kCauses[0];
constexpr const CauseInfo& kBothBranches = kCauses[1];
constexpr const CauseInfo& kErfinv = kCauses[2];
constexpr const CauseInfo& kSeries = kCauses[3];
constexpr const CauseInfo& kPowers = kCauses[4];
constexpr const CauseInfo& kTakenApart = kCauses[5];
constexpr const CauseInfo& kLogarithms = kCauses[6];
constexpr const CauseInfo& kRunning = kCauses[7];

// --- what values decide ---

struct Branches {
  Lanes lanes;
  PerElement f32_least, f32_most, f64_least, f64_most;
};
constexpr auto kEach = Lanes::each, kWhole = Lanes::whole;

constexpr Branches kAngle = {kEach, {}, {.add = 18, .mul = 15, .div = 2}, {}, {.add = 24, .mul = 17, .div = 2}};
constexpr Branches kAiry = {
    kEach,
    {},
    {.add = 123, .mul = 62, .div = 109, .sqrt = 2, .add_inside = 8, .mul_inside = 15},
    {},
    {.add = 178, .mul = 111, .div = 154, .sqrt = 2},
};
constexpr Branches kBesselJ0 = {
    kEach,
    {.add = 1, .mul = 2},
    {.add = 34, .mul = 31, .div = 6, .sqrt = 1, .add_inside = 8, .mul_inside = 15},
    {.add = 1, .mul = 2},
    {.add = 149, .mul = 98, .div = 6, .sqrt = 1},
};
constexpr Branches kBesselJ1 = {
    kEach,
    {.add = 12, .mul = 14, .div = 1},
    {.add = 34, .mul = 31, .div = 5, .sqrt = 1, .add_inside = 8, .mul_inside = 15},
    {.add = 12, .mul = 14, .div = 1},
    {.add = 149, .mul = 98, .div = 5, .sqrt = 1},
};
constexpr Branches kBesselY = {
    kEach,
    {},
    {.add = 34, .mul = 31, .div = 6, .sqrt = 1, .add_inside = 8, .mul_inside = 15},
    {},
    {.add = 149, .mul = 98, .div = 6, .sqrt = 1},
};
constexpr Branches kDigamma = {
    kEach,
    {},
    {.add = 29, .mul = 8, .div = 12, .add_inside = 41, .mul_inside = 25, .div_inside = 3},
    {},
    {.add = 76, .mul = 37, .div = 14},
};
constexpr Branches kTrigamma = {
    kEach,
    {.add = 18, .mul = 11, .div = 9},
    {.add = 21, .mul = 13, .div = 11, .add_inside = 5, .mul_inside = 9},
    {.add = 18, .mul = 11, .div = 9},
    {.add = 129, .mul = 70, .div = 11},
};
constexpr Branches kErfcx = {
    kEach,
    {},
    {.add = 3, .mul = 2, .div = 1, .add_inside = 18, .mul_inside = 16, .div_inside = 1},
    {},
    {.add = 21, .mul = 17, .div = 1},
};
// A lane that is filled up holds a 0, which costs no exp in f64.
constexpr Branches kI0 = {
    kWhole,
    {.add = 50, .mul = 26},
    {.add = 60, .mul = 32, .div = 2, .sqrt = 1, .add_inside = 6, .mul_inside = 6},
    {.add = 50, .mul = 26},
    {.add = 70, .mul = 42, .div = 2, .sqrt = 1},
};
constexpr Branches kI1 = {
    kEach,
    {.add = 13, .mul = 8},
    {.add = 33, .mul = 20, .div = 2, .sqrt = 1, .add_inside = 6, .mul_inside = 6},
    {.add = 50, .mul = 26},
    {.add = 68, .mul = 42, .div = 2, .sqrt = 1},
};
constexpr Branches kI1e = {
    kEach,
    {.add = 13, .mul = 7},
    {.add = 33, .mul = 19, .div = 2, .sqrt = 1},
    {.add = 50, .mul = 25},
    {.add = 58, .mul = 31, .div = 2, .sqrt = 1},
};
constexpr Branches kModifiedI = {
    kEach,
    {.add = 50, .mul = 26},
    {.add = 60, .mul = 32, .div = 2, .sqrt = 1, .add_inside = 6, .mul_inside = 6},
    {.add = 50, .mul = 26},
    {.add = 70, .mul = 42, .div = 2, .sqrt = 1},
};
constexpr Branches kModifiedK = {
    kEach,
    {},
    {.add = 80, .mul = 48, .div = 2, .sqrt = 1, .add_inside = 27, .mul_inside = 25},
    {},
    {.add = 120, .mul = 84, .div = 2, .sqrt = 1},
};
constexpr Branches kLgamma = {
    kWhole,
    {},
    {.add = 74, .mul = 57, .div = 11, .add_inside = 17, .mul_inside = 31},
    {},
    {.add = 168, .mul = 152, .div = 14},
};
constexpr Branches kLogNdtr = {
    kEach,
    {},
    {.add = 29, .mul = 32, .div = 4, .add_inside = 12, .mul_inside = 12, .div_inside = 1},
    {},
    {.add = 49, .mul = 59, .div = 4},
};
constexpr Branches kNdtri = {
    kEach,
    {},
    {.add = 20, .mul = 18, .div = 2, .sqrt = 1, .add_inside = 27, .mul_inside = 21, .div_inside = 3, .sqrt_inside = 1},
    {},
    {.add = 47, .mul = 40, .div = 5, .sqrt = 1},
};
constexpr Branches kSphericalJ0 = {
    kEach, {}, {.add = 6, .mul = 7, .div = 2, .add_inside = 5, .mul_inside = 9}, {}, {.add = 109, .mul = 57, .div = 2},
};
constexpr Branches kXlog1py = {kWhole, {}, {.add = 17, .mul = 14, .div = 2}, {}, {.add = 17, .mul = 17, .div = 2}};

void explain_row(const Branches& row, const ElementLoop& elements, Explanation& out) {
  const bool f32 = elements.classes.f32;
  const std::int64_t lanes = lanes_of(row.lanes, elements.count, f32);
  explain_between(kBranches, elements, counts_of(f32 ? row.f32_least : row.f64_least, elements.count, elements.classes),
                  counts_of(f32 ? row.f32_most : row.f64_most, lanes, elements.classes), out);
}

template <const Branches& row>
void explain_branches(const KernelCall& call, Explanation& out) {
  if (const auto elements = elements_of(call, Sizing::equal, out)) explain_row(row, *elements, out);
}

void explain_log_ndtr(const KernelCall& call, Explanation& out) {
  explain_branches<kLogNdtr>(call, out);
  // Of -infinity it is a quotient of f32 numbers in f64 too.
  const auto result = result_of(call, out);
  if (result && !result->classes.f32) out.add(kBranches, FlopClass::div_f32, {0, result->elements});
}

// Of real numbers 0 or pi, by comparisons.
void explain_angle(const KernelCall& call, Explanation& out) {
  const auto dtype = dtype_at_place(call.inputs, 0);
  if (!dtype) return out.refuse("the type is not known");
  if (!is_complex(*dtype)) return;
  const auto result = result_of(call, out);
  if (result && result->elements > 0) explain_row(kAngle, {result->elements, result->classes, FlopIntervals()}, out);
}

// polygamma(n, x), and polygamma_(x, n).
void explain_polygamma(const KernelCall& call, Explanation& out) {
  const std::size_t place = call.op.ends_with('_') ? 1 : 0;
  const auto order = number_at_place(call.inputs, place);
  if (!order) return out.refuse("the order is not known");
  if (*order == 0) return explain_branches<kDigamma>(call, out);
  if (*order == 1) return explain_branches<kTrigamma>(call, out);
  out.refuse("the sum of a zeta function goes on for as long as its values decide");
}

void explain_zeta(const KernelCall&, Explanation& out) {
  out.refuse("the sum of a zeta function goes on for as long as its values decide");
}

void explain_incomplete_gamma(const KernelCall& call, Explanation& out) {
  constexpr PerElement kMost = {.add = 12040, .mul = 10031, .div = 4008, .sqrt = 4};
  constexpr PerElement kMostF32 = {
      .add = 12040, .mul = 10031, .div = 4008, .sqrt = 4, .add_inside = 25, .mul_inside = 27, .div_inside = 1};
  const auto elements = elements_of(call, Sizing::stretched, out);
  if (!elements) return;
  const PerElement& most = elements->classes.f32 ? kMostF32 : kMost;
  explain_between(kSeries, *elements, FlopIntervals(), counts_of(most, elements->count, elements->classes), out);
}

// --- in vectors ---

void explain_i1e(const KernelCall& call, Explanation& out) {
  const auto elements = elements_of(call, Sizing::equal, out);
  if (!elements) return;
  if (!elements->classes.f32) return explain_row(kI1e, *elements, out);
  const std::int64_t n = elements->count, vector = 4, single = n % 2;
  const std::int64_t lanes = n / vector * vector + (n % vector >= 2 ? vector : 0);
  const FlopIntervals vectors = counts_of({.add = 46, .mul = 26, .div = 2, .sqrt = 1}, lanes, elements->classes);
  if (single == 0) return out.add_rest(kBothBranches, elements->annotated, vectors);
  FlopIntervals least = vectors, most = vectors;
  least += counts_of(kI1e.f32_least, single, elements->classes);
  most += counts_of(kI1e.f32_most, single, elements->classes);
  explain_between(kBothBranches, *elements, least, most, out);
}

void explain_erfinv(const KernelCall& call, Explanation& out) {
  const auto elements = elements_of(call, Sizing::equal, out);
  if (!elements) return;
  const bool f32 = elements->classes.f32;
  constexpr PerElement kF32 = {.add = 20, .mul = 11}, kF64 = {.add = 28, .mul = 20};
  const std::int64_t lanes = lanes_of(Lanes::half, elements->count, f32);
  out.add_rest(kErfinv, elements->annotated, counts_of(f32 ? kF32 : kF64, lanes, elements->classes));
  // 1, nan, denormals, and in f64 what is near to them.
  ValueRange others;
  others.calls = lanes;
  others.each[elements->classes.add] = {0, f32 ? 1 : 11};
  others.each[elements->classes.mul] = {0, f32 ? 1 : 9};
  others.each[elements->classes.div] = {0, 1};
  others.each[FlopClass::mul_f64].high = f32 ? 1 : 9;
  out.differs_by_values(others);
}

// --- powers ---

ValueRange other_powers(std::int64_t count, const PrecisionClasses& classes) {
  ValueRange others;  // of 0, infinity and nan, to the 0th, and results out of range
  others.calls = count;
  others.each[FlopClass::add_f64] = classes.f32 ? Interval{-13, 0} : Interval{-39, 10};
  others.each[FlopClass::mul_f64] = classes.f32 ? Interval{-14, 0} : Interval{-29, 3};
  others.each[FlopClass::div_f64] = {0, classes.f32 ? 0 : 2};
  if (!classes.f32) return others;
  others.each[FlopClass::add_f32] = {0, 1};
  others.each[FlopClass::mul_f32] = {0, 2};
  others.each[FlopClass::div_f32] = {0, 1};
  return others;
}

// The power of a number to `count` elements of `classes`.
void explain_power_of(double base, std::int64_t count, const PrecisionClasses& classes, const FlopIntervals& annotated,
                      Explanation& out) {
  if (base == 1) return;
  const PerElement power = classes.f32 ? PerElement{.add_inside = 13, .mul_inside = 14} : PerElement{39, 29};
  out.add_rest(kPowers, annotated, counts_of(power, count, classes));
  out.differs_by_values(other_powers(count, classes));
}

void explain_pow_scalar(const KernelCall& call, Explanation& out) {
  const auto elements = elements_of(call, Sizing::equal, out);
  const auto base = number_at_place(call.inputs, 0);
  if (!elements) return;
  if (!base) return out.refuse("the base is not known");
  explain_power_of(*base, elements->count, elements->classes, elements->annotated, out);
}

// Whatever it is given it is computed in f64.
void explain_float_power(const KernelCall& call, Explanation& out) {
  const auto result = result_of(call, out);
  const auto sizes = sizes_at(call.outputs, 0);
  const auto annotated = annotated_of(call, out);
  if (!result || !sizes || !annotated) return;
  if (result->elements == 0) return;
  if (call.inputs[0].tensor() == nullptr) {
    const auto base = number_at_place(call.inputs, 0);
    if (!base) return out.refuse("the base is not known");
    return explain_power_of(*base, result->elements, result->classes, *annotated, out);
  }
  if (call.inputs[1].tensor() != nullptr) {
    out.add_rest(kPowers, *annotated, counts_of({39, 29}, result->elements, result->classes));
    return out.differs_by_values(other_powers(result->elements, result->classes));
  }
  Parts parts(out);
  parts.add("aten::pow.Tensor_Scalar", {part_tensor(DType::f64, *sizes), call.inputs[1]});
  parts.explain(kPowers, *annotated);
}

// --- a few operations of values that are not ordinary ---

template <std::int64_t mul>
void explain_taken_apart(const KernelCall& call, Explanation& out) {
  const auto elements = elements_of(call, Sizing::stretched, out);
  if (!elements) return;
  out.add_rest(kTakenApart, elements->annotated, FlopIntervals());
  ValueRange others;
  others.calls = elements->count;
  others.each[elements->classes.add] = {0, 1};
  others.each[elements->classes.mul] = {0, mul};
  out.differs_by_values(others);
}

// --- made of others ---

void explain_mvlgamma(const KernelCall& call, Explanation& out) {
  const auto elements = elements_of(call, Sizing::equal, out);
  const auto order = number_at_place(call.inputs, 1);
  if (!elements) return;
  if (!order) return out.refuse("the order is not known");
  const DType dtype = *dtype_at_place(call.inputs, 0);
  const auto terms = static_cast<std::int64_t>(*order);
  const Fact shifted = part_tensor(dtype, {elements->count, terms}), alpha = Fact::integer(1);
  Parts parts(out);
  parts.add("aten::add.Tensor", {part_tensor(dtype, {terms}), part_tensor(dtype, {elements->count, 1}), alpha});
  parts.add("aten::lgamma", {shifted});
  parts.add("aten::sum.dim_IntList", {shifted, Fact::list({Fact::integer(1)}), Fact::boolean(false), Fact::none()});
  parts.add("aten::add_.Scalar", {part_tensor(dtype, {elements->count}), Fact::floating(0.3), alpha});
  parts.explain(kLogarithms, elements->annotated);
}

void explain_logcumsumexp(const KernelCall& call, Explanation& out) {
  const auto elements = elements_of(call, Sizing::equal, out);
  if (!elements) return;
  constexpr PerElement kMost = {.add_inside = 31, .mul_inside = 27, .div_inside = 2};
  explain_between(kRunning, *elements, FlopIntervals(), counts_of(kMost, elements->count, elements->classes), out);
}

constexpr KernelModel kModels[] = {
    {"aten::angle", explain_angle, Layout::any},
    {"aten::digamma", explain_branches<kDigamma>, Layout::any},
    {"aten::erfinv", explain_erfinv, Layout::alike},
    {"aten::float_power.Scalar", explain_float_power},
    {"aten::float_power.Tensor_Scalar", explain_float_power},
    {"aten::float_power.Tensor_Tensor", explain_float_power},
    {"aten::frexp.Tensor", explain_taken_apart<1>, Layout::any},
    {"aten::i0", explain_branches<kI0>, Layout::alike},
    {"aten::igamma", explain_incomplete_gamma, Layout::any},
    {"aten::igammac", explain_incomplete_gamma, Layout::any},
    {"aten::lgamma", explain_branches<kLgamma>, Layout::alike},
    {"aten::logcumsumexp", explain_logcumsumexp, Layout::any},
    {"aten::mvlgamma", explain_mvlgamma},
    {"aten::nextafter", explain_taken_apart<0>, Layout::any},
    {"aten::polygamma", explain_polygamma, Layout::any},
    {"aten::polygamma_", explain_polygamma, Layout::any},
    {"aten::pow.Scalar", explain_pow_scalar, Layout::alike},
    {"aten::special_airy_ai", explain_branches<kAiry>, Layout::any},
    {"aten::special_bessel_j0", explain_branches<kBesselJ0>, Layout::any},
    {"aten::special_bessel_j1", explain_branches<kBesselJ1>, Layout::any},
    {"aten::special_bessel_y0", explain_branches<kBesselY>, Layout::any},
    {"aten::special_bessel_y1", explain_branches<kBesselY>, Layout::any},
    {"aten::special_erfcx", explain_branches<kErfcx>, Layout::any},
    {"aten::special_i1", explain_branches<kI1>, Layout::any},
    {"aten::special_i1e", explain_i1e, Layout::alike},
    {"aten::special_log_ndtr", explain_log_ndtr, Layout::any},
    {"aten::special_modified_bessel_i0", explain_branches<kModifiedI>, Layout::any},
    {"aten::special_modified_bessel_i1", explain_branches<kModifiedI>, Layout::any},
    {"aten::special_modified_bessel_k0", explain_branches<kModifiedK>, Layout::any},
    {"aten::special_modified_bessel_k1", explain_branches<kModifiedK>, Layout::any},
    {"aten::special_ndtri", explain_branches<kNdtri>, Layout::any},
    {"aten::special_scaled_modified_bessel_k0", explain_branches<kModifiedK>, Layout::any},
    {"aten::special_scaled_modified_bessel_k1", explain_branches<kModifiedK>, Layout::any},
    {"aten::special_spherical_bessel_j0", explain_branches<kSphericalJ0>, Layout::any},
    {"aten::special_xlog1py.other_scalar", explain_branches<kXlog1py>, Layout::alike},
    {"aten::special_xlog1py.self_scalar", explain_branches<kXlog1py>, Layout::alike},
    {"aten::special_zeta", explain_zeta, Layout::any},
    {"aten::special_zeta.other_scalar", explain_zeta, Layout::any},
    {"aten::special_zeta.self_scalar", explain_zeta, Layout::any},
};

}  // namespace

std::span<const KernelModel> special_function_models() { return kModels; }
std::span<const CauseInfo> special_function_causes() { return kCauses; }

}  // namespace flopaudit
