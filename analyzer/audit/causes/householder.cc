// QR by Householder's reflections: MKL's LAPACK, one reflection after the other, without blocks.
#include <algorithm>
#include <array>

#include "analyzer/audit/causes/matrices.h"
#include "analyzer/audit/causes/parts.h"

namespace flopaudit {
namespace {

constexpr const char* kEvidence =
    "1 to 25 rows by 1 to 25 columns, all of them, and up to 100 rows; random, ascending, zero, triangular and "
    "identity "
    "matrices, f32 and f64; testdata/validation/standard.csv";
constexpr CauseInfo kCauses[] = {
    {"reflections one by one",
     "A reflection takes a scaled norm, whose every new largest element costs a product, and two passes over the "
     "columns behind it.",
     "aten::geqrf, linalg_qr, qr, up to 20 rows and columns", "standard",
     "a reflection of L rows over c columns: L + 2 add, L + 2 mul and one for each largest element (f64: L - 1 more), "
     "2L + 1 div (f64: L + 3), 2 sqrt; 2Lc add (f64: 2Lc + c), 2Lc + c mul; 1 add a call",
     kEvidence},
    {"columns of reflections", "The columns of Q are built from the last reflection to the first.",
     "aten::orgqr, linalg_householder_product, linalg_qr, qr, up to 32 reflections", "standard",
     "a reflection of L rows over c columns: f64 2Lc + 4c add, 2Lc + 3c mul; f32 2Lc add, 2Lc + 2c mul, where a vector "
     "begins o elements past a whole one: 5 add for each of whole fours of columns from L of 5 (8 where o is 0), for "
     "the last 1 to 3 9, 14 and 23 from L of 12 - o; 2 add and mul for each column that begins at 1; L - 1 mul and 1 "
     "add its own column, 1 add a call",
     kEvidence},
    {"product with reflections",
     "Reflections are applied to another matrix from the left; the 1 that each begins with is no factor.",
     "aten::ormqr, f64 up to 32 reflections, f32 up to 31 rows", "standard",
     "a reflection of L rows over c columns: f64 2Lc + 3c add, 2Lc + 2c mul; f32 2Lc - c and 2Lc + c, and what L - 1 "
     "rows "
     "from the second one on take by where they begin; of 1 row: c of both",
     kEvidence},
};
constexpr const CauseInfo& kReflections = kCauses[0];
constexpr const CauseInfo& kColumns = kCauses[1];
constexpr const CauseInfo& kProducts = kCauses[2];

constexpr std::int64_t kLargestFactored = 20, kMostReflections = 32;

// What executes, and what zeros take from it.
struct Counted {
  FlopIntervals whole;
  FlopIntervals by_zeros;

  void add(FlopClass flop_class, Interval count) { whole[flop_class] += count; }
  void add(FlopClass flop_class, std::int64_t count) { add(flop_class, {count, count}); }
  // A part that values may leave out.
  void add_skippable(FlopClass flop_class, std::int64_t count) {
    add(flop_class, count);
    by_zeros[flop_class] += {-count, 0};
  }
};

void explain_counted(const KernelCall& call, const CauseInfo& cause, std::int64_t count, const Counted& counted,
                     Explanation& out, const FlopIntervals& once = {}) {
  const auto annotated = annotated_of(call, out);
  if (!annotated) return;
  FlopIntervals whole = times(count, counted.whole);
  whole += once;
  out.add_rest(cause, *annotated, whole);
  out.differs_by_values({0, {}, times(count, counted.by_zeros)});
}

// --- factors ---

// The reflection that leaves one element of `length`; a column of zeros below its first needs none, and one of tiny
// numbers is scaled and taken again.
void add_reflector(std::int64_t length, const PrecisionClasses& classes, Counted& counted) {
  if (length == 1) return;
  const std::int64_t below = length - 1, each = classes.f32 ? 1 : 2;
  const bool has_norm = length > 2;
  const std::int64_t adds = has_norm ? length + 2 : 3, divs = has_norm && classes.f32 ? 2 * length + 1 : length + 3;
  const std::int64_t fewest = has_norm ? each * below + 4 : (classes.f32 ? 2 : 3);
  counted.add(classes.add, adds);
  counted.add(classes.mul, {fewest, has_norm ? fewest + below - 1 : fewest});
  counted.add(classes.div, has_norm ? divs : 4);
  counted.add(classes.sqrt, has_norm ? 2 : 1);
  counted.by_zeros[classes.add] += {-adds, adds};
  counted.by_zeros[classes.mul] += {-fewest, 2 * fewest + 2 * length};
  counted.by_zeros[classes.div] += {-divs, divs};
  counted.by_zeros[classes.sqrt] += {-2, 2};
}

void add_reflected(std::int64_t length, std::int64_t columns, const PrecisionClasses& classes, Counted& counted) {
  if (columns == 0) return;
  const std::int64_t lanes = 2 * length * columns;
  counted.add(classes.add, lanes + (classes.f32 || length == 1 ? 0 : columns));
  counted.add(classes.mul, lanes + columns);
}

// Asking how much memory the factorisation wants.
FlopIntervals asked_once(const PrecisionClasses& classes) {
  FlopIntervals once;
  add_point(once, classes.add, 1);
  return once;
}

bool can_factor(const Matrices& a, Explanation& out) {
  if (a.rows <= kLargestFactored && a.columns <= kLargestFactored) return true;
  out.refuse("a QR factorisation of more than 20 rows or columns goes by blocks and has no model");
  return false;
}

void add_factored(const Matrices& a, Counted& counted) {
  const std::int64_t count = std::min(a.rows, a.columns);
  for (std::int64_t i = 0; i < count; ++i) {
    add_reflector(a.rows - i, a.classes, counted);
    add_reflected(a.rows - i, a.columns - i - 1, a.classes, counted);
  }
}

// --- Q ---

// Where the f32 kernels begin in memory, in elements from a multiple of a vector.
struct Place {
  std::int64_t reflection, columns,
      step;  // the reflection's vector; the first column behind it, and from one to the next
};

// Rows past a multiple of 4 and whole fours of them merge their sums; how long they must be depends on where they
// begin.
std::int64_t merged_sums(std::int64_t sums, std::int64_t length, std::int64_t begin) {
  constexpr std::array<std::int64_t, 4> kLast = {0, 9, 14, 23};
  const std::int64_t behind = begin % 4, last = sums % 4;
  const std::int64_t whole = length >= (behind == 0 ? 8 : 5) ? 5 * (sums - last) : 0;
  return whole + (length + behind >= 12 ? kLast[static_cast<std::size_t>(last)] : 0);
}

// Lanes of a pair, in columns that begin one element past a whole vector.
std::int64_t paired_lanes(std::int64_t columns, std::int64_t length, const Place& place) {
  constexpr std::int64_t kShortest = 3;
  std::int64_t lanes = 0;
  for (std::int64_t i = 0; i < columns && length >= kShortest; ++i)
    lanes += (place.columns + i * place.step) % 4 == 1 ? 2 : 0;
  return lanes;
}

// What the two passes of a reflection take beside their textbook's products.
void add_places(std::int64_t columns, std::int64_t length, const Place& place, const PrecisionClasses& classes,
                Counted& counted) {
  const std::int64_t lanes = paired_lanes(columns, length, place);
  counted.add_skippable(classes.add, merged_sums(columns, length, place.reflection) + lanes);
  counted.add_skippable(classes.mul, lanes);
}

// Matrices that lie behind each other begin like the first one only where they fill whole vectors.
bool begin_alike(std::int64_t times, std::int64_t elements, const PrecisionClasses& classes, Explanation& out) {
  if (!classes.f32 || times == 1 || elements % 4 == 0) return true;
  out.refuse("reflections of f32 matrices that begin elsewhere than at a whole vector have no model");
  return false;
}

bool can_build(const Matrices& q, std::int64_t reflections, Explanation& out) {
  if (reflections <= kMostReflections) return begin_alike(q.times, q.rows * q.columns, q.classes, out);
  out.refuse("more than 32 reflections go by blocks and have no model");
  return false;
}

void add_built(const Matrices& q, std::int64_t reflections, Counted& counted) {
  for (std::int64_t i = 0; i < reflections; ++i) {
    const std::int64_t length = q.rows - i, columns = q.columns - i - 1, lanes = 2 * length * columns;
    if (columns > 0 && q.classes.f32) {
      counted.add_skippable(q.classes.add, lanes);
      counted.add_skippable(q.classes.mul, lanes + 2 * columns);
      add_places(columns, length, {i + i * q.rows, i + (i + 1) * q.rows, q.rows}, q.classes, counted);
    } else if (columns > 0) {
      counted.add_skippable(q.classes.add, lanes + 4 * columns);
      counted.add_skippable(q.classes.mul, lanes + 3 * columns);
    }
    counted.add(q.classes.add, 1);
    counted.add(q.classes.mul, length - 1);
  }
}

// A reflection's first element is 1, and is no part of its products.
void add_applied(std::int64_t rows, std::int64_t reflections, std::int64_t columns, const PrecisionClasses& classes,
                 Counted& counted) {
  for (std::int64_t i = 0; i < reflections; ++i) {
    const std::int64_t length = rows - i, lanes = 2 * length * columns;
    if (length == 1) {
      counted.add_skippable(classes.add, columns);
      counted.add_skippable(classes.mul, columns);
      continue;
    }
    counted.add_skippable(classes.add, lanes + (classes.f32 ? -columns : 3 * columns));
    counted.add_skippable(classes.mul, lanes + (classes.f32 ? columns : 2 * columns));
    if (classes.f32) add_places(columns, length - 1, {i + i * rows + 1, i + 1, rows}, classes, counted);
  }
}

// --- models ---

void explain_factored(const KernelCall& call, Explanation& out) {
  const auto a = matrices_at(call, 0, out);
  if (!a || a->times * a->rows * a->columns == 0 || !can_factor(*a, out)) return;
  Counted counted;
  add_factored(*a, counted);
  explain_counted(call, kReflections, a->times, counted, out, asked_once(a->classes));
  out.depends_on_data();
}

// Which columns of Q are wanted: those that R has rows for, all of them, or none.
enum class Wanted : std::uint8_t { reduced, complete, none };

std::optional<Wanted> wanted_by(const KernelCall& call) {
  if (const StrFact* mode = call.inputs[1].get<StrFact>()) {
    if (mode->value == "reduced") return Wanted::reduced;
    if (mode->value == "complete") return Wanted::complete;
    if (mode->value == "r") return Wanted::none;
    return std::nullopt;
  }
  const auto some = bool_at_place(call.inputs, 1);
  return some ? std::optional(*some ? Wanted::reduced : Wanted::complete) : std::nullopt;
}

void explain_qr(const KernelCall& call, Explanation& out) {
  const auto a = matrices_at(call, 0, out);
  const auto wanted = wanted_by(call);
  if (!wanted) return out.refuse("it is not known which columns are wanted");
  if (!a || a->times * a->rows * a->columns == 0 || !can_factor(*a, out)) return;
  Counted counted;
  add_factored(*a, counted);
  FlopIntervals once = asked_once(a->classes);
  if (*wanted != Wanted::none) {
    const std::int64_t reflections = std::min(a->rows, a->columns);
    Matrices q = *a;
    q.columns = *wanted == Wanted::complete ? a->rows : reflections;
    if (!can_build(q, reflections, out)) return;
    add_built(q, reflections, counted);
    once += asked_once(a->classes);
  }
  explain_counted(call, kReflections, a->times, counted, out, once);
  out.depends_on_data();
}

void explain_built(const KernelCall& call, Explanation& out) {
  const auto a = matrices_at(call, 0, out);
  const auto scales = sizes_at(call.inputs, 1);
  if (!a) return;
  if (!scales || scales->empty()) return out.refuse("a shape is not known");
  if (a->times * a->rows * a->columns == 0 || !can_build(*a, scales->back(), out)) return;
  Counted counted;
  add_built(*a, scales->back(), counted);
  explain_counted(call, kColumns, a->times, counted, out, asked_once(a->classes));
}

void explain_applied(const KernelCall& call, Explanation& out) {
  constexpr std::int64_t kLargestF32 = 31;
  const auto a = matrices_at(call, 0, out), c = matrices_at(call, 2, out);
  const auto scales = sizes_at(call.inputs, 1);
  if (!a || !c) return;
  if (!scales || scales->empty()) return out.refuse("a shape is not known");
  if (bool_at_place(call.inputs, 3) != true) return out.refuse("reflections from the right have no model");
  if (a->classes.f32 && a->rows > kLargestF32)
    return out.refuse("reflections of more than 31 rows of f32 go by blocks and have no model");
  if (c->times * c->rows * c->columns == 0 || !can_build(*a, scales->back(), out)) return;
  if (!begin_alike(c->times, c->rows * c->columns, c->classes, out)) return;
  Counted counted;
  add_applied(a->rows, scales->back(), c->columns, c->classes, counted);
  explain_counted(call, kProducts, c->times, counted, out);
}

constexpr KernelModel kModels[] = {
    {"aten::geqrf", explain_factored, Layout::lines},
    {"aten::linalg_householder_product", explain_built, Layout::lines},
    {"aten::linalg_qr", explain_qr, Layout::lines},
    {"aten::orgqr", explain_built, Layout::lines},
    {"aten::ormqr", explain_applied, Layout::lines},
    {"aten::qr", explain_qr, Layout::lines},
};

}  // namespace

std::span<const KernelModel> householder_models() { return kModels; }
std::span<const CauseInfo> householder_causes() { return kCauses; }

}  // namespace flopaudit
