// Convolutions: which kernel LibTorch 2.13 takes on one thread, and what that kernel executes.
#include <algorithm>

#include "analyzer/audit/causes/convolution_call.h"
#include "analyzer/audit/causes/gemm.h"

namespace flopaudit {
namespace {

constexpr const char* kOps = "aten::conv1d, conv2d, conv3d, _convolution, convolution";
constexpr CauseInfo kCauses[] = {
    {"padding taps skipped",
     "oneDNN's direct kernels do not multiply by padding; the native kernel (im2col and a matrix product) does.", kOps,
     "standard, f32, oneDNN", "valid taps - all taps, add and mul",
     "testdata/audit/probes.tsv: 60 convolutions of 1 to 2048 channels, kernels 1 to 7, strides, dilations, depthwise"},
    {"padded channel lanes",
     "oneDNN pads output channels to multiples of 8, and input channels from 8 on (in 1x1 kernels always, which need "
     "maps that the stride divides); where the "
     "channels of a map lie together in memory output channels alone, and depthwise to 4.",
     kOps, "standard, f32, oneDNN",
     "valid taps * (pad8(Cin)*pad8(Cout)/(Cin*Cout) - 1), add and mul; channels together: pad8(Cout)/Cout of a group, "
     "depthwise pad4(C)/C",
     "testdata/audit/probes.tsv: 13 to 11, 16 to 20, 4 to 8, 5 to 7, 9 to 16 and 2 to 18 channels; 1x1 with 3 to 9; "
     "channels together: 1 to 200 channels, depthwise, in groups, 1x1"},
    {"blocked reduction", "oneDNN's 1x1 kernel adds each further block of 128 input channels to the stored output.",
     kOps, "standard, f32, oneDNN 1x1", "outputs (channels padded to 8) * (ceil(pad8(Cin)/128) - 1) add",
     "testdata/audit/probes.tsv: 8 to 1024 input channels, stride 2; 64 and 136 at batch 16"},
    {"scaled im2col copy",
     "Volumes without padding are laid out by MKL's matrix copy, which multiplies by its alpha; but not where whole "
     "rows "
     "are copied.",
     "aten::conv3d, _convolution, convolution", "standard, native", "an image: taps * outputs of a channel mul",
     "testdata/audit/probes.tsv: 1 to 4 input channels, kernels 2 and 3, strides 1 and 2, f32 and f64"},
};
constexpr const CauseInfo& kPaddingSkipped = kCauses[0];
constexpr const CauseInfo& kChannelLanes = kCauses[1];
constexpr const CauseInfo& kBlockedReduction = kCauses[2];
constexpr const CauseInfo& kScaledCopy = kCauses[3];

constexpr std::int64_t kLanes = 8;

enum class Kernel : std::uint8_t { direct, im2col, unknown };

// The direct kernel works on 3 output columns at a time: left padding must fit in them. Padded windows wider than 7
// must go by steps of 1.
Kernel kernel_of(const ConvolutionCall& conv) {
  const std::int64_t out_width = conv.output.back();
  const std::int64_t in_width = conv.input.back();
  const std::int64_t left = conv.padding.back();
  const std::int64_t columns = std::min<std::int64_t>(3, out_width);
  const std::int64_t reach = conv.dilation.back() * (conv.kernel(conv.spatial() - 1) - 1) + 1;
  const std::int64_t right = (out_width - out_width % columns - 1) * conv.stride.back() + reach - in_width - left;
  if (conv.groups > 1 && !conv.is_depthwise()) {
    // Fewer than 8 channels in all are read as they lie.
    const bool flat = conv.input[1] < kLanes;
    const bool whole = (flat || conv.group_inputs() % kLanes == 0) && conv.group_outputs() % kLanes == 0;
    const bool direct = conv.channels_last ? flat || conv.group_inputs() >= kLanes : whole;
    if (!direct) return Kernel::im2col;
    if (conv.channels_last && conv.is_pointwise()) return Kernel::unknown;
  }
  const bool direct_depthwise = conv.groups % kLanes == 0 && conv.spatial() < 3;
  if (conv.is_depthwise() && !conv.channels_last && !direct_depthwise) return Kernel::im2col;
  if ((conv.spatial() == 3 || conv.is_depthwise()) && left >= reach) return Kernel::im2col;
  if (left > columns) return conv.is_depthwise() && conv.channels_last ? Kernel::unknown : Kernel::im2col;
  if (right > columns * conv.stride.back() && out_width / columns > 1) return Kernel::unknown;
  const bool is_padded = left != 0 || (conv.spatial() >= 2 && conv.padding[conv.spatial() - 2] != 0);
  if (conv.kernel(conv.spatial() - 1) > 7 && is_padded && !all_are(conv.stride, 1)) {
    return conv.is_depthwise() || conv.spatial() == 3 ? Kernel::unknown : Kernel::im2col;
  }
  return Kernel::direct;
}

// The taps that do not fall into the padding, from the annotated work; all of them where none do.
std::int64_t valid_taps(const KernelCall& call, DType dtype, std::int64_t all) {
  const auto valid = call.work.valid_mac.find(dtype);
  return valid == call.work.valid_mac.end() ? all : valid->second.constant().value_or(all);
}

// oneDNN's kernel for 1x1 windows reads every stride-th input of maps that the stride divides; of others the kernel for
// windows does.
bool takes_pointwise_kernel(const ConvolutionCall& conv) {
  if (!conv.is_pointwise() || conv.groups > 1 || !all_are(conv.padding, 0)) return false;
  for (std::size_t dim = 0; dim < conv.spatial(); ++dim) {
    if (conv.input[dim + 2] != conv.output[dim + 2] * conv.stride[dim]) return false;
  }
  return true;
}

// How many lanes multiply for a tap of `inputs` by `outputs` channels.
std::int64_t lanes_of_tap(const ConvolutionCall& conv) {
  const std::int64_t inputs = conv.group_inputs(), outputs = conv.group_outputs();
  if (conv.is_depthwise()) return conv.channels_last ? round_up(conv.groups, 4) : conv.groups;
  if (conv.channels_last) return conv.groups * inputs * round_up(outputs, kLanes);
  // The kernel for windows reads fewer than 8 channels as they lie.
  const bool pads_inputs = inputs >= kLanes || takes_pointwise_kernel(conv);
  return conv.groups * (pads_inputs ? round_up(inputs, kLanes) : inputs) * round_up(outputs, kLanes);
}

void explain_onednn(const KernelCall& call, const ConvolutionCall& conv, std::int64_t all, Explanation& out) {
  const Kernel kernel = kernel_of(conv);
  if (kernel == Kernel::im2col) return explain_im2col(conv, !is_none_at(call.inputs, 2), all, out);
  if (kernel == Kernel::unknown) return out.refuse("oneDNN's choice of kernel for padding this wide has no model");
  const std::int64_t valid = valid_taps(call, DType::f32, all);
  const std::int64_t taps = conv.groups * conv.group_inputs() * conv.group_outputs();
  for (const FlopClass flop_class : {conv.classes.add, conv.classes.mul}) {
    out.add(kPaddingSkipped, flop_class, valid - all);
    out.add(kChannelLanes, flop_class, valid / taps * lanes_of_tap(conv) - valid);
  }
  if (conv.channels_last) return;
  if (!takes_pointwise_kernel(conv)) return;
  constexpr std::int64_t kReductionBlock = 128;
  const std::int64_t outputs = conv.group_outputs();
  const std::int64_t stored = product(conv.output) / outputs * round_up(outputs, kLanes);
  const std::int64_t blocks = blocks_of(round_up(conv.group_inputs(), kLanes), kReductionBlock);
  out.add(kBlockedReduction, conv.classes.add, stored * (blocks - 1));
}

// Windows over whole rows by steps of 1 are plain copies; the kernel made for dilation copies one by one.
bool copies_scaled(const ConvolutionCall& conv) {
  if (conv.kernels == ConvolutionKernels::dilated || !all_are(conv.dilation, 1)) return false;
  if (conv.spatial() != 3 || !all_are(conv.padding, 0)) return false;
  return conv.kernel(2) != 1 || conv.stride[1] != 1 || conv.stride[2] != 1;
}

}  // namespace

void explain_convolution(const KernelCall& call, std::size_t groups_place, ConvolutionKernels kernels,
                         Explanation& out) {
  std::optional<ConvolutionCall> conv = read_convolution_call(call, groups_place, out);
  if (!conv) return;
  conv->kernels = kernels;
  if (kernels == ConvolutionKernels::dilated && product(conv->output) == 0)
    return out.refuse("a product without results, which scales its weight, has no model");
  if (product(conv->output) == 0 || product(conv->weight) == 0) return;
  const std::int64_t all = product(conv->output) * product(conv->weight, 1);
  if (takes_onednn(*conv)) return explain_onednn(call, *conv, all, out);
  // im2col, and one product an image and group: every tap, those in the padding too. Where the channels of a map lie
  // together it is [outputs, taps] by the weight, as in a linear; else the weight by [taps, outputs].
  const std::int64_t products = conv->input[0] * conv->groups, taps = product(conv->weight, 1);
  const std::int64_t outputs = product(conv->output, 2);
  if (conv->channels_last)
    return explain_gemm({products, outputs, taps, conv->group_outputs(), true}, conv->classes, out);
  if (copies_scaled(*conv)) out.add(kScaledCopy, conv->classes.mul, products * taps * outputs);
  // A single output is a matrix times a vector, whatever the strides of sizes of 1 say.
  const bool one_output = outputs == 1, has_bias = !is_none_at(call.inputs, 2);
  explain_gemm({products, conv->group_outputs(), taps, outputs, one_output, false, has_bias}, conv->classes, out);
}

namespace {

void explain_conv(const KernelCall& call, Explanation& out) {
  explain_convolution(call, 6, ConvolutionKernels::chosen, out);
}

void explain_any_convolution(const KernelCall& call, Explanation& out) {
  const auto transposed = bool_at_place(call.inputs, 6);
  if (!transposed) return out.refuse("it is not known whether it is transposed");
  if (*transposed) return explain_transposed_convolution(call, 8, ConvolutionKernels::chosen, out);
  explain_convolution(call, 8, ConvolutionKernels::chosen, out);
}

constexpr KernelModel kModels[] = {
    {"aten::_convolution", explain_any_convolution, Layout::any},
    {"aten::_convolution.deprecated", explain_any_convolution, Layout::any},
    {"aten::_convolution_mode", explain_conv, Layout::any},
    {"aten::conv1d", explain_conv, Layout::any},
    {"aten::conv1d.padding", explain_conv, Layout::any},
    {"aten::conv2d", explain_conv, Layout::any},
    {"aten::conv2d.padding", explain_conv, Layout::any},
    {"aten::conv3d", explain_conv, Layout::any},
    {"aten::conv3d.padding", explain_conv, Layout::any},
    {"aten::convolution", explain_any_convolution, Layout::any},
};

}  // namespace

std::span<const KernelModel> convolution_models() { return kModels; }
std::span<const CauseInfo> convolution_causes() { return kCauses; }

}  // namespace flopaudit
