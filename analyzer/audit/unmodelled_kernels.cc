#include "analyzer/audit/unmodelled_kernels.h"

#include <map>
#include <regex>
#include <sstream>
#include <string>

#include "analyzer/ops/derived_ops.h"
#include "analyzer/ops/op_registry.h"

namespace flopaudit {
namespace {

struct Reason {
  const char* why;
  const char*
      ops;  // full names, separated by spaces; a form that derives from one of them (`op_`, `op.out`) goes with it
};

// Held against LibTorch's dispatcher by tests/executor/unmodelled_kernels_test.cc.
constexpr const char* kNoCpuKernel = "LibTorch has no kernel of it for a CPU";
constexpr Reason kReasons[] = {
    {kNoCpuKernel,
     "_quantized::conv3d _quantized::conv3d_relu aten::_conv_depthwise2d aten::_conv_depthwise2d.out "
     "aten::_convert_weight_to_int4pack aten::_efficient_attention_forward aten::_flash_attention_forward "
     "aten::_flash_attention_forward.quantized aten::_fused_dropout aten::_mps_convolution "
     "aten::_mps_convolution_transpose aten::_scaled_dot_product_attention_math_for_mps "
     "aten::_scaled_dot_product_cudnn_attention aten::_scaled_dot_product_efficient_attention "
     "aten::_scaled_dot_product_flash_attention aten::_scaled_dot_product_flash_attention.quantized "
     "aten::_thnn_fused_gru_cell aten::_thnn_fused_lstm_cell aten::_triton_multi_head_attention "
     "aten::_triton_scaled_dot_attention aten::_weight_int4pack_mm aten::addmm.dtype aten::addmm.dtype_out "
     "aten::baddbmm.dtype aten::baddbmm.dtype_out aten::batch_norm_elemt aten::batch_norm_elemt.out "
     "aten::batch_norm_stats aten::bmm.dtype aten::bmm.dtype_out aten::conv_depthwise3d aten::cudnn_convolution "
     "aten::cudnn_convolution.out aten::cudnn_convolution_add_relu aten::cudnn_convolution_relu "
     "aten::cudnn_convolution_transpose aten::miopen_batch_norm aten::miopen_convolution "
     "aten::miopen_convolution_add_relu aten::miopen_convolution_relu aten::miopen_convolution_transpose "
     "aten::miopen_depthwise_convolution aten::mm.dtype aten::mm.dtype_out"},
    {"its kernel refuses to run in LibTorch's build for CPUs",
     "aten::_nnpack_spatial_convolution aten::_scaled_dot_product_fused_attention_overrideable "
     "aten::convolution_overrideable"},
    {"XNNPACK's packed weights are not part of LibTorch's wheel",
     "prepacked::conv2d_clamp_run prepacked::conv2d_transpose_clamp_run prepacked::linear_clamp_run"},
    {"torchvision's library is not part of LibTorch, and nothing here can run its ops",
     "torchvision::box_iou_rotated torchvision::deform_conv2d torchvision::nms torchvision::ps_roi_align "
     "torchvision::ps_roi_pool torchvision::roi_align torchvision::roi_pool"},
    {"a backward pass runs the kernels of autograd, which have no models", "aten::grad"},
    {"values decide which rows are scaled down, and indices how often", "aten::embedding_renorm"},
    {"numbers of 8 bits have no class of events", "aten::_scaled_mm aten::_scaled_mm_v2"},
    {"tensors in oneDNN's own layout have no strides that a program tells",
     "aten::mkldnn_adaptive_avg_pool2d aten::mkldnn_linear aten::mkldnn_rnn_layer"},
    {"oneDNN's quantized engine alone has a kernel of it, and x86's is the default",
     "quantized::conv2d_add quantized::conv2d_add_relu quantized::linear_leaky_relu quantized::linear_tanh"},
    {"tables of 4 and 2 bits have no element type in a program's facts",
     "quantized::embedding_4bit quantized::embedding_bag_4bit"},
    {"the search for the least and the most of a row was not measured",
     "quantized::embedding_bag_2bit_prepack_with_rowwise_min_max "
     "quantized::embedding_bag_4bit_prepack_with_rowwise_min_max "
     "quantized::embedding_bag_byte_prepack_with_rowwise_min_max"},
    {"a cell whose weights the caller packs, from before LibTorch 1.4, was not measured",
     "aten::quantized_gru_cell aten::quantized_lstm_cell aten::quantized_rnn_relu_cell aten::quantized_rnn_tanh_cell"},
    {"conversions of lists and of tables of 16 bits were not measured",
     "aten::dequantize.list quantization::_Bfloat16QuantizedToFloat quantization::_FloatToBfloat16Quantized"},
    {"layers that quantize on both sides were not measured",
     "quantized::linear_with_input_q_dq_qweight_dq_output_fp32 "
     "quantized::linear_with_input_q_dq_qweight_dq_relu_output_fp32"},
    {"quantized results that are written into a given tensor, or with the number in front, were not measured",
     "quantized::add.Scalar2 quantized::add.Scalar_out quantized::add.out quantized::add_out "
     "quantized::add_relu.Scalar2 "
     "quantized::add_relu.Scalar_out quantized::add_relu.out quantized::add_relu_out quantized::add_scalar_out "
     "quantized::add_scalar_out.Tensor quantized::add_scalar_relu_out quantized::add_scalar_relu_out.Tensor "
     "quantized::cat_out quantized::cat_relu_out quantized::mul.Scalar2 quantized::mul.Scalar_out quantized::mul.out "
     "quantized::mul_out quantized::mul_relu.Scalar2 quantized::mul_relu.Scalar_out quantized::mul_relu.out "
     "quantized::mul_relu_out quantized::mul_scalar_out quantized::mul_scalar_out.Tensor "
     "quantized::mul_scalar_relu_out "
     "quantized::mul_scalar_relu_out.Tensor"},
};

const std::map<std::string, std::string_view, std::less<>>& reasons() {
  static const auto kByOp = [] {
    std::map<std::string, std::string_view, std::less<>> by_op;
    for (const Reason& reason : kReasons) {
      std::istringstream words(reason.ops);
      for (std::string op; words >> op;) by_op.emplace(std::move(op), reason.why);
    }
    return by_op;
  }();
  return kByOp;
}

}  // namespace

std::string_view why_unmodelled(const OpSpec& op) {
  const auto found = reasons().find(op.name);
  if (found != reasons().end()) return found->second;
  return op.form != nullptr ? why_unmodelled(*op.form->base) : std::string_view();
}

bool has_cpu_kernel(const OpSpec& op) { return why_unmodelled(op) != kNoCpuKernel; }

// The classes of a formula stand in front of its `=`; one without any `=` is a sentence, and an empty one bytes alone.
bool needs_model(const OpSpec& op) {
  if (!has_work(op)) return false;
  static const std::regex kNamed("(\\w+) \\+?=");
  const std::string formula = op.formula;
  if (formula.find('=') == std::string::npos) return !formula.empty();
  for (std::sregex_iterator named(formula.begin(), formula.end(), kNamed), end; named != end; ++named) {
    const auto work_class = work_class_of_name(named->str(1));
    if (work_class && *work_class != WorkClass::compare && *work_class != WorkClass::integer) return true;
  }
  return false;
}

}  // namespace flopaudit
