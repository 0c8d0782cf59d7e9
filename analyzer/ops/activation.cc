// Activation functions, per element, as their published equations by the rows of DESIGN.md §2.3. rrelu in training
// draws its slopes; the drawing is not counted.
#include "analyzer/ops/all_ops.h"
#include "analyzer/ops/dtype_checks.h"
#include "analyzer/ops/elementwise_helpers.h"
#include "analyzer/ops/quantized_helpers.h"
#include "analyzer/ops/size_conditions.h"
#include "analyzer/ops/work_helpers.h"

namespace flopaudit {
namespace {

// gelu(x, approximate): x * 0.5 * (1 + erf(x / sqrt 2)) is 1 erf, 3 mul, 1 add. "tanh" is 0.5 * x * (1 +
// tanh(c * (x + 0.044715 * x*x*x))): 1 tanh, 6 mul, 2 add.
RuleResult<Facts> shape_of_gelu(const Facts& inputs) {
  FA_RULE(const std::string approximate, string_at(inputs, 1));
  if (approximate != "none" && approximate != "tanh") {
    return misfit("gelu's approximate is neither \"none\" nor \"tanh\": " + inputs[1].to_string());
  }
  return floating_like_first(inputs);
}

RuleResult<Work> work_of_gelu(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const std::string approximate, string_at(inputs, 1));
  WorkCounter counter(inputs, outputs);
  if (approximate == "tanh") {
    return counter.per_output(WorkClass::tanh).per_output(WorkClass::mul, 6).per_output(WorkClass::add, 2).work();
  }
  return counter.per_output(WorkClass::erf).per_output(WorkClass::mul, 3).per_output(WorkClass::add).work();
}

RuleResult<Facts> shape_of_silu(const Facts& inputs) {
  FA_REFUSE(refuse_integers(inputs, 0));
  return same_as_first(inputs);
}

// celu(x, alpha): divides by alpha.
RuleResult<Facts> shape_of_celu(const Facts& inputs) {
  if (inputs.size() > 1 && number_of(inputs[1]) == 0.0) return misfit("celu's alpha is 0");
  return floating_like_first(inputs);
}

// softshrink(x, lambd)
RuleResult<Facts> shape_of_softshrink(const Facts& inputs) {
  const std::optional<double> bound = inputs.size() > 1 ? number_of(inputs[1]) : std::nullopt;
  if (bound && !(*bound >= 0)) return misfit("softshrink's lambd is negative: " + inputs[1].to_string());
  return floating_like_first(inputs);
}

// rrelu(x, lower, upper, training), rrelu_with_noise(x, noise, lower, upper, training)
// With noise the bounds are looked at for each element that is not positive, when its slope is drawn.
std::optional<RuleFailure> refuse_drawing(const Fact& self) {
  const TensorFact* tensor = self.tensor();
  if (tensor == nullptr || has_no_elements(self)) return std::nullopt;
  if (!tensor->contents) return missing("whether an element needs a slope from rrelu's bounds is unknown");
  for (const Element& element : *tensor->contents) {
    const std::optional<double> number = number_of(element);
    if (!number) return missing("whether an element needs a slope from rrelu's bounds is unknown");
    if (*number <= 0) return misfit("rrelu's lower bound is above its upper");
  }
  return std::nullopt;
}

template <std::size_t bounds>
RuleResult<Facts> shape_of_rrelu(const Facts& inputs) {
  FA_RULE(const double lower, number_at(inputs, bounds));
  FA_RULE(const double upper, number_at(inputs, bounds + 1));
  FA_RULE(const bool training, bool_at(inputs, bounds + 2));
  if (lower > upper && bounds == 1) return misfit("rrelu's lower bound is above its upper");
  if (lower > upper && training) FA_REFUSE(refuse_drawing(inputs[0]));
  FA_RULE(Facts facts, floating_like_first(inputs));
  if (bounds == 1) return facts;
  if (training) {
    if (const auto dtype = same_dtype(inputs, 0, 1); !dtype) return dtype.failure();
  }
  FA_RULE(const TensorFact* noise, tensor_at(inputs, 1));
  const TensorFact& self = *inputs[0].tensor();
  if (!noise->dims || !self.dims) return facts;
  bool same = noise->dims->size() == self.dims->size();
  for (std::size_t i = 0; same && i < self.dims->size(); ++i) same = !!same_dim((*noise->dims)[i], (*self.dims)[i]);
  if (!same) return misfit("the noise has another shape than the input: " + shapes_text(inputs, {0, 1}));
  return facts;
}

// Returns the noise as well.
RuleResult<Facts> shape_of_rrelu_functional(const Facts& inputs) {
  FA_RULE(Facts facts, shape_of_rrelu<2>(inputs));
  TensorFact noise = *inputs[1].tensor();
  noise.contents.reset();
  noise.alias_class = 0;
  facts.push_back(noise);
  return facts;
}

// log_sigmoid_forward returns its exponentials for a backward pass.
RuleResult<Facts> shape_of_log_sigmoid_forward(const Facts& inputs) {
  FA_RULE(Facts facts, floating_like_first(inputs));
  facts.push_back(facts[0]);
  return facts;
}

// glu(x, dim): the first half of the dim times the sigmoid of the second.
RuleResult<Facts> shape_of_glu(const Facts& inputs) {
  FA_REFUSE(need_floating(inputs, 0));
  FA_RULE(Dims dims, dims_at(inputs, 0));
  FA_RULE(const std::size_t dim, dim_at(inputs, 1, dims.size()));
  if (dims.empty()) return misfit("glu of a 0-dim tensor: " + inputs[0].to_string());
  if (dims[dim]) {
    if (!must_be_multiple(*dims[dim], 2)) {
      return misfit("glu halves a dim that is odd: " + inputs[0].to_string());
    }
    dims[dim] = floor_div(*dims[dim], 2);
  }
  return one(tensor_fact(inputs[0].tensor()->dtype, dims));
}

// prelu(x, weight): the weight has one element, or one a channel.
RuleResult<Facts> shape_of_prelu(const Facts& inputs) {
  FA_REFUSE(need_floating(inputs, 0));
  FA_RULE(const Dims input, dims_at(inputs, 0));
  FA_RULE(const Dims weight, dims_at(inputs, 1));
  const RuleResult<std::optional<DType>> dtype = same_dtype(inputs, 0, 1);
  if (!dtype) return dtype.failure();
  if (weight.size() > 1) return misfit("prelu's weight has more than one dim: " + inputs[1].to_string());
  const std::optional<Expr> slopes = element_count(weight);
  if (slopes && slopes->constant() && !(*slopes == Expr(1))) {
    const Dim channels = input.size() > 1 ? input[1] : Dim(Expr(1));
    if (!same_dim(channels, slopes)) {
      return misfit("input has " + channels->to_string() + " channels and the weight " + slopes->to_string() + ": " +
                    shapes_text(inputs, {0, 1}));
    }
  }
  return same_as_first(inputs);
}

// _prelu_kernel(x, weight): the weight already has dims that broadcast.
RuleResult<Facts> shape_of_prelu_kernel(const Facts& inputs) {
  FA_REFUSE(need_floating(inputs, 0));
  FA_RULE(const std::optional<DType> dtype, same_dtype(inputs, 0, 1));
  FA_RULE(Fact result, broadcast_operands(inputs, {0, 1}));
  result.get<TensorFact>()->dtype = dtype;
  return one(result);
}

// hardtanh(self, min_val, max_val): an unsigned number has no negative bound.
RuleResult<Facts> shape_of_hardtanh(const Facts& inputs) {
  const TensorFact* tensor = inputs[0].tensor();
  const double least = number_of(inputs[1]).value_or(0), most = number_of(inputs[2]).value_or(0);
  if (tensor != nullptr && tensor->dtype == DType::u8 && (least < 0 || most < 0)) {
    return misfit("negative bounds of unsigned numbers: " + inputs[0].to_string());
  }
  return real_like_first(inputs);
}

constexpr auto kCompare = WorkClass::compare;
constexpr auto kMul = WorkClass::mul;
constexpr auto kAdd = WorkClass::add;
constexpr auto kDiv = WorkClass::div;
constexpr auto kExp = WorkClass::exp;
constexpr auto kLog = WorkClass::log;
constexpr auto kTanh = WorkClass::tanh;

constexpr WorkRule kRelu = per_output<kCompare>;
constexpr WorkRule kTwoBounds = per_output<kCompare, kCompare>;  // min(max(x, a), b)
constexpr WorkRule kSigmoid = per_output<kExp, kAdd, kDiv>;      // 1 / (1 + exp(-x))
// Quantized numbers are brought to f32 and back.
RuleResult<Work> work_of_sigmoid(const Facts& inputs, const Facts& outputs) {
  const TensorFact* tensor = outputs[0].tensor();
  if (tensor == nullptr || !tensor->dtype || !is_quantized(*tensor->dtype)) return kSigmoid(inputs, outputs);
  FA_RULE(const Expr elements, elements_at(outputs, 0));
  WorkCounter counter(inputs, outputs);
  count_dequantize(counter, elements, tensor->dtype);
  counter.in_dtype(DType::f32).count(kExp, elements).count(kAdd, elements).count(kDiv, elements);
  count_quantize(counter, elements, tensor->dtype);
  return counter.work();
}
constexpr WorkRule kSilu = per_output<kExp, kAdd, kDiv, kMul>;                      // x * sigmoid(x)
constexpr WorkRule kHardsigmoid = per_output<kAdd, kCompare, kCompare, kDiv>;       // relu6(x + 3) / 6
constexpr WorkRule kHardswish = per_output<kAdd, kCompare, kCompare, kMul, kDiv>;   // x * relu6(x + 3) / 6
constexpr WorkRule kLeakyRelu = per_output<kCompare, kMul>;                         // x > 0 ? x : slope*x
constexpr WorkRule kElu = per_output<kCompare, kExp, kAdd, kMul>;                   // x > 0 ? x : a*(exp(x) - 1)
constexpr WorkRule kSelu = per_output<kCompare, kExp, kAdd, kMul, kMul>;            // scale * elu(x)
constexpr WorkRule kCelu = per_output<kCompare, kDiv, kExp, kAdd, kMul>;            // a*(exp(x/a) - 1)
constexpr WorkRule kSoftplus = per_output<kCompare, kMul, kExp, kAdd, kLog, kDiv>;  // log(1 + exp(b*x)) / b
constexpr WorkRule kMish = per_output<kExp, kAdd, kLog, kTanh, kMul>;               // x * tanh(log(1 + exp(x)))
constexpr WorkRule kLogSigmoid = per_output<kCompare, kExp, kAdd, kLog, kAdd>;      // min(x,0) - log(1+exp(-|x|))
constexpr WorkRule kSoftshrink = per_output<kCompare, kCompare, kAdd>;

constexpr char kTwoBoundsText[] = "compare = 2n";
constexpr char kSigmoidText[] = "exp = n, add = n, div = n";
constexpr char kSiluText[] = "exp = n, add = n, div = n, mul = n";
constexpr char kHardsigmoidText[] = "add = n, compare = 2n, div = n";
constexpr char kHardswishText[] = "add = n, compare = 2n, mul = n, div = n";
constexpr char kLeakyReluText[] = "compare = n, mul = n";
constexpr char kLogSigmoidText[] = "compare = n, exp = n, add = 2n, log = n";
constexpr char kEluText[] = "compare = n, exp = n, add = n, mul = n";
constexpr char kGeluText[] = "erf = n, mul = 3n, add = n; approximate tanh: tanh = n, mul = 6n, add = 2n";

// n: elements of the result
// clang-format off
constexpr OpSpec kRows[] = {
    // name                  shape rule                 work rule     formula
    {"aten::_prelu_kernel",  shape_of_prelu_kernel,     kLeakyRelu,   kLeakyReluText},
    {"aten::celu",           shape_of_celu,       kCelu,        "compare = n, div = n, exp = n, add = n, mul = n"},
    {"aten::elu",            floating_like_first,       kElu,         kEluText},
    {"aten::gelu",           shape_of_gelu,       work_of_gelu, kGeluText},
    {"aten::glu",            shape_of_glu,              kSilu,        kSiluText},
    {"aten::hardshrink",     floating_like_first,       kRelu,        "compare = n"},
    {"aten::hardsigmoid",    floating_like_first,       kHardsigmoid, kHardsigmoidText},
    {"aten::hardswish",      floating_like_first,       kHardswish,   kHardswishText},
    {"aten::hardtanh",       shape_of_hardtanh,     kTwoBounds,   kTwoBoundsText},
    {"aten::leaky_relu",     floating_like_first,       kLeakyRelu,   kLeakyReluText},
    {"aten::log_sigmoid",    floating_like_first,       kLogSigmoid,  kLogSigmoidText},
    {"aten::log_sigmoid_forward", shape_of_log_sigmoid_forward, kLogSigmoid, kLogSigmoidText},
    {"aten::mish",           floating_like_first,       kMish,        "exp = n, add = n, log = n, tanh = n, mul = n"},
    {"aten::prelu",          shape_of_prelu,            kLeakyRelu,   kLeakyReluText},
    {"aten::relu",           real_like_first,       kRelu,        "compare = n"},
    {"aten::relu6",          real_like_first,       kTwoBounds,   kTwoBoundsText},
    {"aten::rrelu",          shape_of_rrelu<1>,         kLeakyRelu,   kLeakyReluText},
    {"aten::rrelu_with_noise", shape_of_rrelu<2>,       kLeakyRelu,   kLeakyReluText},
    {"aten::rrelu_with_noise_functional", shape_of_rrelu_functional, kLeakyRelu, kLeakyReluText},
    {"aten::selu",           floating_like_first,       kSelu,        "compare = n, exp = n, add = n, mul = 2n"},
    {"aten::sigmoid",        float_like_first,          work_of_sigmoid, kSigmoidText},
    {"aten::silu",           shape_of_silu,       kSilu,        kSiluText},
    {"aten::softplus",       floating_like_first,       kSoftplus,    "compare = n, mul = n, exp = n, add = n, log = n, div = n"},
    {"aten::softshrink",     shape_of_softshrink,       kSoftshrink,  "compare = 2n, add = n"},
    {"aten::threshold",      real_like_first,           kRelu,        "compare = n"},
};
// clang-format on

}  // namespace

std::span<const OpSpec> activation_ops() { return kRows; }

}  // namespace flopaudit
