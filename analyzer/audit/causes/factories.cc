// Ranges and windows of numbers.
#include <cmath>

#include "analyzer/audit/causes/elements.h"
#include "analyzer/audit/causes/parts.h"

namespace flopaudit {
namespace {

constexpr const char* kEvidence = "1 to 1000 elements, f32 and f64; testdata/validation/standard.csv";
constexpr CauseInfo kCauses[] = {
    {"range in vectors",
     "A range is made in f64, whatever its type: two vectors of 256 bits at a time from their first element and a step "
     "of "
     "each lane, the rest one by one.",
     "aten::arange, range, and the windows", "standard",
     "f32: 19 add and 8 mul for each 16 elements, f64: 12 and 4 for each 8, 1 and 1 for each element past them; range: "
     "2 "
     "add and 1 mul an element",
     kEvidence},
    {"steps from either end", "Each element is as many steps from the nearer end; the step is a quotient.",
     "aten::linspace, also with tensors as bounds", "standard", "from 2 elements on: n + 1 add, n mul, 1 div",
     kEvidence},
    {"window as its parts",
     "A window is a range, scaled, its cosine, scaled and shifted; a periodic one is one element "
     "longer and cut.",
     "aten::hann_window, hamming_window, blackman_window, bartlett_window", "standard",
     "what a range, mul, cos, mul and add of these sizes execute", kEvidence},
    {"powers of a range", "Each element is a pow in f64 of as many steps from the nearer end.", "aten::logspace",
     "standard", "from 2 elements on 1 add and 1 div; an element 40 add and 30 mul in f64; of 1: 39 and 29", kEvidence},
    {"two Bessel functions an element",
     "Each element of a Kaiser window is I0 of a root, and divided by I0 of beta, which is computed again each time. "
     "I0 "
     "has a polynomial up to 8 and another, with a root, above; its exp of 0, at the ends, is shorter in f64.",
     "aten::kaiser_window", "standard",
     "a range, and for each element 2 add, 2 mul, 2 div, 1 sqrt and two of I0: f32 60 add, 32 mul, or above 8 50, 26, "
     "2 "
     "div, 1 sqrt, and 6 and 6 in f64; f64 70 and 42, or 60, 36, 2 and 1; the ends 9 and 10 less",
     "2 to 100 elements, beta 5, 12 and 40, periodic or not, f32 and f64"},
    {"frequencies as ranges", "Frequencies are a range, its second half another one, multiplied by 1/(n*d).",
     "aten::fft_fftfreq, fft_rfftfreq", "standard",
     "the ranges of n and of n/2 numbers (half of them: of n/2 + 1 alone), and a mul each",
     "testdata/validation/standard.csv: 1 to 5000 numbers, f32 and f64"},
};
constexpr const CauseInfo& kRange = kCauses[0];
constexpr const CauseInfo& kSpace = kCauses[1];
constexpr const CauseInfo& kWindow = kCauses[2];
constexpr const CauseInfo& kLogSpace = kCauses[3];
constexpr const CauseInfo& kKaiser = kCauses[4];
constexpr const CauseInfo& kFrequencies = kCauses[5];

FlopIntervals range_of(std::int64_t count, const PrecisionClasses& classes) {
  const std::int64_t block = classes.f32 ? 16 : 8;
  const std::int64_t blocks = count / block, rest = count % block;
  FlopIntervals total;
  add_point(total, FlopClass::add_f64, blocks * (classes.f32 ? 19 : 12) + rest);
  add_point(total, FlopClass::mul_f64, blocks * (classes.f32 ? 8 : 4) + rest);
  return total;
}

struct Made {
  std::int64_t count;
  DType dtype;
  PrecisionClasses classes;
  FlopIntervals annotated;
};

// Nothing for integers, which take no arithmetic that counts.
std::optional<Made> made_by(const KernelCall& call, Explanation& out) {
  const auto sizes = sizes_at(call.outputs, 0);
  const auto dtype = dtype_at_place(call.outputs, 0);
  if (!sizes || !dtype) {
    out.refuse("the shape is not known");
    return std::nullopt;
  }
  if (is_integral(*dtype)) return std::nullopt;
  const auto classes = precision_of(dtype);
  const auto annotated = annotated_of(call, out);
  if (!classes) out.refuse("only f32 and f64 have a model");
  if (!out.refusal().empty()) return std::nullopt;
  return Made{product(*sizes), *dtype, *classes, *annotated};
}

void explain_arange(const KernelCall& call, Explanation& out) {
  if (const auto made = made_by(call, out)) out.add_rest(kRange, made->annotated, range_of(made->count, made->classes));
}

void explain_range(const KernelCall& call, Explanation& out) {
  const auto made = made_by(call, out);
  if (!made) return;
  FlopIntervals whole;
  add_point(whole, FlopClass::add_f64, 2 * made->count);
  add_point(whole, FlopClass::mul_f64, made->count);
  out.add_rest(kRange, made->annotated, whole);
}

void explain_linspace(const KernelCall& call, Explanation& out) {
  const auto made = made_by(call, out);
  if (!made) return;
  FlopIntervals whole;
  if (made->count > 1) {
    add_point(whole, made->classes.add, made->count + 1);
    add_point(whole, made->classes.mul, made->count);
    add_point(whole, made->classes.div, 1);
  }
  out.add_rest(kSpace, made->annotated, whole);
}

enum class Window : std::uint8_t { cosine, two_cosines, triangle };

// A number that stands for any other: what it is multiplied by or added to does not matter.
Fact number() { return Fact::floating(0.3); }

void add_shape_of_window(Window window, std::int64_t count, DType dtype, Parts& parts) {
  const Fact whole = part_tensor(dtype, {count}), alpha = Fact::integer(1);
  parts.add("aten::mul_.Scalar", {whole, number()});
  if (window == Window::triangle) {
    const Fact falling = part_tensor(dtype, {count - (count - 1) / 2 - 1});
    parts.add("aten::mul_.Scalar", {falling, number()});
    return parts.add("aten::add_.Scalar", {falling, number(), alpha});
  }
  const std::int64_t cosines = window == Window::two_cosines ? 2 : 1;
  parts.add("aten::cos_", {whole}, cosines);
  parts.add("aten::mul_.Scalar", {whole, number()}, cosines);
  parts.add("aten::add_.Scalar", {whole, number(), alpha});
  if (window == Window::cosine) return;
  parts.add("aten::mul.Scalar", {whole, number()}, 2);
  parts.add("aten::sub.Tensor", {whole, whole, alpha});
}

template <Window window>
void explain_window(const KernelCall& call, Explanation& out) {
  const auto made = made_by(call, out);
  if (!made) return;
  const bool has_word = call.inputs.size() > 1 && call.inputs[1].get<BoolFact>() != nullptr;
  const auto periodic = has_word ? bool_at_place(call.inputs, 1) : std::optional(true);
  if (!periodic) return out.refuse("it is not known whether the window is periodic");
  Parts parts(out);
  if (made->count > 1) {
    const std::int64_t count = made->count + (*periodic ? 1 : 0);
    parts.add_counts(range_of(count, made->classes));
    add_shape_of_window(window, count, made->dtype, parts);
  }
  parts.explain(kWindow, made->annotated);
}

// libm's pow, which returns at once where the exponent is 0.
void explain_logspace(const KernelCall& call, Explanation& out) {
  const auto made = made_by(call, out);
  if (!made || made->count == 0) return;
  constexpr std::int64_t kAdd = 39, kMul = 29;
  const std::int64_t steps = made->count > 1 ? made->count : 0;
  FlopIntervals whole;
  add_point(whole, FlopClass::add_f64, kAdd * made->count + steps);
  add_point(whole, FlopClass::mul_f64, kMul * made->count + steps);
  if (steps > 0) {
    add_point(whole, made->classes.add, 1);
    add_point(whole, FlopClass::div_f64, 1);
  }
  out.add_rest(kLogSpace, made->annotated, whole);
  ValueRange others;
  others.calls = made->count;
  others.each[FlopClass::add_f64] = {-kAdd, 10};
  others.each[FlopClass::mul_f64] = {-kMul, 3};
  others.each[FlopClass::div_f64] = {0, 2};
  out.differs_by_values(others);
}

// I0 of numbers that are not negative.
FlopIntervals bessel_of(double value, const PrecisionClasses& classes) {
  constexpr double kFar = 8;
  const std::int64_t exp_add = classes.f32 ? 6 : value == 0 ? 1 : 10, exp_mul = classes.f32 ? 6 : value == 0 ? 0 : 10;
  FlopIntervals total = value <= kFar ? counts_of({.add = 60, .mul = 32}, 1, classes)
                                      : counts_of({.add = 50, .mul = 26, .div = 2, .sqrt = 1}, 1, classes);
  add_point(total, FlopClass::add_f64, exp_add);
  add_point(total, FlopClass::mul_f64, exp_mul);
  return total;
}

void explain_kaiser(const KernelCall& call, Explanation& out) {
  const auto made = made_by(call, out);
  if (!made) return;
  const bool has_word = call.inputs[1].get<BoolFact>() != nullptr;
  const auto periodic = has_word ? bool_at_place(call.inputs, 1) : std::optional(true);
  constexpr double kDefaultBeta = 12;
  const bool has_beta = has_word && call.op.ends_with(".beta");
  const auto beta = has_beta ? number_at_place(call.inputs, 2) : std::optional(kDefaultBeta);
  if (!periodic || !beta) return out.refuse("it is not known what window it is");
  constexpr std::int64_t kLongest = std::int64_t{1} << 24;
  if (made->count > kLongest) return out.refuse("a window of more than 2^24 elements has no model");
  FlopIntervals whole;
  if (made->count > 1) {
    const std::int64_t count = made->count + (*periodic ? 1 : 0);
    whole = range_of(count, made->classes);
    whole += counts_of({.add = 2, .mul = 2, .div = 2, .sqrt = 1}, count, made->classes);
    whole += times(count, bessel_of(std::abs(*beta), made->classes));
    const double middle = static_cast<double>(count - 1) / 2;
    for (std::int64_t i = 0; i < count; ++i) {
      const double ratio = (static_cast<double>(i) - middle) / middle;
      whole += bessel_of(std::abs(*beta) * std::sqrt(1 - ratio * ratio), made->classes);
    }
  }
  out.add_rest(kKaiser, made->annotated, whole);
}

template <bool half>
void explain_frequencies(const KernelCall& call, Explanation& out) {
  const auto made = made_by(call, out);
  if (!made) return;
  Parts parts(out);
  parts.add_counts(range_of(made->count, made->classes));
  if (!half) parts.add_counts(range_of(made->count / 2, made->classes));
  parts.add("aten::mul_.Scalar", {part_tensor(made->dtype, {made->count}), number()});
  parts.explain(kFrequencies, made->annotated);
}

constexpr KernelModel kModels[] = {
    {"aten::arange", explain_arange},
    {"aten::arange.start", explain_arange},
    {"aten::arange.start_step", explain_arange},
    {"aten::bartlett_window", explain_window<Window::triangle>},
    {"aten::bartlett_window.periodic", explain_window<Window::triangle>},
    {"aten::blackman_window", explain_window<Window::two_cosines>},
    {"aten::blackman_window.periodic", explain_window<Window::two_cosines>},
    {"aten::hamming_window", explain_window<Window::cosine>},
    {"aten::hamming_window.periodic", explain_window<Window::cosine>},
    {"aten::hamming_window.periodic_alpha", explain_window<Window::cosine>},
    {"aten::hamming_window.periodic_alpha_beta", explain_window<Window::cosine>},
    {"aten::hann_window", explain_window<Window::cosine>},
    {"aten::hann_window.periodic", explain_window<Window::cosine>},
    {"aten::kaiser_window", explain_kaiser},
    {"aten::kaiser_window.beta", explain_kaiser},
    {"aten::kaiser_window.periodic", explain_kaiser},
    {"aten::linspace", explain_linspace},
    {"aten::linspace.Scalar_Tensor", explain_linspace},
    {"aten::linspace.Tensor_Scalar", explain_linspace},
    {"aten::linspace.Tensor_Tensor", explain_linspace},
    {"aten::logspace", explain_logspace},
    {"aten::logspace.Scalar_Tensor", explain_logspace},
    {"aten::logspace.Tensor_Scalar", explain_logspace},
    {"aten::logspace.Tensor_Tensor", explain_logspace},
    {"aten::range", explain_range},
    {"aten::range.step", explain_range},
    {"aten::fft_fftfreq", explain_frequencies<false>},
    {"aten::fft_rfftfreq", explain_frequencies<true>},
};

}  // namespace

std::span<const KernelModel> factory_models() { return kModels; }
std::span<const CauseInfo> factory_causes() { return kCauses; }

}  // namespace flopaudit
