// sum, mean and average pooling.
#include <algorithm>

#include "analyzer/audit/causes/kernel_model.h"

namespace flopaudit {
namespace {

constexpr CauseInfo kCauses[] = {
    {"vector accumulator merge",
     "A sum over the last dims runs in 4 vectors of 256 bits (4 scalars when short) on 4 levels, which are merged into "
     "one.",
     "aten::sum, mean and adaptive_avg_pool to 1x1, over the last dims", "standard",
     "f32: 130 add an output beyond window-1, 34 more each 16 times 32 elements and each 256 of those; f64: 66 and 16 "
     "each 16 times 16 elements; windows below one vector: 17",
     "testdata/audit/probes.tsv: windows of 1 to 12544 elements, f32 and f64"},
    {"accumulator starts at zero", "Each output starts at 0 and adds every element, and adds the sum once more.",
     "aten::avg_pool1d, avg_pool2d, adaptive_avg_pool", "standard",
     "avg_pool: 2 add an output; adaptive: 1 add and 1 div (by each side of the window)",
     "testdata/audit/probes.tsv: windows 2x2, 3x3 with and without padding, uneven windows, f32 and f64"},
};
constexpr const CauseInfo& kMerge = kCauses[0];
constexpr const CauseInfo& kZeroStart = kCauses[1];

// Adds of ATen's cascade sum over `window` elements that lie together, by its published structure: 4 accumulators on 4
// levels, merged upwards every 16 steps, then across levels, accumulators, vector lanes, and into the output.
std::int64_t cascade_sum_adds(std::int64_t window, bool f32) {
  constexpr std::int64_t kAccumulators = 4, kLevels = 4;
  const std::int64_t vector = f32 ? 8 : 4;
  const bool vectorized = window >= vector;
  const std::int64_t lanes = vectorized ? vector : 1;
  const std::int64_t steps = window / lanes / kAccumulators;
  // The f32 merge is compiled with 2 lanes more a level than it needs.
  const std::int64_t merge = kAccumulators * lanes + (vectorized && f32 ? 2 : 0);
  std::int64_t merges = 0;
  for (std::int64_t level = 1, every = 16; level < kLevels; ++level, every *= 16) merges += steps / every;
  const std::int64_t finish = (kLevels - 1) * kAccumulators * lanes + (kAccumulators - 1) * lanes;
  return window + merges * merge + finish + (vectorized ? lanes : 0) + 1;
}

// Steps double their length from 2^17 on; no window of that size was measured.
constexpr std::int64_t kLongestWindow = std::int64_t{1} << 20;

void explain_window_sum(std::int64_t window, std::int64_t outputs, const PrecisionClasses& classes, Explanation& out) {
  if (window == 0 || outputs == 0) return;
  if (window > kLongestWindow) return out.refuse("sums over more than 2^20 elements have no model");
  const std::int64_t annotated = window - 1;
  out.add(kMerge, classes.add, outputs * (cascade_sum_adds(window, classes.f32) - annotated));
}

struct Pooled {
  Sizes input, output;
  PrecisionClasses classes;
};

std::optional<Pooled> pooled(const KernelCall& call, Explanation& out) {
  const auto input = sizes_at(call.inputs, 0), output = sizes_at(call.outputs, 0);
  const auto classes = precision_of(dtype_at_place(call.inputs, 0));
  if (!input || !output)
    out.refuse("a shape is not known");
  else if (!classes)
    out.refuse("only f32 and f64 have a model");
  else
    return Pooled{*input, *output, *classes};
  return std::nullopt;
}

void explain_adaptive(const KernelCall& call, Explanation& out) {
  const auto found = pooled(call, out);
  if (!found) return;
  const std::int64_t outputs = product(found->output);
  const std::size_t rank = found->output.size();
  if (rank >= 2 && found->output[rank - 1] == 1 && found->output[rank - 2] == 1) {
    return explain_window_sum(found->input[rank - 1] * found->input[rank - 2], outputs, found->classes, out);
  }
  out.add(kZeroStart, found->classes.add, outputs);
  out.add(kZeroStart, found->classes.div, outputs);
}

void explain_avg_pool(const KernelCall& call, Explanation& out) {
  const auto found = pooled(call, out);
  if (found) out.add(kZeroStart, found->classes.add, 2 * product(found->output));
}

// Which dims `dim` names: None and [] are all of them.
std::optional<std::vector<bool>> reduced_dims(const KernelCall& call, std::size_t rank) {
  std::vector<bool> reduced(rank, true);
  if (is_none_at(call.inputs, 1)) return reduced;
  const auto dims = ints_at_place(call.inputs, 1, 1);
  if (!dims) return std::nullopt;
  if (dims->empty()) return reduced;
  std::fill(reduced.begin(), reduced.end(), false);
  for (const std::int64_t dim : *dims) {
    const std::int64_t at = dim < 0 ? dim + static_cast<std::int64_t>(rank) : dim;
    if (at < 0 || at >= static_cast<std::int64_t>(rank)) return std::nullopt;
    reduced[static_cast<std::size_t>(at)] = true;
  }
  return reduced;
}

void explain_sum_of(const KernelCall& call, const std::vector<bool>& reduced, const Pooled& found, Explanation& out) {
  // The reduced dims must lie together at the end: then an output sums a run of neighbours.
  if (!std::is_sorted(reduced.begin(), reduced.end()) || reduced.empty() || !reduced.back()) {
    return out.refuse("sums over other than the last dims have no model");
  }
  if (dtype_at_place(call.inputs, 0) != dtype_at_place(call.outputs, 0))
    return out.refuse("sums with a cast have no model");
  const std::int64_t outputs = product(found.output);
  if (outputs != 0) explain_window_sum(product(found.input) / outputs, outputs, found.classes, out);
}

void explain_sum_of_dims(const KernelCall& call, Explanation& out) {
  const auto found = pooled(call, out);
  if (!found) return;
  const auto reduced = reduced_dims(call, found->input.size());
  if (!reduced) return out.refuse("the dims are not known");
  explain_sum_of(call, *reduced, *found, out);
}

void explain_sum_of_all(const KernelCall& call, Explanation& out) {
  const auto found = pooled(call, out);
  if (found) explain_sum_of(call, std::vector<bool>(found->input.size(), true), *found, out);
}

constexpr KernelModel kModels[] = {
    {"aten::adaptive_avg_pool2d", explain_adaptive},
    {"aten::avg_pool2d", explain_avg_pool},
    {"aten::mean", explain_sum_of_all},
    {"aten::mean.dim", explain_sum_of_dims},
    {"aten::sum", explain_sum_of_all},
    {"aten::sum.dim_IntList", explain_sum_of_dims},
};

}  // namespace

std::span<const KernelModel> reduction_models() { return kModels; }
std::span<const CauseInfo> reduction_causes() { return kCauses; }

}  // namespace flopaudit
