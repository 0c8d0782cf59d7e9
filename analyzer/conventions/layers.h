// What the modules of torch.nn are, for the conventions that count by module class.
#pragma once

#include <map>
#include <string_view>

#include "analyzer/conventions/node_view.h"

namespace flopaudit {

enum class Layer {
  none,
  adaptive_avg_pool,
  adaptive_max_pool,
  attention,
  avg_pool,
  batch_norm,
  bilinear,
  convolution,
  deformable_convolution,
  elu,
  encoder_layer,
  fused_attention,
  gelu,
  group_norm,
  gru_cell,
  instance_norm,
  layer_norm,
  leaky_relu,
  linear,
  log_softmax,
  lstm_cell,
  max_pool,
  prelu,
  recurrent,
  relu,
  relu6,
  rms_norm,
  rnn_cell,
  softmax,
  softmax2d,
  softmin,
  sync_batch_norm,
  upsample_bicubic,
  upsample_bilinear,
  upsample_linear,
  upsample_nearest,
  upsample_trilinear,
  upsampling_bilinear,
  upsampling_nearest,
};

// The layer whose number a node carries: its module is of a class of that layer, and of the module's nodes it is the
// one that there is once.
Layer layer_of(const NodeView& view);

using LayerRules = std::map<Layer, ExecutionRule>;
ExecutionRule find_rule(const LayerRules& rules, const NodeView& view);  // null: none
// Whether some node of such a module can have a rule.
bool has_rule(const LayerRules& rules, std::string_view class_name);

}  // namespace flopaudit
