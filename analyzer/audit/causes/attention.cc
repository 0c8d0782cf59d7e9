// Fused attention: the products are MKL's, block by block; the softmax between them is ATen's own.
#include <algorithm>

#include "analyzer/audit/causes/attention_call.h"
#include "analyzer/audit/causes/gemm.h"
#include "analyzer/audit/causes/softmax.h"

namespace flopaudit {
namespace {

constexpr const char* kProbes =
    "testdata/audit/probes.tsv, testdata/validation/standard.csv: 1 to 800 queries, 1 to 1100 keys, heads of 1 to 256";
constexpr CauseInfo kCauses[] = {
    {"attention softmax",
     "A block's row is scaled, its largest element is taken off, its exponentials are summed in the lanes of a vector, "
     "and what earlier blocks gave is scaled to the new largest element.",
     "aten::scaled_dot_product_attention", "standard",
     "a row of K keys in blocks of 512: 2*K + 17 a block + 1 add (f64: 9), K + head (padded to 8; 4) + 1 a block mul, "
     "1 div; exp as libm's, the last K mod 8 (f64: 4) of them in f64, and one log",
     kProbes},
};
constexpr const CauseInfo& kSoftmax = kCauses[0];

// All of a product: its work and what the kernel adds. False: no model, and `out` says why.
bool add_product(const Gemm& gemm, const PrecisionClasses& classes, FlopIntervals& whole, Explanation& out) {
  Explanation inner;
  if (gemm.batch > 1)
    explain_batched_product(gemm, classes, inner);
  else
    explain_gemm(gemm, classes, inner);
  if (!inner.refusal().empty()) {
    out.refuse(inner.refusal());
    return false;
  }
  const std::int64_t work = gemm.batch * gemm.rows * gemm.depth * gemm.columns;
  add_point(whole, classes.add, work);
  add_point(whole, classes.mul, work);
  for (const CauseDelta& delta : inner.deltas()) whole += delta.delta;
  return true;
}

struct Attention {
  std::int64_t heads = 0;  // of all images
  std::int64_t queries = 0, keys = 0, head = 0;
  bool masked = false;
  bool causal = false;
  PrecisionClasses classes{};
};

constexpr std::int64_t kKeyBlock = 512;

std::int64_t query_block(std::int64_t queries) { return queries >= 768 ? 256 : queries >= 192 ? 64 : 32; }

std::optional<Attention> read(const KernelCall& call, Explanation& out) {
  const auto refuse = [&out](const char* why) {
    out.refuse(why);
    return std::nullopt;
  };
  const auto query = sizes_at(call.inputs, 0), key = sizes_at(call.inputs, 1);
  const auto classes = precision_of(dtype_at_place(call.inputs, 0));
  if (!query || !key || query->size() != 4) return refuse("a shape is not known");
  if (!classes) return refuse("only f32 and f64 have a model");
  const auto causal = bool_at_place(call.inputs, 5);
  if (!causal) return refuse("it is not known whether it is causal");
  if (*causal && !is_none_at(call.inputs, 3)) return refuse("causal attention with a mask has no model");
  if (number_at_place(call.inputs, 4) != 0.0) return refuse("dropout has no model");
  Attention attention = {(*query)[0] * (*query)[1], (*query)[2], (*key)[2], query->back(), false, *causal, *classes};
  attention.masked = !is_none_at(call.inputs, 3);
  // A mask of truths is made one of numbers beforehand.
  const auto mask_type = dtype_at_place(call.inputs, 3);
  if (attention.masked && mask_type != dtype_at_place(call.inputs, 0) && mask_type != DType::boolean) {
    return refuse("attention with a mask of another type has no model");
  }
  return attention;
}

// One row of queries against one block of keys, between the products. Only the first `seen` of them are not masked as
// keys to come; the exp of what is masked ends at once.
FlopIntervals row_of_block(const Attention& attention, std::int64_t keys, std::int64_t seen, bool first) {
  const PrecisionClasses& classes = attention.classes;
  const std::int64_t lanes = classes.f32 ? 8 : 4;
  const std::int64_t tail = keys % lanes;
  const std::int64_t scaled = keys + (attention.masked && classes.f32 && tail % 4 >= 2 ? 2 : 0);
  FlopIntervals row;
  add_point(row, classes.add, 2 * keys + 2 * lanes + 1 + (attention.masked ? scaled : 0));
  add_point(row, classes.mul, scaled + 1 + (first ? 0 : round_up(attention.head, lanes)));
  // libm's f64 exp of the tail, where the largest element may be, whose exp ends early; in f64 it is somewhere.
  const std::int64_t in_vectors = classes.f32 ? std::min(seen, keys - tail) : 0;
  const std::int64_t in_f64 = seen - in_vectors;
  const std::int64_t in_f32 = classes.f32 ? in_vectors + (first ? 0 : 1) : 0;
  add_point(row, FlopClass::add_f64, in_f32 * kExpF32 + in_f64 * kExpF64);
  add_point(row, FlopClass::mul_f64, in_f32 * kExpF32 + in_f64 * kExpF64);
  const bool always = !classes.f32 && first;
  if (always) {
    add_point(row, FlopClass::add_f64, 1 - kExpF64);
    add_point(row, FlopClass::mul_f64, -kExpF64);
  } else if (in_f64 > 0) {
    row[FlopClass::add_f64].low -= kExpF64 - 1;
    row[FlopClass::mul_f64].low -= kExpF64;
  }
  if (!classes.f32 && !first) {  // the change of the largest element: 0 where it stays
    row[FlopClass::add_f64] += {1, kExpF64};
    row[FlopClass::mul_f64] += {0, kExpF64};
  }
  return row;
}

}  // namespace

void explain_fused_attention(const KernelCall& call, Explanation& out) {
  const auto attention = read(call, out);
  if (!attention || attention->heads * attention->queries * attention->keys * attention->head == 0) return;
  const auto annotated = annotated_of(call, out);
  if (!annotated) return;
  const PrecisionClasses& classes = attention->classes;
  FlopIntervals whole;
  const std::int64_t block = query_block(attention->queries);
  std::int64_t exponentials = 0;
  for (std::int64_t row = 0; row < attention->queries; row += block) {
    const std::int64_t rows = std::min(block, attention->queries - row);
    const std::int64_t end = attention->causal ? std::min(row + rows, attention->keys) : attention->keys;
    for (std::int64_t from = 0; from < end; from += kKeyBlock) {
      const std::int64_t keys = std::min(kKeyBlock, attention->keys - from);
      FlopIntervals all;
      if (!add_product({1, rows, attention->head, keys, true}, classes, all, out)) return;
      if (!add_product({1, rows, keys, attention->head}, classes, all, out)) return;
      // Rows that see all keys are alike; of a causal block those are the last ones.
      const std::int64_t first_whole = attention->causal ? std::clamp(from + keys - 1, row, row + rows) : row;
      for (std::int64_t i = row; i < first_whole; ++i) {
        const std::int64_t seen = std::max<std::int64_t>(i - from + 1, 0);
        all += row_of_block(*attention, keys, seen, from == 0);
        exponentials += seen;
      }
      const std::int64_t whole_rows = row + rows - first_whole;
      all += times(whole_rows, row_of_block(*attention, keys, keys, from == 0));
      exponentials += whole_rows * keys;
      whole += times(attention->heads, all);
    }
  }
  FlopIntervals row;  // the end of each row
  add_point(row, classes.add, 1);
  add_point(row, classes.mul, round_up(attention->head, classes.f32 ? 8 : 4));
  add_point(row, classes.div, 1);
  add_point(row, FlopClass::add_f64, classes.f32 ? kExpF32 : 13);
  add_point(row, FlopClass::mul_f64, classes.f32 ? kExpF32 : kExpF64);
  whole += times(attention->heads * attention->queries, row);
  if (is_none_at(call.inputs, 6)) {
    add_point(whole, FlopClass::div_f64, 1);
    add_point(whole, FlopClass::sqrt_f64, 1);
  }
  out.depends_on_data();
  out.add_rest(kSoftmax, *annotated, whole);
  exp_by_values(attention->heads * exponentials, classes, out);
  log_by_values(attention->heads * attention->queries, classes, out);
}

namespace {

// (query, key, value, mask, dropout, causal, scale, grouped)
void explain_attention(const KernelCall& call, Explanation& out) {
  const auto fused = takes_fused_attention(call, out);
  if (!fused) return;
  if (*fused) return explain_fused_attention(call, out);
  Facts inputs(call.inputs.begin(), call.inputs.begin() + 6);
  inputs.push_back(Fact::none());
  inputs.insert(inputs.end(), call.inputs.begin() + 6, call.inputs.begin() + 8);
  explain_composed_attention({call.op, inputs, call.outputs, call.work, call.strides}, out);
}

constexpr KernelModel kModels[] = {
    {"aten::scaled_dot_product_attention", explain_attention, Layout::any},
};

}  // namespace

std::span<const KernelModel> attention_models() { return kModels; }
std::span<const CauseInfo> attention_causes() { return kCauses; }

}  // namespace flopaudit
