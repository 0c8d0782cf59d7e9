#include "analyzer/audit/cpu_kernels.h"

#include <algorithm>
#include <array>

namespace flopaudit {
namespace {

// Sorted. Held against LibTorch's dispatcher by tests/executor/cpu_kernels_test.cc.
constexpr auto kNone = std::to_array<std::string_view>({
    "_quantized::conv3d",
    "_quantized::conv3d_relu",
    "aten::_conv_depthwise2d",
    "aten::_conv_depthwise2d.out",
    "aten::_convert_weight_to_int4pack",
    "aten::_efficient_attention_forward",
    "aten::_flash_attention_forward",
    "aten::_flash_attention_forward.quantized",
    "aten::_fused_dropout",
    "aten::_mps_convolution",
    "aten::_mps_convolution_transpose",
    "aten::_scaled_dot_product_attention_math_for_mps",
    "aten::_scaled_dot_product_cudnn_attention",
    "aten::_scaled_dot_product_efficient_attention",
    "aten::_scaled_dot_product_flash_attention",
    "aten::_scaled_dot_product_flash_attention.quantized",
    "aten::_thnn_fused_gru_cell",
    "aten::_thnn_fused_lstm_cell",
    "aten::_triton_multi_head_attention",
    "aten::_triton_scaled_dot_attention",
    "aten::_weight_int4pack_mm",
    "aten::addmm.dtype",
    "aten::addmm.dtype_out",
    "aten::baddbmm.dtype",
    "aten::baddbmm.dtype_out",
    "aten::batch_norm_elemt",
    "aten::batch_norm_elemt.out",
    "aten::batch_norm_stats",
    "aten::bmm.dtype",
    "aten::bmm.dtype_out",
    "aten::conv_depthwise3d",
    "aten::cudnn_convolution",
    "aten::cudnn_convolution.out",
    "aten::cudnn_convolution_add_relu",
    "aten::cudnn_convolution_relu",
    "aten::cudnn_convolution_transpose",
    "aten::miopen_batch_norm",
    "aten::miopen_convolution",
    "aten::miopen_convolution_add_relu",
    "aten::miopen_convolution_relu",
    "aten::miopen_convolution_transpose",
    "aten::miopen_depthwise_convolution",
    "aten::mm.dtype",
    "aten::mm.dtype_out",
});

}  // namespace

bool has_cpu_kernel(std::string_view op) { return !std::binary_search(kNone.begin(), kNone.end(), op); }

}  // namespace flopaudit
