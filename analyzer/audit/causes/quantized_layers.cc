// Quantized linear layers and convolutions: FBGEMM multiplies and adds up integers, and what is floating is the way
// from f32 and back to it. Weights have one scale, or one for each output, which no fact says: the expected counts are
// those of one scale, and the other way is the one by which values may differ.
#include <algorithm>
#include <vector>

#include "analyzer/audit/causes/elements.h"
#include "analyzer/audit/causes/parts.h"
#include "analyzer/audit/causes/quantized_call.h"
#include "analyzer/ops/fact_access.h"
#include "analyzer/ops/quantized_layers.h"

namespace flopaudit {
namespace {

constexpr const char* kProbes =
    "1 to 500 rows, 1 to 3000 outputs, depths to 1030; kernels of 1 to 3 dims, 1 to 64 channels, all groups, with and "
    "without a bias, one scale and one a channel";
constexpr CauseInfo kCauses[] = {
    {"accumulators brought to the output's scale",
     "Outputs are brought to their scale over whole vectors of 8, of every row and group. A bias is divided by the "
     "scales of input and weight and added in f32: its reciprocal is made once a block of output, with a scale a "
     "channel every lane is divided.",
     "quantized::linear, conv1d, conv2d, conv3d, conv_transpose", "standard",
     "L lanes: rows times the outputs of a group padded to 8; 1 mul a lane, 1 mul and 1 div for each scale of the "
     "weight; bias: 1 add and 1 mul a lane, and 1 div a block, or 1 div in place of that mul a lane",
     kProbes},
    {"quantized within the layer",
     "A dynamic layer looks for the range of its input and quantizes it over whole vectors; a linear one row by row "
     "and "
     "by 512 numbers, with a reciprocal for each.",
     "quantized::linear_dynamic, conv_dynamic", "standard",
     "1 add and 1 mul a lane, numbers padded to 8; div: linear 2 + M*ceil(K/512), convolution 2; products back: 1 mul "
     "a lane (by channel 2), with a bias 1 add more",
     kProbes},
    {"weights rounded to f16",
     "Columns go over two vectors of 256 bits, rows several at once; a row or two that are left have several sums "
     "each. "
     "The bias is multiplied by 1 and added.",
     "quantized::linear_dynamic_fp16, linear_relu_dynamic_fp16", "standard",
     "K mul and K - 1 add a lane, N padded to 16, of every row; for each later block of 512 in K 1 mul a lane, and 1 "
     "add "
     "and 1 mul a column past 16, in pairs; one row left 3 add a lane more, two 2; bias: 1 add and 1 mul an output",
     kProbes},
    {"weights of 8 or 4 bits within a product",
     "Each weight is brought to f32 in every product: one multiplication, of 4 bits with an addition.",
     "aten::_weight_int8pack_mm, _weight_int4pack_mm_for_cpu", "standard",
     "8 bits: M*N*K add, 2*M*N*K mul; 4 bits: 2*M*N*K each", kProbes},
    {"a product between both conversions", "Both operands are brought to f32, and their product back.",
     "quantized::matmul", "standard", "the sum of the parts", kProbes},
};
constexpr const CauseInfo& kRequantized = kCauses[0];
constexpr const CauseInfo& kDynamic = kCauses[1];
constexpr const CauseInfo& kHalf = kCauses[2];
constexpr const CauseInfo& kSmall = kCauses[3];
constexpr const CauseInfo& kBetween = kCauses[4];

// What FBGEMM writes at the end of a product: in lanes, and the blocks that are brought to the scale together.
struct Output {
  std::int64_t lanes = 0;
  std::int64_t blocks = 0;
  std::int64_t channels = 0;  // scales, where each has its own: those of a linear layer are made in vectors and pairs
  bool bias = false;
};

constexpr std::int64_t kVector = 8, kRowsOfBlock = 120, kDepthOfBlock = 512;

// A product of matrices: whole vectors of a block's columns are one pass, and what is left of them another.
Output output_of_product(std::int64_t rows, std::int64_t columns, std::int64_t groups) {
  const std::int64_t passes = columns > kVector && columns % kVector != 0 ? 2 : 1;
  return {rows * groups * round_up(columns, kVector), blocks_of(rows, kRowsOfBlock) * groups * passes,
          columns * groups};
}

FlopIntervals requantizing(const Output& output) {
  return counts_f32(output.bias ? output.lanes : 0, (output.bias ? 2 : 1) * output.lanes + 1,
                    1 + (output.bias ? output.blocks : 0));
}

FlopIntervals requantizing_by_channel(const Output& output) {
  return counts_f32(output.bias ? output.lanes : 0, output.lanes + output.channels,
                    output.channels + (output.bias ? output.lanes : 0));
}

// --- linear layers ---

struct Linear {
  std::int64_t rows, depth;
  Output output;
};

const std::vector<Fact>* packed_of(const KernelCall& call, std::size_t place, std::size_t fields, Explanation& out) {
  const auto* tuple = place < call.inputs.size() ? call.inputs[place].get<TupleFact>() : nullptr;
  if (tuple != nullptr && tuple->elements.size() == fields) return &tuple->elements;
  out.refuse("what the parameters were packed from is not known");
  return nullptr;
}

std::optional<Linear> linear_of(const KernelCall& call, Explanation& out) {
  const auto* packed = packed_of(call, 1, kLinearFields, out);
  if (packed == nullptr) return std::nullopt;
  const auto input = sizes_at(call.inputs, 0), weight = sizes_at(*packed, 0);
  if (!input || !weight || weight->size() != 2 || input->empty()) {
    out.refuse("the shape is not known");
    return std::nullopt;
  }
  const auto dtype = dtype_at_place(*packed, 0);
  if (!is_quantized_number(dtype)) {
    out.refuse("the weight is of no known dtype");
    return std::nullopt;
  }
  const std::int64_t rows = product(*input) / std::max<std::int64_t>(1, input->back());
  if (product(*input) == 0 || product(*weight) == 0) {
    out.refuse("a layer of no elements has no model");
    return std::nullopt;
  }
  Linear linear = {rows, input->back(), output_of_product(rows, (*weight)[0], 1)};
  linear.output.channels = lanes_of(Lanes::pair, linear.output.channels, true);
  linear.output.bias = !(*packed)[1].is_none();
  return linear;
}

void explain_linear(const KernelCall& call, Explanation& out) {
  const auto annotated = annotated_of(call, out);
  const auto linear = linear_of(call, out);
  if (!annotated || !linear) return;
  const FlopIntervals whole = requantizing(linear->output);
  out.add_rest(kRequantized, *annotated, whole);
  out.differs_by_values(either(whole, requantizing_by_channel(linear->output)));
}

// The products come back as f32: of one scale in one step, else the input's scale times the output's first.
void explain_dynamic_linear(const KernelCall& call, Explanation& out) {
  const auto annotated = annotated_of(call, out);
  const auto linear = linear_of(call, out);
  if (!annotated || !linear) return;
  const std::int64_t lanes = linear->output.lanes, added = linear->output.bias ? lanes : 0;
  const std::int64_t quantized = linear->rows * round_up(linear->depth, kVector);
  const FlopIntervals into =
      counts_f32(quantized, quantized, 2 + linear->rows * blocks_of(linear->depth, kDepthOfBlock));
  FlopIntervals whole = into, by_channel = into;
  whole += counts_f32(added, lanes + linear->output.blocks, 0);
  by_channel += counts_f32(added, 2 * lanes, 0);
  out.add_rest(kDynamic, *annotated, whole);
  out.differs_by_values(either(whole, by_channel));
  out.differs_by_values(range_of_zeros());
}

// --- weights rounded to f16 ---

// Rows go six, four, three at once; one or two that are left, as the last of a block or where its table of kernels says
// so, have 4 or 2 sums each, added up in the end.
std::int64_t extra_sums(std::int64_t rows) {
  if (rows == 1) return 3;
  if (rows == 2 || rows == 7 || rows == 14) return 2;
  if (rows <= 30) return 0;
  return rows % 6 == 1 ? 3 : rows % 6 == 2 ? 2 : 0;
}

void explain_half(const KernelCall& call, Explanation& out) {
  const auto annotated = annotated_of(call, out);
  const bool unpacked = call.op.ends_with("unpacked_weight");
  Facts weight_and_bias;
  if (unpacked) {
    weight_and_bias = {call.inputs[1], call.inputs[2]};
  } else {
    const auto* packed = packed_of(call, 1, kLinearFields, out);
    if (packed == nullptr) return;
    weight_and_bias = *packed;
  }
  const auto input = sizes_at(call.inputs, 0), weight = sizes_at(weight_and_bias, 0);
  if (!annotated || !input || !weight || weight->size() != 2) return out.refuse("the shape is not known");
  if (product(*input) == 0 || product(*weight) == 0) return out.refuse("a layer of no elements has no model");
  const std::int64_t depth = input->back(), rows = product(*input) / depth, columns = (*weight)[0];
  const std::int64_t lanes = round_up(columns, 2 * kVector);
  std::int64_t extra = rows / kRowsOfBlock * extra_sums(kRowsOfBlock);
  if (rows % kRowsOfBlock != 0) extra += extra_sums(rows % kRowsOfBlock);
  FlopIntervals whole;
  for (std::int64_t begin = 0; begin < depth; begin += kDepthOfBlock) {
    const std::int64_t block = std::min(kDepthOfBlock, depth - begin);
    whole += counts_f32(rows * lanes * (block - 1) + (block > 1 ? extra * lanes : 0), rows * lanes * block, 0);
  }
  // Sums of later blocks start at the earlier ones', multiplied by 1; columns past two vectors are added once more.
  const std::int64_t past = lanes_of(Lanes::pair, columns % (2 * kVector), true);
  const std::int64_t later = rows * (blocks_of(depth, kDepthOfBlock) - 1);
  whole += counts_f32(later * (lanes + past), later * (lanes + past), 0);
  if (unpacked) whole += counts_f32(0, product(*weight), 0);  // packed in each call
  if (!weight_and_bias[1].is_none()) whole += counts_f32(rows * columns, rows * columns, 0);
  out.add_rest(kHalf, *annotated, whole);
}

// --- convolutions ---

struct Geometry {
  Sizes input, weight, output;  // weight: [K, C/groups, taps], transposed [C, K/groups, taps]
  Sizes stride, padding, dilation;
  std::int64_t groups = 1;
  bool transposed = false;
  std::size_t spatial() const { return weight.size() - 2; }
  std::int64_t channels() const { return input[1]; }
  std::int64_t outputs() const { return output[1]; }
  std::int64_t pixels() const { return output[0] * product(output, 2); }
};

std::optional<Geometry> geometry_of(const KernelCall& call, const std::vector<Fact>& packed, Explanation& out) {
  const auto input = sizes_at(call.inputs, 0), weight = sizes_at(packed, 0), output = sizes_at(call.outputs, 0);
  const auto groups = ints_at_place(packed, kGroups, 1);
  const auto transposed = bool_at_place(packed, kTransposed);
  if (!input || !weight || !output || !groups || !transposed || weight->size() < 3) {
    out.refuse("the shape is not known");
    return std::nullopt;
  }
  const bool one_dim = input->size() == 3;  // a kernel of one row: a product whatever its stride is
  if ((!one_dim && input->size() != weight->size()) || product(*output) == 0) {
    out.refuse("a convolution of other dims than its weight, or of no elements, has no model");
    return std::nullopt;
  }
  if (one_dim) return Geometry{*input, {0, 0, 0}, *output, {}, {}, {}, groups->front(), *transposed};
  const std::size_t spatial = weight->size() - 2;
  const auto stride = ints_at_place(packed, kStride, spatial), padding = ints_at_place(packed, kPadding, spatial),
             dilation = ints_at_place(packed, kDilation, spatial);
  if (!stride || !padding || !dilation) {
    out.refuse("the stride is not known");
    return std::nullopt;
  }
  return Geometry{*input, *weight, *output, *stride, *padding, *dilation, groups->front(), *transposed};
}

template <typename Holds>
bool all(const Sizes& sizes, Holds holds) {
  return std::all_of(sizes.begin(), sizes.end(), holds);
}

// Kernels of one channel each have one of their own where the image keeps its size.
bool is_depthwise(const Geometry& g) {
  const Sizes taps(g.weight.begin() + 2, g.weight.end());
  if (g.transposed || g.spatial() < 2 || g.groups != g.channels() || g.groups % kVector != 0) return false;
  if (g.outputs() != g.groups && g.outputs() != 2 * g.groups) return false;
  for (std::size_t dim = 0; dim < taps.size(); ++dim) {
    if (g.padding[dim] != (taps[dim] - 1) / 2) return false;
  }
  const auto is_odd = [](std::int64_t size) { return size == 3 || size == 5 || size == 7; };
  return taps[taps.size() - 2] == taps.back() && all(taps, is_odd) &&
         all(g.stride, [](std::int64_t s) { return s == 1 || s == 2; }) &&
         all(g.dilation, [](std::int64_t d) { return d == 1; });
}

// How many small groups fill a vector of 32 bytes together.
std::int64_t groups_together(const Geometry& g) {
  const std::int64_t outputs = g.outputs() / g.groups, inputs = g.channels() / g.groups;
  return std::max<std::int64_t>(32 / outputs / std::max<std::int64_t>(inputs, 4), 1);
}

bool is_groupwise(const Geometry& g) {
  if (g.transposed || g.spatial() < 2 || g.channels() % g.groups != 0 || g.channels() != g.outputs()) return false;
  const std::int64_t each = g.channels() / g.groups;
  if (each != 2 && each != 4 && each != 8 && each != 16) return false;
  const auto is_one = [](std::int64_t number) { return number == 1; };
  const Sizes taps(g.weight.begin() + 2, g.weight.end());
  return g.groups >= groups_together(g) && all(taps, [](std::int64_t t) { return t == 3; }) && all(g.padding, is_one) &&
         all(g.dilation, is_one) && (g.stride.back() == 1 || g.stride.back() == 2) &&
         all(g.stride, [&](std::int64_t s) { return s == g.stride.back(); });
}

Output output_of(const Geometry& g) {
  if (is_depthwise(g)) return {g.pixels() * g.outputs(), g.pixels(), g.outputs()};
  if (is_groupwise(g)) {
    const std::int64_t together = groups_together(g), frames = g.spatial() == 3 ? g.output[2] : 1;
    const std::int64_t bundles = blocks_of(g.groups, together);
    return {g.pixels() * bundles * round_up(together * g.outputs() / g.groups, kVector), g.output[0] * frames * bundles,
            g.outputs()};
  }
  return output_of_product(g.pixels(), g.outputs() / g.groups, g.groups);
}

template <bool dynamic>
void explain_convolution(const KernelCall& call, Explanation& out) {
  const auto annotated = annotated_of(call, out);
  const auto* packed = packed_of(call, 1, kConvFields, out);
  if (!annotated || packed == nullptr) return;
  const auto geometry = geometry_of(call, *packed, out);
  if (!geometry) return;
  Output output = output_of(*geometry);
  output.bias = !(*packed)[1].is_none();
  FlopIntervals whole = requantizing(output);
  const ValueRange by_channel = either(whole, requantizing_by_channel(output));
  if (dynamic) {
    whole += quantizing(product(geometry->input), DType::qu8);
    whole += dequantizing(product(geometry->output), DType::qu8);
    add_point(whole, FlopClass::div_f32, 1);  // the range
    out.differs_by_values(range_of_zeros());
  }
  out.add_rest(dynamic ? kDynamic : kRequantized, *annotated, whole);
  if (!geometry->transposed) out.differs_by_values(by_channel);  // transposed ones have one scale
}

// --- products of small integers ---

// Weights of 8 bits are scaled number by number; those of 4 bits are brought to f32 within the product.
void explain_small_weights(const KernelCall& call, Explanation& out) {
  const auto annotated = annotated_of(call, out);
  const auto input = sizes_at(call.inputs, 0), result = sizes_at(call.outputs, 0);
  if (!annotated || !input || !result) return out.refuse("the shape is not known");
  if (dtype_at_place(call.inputs, 0) != DType::f32) return out.refuse("only f32 has a model");
  const std::int64_t products = product(*result) * input->back();
  const bool of_4_bits = call.op == "aten::_weight_int4pack_mm_for_cpu";
  out.add_rest(kSmall, *annotated, counts_f32((of_4_bits ? 2 : 1) * products, 2 * products, 0));
}

// matmul(qa, qb, scale, zero_point)
void explain_matmul(const KernelCall& call, Explanation& out) {
  const auto annotated = annotated_of(call, out);
  const auto result = sizes_at(call.outputs, 0);
  if (!annotated || !result) return out.refuse("the shape is not known");
  Parts parts(out);
  Facts floating;
  for (const std::size_t place : {0, 1}) {
    const auto sizes = sizes_at(call.inputs, place);
    if (!sizes || !is_of_8_bits(dtype_at_place(call.inputs, place))) {
      return out.refuse("only numbers of 8 bits have a model");
    }
    parts.add(dequantizing(product(*sizes), DType::qu8));
    floating.push_back(part_tensor(DType::f32, *sizes));
  }
  parts.add("aten::matmul", floating);
  parts.add(quantizing(product(*result), DType::qu8));
  parts.explain(kBetween, *annotated);
}

constexpr auto kStatic = explain_convolution<false>;
constexpr auto kFloating = explain_convolution<true>;
constexpr auto kAny = Layout::any;
constexpr KernelModel kModels[] = {
    {"_quantized::conv2d", kStatic, kAny},
    {"_quantized::conv2d_relu", kStatic, kAny},
    {"_quantized::conv_transpose1d", kStatic, kAny},
    {"_quantized::conv_transpose2d", kStatic, kAny},
    {"_quantized::linear", explain_linear, kAny},
    {"_quantized::linear_dynamic", explain_dynamic_linear, kAny},
    {"aten::_weight_int4pack_mm_for_cpu", explain_small_weights},
    {"aten::_weight_int8pack_mm", explain_small_weights},
    {"quantized::conv1d", kStatic, kAny},
    {"quantized::conv1d_dynamic", kFloating, kAny},
    {"quantized::conv1d_relu", kStatic, kAny},
    {"quantized::conv2d", kStatic, kAny},
    {"quantized::conv2d.new", kStatic, kAny},
    {"quantized::conv2d_dynamic", kFloating, kAny},
    {"quantized::conv2d_relu", kStatic, kAny},
    {"quantized::conv2d_relu.new", kStatic, kAny},
    {"quantized::conv3d", kStatic, kAny},
    {"quantized::conv3d.new", kStatic, kAny},
    {"quantized::conv3d_dynamic", kFloating, kAny},
    {"quantized::conv3d_relu", kStatic, kAny},
    {"quantized::conv3d_relu.new", kStatic, kAny},
    {"quantized::conv_transpose1d", kStatic, kAny},
    {"quantized::conv_transpose1d_dynamic", kFloating, kAny},
    {"quantized::conv_transpose2d", kStatic, kAny},
    {"quantized::conv_transpose2d_dynamic", kFloating, kAny},
    {"quantized::conv_transpose3d", kStatic, kAny},
    {"quantized::conv_transpose3d_dynamic", kFloating, kAny},
    {"quantized::linear", explain_linear, kAny},
    {"quantized::linear_dynamic", explain_dynamic_linear, kAny},
    {"quantized::linear_dynamic_fp16", explain_half, kAny},
    {"quantized::linear_dynamic_fp16_unpacked_weight", explain_half, kAny},
    {"quantized::linear_relu", explain_linear, kAny},
    {"quantized::linear_relu_dynamic", explain_dynamic_linear, kAny},
    {"quantized::linear_relu_dynamic_fp16", explain_half, kAny},
    {"quantized::matmul", explain_matmul},
};

}  // namespace

std::span<const KernelModel> quantized_layer_models() { return kModels; }
std::span<const CauseInfo> quantized_layer_causes() { return kCauses; }

}  // namespace flopaudit
