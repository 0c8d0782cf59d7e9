// Histograms and counts, quantiles, and reductions at indices: loops over elements beside ops that they are put
// together from.
#include <algorithm>
#include <cmath>

#include "analyzer/audit/causes/elements.h"
#include "analyzer/audit/causes/tensor_parts.h"

namespace flopaudit {
namespace {

constexpr const char* kEvidence = "1 to 8000 elements, 1 to 60 bins, f32 and f64; testdata/validation/standard.csv";
constexpr CauseInfo kCauses[] = {
    {"elements into bins",
     "The place of an element in a range is its difference from the lower end, over the width, times the number of "
     "bins; what is out of range has none. The counts of the only thread are summed as well.",
     "aten::histc, histogram", "standard",
     "bins: linspace, sum of [1, bins]; an element in range: 3 add, 1 mul, 1 div, between given edges 1 add; density: "
     "sum, div, diff, div",
     kEvidence},
    {"weights counted", "Each element adds its weight.", "aten::bincount with weights", "standard", "n add", kEvidence},
    {"quantiles as their parts", "The places of quantiles are scaled, and values between two elements interpolated.",
     "aten::quantile, nanquantile", "standard",
     "mul of the quantiles; linear: sub, ceil and lerp of what is interpolated; midpoint: ceil and lerp; lower, "
     "higher, "
     "nearest: floor, ceil, round",
     kEvidence},
    {"slices at indices", "For each index a slice of the source is multiplied into one of the result, or added to it.",
     "aten::index_reduce", "standard",
     "prod: mul_ of a slice; mean: index_add of ones, 1 add and 1 mul an element of the source, div of the result",
     kEvidence},
    {"sums as their parts", "A sum, or a comparison, of what another op makes.",
     "aten::isclose, allclose, sum_to_size, _test_serialization_subcmul", "standard",
     "isclose: mul and add of the second operand, sub of both; sum over dims; mul and sub", kEvidence},
    {"add with a bound", "The second operand is multiplied by alpha, also where it is 1; 2 lanes more past vectors.",
     "aten::_add_relu", "standard", "n add and n mul; f32: 2 of both more where n mod 4 is 2 or 3", kEvidence},
};
constexpr const CauseInfo& kBins = kCauses[0];
constexpr const CauseInfo& kCounted = kCauses[1];
constexpr const CauseInfo& kQuantiles = kCauses[2];
constexpr const CauseInfo& kSlices = kCauses[3];
constexpr const CauseInfo& kSums = kCauses[4];
constexpr const CauseInfo& kBounded = kCauses[5];

// --- histograms ---

Fact dtype_number(DType dtype) { return Fact::integer(scalar_type_number(dtype)); }

void add_edges(std::int64_t bins, DType dtype, TensorParts& parts) {
  const Fact none = Fact::none();
  parts.add("aten::linspace", {Fact::floating(0.25), Fact::floating(1.5), Fact::integer(bins + 1), dtype_number(dtype),
                               none, none, none});
}

// What elements cost that are in range: all, or any number of them.
void add_places(const PerElement& element, const Plan& plan, bool all_in_range, TensorParts& parts) {
  const FlopIntervals places = counts_of(element, product(plan.sizes[0]), plan.classes);
  parts.add_counts(all_in_range ? places : between({}, places));
}

constexpr PerElement kPlace = {.add = 3, .mul = 1, .div = 1};

void explain_histc(const KernelCall& call, Explanation& out) {
  const auto plan = plan_of(call, {0}, out);
  const auto bins = number_at_place(call.inputs, 1), least = number_at_place(call.inputs, 2),
             most = number_at_place(call.inputs, 3);
  if (!plan) return;
  if (!bins || !least || !most) return out.refuse("the bins or the range are not known");
  if (product(plan->sizes[0]) == 0) return;
  const bool all_in_range = *least == *most;  // from the least element to the largest
  const auto count = static_cast<std::int64_t>(*bins);
  TensorParts parts(plan->dtype, out);
  add_edges(count, plan->dtype, parts);
  add_places(kPlace, *plan, all_in_range, parts);
  parts.sum_along(Sizes{1, count}, 0);
  parts.explain(kBins, plan->annotated);
  if (!all_in_range) out.depends_on_data();
}

// Counts over their sum and over the widths of the bins.
void add_density(std::int64_t bins, TensorParts& parts) {
  const Laid counts(Sizes{bins}), edges(Sizes{bins + 1});
  parts.reduce(counts, Reduction::sum);
  parts.on("aten::div_.Tensor", {counts, Sizes()});
  parts.on_scaled("aten::sub.Tensor", slice_of(edges, 0, 1, bins + 1), slice_of(edges, 0, 0, bins));
  parts.on("aten::div_.Tensor", {counts, counts});
}

template <bool by_edges>
void explain_histogram(const KernelCall& call, Explanation& out) {
  constexpr std::size_t kWeight = by_edges ? 2 : 3;
  const auto plan = plan_of(call, {0}, out);
  const auto density = bool_at_place(call.inputs, kWeight + 1);
  const auto edges = by_edges ? sizes_at(call.inputs, 1) : std::nullopt;
  const auto given = by_edges ? std::nullopt : number_at_place(call.inputs, 1);
  if (!plan) return;
  if (!density || (by_edges ? !edges || edges->size() != 1 : !given)) return out.refuse("the bins are not known");
  if (product(plan->sizes[0]) == 0) return;
  const std::int64_t bins = by_edges ? edges->front() - 1 : static_cast<std::int64_t>(*given);
  const bool all_in_range = !by_edges && is_none_at(call.inputs, 2);
  TensorParts parts(plan->dtype, out);
  if (!by_edges) add_edges(bins, plan->dtype, parts);
  add_places(by_edges ? PerElement{.add = 1} : kPlace, *plan, all_in_range, parts);
  parts.sum_along(Sizes{1, bins}, 0);
  if (*density) add_density(bins, parts);
  parts.explain(kBins, plan->annotated);
  if (!all_in_range) out.depends_on_data();
}

void explain_bincount(const KernelCall& call, Explanation& out) {
  if (is_none_at(call.inputs, 1)) return;
  const auto plan = plan_of(call, {1}, out);
  if (plan) out.add_rest(kCounted, plan->annotated, counts_of({.add = 1}, product(plan->sizes[0]), plan->classes));
}

// --- quantiles ---

enum class Between : std::uint8_t { linear, midpoint, lower, higher, nearest };

std::optional<Between> between_of(const KernelCall& call, std::size_t place) {
  const StrFact* word = place < call.inputs.size() ? call.inputs[place].get<StrFact>() : nullptr;
  if (word == nullptr || !word->value) return std::nullopt;
  constexpr std::pair<std::string_view, Between> kWords[] = {{"linear", Between::linear},
                                                             {"midpoint", Between::midpoint},
                                                             {"lower", Between::lower},
                                                             {"higher", Between::higher},
                                                             {"nearest", Between::nearest}};
  for (const auto& [name, between] : kWords) {
    if (*word->value == name) return between;
  }
  return std::nullopt;
}

void add_interpolation(const Laid& values, Between between, TensorParts& parts) {
  if (between == Between::linear) parts.on_scaled("aten::sub.Tensor", values, values);
  if (between == Between::lower) return parts.on("aten::floor_", {values});
  if (between == Between::nearest) return parts.on("aten::round_", {values});
  parts.on("aten::ceil_", {values});
  if (between != Between::higher) parts.on("aten::lerp_.Tensor", {values, values, values});
}

// A row of each kept element, the quantiles along it. Those that leave out nan scale by how many of a row are left.
template <bool leaves_out_nan>
void explain_quantile(const KernelCall& call, Explanation& out) {
  const auto plan = plan_of(call, {0}, out);
  const auto between = between_of(call, 4);
  const bool listed = call.inputs[1].tensor() != nullptr;
  const auto quantiles = sizes_at(call.inputs, 1);
  if (!plan) return;
  if (!between || (listed && !quantiles)) return out.refuse("the quantiles or what is between are not known");
  const Sizes& sizes = plan->sizes[0];
  std::int64_t length = product(sizes);
  if (!is_none_at(call.inputs, 2) && !sizes.empty()) {
    const auto dim = dim_at_place(call, 2, sizes.size());
    if (!dim) return out.refuse("the dim is not known");
    length = sizes[*dim];
  }
  if (length == 0 || product(sizes) == 0) return;
  const std::int64_t count = listed ? product(*quantiles) : 1;
  const Laid values(Sizes{product(sizes) / length, count});
  TensorParts parts(plan->dtype, out);
  if (leaves_out_nan)
    parts.on("aten::mul.Tensor", {Sizes{count}, Sizes{values.sizes[0], 1}});
  else
    parts.on_number("aten::mul.Scalar", Sizes{count});
  add_interpolation(values, *between, parts);
  parts.explain(kQuantiles, plan->annotated);
}

// --- at indices ---

void explain_index_reduce(const KernelCall& call, Explanation& out) {
  const auto plan = plan_of(call, {0, 3}, out);
  const StrFact* word = call.inputs.size() > 4 ? call.inputs[4].get<StrFact>() : nullptr;
  if (!plan) return;
  const Sizes &self = plan->sizes[0], &source = plan->sizes[1];
  const auto dim = dim_at_place(call, 1, self.size());
  if (word == nullptr || !word->value || !dim) return out.refuse("the reduction or the dim is not known");
  const bool mean = *word->value == "mean";
  if (product(source) == 0 || product(self) == 0 || (!mean && *word->value != "prod")) return;
  TensorParts parts(plan->dtype, out);
  const Laid into = select_of(Laid(self), *dim), from = select_of(Laid(source), *dim);
  for (std::int64_t index = 0; index < source[*dim]; ++index) {
    if (self.size() == 1)
      parts.add_counts(counts_of(mean ? PerElement{.add = 1} : PerElement{.mul = 1}, 1, plan->classes));
    else if (mean)
      parts.on_scaled("aten::add_.Tensor", into, from);
    else
      parts.on("aten::mul_.Tensor", {into, from});
  }
  if (mean && self.size() == 1)
    parts.add_counts(counts_of({.add = 1}, source[0], plan->classes));  // how many there are
  if (mean && self.size() > 1) {
    const Fact ones = part_tensor(plan->dtype, source);
    parts.add("aten::index_add_",
              {part_tensor(plan->dtype, self), call.inputs[1], call.inputs[2], ones, Fact::integer(1)});
  }
  if (mean) parts.on("aten::div_.Tensor", {self, self});
  parts.explain(kSlices, plan->annotated);
}

// Each element of the source, where it is added.
void explain_put(const KernelCall& call, Explanation& out) {
  const auto adds = bool_at_place(call.inputs, 3);
  if (!adds) return out.refuse("it is not known whether the values are added");
  result_of(call, out);
}

// --- sums and comparisons of others ---

// |x - y| <= atol + |rtol*y|, of which bools alone are left.
void explain_close(const KernelCall& call, Explanation& out) {
  if (dtype_at_place(call.inputs, 0) && is_integral(*dtype_at_place(call.inputs, 0)))
    return out.refuse("only f32 and f64 have a model");
  const auto plan = plan_of(call, {0, 1}, out);
  if (!plan) return;
  TensorParts parts(plan->dtype, out);
  parts.on_number("aten::mul.Scalar", plan->sizes[1]);
  parts.on_number("aten::add.Scalar", plan->sizes[1]);
  parts.on_scaled("aten::sub.Tensor", plan->sizes[0], plan->sizes[1]);
  parts.explain(kSums, plan->annotated);
}

void explain_sum_to_size(const KernelCall& call, Explanation& out) {
  const auto plan = plan_of(call, {0}, out);
  const auto target = sizes_at(call.outputs, 0);
  if (!plan) return;
  if (!target) return out.refuse("the size is not known");
  const Sizes& sizes = plan->sizes[0];
  const std::size_t more = sizes.size() - target->size();
  std::vector<Fact> dims;
  for (std::size_t dim = 0; dim < sizes.size(); ++dim) {
    const bool summed = dim < more || ((*target)[dim - more] == 1 && sizes[dim] != 1);
    if (summed) dims.push_back(Fact::integer(static_cast<std::int64_t>(dim)));
  }
  if (dims.empty()) return;
  TensorParts parts(plan->dtype, out);
  parts.on("aten::sum.dim_IntList", {sizes}, {Fact::list(std::move(dims)), Fact::boolean(true), Fact::none()});
  parts.explain(kSums, plan->annotated);
}

// The second operand is multiplied by alpha, and subtracted by an op that multiplies by 1 once more.
void explain_subtracted_product(const KernelCall& call, Explanation& out) {
  const auto plan = plan_of_alike(call, {0, 1}, out);
  if (!plan) return;
  TensorParts parts(plan->dtype, out);
  parts.on_number("aten::mul.Scalar", plan->sizes[0]);
  parts.on_scaled("aten::sub.Tensor", plan->sizes[0], plan->sizes[1]);
  parts.explain(kSums, plan->annotated);
}

// In place the loop ends with single elements.
template <Lanes way>
void explain_add_relu(const KernelCall& call, Explanation& out) {
  const bool by_number = call.inputs[1].tensor() == nullptr;
  const auto plan = plan_of_alike(call, by_number ? std::vector<std::size_t>{0} : std::vector<std::size_t>{0, 1}, out);
  if (!plan) return;
  const std::int64_t lanes = lanes_of(way, product(plan->sizes[0]), plan->classes.f32);
  out.add_rest(kBounded, plan->annotated, counts_of({.add = 1, .mul = 1}, lanes, plan->classes));
}

constexpr KernelModel kModels[] = {
    {"aten::_add_relu.Scalar", explain_add_relu<Lanes::pair>},
    {"aten::_add_relu.Tensor", explain_add_relu<Lanes::pair>},
    {"aten::_add_relu_.Scalar", explain_add_relu<Lanes::each>},
    {"aten::_add_relu_.Tensor", explain_add_relu<Lanes::each>},
    {"aten::_test_serialization_subcmul", explain_subtracted_product},
    {"aten::allclose", explain_close},
    {"aten::bincount", explain_bincount},
    {"aten::histc", explain_histc},
    {"aten::histogram.bin_ct", explain_histogram<false>},
    {"aten::histogram.bins_tensor", explain_histogram<true>},
    {"aten::index_reduce", explain_index_reduce},
    {"aten::isclose", explain_close},
    {"aten::nanquantile", explain_quantile<true>},
    {"aten::nanquantile.scalar", explain_quantile<true>},
    {"aten::put", explain_put},
    {"aten::quantile", explain_quantile<false>},
    {"aten::quantile.scalar", explain_quantile<false>},
    {"aten::sum_to_size", explain_sum_to_size},
};

}  // namespace

std::span<const KernelModel> bin_models() { return kModels; }
std::span<const CauseInfo> bin_causes() { return kCauses; }

}  // namespace flopaudit
