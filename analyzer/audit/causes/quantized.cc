// Conversions to quantized numbers and back: FBGEMM's for one scale, ATen's loops for a scale a channel.
#include "analyzer/audit/causes/elements.h"
#include "analyzer/audit/causes/quantized_call.h"
#include "analyzer/ops/fact_access.h"

namespace flopaudit {
namespace {

constexpr const char* kProbes = "1 to 1003 elements, 1 to 4 dims, channels in each; qi8, qu8 and qi32";
constexpr CauseInfo kCauses[] = {
    {"reciprocal of the scale",
     "Numbers are multiplied by the reciprocal of the scale, the zero point is added in the same instruction, over "
     "whole vectors of 256 bits.",
     "aten::quantize_per_tensor, quantize_per_tensor_dynamic", "standard",
     "8 bits: 1 add and 1 mul a lane, n padded to 8 lanes, 1 div; 32 bits: n lanes; dynamic: 1 div more for the range",
     kProbes},
    {"a scale for each channel", "Each number is divided by its channel's scale, which is made a reciprocal each time.",
     "aten::quantize_per_channel", "standard", "1 add, 1 mul, 1 div a number", kProbes},
    {"tail of a dequantization",
     "Eight numbers past whole vectors of 16 are worked on as 16; numbers of 32 bits past vectors of 4 as pairs. With "
     "a scale for each channel the zero point is subtracted in f32 and the product is one of f64.",
     "aten::dequantize", "standard",
     "8 bits: 1 mul a number, 8 more where n mod 16 is 8 or more; by channel: 1 add in f32 and 1 mul in f64 a number",
     kProbes},
    {"quantized and brought back",
     "One reciprocal serves all numbers of a scale; by channel the mask takes a pass of its own over all numbers, with "
     "a reciprocal for each.",
     "aten::fake_quantize_per_tensor_affine, fake_quantize_per_channel_affine", "standard",
     "tensor: 1 add, 2 mul a number, 1 div; channel: 2 add, 2 mul, 2 div, and 1 add and 1 mul in f64, a number; f64 "
     "keeps the first product in f32",
     kProbes},
};
constexpr const CauseInfo& kReciprocal = kCauses[0];
constexpr const CauseInfo& kByChannel = kCauses[1];
constexpr const CauseInfo& kTail = kCauses[2];
constexpr const CauseInfo& kFake = kCauses[3];

std::optional<std::int64_t> elements_of(const KernelCall& call, Explanation& out) {
  const auto sizes = sizes_at(call.inputs, 0);
  if (!sizes) out.refuse("the shape is not known");
  return sizes ? std::optional(product(*sizes)) : std::nullopt;
}

void explain_quantize(const KernelCall& call, Explanation& out) {
  const auto n = elements_of(call, out);
  const auto annotated = annotated_of(call, out);
  const auto dtype = dtype_at_place(call.outputs, 0);
  if (!n || !annotated || dtype == DType::f16) return;  // a cast
  if (!is_quantized_number(dtype)) return out.refuse("only qi8, qu8 and qi32 have a model");
  FlopIntervals whole = quantizing(*n, *dtype);
  if (call.op == "aten::quantize_per_tensor_dynamic") {
    add_point(whole, FlopClass::div_f32, 1);
    out.differs_by_values(range_of_zeros());
  }
  out.add_rest(kReciprocal, *annotated, whole);
}

// Tensors of a list, each on its own: quantize_per_tensor.tensors(tensors, scales, zero_points, dtype).
template <bool back>
void explain_list(const KernelCall& call, Explanation& out) {
  const auto annotated = annotated_of(call, out);
  const auto* list = call.inputs[0].get<ListFact>();
  if (!annotated || list == nullptr || !*list->elements) return out.refuse("the tensors are not known");
  const auto* results = call.outputs[0].get<ListFact>();
  const Facts& quantized = back ? **list->elements : **results->elements;
  FlopIntervals whole;
  for (std::size_t i = 0; i < quantized.size(); ++i) {
    const auto sizes = sizes_at(quantized, i);
    const auto dtype = dtype_at_place(quantized, i);
    if (!sizes || !is_quantized_number(dtype)) return out.refuse("only qi8, qu8 and qi32 have a model");
    whole += back ? dequantizing(product(*sizes), *dtype) : quantizing(product(*sizes), *dtype);
    if (back) out.differs_by_values(dequantizing_by_channel(product(*sizes), *dtype));
  }
  out.add_rest(back ? kTail : kReciprocal, *annotated, whole);
}

void explain_quantize_channels(const KernelCall& call, Explanation& out) {
  const auto n = elements_of(call, out);
  const auto annotated = annotated_of(call, out);
  if (n && annotated) out.add_rest(kByChannel, *annotated, counts_f32(*n, *n, *n));
}

void explain_dequantize(const KernelCall& call, Explanation& out) {
  const auto n = elements_of(call, out);
  const auto annotated = annotated_of(call, out);
  const auto dtype = dtype_at_place(call.inputs, 0);
  if (!n || !annotated) return;
  if (!is_quantized_number(dtype)) return out.refuse("only qi8, qu8 and qi32 have a model");
  out.add_rest(kTail, *annotated, dequantizing(*n, *dtype));
  out.differs_by_values(dequantizing_by_channel(*n, *dtype));
}

template <bool channels>
void explain_fake_quantize(const KernelCall& call, Explanation& out) {
  const auto n = elements_of(call, out);
  const auto annotated = annotated_of(call, out);
  const auto classes = precision_of(dtype_at_place(call.outputs, 0));
  if (!n || !annotated) return;
  if (!classes) return out.refuse("only f32 and f64 have a model");
  FlopIntervals whole;
  if (channels) {
    if (!classes->f32) return out.refuse("a scale for each channel has a model in f32 alone");
    whole = counts_f32(2 * *n, 2 * *n, 2 * *n);
    add_point(whole, FlopClass::add_f64, *n);
    add_point(whole, FlopClass::mul_f64, *n);
  } else {
    whole = counts_f32(0, *n, 1);
    add_point(whole, classes->add, *n);
    add_point(whole, classes->mul, *n);
  }
  out.add_rest(kFake, *annotated, whole);
}

constexpr KernelModel kModels[] = {
    {"aten::dequantize.self", explain_dequantize, Layout::any},
    {"aten::dequantize.tensor", explain_dequantize, Layout::any},
    {"aten::dequantize.tensors", explain_list<true>, Layout::any},
    {"aten::fake_quantize_per_channel_affine", explain_fake_quantize<true>},
    {"aten::fake_quantize_per_channel_affine_cachemask", explain_fake_quantize<true>},
    {"aten::fake_quantize_per_tensor_affine", explain_fake_quantize<false>},
    {"aten::fake_quantize_per_tensor_affine.tensor_qparams", explain_fake_quantize<false>},
    {"aten::fake_quantize_per_tensor_affine_cachemask", explain_fake_quantize<false>},
    {"aten::quantize_per_channel", explain_quantize_channels},
    {"aten::quantize_per_tensor", explain_quantize, Layout::any},
    {"aten::quantize_per_tensor.tensor_qparams", explain_quantize, Layout::any},
    {"aten::quantize_per_tensor.tensors", explain_list<false>, Layout::any},
    {"aten::quantize_per_tensor_dynamic", explain_quantize, Layout::any},
};

}  // namespace

bool is_of_8_bits(std::optional<DType> dtype) { return dtype == DType::qi8 || dtype == DType::qu8; }
bool is_quantized_number(std::optional<DType> dtype) { return is_of_8_bits(dtype) || dtype == DType::qi32; }

FlopIntervals counts_f32(std::int64_t add, std::int64_t mul, std::int64_t div) {
  FlopIntervals counts;
  add_point(counts, FlopClass::add_f32, add);
  add_point(counts, FlopClass::mul_f32, mul);
  add_point(counts, FlopClass::div_f32, div);
  return counts;
}

FlopIntervals quantizing(std::int64_t elements, DType dtype) {
  const std::int64_t lanes = is_of_8_bits(dtype) ? lanes_of(Lanes::whole, elements, true) : elements;
  return counts_f32(lanes, lanes, 1);
}

FlopIntervals dequantizing(std::int64_t elements, DType dtype) {
  const std::int64_t eight = elements % 16 >= 8 ? 8 : 0;
  return counts_f32(0, is_of_8_bits(dtype) ? elements + eight : lanes_of(Lanes::pair, elements, true), 0);
}

ValueRange either(const FlopIntervals& expected, const FlopIntervals& other) {
  ValueRange range;
  range.calls = 1;
  for (std::size_t i = 0; i < kFlopClassCount; ++i) {
    range.each.classes[i] = {other.classes[i].low - expected.classes[i].high,
                             other.classes[i].high - expected.classes[i].low};
  }
  return range;
}

ValueRange range_of_zeros() {
  ValueRange range;
  // Of a range of nothing but 0 there is no scale; one that is too small is widened.
  range.slack[FlopClass::div_f32] = {-1, 1};
  range.slack[FlopClass::mul_f32] = {0, 2};
  return range;
}

ValueRange dequantizing_by_channel(std::int64_t elements, DType dtype) {
  FlopIntervals by_channel = counts_f32(elements, 0, 0);
  add_point(by_channel, FlopClass::mul_f64, elements);
  return either(dequantizing(elements, dtype), by_channel);
}

std::span<const KernelModel> quantized_models() { return kModels; }
std::span<const CauseInfo> quantized_causes() { return kCauses; }

}  // namespace flopaudit
