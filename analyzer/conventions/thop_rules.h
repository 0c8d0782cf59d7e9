// Rules that thop 0.1.1.post2209072238 and ultralytics-thop 2.2.3, which began as a copy of it, have in common.
#pragma once

#include "analyzer/conventions/layer_shapes.h"

namespace flopaudit {

RuleResult<Expr> thop_linear(const NodeView& view, const Facts& inputs, const Facts& outputs);
// 2 an element, twice that with a weight.
RuleResult<Expr> thop_norm(const NodeView& view, const Facts& inputs, const Facts& outputs);
RuleResult<Expr> thop_prelu(const NodeView& view, const Facts& inputs, const Facts& outputs);
template <int times>
RuleResult<Expr> thop_upsample(const NodeView&, const Facts&, const Facts& outputs) {
  FA_RULE(const Expr elements, elements_at(outputs, 0));
  return Expr(times) * elements;
}

// A row of `features`: as many exp and div, one add less; none for an empty row.
Expr thop_softmax_row(const Expr& features);
struct SoftmaxRows {
  Expr rows, features;
};
RuleResult<SoftmaxRows> softmax_rows(const Facts& inputs);

// One evaluation of a recurrent cell. `gates` 4: LSTM, 3: GRU, 1: RNN; `projection` 0: none.
Expr thop_cell(std::int64_t gates, const Expr& input, const Expr& hidden, const Expr& projection, bool bias);
// All layers and directions, one step of one sequence.
Expr thop_layers(const RecurrentShapes& rnn, const Expr& projection);
// nn.LSTMCell, GRUCell, RNNCell.
template <std::int64_t gates>
RuleResult<Expr> thop_cell_step(const NodeView& view, const Facts& inputs, const Facts&) {
  FA_RULE(const std::optional<CellShapes> shapes, cell_shapes(view, inputs, gates));
  if (!shapes) return Expr(0);
  return shapes->batch * thop_cell(gates, shapes->input_size, shapes->hidden_size, Expr(0), shapes->bias);
}

// The two norms and the feedforward of a fused nn.TransformerEncoderLayer. Both tools hook its parts, and with hooks
// the layer does not run fused.
RuleResult<Expr> thop_encoder_layer_parts(const NodeView& view, const Facts& inputs, const Facts& outputs);

}  // namespace flopaudit
