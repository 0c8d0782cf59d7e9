// Attention that ATen composes of other ops, where its fused kernel does not take the operands, and the fused one under
// the name of its own.
#include <algorithm>

#include "analyzer/audit/causes/attention_call.h"
#include "analyzer/audit/causes/inner_loops.h"
#include "analyzer/audit/causes/parts.h"
#include "analyzer/audit/layouts.h"

namespace flopaudit {
namespace {

constexpr CauseInfo kCauses[] = {
    {"attention in parts",
     "Queries and keys are multiplied by the root of the scale each, then a product, a mask that is added, a softmax "
     "and a product follow, each with what its kernel adds.",
     "aten::scaled_dot_product_attention of other than 4 dims, of values of another width, and with masks of 3 dims; "
     "aten::_scaled_dot_product_attention_math",
     "standard", "the sum of its parts: 2 mul, matmul, add_, softmax, matmul",
     "testdata/validation/standard.csv: 1 to 4 images of 1 to 6 heads, 1 to 260 queries and keys, widths of 1 to 70"},
};
constexpr const CauseInfo& kParts = kCauses[0];

struct Operand {
  Sizes sizes;
  Strides strides;
};

std::optional<Operand> operand_at(const KernelCall& call, std::size_t index, Explanation& out) {
  const auto sizes = sizes_at(call.inputs, index);
  const auto strides = strides_at(call, index);
  if (!sizes || sizes->size() < 2) {
    out.refuse("a shape is not known");
  } else if (!strides) {
    out.refuse("it is not known how an operand lies in memory");
  } else {
    return Operand{*sizes, *strides};
  }
  return std::nullopt;
}

// What an elementwise op makes of an operand.
Operand made_of(const Operand& from) { return {from.sizes, without_gaps(from.sizes, from.strides)}; }

Operand transposed(Operand from) {
  std::swap(from.sizes.back(), from.sizes[from.sizes.size() - 2]);
  std::swap(from.strides.back(), from.strides[from.strides.size() - 2]);
  return from;
}

// Keys or values of fewer heads than the queries are repeated, which makes a copy.
Operand repeated(const Operand& from, std::int64_t heads) {
  const std::size_t place = from.sizes.size() - 3;
  if (from.sizes[place] == heads) return from;
  Operand copy = from;
  copy.sizes[place] = heads;
  copy.strides = row_major(copy.sizes);
  return copy;
}

bool is_repeated(const Operand& from) {
  for (std::size_t i = 0; i < from.sizes.size(); ++i) {
    if (from.strides[i] == 0 && from.sizes[i] > 1) return true;
  }
  return false;
}

void add_mask(const KernelCall& call, DType dtype, const Sizes& scores, bool causal, Parts& parts, Explanation& out) {
  Sizes mask = {scores[scores.size() - 2], scores.back()};
  if (!causal) {
    const auto given = sizes_at(call.inputs, 3);
    if (!given) return out.refuse("the shape of the mask is not known");
    mask = *given;
  }
  parts.add("aten::add_.Tensor", {part_tensor(dtype, scores), part_tensor(dtype, mask), Fact::integer(1)});
}

// A product of two batches of matrices; its result's sizes.
Sizes add_product(DType dtype, const Operand& first, const Operand& second, Parts& parts) {
  const OperandStrides strides = {first.strides, second.strides};
  parts.add("aten::matmul", {part_tensor(dtype, first.sizes), part_tensor(dtype, second.sizes)}, 1, &strides);
  const std::size_t rank = std::max(first.sizes.size(), second.sizes.size());
  Sizes result(rank, 1);
  for (const Operand* operand : {&first, &second}) {
    const std::size_t missing = rank - operand->sizes.size();
    for (std::size_t i = 0; i + 2 < operand->sizes.size(); ++i)
      result[missing + i] = std::max(result[missing + i], operand->sizes[i]);
  }
  result[rank - 2] = first.sizes[first.sizes.size() - 2];
  result[rank - 1] = second.sizes.back();
  return result;
}

bool drops_nothing(const KernelCall& call) {
  return number_at_place(call.inputs, 4) == 0.0 && is_none_at(call.inputs, 6);
}

}  // namespace

void explain_composed_attention(const KernelCall& call, Explanation& out) {
  const auto dtype = dtype_at_place(call.inputs, 0);
  if (!precision_of(dtype)) return out.refuse("only f32 and f64 have a model");
  auto query = operand_at(call, 0, out), key = operand_at(call, 1, out), value = operand_at(call, 2, out);
  const auto causal = bool_at_place(call.inputs, 5), grouped = bool_at_place(call.inputs, 8);
  if (!query || !key || !value) return;
  if (!causal || !grouped) return out.refuse("it is not known whether it is causal, or of groups");
  if (!drops_nothing(call)) return out.refuse("dropout has no model");
  for (const Operand* operand : {&*query, &*key, &*value}) {
    if (product(operand->sizes) == 0) return;
    if (is_repeated(*operand)) return out.refuse("an operand that is repeated in memory has no model");
  }
  const auto annotated = annotated_of(call, out);
  if (!annotated) return;
  if (*grouped && query->sizes.size() > 2) {
    const std::int64_t heads = query->sizes[query->sizes.size() - 3];
    key = repeated(*key, heads), value = repeated(*value, heads);
  }
  Parts parts(out);
  const Fact scale = Fact::floating(0.5);
  for (const Operand* operand : {&*query, &*key}) {
    const Operand made = made_of(*operand);
    const OperandStrides strides = {made.strides};
    parts.add("aten::mul.Scalar", {part_tensor(*dtype, made.sizes), scale}, 1, &strides);
  }
  const Sizes scores = add_product(*dtype, made_of(*query), made_of(transposed(*key)), parts);
  if (*causal || !is_none_at(call.inputs, 3)) add_mask(call, *dtype, scores, *causal, parts, out);
  parts.add("aten::softmax.int", {part_tensor(*dtype, scores), Fact::integer(-1), Fact::none()});
  add_product(*dtype, {scores, row_major(scores)}, *value, parts);
  parts.explain(kParts, *annotated);
}

namespace {

// A mask for the fused kernel is one of queries and keys, or of images and heads too.
bool fits_fused(const Sizes& mask, const Sizes& query, const Sizes& key) {
  const auto fits = [](std::int64_t size, std::int64_t of) { return size == 1 || size == of; };
  if (mask.size() != 2 && mask.size() != 4) return false;
  if (!fits(mask[mask.size() - 2], query[2]) || !fits(mask.back(), key[2])) return false;
  return mask.size() == 2 || (fits(mask[0], query[0]) && fits(mask[1], query[1]));
}

}  // namespace

std::optional<bool> takes_fused_attention(const KernelCall& call, Explanation& out) {
  const auto query = operand_at(call, 0, out), key = operand_at(call, 1, out), value = operand_at(call, 2, out);
  const auto grouped = bool_at_place(call.inputs, 7);
  if (!query || !key || !value) return std::nullopt;
  const auto mask = sizes_at(call.inputs, 3);
  if (!grouped || (!mask && !is_none_at(call.inputs, 3))) {
    out.refuse("its mask, or whether it is of groups, is not known");
    return std::nullopt;
  }
  for (const Operand* operand : {&*query, &*key, &*value}) {
    if (operand->sizes.size() != 4 || operand->sizes.back() != query->sizes.back()) return false;
    if (operand->sizes[0] != query->sizes[0] || product(operand->sizes) == 0) return false;
    if (operand->strides.back() != 1 && operand->sizes.back() != 1) return false;
  }
  const std::int64_t heads = query->sizes[1], key_heads = key->sizes[1];
  if (key_heads != value->sizes[1] || (key_heads != heads && !*grouped)) return false;
  return !mask || fits_fused(*mask, query->sizes, key->sizes);
}

namespace {

// (query, key, value, dropout, causal, mask, scale)
void explain_fused_op(const KernelCall& call, Explanation& out) {
  const Facts& at = call.inputs;
  if (at.size() < 7) return out.refuse("an operand is missing");
  const Facts inputs = {at[0], at[1], at[2], at[5], at[3], at[4], at[6]};
  explain_fused_attention({call.op, inputs, call.outputs, call.work, call.strides}, out);
}

constexpr KernelModel kModels[] = {
    {"aten::_scaled_dot_product_attention_math", explain_composed_attention, Layout::any},
    {"aten::_scaled_dot_product_flash_attention_for_cpu", explain_fused_op, Layout::any},
};

}  // namespace

std::span<const KernelModel> composed_attention_models() { return kModels; }
std::span<const CauseInfo> composed_attention_causes() { return kCauses; }

}  // namespace flopaudit
