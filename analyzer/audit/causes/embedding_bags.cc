// Bags of embeddings, which FBGEMM adds up in f32 and ATen row by row else; rows that are scaled down to a norm.
#include <algorithm>

#include "analyzer/audit/causes/elements.h"
#include "analyzer/audit/causes/tensor_parts.h"

namespace flopaudit {
namespace {

constexpr const char* kEvidence =
    "1 to 60 indices in 1 to 30 bags, rows of 1 to 513 elements, f32 and f64; testdata/validation/standard.csv";
constexpr CauseInfo kCauses[] = {
    {"bags in vectors",
     "FBGEMM adds each row to a bag that starts at 0, in vectors of 256 bits, the last one whole; with weights, and in "
     "rows of one element, by FMA.",
     "aten::embedding_bag and its native forms in f32 without padding, by sum and mean", "standard",
     "i indices, rows of D: i*pad8(D) add, with weights or where D is 1 as many mul; the mean D div a bag", kEvidence},
    {"bags row by row",
     "Each row is multiplied by its weight, also by 1, and added to a bag that starts at 0; padding is left out.",
     "aten::embedding_bag and its native forms in f64, or with a padding index, by sum and mean", "standard",
     "i*D add and mul, in f32 2 more of both a row where D mod 4 is 2 or 3; none of a row that is padding; the mean D "
     "div a bag",
     kEvidence},
    {"rows above the norm", "Only rows whose norm is too large get a factor of their own, but all are multiplied.",
     "aten::renorm", "standard", "the norm of each row; 0 or 1 add and div a row; n mul", kEvidence},
};
constexpr const CauseInfo& kVectors = kCauses[0];
constexpr const CauseInfo& kRowByRow = kCauses[1];
constexpr const CauseInfo& kAbove = kCauses[2];

constexpr double kMean = 1, kMax = 2;

struct Bags {
  std::int64_t bags, width;
  Interval rows;      // that are added
  bool fast = false;  // by FBGEMM
  bool mean = false;
  bool weighted = false;
};

// `wraps`: a negative padding index counts from the end, where the kernels below take it for none.
template <bool wraps>
std::optional<Bags> bags_of(const KernelCall& call, const Plan& plan, Explanation& out) {
  const auto indices = sizes_at(call.inputs, 1), result = sizes_at(call.outputs, 0);
  const auto mode = number_at_place(call.inputs, 4);
  const auto ends = bool_at_place(call.inputs, 7);
  const bool has_padding = call.inputs.size() > 8 && !is_none_at(call.inputs, 8);
  const auto padding = has_padding ? number_at_place(call.inputs, 8) : std::optional(-1.0);
  if (!indices || !result || !mode || !ends || !padding) {
    out.refuse("an operand is not known");
    return std::nullopt;
  }
  Bags bags = {(*result)[0], (*result)[1], {}};
  const bool padded = has_padding && (wraps || *padding >= 0);
  bags.fast = !padded && plan.classes.f32;
  bags.mean = *mode == kMean;
  bags.weighted = !is_none_at(call.inputs, 6);
  const std::int64_t all = product(*indices);
  bags.rows = {padded ? 0 : all, all};
  if (const auto named = padded ? integers_at(call.inputs, 1) : std::nullopt) {
    const double row = *padding < 0 ? *padding + static_cast<double>(plan.sizes[0][0]) : *padding;
    const std::int64_t left_out = std::count(named->begin(), named->end(), static_cast<std::int64_t>(row));
    bags.rows = {all - left_out, all - left_out};
  }
  if (bags.fast && *ends) {  // what is behind the last offset is left out
    const auto offsets = integers_at(call.inputs, 2);
    bags.rows = offsets && !offsets->empty() ? Interval{offsets->back(), offsets->back()} : Interval{0, all};
  }
  if (*mode == kMax) bags.rows = {0, 0};
  return bags;
}

template <bool wraps>
void explain_bags(const KernelCall& call, Explanation& out) {
  const auto plan = plan_of(call, {0}, out);
  if (!plan) return;
  const auto bags = bags_of<wraps>(call, *plan, out);
  if (!bags || bags->bags * bags->width == 0) return;
  const bool multiplies = !bags->fast || bags->weighted || bags->width == 1;
  const std::int64_t lanes = bags->fast ? (bags->width == 1 ? 1 : round_up(bags->width, 8))
                                        : lanes_of(Lanes::pair, bags->width, plan->classes.f32);
  FlopIntervals whole;
  whole[plan->classes.add] = {bags->rows.low * lanes, bags->rows.high * lanes};
  if (multiplies) whole[plan->classes.mul] = whole[plan->classes.add];
  TensorParts parts(plan->dtype, out);
  parts.add_counts(whole);
  if (bags->mean) parts.on("aten::div_.Tensor", {Sizes{bags->bags, bags->width}, Sizes{bags->bags, 1}});
  parts.explain(bags->fast ? kVectors : kRowByRow, plan->annotated);
  if (bags->rows.width() > 0) out.depends_on_data();
}

// --- norms of rows ---

// A factor for each of the rows that are kept, of which all are multiplied.
void explain_renorm(const KernelCall& call, Explanation& out) {
  const auto plan = plan_of(call, {0}, out);
  if (!plan) return;
  const Sizes& sizes = plan->sizes[0];
  const auto dim = dim_at_place(call, 2, sizes.size());
  if (!dim) return out.refuse("the dim is not known");
  if (product(sizes) == 0) return;
  Sizes kept(sizes.size(), 1);
  kept[*dim] = sizes[*dim];
  std::vector<Fact> dims;
  for (std::size_t other = 0; other < sizes.size(); ++other) {
    if (other != *dim) dims.push_back(Fact::integer(static_cast<std::int64_t>(other)));
  }
  TensorParts parts(plan->dtype, out);
  parts.on("aten::linalg_vector_norm", {sizes},
           {call.inputs[1], Fact::list(std::move(dims)), Fact::boolean(true), Fact::none()});
  parts.add_counts(between({}, counts_of({.add = 1, .div = 1}, sizes[*dim], plan->classes)));
  parts.on("aten::mul.Tensor", {sizes, kept});
  parts.explain(kAbove, plan->annotated);
  out.depends_on_data();
}

constexpr KernelModel kModels[] = {
    {"aten::_embedding_bag", explain_bags<false>},
    {"aten::_embedding_bag_forward_only", explain_bags<false>},
    {"aten::embedding_bag", explain_bags<true>},
    {"aten::embedding_bag.padding_idx", explain_bags<true>},
    {"aten::renorm", explain_renorm},
};

}  // namespace

std::span<const KernelModel> embedding_bag_models() { return kModels; }
std::span<const CauseInfo> embedding_bag_causes() { return kCauses; }

}  // namespace flopaudit
