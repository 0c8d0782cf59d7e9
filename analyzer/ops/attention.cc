// Fused attention, as its published equation: softmax(Q K' * scale + mask) V.
#include "analyzer/ops/all_ops.h"
#include "analyzer/ops/shape_helpers.h"
#include "analyzer/ops/work_helpers.h"

namespace flopaudit {
namespace {

// query [..., L, E], key [..., S, E], value [..., S, V] -> [..., L, V]; with enable_gqa key and value have fewer heads.
RuleResult<Facts> shape_of_sdpa(const Facts& inputs) {
  FA_RULE(const std::optional<DType> dtype, same_dtype(inputs, 0, 1));
  FA_RULE(const Dims query, dims_at(inputs, 0));
  FA_RULE(const Dims key, dims_at(inputs, 1));
  FA_RULE(const Dims value, dims_at(inputs, 2));
  FA_RULE(const bool grouped, bool_at(inputs, 7));
  if (query.size() < 2 || key.size() < 2 || value.size() < 2) {
    return misfit("attention needs 2 dims or more: " + shapes_text(inputs, {0, 1, 2}));
  }
  if (!same_dim(query.back(), key.back())) {
    return misfit("query and key have different widths: " + shapes_text(inputs, {0, 1}));
  }
  if (!same_dim(key[key.size() - 2], value[value.size() - 2])) {
    return misfit("key and value have different lengths: " + shapes_text(inputs, {1, 2}));
  }
  Dims output(query.begin(), query.end() - 2);
  if (!grouped) {
    std::optional<Dims> batch = broadcast(output, Dims(key.begin(), key.end() - 2));
    if (batch) batch = broadcast(*batch, Dims(value.begin(), value.end() - 2));
    if (!batch) return misfit("the batch dims do not broadcast: " + shapes_text(inputs, {0, 1, 2}));
    output = *batch;
  }
  output.push_back(query[query.size() - 2]);
  output.push_back(value.back());
  return one(tensor_fact(dtype, output));
}

void count_softmax(WorkCounter& counter, const Expr& elements, const Expr& rows) {
  const Expr steps = reduction_steps(elements, rows);
  counter.count(WorkClass::compare, steps).count(WorkClass::add, elements).count(WorkClass::exp, elements);
  counter.count(WorkClass::add, steps).count(WorkClass::div, elements);
}

// Positions (i, j) of an L x S square with j <= i.
Expr triangle(const Expr& length, const Expr& source) {
  const Expr square = min(length, source);
  return floor_div(square * (square + Expr(1)), 2) + (length - square) * source;
}

bool is_float_mask(const Facts& inputs, std::size_t index) {
  const TensorFact* mask = index < inputs.size() ? inputs[index].tensor() : nullptr;
  return mask != nullptr && mask->dtype && is_floating(*mask->dtype);
}

RuleResult<Work> work_of_sdpa(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const std::vector<Expr> query, known_dims_at(inputs, 0));
  FA_RULE(const std::vector<Expr> key, known_dims_at(inputs, 1));
  FA_RULE(const std::vector<Expr> output, known_dims_at(outputs, 0));
  FA_RULE(const bool causal, bool_at(inputs, 5));
  Expr batch = 1;
  for (std::size_t i = 0; i + 2 < output.size(); ++i) batch *= output[i];
  const Expr& length = query[query.size() - 2];
  const Expr& source = key[key.size() - 2];
  const Expr widths = query.back() + output.back();
  const Expr scores = batch * length * source;
  WorkCounter counter(inputs, outputs);
  counter.count(WorkClass::mac, scores * widths);
  if (causal) counter.valid_macs(batch * triangle(length, source) * widths);
  counter.count(WorkClass::mul, scores);
  if (is_float_mask(inputs, 3)) counter.count(WorkClass::add, scores);
  count_softmax(counter, scores, batch * length);
  return counter.work();
}

// _native_multi_head_attention(query, key, value, embed_dim, num_head, qkv_weight, qkv_bias, proj_weight, proj_bias,
// mask, need_weights, average_attn_weights, mask_type): query [B, T, D] projected by [3D, D], attended over num_head
// heads, projected by [D, D]. The weights come back as [B, T, S], or [B, heads, T, S], or not at all.
RuleResult<Facts> shape_of_native_attention(const Facts& inputs) {
  FA_RULE(const Dims query, dims_at(inputs, 0));
  FA_RULE(const Dims key, dims_at(inputs, 1));
  FA_RULE(const Expr heads, int_at(inputs, 4));
  FA_RULE(const bool need_weights, bool_at(inputs, 10));
  FA_RULE(const bool average, bool_at(inputs, 11));
  if (query.size() != 3 || key.size() != 3) {
    return misfit("attention expects batch, length and width: " + shapes_text(inputs, {0, 1}));
  }
  const std::optional<DType> dtype = inputs[0].tensor()->dtype;
  Facts facts = one(tensor_fact(dtype, query));
  if (!need_weights) {
    facts.push_back(Fact::none());  // an undefined tensor
  } else if (average) {
    facts.push_back(tensor_fact(dtype, {query[0], query[1], key[1]}));
  } else {
    facts.push_back(tensor_fact(dtype, {query[0], Dim(heads), query[1], key[1]}));
  }
  return facts;
}

RuleResult<Work> work_of_native_attention(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const std::vector<Expr> query, known_dims_at(inputs, 0));
  FA_RULE(const std::vector<Expr> key, known_dims_at(inputs, 1));
  FA_RULE(const Expr heads, int_at(inputs, 4));
  FA_RULE(const bool need_weights, bool_at(inputs, 10));
  FA_RULE(const bool average, bool_at(inputs, 11));
  const Expr& batch = query[0];
  const Expr& length = query[1];
  const Expr& source = key[1];
  const Expr& width = query[2];
  const Expr scores = batch * heads * length * source;
  const Expr projections = batch * width * width * (Expr(2) * length + Expr(2) * source);  // q, k, v and out
  WorkCounter counter(inputs, outputs);
  counter.count(WorkClass::mac, projections + Expr(2) * batch * length * source * width);
  counter.count(WorkClass::mul, batch * length * width);  // the query is scaled
  if (is_float_mask(inputs, 9)) counter.count(WorkClass::add, scores);
  count_softmax(counter, scores, batch * heads * length);
  if (need_weights && average) {
    const Expr means = batch * length * source;
    counter.count(WorkClass::add, scores - means).count(WorkClass::div, means);
  }
  return counter.work();
}

// B batch and heads, L query length, S key length, E and V widths; D embedding
constexpr char kSdpa[] =
    "mac = B*L*S*(E+V), valid: the triangle when causal; mul = B*L*S; float mask: add = B*L*S; softmax of B*L rows of "
    "S";
constexpr char kNative[] = "mac = 2*B*(T+S)*D*D + 2*B*T*S*D; mul = B*T*D; softmax of B*H*T rows of S";

// clang-format off
constexpr OpSpec kRows[] = {
    // name                               shape rule                 work rule                 formula
    {"aten::_native_multi_head_attention", shape_of_native_attention, work_of_native_attention, kNative},
    {"aten::scaled_dot_product_attention", shape_of_sdpa,             work_of_sdpa,             kSdpa},
};
// clang-format on

}  // namespace

std::span<const OpSpec> attention_ops() { return kRows; }

}  // namespace flopaudit
