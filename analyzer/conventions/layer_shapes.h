// The shapes that a convention's formula is made of, read from a node whatever its spelling. Each says `missing` where
// they are not known.
#pragma once

#include <vector>

#include "analyzer/conventions/node_view.h"
#include "analyzer/ops/fact_access.h"

namespace flopaudit {

Expr product_of(const std::vector<Expr>& dims, std::size_t begin = 0);
Expr product_of(const std::vector<Expr>& dims, std::size_t begin, std::size_t end);
// One number of `text` or `list`, as doubles; nothing where a dim is symbolic.
std::optional<std::vector<double>> as_numbers(const std::vector<Expr>& dims);

// As conv1d ... conv_transpose3d, _convolution; input and output always with a batch dim.
struct ConvolutionShapes {
  std::vector<Expr> input, weight, output;
  // As nn.Conv2d saw them: without batch dim where the user gave none.
  std::vector<Expr> module_input, module_output;
  bool transposed = false;
  bool bias = false;
  bool padding_in_words = false;  // padding="same"
  Expr groups = 1;
};
RuleResult<ConvolutionShapes> convolution_shapes(const NodeView& view, const Facts& inputs, const Facts& outputs);

// The two factors of linear, addmm, mm, bmm, baddbmm, matmul.
struct ProductShapes {
  std::vector<Expr> left, right, output;
  bool bias = false;  // an addend that is added (beta is not 0)
};
RuleResult<ProductShapes> product_shapes(const NodeView& view, const Facts& inputs, const Facts& outputs);

// Affine: a weight is there. For batch_norm, instance_norm, layer_norm, group_norm, rms_norm.
bool is_affine(const NodeView& view, const Facts& inputs);

// aten::lstm, gru, rnn_tanh, rnn_relu, on padded or packed input.
struct RecurrentShapes {
  std::int64_t gates = 1;  // 4, 3, 1
  std::int64_t layers = 1;
  std::int64_t directions = 1;
  bool bias = false;
  Expr input_size, hidden_size;
  Expr projection = 0;         // 0: none
  Expr steps, batch;           // of the padded rectangle
  Expr evaluations;            // cells per layer and direction: less than steps*batch where the input is packed
  bool packed = false;
  Expr state_size() const;     // what the next step and layer read
};
RuleResult<RecurrentShapes> recurrent_shapes(const NodeView& view, const Facts& inputs);

// The step of a cell: nn.LSTMCell, GRUCell, RNNCell; traced ones hold the linear maps alone. Asked of a node that is
// not the one with the input's weight, it has no answer: nullopt.
struct CellShapes {
  Expr input_size, hidden_size, batch;
  bool bias = false;
};
RuleResult<std::optional<CellShapes>> cell_shapes(const NodeView& view, const Facts& inputs, std::int64_t gates);

// nn.MultiheadAttention, from the node that only it has once: the fused op, scaled_dot_product_attention or softmax.
struct AttentionShapes {
  Expr batch, heads, queries, keys, embed_dim, key_dim, value_dim;
  Expr appended = 0;  // of `keys`, positions that bias_k and add_zero_attn have added
  bool bias = false;  // of the projections
  bool needs_weights = false;
  bool has_mask = false;
};
RuleResult<AttentionShapes> attention_shapes(const NodeView& view, const Facts& inputs);

}  // namespace flopaudit
