// To quantized numbers, back, and what is asked of them; what a conversion costs: quantized_helpers.h. A dynamic
// quantization looks for the minimum and maximum first. Scales and zero points are parts of a tensor that no fact
// carries: what asks for them gives an unknown number. fake_quantize stays in floating point: (clamp(round(x/scale +
// z)) - z)*scale is 1 div, 1 convert, 2 add, 2 compare, 1 mul.
#include "analyzer/ops/all_ops.h"
#include "analyzer/ops/dtype_checks.h"
#include "analyzer/ops/quantized_helpers.h"

namespace flopaudit {
namespace {

// --- to quantized numbers: the dtype stands at `place` ---

RuleResult<DType> quantized_dtype_at(const Facts& inputs, std::size_t place) {
  FA_RULE(const std::int64_t number, constant_at(inputs, place));
  const std::optional<DType> dtype = dtype_of_scalar_type_number(number);
  if (!dtype || !is_quantized(*dtype)) return misfit("no quantized dtype: " + inputs[place].to_string());
  return *dtype;
}

// One number: a scale or zero point of the whole tensor.
std::optional<RuleFailure> check_single(const Facts& inputs, std::size_t place) {
  const TensorFact* tensor = inputs[place].tensor();
  const std::optional<Expr> count = tensor != nullptr ? element_count(*tensor) : std::nullopt;
  if (!count || always_equal(*count, 1) != false) return std::nullopt;
  return misfit("one number is expected: " + inputs[place].to_string());
}

// Scales and zero points of 1 dim, one for each size of `axis`, which does not count from the end.
std::optional<RuleFailure> check_channels(const Facts& inputs, std::size_t axis_place) {
  FA_RULE(const Dims dims, dims_at(inputs, 0));
  FA_RULE(const std::int64_t axis, constant_at(inputs, axis_place));
  if (axis < 0 || axis >= static_cast<std::int64_t>(dims.size())) {
    return misfit("there is no dim " + std::to_string(axis) + " of channels: " + inputs[0].to_string());
  }
  for (const std::size_t place : {1, 2}) {
    FA_RULE(const TensorFact* numbers, tensor_at(inputs, place));
    if (numbers->dims && !same_dims(*numbers->dims, {dims[static_cast<std::size_t>(axis)]})) {
      return misfit("a scale and a zero point for each channel are needed: " + shapes_text(inputs, {0, place}));
    }
  }
  return std::nullopt;
}

RuleResult<Facts> shape_of_quantize_channels(const Facts& inputs) {
  FA_RULE(Facts facts, same_as_first(inputs));
  FA_REFUSE(need_f32(inputs[0]));
  FA_REFUSE(check_channels(inputs, 3));
  FA_REFUSE(need_floating(inputs, 1));  // the scales
  FA_RULE(facts[0].get<TensorFact>()->dtype, quantized_dtype_at(inputs, 4));
  return facts;
}

// quantize_per_tensor_dynamic(self, dtype, reduce_range): f16 is a cast; 8 bits need a minimum and a maximum.
RuleResult<Facts> shape_of_quantize_dynamic(const Facts& inputs) {
  FA_RULE(Facts facts, same_as_first(inputs));
  std::optional<DType>& dtype = facts[0].get<TensorFact>()->dtype;
  if (constant_of(inputs[1]) == scalar_type_number(DType::f16)) {
    dtype = DType::f16;
    return facts;
  }
  FA_REFUSE(need_f32(inputs[0]));
  FA_RULE(dtype, quantized_dtype_at(inputs, 1));
  if (dtype == DType::qi32) return misfit("no dynamic quantization to qi32");
  if (element_count(*inputs[0].tensor()) == Expr(0)) return misfit("nothing has no range: " + inputs[0].to_string());
  return facts;
}

template <std::size_t place>
RuleResult<Facts> shape_of_quantize(const Facts& inputs) {
  for (const std::size_t number : {1, 2}) FA_REFUSE(check_single(inputs, number));
  FA_RULE(Facts facts, same_as_first(inputs));
  FA_REFUSE(need_f32(inputs[0]));
  FA_RULE(facts[0].get<TensorFact>()->dtype, quantized_dtype_at(inputs, place));
  return facts;
}

template <bool dynamic>
RuleResult<Work> work_of_quantize(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const Expr elements, elements_at(inputs, 0));
  WorkCounter counter(inputs, outputs);
  if (outputs[0].tensor()->dtype == DType::f16) {
    return counter.in_dtype(DType::f32).count(WorkClass::convert, elements).work();
  }
  if (dynamic) counter.in_dtype(DType::f32).count(WorkClass::compare, Expr(2) * reduction_steps(elements, 1));
  count_quantize(counter, elements, outputs[0].tensor()->dtype);
  return counter.work();
}

// quantize_per_tensor.tensors(tensors, scales, zero_points, dtype): a scale for each.
RuleResult<Facts> shape_of_quantize_list(const Facts& inputs) {
  FA_RULE(std::vector<Fact> tensors, list_at(inputs, 0));
  FA_RULE(const DType dtype, quantized_dtype_at(inputs, 3));
  for (const std::size_t place : {1, 2}) {
    FA_RULE(const TensorFact* numbers, tensor_at(inputs, place));
    if (!numbers->dims) continue;
    const Dims& dims = *numbers->dims;
    const bool each = !dims.empty() && same_dim(product(dims, 1, dims.size()), Expr(1));
    if (!each || (dims[0] && always_less(*dims[0], Expr(static_cast<std::int64_t>(tensors.size()))) == true)) {
      return misfit("a scale and a zero point for each tensor are needed: " + inputs[place].to_string());
    }
  }
  for (std::size_t i = 0; i < tensors.size(); ++i) {
    FA_REFUSE(need_f32(tensors[i]));
    FA_RULE(Facts quantized, same_as_first({tensors[i]}));
    quantized[0].get<TensorFact>()->dtype = dtype;
    tensors[i] = quantized[0];
  }
  return one(Fact::list(std::move(tensors)));
}

RuleResult<Work> work_of_quantize_list(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const std::vector<Fact> tensors, list_at(inputs, 0));
  FA_RULE(const DType dtype, quantized_dtype_at(inputs, 3));
  WorkCounter counter(inputs, outputs);
  for (std::size_t i = 0; i < tensors.size(); ++i) {
    FA_RULE(const Expr elements, elements_at(tensors, i));
    count_quantize(counter, elements, dtype);
  }
  return counter.work();
}

// --- back: a tensor, or all tensors of a list ---

RuleResult<Fact> dequantized(const Fact& quantized) {
  if (const auto* list = quantized.get<ListFact>()) {
    if (!list->elements || !*list->elements) return missing("a list of unknown length");
    Facts floating;
    for (const Fact& element : **list->elements) {
      FA_RULE(Fact single, dequantized(element));
      floating.push_back(std::move(single));
    }
    return Fact::list(std::move(floating));
  }
  FA_RULE(Facts facts, same_as_first({quantized}));
  if (facts[0].tensor()->dtype) facts[0].get<TensorFact>()->dtype = DType::f32;
  return facts[0];
}

RuleResult<Facts> shape_of_dequantize(const Facts& inputs) {
  FA_RULE(const Fact* fact, fact_at(inputs, 0));
  FA_RULE(Fact floating, dequantized(*fact));
  return one(std::move(floating));
}

RuleResult<Work> work_of_dequantize(const Facts& inputs, const Facts& outputs) {
  const bool listed = inputs[0].tensor() == nullptr;
  Facts tensors = {inputs[0]};
  if (listed) {
    FA_RULE(tensors, list_at(inputs, 0));
  }
  WorkCounter counter(inputs, outputs);
  for (std::size_t i = 0; i < tensors.size(); ++i) {
    FA_RULE(const DType dtype, dtype_at(tensors, i));
    FA_RULE(const Expr elements, elements_at(tensors, i));
    if (is_quantized(dtype)) count_dequantize(counter, elements, dtype);
  }
  return counter.work();
}

// --- the integers, from and to ---

RuleResult<Facts> shape_of_int_repr(const Facts& inputs) {
  FA_REFUSE(need_quantized(inputs, 0));
  FA_RULE(Facts facts, same_as_first(inputs));
  std::optional<DType>& dtype = facts[0].get<TensorFact>()->dtype;
  if (dtype == DType::qi8) dtype = DType::i8;
  if (dtype == DType::qu8) dtype = DType::u8;
  if (dtype == DType::qi32) dtype = DType::i32;
  return facts;
}

// _make_per_tensor_quantized_tensor(self, scale, zero_point), _make_per_channel_...(self, scale, zero_point, axis)
RuleResult<Facts> shape_of_make(const Facts& inputs) {
  FA_RULE(Facts facts, same_as_first(inputs));
  std::optional<DType>& dtype = facts[0].get<TensorFact>()->dtype;
  if (!dtype) return facts;
  switch (*dtype) {
    case DType::i8: dtype = DType::qi8; return facts;
    case DType::u8: dtype = DType::qu8; return facts;
    case DType::i32: dtype = DType::qi32; return facts;
    default: return misfit("i8, u8 or i32 make quantized numbers: " + inputs[0].to_string());
  }
}

// _empty_affine_quantized(size, dtype, ...), _empty_per_channel_affine_quantized(size, scales, zero_points, axis,
// dtype, ...): as many zero points as scales.
std::optional<RuleFailure> check_pairs(const Facts& inputs) {
  FA_RULE(const TensorFact* scales, tensor_at(inputs, 1));
  FA_RULE(const TensorFact* zeros, tensor_at(inputs, 2));
  for (const std::size_t place : {1, 2}) {
    const std::optional<Dims>& dims = inputs[place].tensor()->dims;
    if (dims && dims->size() != 1) return misfit("1 dim is expected: " + inputs[place].to_string());
  }
  if (scales->dtype && !is_floating(*scales->dtype)) return misfit("scales are floating: " + inputs[1].to_string());
  if (same_dim(element_count(*scales), element_count(*zeros))) return std::nullopt;
  return misfit("a zero point for each scale is needed: " + shapes_text(inputs, {1, 2}));
}

RuleResult<Dims> sizes_of(const Facts& inputs) {
  FA_RULE(const Dims sizes, ints_at(inputs, 0));
  for (const Dim& size : sizes) {
    if (size && always_less(*size, 0) == true) return misfit("a size is negative: " + inputs[0].to_string());
  }
  return sizes;
}

template <std::size_t place>
RuleResult<Facts> shape_of_empty(const Facts& inputs) {
  if (place > 1) FA_REFUSE(check_pairs(inputs));
  FA_RULE(const Dims sizes, sizes_of(inputs));
  if (none_at(inputs, place)) return misfit("a quantized dtype is needed");
  FA_RULE(const DType dtype, quantized_dtype_at(inputs, place));
  return one(tensor_fact(dtype, sizes));
}

RuleResult<Facts> shape_of_make_channels(const Facts& inputs) {
  FA_REFUSE(check_pairs(inputs));
  return shape_of_make(inputs);
}

// empty_quantized(size, qtensor, dtype, ...): as the tensor is.
RuleResult<Facts> shape_of_empty_like(const Facts& inputs) {
  FA_RULE(const Dims sizes, sizes_of(inputs));
  FA_REFUSE(need_quantized(inputs, 1));
  FA_RULE(const std::optional<DType> asked, dtype_argument_at(inputs, 2, inputs[1].tensor()->dtype));
  if (asked && !is_quantized(*asked)) return misfit("a quantized dtype is needed: " + inputs[2].to_string());
  return one(tensor_fact(inputs[1].tensor()->dtype, sizes));  // whichever is asked for
}

// _FloatToBfloat16Quantized, _Bfloat16QuantizedToFloat: rows of f32 and their upper halves, in elements that are called
// f16.
template <DType from, DType to>
RuleResult<Facts> shape_of_half(const Facts& inputs) {
  FA_RULE(const Dims dims, dims_at(inputs, 0));
  if (dims.size() != 2) return misfit("2 dims are expected: " + inputs[0].to_string());
  const std::optional<DType> dtype = inputs[0].tensor()->dtype;
  if (dtype && *dtype != from) {
    return misfit("elements of " + std::string(name(from)) + " are expected: " + inputs[0].to_string());
  }
  return one(tensor_fact(to, dims));
}

// --- what is asked of them ---

template <bool floating>
RuleResult<Facts> unknown_number(const Facts& inputs) {
  FA_REFUSE(need_quantized(inputs, 0));
  if (floating) return one(Fact(FloatFact{}));
  return one(Fact(IntFact{}));
}

// q_per_channel_scales, q_per_channel_zero_points: one a channel, of an axis that is not known.
template <bool scales>
RuleResult<Facts> unknown_numbers(const Facts& inputs) {
  FA_REFUSE(need_quantized(inputs, 0));
  Fact numbers = tensor_fact(DType::i64, {std::nullopt});
  if (scales) numbers.get<TensorFact>()->dtype.reset();  // f32 or f64, as they were given
  numbers.get<TensorFact>()->why = "the axis of the channels is no part of the type";
  return one(numbers);
}

// --- fake_quantize ---

// (self, scale, zero_point, [axis,] quant_min, quant_max)
template <bool masked, bool channels>
RuleResult<Facts> shape_of_fake_quantize(const Facts& inputs) {
  FA_RULE(Facts facts, floating_like_first(inputs));
  const std::size_t bounds = channels ? 4 : 3;
  FA_RULE(const std::int64_t least, constant_at(inputs, bounds));
  FA_RULE(const std::int64_t most, constant_at(inputs, bounds + 1));
  if (least > most) {
    return misfit("the smallest quantized number is above the largest: " + shapes_text(inputs, {bounds, bounds + 1}));
  }
  if (channels) FA_REFUSE(check_channels(inputs, 3));
  for (const std::size_t place : {1, 2}) {
    if (!channels) FA_REFUSE(check_single(inputs, place));
    const std::optional<DType> dtype = inputs[place].tensor() != nullptr ? inputs[place].tensor()->dtype : std::nullopt;
    if (!channels || !dtype) continue;
    const bool takes = place == 1 ? dtype == DType::f32 || dtype == DType::bf16
                                  : dtype == DType::i32 || dtype == DType::f32 || dtype == DType::f16;
    if (!takes) return misfit("no dtype of a scale or zero point: " + inputs[place].to_string());
  }
  const std::optional<std::int64_t> zero = constant_of(inputs[2]);
  if (zero && (*zero < least || *zero > most)) {
    return misfit("the zero point is no quantized number: " + inputs[2].to_string());
  }
  if (!masked) return facts;
  Fact mask = facts[0];
  mask.get<TensorFact>()->dtype = DType::boolean;
  facts.push_back(mask);
  return facts;
}

constexpr WorkRule kFakeQuantize = per_output<WorkClass::div, WorkClass::convert, WorkClass::add, WorkClass::add,
                                              WorkClass::compare, WorkClass::compare, WorkClass::mul>;

constexpr char kQuantize[] = "div = n, convert = n, integer = 3n; dynamic: compare = 2(n - 1)";
constexpr char kDequantize[] = "integer = n, convert = n, mul = n";
constexpr WorkRule converts = per_output<WorkClass::convert>;
constexpr char kConvert[] = "convert = n";
constexpr char kFake[] = "div = n, convert = n, add = 2n, compare = 2n, mul = n";

// clang-format off
constexpr OpSpec kRows[] = {
    {"aten::_empty_affine_quantized",             shape_of_empty<1>,   nullptr, ""},
    {"aten::_empty_per_channel_affine_quantized", shape_of_empty<4>,   nullptr, ""},
    {"aten::_make_per_channel_quantized_tensor",  shape_of_make_channels, copies,  ""},
    {"aten::_make_per_tensor_quantized_tensor",   shape_of_make,       copies,  ""},
    {"aten::dequantize.list",    shape_of_dequantize, work_of_dequantize, kDequantize},
    {"aten::dequantize.self",    shape_of_dequantize, work_of_dequantize, kDequantize},
    {"aten::dequantize.tensor",  shape_of_dequantize, work_of_dequantize, kDequantize},
    {"aten::dequantize.tensors", shape_of_dequantize, work_of_dequantize, kDequantize},
    {"aten::empty_quantized",    shape_of_empty_like, nullptr,            ""},
    {"aten::fake_quantize_per_channel_affine",               shape_of_fake_quantize<false, true>, kFakeQuantize, kFake},
    {"aten::fake_quantize_per_channel_affine_cachemask",     shape_of_fake_quantize<true, true>,  kFakeQuantize, kFake},
    {"aten::fake_quantize_per_tensor_affine",                shape_of_fake_quantize<false, false>, kFakeQuantize, kFake},
    {"aten::fake_quantize_per_tensor_affine.tensor_qparams", shape_of_fake_quantize<false, false>, kFakeQuantize, kFake},
    {"aten::fake_quantize_per_tensor_affine_cachemask",      shape_of_fake_quantize<true, false>,  kFakeQuantize, kFake},
    {"aten::int_repr",                           shape_of_int_repr,      copies,                  ""},
    {"aten::q_per_channel_axis",                 unknown_number<false>,  nullptr,                 ""},
    {"aten::q_per_channel_scales",               unknown_numbers<true>,  nullptr,                 ""},
    {"aten::q_per_channel_zero_points",          unknown_numbers<false>, nullptr,                 ""},
    {"aten::q_scale",                            unknown_number<true>,   nullptr,                 ""},
    {"aten::q_zero_point",                       unknown_number<false>,  nullptr,                 ""},
    {"aten::qscheme",                            unknown_number<false>,  nullptr,                 ""},
    {"aten::quantize_per_channel",               shape_of_quantize_channels, work_of_quantize<false>, kQuantize},
    {"aten::quantize_per_tensor",                shape_of_quantize<3>,   work_of_quantize<false>, kQuantize},
    {"aten::quantize_per_tensor.tensor_qparams", shape_of_quantize<3>,   work_of_quantize<false>, kQuantize},
    {"aten::quantize_per_tensor.tensors",        shape_of_quantize_list, work_of_quantize_list,   kQuantize},
    {"aten::quantize_per_tensor_dynamic",        shape_of_quantize_dynamic, work_of_quantize<true>,  kQuantize},
    {"quantization::_Bfloat16QuantizedToFloat",  shape_of_half<DType::f16, DType::f32>, converts,    kConvert},
    {"quantization::_FloatToBfloat16Quantized",  shape_of_half<DType::f32, DType::f16>, converts,    kConvert},
};
// clang-format on

}  // namespace

std::span<const OpSpec> quantized_conversion_ops() { return kRows; }

}  // namespace flopaudit
