// `torch`: what torch.utils.flop_counter.FlopCounterMode of torch 2.13.0 says of eager code on CPU in eval mode without
// gradients, with attention unfused (its fused CPU kernel has no formula there). Source: torch/utils/flop_counter.py,
// and each op run under it: a formula exists for mm, addmm, bmm, baddbmm, _scaled_mm and convolutions; other ops count
// by what they decompose into before dispatch, which for some is nothing.
#include <set>

#include "analyzer/conventions/convention_list.h"
#include "analyzer/conventions/layer_shapes.h"

namespace flopaudit {
namespace {

// Ops with a formula, and those that decompose into some: all their macs count.
bool is_seen(const std::string& op) {
  static const std::set<std::string_view> names = {
      "aten::_native_multi_head_attention",
      "aten::_scaled_dot_product_attention_math",
      "aten::_scaled_dot_product_efficient_attention",
      "aten::_scaled_dot_product_flash_attention",
      "aten::_scaled_dot_product_flash_attention_for_cpu",
      "aten::_scaled_mm",
      "aten::_transformer_encoder_layer_fwd",
      "aten::addmm",
      "aten::baddbmm",
      "aten::bmm",
      "aten::chain_matmul",
      "aten::convolution",
      "aten::corrcoef",
      "aten::cov",
      "aten::einsum",
      "aten::gru",
      "aten::gru_cell",
      "aten::inner",
      "aten::linalg_matmul",
      "aten::linalg_matrix_power",
      "aten::linalg_multi_dot",
      "aten::linear",
      "aten::lstm",
      "aten::lstm_cell",
      "aten::matmul",
      "aten::matrix_power",
      "aten::mm",
      "aten::rnn_relu",
      "aten::rnn_relu_cell",
      "aten::rnn_tanh",
      "aten::rnn_tanh_cell",
      "aten::scaled_dot_product_attention",
      "aten::tensordot",
  };
  return names.contains(op);
}

const TensorFact* tensor_of(const Node& node, std::size_t operand) {
  if (node.cases.empty() || operand >= node.cases.front().inputs.size()) return nullptr;
  return node.cases.front().inputs[operand].tensor();
}

std::optional<std::size_t> rank_of(const Node& node, std::size_t operand) {
  const TensorFact* tensor = tensor_of(node, operand);
  return tensor != nullptr && tensor->dims ? std::optional(tensor->dims->size()) : std::nullopt;
}

// dot and mv have no formula.
bool ends_in_a_vector_product(const NodeView& view) {
  const bool is_matmul = view.op == "aten::matmul" || view.op == "aten::linalg_matmul";
  if (is_matmul) return rank_of(view.node, 1) == 1;
  return view.op == "aten::inner" && rank_of(view.node, 0) == 1 && rank_of(view.node, 1) == 1;
}

// oneDNN takes a padded f32 LSTM without projection whole, and its node has no formula.
bool is_onednn_lstm(const NodeView& view) {
  if (view.op != "aten::lstm" || view.node.op.overload == "data" || view.node.cases.empty()) return false;
  const Facts& inputs = view.node.cases.front().inputs;
  const TensorFact* input = tensor_of(view.node, 0);
  if (input == nullptr || input->dtype != DType::f32) return false;
  RuleResult<RecurrentShapes> shapes = recurrent_shapes(view, inputs);
  return shapes && shapes->projection == Expr(0);
}

bool is_complex_tensor(const TensorFact* tensor) {
  return tensor != nullptr && tensor->dtype && is_complex(*tensor->dtype);
}

RuleResult<Range> of_node(const NodeView& view) {
  const Node& node = view.node;
  if (!is_seen(view.op)) {
    // What an op without a row decomposes into is not known; an operator of somebody else's is opaque to it.
    if (node.state == WorkState::no_rule && node.op.is_aten()) return missing(node.why);
    return Range();
  }
  if (ends_in_a_vector_product(view) || is_onednn_lstm(view)) return Range();
  if (node.state == WorkState::no_rule || node.state == WorkState::no_shape) return missing(node.why);
  Range all = macs(node.work);
  if (is_complex_tensor(tensor_of(node, 0)) || is_complex_tensor(tensor_of(node, 1))) {
    all = Range(floor_div(all.min, 4), floor_div(all.max, 4));  // a complex mac is 4 of ours and 1 of theirs
  }
  return Range(Expr(2)) * all;
}

}  // namespace

const Convention kTorch = {
    "torch", "FLOP",
    "2 for a multiply-add of matrix products and convolutions, as torch.utils.flop_counter of torch 2.13 on unfused "
    "attention",
    "nothing but products counts; mv, dot, addmv, addbmm, outer, cdist, bilinear, f32 LSTMs (oneDNN) and operators of "
    "others are 0; a complex multiply-add is 1",
    of_node};

}  // namespace flopaudit
