// A convolution as its kernels see it, and which of them ATen takes.
#pragma once

#include <algorithm>
#include <optional>

#include "analyzer/audit/causes/kernel_model.h"

namespace flopaudit {

// Which kernels compute it: those that ATen chooses, or those of the op by its name.
enum class ConvolutionKernels : std::uint8_t {
  chosen,   // oneDNN's or ATen's own, `takes_onednn`
  native,   // ATen's own, without dilation
  dilated,  // ATen's own, made for dilation, whatever the dilation is
  onednn,
};

struct ConvolutionCall {
  Sizes input, weight, output;  // batched
  Sizes stride, padding, dilation;
  std::int64_t groups = 1;
  PrecisionClasses classes{};
  bool channels_last = false;  // the channels of a map lie together in memory
  ConvolutionKernels kernels = ConvolutionKernels::chosen;

  std::size_t spatial() const { return weight.size() - 2; }
  std::int64_t group_inputs() const { return weight[1]; }
  std::int64_t group_outputs() const { return weight[0] / groups; }
  std::int64_t kernel(std::size_t dim) const { return weight[dim + 2]; }
  bool is_pointwise() const {
    return std::all_of(weight.begin() + 2, weight.end(), [](std::int64_t size) { return size == 1; });
  }
  bool is_depthwise() const { return groups > 1 && group_inputs() == 1 && group_outputs() == 1; }
};

// Operands in the order of aten::conv2d; groups where `groups_place` says. Nothing, and `out` refused, where a shape or
// number is not known, the type has no model, or an operand lies in memory otherwise than by place or by channel.
std::optional<ConvolutionCall> read_convolution_call(const KernelCall& call, std::size_t groups_place,
                                                     Explanation& out);

bool all_are(const Sizes& sizes, std::int64_t value);

// Whether oneDNN computes it; else ATen's own im2col or col2im with MKL's matrix product.
bool takes_onednn(const ConvolutionCall& conv);

// oneDNN's f32 kernel for windows that its direct one does not take; `all`: the taps of the annotated work.
void explain_im2col(const ConvolutionCall& conv, bool has_bias, std::int64_t all, Explanation& out);

// Operands in the order of aten::conv2d; groups where `groups_place` says.
void explain_convolution(const KernelCall& call, std::size_t groups_place, ConvolutionKernels kernels,
                         Explanation& out);

// The kernel of a transposed one: the weight is [Cin, Cout / groups, ...].
void explain_transposed_convolution(const KernelCall& call, std::size_t groups_place, ConvolutionKernels kernels,
                                    Explanation& out);

}  // namespace flopaudit
