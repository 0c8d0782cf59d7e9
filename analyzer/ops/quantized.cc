// Conversion to quantized numbers and back, and quantized ops that are floating ones between a dequantization of their
// inputs and a quantization of their result (quantized_helpers.h): those cost what the floating op costs in f32, and both
// conversions. Ops that keep the scale of their input compare integers. fake_quantize stays in floating point:
// (clamp(round(x/scale + z)) - z)*scale is 1 div, 1 convert, 2 add, 2 compare, 1 mul.
#include "analyzer/ops/all_ops.h"
#include "analyzer/ops/dtype_checks.h"
#include "analyzer/ops/op_registry.h"
#include "analyzer/ops/quantized_helpers.h"

namespace flopaudit {
namespace {

// --- to quantized numbers: the dtype stands at `place` ---

template <std::size_t place>
RuleResult<Facts> shape_of_quantize(const Facts& inputs) {
  FA_REFUSE(need_floating(inputs, 0));
  FA_RULE(Facts facts, same_as_first(inputs));
  FA_RULE(const std::optional<DType> dtype, dtype_argument_at(inputs, place, std::nullopt));
  if (dtype && !is_quantized(*dtype)) return misfit("no quantized dtype: " + std::string(name(*dtype)));
  if (inputs[0].tensor()->dtype && *inputs[0].tensor()->dtype != DType::f32) {
    return misfit("quantization takes f32: " + inputs[0].to_string());
  }
  facts[0].get<TensorFact>()->dtype = dtype;
  return facts;
}

// A dynamic quantization looks for the minimum and maximum first.
template <bool dynamic>
RuleResult<Work> work_of_quantize(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const Expr elements, elements_at(inputs, 0));
  WorkCounter counter(inputs, outputs);
  if (dynamic) counter.in_dtype(DType::f32).count(WorkClass::compare, Expr(2) * reduction_steps(elements, 1));
  count_quantize(counter, elements, outputs[0].tensor()->dtype);
  return counter.work();
}

// --- back ---

RuleResult<Facts> shape_of_dequantize(const Facts& inputs) {
  FA_RULE(Facts facts, same_as_first(inputs));
  if (facts[0].tensor()->dtype) facts[0].get<TensorFact>()->dtype = DType::f32;
  return facts;
}

RuleResult<Work> work_of_dequantize(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const DType dtype, dtype_at(inputs, 0));
  FA_RULE(const Expr elements, elements_at(inputs, 0));
  WorkCounter counter(inputs, outputs);
  if (is_quantized(dtype)) count_dequantize(counter, elements, dtype);
  return counter.work();
}

RuleResult<Facts> shape_of_int_repr(const Facts& inputs) {
  FA_REFUSE(need_quantized(inputs, 0));
  FA_RULE(Facts facts, same_as_first(inputs));
  std::optional<DType>& dtype = facts[0].get<TensorFact>()->dtype;
  if (dtype == DType::qi8) dtype = DType::i8;
  if (dtype == DType::qu8) dtype = DType::u8;
  if (dtype == DType::qi32) dtype = DType::i32;
  return facts;
}

// Scales and zero points are contents of tensors that no fact carries.
template <bool floating>
RuleResult<Facts> unknown_number(const Facts& inputs) {
  FA_REFUSE(need_quantized(inputs, 0));
  if (floating) return one(Fact(FloatFact{}));
  return one(Fact(IntFact{}));
}

// --- fake_quantize ---

template <bool masked>
RuleResult<Facts> shape_of_fake_quantize(const Facts& inputs) {
  FA_RULE(Facts facts, floating_like_first(inputs));
  if (!masked) return facts;
  Fact mask = facts[0];
  mask.get<TensorFact>()->dtype = DType::boolean;
  facts.push_back(mask);
  return facts;
}

constexpr WorkRule kFakeQuantize = per_output<WorkClass::div, WorkClass::convert, WorkClass::add, WorkClass::add,
                                              WorkClass::compare, WorkClass::compare, WorkClass::mul>;

// --- a floating op between both conversions ---

struct Wrapped {
  const char* op;                     // the floating op's row
  Facts (*arguments)(const Facts&);   // its arguments from those of the quantized op
  std::size_t quantized_inputs = 1;
};

template <const Wrapped& wrapped>
RuleResult<Facts> shape_of_wrapped(const Facts& inputs) {
  for (std::size_t place = 0; place < wrapped.quantized_inputs; ++place) FA_REFUSE(need_quantized(inputs, place));
  FA_RULE(Facts facts, find_op(wrapped.op)->shape(wrapped.arguments(as_floating(inputs))));
  facts.resize(1);
  facts[0].get<TensorFact>()->dtype = inputs[0].tensor()->dtype;
  return facts;
}

template <const Wrapped& wrapped>
RuleResult<Work> work_of_wrapped(const Facts& inputs, const Facts& outputs) {
  const WorkRule floating = find_op(wrapped.op)->work;
  WorkCounter counter(inputs, outputs);
  for (std::size_t place = 0; place < wrapped.quantized_inputs; ++place) {
    FA_RULE(const Expr elements, elements_at(inputs, place));
    count_dequantize(counter, elements, inputs[place].tensor()->dtype);
  }
  FA_RULE(const Expr results, elements_at(outputs, 0));
  count_quantize(counter, results, outputs[0].tensor()->dtype);
  FA_RULE(Work work, counter.work());
  FA_RULE(const Work inside, floating(wrapped.arguments(as_floating(inputs)), as_floating(outputs)));
  for (const auto& [key, count] : inside.operations) work.add(key.first, key.second, count);
  return work;
}

// The integers themselves are compared: relu6, clamp, threshold.
template <const Wrapped& wrapped>
RuleResult<Facts> shape_of_integers(const Facts& inputs) {
  FA_REFUSE(need_quantized(inputs, 0));
  return find_op(wrapped.op)->shape(wrapped.arguments(inputs));
}
template <const Wrapped& wrapped>
RuleResult<Work> work_of_integers(const Facts& inputs, const Facts& outputs) {
  return find_op(wrapped.op)->work(wrapped.arguments(inputs), outputs);
}

// matmul: integer multiply-accumulates, requantized.
RuleResult<Work> work_of_matmul(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const Work inside, find_op("aten::matmul")->work(as_floating(inputs), as_floating(outputs)));
  FA_RULE(const Expr results, elements_at(outputs, 0));
  WorkCounter counter(inputs, outputs);
  counter.count(WorkClass::integer, inside.total(WorkClass::mac) + inside.total(WorkClass::mul));
  count_requantize(counter, results, outputs[0].tensor()->dtype);
  return counter.work();
}

Fact real(double value) { return Fact::floating(value); }
Facts first(const Facts& f) { return {f.at(0)}; }
Facts first_two(const Facts& f) { return {f.at(0), f.at(1)}; }
Facts first_three(const Facts& f) { return {f.at(0), f.at(1), f.at(2)}; }
Facts sum_of(const Facts& f) { return {f.at(0), f.at(1), Fact::integer(1)}; }
Facts batch_norm(const Facts& f) {
  return {f.at(0), f.at(1), f.at(2), f.at(3), f.at(4), Fact::boolean(false), real(0), f.at(5), Fact::boolean(false)};
}
Facts layer_norm(const Facts& f) { return {f.at(0), f.at(1), f.at(2), f.at(3), f.at(4), Fact::boolean(false)}; }
Facts instance_norm(const Facts& f) {
  return {f.at(0), f.at(1), f.at(2), Fact::none(), Fact::none(), Fact::boolean(true), real(0), f.at(3),
          Fact::boolean(false)};
}
Facts elu(const Facts& f) { return {f.at(0), f.at(3), f.at(4), f.at(5)}; }
Facts celu(const Facts& f) { return {f.at(0), f.at(3)}; }
Facts softmax(const Facts& f) { return {f.at(0), f.at(1), Fact::none()}; }

constexpr Wrapped kAdd = {"aten::add.Tensor", sum_of, 2}, kAddScalar = {"aten::add.Scalar", sum_of};
constexpr Wrapped kBatchNorm = {"aten::batch_norm", batch_norm}, kCelu = {"aten::celu", celu};
constexpr Wrapped kClamp = {"aten::clamp", first_three}, kElu = {"aten::elu", elu};
constexpr Wrapped kGroupNorm = {"aten::group_norm", layer_norm}, kHardswish = {"aten::hardswish", first};
constexpr Wrapped kInstanceNorm = {"aten::instance_norm", instance_norm}, kLayerNorm = {"aten::layer_norm", layer_norm};
constexpr Wrapped kLeaky = {"aten::leaky_relu", first_two}, kMatmul = {"aten::matmul", first_two, 2};
constexpr Wrapped kMul = {"aten::mul.Tensor", first_two, 2}, kMulScalar = {"aten::mul.Scalar", first_two};
constexpr Wrapped kPrelu = {"aten::prelu", first_two}, kRelu6 = {"aten::relu6", first};
constexpr Wrapped kSigmoid = {"aten::sigmoid", first}, kSoftmax = {"aten::softmax.int", softmax};
constexpr Wrapped kThreshold = {"aten::threshold", first_three};

// n inputs, o outputs
constexpr char kBoth[] = "the op in f32; dequantize: integer = n, convert = n, mul = n; quantize: div = o, convert += o, integer += 3o";
constexpr char kQuantize[] = "div = n, convert = n, integer = 3n; dynamic: compare = 2(n - 1)";
constexpr char kDequantize[] = "integer = n, convert = n, mul = n";
constexpr char kFake[] = "div = n, convert = n, add = 2n, compare = 2n, mul = n";
constexpr char kIntegers[] = "integer = n per comparison";
constexpr char kMatmulText[] = "integer = B*M*N*K + 3o, convert = 2o, mul = o";

#define WRAPPED(name, op) \
  { name, shape_of_wrapped<op>, work_of_wrapped<op>, kBoth }
#define INTEGERS(name, op) \
  { name, shape_of_integers<op>, work_of_integers<op>, kIntegers }

// A fused ReLU is the lower clamp of the quantization.
// clang-format off
constexpr OpSpec kRows[] = {
    {"aten::dequantize.self",   shape_of_dequantize, work_of_dequantize, kDequantize},
    {"aten::dequantize.tensor", shape_of_dequantize, work_of_dequantize, kDequantize},
    {"aten::fake_quantize_per_channel_affine",               shape_of_fake_quantize<false>, kFakeQuantize, kFake},
    {"aten::fake_quantize_per_channel_affine_cachemask",     shape_of_fake_quantize<true>,  kFakeQuantize, kFake},
    {"aten::fake_quantize_per_tensor_affine",                shape_of_fake_quantize<false>, kFakeQuantize, kFake},
    {"aten::fake_quantize_per_tensor_affine.tensor_qparams", shape_of_fake_quantize<false>, kFakeQuantize, kFake},
    {"aten::fake_quantize_per_tensor_affine_cachemask",      shape_of_fake_quantize<true>,  kFakeQuantize, kFake},
    {"aten::int_repr",          shape_of_int_repr,     copies,                  ""},
    {"aten::q_scale",           unknown_number<true>,  nullptr,                 ""},
    {"aten::q_zero_point",      unknown_number<false>, nullptr,                 ""},
    {"aten::quantize_per_channel",               shape_of_quantize<4>, work_of_quantize<false>, kQuantize},
    {"aten::quantize_per_tensor",                shape_of_quantize<3>, work_of_quantize<false>, kQuantize},
    {"aten::quantize_per_tensor.tensor_qparams", shape_of_quantize<3>, work_of_quantize<false>, kQuantize},
    {"aten::quantize_per_tensor_dynamic",        shape_of_quantize<1>, work_of_quantize<true>,  kQuantize},
    WRAPPED("quantized::add",               kAdd),
    WRAPPED("quantized::add_relu",          kAdd),
    WRAPPED("quantized::add_scalar",        kAddScalar),
    WRAPPED("quantized::add_scalar_relu",   kAddScalar),
    WRAPPED("quantized::batch_norm",        kBatchNorm),
    WRAPPED("quantized::batch_norm1d",      kBatchNorm),
    WRAPPED("quantized::batch_norm1d_relu", kBatchNorm),
    WRAPPED("quantized::batch_norm2d",      kBatchNorm),
    WRAPPED("quantized::batch_norm2d_relu", kBatchNorm),
    WRAPPED("quantized::batch_norm3d",      kBatchNorm),
    WRAPPED("quantized::batch_norm3d_relu", kBatchNorm),
    WRAPPED("quantized::batch_norm_relu",   kBatchNorm),
    WRAPPED("quantized::celu",              kCelu),
    INTEGERS("quantized::clamp",            kClamp),
    WRAPPED("quantized::elu",               kElu),
    WRAPPED("quantized::group_norm",        kGroupNorm),
    WRAPPED("quantized::hardswish",         kHardswish),
    WRAPPED("quantized::instance_norm",     kInstanceNorm),
    WRAPPED("quantized::layer_norm",        kLayerNorm),
    WRAPPED("quantized::leaky_relu",        kLeaky),
    {"quantized::matmul", shape_of_wrapped<kMatmul>, work_of_matmul, kMatmulText},
    WRAPPED("quantized::mul",               kMul),
    WRAPPED("quantized::mul_relu",          kMul),
    WRAPPED("quantized::mul_scalar",        kMulScalar),
    WRAPPED("quantized::mul_scalar_relu",   kMulScalar),
    WRAPPED("quantized::prelu",             kPrelu),
    INTEGERS("quantized::relu6",            kRelu6),
    WRAPPED("quantized::sigmoid",           kSigmoid),
    WRAPPED("quantized::softmax",           kSoftmax),
    INTEGERS("quantized::threshold",        kThreshold),
};
// clang-format on
#undef WRAPPED
#undef INTEGERS

}  // namespace

std::span<const OpSpec> quantized_ops() { return kRows; }

}  // namespace flopaudit
