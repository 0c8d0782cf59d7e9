// The avx2 path, on which ATen's own kernels use FMA: elementwise arithmetic and batch_norm. No other op is stated
// here, and none of the standard path's models stands in for one: MKL and oneDNN take other kernels there.
#include <algorithm>

#include "analyzer/audit/causes/elements.h"
#include "analyzer/audit/causes/shared_models.h"

namespace flopaudit {
namespace {

constexpr CauseInfo kCauses[] = {
    {"alpha of one operand element",
     "Where the second operand is one element for a whole run, alpha times it is computed once for two half vectors of "
     "the elements past pairs of vectors; everywhere else add and mul are one FMA an element.",
     "aten::add, sub and their in-place forms with a number, or with a tensor that is broadcast along the last dims",
     "avx2", "a run of L: r = L mod 16 (f64: 8), h = 4 (2), b = ceil(r/h) - 1, at least 0: b*h - ceil(b/2) mul fewer",
     "testdata/audit/probes.avx2.tsv: 1 to 21, 35, 100, 1000 and 1001 elements, runs of 1 to 37, f32 and f64"},
};
constexpr const CauseInfo& kOneElement = kCauses[0];

// What was measured: operands of the result's type, of which the first has its shape.
bool is_stated(const KernelCall& call, Explanation& out) {
  for (std::size_t i = 0; i < call.inputs.size(); ++i) {
    if (call.inputs[i].tensor() == nullptr) continue;
    if (dtype_at_place(call.inputs, i) != dtype_at_place(call.outputs, 0)) out.refuse("a cast inside has no model");
    if (i == 0 && sizes_at(call.inputs, 0) != sizes_at(call.outputs, 0))
      out.refuse("a first operand that is broadcast has no model");
    if (i > 0 && sizes_at(call.inputs, i) != sizes_at(call.inputs, 0)) check_layout(call, Layout::row_major, out);
  }
  return out.refusal().empty();
}

void explain_exact(const KernelCall& call, Explanation& out) {
  if (result_of(call, out)) is_stated(call, out);
}

// How many elements in a row meet one element of the second operand: all of them for a number, those of the last dims
// along which a tensor is broadcast. 1: it has an element for each.
std::int64_t run_of_one_element(const KernelCall& call, const Operand& result) {
  if (call.inputs[1].tensor() == nullptr) return result.elements;
  const auto output = sizes_at(call.outputs, 0), second = sizes_at(call.inputs, 1);
  if (!output || !second) return 1;
  std::int64_t run = 1;
  for (std::size_t back = 1; back <= output->size(); ++back) {
    if (back <= second->size() && (*second)[second->size() - back] != 1) break;
    run *= (*output)[output->size() - back];
  }
  return run;
}

std::int64_t muls_saved(std::int64_t run, const PrecisionClasses& classes) {
  const std::int64_t half = classes.f32 ? 4 : 2;
  const std::int64_t rest = run % (4 * half);
  const std::int64_t blocks = std::max<std::int64_t>(0, blocks_of(rest, half) - 1);
  return blocks * half - blocks_of(blocks, 2);
}

void explain_add(const KernelCall& call, Explanation& out) {
  const auto result = result_of(call, out);
  if (!result || !is_stated(call, out)) return;
  explain_alpha(call, out);
  if (result->elements == 0) return;
  const std::int64_t run = run_of_one_element(call, *result);
  out.add(kOneElement, result->classes.mul, -result->elements / run * muls_saved(run, result->classes));
}

// The first operand is what alpha multiplies, and it has all elements.
void explain_rsub(const KernelCall& call, Explanation& out) {
  if (result_of(call, out) && is_stated(call, out)) explain_alpha(call, out);
}

constexpr KernelModel kModels[] = {
    {"aten::abs", explain_exact, Layout::alike},         {"aten::add.Scalar", explain_add, Layout::alike},
    {"aten::add.Tensor", explain_add, Layout::alike},    {"aten::add_.Scalar", explain_add, Layout::alike},
    {"aten::add_.Tensor", explain_add, Layout::alike},   {"aten::batch_norm", explain_batch_norm},
    {"aten::div.Scalar", explain_exact, Layout::alike},  {"aten::div.Tensor", explain_exact, Layout::alike},
    {"aten::div_.Scalar", explain_exact, Layout::alike}, {"aten::div_.Tensor", explain_exact, Layout::alike},
    {"aten::hardsigmoid", explain_exact, Layout::alike}, {"aten::hardsigmoid_", explain_exact, Layout::alike},
    {"aten::hardswish", explain_exact, Layout::alike},   {"aten::hardswish_", explain_exact, Layout::alike},
    {"aten::mul.Scalar", explain_exact, Layout::alike},  {"aten::mul.Tensor", explain_exact, Layout::alike},
    {"aten::mul_.Scalar", explain_exact, Layout::alike}, {"aten::mul_.Tensor", explain_exact, Layout::alike},
    {"aten::neg", explain_exact, Layout::alike},         {"aten::reciprocal", explain_exact, Layout::alike},
    {"aten::relu", explain_exact, Layout::alike},        {"aten::relu6", explain_exact, Layout::alike},
    {"aten::relu6_", explain_exact, Layout::alike},      {"aten::relu_", explain_exact, Layout::alike},
    {"aten::rsqrt", explain_exact, Layout::alike},       {"aten::rsub.Scalar", explain_rsub, Layout::alike},
    {"aten::rsub.Tensor", explain_rsub, Layout::alike},  {"aten::square", explain_exact, Layout::alike},
    {"aten::sub.Scalar", explain_add, Layout::alike},    {"aten::sub.Tensor", explain_add, Layout::alike},
    {"aten::sub_.Scalar", explain_add, Layout::alike},   {"aten::sub_.Tensor", explain_add, Layout::alike},
};

}  // namespace

std::span<const KernelModel> avx2_models() { return kModels; }
std::span<const CauseInfo> avx2_causes() { return kCauses; }

}  // namespace flopaudit
