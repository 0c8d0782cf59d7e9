// Padded sequences to packed ones and back. A packed sequence holds the steps that are there, step by step: how many
// rows that are is known where the lengths are. Copies, no arithmetic.
#include <algorithm>

#include "analyzer/ops/all_ops.h"
#include "analyzer/ops/shape_helpers.h"
#include "analyzer/ops/size_conditions.h"
#include "analyzer/ops/work_helpers.h"

namespace flopaudit {
namespace {

using Lengths = std::vector<std::int64_t>;

// The contents of a 1-d i64 tensor, positive and not growing; nothing where they are not known.
RuleResult<std::optional<Lengths>> lengths_at(const Facts& inputs, std::size_t index, const char* what) {
  FA_RULE(const Dims dims, dims_at(inputs, index));
  const TensorFact& tensor = *inputs[index].tensor();
  if (dims.size() != 1 || (tensor.dtype && *tensor.dtype != DType::i64)) {
    return misfit(std::string(what) + " should be a 1-d i64 tensor and is " + inputs[index].to_string());
  }
  if (!tensor.contents) return std::optional<Lengths>();
  Lengths lengths;
  for (const auto& entry : *tensor.contents) {
    const auto* exact = std::get_if<Expr>(&entry);
    const std::optional<std::int64_t> length = exact != nullptr ? exact->constant() : std::nullopt;
    if (!length) return std::optional<Lengths>();
    if (*length < 1) return misfit(std::string(what) + " should be positive: " + inputs[index].to_string());
    if (!lengths.empty() && *length > lengths.back()) {
      return misfit(std::string(what) + " should not grow: " + inputs[index].to_string());
    }
    lengths.push_back(*length);
  }
  return std::optional<Lengths>(lengths);
}

// How many of `lengths` are at least 1, 2, ...: batch sizes of lengths, and lengths of batch sizes. Contents only up
// to the size to which they are kept.
Fact conjugate(const Lengths& lengths) {
  TensorFact result;
  result.dtype = DType::i64;
  const std::int64_t longest = lengths.empty() ? 0 : lengths.front();
  result.dims = Dims{Expr(longest)};
  if (longest > static_cast<std::int64_t>(Fact::kMaxContents)) return result;
  result.contents.emplace();
  for (std::int64_t step = 1; step <= longest; ++step) {
    const auto reach = [&](std::int64_t length) { return length >= step; };
    result.contents->emplace_back(Expr(std::count_if(lengths.begin(), lengths.end(), reach)));
  }
  return result;
}

std::int64_t sum(const Lengths& lengths) {
  std::int64_t total = 0;
  for (const std::int64_t length : lengths) total += length;
  return total;
}

// Steps that a sequence is said to have and the input has not are left out, as a slice does.
Dim rows_of(const Lengths& lengths, const Dim& steps) {
  if (!steps || lengths.empty() || must_be_at_least(*steps, lengths.front())) return Expr(sum(lengths));
  Expr rows = 0;
  for (const std::int64_t length : lengths) rows += min(Expr(length), *steps);
  return rows;
}

Fact unknown_count(Fact fact, const char* why) {
  fact.get<TensorFact>()->why = why;
  return fact;
}

// _pack_padded_sequence(input, lengths, batch_first): [steps, batch, ...] -> [rows, ...] and batch sizes
RuleResult<Facts> shape_of_pack(const Facts& inputs) {
  FA_RULE(const Dims input, dims_at(inputs, 0));
  FA_RULE(const bool batch_first, bool_at(inputs, 2));
  FA_RULE(const std::optional<Lengths> lengths, lengths_at(inputs, 1, "lengths"));
  if (input.size() < 2) return misfit("a padded sequence has dims for steps and batch: " + inputs[0].to_string());
  if (!same_dim(input[batch_first ? 0 : 1], (*inputs[1].tensor()->dims)[0])) {
    return misfit("as many lengths as sequences are needed: " + shapes_text(inputs, {0, 1}));
  }
  if (product(input) == Expr(0)) return misfit("there are no steps to pack: " + inputs[0].to_string());
  Dims packed = {lengths ? rows_of(*lengths, input[batch_first ? 1 : 0]) : std::nullopt};
  packed.insert(packed.end(), input.begin() + 2, input.end());
  const Fact data = tensor_fact(inputs[0].tensor()->dtype, packed);
  if (lengths) return Facts{data, conjugate(*lengths)};
  const char* why = "the lengths of the sequences are unknown";
  return Facts{unknown_count(data, why), unknown_count(tensor_fact(DType::i64, {std::nullopt}), why)};
}

// _pad_packed_sequence(data, batch_sizes, batch_first, padding_value, total_length): [rows, ...] -> [steps, batch, ...]
// and lengths
RuleResult<Facts> shape_of_pad(const Facts& inputs) {
  FA_RULE(const Dims data, dims_at(inputs, 0));
  FA_RULE(const bool batch_first, bool_at(inputs, 2));
  FA_RULE(const Expr total, int_at(inputs, 4));
  FA_RULE(const std::optional<Lengths> sizes, lengths_at(inputs, 1, "batch sizes"));
  if (data.empty()) return misfit("packed data has 1 dim or more: " + inputs[0].to_string());
  Dim steps = (*inputs[1].tensor()->dims)[0];
  if (always_less_equal(total, 0) != true) {
    if (steps && always_less(total, *steps) == true) {
      return misfit("the longest sequence has " + steps->to_string() + " steps and total_length is " +
                    total.to_string());
    }
    steps = total;
  }
  const Dim batch = sizes && !sizes->empty() ? Dim(sizes->front()) : std::nullopt;
  if (sizes && data[0] && always_equal(*data[0], Expr(sum(*sizes))) == false) {
    return misfit("the batch sizes do not add up to the rows of the data: " + shapes_text(inputs, {0, 1}));
  }
  Dims padded = batch_first ? Dims{batch, steps} : Dims{steps, batch};
  padded.insert(padded.end(), data.begin() + 1, data.end());
  const Fact result = tensor_fact(inputs[0].tensor()->dtype, padded);
  if (batch) return Facts{result, conjugate(*sizes)};
  const char* why = "the batch sizes are unknown";
  return Facts{unknown_count(result, why), unknown_count(tensor_fact(DType::i64, {std::nullopt}), why)};
}

// _pack_sequence(output, batch_sizes, sorted_indices, unsorted_indices): the four that make a packed sequence, as they
// are.
RuleResult<Facts> shape_of_parts(const Facts& inputs) {
  for (const std::size_t place : {0, 1}) {
    if (const auto part = tensor_at(inputs, place); !part) return part.failure();
  }
  for (const std::size_t place : {2, 3}) {
    if (const auto part = optional_tensor_at(inputs, place); !part) return part.failure();
  }
  return Facts{inputs[0], inputs[1], inputs[2], inputs[3]};
}

// clang-format off
constexpr OpSpec kRows[] = {
    // name                         shape rule     work rule  formula
    {"aten::_pack_padded_sequence", shape_of_pack, copies,    ""},
    {"aten::_pack_sequence",        shape_of_parts, nullptr,  ""},
    {"aten::_pad_packed_sequence",  shape_of_pad,  copies,    ""},
};
// clang-format on

}  // namespace

std::span<const OpSpec> packed_sequence_ops() { return kRows; }

}  // namespace flopaudit
