// linear, mm, addmm, bmm, baddbmm, matmul, mv, dot: which product of MKL each one becomes.
#include <algorithm>
#include <array>

#include "analyzer/audit/causes/gemm.h"
#include "analyzer/audit/causes/parts.h"
#include "analyzer/audit/layouts.h"

namespace flopaudit {
namespace {

// Bias and beta = 1 start the accumulator and are free; the alpha that the annotation counts is the one that packing
// multiplies by anyway.
constexpr CauseInfo kCauses[] = {
    {"alpha absorbed", "The alpha of addmm is the one that packing multiplies by anyway: it costs nothing more.",
     "aten::addmm, baddbmm, addmv with alpha other than 1", "standard", "-n mul",
     "testdata/audit/probes.tsv: addmm with alpha 1 and 2 have equal counts"},
    {"bias added behind", "A bias that cannot start the product is added to its result, with the multiply by alpha.",
     "aten::linear of an input of three dims or more that does not lie row by row", "standard",
     "a result: 1 add, 1 mul", "testdata/audit/probes.tsv: transposed inputs, with and without bias"},
    {"tiny sum scaled", "Tiny batched sums are scaled by alpha and beta whatever they are.",
     "aten::baddbmm of fewer than 400 multiplications", "standard", "a result: 1 add, 2 mul; beta 0: 1 mul",
     "testdata/audit/probes.tsv: alpha and beta of 1 and others"},
    {"zero beta", "What a beta of 0 multiplies is not read.", "aten::addmm, baddbmm with beta 0", "standard", "-n mul",
     "testdata/validation/standard.csv: beta of 0, 1 and 2"},
    {"product and activation", "The activation is an op of its own behind the product.", "aten::_addmm_activation",
     "standard", "the sum of its parts: addmm, gelu or relu", "testdata/validation/standard.csv: both activations"},
    {"place of a vector",
     "Rows of 5 to 7 columns are summed by other code where the matrix does not begin at a multiple of 16 bytes, the "
     "last of rows of 9 to 11 where the vector does not.",
     "aten::mv", "standard, f32",
     "5 to 7 columns: 0 to 5 add less for each row of whole fours; 9 to 11, the rows mod 4 are 1, 2, 3: 0 to 9, 14, 23 "
     "add more",
     "4 to 11 rows of 1 to 40 columns, vectors that begin at 0 to 3 elements"},
};
constexpr const CauseInfo& kAlphaAbsorbed = kCauses[0];
constexpr const CauseInfo& kBiasBehind = kCauses[1];
constexpr const CauseInfo& kTinyScaled = kCauses[2];
constexpr const CauseInfo& kZeroBeta = kCauses[3];
constexpr const CauseInfo& kActivated = kCauses[4];
constexpr const CauseInfo& kPlace = kCauses[5];

struct Operands {
  Sizes first, second;
  Strides first_strides, second_strides;
  PrecisionClasses classes;
};

std::optional<Operands> operands(const KernelCall& call, std::size_t first, std::size_t second, Explanation& out) {
  const std::optional<Sizes> a = sizes_at(call.inputs, first);
  const std::optional<Sizes> b = sizes_at(call.inputs, second);
  const std::optional<PrecisionClasses> classes = precision_of(dtype_at_place(call.inputs, first));
  const auto strides = strides_at(call, first), second_strides = strides_at(call, second);
  if (!a || !b)
    out.refuse("a shape is not known");
  else if (!classes)
    out.refuse("only f32 and f64 have a model");
  else if (!strides || !second_strides)
    out.refuse("it is not known how an operand lies in memory");
  else
    return Operands{*a, *b, *strides, *second_strides, *classes};
  return std::nullopt;
}

// The sizes of the last two dims.
Gemm sizes_of(std::int64_t batch, const Operands& from) {
  const Sizes &a = from.first, &b = from.second;
  return {batch, a[a.size() - 2], a.back(), b.back()};
}

// One product of two matrices, which are copied where neither rows nor columns lie together.
Gemm product_of(const Operands& from) {
  Gemm gemm = sizes_of(1, from);
  gemm.transposed_first = lies_by_columns(from.first_strides);
  gemm.transposed_second = lies_by_columns(from.second_strides);
  // A number times a row shows by its stride what it was.
  if (gemm.rows == 1 && gemm.depth == 1 && gemm.columns > 1) gemm.transposed_second = from.second_strides[0] == 1;
  return gemm;
}

void explain_mm(const KernelCall& call, Explanation& out) {
  const auto found = operands(call, 0, 1, out);
  if (found) explain_gemm(product_of(*found), found->classes, out);
}

// A batch of products. Of one whose rows and columns lie apart each is a product of its own, of copied matrices.
void explain_batch(const Gemm& sizes, const Strides& first, const Strides& second, const PrecisionClasses& classes,
                   Explanation& out) {
  const bool apart = lies_apart(sizes.rows, sizes.depth, first) || lies_apart(sizes.depth, sizes.columns, second);
  if (sizes.batch > 1 && apart) {
    if (sizes.products() < kTinyProduct) return explain_batched_product(sizes, classes, out);
    Gemm gemm = sizes;
    gemm.transposed_first = lies_by_columns(first), gemm.transposed_second = lies_by_columns(second);
    return explain_gemm(gemm, classes, out);
  }
  const auto gemm = batch_of(sizes, first, second, out);
  if (gemm) explain_batched_product(*gemm, classes, out);
}

void explain_bmm(const KernelCall& call, Explanation& out) {
  const auto found = operands(call, 0, 1, out);
  if (!found) return;
  explain_batch(sizes_of(found->first[0], *found), found->first_strides, found->second_strides, found->classes, out);
}

// Whether the leading dims and the rows are rows of one matrix without a copy: ATen minds the strides of sizes of 1.
bool folds(const Sizes& sizes, const Strides& strides) {
  for (std::size_t i = 0; i + 2 < sizes.size(); ++i) {
    if (strides[i] != strides[i + 1] * sizes[i + 1]) return false;
  }
  return true;
}

// The strides of a batch of matrices that ATen makes of an operand for bmm: leading dims repeated to `batch`, then
// joined; where that is no view it is copied, row by row.
Strides batched(const Sizes& sizes, const Strides& strides, const Sizes& batch) {
  Sizes from = batch;
  Strides steps(batch.size(), 0);
  const std::size_t own = sizes.size() - 2;
  for (std::size_t i = 0; i < own; ++i) {
    const std::size_t place = batch.size() - own + i;
    if (sizes[i] == batch[place]) steps[place] = strides[i];
  }
  from.insert(from.end(), sizes.end() - 2, sizes.end());
  steps.insert(steps.end(), strides.end() - 2, strides.end());
  const Sizes to = {product(batch), sizes[own], sizes.back()};
  const auto view = viewed(from, steps, to);
  return view ? *view : row_major(to);
}

std::optional<Sizes> broadcast_batch(const Sizes& a, const Sizes& b) {
  Sizes batch(std::max(a.size(), b.size()) - 2, 1);
  for (const Sizes* sizes : {&a, &b}) {
    const std::size_t own = sizes->size() - 2;
    for (std::size_t i = 0; i < own; ++i) {
      std::int64_t& size = batch[batch.size() - own + i];
      if (size != 1 && (*sizes)[i] != 1 && size != (*sizes)[i]) return std::nullopt;
      if ((*sizes)[i] != 1) size = (*sizes)[i];
    }
  }
  return batch;
}

void explain_broadcast(const Operands& found, Explanation& out) {
  const auto batch = broadcast_batch(found.first, found.second);
  if (!batch) return out.refuse("the batches do not fit");
  explain_batch(sizes_of(product(*batch), found), batched(found.first, found.first_strides, *batch),
                batched(found.second, found.second_strides, *batch), found.classes, out);
}

// A single row lies as it likes: it is read as a vector.
std::optional<Operands> linear_operands(const KernelCall& call, Explanation& out) {
  const auto input = sizes_at(call.inputs, 0);
  const bool single_row = input && !input->empty() && product(*input) == input->back();
  const bool any_layout = single_row && (input->size() <= 2 || is_none_at(call.inputs, 2));
  if (!any_layout || call.strides == nullptr || call.strides->empty()) return operands(call, 0, 1, out);
  OperandStrides strides = *call.strides;
  strides[0] = kRowByRow;
  return operands({call.op, call.inputs, call.outputs, call.work, &strides}, 0, 1, out);
}

// The weight of linear, transposed as matmul takes it.
Operands with_transposed_second(Operands found) {
  std::swap(found.second[0], found.second[1]);
  std::swap(found.second_strides[0], found.second_strides[1]);
  return found;
}

// A bias starts the accumulator of one product; of more than a matrix only where that lies row by row. Else ATen takes
// matmul and adds the bias behind, as the out= form does with more than a matrix wherever it lies.
template <bool into_out>
void explain_linear(const KernelCall& call, Explanation& out) {
  const auto found = linear_operands(call, out);
  if (!found) return;
  if (found->second.size() != 2 || found->first.empty()) return out.refuse("a weight that is no matrix has no model");
  const Operands product_operands = with_transposed_second(*found);
  const bool has_bias = !is_none_at(call.inputs, 2);
  const std::int64_t depth = found->first.back(), columns = found->second[0];
  const std::int64_t rows = depth == 0 ? 0 : product(found->first) / depth;
  const bool bias_behind = into_out && has_bias && found->first.size() != 2;
  const bool one_product =
      found->first.size() <= 2 || (has_bias && !bias_behind ? is_row_major(found->first, found->first_strides)
                                                            : folds(found->first, found->first_strides));
  if (bias_behind || (has_bias && !one_product)) {
    out.add(kBiasBehind, found->classes.add, rows * columns);
    out.add(kBiasBehind, found->classes.mul, rows * columns);
  }
  if (!one_product && !folds(found->first, found->first_strides)) return explain_broadcast(product_operands, out);
  Gemm gemm = {1, rows, depth, columns, true, false, has_bias && one_product && !bias_behind};
  if (found->first.size() >= 2) gemm.transposed_first = lies_by_columns(found->first_strides);
  gemm.transposed_second = !lies_by_columns(found->second_strides);
  explain_gemm(gemm, found->classes, out);
}

void absorb_alpha(const KernelCall& call, std::size_t place, const PrecisionClasses& classes, Explanation& out) {
  const std::optional<double> alpha = number_at_place(call.inputs, place);
  const std::optional<Sizes> result = sizes_at(call.outputs, 0);
  if (!alpha || !result) return out.refuse("alpha or the result's shape is not known");
  if (*alpha != 1.0) out.add(kAlphaAbsorbed, classes.mul, -product(*result));
}

// The annotation multiplies by any beta but 1.
void ignore_zero_beta(const KernelCall& call, double beta, const PrecisionClasses& classes, Explanation& out) {
  const std::optional<Sizes> result = sizes_at(call.outputs, 0);
  if (!result) return out.refuse("the result's shape is not known");
  if (beta == 0.0) out.add(kZeroBeta, classes.mul, -product(*result));
}

void explain_addmm(const KernelCall& call, Explanation& out) {
  const auto found = operands(call, 1, 2, out);
  if (!found) return;
  Gemm gemm = product_of(*found);
  const auto beta = number_at_place(call.inputs, 3);
  if (!beta) return out.refuse("beta is not known");
  // A depth of 1 has an accumulator where there is something to add to; ATen's own loop is for a beta of 1.
  gemm.adds_to_result = gemm.depth == 1 ? *beta != 0.0 : *beta == 1.0;
  explain_gemm(gemm, found->classes, out);
  ignore_zero_beta(call, *beta, found->classes, out);
  if (!adds_in_own_loop(gemm)) absorb_alpha(call, 4, found->classes, out);
}

// (self, mat1, mat2, beta, alpha, use_gelu)
void explain_activated_addmm(const KernelCall& call, Explanation& out) {
  const auto gelu = bool_at_place(call.inputs, 5);
  if (!gelu) return out.refuse("the activation is not known");
  const auto annotated = annotated_of(call, out);
  if (!annotated) return;
  Parts parts(out);
  parts.add("aten::addmm", {call.inputs.begin(), call.inputs.begin() + 5}, 1, call.strides);
  if (*gelu)
    parts.add("aten::gelu", {call.outputs[0], Fact::string("none")});
  else
    parts.add("aten::relu", {call.outputs[0]});
  parts.explain(kActivated, *annotated);
}

// Tiny ones are a loop: beta times what is there, plus alpha times the product, whatever the numbers are.
void explain_tiny_baddbmm(const KernelCall& call, const Gemm& gemm, const PrecisionClasses& classes, Explanation& out) {
  const auto beta = number_at_place(call.inputs, 3), alpha = number_at_place(call.inputs, 4);
  if (!beta || !alpha) return out.refuse("alpha or beta is not known");
  const std::int64_t results = gemm.batch * gemm.rows * gemm.columns;
  ignore_zero_beta(call, *beta, classes, out);
  if (*beta == 0.0) return out.add(kTinyScaled, classes.mul, *alpha != 1.0 ? 0 : results);
  const std::int64_t annotated = (*beta != 1.0 ? 1 : 0) + (*alpha != 1.0 ? 1 : 0);
  out.add(kTinyScaled, classes.add, results);
  out.add(kTinyScaled, classes.mul, (2 - annotated) * results);
}

void explain_baddbmm(const KernelCall& call, Explanation& out) {
  const auto found = operands(call, 1, 2, out);
  if (!found) return;
  auto gemm = batch_of(sizes_of(found->first[0], *found), found->first_strides, found->second_strides, out);
  if (!gemm) return;
  if (gemm->products() < kTinyProduct) return explain_tiny_baddbmm(call, *gemm, found->classes, out);
  const auto beta = number_at_place(call.inputs, 3);
  if (!beta) return out.refuse("beta is not known");
  gemm->adds_to_result = *beta == 1.0;
  ignore_zero_beta(call, *beta, found->classes, out);
  if (adds_in_own_loop(*gemm)) return explain_gemm(*gemm, found->classes, out);
  explain_batched_product(*gemm, found->classes, out);
  absorb_alpha(call, 4, found->classes, out);
}

// MKL sums the rows of a narrow f32 matrix by other code where the matrix (5 to 7 columns), or for the last rows the
// vector (9 to 11), does not begin at a multiple of 16 bytes, which is not known of a slice.
void explain_place_of_vector(const Sizes& matrix, const PrecisionClasses& classes, Explanation& out) {
  constexpr std::array<std::int64_t, 4> kMore = {0, 9, 14, 23};  // by the rows past a multiple of 4
  const std::int64_t last = matrix[0] % 4;
  if (matrix[1] >= 5 && matrix[1] <= 7) out.add(kPlace, classes.add, Interval{-5 * (matrix[0] - last), 0});
  if (matrix[1] >= 9 && matrix[1] <= 11)
    out.add(kPlace, classes.add, Interval{0, kMore[static_cast<std::size_t>(last)]});
}

void explain_matrix_times_vector(const Sizes& matrix, const Strides& strides, const PrecisionClasses& classes,
                                 Explanation& out) {
  // A matrix of one column is read by columns, and a row that was one.
  const bool by_columns = lies_by_columns(strides) || matrix[1] == 1 || (matrix[0] == 1 && strides[0] == 1);
  explain_gemm({1, matrix[0], matrix[1], 1, !by_columns, by_columns}, classes, out);
  if (!by_columns && classes.f32) explain_place_of_vector(matrix, classes, out);
}

void explain_mv(const KernelCall& call, Explanation& out) {
  const auto found = operands(call, 0, 1, out);
  if (found) explain_matrix_times_vector(found->first, found->first_strides, found->classes, out);
}

// Vectors whose elements lie apart are multiplied one by one.
void explain_dot_of(const Operands& found, Explanation& out) {
  const bool apart = found.first_strides.front() != 1 || found.second_strides.front() != 1;
  if (found.first.front() <= 1 || !apart) explain_dot(found.classes, out);
}

void explain_dot_op(const KernelCall& call, Explanation& out) {
  const auto found = operands(call, 0, 1, out);
  if (found) explain_dot_of(*found, out);
}

// A vector times a matrix is a matrix of one row.
void explain_row_product(const Operands& found, Explanation& out) {
  Operands row = found;
  row.first.insert(row.first.begin(), 1);
  row.first_strides.insert(row.first_strides.begin(), found.first.front() * found.first_strides.front());
  explain_gemm(product_of(row), found.classes, out);
}

// The rows of all matrices of a batch, times a vector.
void explain_rows_times_vector(const Operands& found, Explanation& out) {
  const std::int64_t depth = found.first.back();
  const Sizes matrix = {depth == 0 ? 0 : product(found.first) / depth, depth};
  explain_matrix_times_vector(matrix, {found.first_strides[found.first.size() - 2], found.first_strides.back()},
                              found.classes, out);
}

// matmul folds a batch times one matrix into one product where that needs no copy; all else goes to bmm.
void explain_matmul(const KernelCall& call, Explanation& out) {
  const auto found = operands(call, 0, 1, out);
  if (!found) return;
  const Sizes& a = found->first;
  const Sizes& b = found->second;
  if (a.size() == 1 && b.size() == 1) return explain_dot_of(*found, out);
  if (a.size() == 2 && b.size() == 1) return explain_mv(call, out);
  if (a.size() == 2 && b.size() == 2) return explain_mm(call, out);
  if (a.size() == 1 && b.size() == 2) return explain_row_product(*found, out);
  if (b.size() == 1 && folds(a, found->first_strides)) return explain_rows_times_vector(*found, out);
  if (a.size() == 1 || b.size() == 1) return out.refuse("a vector and a batch of matrices have no model");
  if (b.size() > 2 || !folds(a, found->first_strides)) return explain_broadcast(*found, out);
  const std::int64_t rows = a.back() == 0 ? 0 : product(a) / a.back();
  const bool by_columns = lies_by_columns(found->first_strides);
  explain_gemm({1, rows, a.back(), b[1], lies_by_columns(found->second_strides), by_columns}, found->classes, out);
}

constexpr KernelModel kModels[] = {
    {"aten::_addmm_activation", explain_activated_addmm, Layout::lines},
    {"aten::addmm", explain_addmm, Layout::any},
    {"aten::baddbmm", explain_baddbmm, Layout::lines},
    {"aten::bmm", explain_bmm, Layout::any},
    {"aten::dot", explain_dot_op, Layout::any},
    {"aten::linear", explain_linear<false>, Layout::any},
    {"aten::linear.out", explain_linear<true>},
    {"aten::matmul", explain_matmul, Layout::any},
    {"aten::mm", explain_mm, Layout::any},
    {"aten::mv", explain_mv, Layout::any},
};

}  // namespace

std::span<const KernelModel> matmul_models() { return kModels; }
std::span<const CauseInfo> matmul_causes() { return kCauses; }

}  // namespace flopaudit
