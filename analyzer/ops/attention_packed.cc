// The kernels beneath scaled_dot_product_attention on CUDA, as exported graphs name them: dims [batch, length, heads,
// width], or, with cumulative lengths, all sequences end to end as [rows, heads, width] ([1, rows, ...] for the
// efficient one). Pairs of a query and a key are then counted sequence by sequence, where the lengths are known. The
// work is that of attention.cc.
#include "analyzer/ops/all_ops.h"
#include "analyzer/ops/attention_helpers.h"
#include "analyzer/ops/shape_helpers.h"

namespace flopaudit {
namespace {

struct Packed {
  Dims query, value;     // dims of query and value; key's are value's but for the width
  bool ragged = false;   // sequences end to end
  Dim sequences, heads;  // sequences: the batch
  std::optional<DType> dtype;
};

// query, key, value at 0..2, cumulative lengths of queries and keys at `lengths` and the next; `rows` is the rank of
// sequences that are laid end to end.
RuleResult<Packed> packed_of(const Facts& inputs, std::size_t lengths, std::size_t rows) {
  Packed p;
  FA_RULE(p.dtype, same_dtype(inputs, 0, 1));
  if (const auto values = same_dtype(inputs, 0, 2); !values) return values.failure();
  FA_RULE(p.query, dims_at(inputs, 0));
  FA_RULE(const Dims key, dims_at(inputs, 1));
  FA_RULE(p.value, dims_at(inputs, 2));
  p.ragged = !none_at(inputs, lengths);
  const std::size_t rank = p.ragged ? rows : 4;
  if (p.query.size() != rank || key.size() != rank || p.value.size() != rank) {
    return misfit("query, key and value should have " + std::to_string(rank) + " dims: " + shapes_text(inputs, {0, 1, 2}));
  }
  if (!same_dim(p.query[rank - 1], key[rank - 1]) || !same_dim(key[rank - 3], p.value[rank - 3])) {
    return misfit("query, key and value do not fit: " + shapes_text(inputs, {0, 1, 2}));
  }
  p.heads = p.query[rank - 2];
  p.sequences = p.query[0];
  if (p.ragged) {
    FA_RULE(const Dims ends, dims_at(inputs, lengths));
    if (ends.size() != 1) return misfit("cumulative lengths have 1 dim: " + inputs[lengths].to_string());
    p.sequences = ends[0] ? Dim(*ends[0] - Expr(1)) : std::nullopt;
  }
  return p;
}

// Differences of cumulative lengths.
RuleResult<std::vector<Expr>> lengths_at(const Facts& inputs, std::size_t index) {
  FA_RULE(const TensorFact* ends, tensor_at(inputs, index));
  if (!ends->contents) return missing("the lengths of the sequences are unknown");
  std::vector<Expr> lengths;
  for (std::size_t i = 1; i < ends->contents->size(); ++i) {
    const auto* before = std::get_if<Expr>(&(*ends->contents)[i - 1]);
    const auto* after = std::get_if<Expr>(&(*ends->contents)[i]);
    if (before == nullptr || after == nullptr || always_less(*after, *before) == true) {
      return misfit("cumulative lengths are integers that do not fall: " + inputs[index].to_string());
    }
    lengths.push_back(*after - *before);
  }
  return lengths;
}

RuleResult<Work> work_of_packed(const Facts& inputs, const Facts& outputs, const Packed& p, std::size_t lengths_place,
                                Causal causal, bool added_mask) {
  FA_RULE(const std::vector<Expr> query, known_dims_at(inputs, 0));
  FA_RULE(const std::vector<Expr> value, known_dims_at(inputs, 2));
  const std::size_t rank = query.size();
  std::vector<Expr> lengths{query[rank - 3]};
  std::vector<Expr> sources{value[rank - 3]};
  if (p.ragged) {
    FA_RULE(lengths, lengths_at(inputs, lengths_place));
    FA_RULE(sources, lengths_at(inputs, lengths_place + 1));
    if (lengths.size() != sources.size()) {
      return misfit("queries and keys of different numbers of sequences: " +
                    shapes_text(inputs, {lengths_place, lengths_place + 1}));
    }
  }
  const Expr times = p.ragged ? query[rank - 2] : query[0] * query[2];
  AttentionSizes sizes;
  for (std::size_t i = 0; i < lengths.size(); ++i) {
    sizes.rows += times * lengths[i];
    sizes.pairs += times * lengths[i] * sources[i];
    sizes.visible += times * visible_pairs(lengths[i], sources[i], causal);
  }
  sizes.width = query.back();
  sizes.value_width = value.back();
  const Facts written(outputs.begin(), outputs.begin() + 2);
  WorkCounter counter(inputs, written);
  count_attention(counter, sizes, added_mask);
  return counter.work();
}

Fact result_fact(const Packed& p) {
  Dims result = p.query;
  result.back() = p.value.back();
  return tensor_fact(p.dtype, result);
}

// _flash_attention_forward(query, key, value, cum_seq_q, cum_seq_k, max_q, max_k, dropout_p, is_causal,
// return_debug_mask, ...) -> result, logsumexp, seed and offset (unsigned 64-bit), debug mask
RuleResult<Facts> shape_of_flash(const Facts& inputs) {
  FA_RULE(const Packed p, packed_of(inputs, 3, 3));
  FA_RULE(const bool debug, bool_at(inputs, 9));
  const Dims logsumexp = p.ragged ? Dims{p.heads, p.query[0]} : Dims{p.query[0], p.heads, p.query[1]};
  return Facts{result_fact(p), tensor_fact(DType::f32, logsumexp), tensor_fact(std::nullopt, {Expr(2)}),
               tensor_fact(std::nullopt, {}), tensor_fact(p.dtype, debug ? Dims(4) : Dims{Expr(0)})};
}

RuleResult<Work> work_of_flash(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const Packed p, packed_of(inputs, 3, 3));
  FA_RULE(const bool causal, bool_at(inputs, 8));
  return work_of_packed(inputs, outputs, p, 3, causal ? Causal::from_last : Causal::none, false);
}

// _efficient_attention_forward(query, key, value, bias, cu_seqlens_q, cu_seqlens_k, max_seqlen_q, max_seqlen_k,
// dropout_p, custom_mask_type, compute_log_sumexp, ...) -> result, logsumexp, seed, offset, max lengths. Mask type 1
// is the triangle from the first key, 2 from the last. The logsumexp is padded to blocks of 32 queries.
RuleResult<Facts> shape_of_efficient(const Facts& inputs) {
  FA_RULE(const Packed p, packed_of(inputs, 4, 4));
  FA_RULE(const bool wanted, bool_at(inputs, 10));
  Dim length = p.query[1];
  Dim source = p.value[1];
  if (p.ragged) {
    FA_RULE(length, int_at(inputs, 6));
    FA_RULE(source, int_at(inputs, 7));
  }
  Dim padded = Expr(0);
  if (wanted) padded = length ? Dim(ceil_div(*length, 32) * Expr(32)) : std::nullopt;
  const Fact number = tensor_fact(DType::i64, {});
  return Facts{result_fact(p), tensor_fact(DType::f32, {p.sequences, p.heads, padded}), number, number, IntFact{length},
               IntFact{source}};
}

RuleResult<Work> work_of_efficient(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const Packed p, packed_of(inputs, 4, 4));
  FA_RULE(const std::int64_t type, constant_at(inputs, 9));
  const Causal causal = type == 1 ? Causal::from_first : type == 2 ? Causal::from_last : Causal::none;
  return work_of_packed(inputs, outputs, p, 4, causal, is_added_mask(inputs, 3));
}

// _triton_scaled_dot_attention(q, k, v, dropout_p): [batch, heads, length, width], no mask
RuleResult<Facts> shape_of_triton(const Facts& inputs) {
  FA_RULE(const Dims query, dims_at(inputs, 0));
  FA_RULE(const Dims key, dims_at(inputs, 1));
  FA_RULE(const Dims value, dims_at(inputs, 2));
  if (query.size() != 4 || key.size() != 4 || value.size() != 4 || !same_dim(query[3], key[3]) ||
      !same_dim(key[2], value[2])) {
    return misfit("query, key and value do not fit: " + shapes_text(inputs, {0, 1, 2}));
  }
  return one(tensor_fact(inputs[0].tensor()->dtype, {query[0], query[1], query[2], value[3]}));
}

RuleResult<Work> work_of_triton(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const std::vector<Expr> query, known_dims_at(inputs, 0));
  FA_RULE(const std::vector<Expr> value, known_dims_at(inputs, 2));
  AttentionSizes sizes;
  sizes.rows = query[0] * query[1] * query[2];
  sizes.pairs = sizes.visible = sizes.rows * value[2];
  sizes.width = query[3];
  sizes.value_width = value[3];
  WorkCounter counter(inputs, outputs);
  count_attention(counter, sizes, false);
  return counter.work();
}

// p pairs of a query and a key over batches, heads and sequences; E and V widths
constexpr char kText[] = "mac = p*(E+V), valid: the triangle when causal; mul = p; float mask: add = p; softmax of the rows";

// clang-format off
constexpr OpSpec kRows[] = {
    // name                                     shape rule          work rule          formula
    {"aten::_efficient_attention_forward",      shape_of_efficient, work_of_efficient, kText},
    {"aten::_flash_attention_forward",          shape_of_flash,     work_of_flash,     kText},
    {"aten::_flash_attention_forward.quantized", shape_of_flash,    work_of_flash,     kText},
    {"aten::_triton_scaled_dot_attention",      shape_of_triton,    work_of_triton,    kText},
};
// clang-format on

}  // namespace

std::span<const OpSpec> packed_attention_ops() { return kRows; }

}  // namespace flopaudit
