// A convolution as its kernels see it, and which of them ATen takes.
#pragma once

#include <algorithm>
#include <optional>

#include "analyzer/audit/causes/kernel_model.h"

namespace flopaudit {

struct ConvolutionCall {
  Sizes input, weight, output;  // batched
  Sizes stride, padding, dilation;
  std::int64_t groups = 1;
  PrecisionClasses classes{};

  std::size_t spatial() const { return weight.size() - 2; }
  std::int64_t group_inputs() const { return weight[1]; }
  std::int64_t group_outputs() const { return weight[0] / groups; }
  std::int64_t kernel(std::size_t dim) const { return weight[dim + 2]; }
  bool is_pointwise() const {
    return std::all_of(weight.begin() + 2, weight.end(), [](std::int64_t size) { return size == 1; });
  }
};

// Operands in the order of aten::conv2d; groups where `groups_place` says. Nothing, and `out` refused, where a shape or
// number is not known or the type has no model.
std::optional<ConvolutionCall> read_convolution_call(const KernelCall& call, std::size_t groups_place,
                                                     Explanation& out);

bool all_are(const Sizes& sizes, std::int64_t value);

// Whether oneDNN computes it; else ATen's own im2col or col2im with MKL's matrix product.
bool takes_onednn(const ConvolutionCall& conv);

// The kernel of a transposed one: the weight is [Cin, Cout / groups, ...].
void explain_transposed_convolution(const KernelCall& call, std::size_t groups_place, Explanation& out);

}  // namespace flopaudit
