// Losses that ATen puts together from many ops, with weights, smoothed labels and distances; and those of margins and
// of alignments, whose loops take branches by value.
#include <algorithm>

#include "analyzer/audit/causes/elements.h"
#include "analyzer/audit/causes/tensor_parts.h"

namespace flopaudit {
namespace {

constexpr const char* kEvidence =
    "1 to 8000 elements, 1 to 60 samples of 1 to 50 classes, each reduction, f32 and f64; "
    "testdata/validation/standard.csv";
constexpr CauseInfo kCauses[] = {
    {"loss of many parts", "The loss is put together from other ops, and then reduced by a sum or a mean.",
     "aten::binary_cross_entropy_with_logits, cross_entropy_loss, poisson_nll_loss, margin_ranking_loss, "
     "triplet_margin_loss, cosine_embedding_loss, hinge_embedding_loss",
     "standard", "what its parts of these sizes execute: composed_losses.cc", kEvidence},
    {"entropy by libm",
     "Each element takes a logarithm of x and one of 1 - x, libm's, whose branches are by value; a weight multiplies.",
     "aten::binary_cross_entropy", "standard",
     "an element 2 add and 2 mul, and log and log1p: f32 at most 17 add, 13 mul, 3 div, 6 add and 6 mul in f64; f64 at "
     "most 37 add, 33 mul and 3 div",
     kEvidence},
    {"classes past the margin",
     "The margin less the target's class is taken once a sample; only classes past it are squared, weighted and added.",
     "aten::multi_margin_loss", "standard",
     "N samples of C classes: N*C add, and up to N*(C - 1) add, as many mul where the order is 2, as many with "
     "weights; N div; a reduction: N add in f64, the mean 1 div",
     kEvidence},
    {"labels below the margin",
     "Each label is held against each class that is none, in two additions; what is past the margin is summed in f64.",
     "aten::multilabel_margin_loss", "standard",
     "P pairs in R rows of C classes: 2*P add, up to P add in f64; R div, where losses are one number R add and 1 div "
     "in f64 instead, the mean 1 div more",
     kEvidence},
    {"alignments that cannot be",
     "A state adds up three exponentials beside the largest; one that no alignment reaches is left out.",
     "aten::_ctc_loss, ctc_loss", "standard",
     "up to (T - 1)*(2S + 1) + 1 states a sample: at most 7 add, 3 exp and a log of libm each", kEvidence},
};
constexpr const CauseInfo& kParts = kCauses[0];
constexpr const CauseInfo& kEntropy = kCauses[1];
constexpr const CauseInfo& kMargin = kCauses[2];
constexpr const CauseInfo& kLabels = kCauses[3];
constexpr const CauseInfo& kAlignments = kCauses[4];

// --- element by element ---

// y*log(x) + (1 - y)*log(1 - x)
void explain_entropy(const KernelCall& call, Explanation& out) {
  const bool weighted = !is_none_at(call.inputs, 2);
  const auto plan = plan_of_alike(call, {0, 1}, out);
  const auto reduction = reduction_of(call, 3, out);
  if (!plan || !reduction) return;
  const Sizes& sizes = plan->sizes.front();
  const PerElement most = plan->classes.f32
                              ? PerElement{.add = 19, .mul = 15, .div = 3, .add_inside = 6, .mul_inside = 6}
                              : PerElement{.add = 39, .mul = 35, .div = 3};
  TensorParts parts(plan->dtype, out);
  parts.add_counts(between(counts_of({.add = 2, .mul = 2}, product(sizes), plan->classes),
                           counts_of(most, product(sizes), plan->classes)));
  if (weighted) {
    const auto weight = plan_of(call, {0, 2}, out);
    if (!weight) return;
    parts.on("aten::mul_.Tensor", {sizes, weight->sizes[1]});
  }
  parts.reduce(sizes, *reduction);
  parts.explain(kEntropy, plan->annotated);
  out.depends_on_data();
}

// (1 - y)*x - w*log_sigmoid(x), w = (p - 1)*y + 1 for weights p of the positive ones; a weight multiplies the whole.
void explain_with_logits(const KernelCall& call, Explanation& out) {
  const auto plan = plan_of_alike(call, {0, 1}, out);
  const auto reduction = reduction_of(call, 4, out);
  if (!plan || !reduction) return;
  const Sizes& sizes = plan->sizes.front();
  TensorParts parts(plan->dtype, out);
  parts.on("aten::log_sigmoid", {sizes});
  if (!is_none_at(call.inputs, 3)) {
    const auto positive = plan_of(call, {0, 3}, out);
    if (!positive) return;
    parts.on_number("aten::sub.Scalar", positive->sizes[1]);
    parts.on("aten::mul.Tensor", {positive->sizes[1], sizes});
    parts.on_number("aten::add_.Scalar", sizes);
    parts.on("aten::mul_.Tensor", {sizes, sizes});
  }
  parts.on_number("aten::rsub.Scalar", sizes);
  parts.on("aten::mul_.Tensor", {sizes, sizes});
  parts.on_scaled("aten::sub_.Tensor", sizes, sizes);
  if (!is_none_at(call.inputs, 2)) {
    const auto weight = plan_of(call, {0, 2}, out);
    if (!weight) return;
    parts.on("aten::mul_.Tensor", {sizes, weight->sizes[1]});
  }
  parts.reduce(sizes, *reduction);
  parts.explain(kParts, plan->annotated);
}

// exp(x) - y*x, or x - y*log(x + eps); the full loss adds y*log(y) - y + 0.5*log(2*pi*y).
void explain_poisson(const KernelCall& call, Explanation& out) {
  const auto in_logarithms = bool_at_place(call.inputs, 2), full = bool_at_place(call.inputs, 3);
  const auto plan = plan_of_alike(call, {0, 1}, out);
  const auto reduction = reduction_of(call, 5, out);
  if (!in_logarithms || !full) return out.refuse("the kind of the loss is not known");
  if (!plan || !reduction) return;
  const Sizes& sizes = plan->sizes.front();
  TensorParts parts(plan->dtype, out);
  if (!*in_logarithms) parts.on_number("aten::add.Scalar", sizes);
  parts.on(*in_logarithms ? "aten::exp" : "aten::log", {sizes});
  parts.on("aten::mul.Tensor", {sizes, sizes});
  parts.on_scaled("aten::sub.Tensor", sizes, sizes);
  if (*full) {
    parts.on_number("aten::mul.Scalar", sizes);
    parts.on("aten::log", {sizes});
    parts.on_number("aten::mul.Scalar", sizes);
    parts.on("aten::log", {sizes});
    parts.on("aten::mul.Tensor", {sizes, sizes});
    parts.on_scaled("aten::sub.Tensor", sizes, sizes);
    parts.on_scaled("aten::add.Tensor", sizes, sizes);
    parts.on_scaled("aten::add_.Tensor", sizes, sizes);
  }
  parts.reduce(sizes, *reduction);
  parts.explain(kParts, plan->annotated);
}

// max(0, margin - y*(a - b))
void explain_ranking(const KernelCall& call, Explanation& out) {
  const auto plan = plan_of_alike(call, {0, 1, 2}, out);
  const auto reduction = reduction_of(call, 4, out);
  if (!plan || !reduction) return;
  const Sizes& sizes = plan->sizes.front();
  TensorParts parts(plan->dtype, out);
  parts.on_scaled("aten::sub.Tensor", sizes, sizes);
  parts.on("aten::mul.Tensor", {sizes, sizes});
  parts.on_number("aten::add.Scalar", sizes);
  parts.reduce(sizes, *reduction);
  parts.explain(kParts, plan->annotated);
}

// x where y is 1, max(0, margin - x) where it is -1.
void explain_hinge(const KernelCall& call, Explanation& out) {
  const auto plan = plan_of_alike(call, {0, 1}, out);
  const auto reduction = reduction_of(call, 3, out);
  if (!plan || !reduction) return;
  const Sizes& sizes = plan->sizes.front();
  TensorParts parts(plan->dtype, out);
  parts.on_scaled("aten::sub_.Tensor", sizes, sizes);
  parts.on_scaled("aten::add.Tensor", sizes, sizes);
  parts.reduce(sizes, *reduction);
  parts.explain(kParts, plan->annotated);
}

// --- distances of rows ---

void explain_triplet(const KernelCall& call, Explanation& out) {
  const auto plan = plan_of_alike(call, {0, 1, 2}, out);
  const auto swap = bool_at_place(call.inputs, 6);
  const auto reduction = reduction_of(call, 7, out);
  if (!swap) out.refuse("it is not known whether distances are swapped");
  if (!plan || !swap || !reduction) return;
  const Sizes& sizes = plan->sizes.front();
  if (sizes.empty()) return out.refuse("a distance of numbers has no model");
  const Sizes rows(sizes.begin(), sizes.end() - 1);
  TensorParts parts(plan->dtype, out);
  for (int distance = 0; distance < (*swap ? 3 : 2); ++distance) {
    parts.on("aten::pairwise_distance", {sizes, sizes}, {call.inputs[4], call.inputs[5], Fact::boolean(false)});
  }
  parts.on_number("aten::add.Scalar", rows);
  parts.on_scaled("aten::sub.Tensor", rows, rows);
  parts.reduce(rows, *reduction);
  parts.explain(kParts, plan->annotated);
}

// Products of the rows with each other and themselves, summed; 1 - cos, and max(0, cos - margin).
void explain_cosine_embedding(const KernelCall& call, Explanation& out) {
  const auto plan = plan_of_alike(call, {0, 1}, out);
  const auto target = plan_of(call, {0, 2}, out);
  const auto reduction = reduction_of(call, 4, out);
  if (!plan || !target || !reduction) return;
  const Sizes &sizes = plan->sizes.front(), &rows = target->sizes[1];
  const std::size_t dim = rows.size();
  if (sizes.size() != dim + 1 || !std::equal(rows.begin(), rows.end(), sizes.begin()))
    return out.refuse("a target that broadcasts has no model");
  TensorParts parts(plan->dtype, out);
  for (int product = 0; product < 3; ++product) {
    parts.on("aten::mul.Tensor", {sizes, sizes});
    parts.sum_along(sizes, dim);
    if (product > 0) parts.on_number("aten::add.Scalar", rows);
  }
  parts.on("aten::mul.Tensor", {rows, rows});
  parts.on("aten::sqrt_", {rows});
  parts.on("aten::div.Tensor", {rows, rows});
  parts.on_scaled("aten::sub_.Tensor", rows, rows);
  parts.on_number("aten::sub.Scalar", rows);
  parts.on_scaled("aten::add.Tensor", rows, rows);
  parts.reduce(rows, *reduction);
  parts.explain(kParts, plan->annotated);
}

// --- classes ---

struct Classes {
  Sizes sizes, losses;  // losses: a sample's each
  std::size_t dim = 0;  // of the classes
  std::optional<Sizes> weight;
};

// A weight of each class, broadcast along the others.
void weigh(const Classes& classes, TensorParts& parts) {
  if (!classes.weight) return;
  Sizes broadcast(classes.sizes.size(), 1);
  broadcast[classes.dim] = classes.sizes[classes.dim];
  parts.on("aten::mul.Tensor", {classes.sizes, broadcast});
}

void add_probabilities(const KernelCall& call, const Classes& classes, Reduction reduction, TensorParts& parts) {
  if (number_at_place(call.inputs, 5) != 0.0) {
    parts.on_number("aten::mul.Scalar", classes.sizes);
    parts.on_number("aten::add.Scalar", classes.sizes);
  }
  parts.on("aten::mul.Tensor", {classes.sizes, classes.sizes});
  weigh(classes, parts);
  if (reduction == Reduction::none) return parts.sum_along(classes.sizes, classes.dim);
  parts.reduce(classes.sizes, Reduction::sum);
  if (reduction == Reduction::mean) parts.on_number("aten::div.Scalar", Sizes());
}

// The share of the labels that is spread over all classes.
void add_smoothing(const Classes& classes, Reduction reduction, TensorParts& parts) {
  weigh(classes, parts);
  parts.sum_along(classes.sizes, classes.dim);
  parts.reduce(classes.losses, reduction == Reduction::none ? Reduction::none : Reduction::sum);
  if (reduction == Reduction::mean) {
    if (classes.weight) parts.reduce(Sizes{product(classes.losses)}, Reduction::sum);  // of the samples' weights
    parts.on("aten::div.Tensor", {Sizes(), Sizes()});
  }
  const Sizes losses = reduction == Reduction::none ? classes.losses : Sizes();
  parts.on_number("aten::mul.Scalar", losses);
  parts.on_number("aten::mul.Scalar", losses);
  parts.on_scaled("aten::add.Tensor", losses, losses);
}

// Samples that are ignored have no weight in the sum of weights.
void ignore_some(const KernelCall& call, const Classes& classes, Reduction reduction, const PrecisionClasses& precision,
                 Explanation& out) {
  if (reduction != Reduction::mean || !classes.weight || number_at_place(call.inputs, 5) == 0.0) return;
  constexpr std::int64_t kMostBeside = 200;  // a sum's accumulators: 129 at their merge, and those of its levels
  ValueRange ignored;
  ignored.slack[precision.add] = {-product(classes.losses) - kMostBeside, 0};
  out.differs_by_values(ignored);
}

// The logarithms of the softmax, and of them the class of each sample, or all by their probabilities.
void explain_cross_entropy(const KernelCall& call, Explanation& out) {
  const auto plan = plan_of(call, {0}, out);
  const auto target = sizes_at(call.inputs, 1);
  const auto kind = dtype_at_place(call.inputs, 1);
  const auto smoothing = number_at_place(call.inputs, 5);
  const auto reduction = reduction_of(call, 3, out);
  if (!plan || !reduction) return;
  if (!target || plan->sizes[0].empty() || !kind || !smoothing) return out.refuse("a shape is not known");
  if (!is_integral(*kind) && *kind != plan->dtype) return out.refuse("a cast inside has no model");
  if (product(plan->sizes[0]) == 0) return;
  Classes classes = {plan->sizes[0], plan->sizes[0], 0, sizes_at(call.inputs, 2)};
  classes.dim = classes.sizes.size() == 1 ? 0 : 1;
  classes.losses.erase(classes.losses.begin() + static_cast<std::ptrdiff_t>(classes.dim));
  const Fact& input = call.inputs[0];
  TensorParts parts(plan->dtype, out);
  parts.add("aten::log_softmax.int", {input, Fact::integer(static_cast<std::int64_t>(classes.dim)), Fact::none()}, 1,
            call.strides);
  if (!is_integral(*kind)) {
    add_probabilities(call, classes, *reduction, parts);
  } else {
    parts.add("aten::nll_loss_nd", {input, call.inputs[1], call.inputs[2], call.inputs[3], call.inputs[4]});
    if (*smoothing != 0) add_smoothing(classes, *reduction, parts);
  }
  parts.explain(kParts, plan->annotated);
  if (is_integral(*kind)) ignore_some(call, classes, *reduction, plan->classes, out);
}

void explain_multi_margin(const KernelCall& call, Explanation& out) {
  const auto plan = plan_of(call, {0}, out);
  const auto order = number_at_place(call.inputs, 2);
  const auto reduction = reduction_of(call, 5, out);
  if (!order) out.refuse("the order is not known");
  if (!plan || !order || !reduction) return;
  const Sizes& sizes = plan->sizes[0];
  const std::int64_t classes = sizes.empty() ? 1 : sizes.back(),
                     samples = product(sizes) / std::max<std::int64_t>(1, classes);
  if (product(sizes) == 0) return;
  const std::int64_t past = samples * (classes - 1);
  const std::int64_t products = (*order == 2 ? 1 : 0) + (is_none_at(call.inputs, 4) ? 0 : 1);
  FlopIntervals whole;
  whole[plan->classes.add] = {samples * classes, samples * classes + past};
  whole[plan->classes.mul] = {0, products * past};
  add_point(whole, plan->classes.div, samples);
  if (*reduction != Reduction::none) add_point(whole, FlopClass::add_f64, samples);
  if (*reduction == Reduction::mean) add_point(whole, FlopClass::div_f64, 1);
  out.add_rest(kMargin, plan->annotated, whole);
  out.depends_on_data();
}

// The pairs are those that the work compares.
void explain_multilabel(const KernelCall& call, Explanation& out) {
  const auto plan = plan_of(call, {0}, out);
  const auto reduction = reduction_of(call, 2, out);
  if (!plan || !reduction) return;
  const Sizes& sizes = plan->sizes[0];
  if (product(sizes) == 0) return;
  std::int64_t pairs = 0;
  for (const auto& [key, count] : call.work.operations) {
    if (key.first == WorkClass::compare) pairs = count.constant().value_or(0);
  }
  const std::int64_t rows = sizes.size() == 2 ? sizes[0] : 1;
  FlopIntervals whole;
  add_point(whole, plan->classes.add, 2 * pairs);
  whole[FlopClass::add_f64] += {0, pairs};
  if (*reduction == Reduction::none && sizes.size() == 2) {
    add_point(whole, plan->classes.div, rows);
  } else {
    add_point(whole, FlopClass::add_f64, rows);
    add_point(whole, FlopClass::div_f64, *reduction == Reduction::mean ? 2 : 1);
  }
  out.add_rest(kLabels, plan->annotated, whole);
  if (pairs > 0) out.depends_on_data();
}

// --- alignments ---

// Lengths in a list, or in a tensor whose elements are known.
std::optional<Sizes> lengths_at(const Facts& facts, std::size_t place, std::size_t count) {
  return facts[place].tensor() == nullptr ? ints_at_place(facts, place, count) : integers_at(facts, place);
}

template <bool inner>
void explain_alignments(const KernelCall& call, Explanation& out) {
  const auto plan = plan_of(call, {0}, out);
  const auto reduction = inner ? std::optional(Reduction::none) : reduction_of(call, 5, out);
  if (!plan || !reduction) return;
  const std::size_t batch = plan->sizes[0].size() == 3 ? static_cast<std::size_t>(plan->sizes[0][1]) : std::size_t{1};
  const auto steps = lengths_at(call.inputs, 2, batch), labels = lengths_at(call.inputs, 3, batch);
  if (!steps || !labels || steps->size() != batch || labels->size() != batch)
    return out.refuse("the lengths are not known");
  std::int64_t states = 0;
  for (std::size_t sample = 0; sample < batch; ++sample) {
    states += std::max<std::int64_t>(0, (*steps)[sample] - 1) * (2 * (*labels)[sample] + 1) + 1;
  }
  // Three exponentials and a logarithm, also of what underflows.
  const PerElement most = plan->classes.f32
                              ? PerElement{.add = 10, .mul = 3, .div = 1, .add_inside = 24, .mul_inside = 24}
                              : PerElement{.add = 57, .mul = 53, .div = 1};
  FlopIntervals whole = counts_of(most, states, plan->classes);
  add_point(whole, FlopClass::div_f32, plan->classes.f32 ? 0 : states);  // the logarithm of 0, also of f64
  TensorParts parts(plan->dtype, out);
  parts.add_counts(between({}, whole));
  const Sizes losses = {static_cast<std::int64_t>(batch)};
  if (*reduction == Reduction::mean) parts.on("aten::div.Tensor", {losses, losses});
  parts.reduce(losses, *reduction);
  parts.explain(kAlignments, plan->annotated);
  out.depends_on_data();
}

constexpr KernelModel kModels[] = {
    {"aten::_ctc_loss", explain_alignments<true>},
    {"aten::_ctc_loss.Tensor", explain_alignments<true>},
    {"aten::binary_cross_entropy", explain_entropy},
    {"aten::binary_cross_entropy_with_logits", explain_with_logits},
    {"aten::cosine_embedding_loss", explain_cosine_embedding},
    {"aten::cross_entropy_loss", explain_cross_entropy},
    {"aten::ctc_loss.IntList", explain_alignments<false>},
    {"aten::ctc_loss.Tensor", explain_alignments<false>},
    {"aten::hinge_embedding_loss", explain_hinge},
    {"aten::margin_ranking_loss", explain_ranking},
    {"aten::multi_margin_loss", explain_multi_margin},
    {"aten::multilabel_margin_loss", explain_multilabel},
    {"aten::multilabel_margin_loss_forward", explain_multilabel},
    {"aten::poisson_nll_loss", explain_poisson},
    {"aten::triplet_margin_loss", explain_triplet},
};

}  // namespace

std::span<const KernelModel> composed_loss_models() { return kModels; }
std::span<const CauseInfo> composed_loss_causes() { return kCauses; }

}  // namespace flopaudit
