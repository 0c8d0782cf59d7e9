#include "analyzer/conventions/layers.h"

#include <algorithm>
#include <vector>

namespace flopaudit {
namespace {

struct LayerClass {
  const char* class_name;  // as in ModuleView
  const char* op;          // as in NodeView: which of the module's nodes carries its number
  Layer layer;
};

const std::vector<LayerClass>& layer_classes() {
  // clang-format off
  // class, op, layer
  static const std::vector<LayerClass> table = {
      {"activation.ELU", "aten::elu", Layer::elu},
      {"activation.GELU", "aten::gelu", Layer::gelu},
      {"activation.LeakyReLU", "aten::leaky_relu", Layer::leaky_relu},
      {"activation.LogSoftmax", "aten::log_softmax", Layer::log_softmax},
      {"activation.MultiheadAttention", "aten::_native_multi_head_attention", Layer::fused_attention},
      {"activation.MultiheadAttention", "aten::scaled_dot_product_attention", Layer::attention},
      {"activation.MultiheadAttention", "aten::softmax", Layer::attention},
      {"activation.PReLU", "aten::prelu", Layer::prelu},
      {"activation.ReLU", "aten::relu", Layer::relu},
      {"activation.ReLU6", "aten::hardtanh", Layer::relu6},
      {"activation.ReLU6", "aten::relu6", Layer::relu6},
      {"activation.Softmax", "aten::softmax", Layer::softmax},
      {"activation.Softmax2d", "aten::softmax", Layer::softmax2d},
      {"activation.Softmin", "aten::softmax", Layer::softmin},
      {"batchnorm.BatchNorm1d", "aten::batch_norm", Layer::batch_norm},
      {"batchnorm.BatchNorm2d", "aten::batch_norm", Layer::batch_norm},
      {"batchnorm.BatchNorm3d", "aten::batch_norm", Layer::batch_norm},
      {"batchnorm.SyncBatchNorm", "aten::batch_norm", Layer::sync_batch_norm},
      {"conv.Conv1d", "aten::convolution", Layer::convolution},
      {"conv.Conv2d", "aten::convolution", Layer::convolution},
      {"conv.Conv3d", "aten::convolution", Layer::convolution},
      {"conv.ConvTranspose1d", "aten::convolution", Layer::convolution},
      {"conv.ConvTranspose2d", "aten::convolution", Layer::convolution},
      {"conv.ConvTranspose3d", "aten::convolution", Layer::convolution},
      {"instancenorm.InstanceNorm1d", "aten::instance_norm", Layer::instance_norm},
      {"instancenorm.InstanceNorm2d", "aten::instance_norm", Layer::instance_norm},
      {"instancenorm.InstanceNorm3d", "aten::instance_norm", Layer::instance_norm},
      {"linear.Bilinear", "aten::bilinear", Layer::bilinear},
      {"linear.Linear", "aten::addmm", Layer::linear},
      {"linear.Linear", "aten::linear", Layer::linear},
      {"linear.Linear", "aten::matmul", Layer::linear},
      {"normalization.GroupNorm", "aten::group_norm", Layer::group_norm},
      {"normalization.LayerNorm", "aten::layer_norm", Layer::layer_norm},
      {"normalization.RMSNorm", "aten::rms_norm", Layer::rms_norm},
      {"pooling.AdaptiveAvgPool1d", "aten::adaptive_avg_pool1d", Layer::adaptive_avg_pool},
      {"pooling.AdaptiveAvgPool2d", "aten::adaptive_avg_pool2d", Layer::adaptive_avg_pool},
      {"pooling.AdaptiveAvgPool3d", "aten::adaptive_avg_pool3d", Layer::adaptive_avg_pool},
      {"pooling.AdaptiveMaxPool1d", "aten::adaptive_max_pool1d", Layer::adaptive_max_pool},
      {"pooling.AdaptiveMaxPool2d", "aten::adaptive_max_pool2d", Layer::adaptive_max_pool},
      {"pooling.AdaptiveMaxPool3d", "aten::adaptive_max_pool3d", Layer::adaptive_max_pool},
      {"pooling.AvgPool1d", "aten::avg_pool1d", Layer::avg_pool},
      {"pooling.AvgPool2d", "aten::avg_pool2d", Layer::avg_pool},
      {"pooling.AvgPool3d", "aten::avg_pool3d", Layer::avg_pool},
      {"pooling.MaxPool1d", "aten::max_pool1d", Layer::max_pool},
      {"pooling.MaxPool2d", "aten::max_pool2d", Layer::max_pool},
      {"pooling.MaxPool3d", "aten::max_pool3d", Layer::max_pool},
      {"rnn.GRU", "aten::gru", Layer::recurrent},
      {"rnn.GRUCell", "aten::gru_cell", Layer::gru_cell},
      {"rnn.GRUCell", "aten::linear", Layer::gru_cell},
      {"rnn.LSTM", "aten::lstm", Layer::recurrent},
      {"rnn.LSTMCell", "aten::linear", Layer::lstm_cell},
      {"rnn.LSTMCell", "aten::lstm_cell", Layer::lstm_cell},
      {"rnn.RNN", "aten::rnn_relu", Layer::recurrent},
      {"rnn.RNN", "aten::rnn_tanh", Layer::recurrent},
      {"rnn.RNNCell", "aten::linear", Layer::rnn_cell},
      {"rnn.RNNCell", "aten::rnn_relu_cell", Layer::rnn_cell},
      {"rnn.RNNCell", "aten::rnn_tanh_cell", Layer::rnn_cell},
      {"torchvision.ops.deform_conv.DeformConv2d", "torchvision::deform_conv2d", Layer::deformable_convolution},
      {"transformer.TransformerEncoderLayer", "aten::_transformer_encoder_layer_fwd", Layer::encoder_layer},
      {"upsampling.Upsample", "aten::upsample_bicubic2d", Layer::upsample_bicubic},
      {"upsampling.Upsample", "aten::upsample_bilinear2d", Layer::upsample_bilinear},
      {"upsampling.Upsample", "aten::upsample_linear1d", Layer::upsample_linear},
      {"upsampling.Upsample", "aten::upsample_nearest1d", Layer::upsample_nearest},
      {"upsampling.Upsample", "aten::upsample_nearest2d", Layer::upsample_nearest},
      {"upsampling.Upsample", "aten::upsample_nearest3d", Layer::upsample_nearest},
      {"upsampling.Upsample", "aten::upsample_trilinear3d", Layer::upsample_trilinear},
      {"upsampling.UpsamplingBilinear2d", "aten::upsample_bilinear2d", Layer::upsampling_bilinear},
      {"upsampling.UpsamplingNearest2d", "aten::upsample_nearest2d", Layer::upsampling_nearest},
  };
  // clang-format on
  return table;
}

}  // namespace

Layer layer_of(const NodeView& view) {
  for (const LayerClass& row : layer_classes()) {
    if (view.in(row.class_name) && view.op == row.op) return row.layer;
  }
  return Layer::none;
}

ExecutionRule find_rule(const LayerRules& rules, const NodeView& view) {
  const auto rule = rules.find(layer_of(view));
  return rule == rules.end() ? nullptr : rule->second;
}

bool has_rule(const LayerRules& rules, std::string_view class_name) {
  const std::vector<LayerClass>& classes = layer_classes();
  return std::any_of(classes.begin(), classes.end(), [&](const LayerClass& row) {
    return class_name == row.class_name && rules.contains(row.layer);
  });
}

}  // namespace flopaudit
