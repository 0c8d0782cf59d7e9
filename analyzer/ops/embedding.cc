// Bags of embeddings, one_hot, and dropout's native forms. A bag of k rows of width D adds (k-1)*D; with weights each
// row is multiplied (D mul); the mean divides (D div a bag), the maximum compares instead of adding. Indices that are
// padding are left out, and so are those behind a last offset that is the end. Where offsets or indices are not known,
// the work lies between all rows in as many bags as there are and all in one. native_dropout in training multiplies by
// the mask and by 1/(1-p), as dropout.
#include <algorithm>

#include "analyzer/ops/all_ops.h"
#include "analyzer/ops/dtype_checks.h"
#include "analyzer/ops/work_helpers.h"

namespace flopaudit {
namespace {

// --- embedding_bag(weight, indices, offsets, scale_grad_by_freq, mode, sparse, per_sample_weights,
// include_last_offset,
//     padding_idx) ---

constexpr std::int64_t kSum = 0, kMean = 1, kMax = 2;

// Of a list of known elements.
std::optional<std::vector<std::int64_t>> known_elements(const TensorFact& tensor) {
  if (!tensor.contents) return std::nullopt;
  std::vector<std::int64_t> numbers;
  for (const Element& element : *tensor.contents) {
    const auto* number = std::get_if<Expr>(&element);
    if (number == nullptr || !number->constant()) return std::nullopt;
    numbers.push_back(*number->constant());
  }
  return numbers;
}

// The dtype in which indices and offsets meet.
std::optional<DType> index_dtype_of(const Facts& inputs) {
  const std::optional<DType> indices = inputs[1].tensor()->dtype, offsets = inputs[2].tensor()->dtype;
  return indices && offsets ? promote_types(*indices, *offsets) : std::nullopt;
}

std::optional<RuleFailure> check_last_bag(const Facts& inputs) {
  const auto starts = known_elements(*inputs[2].tensor());
  const std::optional<Expr> indices = element_count(*inputs[1].tensor());
  if (!starts || starts->empty() || !indices || always_less(*indices, starts->back()) != true) return std::nullopt;
  return misfit("the last bag begins behind the indices: " + shapes_text(inputs, {1, 2}));
}

std::optional<RuleFailure> check_bags(const Facts& inputs, std::int64_t mode) {
  if (mode < kSum || mode > kMax) return misfit("no such mode of embedding_bag: " + std::to_string(mode));
  const std::optional<DType> met = index_dtype_of(inputs);
  if (met && *met != DType::i64 && *met != DType::i32) {
    return misfit("indices and offsets should be i32 or i64: " + shapes_text(inputs, {1, 2}));
  }
  if (const auto starts = known_elements(*inputs[2].tensor()); starts && !starts->empty() && starts->front() != 0) {
    return misfit("the first bag begins at 0: " + inputs[2].to_string());
  }
  FA_REFUSE(check_last_bag(inputs));
  const RuleResult<const TensorFact*> weights = optional_tensor_at(inputs, 6);
  if (!weights) return weights.failure();
  if (*weights == nullptr) return std::nullopt;
  if (mode != kSum) return misfit("weights of samples go with the mode sum alone");
  if (const auto same = same_dtype(inputs, 0, 6); !same) return same.failure();
  const std::optional<Expr> samples = element_count(**weights);
  const std::optional<Expr> indices = element_count(*inputs[1].tensor());
  if (samples && indices && always_equal(*samples, *indices) == false) {
    return misfit("a weight for each index is needed: " + shapes_text(inputs, {1, 6}));
  }
  return std::nullopt;
}

// The number of bags: the offsets, the last of which may be the end.
RuleResult<Dim> bags_of(const Facts& inputs) {
  FA_RULE(const Dims offsets, dims_at(inputs, 2));
  FA_RULE(const bool last_is_end, bool_at(inputs, 7));
  if (offsets.size() != 1) return misfit("offsets should have 1 dim: " + inputs[2].to_string());
  if (!last_is_end || !offsets[0]) return offsets[0];
  if (always_less(*offsets[0], 1) == true)
    return misfit("include_last_offset needs an offset: " + inputs[2].to_string());
  return Dim(*offsets[0] - Expr(1));
}

// The padding index; nothing: none. embedding_bag counts negative ones from the end of the table, where the kernels
// below it take -1 for none.
std::optional<Expr> padding_of(const Facts& inputs, bool wraps) {
  const std::optional<std::int64_t> index = inputs.size() > 8 ? constant_of(inputs[8]) : std::nullopt;
  if (!index || (!wraps && *index < 0)) return std::nullopt;
  if (*index >= 0) return Expr(*index);
  const Dim rows = (*inputs[0].tensor()->dims)[0];
  return rows ? Dim(*rows + Expr(*index)) : std::nullopt;
}

std::optional<RuleFailure> check_padding(const Facts& inputs, const Dim& rows) {
  const std::optional<std::int64_t> index = inputs.size() > 8 ? constant_of(inputs[8]) : std::nullopt;
  if (!index || !rows) return std::nullopt;
  const bool within = always_less_equal(*rows, *index) != true && always_less(*rows + Expr(*index), 0) != true;
  return within ? std::nullopt : std::optional(misfit("there is no such row to pad with: " + inputs[8].to_string()));
}

// Of indices in 2 dims the map from offsets to bags has an entry a row, where the kernels of the mode want one an
// index.
std::optional<RuleFailure> check_map(const Facts& inputs) {
  FA_RULE(const Dims indices, dims_at(inputs, 1));
  if (same_dim(element_count(indices), indices[0])) return std::nullopt;
  return misfit("indices should have 1 dim in this mode: " + inputs[1].to_string());
}

// `keeps_end`: whether sums count a last offset that is the end as a bag.
template <bool wraps, bool keeps_end>
RuleResult<Facts> shape_of_embedding_bag(const Facts& inputs) {
  FA_REFUSE(need_floating(inputs, 0));
  FA_RULE(const Dims weight, dims_at(inputs, 0));
  FA_RULE(const Dims indices, dims_at(inputs, 1));
  FA_RULE(const std::int64_t mode, constant_at(inputs, 4));
  if (weight.size() != 2) return misfit("the weight should have 2 dims: " + inputs[0].to_string());
  if (indices.size() != 1 && (!wraps || indices.size() != 2)) {
    return misfit(std::string("indices should have 1 ") + (wraps ? "or 2 dims: " : "dim: ") + inputs[1].to_string());
  }
  FA_RULE(const Dim bags, bags_of(inputs));
  FA_REFUSE(check_bags(inputs, mode));
  const DType index_dtype = index_dtype_of(inputs).value_or(DType::i64);
  FA_RULE(const Dims offsets, dims_at(inputs, 2));
  if (wraps) FA_REFUSE(check_padding(inputs, weight[0]));
  // LibTorch's fast path for sums without padding keeps no map from offsets to bags.
  const std::optional<DType> dtype = inputs[0].tensor()->dtype;
  const bool fast_rows = !padding_of(inputs, wraps) && dtype != DType::f64;
  const bool fast = mode == kSum && fast_rows;
  if (mode == kMax || !fast_rows) FA_REFUSE(check_map(inputs));
  const Dim count = keeps_end && mode == kSum ? offsets[0] : bags;
  const Dim map = fast ? Dim(Expr(0)) : indices[0];
  const Dims largest = mode == kMax ? Dims{bags, weight[1]} : Dims{count};
  return Facts{tensor_fact(inputs[0].tensor()->dtype, {bags, weight[1]}), tensor_fact(index_dtype, {map}),
               tensor_fact(index_dtype, {count}), tensor_fact(index_dtype, largest)};
}

// How many rows are added, and how many bags hold one of them.
struct Filling {
  Range rows, joins;  // joins: rows less the bags that they fill, which is what is added
};

Filling filling_of_known(const std::vector<std::int64_t>& starts, std::size_t bags, std::int64_t indices,
                         const std::vector<bool>& left_out) {
  std::int64_t rows = 0, filled = 0;
  for (std::size_t bag = 0; bag < bags; ++bag) {
    const std::int64_t end = bag + 1 < starts.size() ? starts[bag + 1] : indices;
    std::int64_t inside = std::max<std::int64_t>(0, end - starts[bag]);
    for (std::int64_t i = starts[bag]; i >= 0 && i < end && i < static_cast<std::int64_t>(left_out.size()); ++i) {
      if (left_out[static_cast<std::size_t>(i)]) --inside;
    }
    rows += inside;
    filled += inside > 0 ? 1 : 0;
  }
  return {Range(Expr(rows)), Range(Expr(rows - filled))};
}

Filling filling_of(const Facts& inputs, const Expr& indices, const Expr& bags, const std::optional<Expr>& padding) {
  const TensorFact& offsets = *inputs[2].tensor();
  const auto starts = known_elements(offsets);
  const auto named = known_elements(*inputs[1].tensor());
  const std::optional<std::int64_t> bag_count = bags.constant(), index_count = indices.constant();
  if (starts && bag_count && index_count && (!padding || (named && padding->constant()))) {
    std::vector<bool> left_out;
    for (const std::int64_t index : padding ? *named : std::vector<std::int64_t>()) {
      left_out.push_back(Expr(index) == *padding);
    }
    return filling_of_known(*starts, static_cast<std::size_t>(*bag_count), *index_count, left_out);
  }
  if (bags == Expr(0)) return {};
  const bool all_rows = !padding && constant_of(inputs[7]) == 0;
  const Expr most = indices - min(indices, 1);
  const Expr fewest = all_rows ? indices - min(bags, indices) : Expr(0);
  return {all_rows ? Range(indices) : Range(Expr(0), indices), Range(fewest, most)};
}

template <bool wraps, bool least>
RuleResult<Work> work_of_embedding_bag(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const std::vector<Expr> output, known_dims_at(outputs, 0));
  FA_RULE(const Expr indices, elements_at(inputs, 1));
  FA_RULE(const std::int64_t mode, constant_at(inputs, 4));
  FA_RULE(const DType dtype, dtype_at(inputs, 0));
  const Filling filling = filling_of(inputs, indices, output[0], padding_of(inputs, wraps));
  const Expr& width = output[1];
  WorkCounter counter(inputs, outputs);
  const Expr joins = least ? filling.joins.min : filling.joins.max;
  counter.count(mode == kMax ? WorkClass::compare : WorkClass::add, joins * width);
  if (!none_at(inputs, 6)) counter.count(WorkClass::mul, (least ? filling.rows.min : filling.rows.max) * width);
  if (mode == kMean) counter.count(WorkClass::div, output[0] * width);
  return counter.reads(indices * width * Expr(element_bytes(dtype))).work();
}

// --- embedding_renorm(self, indices, max_norm, norm_type): rows named by the indices, each once, whose norm is too
// large
//     are scaled: norm (D mul, D-1 add, 1 sqrt), 1 compare; scale: 1 add, 1 div, D mul for every row that is named ---

RuleResult<Facts> shape_of_renorm(const Facts& inputs) {
  FA_REFUSE(refuse_integers(inputs, 0));
  FA_RULE(const Dims weight, dims_at(inputs, 0));
  if (weight.size() != 2) return misfit("the weight should have 2 dims: " + inputs[0].to_string());
  FA_RULE(const TensorFact* indices, tensor_at(inputs, 1));
  if (indices->dtype && *indices->dtype != DType::i64 && *indices->dtype != DType::i32) {
    return misfit("indices should be i32 or i64: " + inputs[1].to_string());
  }
  return same_as_first(inputs);
}

// From one row to as many as there are indices and rows; none of them or all are scaled.
template <bool least>
RuleResult<Work> work_of_renorm(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const std::vector<Expr> weight, known_dims_at(inputs, 0));
  FA_RULE(const Expr indices, elements_at(inputs, 1));
  const Expr all = min(indices, weight[0]);
  const Expr rows = least ? min(all, 1) : all, scaled = least ? Expr(0) : all;
  const Expr &width = weight[1], steps = reduction_steps(width, 1);
  return WorkCounter(inputs, outputs)
      .count(WorkClass::mul, (rows + scaled) * width)
      .count(WorkClass::add, rows * steps + scaled)
      .count(WorkClass::sqrt, rows)
      .count(WorkClass::compare, rows)
      .count(WorkClass::div, scaled)
      .work();
}

// --- one_hot(self, num_classes) ---

RuleResult<Facts> shape_of_one_hot(const Facts& inputs) {
  FA_RULE(const TensorFact* labels, tensor_at(inputs, 0));
  FA_RULE(Dims output, dims_at(inputs, 0));
  FA_RULE(const Expr classes, int_at(inputs, 1));
  if (labels->dtype && *labels->dtype != DType::i64) return misfit("one_hot takes i64: " + inputs[0].to_string());
  std::optional<std::int64_t> largest;
  if (labels->contents) {
    for (const auto& element : *labels->contents) {
      const auto* label = std::get_if<Expr>(&element);
      const std::optional<std::int64_t> constant = label != nullptr ? label->constant() : std::nullopt;
      if (!constant) return missing("a label is symbolic");
      if (*constant < 0) return misfit("a negative label: " + inputs[0].to_string());
      largest = std::max(largest.value_or(0), *constant);
    }
  }
  if (!(classes == Expr(-1))) {
    if (largest && always_less(Expr(*largest), classes) == false) {
      return misfit("a label is not below " + classes.to_string() + ": " + inputs[0].to_string());
    }
    if (always_less(classes, 1) == true) return misfit("the number of classes must be positive");
    output.push_back(classes);
    return one(tensor_fact(DType::i64, output));
  }
  const std::optional<Expr> count = element_count(*labels);
  if (count && *count == Expr(0)) return misfit("the number of classes of no label is unknown");
  output.push_back(largest ? Dim(Expr(*largest + 1)) : Dim());
  Fact result = tensor_fact(DType::i64, output);
  if (!largest) result.get<TensorFact>()->why = "the number of classes is the largest label plus 1";
  return one(result);
}

// --- native_dropout(input, p, train), _fused_dropout(self, p, generator) ---

template <bool masks_bool>
RuleResult<Facts> shape_of_native_dropout(const Facts& inputs) {
  if (!masks_bool) FA_REFUSE(refuse_integers(inputs, 0));
  FA_RULE(Facts facts, same_as_first(inputs));
  if (masks_bool && has_no_elements(inputs[0])) return Facts{facts[0], facts[0]};  // before LibTorch looks at the rest
  const auto* train = masks_bool ? inputs.at(2).get<BoolFact>() : nullptr;
  if (masks_bool && (train == nullptr || train->value == true)) {  // None is training
    FA_REFUSE(refuse_integers(inputs, 0));
    const std::optional<double> share = number_of(inputs[1]);
    if (share && !(*share >= 0 && *share <= 1))
      return misfit("a share from 0 to 1 is dropped: " + inputs[1].to_string());
  }
  Fact mask = facts[0];
  mask.get<TensorFact>()->dtype = masks_bool ? DType::boolean : DType::u8;
  facts.push_back(mask);
  return facts;
}

// train None is training.
RuleResult<Work> work_of_native_dropout(const Facts& inputs, const Facts& outputs) {
  if (!none_at(inputs, 2)) {
    FA_RULE(const bool train, bool_at(inputs, 2));
    if (!train) return copies(inputs, outputs);
  }
  return WorkCounter(inputs, outputs).per_output(WorkClass::mul, 2).work();
}

RuleResult<Work> work_of_fused_dropout(const Facts& inputs, const Facts& outputs) {
  return WorkCounter(inputs, outputs).per_output(WorkClass::mul, 2).work();
}

// i indices in b bags that hold one, width D
constexpr char kBag[] = "sum: add = (i - b)*D, weights: mul = i*D; mean: div = b*D; max: compare = (i - b)*D";
constexpr char kRenorm[] =
    "r rows named, s of them scaled: mul = (r + s)*D, add = r*(D - 1) + s, sqrt = compare = r, div = s";
constexpr ShapeRule kBagShape = shape_of_embedding_bag<true, true>, kKernelShape = shape_of_embedding_bag<false, false>,
                    kForwardShape = shape_of_embedding_bag<false, true>;
constexpr WorkRule kBagWork = work_of_embedding_bag<true, false>, kKernelWork = work_of_embedding_bag<false, false>;
constexpr WorkRule kBagLeast = work_of_embedding_bag<true, true>, kKernelLeast = work_of_embedding_bag<false, true>;

#define BAG(name, shape, work, least) \
  { name, shape, work, kBag, nullptr, nullptr, least }

// clang-format off
constexpr OpSpec kRows[] = {
    // name                              shape rule                      work rule               formula
    BAG("aten::_embedding_bag", kKernelShape, kKernelWork, kKernelLeast),
    BAG("aten::_embedding_bag_forward_only", kForwardShape, kKernelWork, kKernelLeast),
    {"aten::_fused_dropout",              shape_of_native_dropout<false>, work_of_fused_dropout,  "mul = 2n"},
    BAG("aten::embedding_bag", kBagShape, kBagWork, kBagLeast),
    BAG("aten::embedding_bag.padding_idx", kBagShape, kBagWork, kBagLeast),
    {"aten::embedding_renorm", shape_of_renorm, work_of_renorm<false>, kRenorm, nullptr, nullptr, work_of_renorm<true>},
    {"aten::native_dropout",              shape_of_native_dropout<true>,  work_of_native_dropout, "training: mul = 2n"},
    {"aten::one_hot",                     shape_of_one_hot,               nullptr,                ""},
};
// clang-format on
#undef BAG

}  // namespace

std::span<const OpSpec> embedding_ops() { return kRows; }

}  // namespace flopaudit
