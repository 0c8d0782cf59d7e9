// Products of matrices of complex numbers: MKL's cgemm and zgemm, which multiply by alpha as a complex number, and
// ATen's own loops for small batches. Rows and columns are ATen's: m x k times k x n.
#include "analyzer/audit/causes/kernel_model.h"

namespace flopaudit {
namespace {

constexpr CauseInfo kCauses[] = {
    {"complex matrix products",
     "A number takes 4 mul and 4 add a step; alpha multiplies what is packed, and the columns are padded to 4.",
     "aten::mm, bmm, matmul, addmm, linear of complex numbers", "standard",
     "m and k from 4: c128 4*m*n*k4 + 4*k*n mul and 4*m*n*k4 + 2*k*n + 6*m*n add, k4: k rounded up to 4; c64: twice "
     "the "
     "alpha, of the last k mod 4 steps of 4 columns once, and an odd column by itself; below: 4*m*k*n, and for alpha "
     "of each row of the left 4 mul and 2 add (c64 "
     "twice); batches of less than 400 products in ATen's loops: 4 mul and 6 add each, c64 in halves of vectors",
     "1 to 64 rows, columns and steps, c64 and c128; testdata/validation/standard.csv"},
};
constexpr const CauseInfo& kProduct = kCauses[0];

struct Extents {
  std::int64_t rows, steps, columns;
  bool right_by_columns = false;  // the right side lies by columns
};
struct Counts {
  std::int64_t add = 0, mul = 0;
};

// What alpha takes of an even number of packed columns: 4 at a time are dense at their last steps.
std::int64_t alpha_of_columns(std::int64_t columns, std::int64_t steps) {
  const std::int64_t fours = columns - columns % 4;
  return fours * (8 * (steps - steps % 4) + 4 * (steps % 4)) + (columns - fours) * 8 * steps;
}

// Blocks of both sides are packed. In c64 a last odd column goes by itself.
std::optional<Counts> packed_product(const Extents& e, bool f32) {
  const std::int64_t padded = round_up(e.steps, 4), all = 4 * e.rows * e.columns * padded;
  const Counts results = {all + 6 * e.rows * e.columns, all};
  if (!f32) return Counts{results.add + 2 * e.steps * e.columns, results.mul + 4 * e.steps * e.columns};
  if (e.right_by_columns && e.steps % 4 != 0) return std::nullopt;
  const std::int64_t odd = e.columns % 2;
  const std::int64_t alpha =
      e.right_by_columns ? 4 * e.steps * (e.columns - odd) : alpha_of_columns(e.columns - odd, e.steps);
  Counts counts = {results.add + alpha / 2, results.mul + alpha};
  if (odd == 0) return counts;
  const std::int64_t pairs = round_up(e.steps, 2), last_rows = e.rows % 4;
  counts.add += 2 * pairs + 13 * (e.rows - last_rows) / 2 + last_rows * (2 * padded - 4);
  counts.mul += 4 * pairs + last_rows * 3 * padded / 2;
  return counts;
}

// A few rows or steps are products of a vector and a matrix; alpha multiplies the left side, or a single column.
Counts row_products(const Extents& e, bool f32) {
  const std::int64_t rows = e.rows, steps = e.steps, columns = e.columns;
  const std::int64_t all = 4 * rows * steps * columns, left = rows * steps;
  if (columns == 1 && rows > 1) {
    if (!f32) return Counts{all + 2 * rows, all + 4 * rows};
    const bool odd_rows = rows % 2 != 0, odd_steps = steps % 2 != 0;
    return Counts{all + (odd_steps ? 14 : 10) * rows + (odd_rows ? 6 : 0),
                  all + (odd_steps ? 8 : 4) * rows + (odd_rows ? 4 : 0)};
  }
  if (steps == 1 && rows > 1) {
    if (!f32) return Counts{2 * rows * columns + 2 * rows, all + 4 * rows};
    const std::int64_t padded = round_up(columns, 2);
    return Counts{2 * rows * padded + 4 * rows, 4 * rows * padded + 8 * rows};
  }
  if (!f32) return rows == 1 ? Counts{all + 4 * left, all + 4 * left} : Counts{all + 2 * left, all + 4 * left};
  const bool odd = columns % 2 != 0;
  Counts counts = {all + (odd ? 8 : 4) * left, all + (odd ? 12 : 8) * left};
  if (rows > 1 && columns % 4 >= 2) {
    const std::int64_t pairs = 16 * rows * (steps % 8 / 2);
    counts.add += pairs;
    counts.mul += pairs;
  }
  return counts;
}

// ATen's loops: in c64 a single column of results is added up 4 steps at a time.
Counts loop_product(const Extents& e, bool f32) {
  const std::int64_t products = e.rows * e.steps * e.columns;
  if (!f32) return {6 * products, 4 * products};
  const std::int64_t fours = e.columns == 1 ? products / e.steps * (e.steps - e.steps % 4) : 0;
  return {4 * fours + 12 * (products - fours), 4 * fours + 8 * (products - fours)};
}

std::optional<Counts> product_of(const Extents& e, bool f32, bool in_batch) {
  constexpr std::int64_t kLeastPacked = 4, kLeastOfMkl = 400;
  if (in_batch && e.rows * e.steps * e.columns < kLeastOfMkl) return loop_product(e, f32);
  if (e.rows >= kLeastPacked && e.steps >= kLeastPacked && e.columns >= 2) return packed_product(e, f32);
  const bool unknown = in_batch ? e.columns == 1 || e.steps < kLeastPacked : e.rows == 1 && e.steps == 1;
  if (unknown || e.right_by_columns) return std::nullopt;
  return row_products(e, f32);
}

// Whether the columns of a matrix lie together, and not its rows; one that lies neither way is copied row by row.
std::optional<bool> lies_by_columns(const KernelCall& call, std::size_t index) {
  const auto sizes = sizes_at(call.inputs, index);
  const auto strides = strides_at(call, index);
  if (!sizes || !strides || sizes->size() < 2) return std::nullopt;
  const std::size_t row = sizes->size() - 2, column = sizes->size() - 1;
  const bool is_vector = (*sizes)[row] == 1 || (*sizes)[column] == 1;
  return !is_vector && (*strides)[row] == 1 && (*strides)[column] != 1;
}

// `times` matrix products of two operands; batches of small ones go through ATen's own loops.
void explain_products(const KernelCall& call, std::size_t left, const Extents& e, std::int64_t times, bool in_batch,
                      Explanation& out) {
  const auto dtype = dtype_at_place(call.outputs, 0);
  const auto annotated = annotated_of(call, out);
  if (!annotated) return;
  if (dtype != DType::c64 && dtype != DType::c128) return out.refuse("a product of other than complex numbers");
  for (const std::size_t operand : {left, left + 1}) {
    if (dtype_at_place(call.inputs, operand) != dtype)
      return out.refuse("a product of numbers of several types has no model");
  }
  const bool f32 = dtype == DType::c64;
  if (e.rows * e.steps * e.columns * times == 0) return out.refuse("an empty product of complex numbers has no model");
  const auto counts = product_of(e, f32, in_batch);
  if (!counts) return out.refuse("a complex matrix product of these sizes has no model");
  const auto classes = precision_of(f32 ? DType::f32 : DType::f64);
  FlopIntervals whole;
  add_point(whole, classes->add, times * counts->add);
  add_point(whole, classes->mul, times * counts->mul);
  out.add_rest(kProduct, *annotated, whole);
}

// Two matrices, or batches of them, the first at `left`. How the left one lies does not matter but for single columns.
void explain_pair(const KernelCall& call, std::size_t left, bool in_batch, Explanation& out) {
  const std::size_t rank = in_batch ? 3 : 2;
  const auto first = sizes_at(call.inputs, left), second = sizes_at(call.inputs, left + 1);
  if (!first || !second || first->size() != rank || second->size() != rank)
    return out.refuse("the sizes are not known");
  const auto by_columns = lies_by_columns(call, left), right_by_columns = lies_by_columns(call, left + 1);
  if (!by_columns || !right_by_columns) return out.refuse("it is not known how a matrix lies in memory");
  const Extents extents = {(*first)[rank - 2], first->back(), second->back(), *right_by_columns};
  if (*by_columns && extents.columns == 1) return out.refuse("a complex matrix that lies by columns has no model");
  explain_products(call, left, extents, in_batch ? first->front() : 1, in_batch, out);
}

void explain_mm(const KernelCall& call, Explanation& out) { explain_pair(call, 0, false, out); }
void explain_bmm(const KernelCall& call, Explanation& out) { explain_pair(call, 0, true, out); }

// The sum with the bias is MKL's, too.
void explain_addmm(const KernelCall& call, Explanation& out) {
  if (number_at_place(call.inputs, 3) != 1.0 || number_at_place(call.inputs, 4) != 1.0)
    return out.refuse("a complex sum with factors has no model");
  // Few products go through another loop; where that ends was not found.
  constexpr std::int64_t kFewProducts = 672;
  const auto left = sizes_at(call.inputs, 1), right = sizes_at(call.inputs, 2);
  if (!left || !right || right->empty() || product(*left) * right->back() < kFewProducts || left->back() < 4)
    return out.refuse("a complex sum of few products has no model");
  explain_pair(call, 1, false, out);
}

// All rows of the operand at once, times the weight's transpose.
void explain_linear(const KernelCall& call, Explanation& out) {
  const auto input = sizes_at(call.inputs, 0), weight = sizes_at(call.inputs, 1);
  if (!input || !weight || weight->size() != 2 || input->empty() || input->back() == 0)
    return out.refuse("the sizes are not known");
  const Extents extents = {product(*input) / input->back(), input->back(), weight->front(), true};
  explain_products(call, 0, extents, 1, false, out);
}

// A matrix on the right takes all rows of the left at once; batches alike are products of batches.
void explain_matmul(const KernelCall& call, Explanation& out) {
  const auto left = sizes_at(call.inputs, 0), right = sizes_at(call.inputs, 1);
  if (!left || !right) return out.refuse("the sizes are not known");
  if (left->size() == 3 && right->size() == 3 && left->front() == right->front()) return explain_bmm(call, out);
  if (left->size() == 2 && right->size() == 2) return explain_mm(call, out);
  if (left->size() < 2 || right->size() != 2 || left->back() == 0)
    return out.refuse("a complex matrix product of these shapes has no model");
  check_layout(call, Layout::row_major, out);
  if (!out.refusal().empty()) return;
  explain_products(call, 0, {product(*left) / left->back(), left->back(), right->back()}, 1, false, out);
}

constexpr KernelModel kModels[] = {
    {"aten::addmm", explain_addmm, Layout::any},
    {"aten::bmm", explain_bmm, Layout::any},
    {"aten::linear", explain_linear},
    {"aten::matmul", explain_matmul, Layout::any},
    {"aten::mm", explain_mm, Layout::any},
};

}  // namespace

std::span<const KernelModel> models_of_complex_products() { return kModels; }
std::span<const CauseInfo> complex_product_causes() { return kCauses; }

}  // namespace flopaudit
