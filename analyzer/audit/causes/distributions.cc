// Random numbers that are made of others: categories, normal numbers with means and deviations of their own, random
// slopes. And those that are drawn until one is accepted.
#include "analyzer/audit/causes/elements.h"
#include "analyzer/audit/causes/parts.h"

namespace flopaudit {
namespace {

constexpr const char* kEvidence = "1 to 100 elements, f32 and f64; testdata/validation/standard.csv";
constexpr CauseInfo kCauses[] = {
    {"normal numbers scaled", "Normal numbers are multiplied by the deviations, and the means added.",
     "aten::normal.Tensor_Tensor, Tensor_float, float_Tensor", "standard",
     "what normal_, mul_ and add_ of these sizes execute", kEvidence},
    {"categories by sums",
     "With replacement the probabilities of a row are summed up and divided by the last sum, and each sample is a "
     "uniform number. Without, or of one sample, they are divided by exponential numbers.",
     "aten::multinomial", "standard",
     "with replacement: a row of C categories C add and C div, 2 div more where C mod 4 is 2 or 3 in f32; a sample 1 "
     "add and 1 mul in f64; else what sum, exponential_ and div of these sizes execute",
     kEvidence},
    {"random slopes", "An element that is not positive is multiplied by a number drawn for it.",
     "aten::rrelu, rrelu_with_noise in training", "standard",
     "none, or 1 mul and in f64 2 add and 2 mul, an element; where it does not train: leaky_relu", kEvidence},
    {"samples of a pool", "Where the windows begin is computed for each plane.",
     "aten::fractional_max_pool2d, fractional_max_pool3d", "standard",
     "a plane and dim of W > 1 windows: W - 1 add, W mul, 1 div", "1 to 7 windows a dim, 1 to 6 planes, f32 and f64"},
};
constexpr const CauseInfo& kScaled = kCauses[0];
constexpr const CauseInfo& kCategories = kCauses[1];
constexpr const CauseInfo& kSlopes = kCauses[2];
constexpr const CauseInfo& kWindows = kCauses[3];

// --- normal numbers ---

void explain_scaled_normal(const KernelCall& call, Explanation& out) {
  const auto elements = elements_of(call, Sizing::stretched, out);
  if (!elements) return;
  const Fact whole = part_tensor(*dtype_at_place(call.outputs, 0), *sizes_at(call.outputs, 0));
  const Fact number = Fact::floating(0.3), alpha = Fact::integer(1);
  Parts parts(out);
  parts.add("aten::normal_", {whole, number, number, Fact::none()});
  // A deviation that is a number is the drawing's own.
  if (call.inputs[1].tensor() != nullptr) parts.add("aten::mul_.Tensor", {whole, call.inputs[1]});
  const bool by_number = call.inputs[0].tensor() == nullptr;
  if (by_number)
    parts.add("aten::add_.Scalar", {whole, number, alpha});
  else
    parts.add("aten::add_.Tensor", {whole, call.inputs[0], alpha});
  parts.explain(kScaled, elements->annotated);
}

// --- categories ---

void add_samples(std::int64_t rows, std::int64_t categories, std::int64_t samples, const PrecisionClasses& classes,
                 Parts& parts) {
  FlopIntervals whole = counts_of({.add = 1, .div = 1}, rows * categories, classes);
  whole += counts_of({.div = 1}, rows * pair_tail(categories, classes), classes);
  whole += counts_of({.add_inside = 1, .mul_inside = 1}, rows * samples, classes);
  parts.add_counts(whole);
}

void explain_multinomial(const KernelCall& call, Explanation& out) {
  const auto sizes = sizes_at(call.inputs, 0);
  const auto dtype = dtype_at_place(call.inputs, 0);
  const auto classes = precision_of(dtype);
  const auto samples = number_at_place(call.inputs, 1);
  const auto replaced = bool_at_place(call.inputs, 2);
  const auto annotated = annotated_of(call, out);
  if (!sizes || !samples || !replaced) return out.refuse("it is not known how many samples are drawn of what");
  if (!classes) return out.refuse("only f32 and f64 have a model");
  if (!annotated || sizes->empty() || product(*sizes) == 0) return;
  const std::int64_t categories = sizes->back(), rows = product(*sizes) / categories;
  Parts parts(out);
  if (*replaced && *samples != 1) {
    add_samples(rows, categories, static_cast<std::int64_t>(*samples), *classes, parts);
    return parts.explain(kCategories, *annotated);
  }
  const Fact whole = part_tensor(*dtype, *sizes);
  if (sizes->size() == 1)
    parts.add("aten::sum", {whole, Fact::none()});
  else
    parts.add("aten::sum.dim_IntList", {whole, Fact::list({Fact::integer(1)}), Fact::boolean(false), Fact::none()});
  parts.add("aten::exponential", {whole, Fact::floating(1), Fact::none()});
  parts.add("aten::div.Tensor", {whole, whole});
  parts.explain(kCategories, *annotated);
}

// --- slopes ---

void add_slopes(const KernelCall& call, std::size_t lower, Explanation& out) {
  const auto elements = elements_of(call, Sizing::equal, out);
  const auto trains = bool_at_place(call.inputs, lower + 2);
  if (!trains) return out.refuse("it is not known whether it trains");
  if (!elements) return;
  if (*trains) {
    constexpr PerElement kMost = {.mul = 1, .add_inside = 2, .mul_inside = 2};
    return explain_between(kSlopes, *elements, FlopIntervals(), counts_of(kMost, elements->count, elements->classes),
                           out);
  }
  Parts parts(out);
  parts.add("aten::leaky_relu", {call.inputs[0], Fact::floating(0.2)});
  parts.explain(kSlopes, elements->annotated);
}

void explain_rrelu(const KernelCall& call, Explanation& out) { add_slopes(call, 1, out); }
void explain_rrelu_with_noise(const KernelCall& call, Explanation& out) { add_slopes(call, 2, out); }

// --- drawn until accepted ---

void explain_accepted(const KernelCall&, Explanation& out) {
  out.refuse("numbers are drawn until one is accepted, so that nothing bounds how many");
}

// --- pools ---

// fractional_max_pool2d(self, kernel_size, output_size, random_samples)
void explain_fractional_pool(const KernelCall& call, Explanation& out) {
  const auto result = result_of(call, out);
  const auto sizes = sizes_at(call.outputs, 0);
  if (!result) return;
  const std::size_t dims = call.op.ends_with("3d") ? 3 : 2;
  if (sizes->size() < dims) return out.refuse("the shape is not known");
  std::int64_t planes = 1;
  for (std::size_t dim = 0; dim + dims < sizes->size(); ++dim) planes *= (*sizes)[dim];
  for (std::size_t dim = sizes->size() - dims; dim < sizes->size(); ++dim) {
    const std::int64_t windows = (*sizes)[dim];
    if (windows > 1) add_elements(kWindows, *result, {.add = windows - 1, .mul = windows, .div = 1}, planes, out);
  }
}

constexpr KernelModel kModels[] = {
    {"aten::_sample_dirichlet", explain_accepted, Layout::any},
    {"aten::_standard_gamma", explain_accepted, Layout::any},
    {"aten::binomial", explain_accepted, Layout::any},
    {"aten::fractional_max_pool2d", explain_fractional_pool, Layout::any},
    {"aten::fractional_max_pool3d", explain_fractional_pool, Layout::any},
    {"aten::multinomial", explain_multinomial},
    {"aten::normal.Tensor_Tensor", explain_scaled_normal},
    {"aten::normal.Tensor_float", explain_scaled_normal},
    {"aten::normal.float_Tensor", explain_scaled_normal},
    {"aten::poisson", explain_accepted, Layout::any},
    {"aten::rrelu", explain_rrelu, Layout::alike},
    {"aten::rrelu_with_noise", explain_rrelu_with_noise, Layout::alike},
    {"aten::rrelu_with_noise_functional", explain_rrelu_with_noise, Layout::alike},
};

}  // namespace

std::span<const KernelModel> distribution_models() { return kModels; }
std::span<const CauseInfo> distribution_causes() { return kCauses; }

}  // namespace flopaudit
