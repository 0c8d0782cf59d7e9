#include "analyzer/conventions/layer_shapes.h"

#include <algorithm>

namespace flopaudit {
namespace {

std::vector<Expr> without_first(const std::vector<Expr>& dims) { return {dims.begin() + 1, dims.end()}; }
std::vector<Expr> with_batch(std::vector<Expr> dims) {
  dims.insert(dims.begin(), Expr(1));
  return dims;
}

bool is_tensor(const Facts& facts, std::size_t index) {
  return index < facts.size() && facts[index].tensor() != nullptr;
}

std::size_t groups_position(const std::string& op) {
  if (op == "aten::_convolution" || op == "aten::convolution") return 8;
  return 6;  // conv2d, conv_transpose2d, _convolution_mode
}

std::optional<Expr> dim_of_attribute(const NodeView& view, std::string_view name, std::size_t dim) {
  const Attribute* attribute = view.module.object == nullptr ? nullptr : view.module.object->find(name);
  const TensorFact* tensor = attribute == nullptr ? nullptr : attribute->value.tensor();
  if (tensor == nullptr || !tensor->dims || dim >= tensor->dims->size()) return std::nullopt;
  return (*tensor->dims)[dim];
}

bool is_true(const NodeView& view, std::string_view name) {
  const Attribute* attribute = view.module.object == nullptr ? nullptr : view.module.object->find(name);
  const BoolFact* fact = attribute == nullptr ? nullptr : attribute->value.get<BoolFact>();
  return fact != nullptr && fact->value == true;
}

}  // namespace

Expr product_of(const std::vector<Expr>& dims, std::size_t begin, std::size_t end) {
  Expr result = 1;
  for (std::size_t i = begin; i < std::min(end, dims.size()); ++i) result *= dims[i];
  return result;
}
Expr product_of(const std::vector<Expr>& dims, std::size_t begin) { return product_of(dims, begin, dims.size()); }

std::optional<std::vector<double>> as_numbers(const std::vector<Expr>& dims) {
  std::vector<double> numbers;
  for (const Expr& dim : dims) {
    const auto constant = dim.constant();
    if (!constant) return std::nullopt;
    numbers.push_back(static_cast<double>(*constant));
  }
  return numbers;
}

RuleResult<ConvolutionShapes> convolution_shapes(const NodeView& view, const Facts& inputs, const Facts& outputs) {
  const std::string& op = view.node.op.name;
  ConvolutionShapes shapes;
  FA_RULE(shapes.input, known_dims_at(inputs, 0));
  FA_RULE(shapes.weight, known_dims_at(inputs, 1));
  FA_RULE(shapes.output, known_dims_at(outputs, 0));
  if (shapes.weight.size() < 3) return missing("the weight has no kernel dims");
  shapes.bias = is_tensor(inputs, 2);
  shapes.padding_in_words = op == "aten::_convolution_mode" || view.node.op.overload == "padding";
  shapes.transposed = op.starts_with("aten::conv_transpose");
  if (op == "aten::_convolution" || op == "aten::convolution") {
    FA_RULE(shapes.transposed, bool_at(inputs, 6));
  }
  FA_RULE(shapes.groups, int_at(inputs, groups_position(op)));
  shapes.module_input = shapes.input;
  shapes.module_output = shapes.output;
  if (shapes.input.size() + 1 == shapes.weight.size()) {
    shapes.input = with_batch(shapes.input);
    shapes.output = with_batch(shapes.output);
  } else if (producer_in_module(view, 0, "aten::unsqueeze") != nullptr && view.module.class_name.starts_with("conv.")) {
    shapes.module_input = without_first(shapes.input);  // a traced module of torch.nn adds the batch dim itself
    shapes.module_output = without_first(shapes.output);
  }
  if (shapes.input.size() != shapes.weight.size() || shapes.output.size() != shapes.weight.size()) {
    return missing("the ranks of input, weight and output do not fit");
  }
  return shapes;
}

RuleResult<ProductShapes> product_shapes(const NodeView& view, const Facts& inputs, const Facts& outputs) {
  ProductShapes shapes;
  const bool has_addend = view.op == "aten::addmm" || view.op == "aten::baddbmm";
  const std::size_t first = has_addend ? 1 : 0;
  FA_RULE(shapes.left, known_dims_at(inputs, first));
  FA_RULE(shapes.right, known_dims_at(inputs, first + 1));
  FA_RULE(shapes.output, known_dims_at(outputs, 0));
  if (view.op == "aten::linear") shapes.bias = is_tensor(inputs, 2);
  if (has_addend) {
    FA_RULE(const double beta, number_at(inputs, 3));
    shapes.bias = beta != 0;
  }
  if (shapes.left.empty() || shapes.right.empty()) return missing("a factor has no dims");
  return shapes;
}

bool is_affine(const NodeView& view, const Facts& inputs) {
  return is_tensor(inputs, view.op == "aten::batch_norm" || view.op == "aten::instance_norm" ? 1 : 2);
}

Expr RecurrentShapes::state_size() const { return projection == Expr(0) ? hidden_size : projection; }

// lstm.input: input, hx, params, has_biases, num_layers, dropout, train, bidirectional, batch_first; the .data overload
// has data, batch_sizes, hx, params, ... and no batch_first.
RuleResult<RecurrentShapes> recurrent_shapes(const NodeView& view, const Facts& inputs) {
  RecurrentShapes shapes;
  shapes.packed = view.node.op.overload == "data";
  const std::size_t shift = shapes.packed ? 1 : 0;
  shapes.gates = view.op == "aten::lstm" ? 4 : view.op == "aten::gru" ? 3 : 1;
  FA_RULE(const std::vector<Expr> input, known_dims_at(inputs, 0));
  FA_RULE(const std::vector<Fact> params, list_at(inputs, 2 + shift));
  FA_RULE(shapes.bias, bool_at(inputs, 3 + shift));
  FA_RULE(shapes.layers, constant_at(inputs, 4 + shift));
  FA_RULE(const bool bidirectional, bool_at(inputs, 7 + shift));
  shapes.directions = bidirectional ? 2 : 1;
  FA_RULE(const std::vector<Expr> input_weight, known_dims_at(params, 0));
  FA_RULE(const std::vector<Expr> state_weight, known_dims_at(params, 1));
  if (input_weight.size() != 2 || state_weight.size() != 2) return missing("the weights of the layers have no 2 dims");
  shapes.input_size = input_weight[1];
  shapes.hidden_size = floor_div(input_weight[0], shapes.gates);
  if (always_equal(state_weight[1], shapes.hidden_size) == false) shapes.projection = state_weight[1];
  if (shapes.packed) {
    if (input.size() != 2) return missing("packed data have no 2 dims");
    FA_RULE(const std::vector<Expr> sizes, known_dims_at(inputs, 1));
    shapes.steps = product_of(sizes);
    const Fact& states = inputs[2];
    std::vector<Expr> state;
    if (states.tensor() != nullptr) {
      FA_RULE(state, known_dims_at(inputs, 2));
    } else {
      FA_RULE(const std::vector<Fact> parts, list_at(inputs, 2));
      FA_RULE(state, known_dims_at(parts, 0));
    }
    if (state.size() != 3) return missing("the state has no 3 dims");
    shapes.batch = state[1];
    shapes.evaluations = input[0];
    return shapes;
  }
  if (input.size() != 3) return missing("the input has no 3 dims");
  FA_RULE(const bool batch_first, bool_at(inputs, 8));
  shapes.batch = input[batch_first ? 0 : 1];
  shapes.steps = input[batch_first ? 1 : 0];
  shapes.evaluations = shapes.batch * shapes.steps;
  return shapes;
}

// Traced cells: linear(x, weight_ih, bias_ih) and linear(h, weight_hh, bias_hh); scripted ones: lstm_cell(x, hx, w_ih,
// w_hh, b_ih, b_hh).
RuleResult<std::optional<CellShapes>> cell_shapes(const NodeView& view, const Facts& inputs, std::int64_t gates) {
  const bool is_linear = view.op == "aten::linear";
  if (is_linear) {
    const Value* weight = view.node.operands.size() > 1 ? view.node.operands[1] : nullptr;
    if (weight == nullptr || !weight->name.ends_with("weight_ih")) return std::optional<CellShapes>();
  }
  CellShapes shapes;
  FA_RULE(const std::vector<Expr> input, known_dims_at(inputs, 0));
  FA_RULE(const std::vector<Expr> weight, known_dims_at(inputs, is_linear ? 1 : 2));
  if (weight.size() != 2 || input.empty()) return missing("the weight of the cell has no 2 dims");
  shapes.input_size = weight[1];
  shapes.hidden_size = floor_div(weight[0], gates);
  shapes.batch = product_of(input, 0, input.size() - 1);
  shapes.bias = is_tensor(inputs, is_linear ? 2 : 4);
  return std::optional<CellShapes>(shapes);
}

namespace {

RuleResult<AttentionShapes> fused_attention(const Facts& inputs) {
  AttentionShapes shapes;
  FA_RULE(const std::vector<Expr> query, known_dims_at(inputs, 0));
  FA_RULE(const std::vector<Expr> key, known_dims_at(inputs, 1));
  if (query.size() != 3 || key.size() != 3) return missing("query and key have no 3 dims");
  FA_RULE(shapes.embed_dim, int_at(inputs, 3));
  FA_RULE(shapes.heads, int_at(inputs, 4));
  FA_RULE(shapes.needs_weights, bool_at(inputs, 10));
  shapes.batch = query[0];
  shapes.queries = query[1];
  shapes.keys = key[1];
  shapes.bias = is_tensor(inputs, 6);
  shapes.has_mask = is_tensor(inputs, 9);
  return shapes;
}

// aten::_transformer_encoder_layer_fwd(src, embed_dim, num_heads, qkv_weight, qkv_bias, ...).
RuleResult<AttentionShapes> encoder_attention(const Facts& inputs) {
  AttentionShapes shapes;
  FA_RULE(const std::vector<Expr> source, known_dims_at(inputs, 0));
  if (source.size() != 3) return missing("the source has no 3 dims");
  FA_RULE(shapes.embed_dim, int_at(inputs, 1));
  FA_RULE(shapes.heads, int_at(inputs, 2));
  shapes.batch = source[0];
  shapes.queries = shapes.keys = source[1];
  shapes.bias = is_tensor(inputs, 4);
  shapes.has_mask = is_tensor(inputs, 18);
  return shapes;
}

RuleResult<AttentionShapes> unfused_attention(const NodeView& view, const Facts& inputs) {
  AttentionShapes shapes;
  shapes.embed_dim = 0;
  if (const auto embed_dim = dim_of_attribute(view, "in_proj_bias", 0)) shapes.embed_dim = floor_div(*embed_dim, 3);
  if (const auto embed_dim = dim_of_attribute(view, "in_proj_weight", 1)) shapes.embed_dim = *embed_dim;
  if (const auto embed_dim = dim_of_attribute(view, "q_proj_weight", 0)) shapes.embed_dim = *embed_dim;
  if (shapes.embed_dim == Expr(0)) return missing("the width of the attention is not known");
  FA_RULE(const std::vector<Expr> first, known_dims_at(inputs, 0));
  Expr head_size;
  if (view.op == "aten::scaled_dot_product_attention") {
    FA_RULE(const std::vector<Expr> key, known_dims_at(inputs, 1));
    if (first.size() != 4 || key.size() != 4) return missing("query and key have no 4 dims");
    shapes.queries = first[2];
    shapes.keys = key[2];
    shapes.batch = first[0];
    shapes.heads = first[1];
    shapes.has_mask = is_tensor(inputs, 3);
  } else {
    // The product that the softmax is of has the head's size.
    if (first.size() != 3) return missing("the scores have no 3 dims");
    const Node* scores = producer_in_module(view, 0, "aten::bmm");
    const Node* masked = producer_in_module(view, 0, "aten::baddbmm");
    const Node* product = scores != nullptr ? scores : masked;
    if (product == nullptr || product->cases.empty()) return missing("the scores are no matrix product");
    FA_RULE(const std::vector<Expr> query, known_dims_at(product->cases.front().inputs, masked == product ? 1 : 0));
    if (query.size() != 3) return missing("the query has no 3 dims");
    shapes.heads = floor_div(shapes.embed_dim, query[2]);
    shapes.batch = floor_div(first[0], shapes.heads);
    shapes.queries = first[1];
    shapes.keys = first[2];
    shapes.needs_weights = true;
    shapes.has_mask = product == masked;
  }
  shapes.bias = dim_of_attribute(view, "in_proj_bias", 0).has_value();
  if (dim_of_attribute(view, "bias_k", 0)) shapes.appended += 1;
  if (is_true(view, "add_zero_attn")) shapes.appended += 1;
  return shapes;
}

}  // namespace

RuleResult<AttentionShapes> attention_shapes(const NodeView& view, const Facts& inputs) {
  RuleResult<AttentionShapes> shapes = view.op == "aten::_native_multi_head_attention"     ? fused_attention(inputs)
                                       : view.op == "aten::_transformer_encoder_layer_fwd" ? encoder_attention(inputs)
                                                                                           : unfused_attention(view, inputs);
  if (!shapes) return shapes;
  shapes->key_dim = dim_of_attribute(view, "k_proj_weight", 1).value_or(shapes->embed_dim);
  shapes->value_dim = dim_of_attribute(view, "v_proj_weight", 1).value_or(shapes->embed_dim);
  return shapes;
}

}  // namespace flopaudit
