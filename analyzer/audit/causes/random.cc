// Random numbers cost no work of the model, and arithmetic all the same: raw bits are scaled to a range.
#include <algorithm>
#include <array>

#include "analyzer/audit/causes/elements.h"

namespace flopaudit {
namespace {

constexpr const char* kProbes = "testdata/validation/standard.csv; 1 to 1001 elements, f32 and f64";
constexpr CauseInfo kCauses[] = {
    {"random numbers", "Raw random bits are scaled to [0, 1) and from there to the range that is asked for.",
     "aten::rand, rand_like, uniform, bernoulli, dropout and native_dropout in training", "standard",
     "uniform: 2n + 1 add, 2n mul; bernoulli: n add, n mul, in f64 where the probability is a number", kProbes},
    {"scaled mask", "Dropout divides the drawn mask by what it keeps and multiplies by it.",
     "aten::dropout, native_dropout in training", "standard",
     "n div and n mul, where 2n mul are annotated; f32: 2 mul more when n mod 4 is 2 or 3; native_dropout has no div",
     kProbes},
    {"normal numbers",
     "Uniform numbers become normal ones by the Box-Muller transform, 16 at a time, the last 16 once more where they "
     "do "
     "not fill up: for each angle libm's log, sincos and, for the deviation and the mean, twice its fma, which without "
     "the instruction is 18 add and 7 mul. Those of f32 compute in f64, and an angle below 0.75 is not reduced. In f64 "
     "an angle takes one of six ways, by how far it is from 0 and from multiples of a right angle, and a logarithm "
     "next to 1 one of its own.",
     "aten::randn, randn_like, normal_, normal_functional, normal.float_float", "standard, from 16 elements on",
     "G groups of 16, the last one twice where n mod 16 is not 0: f32: n (+ 16) + 8G add, n (+ 16) + 24G mul, 8G sqrt; "
     "in f64 128G add, 192G mul, less 1 and 3 for each of 8G angles; f64: n (+ 16) + 664G add, n (+ 16) + 432G mul, 8G "
     "sqrt, for each of 8G angles 14 less to 7 more add, 9 less to 7 more mul",
     kProbes},
    {"single normal numbers",
     "Fewer than 16 are made two by two, in f64, by libm's log1p, sine and cosine, whose ways depend on the numbers. "
     "The "
     "second of a pair may be left in the generator, for the next call.",
     "aten::randn, randn_like, normal_, normal_functional, normal.float_float, log_normal",
     "standard, below 16 elements; "
     "log_normal: any",
     "in f64: n add, n mul, and for each of ceil(n/2) pairs 52 add, 48 mul, 2 div, 1 sqrt, or up to 21, 11 and 1 less; "
     "n odd: one pair or none less; log_normal: 10 add and 10 mul an element more",
     kProbes},
    {"numbers by libm", "A function of a uniform number, in f64, whose polynomials depend on it.",
     "aten::geometric, cauchy", "standard",
     "f64: an element of geometric from 16 add, 13 mul and 1 div to 39, 34 and 3; of cauchy from 8 and 10 to 37, 21 "
     "and "
     "2",
     "1 to 100 elements; 3000 probabilities, 4000 numbers of each of 3 distributions"},
    {"exponential numbers", "The logarithm of a uniform number, in f64: numbers near 0 take a shorter way.",
     "aten::exponential, exponential_", "standard", "f64: an element 18 add, 18 mul, 3 div, or 7, 2 and 1 less",
     kProbes},
};
constexpr const CauseInfo& kDrawn = kCauses[0];
constexpr const CauseInfo& kMask = kCauses[1];
constexpr const CauseInfo& kNormal = kCauses[2];
constexpr const CauseInfo& kSingleNormal = kCauses[3];
constexpr const CauseInfo& kByLibm = kCauses[4];
constexpr const CauseInfo& kExponential = kCauses[5];

void explain_uniform(const KernelCall& call, Explanation& out) {
  const auto result = result_of(call, out);
  if (!result || result->elements == 0) return;
  out.add(kDrawn, result->classes.add, 2 * result->elements + 1);
  out.add(kDrawn, result->classes.mul, 2 * result->elements);
}

void add_bernoulli(std::int64_t elements, Explanation& out) {
  out.add(kDrawn, FlopClass::add_f64, elements);
  out.add(kDrawn, FlopClass::mul_f64, elements);
}

void explain_bernoulli(const KernelCall& call, Explanation& out) {
  const auto result = result_of(call, out);
  if (result) add_bernoulli(result->elements, out);
}

// A probability for each element, in whose type the numbers are drawn.
void explain_bernoulli_each(const KernelCall& call, Explanation& out) {
  const std::size_t place = call.inputs.size() > 1 && call.inputs[1].tensor() != nullptr ? 1 : 0;
  const auto sizes = sizes_at(call.outputs, 0);
  const auto classes = precision_of(dtype_at_place(call.inputs, place));
  if (!sizes) return out.refuse("the shape is not known");
  if (!classes) return out.refuse("only f32 and f64 have a model");
  out.add(kDrawn, classes->add, product(*sizes));
  out.add(kDrawn, classes->mul, product(*sizes));
}

void explain_native_dropout(const KernelCall& call, Explanation& out) {
  const bool trains = is_none_at(call.inputs, 2) || bool_at_place(call.inputs, 2) == true;
  if (!trains && !bool_at_place(call.inputs, 2)) return out.refuse("it is not known whether it trains");
  if (!trains) return;  // a copy
  const auto result = result_of(call, out);
  if (!result || result->elements == 0) return;
  add_bernoulli(result->elements, out);
  out.add(kMask, result->classes.mul, pair_tail(result->elements, result->classes));
}

void explain_dropout(const KernelCall& call, Explanation& out) {
  const auto train = bool_at_place(call.inputs, 2);
  if (!train) return out.refuse("it is not known whether it trains");
  if (!*train) return;  // the operand itself
  check_layout(call, Layout::alike, out);
  const auto result = result_of(call, out);
  const auto probability = number_at_place(call.inputs, 1);
  if (!result) return;
  if (!probability || *probability <= 0 || *probability >= 1)
    return out.refuse("dropout of nothing or all has no model");
  const std::int64_t n = result->elements;
  add_bernoulli(n, out);
  out.add(kMask, result->classes.div, n);
  out.add(kMask, result->classes.mul, -n + pair_tail(n, result->classes));
}

// Box-Muller on pairs of f64, whatever is filled. log1p of numbers up to 0.29 is another polynomial, and so are angles
// near 0 and multiples of a right angle.
void explain_single_normals(std::int64_t elements, Explanation& out) {
  constexpr std::int64_t kAdd = 52, kMul = 48, kDiv = 2;
  const std::int64_t pairs = blocks_of(elements, 2);
  out.add(kSingleNormal, FlopClass::add_f64, elements + kAdd * pairs);
  out.add(kSingleNormal, FlopClass::mul_f64, elements + kMul * pairs);
  out.add(kSingleNormal, FlopClass::div_f64, kDiv * pairs);
  out.add(kSingleNormal, FlopClass::sqrt_f64, pairs);
  ValueRange range;
  range.calls = pairs;
  range.each[FlopClass::add_f64] = {-21, 0};
  range.each[FlopClass::mul_f64] = {-11, 0};
  range.each[FlopClass::div_f64] = {-1, 0};
  if (elements % 2 != 0) {  // the generator may have one left of the call before
    range.slack[FlopClass::add_f64] = {-kAdd, 0};
    range.slack[FlopClass::mul_f64] = {-kMul, 0};
    range.slack[FlopClass::div_f64] = {-kDiv, 0};
    range.slack[FlopClass::sqrt_f64] = {-1, 0};
  }
  out.differs_by_values(range);
}

void explain_normal(const KernelCall& call, Explanation& out) {
  const auto result = result_of(call, out);
  if (!result || result->elements == 0) return;
  constexpr std::int64_t kGroup = 16, kAngles = kGroup / 2;
  if (result->elements < kGroup) return explain_single_normals(result->elements, out);
  const PrecisionClasses& classes = result->classes;
  const bool again = result->elements % kGroup != 0;
  const std::int64_t groups = blocks_of(result->elements, kGroup), angles = kAngles * groups;
  const std::int64_t uniform = result->elements + (again ? kGroup : 0);
  // In f64 the longest way of an angle and the usual one of a logarithm.
  constexpr std::int64_t kLogAdd = 13, kLogMul = 10, kAngleAdd = 33, kAngleMul = 26, kFmaAdd = 18, kFmaMul = 7;
  constexpr std::int64_t kAdd = 1 + kLogAdd + kAngleAdd + 2 * kFmaAdd, kMul = 4 + kLogMul + kAngleMul + 2 * kFmaMul;
  out.add(kNormal, classes.add, uniform + (classes.f32 ? 1 : kAdd) * angles);
  out.add(kNormal, classes.mul, uniform + (classes.f32 ? 3 : kMul) * angles);
  out.add(kNormal, classes.sqrt, angles);
  ValueRange range;
  range.calls = angles;
  if (classes.f32) {
    out.add(kNormal, FlopClass::add_f64, 16 * angles);
    out.add(kNormal, FlopClass::mul_f64, 24 * angles);
    range.each[FlopClass::add_f64] = {-1, -1};
    range.each[FlopClass::mul_f64] = {-3, -3};
  } else {
    range.each[FlopClass::add_f64] = {-14, 7};
    range.each[FlopClass::mul_f64] = {-9, 7};
  }
  out.differs_by_values(range);
}

// `least` to `most` of each element, in f64 whatever is filled.
void explain_by_libm(const KernelCall& call, const PerElement& least, const PerElement& most, Explanation& out) {
  const auto result = result_of(call, out);
  const auto annotated = annotated_of(call, out);
  if (!result || !annotated || result->elements == 0) return;
  const PrecisionClasses classes = *precision_of(DType::f64);
  explain_between(kByLibm, {result->elements, classes, *annotated}, counts_of(least, result->elements, classes),
                  counts_of(most, result->elements, classes), out);
}

// The logarithm of the number by that of what the probability leaves.
void explain_geometric(const KernelCall& call, Explanation& out) {
  explain_by_libm(call, {.add = 16, .mul = 13, .div = 1}, {.add = 39, .mul = 34, .div = 3}, out);
}

void explain_cauchy(const KernelCall& call, Explanation& out) {
  explain_by_libm(call, {.add = 8, .mul = 10}, {.add = 37, .mul = 21, .div = 2}, out);
}

// exp of normal numbers, which are made two by two however many they are.
void explain_log_normal(const KernelCall& call, Explanation& out) {
  const auto result = result_of(call, out);
  if (!result || result->elements == 0) return;
  constexpr std::int64_t kExp = 10;
  out.add(kSingleNormal, FlopClass::add_f64, kExp * result->elements);
  out.add(kSingleNormal, FlopClass::mul_f64, kExp * result->elements);
  explain_single_normals(result->elements, out);
  ValueRange out_of_range;
  out_of_range.calls = result->elements;
  out_of_range.each[FlopClass::add_f64] = {-kExp, 0};
  out_of_range.each[FlopClass::mul_f64] = {-kExp, 1};
  out.differs_by_values(out_of_range);
}

void explain_exponential(const KernelCall& call, Explanation& out) {
  const auto result = result_of(call, out);
  if (!result) return;
  out.add(kExponential, FlopClass::add_f64, 18 * result->elements);
  out.add(kExponential, FlopClass::mul_f64, 18 * result->elements);
  out.add(kExponential, FlopClass::div_f64, 3 * result->elements);
  ValueRange range;
  range.calls = result->elements;
  range.each[FlopClass::add_f64] = {-7, -7};
  range.each[FlopClass::mul_f64] = {-2, -2};
  range.each[FlopClass::div_f64] = {-1, -1};
  out.differs_by_values(range);
}

// Where it does not train it is the operand itself.
void explain_idle_dropout(const KernelCall& call, Explanation& out) {
  if (bool_at_place(call.inputs, 2) != false) out.refuse("this kind of dropout has no model where it trains");
}

constexpr KernelModel kModels[] = {
    {"aten::bernoulli", explain_bernoulli_each, Layout::alike},
    {"aten::bernoulli.Tensor", explain_bernoulli_each, Layout::alike},
    {"aten::bernoulli.p", explain_bernoulli, Layout::alike},
    {"aten::bernoulli_.Tensor", explain_bernoulli_each, Layout::alike},
    {"aten::bernoulli_.float", explain_bernoulli, Layout::alike},
    {"aten::alpha_dropout", explain_idle_dropout, Layout::any},
    {"aten::alpha_dropout_", explain_idle_dropout, Layout::any},
    {"aten::cauchy", explain_cauchy, Layout::alike},
    {"aten::dropout", explain_dropout, Layout::any},
    {"aten::dropout_", explain_idle_dropout, Layout::any},
    {"aten::feature_alpha_dropout", explain_idle_dropout, Layout::any},
    {"aten::feature_alpha_dropout_", explain_idle_dropout, Layout::any},
    {"aten::feature_dropout", explain_idle_dropout, Layout::any},
    {"aten::feature_dropout_", explain_idle_dropout, Layout::any},
    {"aten::exponential", explain_exponential, Layout::alike},
    {"aten::exponential_", explain_exponential, Layout::alike},
    {"aten::geometric", explain_geometric, Layout::alike},
    {"aten::log_normal", explain_log_normal},
    {"aten::native_dropout", explain_native_dropout, Layout::alike},
    {"aten::normal.float_float", explain_normal},
    {"aten::normal_", explain_normal},
    {"aten::normal_functional", explain_normal},
    {"aten::rand", explain_uniform},
    {"aten::rand.generator", explain_uniform},
    {"aten::rand_like", explain_uniform, Layout::alike},
    {"aten::rand_like.generator", explain_uniform, Layout::alike},
    {"aten::randn", explain_normal},
    {"aten::randn.generator", explain_normal},
    {"aten::randn_like", explain_normal},
    {"aten::randn_like.generator", explain_normal},
    {"aten::uniform", explain_uniform, Layout::alike},
    {"aten::uniform_", explain_uniform, Layout::alike},
};

}  // namespace

bool draws_random_numbers(std::string_view op) {
  constexpr std::array<std::string_view, 24> kNames = {"_sample_dirichlet",
                                                       "_standard_gamma",
                                                       "alpha_dropout",
                                                       "bernoulli",
                                                       "binomial",
                                                       "cauchy",
                                                       "dropout",
                                                       "exponential",
                                                       "feature_alpha_dropout",
                                                       "feature_dropout",
                                                       "geometric",
                                                       "log_normal",
                                                       "multinomial",
                                                       "native_dropout",
                                                       "normal",
                                                       "normal_functional",
                                                       "poisson",
                                                       "rand",
                                                       "rand_like",
                                                       "randn",
                                                       "randn_like",
                                                       "rrelu",
                                                       "rrelu_with_noise",
                                                       "uniform"};
  constexpr std::string_view kNamespace = "aten::";
  if (!op.starts_with(kNamespace)) return false;
  std::string_view name = op.substr(kNamespace.size());
  name = name.substr(0, name.find('.'));
  if (name.ends_with('_')) name.remove_suffix(1);
  return std::ranges::find(kNames, name) != kNames.end();
}

std::span<const KernelModel> random_models() { return kModels; }
std::span<const CauseInfo> random_causes() { return kCauses; }

}  // namespace flopaudit
