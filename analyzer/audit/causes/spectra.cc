// Eigenvalues and singular values by MKL's LAPACK: a reduction whose work the sizes tell, and then sweeps until
// numbers are small enough, which is for the values to say. So the counts are ranges: the least and the most of sweeps.
// Least squares are solved by singular values, or by a QR whose norms the values say.
#include <algorithm>

#include "analyzer/audit/causes/matrices.h"
#include "analyzer/audit/causes/parts.h"

namespace flopaudit {
namespace {

constexpr const char* kEvidence =
    "1 to 40 rows, f32 and f64, each size hundreds of times: normal, definite, clustered, nearly singular, "
    "tridiagonal, "
    "identity, diagonal, zero and defective matrices; testdata/validation/standard.csv";
constexpr CauseInfo kCauses[] = {
    {"sweeps of a symmetric matrix",
     "A reduction to three diagonals, then steps of QL until those beside the main one vanish; each turns the vectors.",
     "aten::linalg_eigh, linalg_eigvalsh, _linalg_eigh", "standard",
     "n rows: reduction 2n(n-1)(n-2)/3 add and mul, its vectors as many; n(n-1)/2 to 4n^2 + 8n steps of 5 to 12 add "
     "and "
     "mul, 2 to 4 div; vectors 2n add and 4n mul a step; from 26 rows two halves and 3n^3 + 60n^2; matrices that need "
     "no "
     "reflection or no step: down to nothing",
     kEvidence},
    {"sweeps of singular values",
     "A reduction to two diagonals, of tall matrices behind a QR, then steps until the upper one vanishes; each turns "
     "both sides' vectors.",
     "aten::linalg_svd, linalg_svdvals, svd, _linalg_svd", "standard",
     "M by K, M not below K: reduction by 2K reflections over what is left; values: up to 60K^2 + 15MK more; vectors: "
     "up to 6K^2 steps of 2(M + K) add and 4(M + K) mul, after which LAPACK gives up; from 26 on two halves",
     kEvidence},
    {"sweeps of a matrix",
     "A reduction to a triangle and one diagonal, then double steps of QR that chase a bulge until pairs split off.",
     "aten::linalg_eig, linalg_eigvals, _linalg_eigvals", "standard",
     "n rows: up to 16 times 2n norms; reduction by n - 2 reflections from both sides; up to n + 30 sweeps of n - 1 "
     "bulges, of 10n + 20 add "
     "each, "
     "with vectors 15n + 20",
     kEvidence},
    {"least squares by values",
     "A QR, whose norms cost by the values, its product with the right sides and a triangle; or singular values, whose "
     "steps turn the right sides too.",
     "aten::linalg_lstsq by gels, gelsd and gelss", "standard",
     "M by K, M not below K, r right sides: the QR, its product with the sides and the triangle as the textbook has "
     "them, up to half as much and 20MK + 60K + 4Mr + 150 more; or the singular values' and 12K^2 r add, 24K^2 r mul",
     "2 to 40 rows, 1 to 6 sides, f32 and f64; testdata/validation/standard.csv"},
};
constexpr const CauseInfo& kSymmetric = kCauses[0];
constexpr const CauseInfo& kSingular = kCauses[1];
constexpr const CauseInfo& kGeneral = kCauses[2];
constexpr const CauseInfo& kLeastSquares = kCauses[3];

// What one matrix takes.
struct Range {
  Interval add, mul, div, sqrt;
  std::int64_t norms = 0;  // up to so many norms of a row or column, in f64 also inside of f32
};

// Values may end a reduction and the sweeps at once, as those of a diagonal matrix do.
void explain_range(const CauseInfo& cause, const AnnotatedMatrices& a, const Range& range, Explanation& out) {
  FlopIntervals whole, ended;
  const auto set = [&](FlopClass flop_class, const Interval& interval) {
    whole[flop_class] = interval;
    ended[flop_class] = {-interval.low, 0};
  };
  set(a.classes.add, range.add);
  set(a.classes.mul, range.mul);
  set(a.classes.div, range.div);
  set(a.classes.sqrt, range.sqrt);
  whole[FlopClass::add_f64] += {0, range.norms * (a.rows + 16)};
  whole[FlopClass::mul_f64] += {0, range.norms * a.rows};
  whole[FlopClass::sqrt_f64] += {0, range.norms};
  out.add_rest(cause, a.annotated, times(a.times, whole));
  out.differs_by_values({0, {}, times(a.times, ended)});
  out.depends_on_data();
}

constexpr std::int64_t kLargest = 40, kLargestWhole = 25;
constexpr const char* kTooLarge = "values of matrices of more than 40 rows or columns have no range that was measured";

// --- symmetric matrices ---

Range of_symmetric(std::int64_t n, bool vectors) {
  if (n == 1) return {{0, 1}, {}, {}, {}};
  const std::int64_t reduction = 2 * n * (n - 1) * (n - 2) / 3 * (vectors ? 2 : 1);
  const std::int64_t few = n * (n - 1) / 2, many = 4 * n * n + 8 * n, around = 15 * n * n + 20 * n;
  const std::int64_t turned = vectors ? 2 * n : 0;
  return {{reduction + few * (turned > 0 ? turned : 5), reduction + around + many * (turned + 10)},
          {reduction + few * (turned > 0 ? 2 * turned : 5), reduction + around + many * (2 * turned + 12)},
          {2 * few, 4 * many + 20 * n},
          {vectors ? few : n - 1, vectors ? 2 * many + 20 * n : 20 * n + 10}};
}

// With vectors, more rows are cut in halves, whose values and vectors are merged: at most, where no value of one half
// is near one of the other, a product of all vectors, and a root for each value.
Range of_symmetric_halves(std::int64_t n) {
  const Range half = of_symmetric((n + 1) / 2, true);
  const std::int64_t reduction = 4 * n * (n - 1) * (n - 2) / 3, merged = 3 * n * n * n + 60 * n * n;
  return {{reduction, 2 * half.add.high + merged},
          {reduction, 2 * half.mul.high + merged},
          {0, 2 * half.div.high + 20 * n * n},
          {0, 2 * half.sqrt.high + 3 * n * n},
          n + 4};  // of the merged vectors
}

void explain_symmetric(const KernelCall& call, bool vectors, Explanation& out) {
  const auto a = annotated_matrices(call, out);
  if (!a) return;
  if (a->rows > kLargest) return out.refuse(kTooLarge);
  const bool in_halves = vectors && a->rows > kLargestWhole;
  explain_range(kSymmetric, *a, in_halves ? of_symmetric_halves(a->rows) : of_symmetric(a->rows, vectors), out);
}

void explain_eigh(const KernelCall& call, Explanation& out) { explain_symmetric(call, true, out); }
void explain_eigvalsh(const KernelCall& call, Explanation& out) { explain_symmetric(call, false, out); }
void explain_inner_eigh(const KernelCall& call, Explanation& out) {
  const auto vectors = bool_at_place(call.inputs, 2);
  if (!vectors) return out.refuse("it is not known whether vectors are wanted");
  explain_symmetric(call, *vectors, out);
}

// --- singular values ---

// Two passes over what is behind each of `count` reflections of `rows`, over so many columns at first.
std::int64_t reflected(std::int64_t rows, std::int64_t columns, std::int64_t count) {
  std::int64_t total = 0;
  for (std::int64_t i = 0; i < count; ++i) total += 2 * (rows - i) * std::max<std::int64_t>(columns - i, 0);
  return total;
}

std::int64_t two_diagonals(std::int64_t large, std::int64_t small) {
  return reflected(large, small - 1, small) + reflected(small - 1, large - 1, small - 1);
}

// A matrix of `large` by `small`; vectors on the larger side: `wide` of them, or none.
Range of_singular(std::int64_t large, std::int64_t small, std::int64_t wide) {
  const std::int64_t direct = two_diagonals(large, small);
  const std::int64_t behind_qr = reflected(large, small - 1, small) + two_diagonals(small, small);
  const std::int64_t least = std::min(direct, behind_qr) * (wide > 0 ? 2 : 1);
  const std::int64_t square = small * small, area = large * small;
  if (wide == 0) {
    return {{least, direct + 45 * square + 12 * area + 60},
            {least, direct + 60 * square + 15 * area + 60},
            {0, 16 * square + 3 * area + 40},
            {0, 4 * square + 20 * small + 10}};
  }
  const std::int64_t built = 4 * area * wide + 4 * square * small + 40 * area + 100;
  const std::int64_t steps = 6 * square, turned = 2 * (large + small);
  return {{least, direct + built + steps * turned},
          {least, direct + built + steps * 2 * turned},
          {0, 40 * square + 3 * area + 40},
          {0, 30 * square + 20 * small + 10}};
}

// The same for more than 25: halves, and two products that merge their vectors.
Range of_singular_halves(std::int64_t large, std::int64_t small, std::int64_t wide) {
  const std::int64_t direct = two_diagonals(large, small), half = small / 2 + 1;
  const std::int64_t square = small * small, area = large * small, turned = 6 * half * half * 4 * half;
  const std::int64_t built = 4 * area * wide + 8 * square * small + 40 * area + 60 * square;
  return {{two_diagonals(small, small), direct + built + 2 * turned},
          {two_diagonals(small, small), direct + built + 4 * turned},
          {0, 60 * square + 3 * area},
          {0, 30 * square + 20 * small},
          2 * small + 4};
}

enum class Vectors : std::uint8_t { none, thin, full };

void explain_singular(const KernelCall& call, std::optional<Vectors> vectors, Explanation& out) {
  const auto a = annotated_matrices(call, out);
  if (!a) return;
  if (!vectors) return out.refuse("it is not known which vectors are wanted");
  const std::int64_t large = std::max(a->rows, a->columns), small = std::min(a->rows, a->columns);
  if (large > kLargest) return out.refuse(kTooLarge);
  const std::int64_t wide = *vectors == Vectors::none ? 0 : *vectors == Vectors::thin ? small : large;
  const bool in_halves = wide > 0 && small > kLargestWhole;
  const auto range = in_halves ? of_singular_halves(large, small, wide) : of_singular(large, small, wide);
  explain_range(kSingular, *a, range, out);
}

std::optional<Vectors> wanted_at(const KernelCall& call, std::size_t place, bool full_if) {
  const auto flag = bool_at_place(call.inputs, place);
  return flag ? std::optional(*flag == full_if ? Vectors::full : Vectors::thin) : std::nullopt;
}

void explain_svdvals(const KernelCall& call, Explanation& out) { explain_singular(call, Vectors::none, out); }
void explain_svd(const KernelCall& call, Explanation& out) { explain_singular(call, wanted_at(call, 1, true), out); }
// Whether there are to be vectors, behind whether they are full or, the old way, thin.
template <bool full_if>
void explain_svd_if(const KernelCall& call, Explanation& out) {
  const auto vectors = bool_at_place(call.inputs, 2);
  if (!vectors) return out.refuse("it is not known whether vectors are wanted");
  explain_singular(call, *vectors ? wanted_at(call, 1, full_if) : Vectors::none, out);
}

// --- other matrices ---

Range of_general(std::int64_t n, bool vectors) {
  const std::int64_t reduction = reflected(n - 1, n - 1, n - 2) + n * (n - 1) * (n - 2);
  const std::int64_t bulges = (n + 30) * (n - 1), each = (vectors ? 15 : 10) * n, around = 60 * n * n + 100;
  const std::int64_t built = (vectors ? 5 : 3) * reduction + (vectors ? 4 * n * n * n : 0);
  return {{reduction, built + around + bulges * (each + 20)},
          {reduction, built + around + bulges * (each + n * 2 + 25)},
          {0, 40 * n * n + 40 + 6 * bulges},
          {0, 10 * n * n + 20 + 3 * bulges},
          // Balancing takes those of all rows and columns, again and again where it scales; vectors their own.
          (vectors ? 34 : 32) * n};
}

template <bool vectors>
void explain_general(const KernelCall& call, Explanation& out) {
  const auto a = annotated_matrices(call, out);
  if (!a) return;
  if (a->rows > kLargest) return out.refuse(kTooLarge);
  explain_range(kGeneral, *a, of_general(a->rows, vectors), out);
}

// --- least squares ---

Range of_triangle(std::int64_t large, std::int64_t small, std::int64_t sides) {
  const std::int64_t least = reflected(large, small - 1, small) + sides * reflected(large, small, small) / small +
                             sides * small * (small - 1) / 2;
  const std::int64_t most = 3 * least / 2 + 20 * large * small + 60 * small + 4 * large * sides + 150;
  return {{least, most}, {least, most}, {0, 8 * large * small + 20 * small + 40}, {0, small * small + 10 * small + 20}};
}

Range of_turned_sides(std::int64_t large, std::int64_t small, std::int64_t sides) {
  Range range = of_singular(large, small, small);
  const std::int64_t steps = 6 * small * small, applied = 4 * large * small * sides + 4 * large * sides;
  range.add = {two_diagonals(small, small), range.add.high + applied + 2 * sides * steps};
  range.mul = {two_diagonals(small, small), range.mul.high + applied + 4 * sides * steps};
  return range;
}

void explain_least_squares(const KernelCall& call, Explanation& out) {
  const auto a = annotated_matrices(call, out);
  const auto solution = sizes_at(call.outputs, 0);
  const StrFact* driver = call.inputs[3].get<StrFact>();
  if (!a) return;
  if (!solution) return out.refuse("a shape is not known");
  // Without a name it is this one.
  if (driver == nullptr || driver->value == "gelsy") return out.refuse("gelsy executes other counts in equal calls");
  const std::int64_t large = std::max(a->rows, a->columns), small = std::min(a->rows, a->columns);
  const std::int64_t sides = product(*solution) / (a->times * a->columns);
  if (large > kLargest) return out.refuse(kTooLarge);
  if (driver->value == "gels") return explain_range(kLeastSquares, *a, of_triangle(large, small, sides), out);
  if (small > kLargestWhole) return out.refuse("least squares by more than 25 singular values have no model");
  explain_range(kLeastSquares, *a, of_turned_sides(large, small, sides), out);
  // How often halves are halved is a quotient of logarithms in f32.
  if (!a->classes.f32) out.add(kLeastSquares, FlopClass::mul_f32, {0, 2 * a->times});
}

constexpr KernelModel kModels[] = {
    {"aten::_linalg_eigh", explain_inner_eigh, Layout::lines},
    {"aten::_linalg_eigvals", explain_general<false>, Layout::lines},
    {"aten::_linalg_svd", explain_svd_if<true>, Layout::lines},
    {"aten::linalg_eig", explain_general<true>, Layout::lines},
    {"aten::linalg_eigh", explain_eigh, Layout::lines},
    {"aten::linalg_eigvals", explain_general<false>, Layout::lines},
    {"aten::linalg_eigvalsh", explain_eigvalsh, Layout::lines},
    {"aten::linalg_lstsq", explain_least_squares, Layout::lines},
    {"aten::linalg_svd", explain_svd, Layout::lines},
    {"aten::linalg_svdvals", explain_svdvals, Layout::lines},
    {"aten::svd", explain_svd_if<false>, Layout::lines},
};

}  // namespace

std::span<const KernelModel> spectrum_models() { return kModels; }
std::span<const CauseInfo> spectrum_causes() { return kCauses; }

}  // namespace flopaudit
