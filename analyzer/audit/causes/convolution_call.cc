#include "analyzer/audit/causes/convolution_call.h"

#include <algorithm>

namespace flopaudit {
namespace {

// `same` pads dilation*(kernel-1) in all; an odd one is a copy of the input beforehand, which has no model.
std::optional<Sizes> padding_of(const KernelCall& call, std::size_t place, const ConvolutionCall& conv,
                                Explanation& out) {
  const StrFact* word = place < call.inputs.size() ? call.inputs[place].get<StrFact>() : nullptr;
  if (word == nullptr) return ints_at_place(call.inputs, place, conv.spatial());
  Sizes padding(conv.spatial(), 0);
  if (word->value == "valid") return padding;
  for (std::size_t dim = 0; dim < conv.spatial(); ++dim) {
    const std::int64_t total = conv.dilation[dim] * (conv.kernel(dim) - 1);
    if (total % 2 != 0) out.refuse("uneven padding has no model");
    padding[dim] = total / 2;
  }
  return padding;
}

// ATen keeps images whose channels lie together as they are; all others it lays out row by row, for which a copy costs
// nothing that is counted. So it does with all signals, and with volumes but those whose channels lie together.
bool reads_layout(const KernelCall& call, ConvolutionCall& conv, Explanation& out) {
  const auto of_weight = memory_order_at(call, 1);
  if (conv.input.size() != 4) {
    const bool plain_weight = of_weight && std::is_sorted(of_weight->begin(), of_weight->end());
    if (!plain_weight) out.refuse("a weight that does not lie row by row has no model");
    if (conv.weight.size() > 3) check_layout(call, Layout::copied, out);
    if (!strides_at(call, 0)) out.refuse("it is not known how an operand lies in memory");
    return out.refusal().empty();
  }
  const auto by_channel = lies_by_channel_at(call, 0);
  if (!of_weight || !std::is_sorted(of_weight->begin(), of_weight->end())) {
    out.refuse("a weight that does not lie row by row has no model");
  } else if (!by_channel) {
    out.refuse("it is not known how an operand lies in memory");
  } else {
    conv.channels_last = *by_channel;
    return true;
  }
  return false;
}

}  // namespace

std::optional<ConvolutionCall> read_convolution_call(const KernelCall& call, std::size_t groups_place,
                                                     Explanation& out) {
  const auto refuse = [&out](const char* why) {
    out.refuse(why);
    return std::nullopt;
  };
  ConvolutionCall conv;
  const auto input = sizes_at(call.inputs, 0), weight = sizes_at(call.inputs, 1), output = sizes_at(call.outputs, 0);
  const auto classes = precision_of(dtype_at_place(call.inputs, 0));
  if (!input || !weight || !output) return refuse("a shape is not known");
  if (!classes) return refuse("only f32 and f64 have a model");
  conv.input = *input, conv.weight = *weight, conv.output = *output, conv.classes = *classes;
  if (conv.weight.size() < 3) return refuse("the weight has no kernel dims");
  if (!reads_layout(call, conv, out)) return std::nullopt;
  if (conv.input.size() + 1 == conv.weight.size()) {
    conv.input.insert(conv.input.begin(), 1);
    if (conv.output.size() < conv.weight.size()) conv.output.insert(conv.output.begin(), 1);
  }
  const auto stride = ints_at_place(call.inputs, 3, conv.spatial());
  const auto dilation = ints_at_place(call.inputs, 5, conv.spatial());
  const auto groups = ints_at_place(call.inputs, groups_place, 1);
  if (!stride || !dilation || !groups) return refuse("stride, dilation or groups are not known");
  conv.stride = *stride, conv.dilation = *dilation, conv.groups = groups->front();
  const auto padding = padding_of(call, 4, conv, out);
  if (!padding) return refuse("the padding is not known");
  conv.padding = *padding;
  return conv;
}

bool all_are(const Sizes& sizes, std::int64_t value) {
  return std::all_of(sizes.begin(), sizes.end(), [value](std::int64_t size) { return size == value; });
}

// ATen's rule for f32 on one thread (f64 is always native): kernels of 1 in the last two dims without stride stay
// native below a batch of 16, and so do small inputs of one image, one group and a kernel of at most 3 in some dim. 1-D
// runs as 2-D with a leading dim of 1; of a 3-D input the last dim is not counted.
bool takes_onednn(const ConvolutionCall& conv) {
  if (conv.kernels != ConvolutionKernels::chosen) return conv.kernels == ConvolutionKernels::onednn;
  if (!conv.classes.f32) return false;
  const bool one_in_plane = product(conv.weight, std::max<std::size_t>(2, conv.weight.size() - 2)) == 1;
  if (one_in_plane && all_are(conv.stride, 1) && all_are(conv.dilation, 1) && conv.input[0] < 16) return false;
  if (conv.groups > 1 || conv.input[0] > 1) return true;
  const std::size_t last = conv.weight.size() - 1;
  if (conv.spatial() >= 2 && conv.weight[last] > 3 && conv.weight[last - 1] > 3) return true;
  const std::size_t counted = std::min<std::size_t>(conv.input.size(), 4);
  return product(Sizes(conv.input.begin(), conv.input.begin() + static_cast<std::ptrdiff_t>(counted))) > 20480;
}

}  // namespace flopaudit
