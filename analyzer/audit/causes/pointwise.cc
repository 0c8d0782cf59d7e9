// Elementwise arithmetic: how many lanes n elements take, and what a loop does beside them.
#include <algorithm>

#include "analyzer/audit/causes/elements.h"
#include "analyzer/audit/causes/inner_loops.h"
#include "analyzer/audit/causes/shared_models.h"

namespace flopaudit {
namespace {

constexpr const char* kProbes =
    "testdata/audit/probes.tsv: 1 to 21, 35, 100, 1000, 1001, 25088 and 200704 elements, f32 and f64";
constexpr CauseInfo kCauses[] = {
    {"alpha multiply", "ATen multiplies the second operand by alpha, also when alpha is 1.",
     "aten::add, sub, rsub and their in-place forms", "standard, avx2", "n mul where alpha is 1", kProbes},
    {"vector tail lanes", "The last elements take a whole vector, or part of one.",
     "aten::mul, div, reciprocal, rsqrt, hardswish, hardsigmoid (f32)", "standard",
     "f32: 2 lanes more when n mod 4 is 2 or 3, for each loop over n neighbours: dims that all operands go through "
     "without a gap are one loop; none where an operand repeats or leaps inside",
     kProbes},
    {"pairs of elements that lie apart",
     "Where the innermost loop leaps in an operand, two elements a step are worked on in a vector of 4, whose other "
     "half "
     "holds nothing.",
     "aten::add, sub, rsub (loops of 28 elements and more), div (18 and more), f32, not in place", "standard",
     "2*floor(n/2) of each operation of a loop over n elements; none in place",
     "1 to 41, 48, 63 to 65, 100 and 3234 elements at strides 0 to 5 of either operand; "
     "testdata/validation/standard.csv"},
};
constexpr const CauseInfo& kAlpha = kCauses[0];
constexpr const CauseInfo& kTail = kCauses[1];
constexpr const CauseInfo& kPairs = kCauses[2];
// From so many elements on the compiler's vector loop is taken.
constexpr std::int64_t kPairsOfSums = 28, kPairsOfQuotients = 18;

// One operation of each kind an element, over equal shapes; a loop that leaps, or in which an operand is repeated, has
// a tail only where `always`.
template <std::int64_t add, std::int64_t mul, std::int64_t div, std::int64_t sqrt, bool always = false>
void explain_with_tail(const KernelCall& call, Explanation& out) {
  const auto result = result_of(call, out);
  if (!result) return;
  const auto loops = inner_loops_of(call);
  if (!loops) return out.refuse("it is not known how an operand lies in memory");
  if (!loops->is_plain && !always) return;
  add_elements(kTail, *result, {add, mul, div, sqrt}, loops->count * pair_tail(loops->length, result->classes), out);
}

// Loops whose elements are worked on in pairs where they lie apart. Without a layout none is known of fewer elements.
void explain_pairs(const KernelCall& call, std::int64_t least, const PerElement& element, Explanation& out) {
  const auto result = result_of(call, out);
  if (!result || !result->classes.f32 || result->elements < least) return;
  const auto loops = inner_loops_of(call);
  if (!loops) return out.refuse("it is not known how an operand lies in memory");
  if (loops->leaps && loops->length >= least)
    add_elements(kPairs, *result, element, loops->count * (loops->length - loops->length % 2), out);
}

void explain_quotient_by_number(const KernelCall& call, Explanation& out) {
  explain_pairs(call, kPairsOfQuotients, {.div = 1}, out);
}

void explain_quotient(const KernelCall& call, Explanation& out) {
  explain_with_tail<0, 0, 1, 0>(call, out);
  explain_quotient_by_number(call, out);
}

void explain_plain(const KernelCall&, Explanation&) {}

void explain_sum(const KernelCall& call, Explanation& out) {
  explain_alpha(call, out);
  explain_pairs(call, kPairsOfSums, {.add = 1, .mul = 1}, out);
}

constexpr auto kMulTail = explain_with_tail<0, 1, 0, 0>;
constexpr auto kDivTail = explain_with_tail<0, 0, 1, 0>;  // without the pairs, in place
constexpr auto kRsqrtTail = explain_with_tail<0, 0, 1, 1>;
constexpr auto kHardswishTail = explain_with_tail<1, 1, 1, 0, true>;
constexpr auto kHardsigmoidTail = explain_with_tail<1, 0, 1, 0, true>;
// In place the loop is another one, without a pair at its end.

constexpr KernelModel kModels[] = {
    {"aten::add.Scalar", explain_sum, Layout::any},
    {"aten::add.Tensor", explain_sum, Layout::any},
    {"aten::add_.Scalar", explain_alpha, Layout::any},
    {"aten::add_.Tensor", explain_alpha, Layout::any},
    {"aten::div.Scalar", explain_quotient_by_number, Layout::any},
    {"aten::div.Tensor", explain_quotient, Layout::any},
    {"aten::div_.Scalar", explain_plain, Layout::any},
    {"aten::div_.Tensor", kDivTail, Layout::any},
    {"aten::hardsigmoid", kHardsigmoidTail, Layout::any},
    {"aten::hardsigmoid_", explain_plain, Layout::alike},
    {"aten::hardswish", kHardswishTail, Layout::any},
    {"aten::hardswish_", explain_plain, Layout::alike},
    {"aten::mul.Scalar", explain_plain, Layout::any},
    {"aten::mul.Tensor", kMulTail, Layout::any},
    {"aten::mul_.Scalar", explain_plain, Layout::any},
    {"aten::mul_.Tensor", kMulTail, Layout::any},
    {"aten::reciprocal", kDivTail, Layout::any},
    {"aten::reciprocal_", explain_plain, Layout::alike},
    {"aten::rsqrt", kRsqrtTail, Layout::any},
    {"aten::rsqrt_", explain_plain, Layout::alike},
    {"aten::rsub.Scalar", explain_sum, Layout::any},
    {"aten::rsub.Tensor", explain_sum, Layout::any},
    {"aten::sub.Scalar", explain_sum, Layout::any},
    {"aten::sub.Tensor", explain_sum, Layout::any},
    {"aten::sub_.Scalar", explain_alpha, Layout::any},
    {"aten::sub_.Tensor", explain_alpha, Layout::any},
};

}  // namespace

void explain_alpha(const KernelCall& call, Explanation& out) {
  const auto result = result_of(call, out);
  if (!result) return;
  const auto alpha = number_at_place(call.inputs, 2);
  if (!alpha) return out.refuse("alpha is not known");
  if (*alpha == 1.0) out.add(kAlpha, result->classes.mul, result->elements);
}

std::span<const KernelModel> pointwise_models() { return kModels; }
std::span<const CauseInfo> pointwise_causes() { return kCauses; }

}  // namespace flopaudit
