// Distances of all pairs of rows of one matrix: a loop of ATen's that fills whole vectors.
#include <algorithm>
#include <cmath>

#include "analyzer/audit/causes/parts.h"

namespace flopaudit {
namespace {

constexpr CauseInfo kCauses[] = {
    {"pairs in whole vectors",
     "Each pair of rows is subtracted in whole vectors of 256 bits; their lanes are added up one by one.",
     "aten::pdist, _pdist_forward", "standard",
     "v lanes a vector (f32 8, f64 4), b vectors a row of M: order 2: 2M - 1 add and M mul, 2 and 1 more where M mod v "
     "is 1 to v - 2; 1: 2bv + (v - 2)v add; inf: bv; 0: 3bv - max(2, lanes unfilled), 3bv - 1 of whole ones; "
     "another order: pow M, and pow and 1 div in f64; rows shorter than a vector: row_distances.cc",
     "rows of 1 to 35 elements, f32 and f64, orders 0, 0.5, 1, 2, 3 and inf; testdata/validation/standard.csv"},
};
constexpr const CauseInfo& kVectors = kCauses[0];

// One pair.
struct Ops {
  std::int64_t add = 0, mul = 0;
};

// Of a sum of differences that are made into something by a product each.
Ops products_of(std::int64_t width, std::int64_t vector) {
  const std::int64_t rest = width % vector;
  if (width >= vector) {
    const bool filled = rest == 0 || rest == vector - 1;
    return {2 * width - 1 + (filled ? 0 : 2), width + (filled ? 0 : 1)};
  }
  if (vector == 4) return {width + 2, 3};
  constexpr std::int64_t kWithTwoHalves = 6;
  return width < kWithTwoHalves ? Ops{width + 4, 5} : Ops{width + 8, 9};
}

// Powers are libm's, and what is beside them adds.
Ops beside_powers_of(std::int64_t width, std::int64_t vector) {
  if (width >= vector) {
    const Ops squared = products_of(width, vector);
    return {squared.add, squared.mul - width};
  }
  if (width == 1) return vector == 8 ? Ops{3, 2} : Ops{2, 1};
  if (width == 2 && vector == 8) return {4, 1};
  return {2 * width - 1, 0};
}

Ops pair_of(double order, std::int64_t width, std::int64_t vector) {
  const std::int64_t vectors = blocks_of(width, vector), lanes = vectors * vector, unfilled = lanes - width;
  const bool is_short = width < vector;
  if (std::isinf(order)) return {lanes};
  if (order == 1) return {is_short ? vector * width : 2 * lanes + (vector - 2) * vector};
  if (order == 0) {
    if (is_short) return {2 * vector - 3 + width};
    return {3 * lanes - (unfilled == 0 ? 1 : std::max<std::int64_t>(2, unfilled))};
  }
  return order == 2 ? products_of(width, vector) : beside_powers_of(width, vector);
}

void explain_pairs(const KernelCall& call, Explanation& out) {
  const auto sizes = sizes_at(call.inputs, 0);
  const auto dtype = dtype_at_place(call.inputs, 0);
  const auto order = number_at_place(call.inputs, 1);
  const auto classes = precision_of(dtype);
  const auto annotated = annotated_of(call, out);
  if (!classes) return out.refuse("only f32 and f64 have a model");
  if (!sizes || sizes->size() != 2 || !order) return out.refuse("the shape or the order is not known");
  const std::int64_t rows = (*sizes)[0], width = (*sizes)[1], pairs = rows * (rows - 1) / 2;
  if (!annotated || rows * width == 0) return;
  const Ops pair = pair_of(*order, width, classes->f32 ? 8 : 4);
  FlopIntervals whole;
  add_point(whole, classes->add, pairs * pair.add);
  add_point(whole, classes->mul, pairs * pair.mul);
  if (*order == 2) add_point(whole, classes->sqrt, pairs);
  Parts parts(out);
  if (*order != 0 && *order != 1 && *order != 2 && !std::isinf(*order)) {
    const Fact powers = part_tensor(*dtype, {pairs * width}), roots = part_tensor(DType::f64, {pairs});
    parts.add("aten::pow.Tensor_Tensor", {powers, powers});
    parts.add("aten::pow.Tensor_Tensor", {roots, roots});
    add_point(whole, FlopClass::div_f64, pairs);
  }
  parts.add_counts(whole);
  parts.explain(kVectors, *annotated);
}

constexpr KernelModel kModels[] = {
    {"aten::_pdist_forward", explain_pairs},
    {"aten::pdist", explain_pairs},
};

}  // namespace

std::span<const KernelModel> row_distance_models() { return kModels; }
std::span<const CauseInfo> row_distance_causes() { return kCauses; }

}  // namespace flopaudit
