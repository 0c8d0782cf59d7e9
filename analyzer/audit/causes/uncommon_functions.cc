// Functions of one element or two that few models use: those of MKL, and those of libm whose branches are by value.
#include <algorithm>
#include <string>
#include <vector>

#include "analyzer/audit/causes/elements.h"
#include "analyzer/audit/causes/inner_loops.h"
#include "analyzer/audit/causes/parts.h"

namespace flopaudit {
namespace {

constexpr const char* kProbes =
    "1 to 1003 elements in f32 and f64; least and most from some 500 values of one operand, 29 times 29 of two: zeros, "
    "infinities, nan, denormals, powers of ten to 1e308, steps of 1/16 around 0, next to 1 and -1";
constexpr CauseInfo kCauses[] = {
    {"polynomial of MKL",
     "A function is a polynomial in arithmetic, over vectors of 128 bits, with a few operations of an element beside "
     "it.",
     "aten::asin, acos, logit, special_ndtr", "standard",
     "a lane: asin f32 22 add 17 mul, f64 29 and 26; acos 19 and 17, 26 and 26; logit 12 and 12, 16 and 9, and 1 add 1 "
     "div an element; ndtr as erf, and 1 add 3 mul an element",
     kProbes},
    {"branches of libm", "Which polynomial an element takes depends on its value.",
     "aten::expm1, log1p, cosh, sinh, asinh, acosh, atanh, sinc, hypot, atan2, xlogy, logaddexp, logaddexp2, polar, "
     "special_entr, special_i0e, special_xlog1py",
     "standard", "n times the least to n times the most that an element of any value costs", kProbes},
    {"both sides of a choice",
     "Elements past two vectors of 256 bits are worked on in vectors of 128 bits, on both sides of the choice at once.",
     "aten::lerp, softshrink", "standard",
     "lerp: 3 add and 1 mul an element; past the vectors, in f32 by 4 and by the 2 or 3 behind them, in f64 by 2: 3 "
     "(by "
     "tensor 4) add and 2 mul a lane, by a number 1 add more for each kind; softshrink: 2 add, and there 1 mul more",
     kProbes},
    {"scaled by a power of ten", "Decimals are rounded behind a multiplication, and divided back.",
     "aten::round.decimals", "standard", "1 mul and 1 div an element", kProbes},
    {"powers of two by pow", "The power of two is a pow.", "aten::ldexp", "standard",
     "f32 13 add and 14 mul an element in f64, and 1 mul; f64 39 and 30", kProbes},
};
constexpr const CauseInfo& kPolynomial = kCauses[0];
constexpr const CauseInfo& kBranches = kCauses[1];
constexpr const CauseInfo& kBothSides = kCauses[2];
constexpr const CauseInfo& kScaled = kCauses[3];
constexpr const CauseInfo& kPowers = kCauses[4];

// Operands of the result's shape and type, apart from numbers.
bool is_plain(const KernelCall& call, std::optional<DType> dtype, Explanation& out) {
  const auto result = sizes_at(call.outputs, 0);
  for (std::size_t i = 0; i < call.inputs.size(); ++i) {
    if (call.inputs[i].tensor() == nullptr) continue;
    if (dtype_at_place(call.inputs, i) != dtype) out.refuse("a cast inside has no model");
    if (sizes_at(call.inputs, i) != result) out.refuse("a broadcast inside has no model");
  }
  return out.refusal().empty();
}

// The first operand's elements and type, and the annotated work; nothing where there is nothing to explain.
std::optional<ElementLoop> plain(const KernelCall& call, Explanation& out) {
  const std::size_t place = call.inputs[0].tensor() != nullptr ? 0 : 1;
  const auto sizes = sizes_at(call.inputs, place);
  const auto dtype = dtype_at_place(call.inputs, place);
  if (dtype && is_integral(*dtype) && dtype_at_place(call.outputs, 0) == dtype) return std::nullopt;
  const auto classes = precision_of(dtype);
  const auto annotated = annotated_of(call, out);
  if (!sizes) out.refuse("the shape is not known");
  if (!classes) out.refuse("only f32 and f64 have a model");
  if (!is_plain(call, dtype, out) || !annotated || product(*sizes) == 0) return std::nullopt;
  return ElementLoop{product(*sizes), *classes, *annotated};
}

// --- polynomials ---

struct Polynomial {
  PerElement lane_f32, lane_f64;  // over vectors of 128 bits
  PerElement element;
  bool pairs;            // the element's own operations end with a pair in a vector
  PerElement other_f32;  // what values that are not ordinary may cost more
  PerElement other_f64;
};
constexpr Polynomial kAsin = {{.add = 22, .mul = 17}, {.add = 29, .mul = 26}, {}, false,
                              {.add = 1, .div = 1},   {.add = 1, .div = 1}};
constexpr Polynomial kAcos = {{.add = 19, .mul = 17}, {.add = 26, .mul = 26}, {}, false,
                              {.add = 1, .div = 1},   {.add = 1, .div = 1}};
constexpr Polynomial kLogit = {{.add = 12, .mul = 12},
                               {.add = 16, .mul = 9},
                               {.add = 1, .div = 1},
                               true,
                               {.mul = 1, .add_inside = 19, .mul_inside = 12},
                               {.add = 19, .mul = 13}};
constexpr Polynomial kNdtr = {{.add = 10, .mul = 10}, {.add = 21, .mul = 21}, {.add = 1, .mul = 3}, false, {}, {}};

template <const Polynomial& row>
void explain_polynomial(const KernelCall& call, Explanation& out) {
  const auto found = plain(call, out);
  if (!found) return;
  const bool f32 = found->classes.f32;
  const std::int64_t n = found->count;
  FlopIntervals whole = counts_of(f32 ? row.lane_f32 : row.lane_f64, lanes_of(Lanes::half, n, f32), found->classes);
  whole += counts_of(row.element, row.pairs ? lanes_of(Lanes::pair, n, f32) : n, found->classes);
  out.add_rest(kPolynomial, found->annotated, whole);
  const FlopIntervals more = counts_of(f32 ? row.other_f32 : row.other_f64, 1, found->classes);
  ValueRange others;
  others.calls = n;
  for (std::size_t i = 0; i < kFlopClassCount; ++i) others.each.classes[i] = {0, more.classes[i].high};
  if (more.flops().high > 0) out.differs_by_values(others);
}

// Where bounds are given, one of them is made of the other.
void explain_logit(const KernelCall& call, Explanation& out) {
  explain_polynomial<kLogit>(call, out);
  const auto classes = precision_of(dtype_at_place(call.inputs, 0));
  if (out.refusal().empty() && classes && !is_none_at(call.inputs, 1)) out.add(kPolynomial, classes->add, 1);
}

// --- what values decide ---

struct Branches {
  PerElement f32_least, f32_most, f64_least, f64_most;
};
constexpr Branches kExpm1 = {{}, {.add = 19, .mul = 14, .div = 1}, {}, {.add = 19, .mul = 16, .div = 1}};
constexpr Branches kLog1p = {{}, {.add = 17, .mul = 13, .div = 2}, {}, {.add = 17, .mul = 16, .div = 2}};
constexpr Branches kCosh = {
    {}, {.add = 13, .mul = 12, .div = 2, .add_inside = 6, .mul_inside = 6}, {}, {.add = 13, .mul = 14, .div = 2}};
constexpr Branches kSinh = {
    {}, {.add = 21, .mul = 15, .div = 2, .add_inside = 6, .mul_inside = 6}, {}, {.add = 21, .mul = 17, .div = 2}};
constexpr Branches kAsinh = {{.add = 1},
                             {.add = 20, .mul = 14, .div = 3, .sqrt = 1, .add_inside = 6, .mul_inside = 6},
                             {.add = 1},
                             {.add = 20, .mul = 17, .div = 3, .sqrt = 1}};
constexpr Branches kAcosh = {
    {},
    {.add = 21, .mul = 14, .div = 2, .sqrt = 1, .add_inside = 6, .mul_inside = 6, .div_inside = 1},
    {},
    {.add = 21, .mul = 17, .div = 2, .sqrt = 1}};
constexpr Branches kAtanh = {
    {}, {.add = 20, .mul = 15, .div = 3, .div_inside = 1}, {}, {.add = 20, .mul = 18, .div = 3}};
constexpr Branches kSinc = {
    {}, {.add = 1, .mul = 1, .div = 2, .add_inside = 5, .mul_inside = 9}, {}, {.add = 109, .mul = 58, .div = 2}};
constexpr Branches kXlogy = {
    {}, {.add = 1, .mul = 2, .div = 1, .add_inside = 6, .mul_inside = 6}, {}, {.add = 20, .mul = 18, .div = 1}};
constexpr Branches kHypot = {
    {}, {.add = 1, .add_inside = 1, .mul_inside = 2}, {}, {.add = 11, .mul = 8, .div = 1, .sqrt = 1}};
constexpr Branches kAtan2 = {{}, {.add = 18, .mul = 15, .div = 2}, {}, {.add = 24, .mul = 15, .div = 2}};
constexpr Branches kLogAddExp = {
    {}, {.add = 19, .mul = 13, .div = 2, .add_inside = 6, .mul_inside = 6}, {}, {.add = 29, .mul = 26, .div = 2}};
constexpr Branches kLogAddExp2 = {
    {}, {.add = 19, .mul = 14, .div = 2, .add_inside = 6, .mul_inside = 5}, {}, {.add = 28, .mul = 25, .div = 2}};
constexpr Branches kPolar = {{.mul = 4},
                             {.add = 3, .mul = 4, .div = 1, .add_inside = 8, .mul_inside = 15},
                             {.mul = 2},
                             {.add = 118, .mul = 69, .div = 1}};
constexpr Branches kEntr = {{}, {.mul = 2, .add_inside = 6, .mul_inside = 6}, {}, {.add = 20, .mul = 18}};
constexpr Branches kI0e = {{.add = 50, .mul = 25},
                           {.add = 60, .mul = 31, .div = 2, .sqrt = 1},
                           {.add = 50, .mul = 25},
                           {.add = 60, .mul = 31, .div = 2, .sqrt = 1}};
constexpr Branches kXlog1py = {{}, {.add = 17, .mul = 14, .div = 2}, {}, {.add = 17, .mul = 17, .div = 2}};

// Where the loop goes over whole vectors the last lanes hold zeros, and cost what an element of 0 does.
template <const Branches& row, Lanes lanes = Lanes::each>
void explain_branches(const KernelCall& call, Explanation& out) {
  const auto found = plain(call, out);
  if (!found) return;
  const bool f32 = found->classes.f32;
  const auto loops = loops_of_one(call);
  if (!loops) check_layout(call, Layout::alike, out);
  const std::int64_t padded =
      loops ? loops->count * lanes_of(lanes, loops->length, f32) : lanes_of(lanes, found->count, f32);
  explain_between(kBranches, *found, counts_of(f32 ? row.f32_least : row.f64_least, found->count, found->classes),
                  counts_of(f32 ? row.f32_most : row.f64_most, padded, found->classes), out);
  // f64's logarithm of a number below 0 divides in f32.
  if (&row != &kXlogy || f32) return;
  ValueRange negative;
  negative.calls = found->count;
  negative.each[FlopClass::div_f32] = {0, 1};
  out.differs_by_values(negative);
}

// libm's f32 takes the root of the sum of squares in f64.
void explain_hypot(const KernelCall& call, Explanation& out) {
  explain_branches<kHypot, Lanes::whole>(call, out);
  const auto found = plain(call, out);
  if (!found || !found->classes.f32) return;
  const std::int64_t elements = found->count;
  out.add(kBranches, FlopClass::sqrt_f64, {0, lanes_of(Lanes::whole, elements, true)});
}

// --- both sides of a choice ---

// How the elements past two vectors of 256 bits are worked on.
struct Tail {
  std::int64_t before;       // elements in whole pairs of vectors
  std::int64_t whole, part;  // lanes of whole vectors, and of one that is not full
  std::int64_t odd;          // single elements
};

Tail tail_of(std::int64_t n, bool f32) {
  const std::int64_t in_vectors = lanes_of(Lanes::doubles, n, f32), vector = f32 ? 4 : 2, rest = n - in_vectors;
  return {in_vectors, rest / vector * vector, rest % vector >= 2 ? vector : 0, rest % 2};
}

void explain_lerp(const KernelCall& call, Explanation& out) {
  const auto found = plain(call, out);
  if (!found) return;
  const bool by_number = call.inputs[2].tensor() == nullptr;
  const auto weight = number_at_place(call.inputs, 2);
  if (by_number && !weight) return out.refuse("the weight is not known");
  const Tail tail = tail_of(found->count, found->classes.f32);
  const std::int64_t lanes = tail.whole + tail.part;
  FlopIntervals whole = counts_of({.add = 3, .mul = 1}, tail.before, found->classes);
  whole += counts_of({.add = by_number ? 3 : 4, .mul = 2}, lanes, found->classes);
  // A number's difference from 1 is made once in front of each kind of vector.
  if (by_number) add_point(whole, found->classes.add, (tail.whole > 0 ? 1 : 0) + (tail.part > 0 ? 1 : 0));
  const std::int64_t from_start = 2, from_end = 3;
  whole += counts_of({.add = by_number && *weight >= 0.5 ? from_end : from_start, .mul = 1}, tail.odd, found->classes);
  if (!by_number && tail.odd > 0) {
    out.depends_on_data();
    whole[found->classes.add].high += from_end - from_start;
  }
  out.add_rest(kBothSides, found->annotated, whole);
}

void explain_softshrink(const KernelCall& call, Explanation& out) {
  const auto found = plain(call, out);
  if (!found) return;
  const Tail tail = tail_of(found->count, found->classes.f32);
  FlopIntervals whole = counts_of({.add = 2}, tail.before, found->classes);
  whole += counts_of({.add = 2, .mul = 1}, tail.whole + tail.part, found->classes);
  if (tail.odd > 0) out.depends_on_data();
  whole[found->classes.add].high += tail.odd;
  whole[found->classes.mul].high += tail.odd;
  out.add_rest(kBothSides, found->annotated, whole);
}

// --- a few operations each ---

void explain_decimals(const KernelCall& call, Explanation& out) {
  const auto decimals = number_at_place(call.inputs, 1);
  const auto found = plain(call, out);
  if (!found || decimals == 0.0) return;
  if (!decimals) return out.refuse("the decimals are not known");
  out.add_rest(kScaled, found->annotated, counts_of({.mul = 1, .div = 1}, found->count, found->classes));
}

void explain_ldexp(const KernelCall& call, Explanation& out) {
  const auto found = plain(call, out);
  if (!found) return;
  const bool f32 = found->classes.f32;
  const PerElement power = f32 ? PerElement{.add_inside = 13, .mul_inside = 14} : PerElement{.add = 39, .mul = 29};
  FlopIntervals whole = counts_of(power, found->count, found->classes);
  whole += counts_of({.mul = 1}, lanes_of(Lanes::pair, found->count, f32), found->classes);
  // pow of 0, 1 and of what is out of range takes less.
  explain_between(kPowers, *found, counts_of({.mul = 1}, found->count, found->classes), whole, out);
}

constexpr auto kWhole = Lanes::whole;
constexpr KernelModel kModels[] = {
    {"aten::acos", explain_polynomial<kAcos>, Layout::alike},
    {"aten::acos_", explain_polynomial<kAcos>, Layout::alike},
    {"aten::acosh", explain_branches<kAcosh, kWhole>, Layout::any},
    {"aten::acosh_", explain_branches<kAcosh, kWhole>, Layout::any},
    {"aten::asin", explain_polynomial<kAsin>, Layout::alike},
    {"aten::asin_", explain_polynomial<kAsin>, Layout::alike},
    {"aten::asinh", explain_branches<kAsinh, kWhole>, Layout::any},
    {"aten::asinh_", explain_branches<kAsinh, kWhole>, Layout::any},
    {"aten::atan2", explain_branches<kAtan2, kWhole>, Layout::any},
    {"aten::atan2_", explain_branches<kAtan2, kWhole>, Layout::any},
    {"aten::atanh", explain_branches<kAtanh, kWhole>, Layout::any},
    {"aten::atanh_", explain_branches<kAtanh, kWhole>, Layout::any},
    {"aten::cosh", explain_branches<kCosh, kWhole>, Layout::any},
    {"aten::cosh_", explain_branches<kCosh, kWhole>, Layout::any},
    {"aten::expm1", explain_branches<kExpm1, kWhole>, Layout::any},
    {"aten::expm1_", explain_branches<kExpm1, kWhole>, Layout::any},
    {"aten::hypot", explain_hypot, Layout::alike},
    {"aten::hypot_", explain_hypot, Layout::alike},
    {"aten::ldexp.Tensor", explain_ldexp, Layout::alike},
    {"aten::lerp.Scalar", explain_lerp, Layout::alike},
    {"aten::lerp.Tensor", explain_lerp, Layout::alike},
    {"aten::lerp_.Scalar", explain_lerp, Layout::alike},
    {"aten::lerp_.Tensor", explain_lerp, Layout::alike},
    {"aten::log1p", explain_branches<kLog1p, kWhole>, Layout::any},
    {"aten::log1p_", explain_branches<kLog1p, kWhole>, Layout::any},
    {"aten::logaddexp", explain_branches<kLogAddExp, kWhole>, Layout::any},
    {"aten::logaddexp2", explain_branches<kLogAddExp2, kWhole>, Layout::any},
    {"aten::logit", explain_logit, Layout::alike},
    {"aten::logit_", explain_logit, Layout::alike},
    {"aten::polar", explain_branches<kPolar>, Layout::any},
    {"aten::round.decimals", explain_decimals, Layout::alike},
    {"aten::sinc", explain_branches<kSinc, kWhole>, Layout::any},
    {"aten::sinc_", explain_branches<kSinc, kWhole>, Layout::any},
    {"aten::sinh", explain_branches<kSinh, kWhole>, Layout::any},
    {"aten::sinh_", explain_branches<kSinh, kWhole>, Layout::any},
    {"aten::softshrink", explain_softshrink, Layout::alike},
    {"aten::special_entr", explain_branches<kEntr>, Layout::any},
    {"aten::special_i0e", explain_branches<kI0e>, Layout::any},
    {"aten::special_ndtr", explain_polynomial<kNdtr>, Layout::alike},
    {"aten::special_xlog1py", explain_branches<kXlog1py, kWhole>, Layout::any},
    {"aten::xlogy.Scalar_Other", explain_branches<kXlogy>, Layout::any},
    {"aten::xlogy.Scalar_Self", explain_branches<kXlogy>, Layout::any},
    {"aten::xlogy.Tensor", explain_branches<kXlogy>, Layout::any},
    {"aten::xlogy_.Scalar_Other", explain_branches<kXlogy>, Layout::any},
    {"aten::xlogy_.Tensor", explain_branches<kXlogy>, Layout::any},
};

}  // namespace

std::span<const KernelModel> uncommon_function_models() { return kModels; }
std::span<const CauseInfo> uncommon_function_causes() { return kCauses; }

}  // namespace flopaudit
