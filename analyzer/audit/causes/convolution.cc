// Convolutions: which kernel LibTorch 2.13 takes on one thread, and what that kernel executes.
#include <algorithm>
#include <bit>

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
     "oneDNN pads output channels to multiples of 8, and input channels from 8 on (in 1x1 kernels always).", kOps,
     "standard, f32, oneDNN", "valid taps * (pad8(Cin)*pad8(Cout)/(Cin*Cout) - 1), add and mul",
     "testdata/audit/probes.tsv: 13 to 11, 16 to 20, 4 to 8, 5 to 7, 9 to 16 and 2 to 18 channels; 1x1 with 3 to 9"},
    {"im2col product in lanes",
     "Where oneDNN has no direct kernel it multiplies an im2col matrix by a product of its own, in blocks of 8 outputs "
     "and "
     "6 channels, every tap, those in the padding too; it scales by alpha and adds a bias at the end.",
     kOps, "standard, f32, oneDNN, groups whose channels are no multiples of 8",
     "M outputs padded to 8 (P), N channels, K taps of a group: P*(K*N + pad6(N)) add, P*N*(K + 1) mul, + M*N add for "
     "a bias, and 2 add and 3 div in f64; "
     "one channel: L = 8*(M/8 + bits of M mod 8) lanes, L*K add, (L + 8)*K mul",
     "testdata/validation/standard.csv: 1 to 12544 outputs, 1 to 64 channels, 4 to 252 taps one at a time, and mixed "
     "sizes"},
    {"blocked reduction", "oneDNN's 1x1 kernel adds each further block of 128 input channels to the stored output.",
     kOps, "standard, f32, oneDNN 1x1", "outputs (channels padded to 8) * (ceil(pad8(Cin)/128) - 1) add",
     "testdata/audit/probes.tsv: 8 to 1024 input channels, stride 2; 64 and 136 at batch 16"},
};
constexpr const CauseInfo& kPaddingSkipped = kCauses[0];
constexpr const CauseInfo& kChannelLanes = kCauses[1];
constexpr const CauseInfo& kIm2col = kCauses[2];
constexpr const CauseInfo& kBlockedReduction = kCauses[3];

constexpr std::int64_t kLanes = 8;

// Where oneDNN has no direct kernel it takes im2col with its own product. The direct kernel works on 3 output columns
// at a time: left padding must fit in them.
constexpr const char* kRaggedGroups = "groups that are no multiples of 8 channels";

std::string why_not_direct(const ConvolutionCall& conv) {
  const std::int64_t out_width = conv.output.back();
  const std::int64_t in_width = conv.input.back();
  const std::int64_t left = conv.padding.back();
  const std::int64_t columns = std::min<std::int64_t>(3, out_width);
  const std::int64_t reach = conv.dilation.back() * (conv.kernel(conv.spatial() - 1) - 1) + 1;
  const std::int64_t right = (out_width - out_width % columns - 1) * conv.stride.back() + reach - in_width - left;
  if (left > columns || (right > columns * conv.stride.back() && out_width / columns > 1)) {
    return "oneDNN takes its im2col kernel for padding this wide, which has no model";
  }
  for (std::size_t dim = 0; dim < conv.spatial(); ++dim) {
    if (conv.kernel(dim) > 7) return "oneDNN's choice of kernel for windows over 7 has no model";
  }
  if (conv.groups == 1) return "";
  const bool depthwise = conv.group_inputs() == 1 && conv.group_outputs() == 1;
  if (depthwise && conv.groups % kLanes == 0 && !conv.is_pointwise()) return "";
  if (conv.group_inputs() % kLanes == 0 && conv.group_outputs() % kLanes == 0) return "";
  return kRaggedGroups;
}

// The taps that do not fall into the padding, from the annotated work; all of them where none do.
std::int64_t valid_taps(const KernelCall& call, DType dtype, std::int64_t all) {
  const auto valid = call.work.valid_mac.find(dtype);
  return valid == call.work.valid_mac.end() ? all : valid->second.constant().value_or(all);
}

// A product of [outputs, taps] by [taps, channels] for each image and group.
void explain_im2col(const KernelCall& call, const ConvolutionCall& conv, std::int64_t all, Explanation& out) {
  const std::int64_t outputs = product(conv.output, 2), channels = conv.group_outputs();
  const std::int64_t taps = product(conv.weight, 1), products = conv.input[0] * conv.groups;
  if (conv.is_pointwise()) return out.refuse("oneDNN's kernel for grouped 1x1 windows has no model");
  if (outputs == 1 || outputs == 9) return out.refuse("an im2col product of 1 or 9 outputs has no model");
  // A matrix of about the size of the second level cache, 2^18 bytes, is cut in two along the taps where its channels
  // are even (seen from 0.88 to 1.32 of it); a larger one along the outputs, which changes nothing but for a single
  // channel.
  const std::int64_t bytes = taps * outputs * 4;
  const bool cut = conv.group_inputs() % 2 == 0 && bytes > 200'000 && bytes < 400'000;
  if (cut || taps > 256 || (channels == 1 && bytes > 1 << 18)) {
    return out.refuse("a blocked im2col product has no model");
  }
  std::int64_t adds = 0, muls = 0;
  if (channels == 1) {
    const std::int64_t lanes = 8 * (outputs / 8 + std::popcount(static_cast<std::uint64_t>(outputs % 8)));
    adds = lanes * taps;
    muls = (lanes + 8) * taps;
  } else {
    adds = round_up(outputs, 8) * (taps * channels + round_up(channels, 6));
    muls = round_up(outputs, 8) * channels * (taps + 1);
  }
  if (!is_none_at(call.inputs, 2)) adds += channels * (outputs + (outputs % 4 >= 2 ? 2 : 0));
  // The product sets up its blocks in f64, each time.
  if (channels > 1) {
    out.add(kIm2col, FlopClass::add_f64, 2 * products);
    out.add(kIm2col, FlopClass::div_f64, 3 * products);
  }
  out.add(kIm2col, conv.classes.add, products * adds - all);
  out.add(kIm2col, conv.classes.mul, products * muls - all);
}

void explain_direct(const KernelCall& call, const ConvolutionCall& conv, std::int64_t all, Explanation& out) {
  const std::string why = why_not_direct(conv);
  if (why == kRaggedGroups) return explain_im2col(call, conv, all, out);
  if (!why.empty()) return out.refuse(why);
  const std::int64_t valid = valid_taps(call, DType::f32, all);
  const bool depthwise = conv.groups > 1 && conv.group_inputs() == 1;
  const std::int64_t inputs = conv.group_inputs();
  const std::int64_t outputs = conv.group_outputs();
  // The kernel for windows reads fewer than 8 channels as they lie.
  const bool pads_inputs = !depthwise && (inputs >= kLanes || conv.is_pointwise());
  const std::int64_t padded_inputs = pads_inputs ? round_up(inputs, kLanes) : inputs;
  const std::int64_t padded_outputs = depthwise ? outputs : round_up(outputs, kLanes);
  const std::int64_t lanes = valid / (inputs * outputs) * padded_inputs * padded_outputs - valid;
  for (const FlopClass flop_class : {conv.classes.add, conv.classes.mul}) {
    out.add(kPaddingSkipped, flop_class, valid - all);
    out.add(kChannelLanes, flop_class, lanes);
  }
  if (!conv.is_pointwise() || !all_are(conv.padding, 0)) return;
  constexpr std::int64_t kReductionBlock = 128;
  const std::int64_t stored = product(conv.output) / outputs * padded_outputs;
  out.add(kBlockedReduction, conv.classes.add, stored * (blocks_of(padded_inputs, kReductionBlock) - 1));
}

void explain_convolution(const KernelCall& call, std::size_t groups_place, Explanation& out) {
  const std::optional<ConvolutionCall> conv = read_convolution_call(call, groups_place, out);
  if (!conv || product(conv->output) == 0 || product(conv->weight) == 0) return;
  const std::int64_t all = product(conv->output) * product(conv->weight, 1);
  if (takes_onednn(*conv)) return explain_direct(call, *conv, all, out);
  if (conv->spatial() == 3 && all_are(conv->padding, 0))
    return out.refuse("native 3-D windows without padding have no model");
  // im2col, and one product an image and group: every tap, those in the padding too.
  explain_gemm(
      {conv->input[0] * conv->groups, conv->group_outputs(), product(conv->weight, 1), product(conv->output, 2)},
      conv->classes, out);
}

void explain_conv(const KernelCall& call, Explanation& out) { explain_convolution(call, 6, out); }

void explain_any_convolution(const KernelCall& call, Explanation& out) {
  const BoolFact* transposed = call.inputs.size() > 6 ? call.inputs[6].get<BoolFact>() : nullptr;
  if (transposed == nullptr || !transposed->value) return out.refuse("it is not known whether it is transposed");
  if (*transposed->value) return explain_transposed_convolution(call, 8, out);
  explain_convolution(call, 8, out);
}

constexpr KernelModel kModels[] = {
    {"aten::_convolution", explain_any_convolution}, {"aten::conv1d", explain_conv},
    {"aten::conv1d.padding", explain_conv},          {"aten::conv2d", explain_conv},
    {"aten::conv2d.padding", explain_conv},          {"aten::conv3d", explain_conv},
    {"aten::conv3d.padding", explain_conv},          {"aten::convolution", explain_any_convolution},
};

}  // namespace

std::span<const KernelModel> convolution_models() { return kModels; }
std::span<const CauseInfo> convolution_causes() { return kCauses; }

}  // namespace flopaudit
