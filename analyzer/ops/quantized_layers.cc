// Quantized convolutions and linear layers, and the packing of their parameters; the rules are in
// quantized_convolution.cc and quantized_linear.cc.
// The multiply-accumulates are integers; each output is requantized (quantized_helpers.h); the bias starts the
// accumulator.
// `_add` dequantizes a residual and adds it. `_dynamic` ops take floating inputs: their minimum and maximum (2(n-1)
// compare), quantize each, and bring each accumulator back (1 convert, 1 mul, with a bias 1 add, with ReLU 1 compare).
// fp16 weights are multiplied in f32. A fused tanh or leaky ReLU works on the accumulator, in f32.
#include "analyzer/ops/quantized_layers.h"

#include "analyzer/ops/all_ops.h"

namespace flopaudit {

std::optional<RuleFailure> check_layer_input(const Facts& inputs, const Layer& layer) {
  return layer.dynamic ? need_f32(inputs[0]) : need_quantized(inputs, 0);
}

std::optional<DType> layer_result(const Facts& inputs, const Layer& layer) {
  return layer.dynamic ? std::optional(DType::f32) : inputs[0].tensor()->dtype;
}

RuleResult<Work> layer_work(const Facts& inputs, const Facts& outputs, const Layer& layer, const Expr& macs, bool bias,
                            const Facts& read) {
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
  FA_RULE(const Expr bytes, bytes_of(read));
  return counter.reads(bytes).work();
}

namespace {

template <const Layer& layer>
RuleResult<Facts> shape_of_convolution(const Facts& inputs) {
  return quantized_convolution_shape(inputs, layer);
}
template <const Layer& layer>
RuleResult<Work> work_of_convolution(const Facts& inputs, const Facts& outputs) {
  return quantized_convolution_work(inputs, outputs, layer);
}
template <const Layer& layer>
RuleResult<Facts> shape_of_linear(const Facts& inputs) {
  return quantized_linear_shape(inputs, layer);
}
template <const Layer& layer>
RuleResult<Work> work_of_linear(const Facts& inputs, const Facts& outputs) {
  return quantized_linear_work(inputs, outputs, layer);
}
template <std::size_t spatial, bool transposed>
RuleResult<Facts> pack_convolution(const Facts& inputs) {
  return packed_convolution(inputs, spatial, transposed);
}
template <bool half>
RuleResult<Facts> pack_linear(const Facts& inputs) {
  return packed_linear(inputs, half);
}
template <std::size_t fields>
RuleResult<Facts> unpack(const Facts& inputs) {
  return unpacked(inputs, fields);
}
template <PackedField field>
RuleResult<Facts> shape_of_field(const Facts& inputs) {
  return packed_field(inputs, field);
}

// linear_dynamic_fp16_unpacked_weight(X, weight, bias)
Facts with_packed(const Facts& inputs) { return {inputs.at(0), Fact::tuple({inputs.at(1), inputs.at(2)})}; }

// The parameters of a recurrent cell in one object.
RuleResult<Facts> shape_of_cell_parameters(const Facts& inputs) { return one(Fact::tuple(inputs)); }

constexpr Layer kPlain = {}, kRelu = {.relu = true}, kDynamic = {.dynamic = true};
constexpr Layer kPlainRow = {.one_dim = true}, kReluRow = {.relu = true, .one_dim = true};
constexpr Layer kDynamicRow = {.dynamic = true, .one_dim = true};
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
  FA_RULE(const Dims weight, dims_at(inputs, 1));
  if (weight.size() != 2) return misfit("the weight should have 2 dims: " + inputs[1].to_string());
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
    CONV("_quantized::conv_transpose1d", kPlainRow, kStatic),
    {"_quantized::conv_transpose1d_prepack", pack_convolution<1, true>, nullptr, ""},
    CONV("_quantized::conv_transpose2d", kPlain, kStatic),
    {"_quantized::conv_transpose2d_prepack", pack_convolution<2, true>, nullptr, ""},
    {"_quantized::conv_transpose3d_prepack", pack_convolution<3, true>, nullptr, ""},
    LINEAR("_quantized::linear", kPlain, kStatic),
    LINEAR("_quantized::linear_dynamic", kDynamic, kFloating),
    {"_quantized::linear_prepack", pack_linear<false>, nullptr, ""},
    {"_quantized::linear_prepack_fp16", pack_linear<true>, nullptr, ""},
    CONV("quantized::conv1d", kPlainRow, kStatic),
    CONV("quantized::conv1d_dynamic", kDynamicRow, kFloating),
    {"quantized::conv1d_prepack", pack_convolution<1, false>, nullptr, ""},
    CONV("quantized::conv1d_relu", kReluRow, kStatic),
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
    {"quantized::conv2d_unpack", unpacked_image, nullptr, ""},
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
    CONV("quantized::conv_transpose1d", kPlainRow, kStatic),
    CONV("quantized::conv_transpose1d_dynamic", kDynamicRow, kFloating),
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
    {"quantized::conv_transpose2d_unpack", unpacked_image, nullptr, ""},
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
    {"quantized::conv_unpack", unpacked_image, nullptr, ""},
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
