#include "analyzer/ops/linalg_helpers.h"

#include "analyzer/ops/shape_helpers.h"

namespace flopaudit {
namespace {

// Sums over j = 1..k of m - j, and of (m - j) * (n - j), each as one polynomial over a divisor.
Expr below(const Expr& k, const Expr& m) { return floor_div(Expr(2) * k * m - k * (k + Expr(1)), 2); }
Expr beyond(const Expr& k, const Expr& m, const Expr& n) {
  const Expr linear = Expr(3) * (m + n) * k * (k + Expr(1));
  return floor_div(Expr(6) * k * m * n - linear + k * (k + Expr(1)) * (Expr(2) * k + Expr(1)), 6);
}

bool is_lapack_dtype(DType dtype) {
  return dtype == DType::f32 || dtype == DType::f64 || dtype == DType::c64 || dtype == DType::c128;
}

}  // namespace

std::optional<RuleFailure> need_lapack_dtype(const Facts& inputs, std::size_t index) {
  FA_RULE(const TensorFact* tensor, tensor_at(inputs, index));
  if (!tensor->dtype || is_lapack_dtype(*tensor->dtype)) return std::nullopt;
  return misfit("linear algebra is of f32, f64, c64 and c128: " + inputs[index].to_string());
}

namespace {

using Reader = RuleResult<Matrices> (*)(const Facts&, std::size_t);
RuleResult<Matrices> read_or_none(const Facts& inputs, std::size_t index, Reader read) {
  FA_RULE(const TensorFact* tensor, tensor_at(inputs, index));
  if (element_count(*tensor) != Expr(0)) return read(inputs, index);
  Facts undecided = inputs;
  undecided[index].get<TensorFact>()->dtype.reset();
  FA_RULE(Matrices matrices, read(undecided, index));
  matrices.dtype = tensor->dtype;
  return matrices;
}

}  // namespace

RuleResult<Matrices> matrices_or_none_at(const Facts& inputs, std::size_t index) {
  return read_or_none(inputs, index, matrices_at);
}
RuleResult<Matrices> square_or_none_at(const Facts& inputs, std::size_t index) {
  return read_or_none(inputs, index, square_matrices_at);
}

RuleResult<Matrices> matrices_at(const Facts& inputs, std::size_t index) {
  FA_RULE(Dims dims, dims_at(inputs, index));
  if (dims.size() < 2) return misfit("a matrix has 2 dims or more: " + inputs[index].to_string());
  Matrices matrices;
  matrices.dtype = inputs[index].tensor()->dtype;
  const bool empty = element_count(dims) == Expr(0);
  if (!(empty && matrices.dtype && is_floating(*matrices.dtype))) FA_REFUSE(need_lapack_dtype(inputs, index));
  matrices.columns = dims.back();
  dims.pop_back();
  matrices.rows = dims.back();
  dims.pop_back();
  matrices.batch = std::move(dims);
  return matrices;
}

RuleResult<Matrices> square_matrices_at(const Facts& inputs, std::size_t index) {
  FA_RULE(Matrices matrices, matrices_at(inputs, index));
  const std::optional<Dim> both = same_dim(matrices.rows, matrices.columns);
  if (!both) return misfit("the matrices should be square: " + inputs[index].to_string());
  matrices.rows = matrices.columns = *both;
  return matrices;
}

Dim smaller(const Dim& a, const Dim& b) {
  return lift([](const Expr& x, const Expr& y) { return min(x, y); }, a, b);
}

std::optional<DType> real_of(std::optional<DType> dtype) {
  return dtype ? std::optional(real_dtype(*dtype)) : std::nullopt;
}

Fact batch_of(std::optional<DType> dtype, const Dims& batch, std::initializer_list<Dim> dims) {
  Dims all = batch;
  all.insert(all.end(), dims.begin(), dims.end());
  return tensor_fact(dtype, std::move(all));
}

RuleResult<MatrixSizes> matrix_sizes_at(const Facts& inputs, std::size_t index) {
  FA_RULE(const std::vector<Expr> dims, known_dims_at(inputs, index));
  FA_RULE(const DType dtype, dtype_at(inputs, index));
  if (dims.size() < 2) return misfit("a matrix has 2 dims or more: " + inputs[index].to_string());
  MatrixSizes sizes;
  for (std::size_t i = 0; i + 2 < dims.size(); ++i) sizes.times *= dims[i];
  sizes.rows = dims[dims.size() - 2];
  sizes.columns = dims.back();
  sizes.dtype = dtype;
  return sizes;
}

AlgorithmCounter& AlgorithmCounter::count(WorkClass work_class, const Expr& operations) {
  counter_.in_dtype(dtype_).count(work_class, times_ * operations);
  return *this;
}
AlgorithmCounter& AlgorithmCounter::real(WorkClass work_class, const Expr& operations) {
  counter_.in_dtype(real_dtype(dtype_)).count(work_class, times_ * operations);
  return *this;
}
AlgorithmCounter& AlgorithmCounter::multiply_add(const Expr& operations) {
  return count(WorkClass::mul, operations).count(WorkClass::add, operations);
}
AlgorithmCounter& AlgorithmCounter::split(const Expr& flops) {
  return count(WorkClass::mul, ceil_div(flops, 2)).count(WorkClass::add, floor_div(flops, 2));
}

// Step j: the largest of m-j+1 is found, m-j are divided by it, (m-j)*(n-j) are updated.
AlgorithmCounter& AlgorithmCounter::lu(const Expr& rows, const Expr& columns) {
  const Expr steps = min(rows, columns);
  real(WorkClass::compare, below(steps, rows)).count(WorkClass::div, below(steps, rows));
  return multiply_add(beyond(steps, rows, columns));
}

// Step j: n-j are divided by the pivot, the (n-j)*(n-j+1)/2 of the triangle below are updated.
AlgorithmCounter& AlgorithmCounter::cholesky(const Expr& n, bool square_roots) {
  if (square_roots) real(WorkClass::sqrt, n);
  count(WorkClass::div, below(n, n));
  return multiply_add(floor_div((n - Expr(1)) * n * (n + Expr(1)), 6));
}

AlgorithmCounter& AlgorithmCounter::triangular_solve(const Expr& n, const Expr& right_sides, bool unit_diagonal) {
  if (!unit_diagonal) count(WorkClass::div, n * right_sides);
  return multiply_add(right_sides * below(n, n));
}

AlgorithmCounter& AlgorithmCounter::lu_solve(const Expr& n, const Expr& right_sides) {
  return triangular_solve(n, right_sides, true).triangular_solve(n, right_sides, false);
}

// Column j of the inverse: a triangle of size j-1 times a vector, scaled by 1/u_jj.
AlgorithmCounter& AlgorithmCounter::triangular_inverse(const Expr& n) {
  const Expr triangles = floor_div((n - Expr(1)) * n * (n + Expr(1)), 6);  // sum of (j-1)*j/2
  count(WorkClass::div, n).count(WorkClass::mul, triangles + below(n, n));
  return count(WorkClass::add, triangles - below(n, n));
}

// X L = inverse(U), column by column from the last: n*(n-j) updates.
AlgorithmCounter& AlgorithmCounter::inverse(const Expr& n) {
  return lu(n, n).triangular_inverse(n).multiply_add(n * below(n, n));
}

// Reflector j of length l = m-j+1: its norm (l mul, l-1 add, 1 sqrt), its head (1 add), itself and tau (l div), and for
// each of n-j columns a product with it, tau, and the update (2l-1 mul and add).
AlgorithmCounter& AlgorithmCounter::qr(const Expr& rows, const Expr& columns) {
  const Expr reflectors = min(rows, columns);
  const Expr lengths = below(reflectors, rows + Expr(1));
  real(WorkClass::sqrt, reflectors).count(WorkClass::div, lengths).multiply_add(lengths);
  return multiply_add(Expr(2) * beyond(reflectors, rows + Expr(1), columns) - below(reflectors, columns));
}

// From the last reflector to the first: it is applied to the columns behind it, and gives its own (l-1 mul, 1 add).
AlgorithmCounter& AlgorithmCounter::form_q(const Expr& rows, const Expr& columns, const Expr& reflectors) {
  multiply_add(Expr(2) * beyond(reflectors, rows + Expr(1), columns) - below(reflectors, columns));
  return count(WorkClass::mul, below(reflectors, rows)).count(WorkClass::add, reflectors);
}

AlgorithmCounter& AlgorithmCounter::apply_q(const Expr& length, const Expr& vectors, const Expr& reflectors) {
  return multiply_add(vectors * (Expr(2) * below(reflectors, length + Expr(1)) - reflectors));
}

// m >= n; of a wide matrix the transpose is taken. Golub-Reinsch: values 4mn^2 - 4n^3/3, with U1 and V 14mn^2 + 8n^3,
// with all of U 4m^2n + 8mn^2 + 9n^3.
AlgorithmCounter& AlgorithmCounter::svd(const Expr& rows, const Expr& columns, Vectors vectors) {
  const Expr m = max(rows, columns);
  const Expr n = min(rows, columns);
  if (vectors == Vectors::none) return split(floor_div(Expr(12) * m * n * n - Expr(4) * n * n * n, 3));
  if (vectors == Vectors::thin) return split(Expr(14) * m * n * n + Expr(8) * n * n * n);
  return split(Expr(4) * m * m * n + Expr(8) * m * n * n + Expr(9) * n * n * n);
}

// The symmetric QR algorithm: 4n^3/3, with vectors 9n^3.
AlgorithmCounter& AlgorithmCounter::symmetric_eigen(const Expr& n, bool vectors) {
  return split(vectors ? Expr(9) * n * n * n : floor_div(Expr(4) * n * n * n, 3));
}

// Hessenberg reduction and the QR algorithm: 10n^3, with vectors 25n^3.
AlgorithmCounter& AlgorithmCounter::eigen(const Expr& n, bool vectors) {
  return split(Expr(vectors ? 25 : 10) * n * n * n);
}

}  // namespace flopaudit
