// Elementwise arithmetic: how many lanes n elements take, and what a loop does beside them.
#include <algorithm>

#include "analyzer/audit/causes/elements.h"

namespace flopaudit {
namespace {

constexpr const char* kProbes =
    "testdata/audit/probes.tsv: 1 to 21, 35, 100, 1000, 1001, 25088 and 200704 elements, f32 and f64";
constexpr CauseInfo kCauses[] = {
    {"alpha multiply", "ATen multiplies the second operand by alpha, also when alpha is 1.",
     "aten::add, sub, rsub and their in-place forms", "standard", "n mul where alpha is 1", kProbes},
    {"vector tail lanes", "The last elements take a whole vector, or part of one.",
     "aten::mul, div, reciprocal, rsqrt, hardswish, hardsigmoid (f32)", "standard",
     "f32: 2 lanes more when n mod 4 is 2 or 3, for each time that a broadcast operand is gone through", kProbes},
};
constexpr const CauseInfo& kAlpha = kCauses[0];
constexpr const CauseInfo& kTail = kCauses[1];

// How many plain loops over neighbours there are: one over all elements, or, of an operand that is broadcast along the
// first dims, one for each time that it is gone through. 0: its last dim is broadcast, whose loop has no tail.
std::optional<std::int64_t> runs_of(const KernelCall& call) {
  auto output = sizes_at(call.outputs, 0);
  if (!output) return std::nullopt;
  // The loop runs over the elements as they lie in memory.
  const Sizes by_dims = *output;
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < call.inputs.size() && order.empty(); ++i) {
    if (sizes_at(call.inputs, i) != by_dims) continue;
    if (const auto found = memory_order_at(call, i)) order = *found;
  }
  const auto reordered = [&order](const Sizes& sizes) {
    if (order.empty()) return sizes;
    Sizes result;
    for (const std::size_t dim : order) result.push_back(sizes[dim]);
    return result;
  };
  output = reordered(by_dims);
  std::int64_t runs = 1;
  for (std::size_t i = 0; i < call.inputs.size(); ++i) {
    if (call.inputs[i].tensor() == nullptr) continue;
    auto sizes = sizes_at(call.inputs, i);
    if (!sizes) return std::nullopt;
    if (*sizes == by_dims) continue;
    sizes->insert(sizes->begin(), output->size() - std::min(output->size(), sizes->size()), 1);
    sizes = reordered(*sizes);
    std::size_t same = output->size();
    while (same > 0 && (*sizes)[same - 1] == (*output)[same - 1]) --same;
    const std::int64_t neighbours = product(*output, same);
    if (neighbours <= 1) return 0;
    runs = std::max(runs, product(*output) / neighbours);
  }
  return runs;
}
void explain_alpha(const KernelCall& call, Explanation& out) {
  const auto result = result_of(call, out);
  if (!result) return;
  const auto alpha = number_at_place(call.inputs, 2);
  if (!alpha) return out.refuse("alpha is not known");
  if (*alpha == 1.0) out.add(kAlpha, result->classes.mul, result->elements);
}

// One operation of each kind an element, over equal shapes; a broadcast operand has a loop without tail.
template <std::int64_t add, std::int64_t mul, std::int64_t div, std::int64_t sqrt>
void explain_with_tail(const KernelCall& call, Explanation& out) {
  const auto result = result_of(call, out);
  if (!result) return;
  const auto runs = runs_of(call);
  if (!runs) return out.refuse("a shape is not known");
  const std::int64_t length = *runs == 0 ? 0 : result->elements / *runs;
  add_elements(kTail, *result, {add, mul, div, sqrt}, *runs * pair_tail(length, result->classes), out);
}

void explain_plain(const KernelCall&, Explanation&) {}

// Between f64 and f16 ATen goes through bits and f32 arithmetic, which depends on the values.
void explain_conversion(const KernelCall& call, Explanation& out) {
  const auto from = dtype_at_place(call.inputs, 0), to = dtype_at_place(call.outputs, 0);
  const bool halves = from == DType::f16 || to == DType::f16;
  if (halves && (from == DType::f64 || to == DType::f64)) out.refuse("conversions between f64 and f16 have no model");
}

constexpr auto kMulTail = explain_with_tail<0, 1, 0, 0>;
constexpr auto kDivTail = explain_with_tail<0, 0, 1, 0>;
constexpr auto kRsqrtTail = explain_with_tail<0, 0, 1, 1>;
constexpr auto kHardswishTail = explain_with_tail<1, 1, 1, 0>;
constexpr auto kHardsigmoidTail = explain_with_tail<1, 0, 1, 0>;
// In place the loop is another one, without a pair at its end.

constexpr KernelModel kModels[] = {
    {"aten::add.Scalar", explain_alpha, Layout::alike},
    {"aten::add.Tensor", explain_alpha, Layout::alike},
    {"aten::add_.Scalar", explain_alpha, Layout::alike},
    {"aten::add_.Tensor", explain_alpha, Layout::alike},
    {"aten::div.Scalar", explain_plain, Layout::alike},
    {"aten::div.Tensor", kDivTail, Layout::alike},
    {"aten::div_.Scalar", explain_plain, Layout::alike},
    {"aten::div_.Tensor", kDivTail, Layout::alike},
    {"aten::hardsigmoid", kHardsigmoidTail, Layout::alike},
    {"aten::hardsigmoid_", explain_plain, Layout::alike},
    {"aten::hardswish", kHardswishTail, Layout::alike},
    {"aten::hardswish_", explain_plain, Layout::alike},
    {"aten::mul.Scalar", explain_plain, Layout::alike},
    {"aten::mul.Tensor", kMulTail, Layout::alike},
    {"aten::mul_.Scalar", explain_plain, Layout::alike},
    {"aten::mul_.Tensor", kMulTail, Layout::alike},
    {"aten::reciprocal", kDivTail, Layout::alike},
    {"aten::rsqrt", kRsqrtTail, Layout::alike},
    {"aten::rsub.Scalar", explain_alpha, Layout::alike},
    {"aten::rsub.Tensor", explain_alpha, Layout::alike},
    {"aten::sub.Scalar", explain_alpha, Layout::alike},
    {"aten::sub.Tensor", explain_alpha, Layout::alike},
    {"aten::sub_.Scalar", explain_alpha, Layout::alike},
    {"aten::sub_.Tensor", explain_alpha, Layout::alike},
    // Format changes: conversions, no arithmetic.
    {"aten::to.dtype", explain_conversion, Layout::any},
    {"aten::to.dtype_layout", explain_conversion, Layout::any},
    {"aten::to.other", explain_conversion, Layout::any},
    {"aten::type_as", explain_conversion, Layout::any},
};

}  // namespace

std::span<const KernelModel> pointwise_models() { return kModels; }
std::span<const CauseInfo> pointwise_causes() { return kCauses; }

}  // namespace flopaudit
