// Differences of neighbours and integrals over them, put together from slices that are added, subtracted and scaled;
// the bilinear form.
#include <algorithm>

#include "analyzer/audit/causes/tensor_parts.h"

namespace flopaudit {
namespace {

constexpr const char* kEvidence =
    "1 to 60 elements along each of up to three dims, f32 and f64; testdata/validation/standard.csv";
constexpr CauseInfo kCauses[] = {
    {"differences as their parts",
     "Slices are subtracted, added and scaled, what that adds with them: both alpha multiplies, pairs where slices "
     "leap.",
     "aten::diff, trapezoid, cumulative_trapezoid, gradient", "standard",
     "what its parts of these slices execute: differences.cc", kEvidence},
    {"bilinear as its parts",
     "For each output two products are taken, the second of a row each, and added to what starts at 0.",
     "aten::bilinear", "standard",
     "an output of N rows: bmm of [N, I] by [I, J], bmm of N times [1, J] by [J, 1], N add and N mul; a bias adds once "
     "more",
     kEvidence},
};
constexpr const CauseInfo& kParts = kCauses[0];
constexpr const CauseInfo& kBilinear = kCauses[1];

// --- diff ---

void explain_diff(const KernelCall& call, Explanation& out) {
  const auto plan = plan_of(call, {0}, out);
  const auto order = number_at_place(call.inputs, 1);
  if (!plan) return;
  const auto dim = dim_at_place(call, 2, plan->sizes[0].size());
  if (!order || !dim) return out.refuse("the order or the dim is not known");
  Laid values(plan->sizes[0]);
  for (const std::size_t place : {3, 4}) {
    if (place >= call.inputs.size() || is_none_at(call.inputs, place)) continue;
    const auto joined = plan_of(call, {0, place}, out);
    if (!joined) return;
    values.sizes[*dim] += joined->sizes[1][*dim];
  }
  TensorParts parts(plan->dtype, out);
  for (int step = 0; step < *order && values.sizes[*dim] > 0; ++step) {
    const std::int64_t length = values.sizes[*dim];
    parts.on_scaled("aten::sub.Tensor", slice_of(values, *dim, 1, length), slice_of(values, *dim, 0, length - 1));
    values.sizes[*dim] = length - 1;
  }
  parts.explain(kParts, plan->annotated);
}

// --- integrals ---

// Slices without the last and without the first.
struct Neighbours {
  Laid left, right;
};

Neighbours neighbours_along(const Laid& values, std::size_t dim) {
  const std::int64_t length = values.sizes[dim];
  return {slice_of(values, dim, 0, length - 1), slice_of(values, dim, 1, length)};
}

// The intervals between known places, and both neighbours of each times it. A list of places lies along the dim.
bool add_between_places(const Sizes& values, Sizes places, std::size_t dim, TensorParts& parts, Explanation& out) {
  if (places.size() == 1) {
    Sizes along(values.size(), 1);
    along[dim] = places.front();
    places = along;
  }
  if (places.size() != values.size()) {
    out.refuse("places of other dims than the values have no model");
    return false;
  }
  const Neighbours x = neighbours_along(Laid(places), dim), y = neighbours_along(Laid(values), dim);
  parts.on_scaled("aten::sub.Tensor", x.right, x.left);
  parts.on_scaled("aten::add.Tensor", y.left, y.right);
  parts.on("aten::mul.Tensor", {y.left.sizes, x.left.sizes});
  return true;
}

void explain_trapezoid_of_places(const KernelCall& call, Explanation& out) {
  const auto plan = plan_of(call, {0, 1}, out);
  if (!plan) return;
  const auto dim = dim_at_place(call, 2, plan->sizes[0].size());
  if (!dim) return out.refuse("the dim is not known");
  const Sizes& values = plan->sizes[0];
  TensorParts parts(plan->dtype, out);
  if (product(values) == 0 || !add_between_places(values, plan->sizes[1], *dim, parts, out)) return;
  Sizes between = values;
  --between[*dim];
  parts.sum_along(between, *dim);
  parts.on_number("aten::div.Scalar", select_of(between, *dim).sizes);
  parts.explain(kParts, plan->annotated);
}

// The sum of all less half of the first and the last, times the distance.
void explain_trapezoid(const KernelCall& call, Explanation& out) {
  const auto plan = plan_of(call, {0}, out);
  if (!plan) return;
  const auto dim = dim_at_place(call, 2, plan->sizes[0].size());
  if (!dim) return out.refuse("the dim is not known");
  const Laid values(plan->sizes[0]);
  if (product(values.sizes) == 0) return;
  const Laid end = select_of(values, *dim);
  TensorParts parts(plan->dtype, out);
  parts.on_scaled("aten::add.Tensor", end, end);
  parts.on_number("aten::mul.Scalar", end.sizes);
  parts.sum_along(values, *dim);
  parts.on_scaled("aten::sub.Tensor", end.sizes, end.sizes);
  parts.on_number("aten::mul.Scalar", end.sizes);
  parts.explain(kParts, plan->annotated);
}

template <bool by_places>
void explain_cumulative(const KernelCall& call, Explanation& out) {
  const auto plan = plan_of(call, by_places ? std::vector<std::size_t>{0, 1} : std::vector<std::size_t>{0}, out);
  if (!plan) return;
  const auto dim = dim_at_place(call, 2, plan->sizes[0].size());
  if (!dim) return out.refuse("the dim is not known");
  const Sizes& values = plan->sizes[0];
  if (product(values) == 0) return;
  Sizes between = values;
  --between[*dim];
  TensorParts parts(plan->dtype, out);
  if (by_places) {
    if (!add_between_places(values, plan->sizes[1], *dim, parts, out)) return;
  } else {
    const Neighbours y = neighbours_along(Laid(values), *dim);
    parts.on_scaled("aten::add.Tensor", y.left, y.right);
    parts.on_number("aten::mul.Scalar", between);
  }
  parts.on("aten::cumsum", {between}, {Fact::integer(static_cast<std::int64_t>(*dim)), Fact::none()});
  if (by_places) parts.on_number("aten::div.Scalar", between);
  parts.explain(kParts, plan->annotated);
}

// --- gradients ---

// What is subtracted and divided by a distance.
void add_quotient(const Laid& left, const Laid& right, TensorParts& parts) {
  parts.on_scaled("aten::sub.Tensor", left, right);
  parts.on_number("aten::div.Scalar", left.sizes);
}

// Distances that are one number a dim: central differences, at the ends one-sided ones of the order.
void add_gradient(const Laid& values, std::size_t dim, double edge_order, TensorParts& parts) {
  const std::int64_t length = values.sizes[dim];
  const Laid center = slice_of(values, dim, 2, length), edge = slice_of(values, dim, 0, 1);
  add_quotient(center, slice_of(values, dim, 0, length - 2), parts);
  for (int end = 0; end < 2; ++end) {
    if (edge_order == 1) {
      add_quotient(edge, edge, parts);
      continue;
    }
    for (int i = 0; i < 3; ++i) parts.on_number("aten::mul.Scalar", edge);
    parts.on_scaled(end == 0 ? "aten::add.Tensor" : "aten::sub.Tensor", edge.sizes, edge.sizes);
    parts.on_scaled(end == 0 ? "aten::sub.Tensor" : "aten::add.Tensor", edge.sizes, edge.sizes);
    parts.on_number("aten::div.Scalar", edge.sizes);
  }
  parts.on_number("aten::div.Scalar", center.sizes);
}

// The dims in their order; None is all of them, or the one that is named.
std::optional<std::vector<std::size_t>> gradient_dims(const KernelCall& call, std::size_t place, std::size_t rank) {
  if (!is_none_at(call.inputs, place)) return places_at(call.inputs, place, rank);
  std::vector<std::size_t> dims;
  for (std::size_t dim = 0; dim < rank; ++dim) dims.push_back(dim);
  return dims;
}

// `dims_place`: 1 where no spacing is an operand; the order follows it.
template <std::size_t dims_place>
void explain_gradient(const KernelCall& call, Explanation& out) {
  const auto plan = plan_of(call, {0}, out);
  const auto order = number_at_place(call.inputs, dims_place + 1);
  if (!plan) return;
  const auto dims = gradient_dims(call, dims_place, plan->sizes[0].size());
  if (!dims || !order) return out.refuse("the dims or the order are not known");
  TensorParts parts(plan->dtype, out);
  for (const std::size_t dim : *dims) add_gradient(Laid(plan->sizes[0]), dim, *order, parts);
  parts.explain(kParts, plan->annotated);
}

// --- the bilinear form ---

void explain_bilinear(const KernelCall& call, Explanation& out) {
  const auto plan = plan_of(call, {0, 1, 2}, out);
  if (!plan) return;
  const Sizes &left = plan->sizes[0], &weight = plan->sizes[2];
  const std::int64_t rows = product(left) / std::max<std::int64_t>(1, left.back());
  if (product(left) * product(weight) == 0) return;
  TensorParts parts(plan->dtype, out);
  for (std::int64_t output = 0; output < weight[0]; ++output) {
    parts.on("aten::bmm", {Sizes{1, rows, weight[1]}, Sizes{1, weight[1], weight[2]}});
    parts.on("aten::bmm", {Sizes{rows, 1, weight[2]}, Sizes{rows, weight[2], 1}});
    parts.on_scaled("aten::add_.Tensor", Sizes{rows}, Sizes{rows});
  }
  if (!is_none_at(call.inputs, 3)) parts.on_scaled("aten::add.Tensor", Sizes{rows, weight[0]}, Sizes{weight[0]});
  parts.explain(kBilinear, plan->annotated);
}

constexpr KernelModel kModels[] = {
    {"aten::bilinear", explain_bilinear},
    {"aten::cumulative_trapezoid.dx", explain_cumulative<false>},
    {"aten::cumulative_trapezoid.x", explain_cumulative<true>},
    {"aten::diff", explain_diff},
    {"aten::gradient.array", explain_gradient<1>},
    {"aten::gradient.scalararray", explain_gradient<2>},
    {"aten::gradient.scalarint", explain_gradient<2>},
    {"aten::gradient.scalarrayarray", explain_gradient<2>},
    {"aten::gradient.scalarrayint", explain_gradient<2>},
    {"aten::trapezoid.dx", explain_trapezoid},
    {"aten::trapezoid.x", explain_trapezoid_of_places},
    {"aten::trapz.dx", explain_trapezoid},
};

}  // namespace

std::span<const KernelModel> difference_models() { return kModels; }
std::span<const CauseInfo> difference_causes() { return kCauses; }

}  // namespace flopaudit
