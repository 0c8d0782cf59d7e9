// Distances: the p-norm of differences, pair by pair, by its definition, whichever way a kernel computes it (LibTorch's
// cdist may go through a matrix product). cosine_similarity as documented: x.y / (max(|x|, eps) * max(|y|, eps)).
#include "analyzer/ops/all_ops.h"
#include "analyzer/ops/elementwise_helpers.h"
#include "analyzer/ops/norm_helpers.h"
#include "analyzer/ops/shape_helpers.h"

namespace flopaudit {
namespace {

std::optional<RuleFailure> check_distance_order(const Facts& inputs, std::size_t index) {
  FA_RULE(const double order, number_at(inputs, index));
  if (order < 0) return misfit("the order of a distance is not negative");
  return std::nullopt;
}

// cdist(x1 [..., P, M], x2 [..., R, M], p, compute_mode) -> [..., P, R]. _euclidean_dist goes through a matrix product
// and takes one row [M] for x1 too.
template <bool has_order>
RuleResult<Facts> shape_of_cdist(const Facts& inputs) {
  FA_RULE(const Dims left, dims_at(inputs, 0));
  FA_RULE(const Dims right, dims_at(inputs, 1));
  const bool one_row = !has_order && left.size() == 1;
  if ((left.size() < 2 && !one_row) || right.size() < 2)
    return misfit("distances are of rows: " + shapes_text(inputs, {0, 1}));
  if (!same_dim(left.back(), right.back())) {
    return misfit("the rows have different widths: " + shapes_text(inputs, {0, 1}));
  }
  for (const std::size_t place : {0, 1}) {
    const std::optional<DType> own = inputs[place].tensor()->dtype;
    if (own && !is_floating(*own)) return misfit("distances are of floating dtypes: " + shapes_text(inputs, {0, 1}));
  }
  if (has_order) {
    FA_REFUSE(check_distance_order(inputs, 2));
    FA_RULE(const std::optional<Expr> mode, optional_int_at(inputs, 3));
    if (mode && mode->constant() && (*mode->constant() < 0 || *mode->constant() > 2)) {
      return misfit("there is no compute_mode " + mode->to_string() + " of cdist");
    }
  }
  const Dims left_batch(left.begin(), left.end() - (one_row ? 1 : 2));
  std::optional<Dims> dims = broadcast(left_batch, Dims(right.begin(), right.end() - 2));
  if (!dims) return misfit("the batch dims do not broadcast: " + shapes_text(inputs, {0, 1}));
  if (!one_row) dims->push_back(left[left.size() - 2]);
  dims->push_back(right[right.size() - 2]);
  const bool computes = product(*dims) != Expr(0) && left.back() != Dim(Expr(0));  // else dtypes are not compared
  if (computes) {
    FA_RULE([[maybe_unused]] const std::optional<DType> dtype, same_dtype(inputs, 0, 1));
  }
  return one(tensor_fact(inputs[0].tensor()->dtype, *dims));
}

// Each output is the distance of two rows.
RuleResult<Work> work_of_distances(const Facts& inputs, const Facts& outputs, double order) {
  FA_RULE(const std::vector<Expr> rows, known_dims_at(inputs, 0));
  FA_RULE(const Expr pairs, elements_at(outputs, 0));
  const Expr elements = pairs * rows.back();
  WorkCounter counter(inputs, outputs);
  counter.count(WorkClass::add, elements);
  count_norm(counter, order, elements, pairs);
  return counter.work();
}

template <std::size_t order_place>
RuleResult<Work> work_of_order(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const double order, number_at(inputs, order_place));
  return work_of_distances(inputs, outputs, order);
}
RuleResult<Work> work_of_euclidean(const Facts& inputs, const Facts& outputs) {
  return work_of_distances(inputs, outputs, 2);
}

// pdist(x [N, M], p): each pair of rows once
RuleResult<Facts> shape_of_pdist(const Facts& inputs) {
  FA_RULE(const Dims dims, dims_at(inputs, 0));
  FA_RULE(const DType dtype, dtype_at(inputs, 0));
  if (dims.size() != 2 || !is_floating(dtype)) {
    return misfit("distances within a set are of a floating matrix: " + inputs[0].to_string());
  }
  FA_REFUSE(check_distance_order(inputs, 1));
  const Dim pairs = dims[0] ? Dim(floor_div(*dims[0] * (*dims[0] - Expr(1)), 2)) : std::nullopt;
  return one(tensor_fact(dtype, {pairs}));
}

// How many elements both operands have, stretched to one shape.
RuleResult<Expr> stretched_elements(const Facts& inputs) {
  FA_RULE(const Dims dims, stretched(inputs));
  const std::optional<Expr> elements = product(dims);
  if (!elements) return missing("the size of the operands is unknown");
  return *elements;
}

// pairwise_distance(x1, x2, p, eps, keepdim): the norm of x1 - x2 + eps along the last dim
RuleResult<Facts> shape_of_pairwise(const Facts& inputs) {
  for (const std::size_t place : {0, 1}) {
    const TensorFact* tensor = inputs[place].tensor();
    if (tensor != nullptr && tensor->dtype == DType::boolean) {
      return misfit("a difference of bools: " + inputs[place].to_string());
    }
  }
  FA_RULE(Dims dims, stretched(inputs));
  FA_RULE(const bool keep, bool_at(inputs, 4));
  if (!dims.empty()) dims.pop_back();
  if (keep && !(inputs[0].tensor()->dims->empty() && inputs[1].tensor()->dims->empty())) dims.push_back(Expr(1));
  const std::optional<DType> dtype = result_dtype({&inputs[0], &inputs[1], &inputs[3]});
  return one(tensor_fact(dtype ? std::optional(real_dtype(*dtype)) : dtype, dims));
}

RuleResult<Work> work_of_pairwise(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const Expr elements, stretched_elements(inputs));
  FA_RULE(const Expr result, elements_at(outputs, 0));
  FA_RULE(const double order, number_at(inputs, 2));
  WorkCounter counter(inputs, outputs);
  counter.count(WorkClass::add, elements * Expr(2));
  count_norm(counter, order, elements, result);
  return counter.work();
}

// cosine_similarity(x1, x2, dim, eps)
RuleResult<Facts> shape_of_cosine(const Facts& inputs) {
  FA_RULE(Dims dims, stretched(inputs));
  FA_RULE(const std::size_t dim, dim_at(inputs, 2, dims.size()));
  const std::optional<DType> dtype = result_dtype({&inputs[0], &inputs[1]});
  if (dtype && !is_floating(*dtype)) {
    return misfit("a similarity needs a floating dtype: " + shapes_text(inputs, {0, 1}));
  }
  if (!dims.empty()) dims.erase(dims.begin() + static_cast<std::ptrdiff_t>(dim));
  return one(tensor_fact(dtype, dims));
}

RuleResult<Work> work_of_cosine(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const Expr elements, stretched_elements(inputs));
  FA_RULE(const Expr result, elements_at(outputs, 0));
  const Expr steps = reduction_steps(elements, result);
  WorkCounter counter(inputs, outputs);
  counter.count(WorkClass::mul, elements).count(WorkClass::add, steps);  // x.y
  for (int side = 0; side < 2; ++side) {
    count_norm(counter, 2, elements, result);
    counter.count(WorkClass::compare, result);
  }
  return counter.count(WorkClass::mul, result).count(WorkClass::div, result).work();
}

// q pairs of rows of width M, e elements stretched, o out
constexpr char kText[] = "add = q*M and the p-norm of q rows of M";

// clang-format off
constexpr OpSpec kRows[] = {
    // name                     shape rule             work rule          formula
    {"aten::_cdist_forward",    shape_of_cdist<true>,  work_of_order<2>,  kText},
    {"aten::_euclidean_dist",   shape_of_cdist<false>, work_of_euclidean, kText},
    {"aten::_pdist_forward",    shape_of_pdist,        work_of_order<1>,  kText},
    {"aten::cdist",             shape_of_cdist<true>,  work_of_order<2>,  kText},
    {"aten::cosine_similarity", shape_of_cosine,       work_of_cosine,    "mul = 3e + o, add = 3*(e - o), sqrt = compare = 2*o, div = o"},
    {"aten::pairwise_distance", shape_of_pairwise,     work_of_pairwise,  "add = 2*e and the p-norm of o rows"},
    {"aten::pdist",             shape_of_pdist,        work_of_order<1>,  kText},
};
// clang-format on

}  // namespace

std::span<const OpSpec> distance_ops() { return kRows; }

}  // namespace flopaudit
