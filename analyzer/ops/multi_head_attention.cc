// The fused fast paths of nn.MultiheadAttention and nn.TransformerEncoderLayer, as the sum of what they fuse: the
// projections (mac; biases free), the scale of the query (one mul an element, as LibTorch applies it there), the
// products, the softmax, the output projection; and for the encoder layer two residual adds, two layer norms and the
// two linears with their activation. Other counters see none of it.
#include "analyzer/ops/all_ops.h"
#include "analyzer/ops/attention_helpers.h"
#include "analyzer/ops/normalization_helpers.h"
#include "analyzer/ops/shape_helpers.h"
#include "analyzer/ops/size_conditions.h"

namespace flopaudit {
namespace {

// Where an op has its arguments; the mask is None or a tensor.
struct Layout {
  std::size_t embed, heads, qkv_weight, projection, mask;
};
constexpr Layout kAttention = {3, 4, 5, 7, 9};
constexpr Layout kEncoder = {1, 2, 3, 5, 18};

std::optional<RuleFailure> check_attention(const Facts& inputs, const Layout& at) {
  FA_RULE(const Dims query, dims_at(inputs, 0));
  FA_RULE(const Expr embed, int_at(inputs, at.embed));
  FA_RULE(const Expr heads, int_at(inputs, at.heads));
  if (query.size() != 3) {
    return misfit("attention expects batch, length and width: " + inputs[0].to_string());
  }
  if (!same_dim(query[2], embed)) {
    return misfit("the embedding is " + embed.to_string() + " wide and the query is " + inputs[0].to_string());
  }
  if (always_equal(heads, 0) == true || !must_be_multiple(embed, heads)) {
    return misfit(heads.to_string() + " heads do not divide an embedding of " + embed.to_string());
  }
  FA_RULE(const Dims qkv, dims_at(inputs, at.qkv_weight));
  FA_RULE(const Dims projection, dims_at(inputs, at.projection));
  if (qkv.size() != 2 || !same_dim(qkv[0], embed * Expr(3)) || !same_dim(qkv[1], embed)) {
    return misfit("the weight of query, key and value should be [3*D, D] of a query of width D: " +
                  shapes_text(inputs, {0, at.qkv_weight}));
  }
  if (projection.size() != 2 || !same_dim(projection[0], embed) || !same_dim(projection[1], embed)) {
    return misfit("the weight of the output should be [D, D] of a query of width D: " +
                  shapes_text(inputs, {0, at.projection}));
  }
  FA_RULE(const Dims bias, dims_at(inputs, at.qkv_weight + 1));
  if (!same_dims(bias, {embed * Expr(3)})) {
    return misfit("a bias of " + (embed * Expr(3)).to_string() +
                  " is needed: " + inputs[at.qkv_weight + 1].to_string());
  }
  // That of the output is expanded to its rows.
  FA_RULE(const Dims output_bias, dims_at(inputs, at.projection + 1));
  const Dims rows = {lift([](const Expr& a, const Expr& b) { return a * b; }, query[0], query[1]), embed};
  bool fits = output_bias.size() <= 2;
  for (std::size_t i = 1; fits && i <= output_bias.size(); ++i) {
    const Dim& size = output_bias[output_bias.size() - i];
    fits = size == Expr(1) || same_dim(size, rows[2 - i]).has_value();
  }
  if (!fits) {
    return misfit("a bias of " + embed.to_string() + " is needed: " + inputs[at.projection + 1].to_string());
  }
  for (std::size_t place = 1; place < inputs.size(); ++place) {
    if (place == at.mask || inputs[place].tensor() == nullptr) continue;
    if (const auto dtype = same_dtype(inputs, 0, place); !dtype) return dtype.failure();
  }
  return std::nullopt;
}

// _native_multi_head_attention(query, key, value, embed_dim, num_head, qkv_weight, qkv_bias, proj_weight, proj_bias,
// mask, need_weights, average_attn_weights, mask_type): the weights come back as [B, T, T], or [B, heads, T, T], or
// not at all. LibTorch demands one shape of query, key and value.
std::optional<RuleFailure> check_same_shape(const Facts& inputs) {
  FA_REFUSE(check_attention(inputs, kAttention));
  FA_RULE(const Dims query, dims_at(inputs, 0));
  for (std::size_t other = 1; other <= 2; ++other) {
    FA_RULE(const Dims dims, dims_at(inputs, other));
    bool same = dims.size() == query.size();
    for (std::size_t i = 0; same && i < dims.size(); ++i) same = same_dim(dims[i], query[i]).has_value();
    if (!same) return misfit("query, key and value should have one shape: " + shapes_text(inputs, {0, 1, 2}));
  }
  return std::nullopt;
}

RuleResult<Facts> shape_of_native_attention(const Facts& inputs) {
  FA_REFUSE(check_same_shape(inputs));
  FA_RULE(const Dims query, dims_at(inputs, 0));
  FA_RULE(const Expr heads, int_at(inputs, 4));
  FA_RULE(const bool need_weights, bool_at(inputs, 10));
  FA_RULE(const bool average, bool_at(inputs, 11));
  const std::optional<DType> dtype = inputs[0].tensor()->dtype;
  Facts facts = one(tensor_fact(dtype, query));
  if (!need_weights) {
    facts.push_back(Fact::none());  // an undefined tensor
  } else if (average) {
    facts.push_back(tensor_fact(dtype, {query[0], query[1], query[1]}));
  } else {
    facts.push_back(tensor_fact(dtype, {query[0], Dim(heads), query[1], query[1]}));
  }
  return facts;
}

// _triton_multi_head_attention(query, key, value, embed_dim, ..., mask): no weights
RuleResult<Facts> shape_of_triton_attention(const Facts& inputs) {
  FA_REFUSE(check_same_shape(inputs));
  return same_as_first(inputs);
}

// Projections of query, key, value and result, and the attention of every head.
std::optional<RuleFailure> count_heads(WorkCounter& counter, const Facts& inputs, const Layout& at) {
  FA_RULE(const std::vector<Expr> query, known_dims_at(inputs, 0));
  FA_RULE(const Expr heads, int_at(inputs, at.heads));
  const Expr rows = query[0] * query[1];
  const Expr& width = query[2];
  const Expr scores = rows * heads * query[1];
  counter.count(WorkClass::mac, rows * width * width * Expr(4) + rows * query[1] * width * Expr(2));
  counter.count(WorkClass::mul, rows * width);  // the query is scaled
  if (is_added_mask(inputs, at.mask)) counter.count(WorkClass::add, scores);
  count_softmax(counter, scores, rows * heads);
  return std::nullopt;
}

RuleResult<Work> work_of_native_attention(const Facts& inputs, const Facts& outputs) {
  WorkCounter counter(inputs, outputs);
  FA_REFUSE(count_heads(counter, inputs, kAttention));
  if (outputs.size() == 1 || outputs[1].is_none()) return counter.work();
  FA_RULE(const bool average, bool_at(inputs, 11));
  if (average) {
    FA_RULE(const Expr means, elements_at(outputs, 1));
    FA_RULE(const Expr heads, int_at(inputs, 4));
    counter.count(WorkClass::add, (heads - Expr(1)) * means).count(WorkClass::div, means);
  }
  return counter.work();
}

// _transformer_encoder_layer_fwd(src, embed_dim, num_heads, qkv_weight, qkv_bias, proj_weight, proj_bias, use_gelu,
// norm_first, eps, norm_weight_1, norm_bias_1, norm_weight_2, norm_bias_2, ffn_weight_1, ffn_bias_1, ffn_weight_2,
// ffn_bias_2, mask, mask_type)
RuleResult<Facts> shape_of_encoder_layer(const Facts& inputs) {
  FA_REFUSE(check_attention(inputs, kEncoder));
  FA_RULE(const Dims source, dims_at(inputs, 0));
  FA_RULE(const Dims up, dims_at(inputs, 14));
  FA_RULE(const Dims down, dims_at(inputs, 16));
  if (up.size() != 2 || down.size() != 2 || !same_dim(up[1], source[2]) || !same_dim(down[0], source[2]) ||
      !same_dim(up[0], down[1])) {
    return misfit("the weights of the feed-forward part do not fit the source: " + shapes_text(inputs, {0, 14, 16}));
  }
  return same_as_first(inputs);
}

RuleResult<Work> work_of_encoder_layer(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const std::vector<Expr> source, known_dims_at(inputs, 0));
  FA_RULE(const std::vector<Expr> up, known_dims_at(inputs, 14));
  FA_RULE(const bool gelu, bool_at(inputs, 7));
  const Expr rows = source[0] * source[1];
  const Expr elements = rows * source[2];
  const Expr hidden = rows * up[0];
  WorkCounter counter(inputs, outputs);
  FA_REFUSE(count_heads(counter, inputs, kEncoder));
  counter.count(WorkClass::mac, hidden * source[2] * Expr(2));
  if (gelu) {
    counter.count(WorkClass::erf, hidden).count(WorkClass::mul, hidden * Expr(3)).count(WorkClass::add, hidden);
  } else {
    counter.count(WorkClass::compare, hidden);
  }
  for (int norm = 0; norm < 2; ++norm) {
    counter.count(WorkClass::add, elements);  // the residual
    count_normalized_groups(counter, elements, rows);
    counter.count(WorkClass::mul, elements).count(WorkClass::add, elements);
  }
  return counter.work();
}

// _transform_bias_rescale_qkv(qkv, qkv_bias, num_heads): [B, T, 3*D] -> three of [B, heads, T, D/heads]
RuleResult<Facts> shape_of_qkv(const Facts& inputs) {
  FA_RULE(const Dims qkv, dims_at(inputs, 0));
  FA_RULE(const Expr heads, int_at(inputs, 2));
  if (qkv.size() != 3) return misfit("attention expects batch, length and width: " + inputs[0].to_string());
  if (!qkv[2]) return missing("the width of query, key and value is unknown");
  if (!must_be_multiple(*qkv[2], 3)) return misfit("no query, key and value of one width: " + inputs[0].to_string());
  const Expr width = floor_div(*qkv[2], 3);
  if (always_less(heads, 1) == true || !must_be_multiple(width, heads)) {
    return misfit(heads.to_string() + " heads do not divide a width of " + width.to_string());
  }
  return Facts(3, tensor_fact(inputs[0].tensor()->dtype, {qkv[0], Dim(heads), qkv[1], Dim(floor_div(width, heads))}));
}

RuleResult<Work> work_of_qkv(const Facts& inputs, const Facts& outputs) {
  return WorkCounter(inputs, outputs).per_output(WorkClass::add, 3).per_output(WorkClass::mul).work();
}

// B batch, T length, H heads, D embedding, F width of the feed-forward part; n = B*T*D
constexpr char kAttentionText[] =
    "mac = 4*n*D + 2*n*T; mul = n; float mask: add = B*H*T*T; softmax of B*H*T rows of T; averaged weights: add, div";
constexpr char kEncoderText[] =
    "attention: mac = 4*n*D + 2*n*T, mul = n, softmax; mac = 2*n*F; B*T*F activations; 2 residual adds, 2 layer norms";

// clang-format off
constexpr OpSpec kRows[] = {
    // name                                shape rule                 work rule                 formula
    {"aten::_native_multi_head_attention", shape_of_native_attention, work_of_native_attention, kAttentionText},
    {"aten::_transform_bias_rescale_qkv",  shape_of_qkv,              work_of_qkv,              "add = 3*B*T*D, mul = B*T*D"},
    {"aten::_transformer_encoder_layer_fwd", shape_of_encoder_layer,  work_of_encoder_layer,    kEncoderText},
    {"aten::_triton_multi_head_attention", shape_of_triton_attention, work_of_native_attention, kAttentionText},
};
// clang-format on

}  // namespace

std::span<const OpSpec> multi_head_attention_ops() { return kRows; }

}  // namespace flopaudit
