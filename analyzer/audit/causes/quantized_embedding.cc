// Tables of embeddings in 8, 4 and 2 bits: FBGEMM reads rows in vectors of 8 numbers, each multiplied by the row's
// scale with its bias added, and adds them up; ATen packs them number by number.
#include "analyzer/audit/causes/elements.h"
#include "analyzer/audit/causes/quantized_call.h"
#include "analyzer/ops/fact_access.h"

namespace flopaudit {
namespace {

constexpr const char* kProbes =
    "2 to 10 rows of 1 to 330 numbers, 1 to 6 indices in 1 to 3 bags, with and without weights";
constexpr CauseInfo kCauses[] = {
    {"rows in vectors of 8",
     "Rows are read over whole vectors of 256 bits. Each is multiplied by its scale and added to the sum, its bias is "
     "added behind; a weight of the index multiplies both, once for every block of a row.",
     "quantized::embedding_byte, embedding_bag_byte, embedding_bag_4bit_rowwise_offsets, "
     "embedding_bag_2bit_rowwise_offsets",
     "standard",
     "an index: 2 add and 1 mul a lane, D padded to 8 lanes; weights: 16 mul a block of 12 vectors (8 bits; 11 where D "
     "is "
     "no multiple of 8) or 8 vectors (4 and 2 bits)",
     kProbes},
    {"rows packed and unpacked",
     "A row's range gives its scale and that one's reciprocal; its numbers are scaled one by one. Rows of less than 8 "
     "bits are unpacked in vectors of 32.",
     "quantized::embedding_bag_byte_prepack, embedding_bag_4bit_prepack, embedding_bag_2bit_prepack, the same unpack, "
     "embedding_bag_prepack",
     "standard",
     "packing: D + 1 add (8 bits D + 2), D mul, 2 div a row; unpacking: 1 add, 1 mul a number (4 and 2 bits: a lane of "
     "32); an object: 1 mul a row, pairs behind vectors of 4",
     kProbes},
};
constexpr const CauseInfo& kRows = kCauses[0];
constexpr const CauseInfo& kPacked = kCauses[1];

constexpr std::int64_t kVector = 8;

std::optional<Sizes> table_of(const KernelCall& call, Explanation& out) {
  const auto sizes = sizes_at(call.inputs, 0);
  const auto dtype = dtype_at_place(call.inputs, 0);
  if (!sizes || sizes->size() != 2) {
    out.refuse("only tables of 2 dims have a model");
    return std::nullopt;
  }
  if (dtype != DType::f32 && dtype != DType::u8 && dtype != DType::qu8) {
    out.refuse("a table of other numbers has no model");
    return std::nullopt;
  }
  return sizes;
}

template <bool bytes>
void explain_pack(const KernelCall& call, Explanation& out) {
  const auto table = table_of(call, out);
  const auto annotated = annotated_of(call, out);
  if (!table || !annotated) return;
  if (!bytes && bool_at_place(call.inputs, 1) != false) return out.refuse("a search for the best range has no model");
  const std::int64_t rows = (*table)[0], width = (*table)[1];
  out.add_rest(kPacked, *annotated, counts_f32(rows * (width + (bytes ? 2 : 1)), rows * width, 2 * rows));
}

template <bool bytes>
void explain_unpack(const KernelCall& call, Explanation& out) {
  const auto result = sizes_at(call.outputs, 0);
  const auto annotated = annotated_of(call, out);
  if (!result || result->size() != 2 || !annotated) return out.refuse("the shape is not known");
  const std::int64_t lanes = (*result)[0] * (bytes ? (*result)[1] : round_up((*result)[1], 32));
  out.add_rest(kPacked, *annotated, counts_f32(lanes, lanes, 0));
}

void explain_object(const KernelCall& call, Explanation& out) {
  const auto table = table_of(call, out);
  const auto annotated = annotated_of(call, out);
  if (table && annotated) {
    out.add_rest(kPacked, *annotated, counts_f32(0, lanes_of(Lanes::pair, (*table)[0], true), 0));
  }
}

// `vectors_of_block`: of a row, for which scale and bias are multiplied by the index's weight once.
void explain_rows(const KernelCall& call, std::int64_t vectors_of_block, bool weighted, Explanation& out) {
  const auto result = sizes_at(call.outputs, 0), indices = sizes_at(call.inputs, 1);
  const auto annotated = annotated_of(call, out);
  if (!result || !indices || result->empty()) return out.refuse("the shape is not known");
  if (!annotated) return;
  const std::int64_t vectors = blocks_of(result->back(), kVector), count = product(*indices);
  FlopIntervals whole = times(count, counts_f32(2 * kVector * vectors, kVector * vectors, 0));
  // A row that ends within a vector needs a register for its mask, which blocks of 8 have to spare.
  const bool masked = vectors_of_block > kVector && result->back() % kVector != 0;
  const std::int64_t blocks = blocks_of(vectors, vectors_of_block - (masked ? 1 : 0));
  if (weighted) whole += counts_f32(0, count * 2 * kVector * blocks, 0);
  out.add_rest(kRows, *annotated, whole);
}

void explain_embedding(const KernelCall& call, Explanation& out) { explain_rows(call, 1, false, out); }

// (weight, indices, offsets, scale_grad_by_freq, mode, pruned_weights, per_sample_weights, compressed_indices_mapping,
// include_last_offset)
template <std::int64_t vectors_of_block>
void explain_bags(const KernelCall& call, Explanation& out) {
  if (!is_none_at(call.inputs, 7)) return out.refuse("rows that may be left out have no model");
  explain_rows(call, vectors_of_block, !is_none_at(call.inputs, 6), out);
}

constexpr KernelModel kModels[] = {
    {"quantized::embedding_bag_2bit_prepack", explain_pack<false>},
    {"quantized::embedding_bag_2bit_rowwise_offsets", explain_bags<8>},
    {"quantized::embedding_bag_2bit_unpack", explain_unpack<false>},
    {"quantized::embedding_bag_4bit_prepack", explain_pack<false>},
    {"quantized::embedding_bag_4bit_rowwise_offsets", explain_bags<8>},
    {"quantized::embedding_bag_4bit_unpack", explain_unpack<false>},
    {"quantized::embedding_bag_byte", explain_bags<12>},
    {"quantized::embedding_bag_byte_prepack", explain_pack<true>},
    {"quantized::embedding_bag_byte_rowwise_offsets", explain_bags<12>},
    {"quantized::embedding_bag_byte_unpack", explain_unpack<true>},
    {"quantized::embedding_bag_prepack", explain_object},
    {"quantized::embedding_byte", explain_embedding},
};

}  // namespace

std::span<const KernelModel> quantized_embedding_models() { return kModels; }
std::span<const CauseInfo> quantized_embedding_causes() { return kCauses; }

}  // namespace flopaudit
