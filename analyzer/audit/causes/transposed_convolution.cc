// Transposed convolutions: a product gives every tap of every input, and col2im adds the taps up where they fall.
#include "analyzer/audit/causes/convolution_call.h"
#include "analyzer/audit/causes/elements.h"
#include "analyzer/audit/causes/gemm.h"
#include "analyzer/audit/causes/onednn_product.h"

namespace flopaudit {
namespace {

constexpr const char* kOps =
    "aten::conv_transpose1d, conv_transpose2d, conv_transpose3d, _convolution, convolution (transposed)";
constexpr const char* kProbes =
    "testdata/audit/probes.tsv, testdata/validation/standard.csv: 1 to 512 channels, kernels 1 to 5, strides, "
    "paddings, groups, f32 and f64";
constexpr CauseInfo kCauses[] = {
    {"col2im sum", "The taps that fall onto the output are added to it one by one, the first one to a 0.", kOps,
     "standard",
     "B*Cout * the taps of all inputs that fall onto the output add; f32, channels that lie together: 2 more a tap "
     "where those of a group mod 4 are 2 or 3",
     kProbes},
    {"col2im product in lanes",
     "oneDNN multiplies by a product of its own, in lanes of 8 inputs and 6 taps, and scales it by alpha; past 96 "
     "input channels in blocks that are added up. Planes of a volume are products of their own. "
     "Where the channels of a map lie together: 8 taps and 6 inputs, blocks of 256 channels.",
     kOps, "standard, f32, oneDNN",
     "M inputs padded to 8 (P), N taps of all output channels, K input channels in b blocks of at most 96: "
     "P*(K*N + b*pad6(N) + (b - 1)*N) add, P*N*(K + b) mul",
     kProbes},
    {"depthwise taps",
     "oneDNN's depthwise kernel multiplies only the taps that fall onto the output, and adds them up on the way; where "
     "the channels lie together, in vectors of 4.",
     kOps,
     "standard, f32, oneDNN, a channel a group, without dilation, of images and signals: channels that lie "
     "together, or a multiple of 8",
     "taps onto the output less all taps, add and mul; channels that lie together padded to 4", kProbes},
    {"added bias", "The bias is added to the output when all else is done; the native kernel does it by a product.",
     kOps, "standard", "an output: 1 add, native 1 mul; native volumes what the product adds", kProbes},
};
constexpr const CauseInfo& kSum = kCauses[0];
constexpr const CauseInfo& kProduct = kCauses[1];
constexpr const CauseInfo& kDepthwise = kCauses[2];
constexpr const CauseInfo& kBias = kCauses[3];

// How many taps of the inputs along one dim fall onto the output.
std::int64_t taps_onto_output(const ConvolutionCall& conv, std::size_t dim) {
  std::int64_t count = 0;
  for (std::int64_t tap = 0; tap < conv.kernel(dim); ++tap) {
    for (std::int64_t input = 0; input < conv.input[dim + 2]; ++input) {
      const std::int64_t at = input * conv.stride[dim] - conv.padding[dim] + tap * conv.dilation[dim];
      if (at >= 0 && at < conv.output[dim + 2]) ++count;
    }
  }
  return count;
}

bool takes_depthwise_kernel(const ConvolutionCall& conv) {
  constexpr std::int64_t kLanes = 8;
  return takes_onednn(conv) && conv.is_depthwise() && conv.spatial() < 3 && all_are(conv.dilation, 1) &&
         (conv.channels_last || conv.groups % kLanes == 0);
}

// One for each image, group and plane of a volume.
void explain_onednn_product(const ConvolutionCall& conv, std::int64_t products, std::int64_t inputs, std::int64_t taps,
                            std::int64_t depth, Explanation& out) {
  if (conv.spatial() == 3) products *= conv.input[2], inputs /= conv.input[2];
  const OnednnProduct by_place = {inputs, taps, depth, true},
                      by_channel = {taps, inputs, depth, false, false, false, true};
  const OnednnCounts product =
      inputs == 1 ? counts_of_matrix_times_vector(taps, depth) : counts_of(conv.channels_last ? by_channel : by_place);
  const std::int64_t all = inputs * taps * depth;
  out.add(kProduct, conv.classes.add, products * (product.add - all));
  out.add(kProduct, conv.classes.mul, products * (product.mul - all));
  out.add(kProduct, FlopClass::add_f64, products * product.setup_add);
  out.add(kProduct, FlopClass::div_f64, products * product.setup_div);
}

// Of volumes, the native kernel multiplies it by a row of ones.
void explain_bias(const ConvolutionCall& conv, bool onednn, Explanation& out) {
  const std::int64_t outputs = product(conv.output);
  out.add(kBias, conv.classes.add, outputs);
  if (onednn) return;
  out.add(kBias, conv.classes.mul, outputs);
  if (conv.spatial() < 3) return;
  explain_gemm({conv.input[0], conv.output[1], 1, product(conv.output, 2), true, false, true}, conv.classes, out);
}

// Lanes that add a tap's outputs of a group: channels that lie together are a loop of their own, unless the map is a
// single pixel, which lies both ways.
std::int64_t channels_of_group(const ConvolutionCall& conv) {
  const std::int64_t channels = conv.output[1] / conv.groups;
  const bool loops = conv.channels_last && product(conv.input, 2) > 1;
  return channels + (loops ? pair_tail(channels, conv.classes) : 0);
}

}  // namespace

void explain_transposed_convolution(const KernelCall& call, std::size_t groups_place, ConvolutionKernels kernels,
                                    Explanation& out) {
  std::optional<ConvolutionCall> conv = read_convolution_call(call, groups_place, out);
  if (!conv) return;
  conv->kernels = kernels;
  if (product(conv->output) == 0 || product(conv->input) == 0 || product(conv->weight) == 0) return;
  const bool onednn = takes_onednn(*conv);
  const std::int64_t products = conv->input[0] * conv->groups, inputs = product(conv->input, 2);
  const std::int64_t taps = product(conv->weight, 1), depth = conv->weight[0] / conv->groups;
  std::int64_t onto_output = conv->input[0];
  for (std::size_t dim = 0; dim < conv->spatial(); ++dim) onto_output *= taps_onto_output(*conv, dim);
  if (takes_depthwise_kernel(*conv)) {
    const std::int64_t lanes = conv->channels_last ? round_up(conv->groups, 4) : conv->groups;
    const std::int64_t more = onto_output * lanes - products * inputs * taps;
    out.add(kDepthwise, conv->classes.add, more);
    out.add(kDepthwise, conv->classes.mul, more);
  } else {
    out.add(kSum, conv->classes.add, onto_output * conv->groups * channels_of_group(*conv));
    if (onednn) {
      explain_onednn_product(*conv, products, inputs, taps, depth, out);
    } else if (conv->channels_last) {
      explain_gemm({products, inputs, depth, taps}, conv->classes, out);
    } else {
      explain_gemm({products, taps, depth, inputs, false, true}, conv->classes, out);
    }
  }
  if (!is_none_at(call.inputs, 2)) explain_bias(*conv, onednn, out);
}

namespace {

// conv_transpose2d(input, weight, bias, stride, padding, output_padding, groups, dilation): dilation comes last.
void explain_conv_transpose(const KernelCall& call, Explanation& out) {
  if (call.inputs.size() < 8) return out.refuse("an operand is missing");
  Facts inputs = call.inputs;
  inputs[5] = call.inputs[7];
  inputs[7] = call.inputs[5];
  explain_transposed_convolution({call.op, inputs, call.outputs, call.work, call.strides}, 6,
                                 ConvolutionKernels::chosen, out);
}

constexpr KernelModel kModels[] = {
    {"aten::conv_transpose1d", explain_conv_transpose, Layout::any},
    {"aten::conv_transpose2d.input", explain_conv_transpose, Layout::any},
    {"aten::conv_transpose3d.input", explain_conv_transpose, Layout::any},
};

}  // namespace

std::span<const KernelModel> transposed_convolution_models() { return kModels; }
std::span<const CauseInfo> transposed_convolution_causes() { return kCauses; }

}  // namespace flopaudit
