// Remainders, and quotients rounded down or towards 0. A remainder is an x87 instruction, fprem, in a loop of its own.
#include "analyzer/audit/causes/elements.h"

namespace flopaudit {
namespace {

constexpr const char* kEvidence =
    "1 to 33 elements, f32 and f64, by a tensor and by a number; 42 times 42 values of both operands: zeros, "
    "infinities, nan, denormals, powers of ten to 1e308, whole numbers, halves; testdata/validation/standard.csv";
constexpr CauseInfo kCauses[] = {
    {"remainders by fprem",
     "A remainder is a division-like instruction of x87, in f64, run again while the quotient has more binary digits "
     "than one takes off. One of the other sign than the divisor is shifted by it.",
     "aten::fmod, remainder", "standard",
     "1 div an element in f64, up to 9 more in f32 and 66 in f64 where the operands are far apart; remainder: at most "
     "1 "
     "add more",
     kEvidence},
    {"quotients rounded down",
     "The dividend less its remainder is divided, corrected by the sign, and rounded; in vectors all lanes do what any "
     "of them may need.",
     "aten::floor_divide, div with rounding_mode floor", "standard",
     "pairs of vectors of 256 bits: 5 add and 2 div an element and the remainder's 1 div in f64; the elements past "
     "them: at most 5 add, 1 to 2 div and a remainder",
     kEvidence},
    {"quotients cut off", "A quotient is rounded towards 0 without arithmetic.", "aten::div with rounding_mode trunc",
     "standard", "1 div an element", kEvidence},
};
constexpr const CauseInfo& kRemainders = kCauses[0];
constexpr const CauseInfo& kRoundedDown = kCauses[1];
constexpr const CauseInfo& kCutOff = kCauses[2];

// An instruction takes at least 32 digits off a quotient, which has at most 277 digits in f32 and 2098 in f64.
Interval more_steps(const PrecisionClasses& classes) { return {0, classes.f32 ? 9 : 66}; }

void explain_remainder_as(const KernelCall& call, const PerElement& most, Explanation& out) {
  const auto elements = elements_of(call, Sizing::stretched, out);
  if (!elements) return;
  const std::int64_t n = elements->count;
  const FlopIntervals least = counts_of({.div_inside = 1}, n, elements->classes);
  FlopIntervals whole = least;
  whole += counts_of(most, n, elements->classes);
  if (most.add == 0)
    out.add_rest(kRemainders, elements->annotated, whole);
  else
    explain_between(kRemainders, *elements, least, whole, out);
  ValueRange far_apart;
  far_apart.calls = n;
  far_apart.each[FlopClass::div_f64] = more_steps(elements->classes);
  out.differs_by_values(far_apart);
}

void explain_fmod(const KernelCall& call, Explanation& out) { explain_remainder_as(call, {}, out); }
void explain_remainder(const KernelCall& call, Explanation& out) { explain_remainder_as(call, {.add = 1}, out); }

// A number beside the tensor goes through the same vectors.
void explain_rounded_down(const KernelCall& call, Explanation& out) {
  const auto elements = elements_of(call, Sizing::equal, out);
  if (!elements) return;
  const std::int64_t n = elements->count;
  const std::int64_t in_vectors = lanes_of(Lanes::doubles, n, elements->classes.f32), single = n - in_vectors;
  const FlopIntervals vectors = counts_of({.add = 5, .div = 2, .div_inside = 1}, in_vectors, elements->classes);
  // By 0 there is no remainder, only the quotient.
  FlopIntervals least = counts_of({.div = 1}, single, elements->classes);
  FlopIntervals most = counts_of({.add = 5, .div = 2, .div_inside = 1}, single, elements->classes);
  least += vectors;
  most += vectors;
  if (single > 0)
    explain_between(kRoundedDown, *elements, least, most, out);
  else
    out.add_rest(kRoundedDown, elements->annotated, vectors);
  // floor adds nothing to what has no fraction in its type.
  ValueRange others;
  others.calls = n;
  others.each[elements->classes.add] = {-1, 0};
  others.each[FlopClass::div_f64] = more_steps(elements->classes);
  out.differs_by_values(others);
}

void explain_rounded(const KernelCall& call, Explanation& out) {
  const StrFact* word = call.inputs.size() > 2 ? call.inputs[2].get<StrFact>() : nullptr;
  if (word == nullptr || !word->value) return out.refuse("a division without a known rounding has no model");
  if (*word->value == "floor") return explain_rounded_down(call, out);
  if (const auto elements = elements_of(call, Sizing::equal, out))
    out.add_rest(kCutOff, elements->annotated, counts_of({.div = 1}, elements->count, elements->classes));
}

constexpr KernelModel kModels[] = {
    {"aten::div.Scalar_mode", explain_rounded, Layout::alike},
    {"aten::div.Tensor_mode", explain_rounded, Layout::alike},
    {"aten::div_.Scalar_mode", explain_rounded, Layout::alike},
    {"aten::div_.Tensor_mode", explain_rounded, Layout::alike},
    {"aten::floor_divide", explain_rounded_down, Layout::alike},
    {"aten::floor_divide.Scalar", explain_rounded_down, Layout::alike},
    {"aten::fmod.Scalar", explain_fmod, Layout::any},
    {"aten::fmod.Tensor", explain_fmod, Layout::any},
    {"aten::remainder.Scalar", explain_remainder, Layout::any},
    {"aten::remainder.Scalar_Tensor", explain_remainder, Layout::any},
    {"aten::remainder.Tensor", explain_remainder, Layout::any},
};

}  // namespace

std::span<const KernelModel> remainder_models() { return kModels; }
std::span<const CauseInfo> remainder_causes() { return kCauses; }

}  // namespace flopaudit
