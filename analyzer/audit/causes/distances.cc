// Norms of matrices, distances, products of vectors. What ATen puts together from other ops is the sum of its parts;
// cdist has a kernel of its own for few rows, and a matrix product for more.
#include <algorithm>
#include <cmath>

#include "analyzer/audit/causes/inner_loops.h"
#include "analyzer/audit/causes/parts.h"
#include "analyzer/audit/causes/tensor_parts.h"
#include "analyzer/audit/layouts.h"

namespace flopaudit {
namespace {

constexpr CauseInfo kCauses[] = {
    {"parts of a distance",
     "A distance is a difference, what its loop adds, and a norm along it; a similarity two norms.",
     "aten::dist, pairwise_distance, cosine_similarity, linalg_norm, linalg_matrix_norm, frobenius_norm", "standard",
     "dist: sub, norm; pairwise_distance: sub, add of eps, norm; cosine_similarity: two norms, two div, mul, sum; "
     "matrix "
     "norms: a norm over both dims, or sums along one",
     "testdata/validation/standard.csv: 1 to 30 rows of 1 to 100 elements, f32 and f64"},
    {"pair by pair", "Each pair of rows is walked in vectors of 256 bits, whose lanes are added up at its end.",
     "aten::cdist, _cdist_forward of at most 25 rows on both sides, or by compute_mode 2", "standard",
     "a pair of rows of M: 1 add beyond 2M - 1 (order 0: M + 1; inf: none); order 2 in f32: 2 lanes of add and mul "
     "more "
     "when M mod 4 is 2 or 3; another order: pow M, and pow and 1 div in f64",
     "testdata/validation/standard.csv: rows of 1 to 70 elements, orders 0, 1, 2, 3, inf, f32 and f64"},
    {"distances by a product",
     "Squared norms are put beside the rows, so that one matrix product gives |x|^2 + |y|^2 - 2xy; its roots follow.",
     "aten::cdist, _cdist_forward of more than 25 rows on a side in order 2, or by compute_mode 1; _euclidean_dist",
     "standard", "pow 2 and sum of each side, mul of one by -2, matmul of [P, M+2] by [M+2, R], sqrt",
     "testdata/validation/standard.csv: 26 to 90 rows of 1 to 70 elements, f32 and f64"},
    {"parts of a product", "A product of vectors is another op with dims of 1, and what that adds.",
     "aten::outer, ger, vdot, linalg_vecdot, linalg_matmul", "standard",
     "outer: mul.Tensor of a column and a row; vdot: dot; vecdot: mul.Tensor and sum",
     "testdata/validation/standard.csv: vectors of 1 to 100 elements, f32 and f64"},
    {"magnitude in f64", "The absolute value of a complex number of f32 is computed in f64.", "aten::abs", "standard",
     "c64: an element 1 add, 2 mul, 1 sqrt in f64",
     "testdata/validation/standard.csv: 1 to 4000 elements, row by row and not"},
    {"hypotenuses", "The absolute value of a complex number of f64 is libm's hypot, which takes one of two ways.",
     "aten::abs", "standard",
     "c128: an element 10 add, 7 mul, 1 div, 1 sqrt, or 1 add more and 2 mul less where both parts are alike in size",
     "120 numbers one by one; testdata/validation/standard.csv: 1 to 4000 elements"},
    {"trace in f64", "A trace is added up in f64, from 0.", "aten::trace", "standard", "n add in f64",
     "testdata/validation/standard.csv: 1 to 70 rows, f32 and f64"},
};
constexpr const CauseInfo& kParts = kCauses[0];
constexpr const CauseInfo& kPairs = kCauses[1];
constexpr const CauseInfo& kByProduct = kCauses[2];
constexpr const CauseInfo& kProduct = kCauses[3];
constexpr const CauseInfo& kMagnitude = kCauses[4];
constexpr const CauseInfo& kHypotenuse = kCauses[5];
constexpr const CauseInfo& kTrace = kCauses[6];

// f32 or f64 operands at the first places, all of one type.
std::optional<PrecisionClasses> real_classes(const KernelCall& call, std::size_t operands, Explanation& out) {
  const auto dtype = dtype_at_place(call.inputs, 0);
  const auto classes = precision_of(dtype);
  bool same = dtype_at_place(call.outputs, 0) == dtype;
  for (std::size_t i = 1; i < operands; ++i) same = same && dtype_at_place(call.inputs, i) == dtype;
  if (!classes || !same) out.refuse("only f32 and f64, all of one type, have a model");
  return classes && same ? classes : std::nullopt;
}

// Two operands of the same known sizes.
std::optional<Sizes> common_sizes(const KernelCall& call, Explanation& out) {
  const auto first = sizes_at(call.inputs, 0), second = sizes_at(call.inputs, 1);
  if (first && second && first == second) return first;
  out.refuse("operands of other than one known shape have no model");
  return std::nullopt;
}

Fact order_of(double order) { return Fact::floating(order); }

// --- norms of matrices ---

void explain_norm_along(const KernelCall& call, const Fact& order, const Fact& dims, Explanation& out) {
  const auto annotated = annotated_of(call, out);
  if (!annotated || !real_classes(call, 1, out)) return;
  Parts parts(out);
  parts.add("aten::linalg_vector_norm", {call.inputs[0], order, dims, Fact::boolean(true), Fact::none()}, 1,
            call.strides);
  parts.explain(kParts, *annotated);
}

Fact both_dims(const KernelCall& call, std::size_t place) {
  const bool given = place < call.inputs.size() && !is_none_at(call.inputs, place);
  return given ? call.inputs[place] : Fact::list({Fact::integer(-2), Fact::integer(-1)});
}

// The largest or the least of the singular values, or their sum, of matrices whose dims go last.
void explain_singular_norm(const KernelCall& call, const Sizes& dims, bool nuclear, Explanation& out) {
  const auto annotated = annotated_of(call, out);
  const auto sizes = sizes_at(call.inputs, 0);
  const auto dtype = dtype_at_place(call.inputs, 0);
  if (!sizes) return out.refuse("a shape is not known");
  const auto places = places_at({Fact::list({Fact::integer(dims[0]), Fact::integer(dims[1])})}, 0, sizes->size());
  if (!annotated || !real_classes(call, 1, out)) return;
  if (!places || product(*sizes) == 0) return out.refuse("a norm of nothing has no model");
  Sizes matrices;
  for (std::size_t dim = 0; dim < sizes->size(); ++dim) {
    if (dim != (*places)[0] && dim != (*places)[1]) matrices.push_back((*sizes)[dim]);
  }
  Sizes values = matrices;
  const std::int64_t rows = (*sizes)[(*places)[0]], columns = (*sizes)[(*places)[1]];
  matrices.insert(matrices.end(), {rows, columns});
  values.push_back(std::min(rows, columns));
  Parts parts(out);
  parts.add("aten::linalg_svdvals", {part_tensor(*dtype, matrices), Fact::none()});
  if (nuclear) {
    const Fact last = Fact::list({Fact::integer(-1)});
    parts.add("aten::sum.dim_IntList", {part_tensor(*dtype, values), last, Fact::boolean(false), Fact::none()});
  }
  parts.explain(kParts, *annotated);
}

// 1 and inf: sums along one of the dims, and the largest; fro: all elements; else singular values.
void explain_matrix_norm(const KernelCall& call, Explanation& out) {
  const Fact dims = both_dims(call, 2);
  const auto listed = ints_at_place({dims}, 0, 1);
  if (!listed || listed->size() != 2) return out.refuse("the dims are not known");
  if (const StrFact* word = call.inputs[1].get<StrFact>()) {
    if (word->value != "fro") return explain_singular_norm(call, *listed, true, out);
    return explain_norm_along(call, order_of(2), dims, out);
  }
  const auto order = number_at_place(call.inputs, 1);
  if (!order) return out.refuse("the order is not known");
  if (std::abs(*order) == 2) return explain_singular_norm(call, *listed, false, out);
  const std::int64_t along = std::isinf(*order) ? (*listed)[1] : (*listed)[0];
  explain_norm_along(call, order_of(1), Fact::list({Fact::integer(along)}), out);
}

void explain_nuclear(const KernelCall& call, Explanation& out) {
  const bool has_dims = call.inputs.size() > 2;
  const auto dims = has_dims ? ints_at_place(call.inputs, 1, 1) : std::optional(Sizes{-2, -1});
  if (!dims || dims->size() != 2) return out.refuse("the dims are not known");
  explain_singular_norm(call, *dims, true, out);
}

void explain_frobenius(const KernelCall& call, Explanation& out) {
  explain_norm_along(call, order_of(2), call.inputs[1], out);
}

// Without an order the 2-norm of all that is named; with one, a matrix norm of two dims and a vector norm of one.
void explain_any_norm(const KernelCall& call, Explanation& out) {
  const auto sizes = sizes_at(call.inputs, 0);
  if (!sizes) return out.refuse("a shape is not known");
  if (is_none_at(call.inputs, 1)) return explain_norm_along(call, order_of(2), call.inputs[2], out);
  const auto listed = ints_at_place(call.inputs, 2, 1);
  const std::size_t dims = is_none_at(call.inputs, 2) ? sizes->size() : listed ? listed->size() : 0;
  if (dims == 2) return explain_matrix_norm(call, out);
  if (dims == 1) return explain_norm_along(call, call.inputs[1], call.inputs[2], out);
  out.refuse("the dims are not known");
}

// --- distances of two tensors, and along a dim ---

// Two operands, and the shape that they broadcast to.
struct Both {
  Sizes first, second, whole;
};

// Of sizes that are known to fit.
Sizes broadcast(const Sizes& first, const Sizes& second) {
  const Sizes &longer = first.size() >= second.size() ? first : second,
              &shorter = first.size() >= second.size() ? second : first;
  Sizes whole = longer;
  for (std::size_t i = 1; i <= shorter.size(); ++i) {
    std::int64_t& size = whole[whole.size() - i];
    if (size == 1) size = shorter[shorter.size() - i];
  }
  return whole;
}

std::optional<Both> both_of(const KernelCall& call, Explanation& out) {
  const auto first = sizes_at(call.inputs, 0), second = sizes_at(call.inputs, 1);
  if (first && second) return Both{*first, *second, broadcast(*first, *second)};
  out.refuse("a shape is not known");
  return std::nullopt;
}

void explain_dist(const KernelCall& call, Explanation& out) {
  const auto annotated = annotated_of(call, out);
  const auto both = both_of(call, out);
  if (!annotated || !both || !real_classes(call, 2, out)) return;
  TensorParts parts(*dtype_at_place(call.inputs, 0), out);
  parts.on_scaled("aten::sub.Tensor", both->first, both->second);
  parts.on("aten::norm.Scalar", {both->whole}, {call.inputs[2]});
  parts.explain(kParts, *annotated);
}

void explain_pairwise(const KernelCall& call, Explanation& out) {
  const auto annotated = annotated_of(call, out);
  const auto both = both_of(call, out);
  if (!annotated || !both || !real_classes(call, 2, out)) return;
  if (both->whole.empty()) return out.refuse("a distance of numbers has no model");
  TensorParts parts(*dtype_at_place(call.inputs, 0), out);
  parts.on_scaled("aten::sub.Tensor", both->first, both->second);
  parts.on_number("aten::add.Scalar", both->whole);
  parts.on("aten::norm.ScalarOpt_dim", {both->whole},
           {call.inputs[2], Fact::list({Fact::integer(-1)}), Fact::boolean(true)});
  parts.explain(kParts, *annotated);
}

void explain_cosine(const KernelCall& call, Explanation& out) {
  const auto annotated = annotated_of(call, out);
  const auto sizes = common_sizes(call, out);
  const auto dim = ints_at_place(call.inputs, 2, 1);
  if (!annotated || !sizes || !real_classes(call, 2, out)) return;
  const auto rank = static_cast<std::int64_t>(sizes->size());
  if (!dim || rank == 0) return out.refuse("the dim is not known");
  Sizes kept = *sizes;
  kept[static_cast<std::size_t>(dim->front() < 0 ? dim->front() + rank : dim->front())] = 1;
  const DType dtype = *dtype_at_place(call.inputs, 0);
  const Fact whole = part_tensor(dtype, *sizes), norm = part_tensor(dtype, kept);
  const Fact along = Fact::list({Fact::integer(dim->front())});
  Parts parts(out);
  std::vector<Sizes> quotients;
  for (const std::size_t operand : {0, 1}) {
    const auto strides = strides_at(call, operand);
    if (!strides) return out.refuse("it is not known how an operand lies in memory");
    const OperandStrides one = {*strides}, with_norm = {*strides, kRowByRow};
    parts.add("aten::linalg_vector_norm", {whole, order_of(2), along, Fact::boolean(true), Fact::none()}, 1, &one);
    parts.add("aten::div.Tensor", {whole, norm}, 1, &with_norm);
    quotients.push_back(without_gaps(*sizes, *strides));
  }
  const OperandStrides both = {quotients[0], quotients[1]}, products = {quotients[0]};
  parts.add("aten::mul.Tensor", {whole, whole}, 1, &both);
  parts.add("aten::sum.dim_IntList", {whole, along, Fact::boolean(false), Fact::none()}, 1, &products);
  parts.explain(kParts, *annotated);
}

// --- all pairs of rows ---

struct Pairs {
  Sizes batch;
  std::int64_t left = 0, right = 0, width = 0;
  DType dtype;
  PrecisionClasses classes;

  std::int64_t pairs() const { return product(batch) * left * right; }
};

std::optional<Pairs> pairs_of(const KernelCall& call, Explanation& out) {
  const auto left = sizes_at(call.inputs, 0), right = sizes_at(call.inputs, 1);
  const auto classes = real_classes(call, 2, out);
  if (!classes) return std::nullopt;
  if (!left || !right || left->size() < 2 || right->size() < 2) {
    out.refuse("rows of other than two batches of known shape have no model");
    return std::nullopt;
  }
  // Batches that broadcast are copied so that they do not.
  const Sizes batch = broadcast({left->begin(), left->end() - 2}, {right->begin(), right->end() - 2});
  return Pairs{batch, left->end()[-2], right->end()[-2], left->back(), *dtype_at_place(call.inputs, 0), *classes};
}

void explain_by_product(const KernelCall& call, const Pairs& pairs, Explanation& out) {
  const auto annotated = annotated_of(call, out);
  if (!annotated) return;
  const auto tensor = [&](std::int64_t rows, std::int64_t columns) {
    Sizes sizes = pairs.batch;
    sizes.insert(sizes.end(), {rows, columns});
    return part_tensor(pairs.dtype, sizes);
  };
  const Fact last = Fact::list({Fact::integer(-1)});
  Parts parts(out);
  for (const std::int64_t rows : {pairs.left, pairs.right}) {
    parts.add("aten::pow.Tensor_Scalar", {tensor(rows, pairs.width), Fact::integer(2)});
    parts.add("aten::sum.dim_IntList", {tensor(rows, pairs.width), last, Fact::boolean(true), Fact::none()});
  }
  parts.add("aten::mul.Scalar", {tensor(pairs.left, pairs.width), Fact::integer(-2)});
  const std::int64_t depth = pairs.width + 2;
  Sizes transposed = {1, depth};  // of the second, from the last dims on
  std::int64_t step = depth * pairs.right;
  for (auto size = pairs.batch.rbegin(); size != pairs.batch.rend(); step *= *size++) {
    transposed.insert(transposed.begin(), step);
  }
  const OperandStrides strides = {kRowByRow, transposed};
  parts.add("aten::matmul", {tensor(pairs.left, depth), tensor(depth, pairs.right)}, 1, &strides);
  parts.add("aten::sqrt_", {tensor(pairs.left, pairs.right)});
  parts.explain(kByProduct, *annotated);
}

void explain_euclidean(const KernelCall& call, Explanation& out) {
  const auto pairs = pairs_of(call, out);
  if (pairs && pairs->pairs() * pairs->width > 0) explain_by_product(call, *pairs, out);
}

// Differences in their own type, their sum's root in f64.
void explain_power_pairs(const KernelCall& call, const Pairs& pairs, Explanation& out) {
  const auto annotated = annotated_of(call, out);
  if (!annotated) return;
  const Fact powers = part_tensor(pairs.dtype, {pairs.pairs() * pairs.width});
  const Fact roots = part_tensor(DType::f64, {pairs.pairs()});
  Parts parts(out);
  parts.add("aten::pow.Tensor_Tensor", {powers, powers});
  parts.add("aten::pow.Tensor_Tensor", {roots, roots});
  parts.explain(kPairs, *annotated);
  out.add(kPairs, pairs.classes.add, 2 * pairs.pairs() * pairs.width);
  out.add(kPairs, FlopClass::div_f64, pairs.pairs());
}

void explain_one_by_one(const KernelCall& call, double order, const Pairs& pairs, Explanation& out) {
  if (std::isinf(order)) return;
  if (order == 0) return out.add(kPairs, pairs.classes.add, pairs.pairs() * (pairs.width + 1));
  if (order != 1 && order != 2) return explain_power_pairs(call, pairs, out);
  const std::int64_t tail = order == 2 && pairs.classes.f32 && pairs.width % 4 >= 2 ? 2 * pairs.pairs() : 0;
  out.add(kPairs, pairs.classes.add, pairs.pairs() + tail);
  out.add(kPairs, pairs.classes.mul, tail);
}

void explain_cdist(const KernelCall& call, Explanation& out) {
  const auto pairs = pairs_of(call, out);
  const auto order = number_at_place(call.inputs, 2);
  const auto mode = is_none_at(call.inputs, 3) ? std::optional(0.0) : number_at_place(call.inputs, 3);
  if (!pairs) return;
  if (!order || !mode) return out.refuse("the order or the way is not known");
  if (pairs->pairs() * pairs->width == 0) return;
  constexpr std::int64_t kFewRows = 25;
  const bool many = pairs->left > kFewRows || pairs->right > kFewRows;
  if (*order == 2 && (*mode == 1 || (*mode == 0 && many))) return explain_by_product(call, *pairs, out);
  explain_one_by_one(call, *order, *pairs, out);
}

// --- products of vectors ---

void explain_trace(const KernelCall& call, Explanation& out) {
  const auto sizes = sizes_at(call.inputs, 0);
  const auto annotated = annotated_of(call, out);
  if (!annotated || !real_classes(call, 1, out)) return;
  if (!sizes) return out.refuse("a shape is not known");
  const std::int64_t diagonal = std::min((*sizes)[0], (*sizes)[1]);
  FlopIntervals whole;
  whole[FlopClass::add_f64] = {diagonal, diagonal};
  out.add_rest(kTrace, *annotated, whole);
}

// Parts that are zero, or far apart, end early; tiny ones are scaled.
void explain_hypotenuse(std::int64_t elements, const FlopIntervals& annotated, Explanation& out) {
  FlopIntervals whole;
  whole[FlopClass::add_f64] = {10 * elements, 11 * elements};
  whole[FlopClass::mul_f64] = {5 * elements, 7 * elements};
  add_point(whole, FlopClass::div_f64, elements);
  add_point(whole, FlopClass::sqrt_f64, elements);
  out.add_rest(kHypotenuse, annotated, whole);
  out.depends_on_data();
  ValueRange range;
  range.calls = elements;
  range.each[FlopClass::add_f64] = {-10, 1};
  range.each[FlopClass::mul_f64] = {-7, 3};
  range.each[FlopClass::div_f64] = {-1, 0};
  range.each[FlopClass::sqrt_f64] = {-1, 0};
  out.differs_by_values(range);
}

// Of real numbers it is no arithmetic.
void explain_magnitude(const KernelCall& call, Explanation& out) {
  const auto sizes = sizes_at(call.outputs, 0);
  const auto dtype = dtype_at_place(call.inputs, 0);
  const auto annotated = annotated_of(call, out);
  if (!annotated || (dtype != DType::c64 && dtype != DType::c128)) return;
  if (!sizes) return out.refuse("a shape is not known");
  if (dtype == DType::c128) return explain_hypotenuse(product(*sizes), *annotated, out);
  FlopIntervals whole;
  add_point(whole, FlopClass::add_f64, product(*sizes));
  add_point(whole, FlopClass::mul_f64, 2 * product(*sizes));
  add_point(whole, FlopClass::sqrt_f64, product(*sizes));
  out.add_rest(kMagnitude, *annotated, whole);
  ValueRange others;  // infinity and nan
  others.calls = product(*sizes);
  others.each[FlopClass::add_f64] = others.each[FlopClass::sqrt_f64] = {-1, 0};
  others.each[FlopClass::mul_f64] = {-2, 0};
  out.differs_by_values(others);
}

void explain_cross(const KernelCall& call, Explanation& out) { real_classes(call, 2, out); }

void explain_as(const KernelCall& call, const char* op, const Facts& inputs, Explanation& out) {
  const auto annotated = annotated_of(call, out);
  if (!annotated || !real_classes(call, 2, out)) return;
  Parts parts(out);
  parts.add(op, inputs);
  parts.explain(kProduct, *annotated);
}

void explain_outer(const KernelCall& call, Explanation& out) {
  const auto rows = sizes_at(call.inputs, 0);
  if (!rows || rows->size() != 1) return out.refuse("a shape is not known");
  const Fact column = part_tensor(*dtype_at_place(call.inputs, 0), {rows->front(), 1});
  explain_as(call, "aten::mul.Tensor", {column, call.inputs[1]}, out);
}

void explain_vdot(const KernelCall& call, Explanation& out) { explain_as(call, "aten::dot", call.inputs, out); }
void explain_matmul(const KernelCall& call, Explanation& out) { explain_as(call, "aten::matmul", call.inputs, out); }

// Vectors alone are a dot product; of more, products of elements are summed.
void explain_vecdot(const KernelCall& call, Explanation& out) {
  const auto sizes = common_sizes(call, out);
  const auto annotated = annotated_of(call, out);
  if (!sizes || !annotated || !real_classes(call, 2, out)) return;
  if (sizes->size() == 1) return explain_as(call, "aten::dot", {call.inputs[0], call.inputs[1]}, out);
  Parts parts(out);
  parts.add("aten::mul.Tensor", {call.inputs[0], call.inputs[1]});
  parts.add("aten::sum.dim_IntList",
            {call.inputs[0], Fact::list({call.inputs[2]}), Fact::boolean(false), Fact::none()});
  parts.explain(kProduct, *annotated);
}

constexpr KernelModel kModels[] = {
    {"aten::_cdist_forward", explain_cdist, Layout::any},
    {"aten::_euclidean_dist", explain_euclidean},
    {"aten::abs", explain_magnitude, Layout::any},
    {"aten::cdist", explain_cdist, Layout::any},
    {"aten::cosine_similarity", explain_cosine, Layout::any},
    {"aten::cross", explain_cross, Layout::any},
    {"aten::dist", explain_dist},
    {"aten::frobenius_norm.dim", explain_frobenius, Layout::any},
    {"aten::linalg_cross", explain_cross, Layout::any},
    {"aten::ger", explain_outer, Layout::any},
    {"aten::linalg_matmul", explain_matmul},
    {"aten::linalg_matrix_norm", explain_matrix_norm, Layout::any},
    {"aten::linalg_matrix_norm.str_ord", explain_matrix_norm, Layout::any},
    {"aten::linalg_norm", explain_any_norm, Layout::any},
    {"aten::linalg_norm.ord_str", explain_any_norm, Layout::any},
    {"aten::linalg_vecdot", explain_vecdot},
    {"aten::nuclear_norm", explain_nuclear, Layout::any},
    {"aten::nuclear_norm.dim", explain_nuclear, Layout::any},
    {"aten::outer", explain_outer, Layout::any},
    {"aten::pairwise_distance", explain_pairwise},
    {"aten::trace", explain_trace, Layout::any},
    {"aten::vdot", explain_vdot},
};

}  // namespace

std::span<const KernelModel> distance_models() { return kModels; }
std::span<const CauseInfo> distance_causes() { return kCauses; }

}  // namespace flopaudit
