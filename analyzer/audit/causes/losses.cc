// Losses: most are put together from other ops; those that compare element by element have loops of their own, and nll
// sums up in a cascade of its own.
#include <algorithm>

#include "analyzer/audit/causes/elements.h"
#include "analyzer/audit/causes/tensor_parts.h"

namespace flopaudit {
namespace {

constexpr const char* kEvidence =
    "1 to 1003 elements, 1 to 192 samples of 2 to 100 classes, each reduction; testdata/validation/standard.csv";
constexpr CauseInfo kCauses[] = {
    {"loss as its parts", "The loss is put together from other ops, and then reduced by a sum or a mean.",
     "aten::l1_loss, mse_loss, kl_div, soft_margin_loss", "standard",
     "what its parts of these sizes execute: losses.cc", kEvidence},
    {"branches of a loss", "Which formula an element takes depends on its value.", "aten::smooth_l1_loss, huber_loss",
     "standard", "n times the least to n times the most that an element of any value costs", kEvidence},
    {"cascade of samples",
     "Losses and weights are summed in 8 partial sums each, merged upwards every 16 samples; without a reduction each "
     "sample is multiplied by its weight, also by one of 1.",
     "aten::nll_loss", "standard",
     "N samples: N + 2*(7 + N/16 + N/256 + ..) + 8 add, of the samples behind the first; with weights N + 8 add and N "
     "mul more; without a reduction N mul alone",
     kEvidence},
};
constexpr const CauseInfo& kParts = kCauses[0];
constexpr const CauseInfo& kBranches = kCauses[1];
constexpr const CauseInfo& kCascade = kCauses[2];

// A loss of two operands of one shape and type.
struct Pair {
  Fact first, second;
  std::int64_t elements;
  PrecisionClasses classes;
  Reduction reduction;
  FlopIntervals annotated;
};

std::optional<Pair> pair_of(const KernelCall& call, std::size_t reduction_place, Explanation& out) {
  const auto sizes = sizes_at(call.inputs, 0);
  const auto dtype = dtype_at_place(call.inputs, 0);
  const auto classes = precision_of(dtype);
  const auto reduction = reduction_of(call, reduction_place, out);
  const auto annotated = annotated_of(call, out);
  if (!sizes)
    out.refuse("a shape is not known");
  else if (!classes)
    out.refuse("only f32 and f64 have a model");
  else if (sizes_at(call.inputs, 1) != sizes || dtype_at_place(call.inputs, 1) != dtype)
    out.refuse("operands of other than one known shape and type have no model");
  if (!out.refusal().empty() || product(*sizes) == 0) return std::nullopt;
  return Pair{
      part_tensor(*dtype, *sizes), part_tensor(*dtype, *sizes), product(*sizes), *classes, *reduction, *annotated};
}

void add_reduction(Parts& parts, const Fact& losses, Reduction reduction) {
  if (reduction == Reduction::mean) parts.add("aten::mean", {losses, Fact::none()});
  if (reduction == Reduction::sum) parts.add("aten::sum", {losses, Fact::none()});
}

// alpha
Fact one() { return Fact::integer(1); }

// --- put together from other ops ---

void explain_absolute(const KernelCall& call, Explanation& out) {
  const auto pair = pair_of(call, 2, out);
  if (!pair) return;
  Parts parts(out);
  parts.add("aten::sub.Tensor", {pair->first, pair->second, one()}, 1, call.strides);
  add_reduction(parts, pair->first, pair->reduction);
  parts.explain(kParts, pair->annotated);
}

void explain_squared(const KernelCall& call, Explanation& out) {
  const auto pair = pair_of(call, 2, out);
  if (!pair) return;
  Parts parts(out);
  parts.add_counts(counts_of({.add = 1, .mul = 1}, pair->elements, pair->classes));
  add_reduction(parts, pair->first, pair->reduction);
  parts.explain(kParts, pair->annotated);
}

// y*log(y) - y*x; with log_target exp(y)*(y - x).
void explain_divergence(const KernelCall& call, Explanation& out) {
  const auto pair = pair_of(call, 2, out);
  const auto in_logarithms = bool_at_place(call.inputs, 3);
  if (!in_logarithms) out.refuse("it is not known whether the target is a logarithm");
  if (!pair || !in_logarithms) return;
  Parts parts(out);
  if (*in_logarithms)
    parts.add("aten::exp", {pair->first});
  else
    parts.add("aten::xlogy.Tensor", {pair->second, pair->second});
  parts.add("aten::mul.Tensor", {pair->second, pair->first});
  parts.add("aten::sub.Tensor", {pair->first, pair->second, one()});
  add_reduction(parts, pair->first, pair->reduction);
  parts.explain(kParts, pair->annotated);
}

// log(1 + exp(-y*x))
void explain_soft_margin(const KernelCall& call, Explanation& out) {
  const auto pair = pair_of(call, 2, out);
  if (!pair) return;
  Parts parts(out);
  parts.add("aten::mul_.Tensor", {pair->second, pair->first});
  parts.add("aten::exp_", {pair->first});
  parts.add("aten::log1p_", {pair->first});
  add_reduction(parts, pair->first, pair->reduction);
  parts.explain(kParts, pair->annotated);
}

// --- what values decide ---

// What one element costs at least and at most; vectors are padded, and a number may be made once.
void explain_between(const Pair& pair, const PerElement& least, const PerElement& most, Explanation& out) {
  const std::int64_t padded = pair.elements + 3;
  Parts parts(out);
  parts.add_counts(between(counts_of(least, pair.elements, pair.classes), counts_of(most, padded, pair.classes)));
  add_reduction(parts, pair.first, pair.reduction);
  out.depends_on_data();
  parts.explain(kBranches, pair.annotated);
}

// Elements without gaps, in the same order in both operands, are one loop.
bool are_one_loop(const KernelCall& call, Explanation& out) {
  const auto first = memory_order_at(call, 0), second = memory_order_at(call, 1);
  if (first && first == second) return true;
  out.refuse("operands that lie differently in memory have no model");
  return false;
}

void explain_smooth(const KernelCall& call, Explanation& out) {
  const auto pair = pair_of(call, 2, out);
  if (!pair || !are_one_loop(call, out)) return;
  explain_between(*pair, {.add = 1}, {.add = 2, .mul = 3, .div = 1}, out);
}

void explain_huber(const KernelCall& call, Explanation& out) {
  const auto pair = pair_of(call, 2, out);
  if (!pair || !are_one_loop(call, out)) return;
  explain_between(*pair, {.add = 1, .mul = 1}, {.add = 2, .mul = 3}, out);
}

// --- classes ---

struct Samples {
  std::int64_t count, merges;
};

Samples samples_of(const Sizes& sizes) {
  Samples samples = {sizes.size() == 1 ? 1 : product(sizes) / std::max<std::int64_t>(sizes[1], 1), 0};
  // Sample 0 merges on all levels, sample 16 on the first, 256 on the first two.
  samples.merges = 7;
  for (std::int64_t every = 16; every < samples.count; every *= 16) samples.merges += (samples.count - 1) / every;
  return samples;
}

// The target and the class that is ignored do not matter: what is ignored is taken off by value.
void explain_samples(const KernelCall& call, Explanation& out) {
  const auto sizes = sizes_at(call.inputs, 0);
  const auto classes = precision_of(dtype_at_place(call.inputs, 0));
  const auto reduction = reduction_of(call, 3, out);
  const auto annotated = annotated_of(call, out);
  if (!sizes || sizes->empty()) return out.refuse("a shape is not known");
  if (!classes) return out.refuse("only f32 and f64 have a model");
  if (!out.refusal().empty() || product(*sizes) == 0) return;
  const bool weighted = !is_none_at(call.inputs, 2);
  const Samples samples = samples_of(*sizes);
  FlopIntervals whole;
  ValueRange ignored;
  ignored.calls = samples.count;
  if (*reduction == Reduction::none) {
    add_point(whole, classes->mul, samples.count);
    ignored.each[classes->mul] = {-1, -1};
  } else {
    const std::int64_t each = weighted ? 2 : 1;
    add_point(whole, classes->add, each * (samples.count + 8) + 2 * samples.merges);
    add_point(whole, classes->mul, weighted ? samples.count : 0);
    add_point(whole, classes->div, *reduction == Reduction::mean ? 1 : 0);
    ignored.each[classes->add] = {-each, -each};
    ignored.each[classes->mul] = {weighted ? -1 : 0, weighted ? -1 : 0};
    ignored.slack[classes->add] = {-2 * samples.merges, 0};
  }
  out.add_rest(kCascade, *annotated, whole);
  out.differs_by_values(ignored);
}

constexpr KernelModel kModels[] = {
    {"aten::huber_loss", explain_huber, Layout::any},
    {"aten::kl_div", explain_divergence},
    {"aten::l1_loss", explain_absolute, Layout::any},
    {"aten::mse_loss", explain_squared, Layout::any},
    {"aten::nll_loss", explain_samples, Layout::any},
    {"aten::nll_loss2d", explain_samples, Layout::any},
    {"aten::nll_loss2d_forward", explain_samples, Layout::any},
    {"aten::nll_loss_forward", explain_samples, Layout::any},
    {"aten::nll_loss_nd", explain_samples, Layout::any},
    {"aten::smooth_l1_loss", explain_smooth, Layout::any},
    {"aten::soft_margin_loss", explain_soft_margin},
};

}  // namespace

std::span<const KernelModel> loss_models() { return kModels; }
std::span<const CauseInfo> loss_causes() { return kCauses; }

}  // namespace flopaudit
