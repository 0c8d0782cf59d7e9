// Tables of embeddings in 8, 4 or 2 bits a number, and bags of them. A row is a scale and a bias of its own and the
// numbers q*scale + bias: reading one costs 1 convert, 1 mul, 1 add; a bag adds its rows, with weights each number is
// multiplied. Where offsets tell bags apart the work lies, as in embedding.cc, between a row in every bag and all in
// one. Packing finds minimum and maximum of a row (2(D-1) compare), its range and scale (1 add, 2 div), and quantizes
// each number (1 add, 1 mul, 1 convert). Packed objects are the tuple (weight); a packed tensor is u8 with scale and
// bias behind each row: 8 bytes where a number has 8 bits, else 4.
#include "analyzer/ops/all_ops.h"
#include "analyzer/ops/dtype_checks.h"
#include "analyzer/ops/quantized_helpers.h"

namespace flopaudit {
namespace {

// How a table is stored: numbers a byte, and the bytes of scale and bias.
struct Storage {
  std::int64_t per_byte = 1;
  std::int64_t tail = 8;
};
constexpr Storage kByte = {}, kFourBit = {2, 4}, kTwoBit = {4, 4};

// --- packing: weight [..., D] to u8 ---

// The dims that are packed: all, or the first two, of which LibTorch makes rows and their width however many there are.
RuleResult<Dims> dims_to_pack(const Facts& inputs, const Storage& storage) {
  FA_RULE(Dims dims, dims_at(inputs, 0));
  if (dims.empty()) return misfit("a table of 2 dims is expected: " + inputs[0].to_string());
  if (storage.per_byte == 1) return dims;
  if (dims.size() < 2) return misfit("a table of 2 dims is expected: " + inputs[0].to_string());
  const bool cut = dims.size() > 2;
  if (cut && product(dims) == Expr(0)) return misfit("a table of no elements: " + inputs[0].to_string());
  dims.resize(2);
  return dims;
}

// The best range is searched in steps of the row's range over so many, which lead away from its end where they are
// negative: LibTorch never comes to an end.
std::optional<RuleFailure> check_bins(const Facts& inputs, std::size_t place) {
  if (inputs.size() <= place + 1) return std::nullopt;  // rows of bytes are not searched
  FA_RULE(const bool searched, bool_at(inputs, place));
  FA_RULE(const Expr bins, int_at(inputs, place + 1));
  if (!searched || always_less(bins, 0) != true) return std::nullopt;
  return misfit("a search in a negative number of steps: " + bins.to_string());
}

template <const Storage& storage>
RuleResult<Facts> shape_of_pack(const Facts& inputs) {
  FA_RULE(const TensorFact* weight, tensor_at(inputs, 0));
  FA_RULE(Dims dims, dims_to_pack(inputs, storage));
  FA_REFUSE(check_bins(inputs, 1));
  if (weight->dtype && *weight->dtype != DType::f32 && *weight->dtype != DType::f16) {
    return misfit("a table of f32 or f16 is packed: " + inputs[0].to_string());
  }
  Dim& width = dims.back();
  for (const Dim& columns : {inputs[0].tensor()->dims->back(), width}) {
    if (!columns || !columns->constant() || *columns->constant() % storage.per_byte == 0) continue;
    return misfit("rows of a multiple of " + std::to_string(storage.per_byte) +
                  " are packed: " + inputs[0].to_string());
  }
  if (width) width = ceil_div(*width, storage.per_byte) + Expr(storage.tail);
  return one(tensor_fact(DType::u8, dims));
}

template <const Storage& storage, bool range_given>
RuleResult<Work> work_of_pack(const Facts& inputs, const Facts& outputs) {
  FA_RULE(std::vector<Expr> dims, known_dims_at(inputs, 0));
  if (storage.per_byte != 1) dims.resize(2);
  const RowsAlongDim along = rows_along(dims, dims.size() - 1);
  WorkCounter counter(inputs, outputs);
  counter.in_dtype(DType::f32);
  if (!range_given) counter.count(WorkClass::compare, Expr(2) * reduction_steps(along.elements, along.rows));
  return counter.count(WorkClass::add, along.rows + along.elements)
      .count(WorkClass::div, Expr(2) * along.rows)
      .count(WorkClass::mul, along.elements)
      .count(WorkClass::convert, along.elements)
      .work();
}

// The width of the rows that a packed tensor holds.
RuleResult<Dims> unpacked_dims(const Facts& inputs, const Storage& storage) {
  FA_RULE(const TensorFact* packed, tensor_at(inputs, 0));
  FA_RULE(Dims dims, dims_at(inputs, 0));
  if (packed->dtype && *packed->dtype != DType::u8) return misfit("a packed table is u8: " + inputs[0].to_string());
  const bool byte = storage.per_byte == 1;
  if (dims.empty() || (!byte && dims.size() != 2)) return misfit("a packed table has 2 dims: " + inputs[0].to_string());
  if (!dims.back()) return dims;
  dims.back() = (*dims.back() - Expr(storage.tail)) * Expr(storage.per_byte);
  if (always_less(*dims.back(), 0) == true) return misfit("rows without scale and bias: " + inputs[0].to_string());
  return dims;
}

// prepack_with_rowwise_min_max(weight, rowwise_min_max, ...): a range for each of the first dim. That of an f16 table
// is cast with it.
template <const Storage& storage>
RuleResult<Facts> shape_of_pack_with_range(const Facts& inputs) {
  FA_RULE(Facts facts, shape_of_pack<storage>({inputs[0]}));
  FA_REFUSE(check_bins(inputs, 2));
  FA_RULE(const Dims weight, dims_at(inputs, 0));
  FA_RULE(const Dims range, dims_at(inputs, 1));
  if (range.size() != 2 || !same_dim(range[0], weight[0]) || !same_dim(range[1], Expr(2))) {
    return misfit("the least and the largest number of each row are needed: " + shapes_text(inputs, {0, 1}));
  }
  const std::optional<DType> table = inputs[0].tensor()->dtype, ranges = inputs[1].tensor()->dtype;
  if (table == DType::f32 && ranges && *ranges != DType::f32) {
    return misfit("the range of a table of f32 is f32: " + inputs[1].to_string());
  }
  return facts;
}

template <const Storage& storage>
RuleResult<Facts> shape_of_unpack(const Facts& inputs) {
  FA_RULE(const Dims dims, unpacked_dims(inputs, storage));
  return one(tensor_fact(DType::f32, dims));
}

void count_rows(WorkCounter& counter, const Expr& numbers) {
  counter.in_dtype(DType::f32).count(WorkClass::convert, numbers);
  counter.count(WorkClass::mul, numbers).count(WorkClass::add, numbers);
}

RuleResult<Work> work_of_unpack(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const Expr numbers, elements_at(outputs, 0));
  WorkCounter counter(inputs, outputs);
  count_rows(counter, numbers);
  return counter.work();
}

RuleResult<Facts> pack_object(const Facts& inputs) {
  FA_REFUSE(need_quantized(inputs, 0));
  FA_RULE(const Dims weight, dims_at(inputs, 0));
  if (weight.size() != 2) return misfit("a table of 2 dims is expected: " + inputs[0].to_string());
  return one(Fact::tuple({inputs[0]}));
}

RuleResult<Facts> unpack_object(const Facts& inputs) {
  FA_RULE(const std::vector<Fact> packed, packed_at(inputs, 0, 1));
  return Facts{packed[0]};
}

// --- rows by index ---

// Rows end at whole bytes.
template <const Storage& storage>
RuleResult<Dim> width_of_object(const Facts& inputs) {
  FA_RULE(const std::vector<Fact> packed, packed_at(inputs, 0, 1));
  FA_RULE(const Dims weight, dims_at(packed, 0));
  if (weight.size() != 2) return misfit("a table of 2 dims is expected: " + packed[0].to_string());
  if (!weight[1]) return weight[1];
  return Dim(ceil_div(*weight[1], storage.per_byte) * Expr(storage.per_byte));
}

template <const Storage& storage>
RuleResult<Dim> width_of_tensor(const Facts& inputs) {
  FA_RULE(const Dims dims, unpacked_dims(inputs, storage));
  if (dims.size() != 2) return misfit("a table of 2 dims is expected: " + inputs[0].to_string());
  return dims[1];
}

std::optional<RuleFailure> check_indices(const Facts& inputs, std::size_t place) {
  const RuleResult<const TensorFact*> tensor = tensor_at(inputs, place);
  if (!tensor) return tensor.failure();
  const std::optional<DType> dtype = (*tensor)->dtype;
  if (!dtype || *dtype == DType::i64 || *dtype == DType::i32) return std::nullopt;
  return misfit("indices and offsets should be i32 or i64: " + inputs[place].to_string());
}

// embedding_byte(weight, indices, pruned_weights)
template <const Storage& storage>
RuleResult<Facts> shape_of_embedding(const Facts& inputs) {
  FA_REFUSE(check_indices(inputs, 1));
  FA_RULE(Dims dims, dims_at(inputs, 1));
  if (dims.empty() || dims.size() > 2) return misfit("indices should have 1 or 2 dims: " + inputs[1].to_string());
  FA_RULE(const Dim width, width_of_object<storage>(inputs));
  dims.push_back(width);
  return one(tensor_fact(DType::f32, dims));
}

RuleResult<Work> work_of_embedding(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const Expr numbers, elements_at(outputs, 0));
  WorkCounter counter(inputs, outputs);
  count_rows(counter, numbers);
  return counter.reads(numbers).work();
}

// per_sample_weights: f32, or f16 where numbers have less than a byte.
std::optional<RuleFailure> check_weights(const Facts& inputs, const Storage& storage) {
  if (none_at(inputs, 6)) return std::nullopt;
  const RuleResult<const TensorFact*> weights = tensor_at(inputs, 6), indices = tensor_at(inputs, 1);
  if (!weights || !indices) return weights ? indices.failure() : weights.failure();
  if (!same_dim(element_count(**weights), element_count(**indices))) {
    return misfit("a weight for each index is needed: " + shapes_text(inputs, {1, 6}));
  }
  const std::optional<DType> dtype = (*weights)->dtype;
  const bool taken = !dtype || *dtype == DType::f32 || (*dtype == DType::f16 && storage.per_byte > 1);
  if (taken) return std::nullopt;
  return misfit("the op takes no such weights of indices: " + inputs[6].to_string());
}

// (weight, indices, offsets, scale_grad_by_freq, mode, pruned_weights, per_sample_weights, compressed_indices_mapping,
// include_last_offset): rows of indices are bags, or offsets say where bags begin.
template <const Storage& storage, RuleResult<Dim> (*width_of)(const Facts&)>
RuleResult<Facts> shape_of_bags(const Facts& inputs) {
  FA_REFUSE(check_indices(inputs, 1));
  FA_RULE(const Dims indices, dims_at(inputs, 1));
  FA_RULE(const Dim width, width_of(inputs));
  FA_RULE(const bool last_is_end, bool_at(inputs, 8));
  FA_REFUSE(check_weights(inputs, storage));
  if (indices.size() == 2) {
    if (!none_at(inputs, 2)) return misfit("indices of 2 dims take no offsets: " + inputs[2].to_string());
    return one(tensor_fact(DType::f32, {indices[0], width}));
  }
  if (indices.size() != 1) return misfit("indices should have 1 or 2 dims: " + inputs[1].to_string());
  if (none_at(inputs, 2)) return misfit("indices of 1 dim need offsets: " + inputs[1].to_string());
  FA_REFUSE(check_indices(inputs, 2));
  FA_RULE(const Dims offsets, dims_at(inputs, 2));
  if (offsets.size() != 1) return misfit("offsets should have 1 dim: " + inputs[2].to_string());
  const Dim bags = last_is_end && offsets[0] ? Dim(*offsets[0] - Expr(1)) : offsets[0];
  if (bags && always_less(*bags, 0) == true) return misfit("include_last_offset needs an offset");
  return one(tensor_fact(DType::f32, {bags, width}));
}

template <bool least>
RuleResult<Work> work_of_bags(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const Expr indices, elements_at(inputs, 1));
  FA_RULE(const std::vector<Expr> output, known_dims_at(outputs, 0));
  const Expr &bags = output[0], &width = output[1];
  WorkCounter counter(inputs, outputs);
  count_rows(counter, indices * width);
  const bool rectangle = inputs[1].tensor()->dims->size() == 2;
  const Expr filled = least ? min(bags, indices) : min(indices, 1);
  counter.count(WorkClass::add, (rectangle ? reduction_steps(indices, bags) : indices - filled) * width);
  if (!none_at(inputs, 6)) counter.count(WorkClass::mul, indices * width);
  return counter.reads(indices * width).work();
}

// i indices in b bags that hold one, rows of D
constexpr char kPack[] = "r rows: compare = 2r(D - 1) unless given, add = r(D + 1), div = 2r, mul = r*D, convert = r*D";
constexpr char kRead[] = "convert = n, mul = n, add = n";
constexpr char kBags[] = "convert = i*D, mul = i*D, add = i*D + (i - b)*D; weights: mul += i*D";

#define BAGS(name, storage, width) \
  { name, shape_of_bags<storage, width>, work_of_bags<false>, kBags, nullptr, nullptr, work_of_bags<true> }

// clang-format off
constexpr OpSpec kRows[] = {
    {"quantized::embedding_4bit", shape_of_embedding<kFourBit>, work_of_embedding, kRead},
    {"quantized::embedding_bag_2bit_prepack", shape_of_pack<kTwoBit>, work_of_pack<kTwoBit, false>, kPack},
    {"quantized::embedding_bag_2bit_prepack_with_rowwise_min_max", shape_of_pack_with_range<kTwoBit>, work_of_pack<kTwoBit, true>, kPack},
    BAGS("quantized::embedding_bag_2bit_rowwise_offsets", kTwoBit, width_of_tensor<kTwoBit>),
    {"quantized::embedding_bag_2bit_unpack", shape_of_unpack<kTwoBit>, work_of_unpack, kRead},
    BAGS("quantized::embedding_bag_4bit", kFourBit, width_of_object<kFourBit>),
    {"quantized::embedding_bag_4bit_prepack", shape_of_pack<kFourBit>, work_of_pack<kFourBit, false>, kPack},
    {"quantized::embedding_bag_4bit_prepack_with_rowwise_min_max", shape_of_pack_with_range<kFourBit>, work_of_pack<kFourBit, true>, kPack},
    BAGS("quantized::embedding_bag_4bit_rowwise_offsets", kFourBit, width_of_tensor<kFourBit>),
    {"quantized::embedding_bag_4bit_unpack", shape_of_unpack<kFourBit>, work_of_unpack, kRead},
    BAGS("quantized::embedding_bag_byte", kByte, width_of_object<kByte>),
    {"quantized::embedding_bag_byte_prepack", shape_of_pack<kByte>, work_of_pack<kByte, false>, kPack},
    {"quantized::embedding_bag_byte_prepack_with_rowwise_min_max", shape_of_pack_with_range<kByte>, work_of_pack<kByte, true>, kPack},
    BAGS("quantized::embedding_bag_byte_rowwise_offsets", kByte, width_of_tensor<kByte>),
    {"quantized::embedding_bag_byte_unpack", shape_of_unpack<kByte>, work_of_unpack, kRead},
    {"quantized::embedding_bag_prepack", pack_object, nullptr, ""},
    {"quantized::embedding_bag_unpack", unpack_object, nullptr, ""},
    {"quantized::embedding_byte", shape_of_embedding<kByte>, work_of_embedding, kRead},
};
// clang-format on
#undef BAGS

}  // namespace

std::span<const OpSpec> quantized_embedding_ops() { return kRows; }

}  // namespace flopaudit
