// Elementwise ops: what one element costs in the kernel against its definition, and how many lanes n elements take.
#include "analyzer/audit/causes/kernel_model.h"

namespace flopaudit {
namespace {

constexpr const char* kProbes =
    "testdata/audit/probes.tsv: 1 to 21, 35, 100, 1000, 1001, 25088 and 200704 elements, f32 and f64";
constexpr CauseInfo kCauses[] = {
    {"alpha multiply", "ATen multiplies the second operand by alpha, also when alpha is 1.",
     "aten::add, sub, rsub and their in-place forms", "standard", "n mul where alpha is 1", kProbes},
    {"polynomial exp", "exp and the functions made of it are polynomials, in f64 inside where libm is called.",
     "aten::exp, sigmoid, silu, tanh, gelu", "standard",
     "an element: exp f32 7 add 7 mul, f64 10 and 9; sigmoid and silu f32 6 and 6 in f64, f64 10 and 10; tanh f32 7 "
     "and 7 "
     "in f64, f64 23 and 14; gelu f32 14 and 17 and a division",
     kProbes},
    {"fused", "x * sigmoid(x) is done as x / (1 + exp(-x)), without the mul.", "aten::silu", "standard", "-n mul",
     kProbes},
    {"root by iteration", "MKL refines a reciprocal estimate instead of using the square root instruction.",
     "aten::sqrt", "standard", "an element: f32 5 add 7 mul, f64 8 and 12, no sqrt", kProbes},
    {"vector tail lanes", "The last elements take a whole vector, or part of one.",
     "aten::mul, div, reciprocal, rsqrt, hardswish, hardsigmoid (f32); exp, tanh, sqrt, gelu", "standard",
     "f32: 2 lanes more when n mod 4 is 2 or 3; exp, tanh, sqrt: n padded to 4 (f64: 2); gelu: 8 lanes each past a "
     "multiple of 8",
     kProbes},
    {"multiply where negative", "The elements past the last whole vector are multiplied only where they are negative.",
     "aten::leaky_relu", "standard", "n rounded down to 8 (f64: 4) to n mul", kProbes},
};
constexpr const CauseInfo& kAlpha = kCauses[0];
constexpr const CauseInfo& kPolynomial = kCauses[1];
constexpr const CauseInfo& kFused = kCauses[2];
constexpr const CauseInfo& kRoot = kCauses[3];
constexpr const CauseInfo& kTail = kCauses[4];
constexpr const CauseInfo& kNegative = kCauses[5];

// Operations of one element.
struct Element {
  std::int64_t add = 0, mul = 0, div = 0, sqrt = 0;
  std::int64_t add_inside = 0, mul_inside = 0;  // in f64 inside of an f32 op
};

struct Operand {
  std::int64_t elements;
  PrecisionClasses classes;
};

// The result's elements and type. Nothing for integer results, which have no arithmetic to explain.
std::optional<Operand> result_of(const KernelCall& call, Explanation& out) {
  const auto sizes = sizes_at(call.outputs, 0);
  const auto dtype = dtype_at_place(call.outputs, 0);
  if (!sizes || !dtype)
    out.refuse("the shape is not known");
  else if (is_integral(*dtype))
    return std::nullopt;
  else if (!precision_of(dtype))
    out.refuse("only f32 and f64 have a model");
  else
    return Operand{product(*sizes), *precision_of(dtype)};
  return std::nullopt;
}

void add_elements(const CauseInfo& cause, const Operand& result, const Element& element, std::int64_t count,
                  Explanation& out) {
  out.add(cause, result.classes.add, element.add * count);
  out.add(cause, result.classes.mul, element.mul * count);
  out.add(cause, result.classes.div, element.div * count);
  out.add(cause, result.classes.sqrt, element.sqrt * count);
  out.add(cause, FlopClass::add_f64, element.add_inside * count);
  out.add(cause, FlopClass::mul_f64, element.mul_inside * count);
}

// f32 loops end with a pair of elements in a vector of 4; f64 ones with single elements.
std::int64_t pair_tail(const Operand& result) { return result.classes.f32 && result.elements % 4 >= 2 ? 2 : 0; }
// VML pads to its vector of 128 bits.
std::int64_t vml_tail(const Operand& result) {
  return round_up(result.elements, result.classes.f32 ? 4 : 2) - result.elements;
}

void explain_alpha(const KernelCall& call, Explanation& out) {
  const auto result = result_of(call, out);
  if (!result) return;
  const auto alpha = number_at_place(call.inputs, 2);
  if (!alpha) return out.refuse("alpha is not known");
  if (*alpha == 1.0) out.add(kAlpha, result->classes.mul, result->elements);
}

// One operation of each kind an element, over equal shapes; a broadcast operand has a loop without tail.
template <std::int64_t add, std::int64_t mul, std::int64_t div, std::int64_t sqrt>
void explain_with_tail(const KernelCall& call, Explanation& out) {
  const auto result = result_of(call, out);
  if (!result) return;
  for (std::size_t i = 0; i < call.inputs.size(); ++i) {
    if (call.inputs[i].tensor() == nullptr) continue;
    const auto sizes = sizes_at(call.inputs, i);
    if (!sizes) return out.refuse("a shape is not known");
    if (*sizes != *sizes_at(call.outputs, 0)) return;
  }
  add_elements(kTail, *result, {add, mul, div, sqrt}, pair_tail(*result), out);
}

void explain_plain(const KernelCall&, Explanation&) {}

// What a function costs an element in f32 and in f64, and what of it its definition has already.
struct Function {
  Element f32, f64, defined;
};

void explain_vml(const KernelCall& call, const CauseInfo& cause, const Function& function, Explanation& out) {
  const auto result = result_of(call, out);
  if (!result) return;
  if (dtype_at_place(call.inputs, 0) != dtype_at_place(call.outputs, 0))
    return out.refuse("a cast inside has no model");
  const Element& kernel = result->classes.f32 ? function.f32 : function.f64;
  Element beyond = kernel;
  beyond.sqrt -= function.defined.sqrt;
  add_elements(cause, *result, beyond, result->elements, out);
  add_elements(kTail, *result, kernel, vml_tail(*result), out);
}

void explain_exp(const KernelCall& call, Explanation& out) {
  explain_vml(call, kPolynomial, {{.add = 7, .mul = 7}, {.add = 10, .mul = 9}, {}}, out);
}
void explain_tanh(const KernelCall& call, Explanation& out) {
  explain_vml(call, kPolynomial, {{.add_inside = 7, .mul_inside = 7}, {.add = 23, .mul = 14}, {}}, out);
}
void explain_sqrt(const KernelCall& call, Explanation& out) {
  explain_vml(call, kRoot, {{.add = 5, .mul = 7}, {.add = 8, .mul = 12}, {.sqrt = 1}}, out);
}

// libm's exp, element by element.
void explain_sigmoid(const KernelCall& call, Explanation& out) {
  const auto result = result_of(call, out);
  if (!result) return;
  const Element exp = result->classes.f32 ? Element{.add_inside = 6, .mul_inside = 6} : Element{.add = 10, .mul = 10};
  add_elements(kPolynomial, *result, exp, result->elements, out);
}

void explain_silu(const KernelCall& call, Explanation& out) {
  const auto result = result_of(call, out);
  if (!result) return;
  explain_sigmoid(call, out);
  add_elements(kFused, *result, {.mul = -1}, result->elements, out);
}

// oneDNN's gelu: its definition has 1 add and 3 mul an element.
void explain_gelu(const KernelCall& call, Explanation& out) {
  const auto result = result_of(call, out);
  if (!result) return;
  const StrFact* approximate = call.inputs.size() > 1 ? call.inputs[1].get<StrFact>() : nullptr;
  if (!result->classes.f32 || result->elements < 2 || approximate == nullptr || approximate->value != "none") {
    return out.refuse("its counts depend on values");
  }
  constexpr Element kKernel = {.add = 15, .mul = 20, .div = 1};
  add_elements(kPolynomial, *result, {.add = 14, .mul = 17, .div = 1}, result->elements, out);
  add_elements(kTail, *result, kKernel, result->elements % 8 * 7, out);
}

void explain_leaky_relu(const KernelCall& call, Explanation& out) {
  const auto result = result_of(call, out);
  if (!result) return;
  out.add(kNegative, result->classes.mul, {-(result->elements % (result->classes.f32 ? 8 : 4)), 0});
  out.depends_on_data();
}

constexpr auto kMulTail = explain_with_tail<0, 1, 0, 0>;
constexpr auto kDivTail = explain_with_tail<0, 0, 1, 0>;
constexpr auto kRsqrtTail = explain_with_tail<0, 0, 1, 1>;
constexpr auto kHardswishTail = explain_with_tail<1, 1, 1, 0>;
constexpr auto kHardsigmoidTail = explain_with_tail<1, 0, 1, 0>;

constexpr KernelModel kModels[] = {
    {"aten::add.Scalar", explain_alpha},
    {"aten::add.Tensor", explain_alpha},
    {"aten::add_.Scalar", explain_alpha},
    {"aten::add_.Tensor", explain_alpha},
    {"aten::div.Scalar", explain_plain},
    {"aten::div.Tensor", kDivTail},
    {"aten::div_.Scalar", explain_plain},
    {"aten::div_.Tensor", kDivTail},
    {"aten::exp", explain_exp},
    {"aten::exp_", explain_exp},
    {"aten::gelu", explain_gelu},
    {"aten::hardsigmoid", kHardsigmoidTail},
    {"aten::hardsigmoid_", kHardsigmoidTail},
    {"aten::hardswish", kHardswishTail},
    {"aten::hardswish_", kHardswishTail},
    {"aten::leaky_relu", explain_leaky_relu},
    {"aten::leaky_relu_", explain_leaky_relu},
    {"aten::mul.Scalar", explain_plain},
    {"aten::mul.Tensor", kMulTail},
    {"aten::mul_.Scalar", explain_plain},
    {"aten::mul_.Tensor", kMulTail},
    {"aten::reciprocal", kDivTail},
    {"aten::rsqrt", kRsqrtTail},
    {"aten::rsub.Scalar", explain_alpha},
    {"aten::rsub.Tensor", explain_alpha},
    {"aten::sigmoid", explain_sigmoid},
    {"aten::sigmoid_", explain_sigmoid},
    {"aten::silu", explain_silu},
    {"aten::silu_", explain_silu},
    {"aten::sqrt", explain_sqrt},
    {"aten::sqrt_", explain_sqrt},
    {"aten::sub.Scalar", explain_alpha},
    {"aten::sub.Tensor", explain_alpha},
    {"aten::sub_.Scalar", explain_alpha},
    {"aten::sub_.Tensor", explain_alpha},
    {"aten::tanh", explain_tanh},
    {"aten::tanh_", explain_tanh},
    // Format changes: conversions, no arithmetic.
    {"aten::to.dtype", explain_plain},
    {"aten::to.dtype_layout", explain_plain},
    {"aten::to.other", explain_plain},
    {"aten::type_as", explain_plain},
};

}  // namespace

std::span<const KernelModel> pointwise_models() { return kModels; }
std::span<const CauseInfo> pointwise_causes() { return kCauses; }

}  // namespace flopaudit
