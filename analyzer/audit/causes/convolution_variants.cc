// Convolutions under the names of their kernels, and conv_tbc: the kernels of convolution.cc and
// transposed_convolution.cc, which ATen takes here whatever the sizes are.
#include <algorithm>

#include "analyzer/audit/causes/convolution_call.h"
#include "analyzer/audit/causes/parts.h"

namespace flopaudit {
namespace {

constexpr CauseInfo kCauses[] = {
    {"a product a tap",
     "Each tap of the kernel is a product of the steps that it meets, added to the output, which starts as the bias.",
     "aten::conv_tbc", "standard", "the sum of an addmm a tap: (steps * batch) x Cin x Cout",
     "testdata/validation/standard.csv: 1 to 60 steps, 1 to 5 sequences, 1 to 70 channels, kernels 1 to 7, padding"},
};
constexpr const CauseInfo& kTaps = kCauses[0];

constexpr std::size_t kNone = 9;
// Where an op has its operands; kNone: it has none, and the dilation is 1.
struct Places {
  std::size_t bias, stride, padding, dilation, groups;
};

// The operands in the order of aten::conv2d, or how they lie; what an op does not have is `absent`.
template <typename Of>
std::vector<Of> in_common_order(const std::vector<Of>& from, const Places& at, const Of& absent) {
  std::vector<Of> ordered = {from[0], from[1]};
  for (const std::size_t place : {at.bias, at.stride, at.padding, at.dilation, at.groups})
    ordered.push_back(place < from.size() ? from[place] : absent);
  return ordered;
}

template <Places at, ConvolutionKernels kernels, bool transposed>
void explain(const KernelCall& call, Explanation& out) {
  for (const std::size_t place : {at.bias, at.stride, at.padding, at.dilation, at.groups}) {
    if (place != kNone && place >= call.inputs.size()) return out.refuse("an operand is missing");
  }
  const Facts inputs = in_common_order(call.inputs, at, Fact::integer(1));
  KernelCall common = {call.op, inputs, call.outputs, call.work, nullptr};
  OperandStrides strides;
  if (call.strides != nullptr) {
    strides = in_common_order(*call.strides, at, {});
    common.strides = &strides;
  }
  if (transposed) return explain_transposed_convolution(common, 6, kernels, out);
  explain_convolution(common, 6, kernels, out);
}

// self, weight, kernel_size, bias, stride, padding, [output_padding,] [dilation]
constexpr Places kSlow = {3, 4, 5, kNone, kNone}, kDilated = {3, 4, 5, 6, kNone}, kTransposed = {3, 4, 5, 7, kNone};
constexpr Places kOnednn = {2, 4, 3, 5, 6};  // self, weight, bias, padding, stride, dilation, groups
constexpr auto kSlowConvolution = explain<kSlow, ConvolutionKernels::native, false>;
constexpr auto kDilatedConvolution = explain<kDilated, ConvolutionKernels::dilated, false>;
constexpr auto kSlowTransposed = explain<kTransposed, ConvolutionKernels::native, true>;

void explain_onednn_convolution(const KernelCall& call, Explanation& out) {
  explain<kOnednn, ConvolutionKernels::onednn, false>(call, out);
}

// conv_tbc(self [T, B, Cin], weight [K, Cin, Cout], bias [Cout], pad)
void explain_tbc(const KernelCall& call, Explanation& out) {
  const auto input = sizes_at(call.inputs, 0), weight = sizes_at(call.inputs, 1), output = sizes_at(call.outputs, 0);
  const auto padding = ints_at_place(call.inputs, 3, 1);
  const auto dtype = dtype_at_place(call.inputs, 0);
  if (!input || !weight || !output || !padding) return out.refuse("a shape is not known");
  if (!precision_of(dtype)) return out.refuse("only f32 and f64 have a model");
  const auto annotated = annotated_of(call, out);
  if (!annotated) return;
  const std::int64_t batch = (*input)[1], inputs = (*input)[2], outputs = (*weight)[2];
  Parts parts(out);
  for (std::int64_t tap = 0; tap < weight->front(); ++tap) {
    const std::int64_t before = std::max<std::int64_t>(0, padding->front() - tap);
    const std::int64_t steps = std::min(input->front() + padding->front() - tap, output->front()) - before;
    if (steps <= 0) continue;
    const auto tensor = [&](const Sizes& sizes) { return part_tensor(*dtype, sizes); };
    parts.add("aten::addmm", {tensor({steps * batch, outputs}), tensor({steps * batch, inputs}),
                              tensor({inputs, outputs}), Fact::integer(1), Fact::integer(1)});
  }
  parts.explain(kTaps, *annotated);
}

constexpr KernelModel kModels[] = {
    {"aten::_slow_conv2d_forward", kSlowConvolution, Layout::any},
    {"aten::conv_tbc", explain_tbc},
    {"aten::mkldnn_convolution", explain_onednn_convolution, Layout::any},
    {"aten::slow_conv3d", kSlowConvolution, Layout::any},
    {"aten::slow_conv3d_forward", kSlowConvolution, Layout::any},
    {"aten::slow_conv_dilated2d", kDilatedConvolution, Layout::any},
    {"aten::slow_conv_dilated3d", kDilatedConvolution, Layout::any},
    {"aten::slow_conv_transpose2d", kSlowTransposed, Layout::any},
    {"aten::slow_conv_transpose3d", kSlowTransposed, Layout::any},
    {"aten::thnn_conv2d", kSlowConvolution, Layout::any},
};

}  // namespace

std::span<const KernelModel> convolution_variant_models() { return kModels; }
std::span<const CauseInfo> convolution_variant_causes() { return kCauses; }

}  // namespace flopaudit
