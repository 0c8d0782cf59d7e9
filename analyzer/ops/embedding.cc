// Bags of embeddings, one_hot, and dropout's native forms. A bag of k rows of width D adds (k-1)*D; with weights each row
// is multiplied (D mul); the mean divides (D div a bag), the maximum compares instead of adding. Where the offsets are not
// known every bag is taken to hold a row. native_dropout in training multiplies by the mask and by 1/(1-p), as dropout.
#include <algorithm>

#include "analyzer/ops/all_ops.h"
#include "analyzer/ops/dtype_checks.h"
#include "analyzer/ops/work_helpers.h"

namespace flopaudit {
namespace {

// --- embedding_bag(weight, indices, offsets, scale_grad_by_freq, mode, sparse, per_sample_weights, include_last_offset,
//     padding_idx) ---

constexpr std::int64_t kSum = 0, kMean = 1, kMax = 2;

std::optional<RuleFailure> check_bags(const Facts& inputs, std::int64_t mode) {
  if (mode < kSum || mode > kMax) return misfit("no such mode of embedding_bag: " + std::to_string(mode));
  for (const std::size_t place : {1, 2}) {
    const std::optional<DType> dtype = inputs[place].tensor()->dtype;
    if (dtype && *dtype != DType::i64 && *dtype != DType::i32) {
      return misfit("indices and offsets should be i32 or i64: " + inputs[place].to_string());
    }
  }
  const RuleResult<const TensorFact*> weights = optional_tensor_at(inputs, 6);
  if (!weights) return weights.failure();
  if (*weights == nullptr) return std::nullopt;
  if (mode != kSum) return misfit("weights of samples go with the mode sum alone");
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
  if (always_less(*offsets[0], 1) == true) return misfit("include_last_offset needs an offset: " + inputs[2].to_string());
  return Dim(*offsets[0] - Expr(1));
}

RuleResult<Facts> shape_of_embedding_bag(const Facts& inputs) {
  FA_REFUSE(need_floating(inputs, 0));
  FA_RULE(const Dims weight, dims_at(inputs, 0));
  FA_RULE(const Dims indices, dims_at(inputs, 1));
  FA_RULE(const std::int64_t mode, constant_at(inputs, 4));
  if (weight.size() != 2) return misfit("the weight should have 2 dims: " + inputs[0].to_string());
  if (indices.size() != 1 && indices.size() != 2) {
    return misfit("indices should have 1 or 2 dims: " + inputs[1].to_string());
  }
  FA_RULE(const Dim bags, bags_of(inputs));
  FA_REFUSE(check_bags(inputs, mode));
  const DType index_dtype = inputs[1].tensor()->dtype == DType::i32 && inputs[2].tensor()->dtype == DType::i32
                                ? DType::i32
                                : DType::i64;
  FA_RULE(const Dims offsets, dims_at(inputs, 2));
  // LibTorch's fast path for sums without padding keeps no map from offsets to bags.
  const bool padded = inputs.size() > 8 && !none_at(inputs, 8) && constant_of(inputs[8]) != -1;
  const bool fast = mode == kSum && !padded;
  const Dim count = fast ? offsets[0] : bags;
  const Dim map = fast ? Dim(Expr(0)) : element_count(indices);
  const Dims largest = mode == kMax ? Dims{bags, weight[1]} : Dims{count};
  return Facts{tensor_fact(inputs[0].tensor()->dtype, {bags, weight[1]}), tensor_fact(index_dtype, {map}),
               tensor_fact(index_dtype, {count}), tensor_fact(index_dtype, largest)};
}

// Bags that hold a row, by the offsets where they are known.
RuleResult<Expr> filled_bags(const Facts& inputs, const Expr& indices, const Expr& bags) {
  const TensorFact& offsets = *inputs[2].tensor();
  const std::optional<std::int64_t> count = bags.constant();
  if (!offsets.contents || !count) return min(bags, indices);
  std::int64_t filled = 0;
  for (std::size_t bag = 0; bag < static_cast<std::size_t>(*count); ++bag) {
    const auto* begin = std::get_if<Expr>(&offsets.contents->at(bag));
    const auto* next = bag + 1 < offsets.contents->size() ? std::get_if<Expr>(&(*offsets.contents)[bag + 1]) : &indices;
    if (begin == nullptr || next == nullptr) return misfit("offsets should be integers: " + inputs[2].to_string());
    if (always_less(*begin, *next) != false) ++filled;
  }
  return Expr(filled);
}

RuleResult<Work> work_of_embedding_bag(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const std::vector<Expr> output, known_dims_at(outputs, 0));
  FA_RULE(const Expr indices, elements_at(inputs, 1));
  FA_RULE(const std::int64_t mode, constant_at(inputs, 4));
  FA_RULE(const DType dtype, dtype_at(inputs, 0));
  FA_RULE(const Expr filled, filled_bags(inputs, indices, output[0]));
  const Expr& width = output[1];
  WorkCounter counter(inputs, outputs);
  counter.count(mode == kMax ? WorkClass::compare : WorkClass::add, (indices - filled) * width);
  if (!none_at(inputs, 6)) counter.count(WorkClass::mul, indices * width);
  if (mode == kMean) counter.count(WorkClass::div, output[0] * width);
  return counter.reads(indices * width * Expr(element_bytes(dtype))).work();
}

// --- embedding_renorm(self, indices, max_norm, norm_type): rows named by the indices, each once, whose norm is too large
//     are scaled: norm (D mul, D-1 add, 1 sqrt), 1 compare; scale: 1 add, 1 div, D mul for every row that is named ---

RuleResult<Facts> shape_of_renorm(const Facts& inputs) {
  FA_RULE(const Dims weight, dims_at(inputs, 0));
  if (weight.size() != 2) return misfit("the weight should have 2 dims: " + inputs[0].to_string());
  return same_as_first(inputs);
}

RuleResult<Work> work_of_renorm(const Facts&, const Facts&) {
  return missing("the work depends on which rows are named and on their norms");
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
  FA_REFUSE(refuse_integers(inputs, 0));
  FA_RULE(Facts facts, same_as_first(inputs));
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

// i indices in b bags, width D
constexpr char kBag[] = "sum: add = (i - b)*D, weights: mul = i*D; mean: div = b*D; max: compare = (i - b)*D";
constexpr char kRenorm[] = "depends on the rows named and on their norms";
constexpr ShapeRule kBagShape = shape_of_embedding_bag;
constexpr WorkRule kBagWork = work_of_embedding_bag;

// clang-format off
constexpr OpSpec kRows[] = {
    // name                              shape rule                      work rule               formula
    {"aten::_embedding_bag",              kBagShape,                      kBagWork,               kBag},
    {"aten::_embedding_bag_forward_only", kBagShape,                      kBagWork,               kBag},
    {"aten::_fused_dropout",              shape_of_native_dropout<false>, work_of_fused_dropout,  "mul = 2n"},
    {"aten::embedding_bag",               kBagShape,                      kBagWork,               kBag},
    {"aten::embedding_bag.padding_idx",   kBagShape,                      kBagWork,               kBag},
    {"aten::embedding_renorm",            shape_of_renorm,                work_of_renorm,         kRenorm},
    {"aten::native_dropout",              shape_of_native_dropout<true>,  work_of_native_dropout, "training: mul = 2n"},
    {"aten::one_hot",                     shape_of_one_hot,               nullptr,                ""},
};
// clang-format on

}  // namespace

std::span<const OpSpec> embedding_ops() { return kRows; }

}  // namespace flopaudit
