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

// The classes of a formula stand in front of its `=`; one without any is a sentence.
bool needs_model(const OpSpec& op) {
  static const std::regex kArithmetic("\\b(?!compare\\b|integer\\b)\\w+ \\+?=|^[^=]+$");
  return has_work(op) && std::regex_search(op.formula, kArithmetic);
}

}  // namespace flopaudit
