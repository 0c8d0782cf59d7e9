// Scaled dot-product attention, as its published equation: softmax(Q K' * scale + mask) V. The scale costs one mul a
// score, wherever a kernel applies it; a bool mask selects and is free. A causal mask leaves all macs in `all`, and the
// triangle in `valid`. Dropout is not counted: inference has none.
// The fused kernels, which LibTorch's own graphs name, differ in layout and in what they return beside the result. Only
// the result and the logsumexp are counted as bytes; the rest is bookkeeping of a random generator.
#include "analyzer/ops/all_ops.h"
#include "analyzer/ops/attention_helpers.h"
#include "analyzer/ops/dtype_checks.h"
#include "analyzer/ops/shape_helpers.h"
#include "analyzer/ops/size_conditions.h"

namespace flopaudit {
namespace {

constexpr std::size_t kNowhere = SIZE_MAX;

// What a kernel returns: the result, then nothing; the weights; the logsumexp; or that and what CUDA's kernels add.
enum class Returns { result, weights, logsumexp, flash, efficient, cudnn, overrideable };

// Where a kernel has its arguments, behind query, key and value.
struct Kernel {
  std::size_t mask, causal, grouped, flag;  // flag: whether a logsumexp or a debug mask is wanted
  Returns returns;
  bool four_dims;    // [batch, heads, length, width] and no other rank
  bool same_widths;  // of key and value
};

struct Attended {
  Dims batch;  // all dims before the length, heads too
  Dim length, source, width, value_width;
  std::optional<DType> dtype;
};

// Dims before length and width. With grouped queries the heads of key and value divide those of the query.
RuleResult<Dims> batch_dims(const Facts& inputs, const Dims& query, const Dims& key, const Dims& value, bool grouped) {
  Dims batch(query.begin(), query.end() - 2);
  Dim heads;
  if (grouped && query.size() < 3) return misfit("grouped queries need a dim of heads: " + inputs[0].to_string());
  if (grouped) {
    heads = batch.back();
    batch.pop_back();
  }
  for (const Dims* other : {&key, &value}) {
    Dims rest(other->begin(), other->end() - 2);
    if (grouped && !rest.empty()) {
      if (heads && rest.back() && !must_be_multiple(*heads, *rest.back())) {
        return misfit("the heads of key and value do not divide those of the query: " + shapes_text(inputs, {0, 1, 2}));
      }
      rest.pop_back();
    }
    const std::optional<Dims> both = broadcast(batch, rest);
    if (!both) return misfit("the batch dims do not broadcast: " + shapes_text(inputs, {0, 1, 2}));
    batch = *both;
  }
  if (grouped) batch.push_back(heads);
  return batch;
}

std::optional<RuleFailure> check_mask(const Facts& inputs, std::size_t index, const Attended& a, bool causal,
                                      bool any_rank) {
  FA_RULE(const TensorFact* mask, optional_tensor_at(inputs, index));
  if (mask == nullptr) return std::nullopt;
  if (causal) return misfit("a causal attention takes no mask beside it: " + inputs[index].to_string());
  if (mask->dtype && *mask->dtype != DType::boolean && *mask->dtype != DType::f32 && a.dtype &&
      *mask->dtype != *a.dtype) {
    return misfit("the mask should be bool or of the query's dtype and is " + inputs[index].to_string());
  }
  Dims scores = a.batch;
  scores.push_back(a.length);
  scores.push_back(a.source);
  if (mask->dims && ((mask->dims->size() < 2 && !any_rank) || cannot_expand(*mask->dims, scores))) {
    return misfit("the mask does not expand to " + text(scores) + ": " + inputs[index].to_string());
  }
  return std::nullopt;
}

RuleResult<Attended> attended(const Facts& inputs, const Kernel& kernel) {
  Attended a;
  FA_RULE(a.dtype, same_dtype(inputs, 0, 1));
  if (const auto values = same_dtype(inputs, 0, 2); !values) return values.failure();
  if (a.dtype && is_integral(*a.dtype))
    return misfit("attention is of floating dtypes: " + shapes_text(inputs, {0, 1, 2}));
  FA_RULE(const Dims query, dims_at(inputs, 0));
  FA_RULE(const Dims key, dims_at(inputs, 1));
  FA_RULE(const Dims value, dims_at(inputs, 2));
  const auto short_of = [&](const Dims& dims) { return kernel.four_dims ? dims.size() != 4 : dims.size() < 2; };
  if (short_of(query) || short_of(key) || short_of(value)) {
    return misfit(std::string("attention needs ") + (kernel.four_dims ? "4 dims: " : "2 dims or more: ") +
                  shapes_text(inputs, {0, 1, 2}));
  }
  if (!same_dim(query.back(), key.back()) || (kernel.same_widths && !same_dim(key.back(), value.back()))) {
    return misfit("query and key have different widths: " + shapes_text(inputs, {0, 1, 2}));
  }
  if (!same_dim(key[key.size() - 2], value[value.size() - 2])) {
    return misfit("key and value have different lengths: " + shapes_text(inputs, {1, 2}));
  }
  bool grouped = kernel.four_dims;  // fused kernels take grouped queries as they come
  if (kernel.grouped != kNowhere) {
    FA_RULE(grouped, bool_at(inputs, kernel.grouped));
  }
  if (kernel.four_dims && !(same_dim(query[0], key[0]) && same_dim(key[0], value[0]))) {
    return misfit("the batch sizes of query, key and value differ: " + shapes_text(inputs, {0, 1, 2}));
  }
  FA_RULE(a.batch, batch_dims(inputs, query, key, value, grouped));
  a.length = query[query.size() - 2];
  a.source = key[key.size() - 2];
  a.width = query.back();
  a.value_width = value.back();
  return a;
}

Fact scalar_int(const Dim& dim) { return IntFact{dim}; }

// Half-precision kernels keep the logsumexp in f32.
DType accumulator(DType dtype) { return dtype == DType::f64 ? DType::f64 : DType::f32; }

RuleResult<Facts> results_of(const Facts& inputs, const Kernel& kernel, const Attended& a) {
  Dims result = a.batch;
  result.push_back(a.length);
  Dims logsumexp = result;
  Dims weights = result;
  weights.push_back(a.source);
  result.push_back(a.value_width);
  Facts facts = one(tensor_fact(a.dtype, result));
  if (kernel.returns == Returns::result) return facts;
  if (kernel.returns == Returns::weights) {
    facts.push_back(tensor_fact(a.dtype, weights));
    return facts;
  }
  bool flag = false;
  if (kernel.flag != kNowhere) {
    FA_RULE(flag, bool_at(inputs, kernel.flag));
  }
  if (kernel.returns == Returns::efficient) {  // padded to blocks of 32 queries; empty where it is not wanted
    if (!flag) logsumexp.back() = Expr(0);
    if (flag && a.length) logsumexp.back() = ceil_div(*a.length, 32) * Expr(32);
  }
  if (kernel.returns == Returns::cudnn) logsumexp.push_back(Expr(1));
  facts.push_back(tensor_fact(a.dtype ? std::optional(accumulator(*a.dtype)) : std::nullopt, logsumexp));
  if (kernel.returns == Returns::logsumexp) return facts;
  const Fact number = tensor_fact(DType::i64, {});
  if (kernel.returns == Returns::efficient) {
    facts.insert(facts.end(), {number, number});
    return facts;
  }
  facts.insert(facts.end(), {Fact::none(), Fact::none(), scalar_int(a.length), scalar_int(a.source)});
  if (kernel.returns == Returns::flash) {  // a seed and an offset as unsigned 64-bit integers, and a debug mask
    facts.insert(facts.end(), {tensor_fact(std::nullopt, {Expr(2)}), tensor_fact(std::nullopt, {})});
    facts.push_back(tensor_fact(a.dtype, flag ? Dims(4) : Dims{Expr(0)}));
  } else {
    facts.insert(facts.end(), {number, number, Fact::none()});
  }
  return facts;
}

// Of values without elements LibTorch looks at ranks and dtypes alone: zeros for each row of the query.
RuleResult<Facts> attention_to_nothing(const Facts& inputs) {
  FA_RULE(const std::optional<DType> dtype, same_dtype(inputs, 0, 1));
  if (const auto values = same_dtype(inputs, 0, 2); !values) return values.failure();
  FA_RULE(Dims query, dims_at(inputs, 0));
  FA_RULE(const Dims key, dims_at(inputs, 1));
  FA_RULE(const Dims value, dims_at(inputs, 2));
  if (query.size() < 2 || key.size() < 2 || value.size() < 2) {
    return misfit("attention needs 2 dims or more: " + shapes_text(inputs, {0, 1, 2}));
  }
  query.back() = value.back();
  return one(tensor_fact(dtype, query));
}

template <const Kernel& kernel>
RuleResult<Facts> shape_of_attention(const Facts& inputs) {
  if (kernel.returns == Returns::result && has_no_elements(inputs[2])) return attention_to_nothing(inputs);
  FA_RULE(const Attended a, attended(inputs, kernel));
  FA_RULE(const bool causal, bool_at(inputs, kernel.causal));
  if (kernel.returns == Returns::logsumexp) {
    FA_REFUSE(need_floating(inputs, 0));
    if (number_of(inputs[3]).value_or(0) != 0) return misfit("this kernel drops nothing out: " + inputs[3].to_string());
  }
  const bool drops = kernel.returns == Returns::result || kernel.returns == Returns::weights;
  if (drops && number_of(inputs[4]).value_or(0) > 1) {
    return misfit("a share of at most 1 is dropped: " + inputs[4].to_string());
  }
  if (kernel.mask != kNowhere) {
    FA_REFUSE(check_mask(inputs, kernel.mask, a, causal, kernel.returns == Returns::weights));
  }
  return results_of(inputs, kernel, a);
}

RuleResult<Expr> known(const Dim& dim) {
  if (!dim) return missing("a dim of query, key or value is unknown");
  return *dim;
}

template <const Kernel& kernel>
RuleResult<Work> work_of_attention(const Facts& inputs, const Facts& outputs) {
  if (kernel.returns == Returns::result && has_no_elements(inputs[2])) return WorkCounter(inputs, outputs).work();
  FA_RULE(const Attended a, attended(inputs, kernel));
  FA_RULE(const bool causal, bool_at(inputs, kernel.causal));
  FA_RULE(const Expr batch, known(product(a.batch)));
  FA_RULE(const Expr length, known(a.length));
  FA_RULE(const Expr source, known(a.source));
  AttentionSizes sizes;
  sizes.rows = batch * length;
  sizes.pairs = sizes.rows * source;
  sizes.visible = batch * visible_pairs(length, source, causal ? Causal::from_first : Causal::none);
  FA_RULE(sizes.width, known(a.width));
  FA_RULE(sizes.value_width, known(a.value_width));
  const Facts written(outputs.begin(), outputs.begin() + (kernel.returns == Returns::result ? 1 : 2));
  WorkCounter counter(inputs, written);
  count_attention(counter, sizes, kernel.mask != kNowhere && is_added_mask(inputs, kernel.mask));
  return counter.work();
}

// Which kernel LibTorch would take, as a number: it depends on the machine.
RuleResult<Facts> shape_of_choice(const Facts& inputs) {
  FA_RULE(const TensorFact* mask, optional_tensor_at(inputs, 3));
  if (mask != nullptr && mask->dims && mask->dims->size() < 2) {
    return misfit("a mask has 2 dims or more: " + inputs[3].to_string());
  }
  return one(IntFact{std::nullopt});
}

//                              mask      causal grouped   flag      returns                four_dims same_widths
constexpr Kernel kSdpa = {3, 5, 7, kNowhere, Returns::result, false, false};
constexpr Kernel kMath = {3, 5, 8, kNowhere, Returns::weights, false, false};
constexpr Kernel kFlashCpu = {5, 4, kNowhere, kNowhere, Returns::logsumexp, true, true};
constexpr Kernel kFlash = {kNowhere, 4, kNowhere, 5, Returns::flash, true, true};
constexpr Kernel kFlashScaled = {kNowhere, 7, kNowhere, 8, Returns::flash, true, true};
constexpr Kernel kEfficient = {3, 6, kNowhere, 4, Returns::efficient, true, false};
constexpr Kernel kCudnn = {3, 6, kNowhere, kNowhere, Returns::cudnn, true, false};
constexpr Kernel kOverride = {3, 5, kNowhere, kNowhere, Returns::overrideable, true, false};

// B batch and heads, L query length, S key length, E and V widths
constexpr char kSdpaText[] =
    "mac = B*L*S*(E+V), valid: the triangle when causal; mul = B*L*S; float mask: add = B*L*S; softmax of B*L rows of "
    "S";

// clang-format off
constexpr OpSpec kRows[] = {
    // name                                                    shape rule                       work rule                       formula
    {"aten::_fused_sdp_choice",                                shape_of_choice,                 nullptr,                        ""},
    {"aten::_scaled_dot_product_attention_math",               shape_of_attention<kMath>,       work_of_attention<kMath>,       kSdpaText},
    {"aten::_scaled_dot_product_attention_math_for_mps",       shape_of_attention<kMath>,       work_of_attention<kMath>,       kSdpaText},
    {"aten::_scaled_dot_product_cudnn_attention",              shape_of_attention<kCudnn>,      work_of_attention<kCudnn>,      kSdpaText},
    {"aten::_scaled_dot_product_efficient_attention",          shape_of_attention<kEfficient>,  work_of_attention<kEfficient>,  kSdpaText},
    {"aten::_scaled_dot_product_flash_attention",              shape_of_attention<kFlash>,      work_of_attention<kFlash>,      kSdpaText},
    {"aten::_scaled_dot_product_flash_attention.quantized",    shape_of_attention<kFlashScaled>, work_of_attention<kFlashScaled>, kSdpaText},
    {"aten::_scaled_dot_product_flash_attention_for_cpu",      shape_of_attention<kFlashCpu>,   work_of_attention<kFlashCpu>,   kSdpaText},
    {"aten::_scaled_dot_product_fused_attention_overrideable", shape_of_attention<kOverride>,   work_of_attention<kOverride>,   kSdpaText},
    {"aten::scaled_dot_product_attention",                     shape_of_attention<kSdpa>,       work_of_attention<kSdpa>,       kSdpaText},
};
// clang-format on

}  // namespace

std::span<const OpSpec> attention_ops() { return kRows; }

}  // namespace flopaudit
