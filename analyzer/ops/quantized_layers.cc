// Quantized convolutions and linear layers, and the packing of their parameters. The facts of packed parameters are
// tuples:
//   convolution  (weight, bias, stride, padding, output_padding, dilation, groups, transposed)     linear  (weight,
//   bias)
// The multiply-accumulates are integers; each output is requantized (quantized_helpers.h); the bias starts the
// accumulator.
// `_add` dequantizes a residual and adds it. `_dynamic` ops take floating inputs: their minimum and maximum (2(n-1)
// compare), quantize each, and bring each accumulator back (1 convert, 1 mul, with a bias 1 add, with ReLU 1 compare).
// fp16 weights are multiplied in f32. A fused tanh or leaky ReLU works on the accumulator, in f32.
#include "analyzer/ops/all_ops.h"
#include "analyzer/ops/convolution_helpers.h"
#include "analyzer/ops/dtype_checks.h"
#include "analyzer/ops/quantized_helpers.h"

namespace flopaudit {
namespace {

constexpr std::size_t kConvFields = 8, kLinearFields = 2;

// input, weight, bias, stride, padding, dilation, transposed, output_padding, groups
constexpr ConvolutionPlaces kPlaces = {.bias = 2,
                                       .stride = 3,
                                       .padding = 4,
                                       .dilation = 5,
                                       .output_padding = 7,
                                       .groups = 8,
                                       .transposed = 6,
                                       .takes_unbatched = false,
                                       .bounds_output_padding = false};

// LibTorch keeps two numbers for a convolution of one dim, of which the second counts.
Fact one_of(const Fact& fact) {
  const auto* list = fact.get<ListFact>();
  if (list == nullptr || !*list->elements || (*list->elements)->empty()) return fact;
  const Facts& numbers = **list->elements;
  return Fact::list({numbers.size() > 1 ? numbers[1] : numbers[0]});
}

RuleResult<Facts> convolution_facts(const Facts& inputs, std::size_t packed) {
  FA_RULE(std::vector<Fact> p, packed_at(inputs, packed, kConvFields));
  const TensorFact* weight = p[0].tensor();
  if (weight != nullptr && weight->dims && weight->dims->size() == 3) {
    for (const std::size_t field : {2, 3, 4, 5}) p[field] = one_of(p[field]);
  }
  return Facts{inputs.at(0), p[0], p[1], p[2], p[3], p[5], p[7], p[4], p[6]};
}

// Whether a layer takes floating inputs, and what it does beside the sum.
struct Layer {
  bool dynamic = false;
  bool relu = false;
  bool residual = false;
  bool half_weight = false;
  bool searched = true;  // a dynamic layer looks for the range of its input
  std::size_t packed = 1;
  std::optional<WorkClass> activation = {};  // once an output; `leaky`: compared and multiplied
  bool leaky = false;
};

std::optional<RuleFailure> check_input(const Facts& inputs, const Layer& layer) {
  return layer.dynamic ? need_f32(inputs[0]) : need_quantized(inputs, 0);
}

std::optional<DType> result_of(const Facts& inputs, const Layer& layer) {
  return layer.dynamic ? std::optional(DType::f32) : inputs[0].tensor()->dtype;
}

// What surrounds the multiply-accumulates.
RuleResult<Work> layer_work(const Facts& inputs, const Facts& outputs, const Layer& layer, const Expr& macs,
                            bool bias) {
  FA_RULE(const Expr in, elements_at(inputs, 0));
  FA_RULE(const Expr out, elements_at(outputs, 0));
  WorkCounter counter(inputs, outputs);
  const std::optional<DType> quantized = layer.dynamic ? std::optional(DType::qu8) : inputs[0].tensor()->dtype;
  if (layer.half_weight) {
    counter.in_dtype(DType::f32).count(WorkClass::mac, macs);
  } else {
    counter.in_dtype(quantized).count(WorkClass::integer, macs);
  }
  if (layer.dynamic && !layer.half_weight) {
    if (layer.searched) counter.in_dtype(DType::f32).count(WorkClass::compare, Expr(2) * reduction_steps(in, 1));
    count_quantize(counter, in, quantized);
    counter.in_dtype(DType::f32).count(WorkClass::convert, out).count(WorkClass::mul, out);
    if (bias) counter.count(WorkClass::add, out);
  }
  if (layer.dynamic && layer.relu) counter.in_dtype(DType::f32).count(WorkClass::compare, out);
  if (layer.residual) {
    count_dequantize(counter, out, quantized);
    counter.in_dtype(DType::f32).count(WorkClass::add, out);
  }
  if (layer.leaky) counter.in_dtype(DType::f32).count(WorkClass::compare, out).count(WorkClass::mul, out);
  if (layer.activation) counter.in_dtype(DType::f32).count(*layer.activation, out);
  if (!layer.dynamic) count_requantize(counter, out, quantized);
  return counter.reads(Expr()).work();
}

// The bytes of the input and of what the packed parameters hold.
RuleResult<Work> with_bytes(RuleResult<Work> work, const Facts& read) {
  if (!work) return work;
  FA_RULE((*work).bytes_read, bytes_of(read));
  return work;
}

// The tensor that is added to the sum has its shape.
std::optional<RuleFailure> check_residual(const Facts& inputs, const Dims& output) {
  FA_REFUSE(need_quantized(inputs, 1));
  FA_RULE(const Dims residual, dims_at(inputs, 1));
  if (same_dims(residual, output)) return std::nullopt;
  return misfit("what is added should have the shape " + text(output) + ": " + inputs[1].to_string());
}

template <const Layer& layer>
RuleResult<Facts> shape_of_convolution(const Facts& inputs) {
  FA_REFUSE(check_input(inputs, layer));
  FA_RULE(const Facts facts, convolution_facts(inputs, layer.packed));
  FA_RULE(const Convolution conv, read_convolution(facts, kPlaces));
  FA_RULE(const Dims output, convolution_output(conv, facts));
  if (layer.residual) FA_REFUSE(check_residual(inputs, output));
  return one(tensor_fact(result_of(inputs, layer), output));
}

template <const Layer& layer>
RuleResult<Work> work_of_convolution(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const Facts facts, convolution_facts(inputs, layer.packed));
  FA_RULE(const Convolution conv, read_convolution(facts, kPlaces));
  FA_RULE(const Dims output, dims_at(outputs, 0));
  FA_RULE(const ConvolutionMacs macs, convolution_macs(conv, output));
  return with_bytes(layer_work(inputs, outputs, layer, macs.all, !facts[2].is_none()), facts);
}

// Integers have a value for each output, of f32 but where oneDNN adds an activation; what is added to the products of
// f16 weights expands.
std::optional<RuleFailure> check_bias(const std::vector<Fact>& packed, const Layer& layer, const Dims& output) {
  const TensorFact* bias = packed[1].tensor();
  const std::optional<DType> weight = packed[0].tensor()->dtype;
  if (bias == nullptr || !bias->dims || !weight) return std::nullopt;
  const bool half = !is_quantized(*weight);
  const bool fits = half ? !cannot_expand(*bias->dims, {output.back()}) : same_dims(*bias->dims, {output.back()});
  if (bias->dims->size() != 1 || !fits) {
    return misfit("the bias should have one value for each output: " + packed[1].to_string());
  }
  return half || layer.leaky || layer.activation ? std::nullopt : need_f32(packed[1]);
}

// X [..., K] and a weight of [N, K]
template <const Layer& layer>
RuleResult<Facts> shape_of_linear(const Facts& inputs) {
  FA_REFUSE(check_input(inputs, layer));
  FA_RULE(Dims output, dims_at(inputs, 0));
  FA_RULE(const std::vector<Fact> packed, packed_at(inputs, layer.packed, kLinearFields));
  FA_RULE(const Dims weight, dims_at(packed, 0));
  if (output.empty() || weight.size() != 2 || !same_dim(output.back(), weight[1])) {
    return misfit("the input's last dim and the weight's do not fit: " + inputs[0].to_string() + " and " +
                  packed[0].to_string());
  }
  // A dynamic layer takes what was packed as f16 too, as the layer of f16 takes integers.
  if (!layer.dynamic || !layer.searched) FA_REFUSE(need_quantized(packed, 0));
  if (layer.dynamic && output.size() < 2) {
    return misfit("a dynamic layer takes 2 dims or more: " + inputs[0].to_string());
  }
  output.back() = weight[0];
  FA_REFUSE(check_bias(packed, layer, output));
  return one(tensor_fact(result_of(inputs, layer), output));
}

template <const Layer& layer>
RuleResult<Work> work_of_linear(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const std::vector<Fact> packed, packed_at(inputs, layer.packed, kLinearFields));
  FA_RULE(const std::vector<Expr> weight, known_dims_at(packed, 0));
  FA_RULE(const Expr out, elements_at(outputs, 0));
  Layer actual = layer;
  const std::optional<DType> dtype = packed[0].tensor()->dtype;
  if (layer.dynamic && dtype) actual.half_weight = !is_quantized(*dtype);
  return with_bytes(layer_work(inputs, outputs, actual, out * weight[1], !packed[1].is_none()),
                    {inputs[0], packed[0], packed[1]});
}

// --- packing and unpacking: copies ---

// (weight, bias, stride, padding, dilation, groups), transposed (weight, bias, stride, padding, output_padding,
// dilation, groups)
template <std::size_t spatial, bool transposed>
std::optional<RuleFailure> check_packing(const Facts& inputs) {
  FA_REFUSE(need_quantized(inputs, 0));
  FA_RULE(const Dims weight, dims_at(inputs, 0));
  if (weight.size() != spatial + 2) {
    return misfit("a weight of " + std::to_string(spatial + 2) + " dims is expected: " + inputs[0].to_string());
  }
  for (std::size_t place = 2; place < (transposed ? 6 : 5); ++place) {
    FA_RULE(const Facts numbers, list_at(inputs, place));
    if (spatial == 1 ? numbers.empty() : numbers.size() != spatial) {
      return misfit("a number for each dim is expected: " + inputs[place].to_string());
    }
  }
  if (none_at(inputs, 1)) return std::nullopt;
  FA_RULE(const Dims bias, dims_at(inputs, 1));
  FA_RULE(const Expr groups, int_at(inputs, transposed ? 6 : 5));
  const Dim channels = !transposed ? weight[0] : weight[1] ? Dim(*weight[1] * groups) : std::nullopt;
  if (same_dims(bias, {channels})) return std::nullopt;
  return misfit("the bias should have one value for each output: " + shapes_text(inputs, {0, 1}));
}

template <std::size_t spatial, bool transposed>
RuleResult<Facts> pack_convolution(const Facts& inputs) {
  const std::size_t shift = transposed ? 1 : 0;
  if (inputs.size() != 6 + shift) return misfit("a packing op with another number of arguments");
  FA_REFUSE((check_packing<spatial, transposed>(inputs)));
  const Fact none = Fact::list({Fact::integer(0)});
  return one(Fact::tuple({inputs[0], inputs[1], inputs[2], inputs[3], transposed ? inputs[4] : none, inputs[4 + shift],
                          inputs[5 + shift], Fact::boolean(transposed)}));
}

template <bool half>  // of which LibTorch takes more dims than the layer
RuleResult<Facts> pack_linear(const Facts& inputs) {
  FA_RULE(const Dims weight, dims_at(inputs, 0));
  if (weight.size() < 2 || (!half && weight.size() != 2)) {
    return misfit("a weight of 2 dims is expected: " + inputs[0].to_string());
  }
  if (inputs.at(1).tensor() != nullptr && !half) {
    FA_RULE(const Dims bias, dims_at(inputs, 1));
    if (!same_dims(bias, {weight[0]})) {
      return misfit("the bias should have one value for each output: " + shapes_text(inputs, {0, 1}));
    }
  }
  Fact stored = inputs[0];
  if (half) stored.get<TensorFact>()->dims = Dims{weight[0], weight[1]};
  return one(Fact::tuple({stored, inputs.at(1)}));
}

// A weight that was rounded to f16 comes back as f32.
template <std::size_t fields>
RuleResult<Facts> unpack(const Facts& inputs) {
  FA_RULE(std::vector<Fact> packed, packed_at(inputs, 0, fields));
  TensorFact* weight = packed[0].get<TensorFact>();
  if (weight != nullptr && weight->dtype && !is_quantized(*weight->dtype)) {
    weight->dtype = DType::f32;
    if (weight->dims && weight->dims->size() > 2) weight->dims->resize(2);
  }
  return Facts{packed[0], packed[1]};
}

// linear_dynamic_fp16_unpacked_weight(X, weight, bias)
Facts with_packed(const Facts& inputs) { return {inputs.at(0), Fact::tuple({inputs.at(1), inputs.at(2)})}; }
constexpr std::size_t kStride = 2, kPadding = 3, kOutputPadding = 4, kDilation = 5, kGroups = 6, kTransposed = 7;

// What a packed convolution was packed with: its strides, its groups.
template <std::size_t field>
RuleResult<Facts> shape_of_field(const Facts& inputs) {
  FA_RULE(const std::vector<Fact> packed, packed_at(inputs, 0, kConvFields));
  const auto* transposed = packed[kTransposed].get<BoolFact>();
  const auto* list = packed[field].get<ListFact>();
  if (field == kOutputPadding && transposed != nullptr && transposed->value == false && list && *list->elements) {
    return one(Fact::list(Facts((*list->elements)->size(), Fact::integer(0))));  // only transposed ones keep it
  }
  if (packed[field].get<BoolFact>() == nullptr) return one(packed[field]);
  FA_RULE(const bool flag, bool_at(packed, field));
  return one(Fact::integer(flag ? 1 : 0));
}

// The parameters of a recurrent cell in one object.
RuleResult<Facts> shape_of_cell_parameters(const Facts& inputs) { return one(Fact::tuple(inputs)); }

constexpr Layer kPlain = {}, kRelu = {.relu = true}, kDynamic = {.dynamic = true};
constexpr Layer kDynamicRelu = {.dynamic = true, .relu = true};
constexpr Layer kResidual = {.residual = true, .packed = 2},
                kResidualRelu = {.relu = true, .residual = true, .packed = 2};
constexpr Layer kHalf = {.dynamic = true, .half_weight = true};
constexpr Layer kGivenRange = {.dynamic = true, .searched = false, .packed = 3};
constexpr Layer kGivenRangeRelu = {.dynamic = true, .relu = true, .searched = false, .packed = 3};
constexpr Layer kLeaky = {.leaky = true}, kTanh = {.activation = WorkClass::tanh};
constexpr Layer kHalfRelu = {.dynamic = true, .relu = true, .half_weight = true};

RuleResult<Facts> shape_of_unpacked_linear(const Facts& inputs) {
  FA_REFUSE(need_f32(inputs.at(1)));
  return shape_of_linear<kHalf>(with_packed(inputs));
}
RuleResult<Work> work_of_unpacked_linear(const Facts& inputs, const Facts& outputs) {
  return work_of_linear<kHalf>(with_packed(inputs), outputs);
}

// m taps in all, n inputs, o outputs
constexpr char kStatic[] =
    "integer = m + 3o, convert = 2o, mul = o; residual: integer += o, convert += o, mul += o, add = o";
constexpr char kFloating[] =
    "integer = m + 3n, compare = 2(n - 1), div = n, convert = n + o, mul = o; bias: add = o; relu: compare += o";
constexpr char kActivated[] = "as a static layer; leaky: compare = o, mul += o; tanh: tanh = o";
constexpr char kHalfText[] = "mac = m; relu: compare = o";

#define CONV(name, layer, formula) \
  { name, shape_of_convolution<layer>, work_of_convolution<layer>, formula }
#define LINEAR(name, layer, formula) \
  { name, shape_of_linear<layer>, work_of_linear<layer>, formula }

// clang-format off
constexpr OpSpec kRows[] = {
    CONV("_quantized::conv2d", kPlain, kStatic),
    {"_quantized::conv2d_prepack", pack_convolution<2, false>, nullptr, ""},
    CONV("_quantized::conv2d_relu", kRelu, kStatic),
    CONV("_quantized::conv3d", kPlain, kStatic),
    {"_quantized::conv3d_prepack", pack_convolution<3, false>, nullptr, ""},
    CONV("_quantized::conv3d_relu", kRelu, kStatic),
    CONV("_quantized::conv_transpose1d", kPlain, kStatic),
    {"_quantized::conv_transpose1d_prepack", pack_convolution<1, true>, nullptr, ""},
    CONV("_quantized::conv_transpose2d", kPlain, kStatic),
    {"_quantized::conv_transpose2d_prepack", pack_convolution<2, true>, nullptr, ""},
    {"_quantized::conv_transpose3d_prepack", pack_convolution<3, true>, nullptr, ""},
    LINEAR("_quantized::linear", kPlain, kStatic),
    LINEAR("_quantized::linear_dynamic", kDynamic, kFloating),
    {"_quantized::linear_prepack", pack_linear<false>, nullptr, ""},
    {"_quantized::linear_prepack_fp16", pack_linear<true>, nullptr, ""},
    CONV("quantized::conv1d", kPlain, kStatic),
    CONV("quantized::conv1d_dynamic", kDynamic, kFloating),
    {"quantized::conv1d_prepack", pack_convolution<1, false>, nullptr, ""},
    CONV("quantized::conv1d_relu", kRelu, kStatic),
    {"quantized::conv1d_unpack", unpack<kConvFields>, nullptr, ""},
    CONV("quantized::conv2d", kPlain, kStatic),
    CONV("quantized::conv2d.new", kPlain, kStatic),
    CONV("quantized::conv2d_add", kResidual, kStatic),
    CONV("quantized::conv2d_add_relu", kResidualRelu, kStatic),
    {"quantized::conv2d_dilation", shape_of_field<kDilation>, nullptr, ""},
    CONV("quantized::conv2d_dynamic", kDynamic, kFloating),
    {"quantized::conv2d_groups", shape_of_field<kGroups>, nullptr, ""},
    {"quantized::conv2d_output_padding", shape_of_field<kOutputPadding>, nullptr, ""},
    {"quantized::conv2d_padding", shape_of_field<kPadding>, nullptr, ""},
    {"quantized::conv2d_prepack", pack_convolution<2, false>, nullptr, ""},
    CONV("quantized::conv2d_relu", kRelu, kStatic),
    CONV("quantized::conv2d_relu.new", kRelu, kStatic),
    {"quantized::conv2d_stride", shape_of_field<kStride>, nullptr, ""},
    {"quantized::conv2d_transpose", shape_of_field<kTransposed>, nullptr, ""},
    {"quantized::conv2d_unpack", unpack<kConvFields>, nullptr, ""},
    CONV("quantized::conv3d", kPlain, kStatic),
    CONV("quantized::conv3d.new", kPlain, kStatic),
    {"quantized::conv3d_dilation", shape_of_field<kDilation>, nullptr, ""},
    CONV("quantized::conv3d_dynamic", kDynamic, kFloating),
    {"quantized::conv3d_groups", shape_of_field<kGroups>, nullptr, ""},
    {"quantized::conv3d_output_padding", shape_of_field<kOutputPadding>, nullptr, ""},
    {"quantized::conv3d_padding", shape_of_field<kPadding>, nullptr, ""},
    {"quantized::conv3d_prepack", pack_convolution<3, false>, nullptr, ""},
    CONV("quantized::conv3d_relu", kRelu, kStatic),
    CONV("quantized::conv3d_relu.new", kRelu, kStatic),
    {"quantized::conv3d_stride", shape_of_field<kStride>, nullptr, ""},
    {"quantized::conv3d_transpose", shape_of_field<kTransposed>, nullptr, ""},
    {"quantized::conv3d_unpack", unpack<kConvFields>, nullptr, ""},
    {"quantized::conv_prepack", pack_convolution<2, false>, nullptr, ""},
    CONV("quantized::conv_transpose1d", kPlain, kStatic),
    CONV("quantized::conv_transpose1d_dynamic", kDynamic, kFloating),
    {"quantized::conv_transpose1d_prepack", pack_convolution<1, true>, nullptr, ""},
    {"quantized::conv_transpose1d_unpack", unpack<kConvFields>, nullptr, ""},
    CONV("quantized::conv_transpose2d", kPlain, kStatic),
    {"quantized::conv_transpose2d_dilation", shape_of_field<kDilation>, nullptr, ""},
    CONV("quantized::conv_transpose2d_dynamic", kDynamic, kFloating),
    {"quantized::conv_transpose2d_groups", shape_of_field<kGroups>, nullptr, ""},
    {"quantized::conv_transpose2d_output_padding", shape_of_field<kOutputPadding>, nullptr, ""},
    {"quantized::conv_transpose2d_padding", shape_of_field<kPadding>, nullptr, ""},
    {"quantized::conv_transpose2d_prepack", pack_convolution<2, true>, nullptr, ""},
    {"quantized::conv_transpose2d_stride", shape_of_field<kStride>, nullptr, ""},
    {"quantized::conv_transpose2d_transpose", shape_of_field<kTransposed>, nullptr, ""},
    {"quantized::conv_transpose2d_unpack", unpack<kConvFields>, nullptr, ""},
    CONV("quantized::conv_transpose3d", kPlain, kStatic),
    {"quantized::conv_transpose3d_dilation", shape_of_field<kDilation>, nullptr, ""},
    CONV("quantized::conv_transpose3d_dynamic", kDynamic, kFloating),
    {"quantized::conv_transpose3d_groups", shape_of_field<kGroups>, nullptr, ""},
    {"quantized::conv_transpose3d_output_padding", shape_of_field<kOutputPadding>, nullptr, ""},
    {"quantized::conv_transpose3d_padding", shape_of_field<kPadding>, nullptr, ""},
    {"quantized::conv_transpose3d_prepack", pack_convolution<3, true>, nullptr, ""},
    {"quantized::conv_transpose3d_stride", shape_of_field<kStride>, nullptr, ""},
    {"quantized::conv_transpose3d_transpose", shape_of_field<kTransposed>, nullptr, ""},
    {"quantized::conv_transpose3d_unpack", unpack<kConvFields>, nullptr, ""},
    {"quantized::conv_unpack", unpack<kConvFields>, nullptr, ""},
    LINEAR("quantized::linear", kPlain, kStatic),
    LINEAR("quantized::linear_dynamic", kDynamic, kFloating),
    LINEAR("quantized::linear_dynamic_fp16", kHalf, kHalfText),
    {"quantized::linear_dynamic_fp16_unpacked_weight", shape_of_unpacked_linear, work_of_unpacked_linear, kHalfText},
    LINEAR("quantized::linear_leaky_relu", kLeaky, kActivated),
    {"quantized::linear_prepack", pack_linear<false>, nullptr, ""},
    {"quantized::linear_prepack_fp16", pack_linear<true>, nullptr, ""},
    LINEAR("quantized::linear_relu", kRelu, kStatic),
    LINEAR("quantized::linear_relu_dynamic", kDynamicRelu, kFloating),
    LINEAR("quantized::linear_relu_dynamic_fp16", kHalfRelu, kHalfText),
    LINEAR("quantized::linear_tanh", kTanh, kActivated),
    {"quantized::linear_unpack", unpack<kLinearFields>, nullptr, ""},
    {"quantized::linear_unpack_fp16", unpack<kLinearFields>, nullptr, ""},
    LINEAR("quantized::linear_with_input_q_dq_qweight_dq_output_fp32", kGivenRange, kFloating),
    LINEAR("quantized::linear_with_input_q_dq_qweight_dq_relu_output_fp32", kGivenRangeRelu, kFloating),
    {"quantized::make_quantized_cell_params", shape_of_cell_parameters, nullptr, ""},
    {"quantized::make_quantized_cell_params_dynamic", shape_of_cell_parameters, nullptr, ""},
    {"quantized::make_quantized_cell_params_fp16", shape_of_cell_parameters, nullptr, ""},
};
// clang-format on
#undef CONV
#undef LINEAR

}  // namespace

std::span<const OpSpec> quantized_layer_ops() { return kRows; }

}  // namespace flopaudit
