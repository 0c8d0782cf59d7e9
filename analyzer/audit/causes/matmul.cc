// linear, mm, addmm, bmm, baddbmm, matmul, mv, dot: which product of MKL each one becomes.
#include <algorithm>

#include "analyzer/audit/causes/gemm.h"

namespace flopaudit {
namespace {

// Bias and beta = 1 start the accumulator and are free; the alpha that the annotation counts is the one that packing
// multiplies by anyway.
constexpr CauseInfo kCauses[] = {
    {"alpha absorbed", "The alpha of addmm is the one that packing multiplies by anyway: it costs nothing more.",
     "aten::addmm, baddbmm, addmv with alpha other than 1", "standard", "-n mul",
     "testdata/audit/probes.tsv: addmm with alpha 1 and 2 have equal counts"}};
constexpr const CauseInfo& kAlphaAbsorbed = kCauses[0];

struct Operands {
  Sizes first, second;
  PrecisionClasses classes;
  bool transposed = false;  // the second lies by columns
};

std::optional<Operands> operands(const KernelCall& call, std::size_t first, std::size_t second, Explanation& out) {
  const std::optional<Sizes> a = sizes_at(call.inputs, first);
  const std::optional<Sizes> b = sizes_at(call.inputs, second);
  const std::optional<PrecisionClasses> classes = precision_of(dtype_at_place(call.inputs, first));
  if (is_transposed_at(call, first))
    out.refuse("a transposed first matrix has no model");
  else if (!a || !b)
    out.refuse("a shape is not known");
  else if (!classes)
    out.refuse("only f32 and f64 have a model");
  else
    return Operands{*a, *b, *classes, is_transposed_at(call, second)};
  return std::nullopt;
}

// ATen multiplies tiny batches in a loop of its own.
constexpr std::int64_t kTinyProduct = 400;

void explain_linear(const KernelCall& call, Explanation& out) {
  const auto found = operands(call, 0, 1, out);
  if (!found) return;
  if (found->second.size() != 2 || found->first.empty()) return out.refuse("a weight that is no matrix has no model");
  Gemm gemm;
  gemm.depth = found->first.back();
  gemm.columns = found->second[0];
  gemm.rows = gemm.depth == 0 ? 0 : product(found->first) / gemm.depth;
  gemm.transposed_second = true;
  if (gemm.rows > 1 && gemm.rows * gemm.depth * gemm.columns < kTinyProduct && !is_none_at(call.inputs, 2)) {
    return out.refuse("a product this small with a bias has no model");
  }
  explain_gemm(gemm, found->classes, out);
}

void explain_mm(const KernelCall& call, Explanation& out) {
  const auto found = operands(call, 0, 1, out);
  if (!found) return;
  explain_gemm({1, found->first[0], found->first[1], found->second[1], found->transposed}, found->classes, out);
}

void explain_bmm(const KernelCall& call, Explanation& out) {
  const auto found = operands(call, 0, 1, out);
  if (!found) return;
  explain_batched_product({found->first[0], found->first[1], found->first[2], found->second[2], found->transposed},
                          found->classes, out);
}

void absorb_alpha(const KernelCall& call, std::size_t place, const PrecisionClasses& classes, Explanation& out) {
  const std::optional<double> alpha = number_at_place(call.inputs, place);
  const std::optional<Sizes> result = sizes_at(call.outputs, 0);
  if (!alpha || !result) return out.refuse("alpha or the result's shape is not known");
  if (*alpha != 1.0) out.add(kAlphaAbsorbed, classes.mul, -product(*result));
}

void explain_addmm(const KernelCall& call, Explanation& out) {
  const auto found = operands(call, 1, 2, out);
  if (!found) return;
  const Gemm gemm = {1, found->first[0], found->first[1], found->second[1], found->transposed};
  if (gemm.rows * gemm.depth * gemm.columns < kTinyProduct) {
    return out.refuse("a product this small with a bias has no model");
  }
  explain_gemm(gemm, found->classes, out);
  absorb_alpha(call, 4, found->classes, out);
}

void explain_baddbmm(const KernelCall& call, Explanation& out) {
  const auto found = operands(call, 1, 2, out);
  if (!found) return;
  const Gemm gemm = {found->first[0], found->first[1], found->first[2], found->second[2], found->transposed};
  if (number_at_place(call.inputs, 4) != 1.0 && gemm.rows * gemm.depth * gemm.columns < kTinyProduct) {
    return out.refuse("a product this small with alpha has no model");
  }
  explain_batched_product(gemm, found->classes, out);
  absorb_alpha(call, 4, found->classes, out);
}

void explain_mv(const KernelCall& call, Explanation& out) {
  const auto found = operands(call, 0, 1, out);
  if (found) explain_gemv(1, found->first[0], found->first[1], found->classes, out);
}

void explain_dot_op(const KernelCall& call, Explanation& out) {
  const auto found = operands(call, 0, 1, out);
  if (found) explain_dot(found->classes, out);
}

// matmul folds a batch times one matrix into one product; equal batches go to bmm.
void explain_matmul(const KernelCall& call, Explanation& out) {
  const auto found = operands(call, 0, 1, out);
  if (!found) return;
  const Sizes& a = found->first;
  const Sizes& b = found->second;
  if (a.size() == 1 && b.size() == 1) return explain_dot(found->classes, out);
  if (a.size() == 2 && b.size() == 1) return explain_gemv(1, a[0], a[1], found->classes, out);
  if (a.size() >= 2 && b.size() == 2) {
    const std::int64_t rows = a.back() == 0 ? 0 : product(a) / a.back();
    if (a.size() > 2) check_layout(call, Layout::row_major, out);
    return explain_gemm({1, rows, a.back(), b[1], found->transposed}, found->classes, out);
  }
  const bool same_batch = a.size() == b.size() && a.size() > 2 && std::equal(a.begin(), a.end() - 2, b.begin());
  if (!same_batch) return out.refuse("a broadcast batch has no model");
  const std::int64_t matrix = a[a.size() - 2] * a.back();
  explain_batched_product(
      {matrix == 0 ? 0 : product(a) / matrix, a[a.size() - 2], a.back(), b.back(), found->transposed}, found->classes,
      out);
}

constexpr KernelModel kModels[] = {
    {"aten::addmm", explain_addmm, Layout::lines},
    {"aten::baddbmm", explain_baddbmm, Layout::lines},
    {"aten::bmm", explain_bmm, Layout::lines},
    {"aten::dot", explain_dot_op},
    {"aten::linear", explain_linear},
    {"aten::matmul", explain_matmul, Layout::lines},
    {"aten::mm", explain_mm, Layout::lines},
    {"aten::mv", explain_mv},
};

}  // namespace

std::span<const KernelModel> matmul_models() { return kModels; }
std::span<const CauseInfo> matmul_causes() { return kCauses; }

}  // namespace flopaudit
