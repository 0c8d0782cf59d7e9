// What the files of quantized layers share. The facts of packed parameters are tuples:
//   convolution  (weight, bias, stride, padding, output_padding, dilation, groups, transposed)
//   linear       (weight, bias)
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analyzer/ops/quantized_helpers.h"
#include "analyzer/ops/shape_helpers.h"

namespace flopaudit {

constexpr std::size_t kConvFields = 8, kLinearFields = 2;

// Whether a layer takes floating inputs, and what it does beside the sum.
struct Layer {
  bool dynamic = false;
  bool relu = false;
  bool residual = false;
  bool half_weight = false;
  bool searched = true;  // a dynamic layer looks for the range of its input
  std::size_t packed = 1;
  std::optional<WorkClass> activation = {};  // once an output; `leaky`: compared and multiplied
  bool leaky = false;
  bool one_dim = false;  // a convolution of one dim
};

std::optional<RuleFailure> check_layer_input(const Facts& inputs, const Layer& layer);
std::optional<DType> layer_result(const Facts& inputs, const Layer& layer);
// What surrounds the multiply-accumulates; the bytes are those of `read`: the input, and what is packed.
RuleResult<Work> layer_work(const Facts& inputs, const Facts& outputs, const Layer& layer, const Expr& macs, bool bias,
                            const Facts& read);

// --- quantized_convolution.cc ---
RuleResult<Facts> quantized_convolution_shape(const Facts& inputs, const Layer& layer);
RuleResult<Work> quantized_convolution_work(const Facts& inputs, const Facts& outputs, const Layer& layer);
// (weight, bias, stride, padding, dilation, groups), transposed (weight, bias, stride, padding, output_padding,
// dilation, groups)
RuleResult<Facts> packed_convolution(const Facts& inputs, std::size_t spatial, bool transposed);
// What it was packed with, by the place in the tuple: its strides, its groups.
enum PackedField : std::size_t { kStride = 2, kPadding, kOutputPadding, kDilation, kGroups, kTransposed };
RuleResult<Facts> packed_field(const Facts& inputs, PackedField field);
// Weight and bias of a convolution of two dims.
RuleResult<Facts> unpacked_image(const Facts& inputs);

// --- quantized_linear.cc ---
RuleResult<Facts> quantized_linear_shape(const Facts& inputs, const Layer& layer);
RuleResult<Work> quantized_linear_work(const Facts& inputs, const Facts& outputs, const Layer& layer);
RuleResult<Facts> packed_linear(const Facts& inputs, bool half);
// Weight and bias. A weight that was rounded to f16 comes back as f32.
RuleResult<Facts> unpacked(const Facts& inputs, std::size_t fields);

}  // namespace flopaudit
