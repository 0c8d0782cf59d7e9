// softmax and log_softmax: vectors of 256 bits along the last dim, or plain loops along another one; exp is libm's.
#include "analyzer/audit/causes/softmax.h"

#include <algorithm>

namespace flopaudit {
namespace {

constexpr const char* kProbes =
    "testdata/audit/probes.tsv, testdata/validation/standard.csv: rows of 1 to 4096, f32 and f64";
constexpr CauseInfo kCauses[] = {
    {"libm exp in softmax",
     "exp is libm's, one call an element: f32 computes in f64 inside; f64's exp of 0, of the largest element, ends "
     "early.",
     "aten::softmax, log_softmax, attention", "standard",
     "an exp f32: 6 add and 6 mul in f64; f64: 10 and 10, of 0: 1 add; log_softmax: one log a row, f32 6 and 6, f64 13 "
     "and 10",
     kProbes},
    {"softmax vectors",
     "A row is padded to vectors of 256 bits, its sum is merged from lanes, and it is multiplied by the sum's "
     "reciprocal.",
     "aten::softmax, log_softmax along the last dim", "standard",
     "P = D padded to 8 (f64: 4), Q = D padded to 4 (2), S = D up to one vector, else Q: P + S - 1 add, P mul, 1 div a "
     "row",
     kProbes},
    {"masked softmax",
     "A plain loop sums in f64, multiplies by the sum's reciprocal, and leaves out what the mask hides: neither taken "
     "off the largest element nor raised to a power. How many that are is the mask's.",
     "aten::_masked_softmax", "standard",
     "a row of D, none hidden: D sub, D exp, D add, D mul and 1 div in f64; each hidden one a sub and an exp less; all "
     "hidden: no div",
     "testdata/validation/standard.csv: rows of 1 to 90, masks of each type, f32 and f64"},
};
constexpr const CauseInfo& kMasked = kCauses[2];
constexpr const CauseInfo& kExp = kCauses[0];
constexpr const CauseInfo& kVectors = kCauses[1];

struct Rows {
  std::int64_t rows = 0;    // sums
  std::int64_t length = 0;  // elements of each
  std::int64_t inner = 1;   // how far apart; 1: neighbours
};

std::optional<Rows> rows_of(const KernelCall& call, Explanation& out) {
  const auto sizes = sizes_at(call.inputs, 0);
  const auto dim = ints_at_place(call.inputs, 1, 1);
  if (!sizes || !dim) {
    out.refuse("the shape or the dim is not known");
    return std::nullopt;
  }
  const auto rank = static_cast<std::int64_t>(sizes->size());
  if (rank == 0) return Rows{1, 1, 1};
  const auto at = static_cast<std::size_t>(dim->front() < 0 ? dim->front() + rank : dim->front());
  if (at >= sizes->size()) {
    out.refuse("the dim is out of range");
    return std::nullopt;
  }
  Rows rows;
  rows.length = (*sizes)[at];
  rows.inner = product(*sizes, at + 1);
  rows.rows = rows.length == 0 ? 0 : product(*sizes) / rows.length;
  if (rows.inner == 1 && at + 1 != sizes->size()) out.refuse("a dim of neighbours that is not the last has no model");
  return rows;
}

// Adds that sum `length` elements kept in vectors: one by one up to a vector, padded to half a one beyond.
std::int64_t summed_lanes(std::int64_t length, bool f32) {
  return length <= (f32 ? 8 : 4) ? length : round_up(length, f32 ? 4 : 2);
}

FlopIntervals exps(std::int64_t count, std::int64_t zeros, const PrecisionClasses& classes) {
  const std::int64_t each = classes.f32 ? kExpF32 : kExpF64;
  const std::int64_t early = classes.f32 ? 0 : zeros;  // f32's has no shorter way for 0
  FlopIntervals total;
  total[FlopClass::add_f64] += {each * (count - early) + early, each * (count - early) + early};
  total[FlopClass::mul_f64] += {each * (count - early), each * (count - early)};
  return total;
}

FlopIntervals softmax_across(const Rows& rows, const PrecisionClasses& classes) {
  const std::int64_t elements = rows.rows * rows.length;
  FlopIntervals total = exps(elements, rows.rows, classes);
  add_point(total, classes.add, 2 * elements);
  add_point(total, classes.div, elements);
  return total;
}

// Rows are worked on in blocks of 32 KiB, each of which keeps its logarithms in whole vectors: how many lanes are left.
std::int64_t padded_logs(const Rows& rows, const PrecisionClasses& classes) {
  const std::int64_t vector = classes.f32 ? 8 : 4, bytes = classes.f32 ? 4 : 8;
  const std::int64_t block = std::max<std::int64_t>(1, (std::int64_t{1} << 15) / (rows.length * bytes));
  const std::int64_t rest = rows.rows % block;
  return rows.rows / block * (round_up(block, vector) - block) + round_up(rest, vector) - rest;
}

FlopIntervals log_softmax_of(const Rows& rows, const PrecisionClasses& classes) {
  const std::int64_t vector = classes.f32 ? 8 : 4, half = vector / 2;
  const std::int64_t log_adds = classes.f32 ? kExpF32 : 13;
  FlopIntervals total;
  std::int64_t logs = rows.rows, exponents = 0;
  if (rows.inner == 1) {
    const std::int64_t summed = summed_lanes(rows.length, classes.f32);
    exponents = rows.rows * summed;
    const std::int64_t subtracted = round_up(rows.length, half), stored = 2 * round_up(rows.length, vector);
    add_point(total, classes.add, rows.rows * (subtracted + summed - 1 + stored));
    // Lanes behind the last log of a block hold 0, whose log is a division.
    add_point(total, FlopClass::div_f32, padded_logs(rows, classes));
  } else {
    const std::int64_t tail = rows.inner % vector, outer = rows.rows / rows.inner;
    exponents = rows.rows * rows.length;
    const std::int64_t pair = classes.f32 && rows.inner % 4 >= 2 ? 2 : 0;  // of two of the four loops
    add_point(total, classes.add, outer * rows.length * (4 * rows.inner + 2 * pair));
    if (tail != 0) add_point(total, FlopClass::div_f32, outer * (vector - tail));
  }
  total += exps(exponents, rows.rows, classes);
  add_point(total, FlopClass::add_f64, logs * log_adds);
  add_point(total, FlopClass::mul_f64, logs * (classes.f32 ? kExpF32 : kExpF64));
  return total;
}

// What overflows or underflows is a multiplication or two, nan one addition, infinity nothing at all. f64's exp of 0
// and of its neighbours is one addition.
ValueRange range_of_exps(std::int64_t count, const PrecisionClasses& classes) {
  ValueRange range;
  range.calls = count;
  if (classes.f32) {
    range.each[FlopClass::add_f64] = range.each[FlopClass::mul_f64] = {-kExpF32, -kExpF32};
    range.each[FlopClass::add_f32] = range.each[FlopClass::mul_f32] = {0, 1};
  } else {
    range.each[FlopClass::add_f64] = {-kExpF64, 1 - kExpF64};
    range.each[FlopClass::mul_f64] = {-kExpF64, 2 - kExpF64};
  }
  return range;
}

void explain_whole(const KernelCall& call, std::int64_t exponents, const FlopIntervals& whole,
                   const PrecisionClasses& classes, Explanation& out) {
  const auto annotated = arithmetic_of(call.work);
  if (const NoModel* refused = std::get_if<NoModel>(&annotated)) return out.refuse(refused->reason);
  // In f32 all that is done in f64 is exp and log; in f64 they are what the vectors leave.
  const FlopIntervals inside = exps(exponents, 0, classes);
  out.add(kExp, FlopClass::add_f64, inside[FlopClass::add_f64].low);
  out.add(kExp, FlopClass::mul_f64, inside[FlopClass::mul_f64].low);
  out.add_rest(kVectors, std::get<FlopIntervals>(annotated), whole);
  exp_by_values(exponents, classes, out);
}

std::optional<PrecisionClasses> classes_of(const KernelCall& call, Explanation& out) {
  const auto classes = precision_of(dtype_at_place(call.inputs, 0));
  if (!classes)
    out.refuse("only f32 and f64 have a model");
  else if (dtype_at_place(call.inputs, 0) != dtype_at_place(call.outputs, 0))
    out.refuse("a cast inside has no model");
  else
    return classes;
  return std::nullopt;
}

void explain_softmax(const KernelCall& call, Explanation& out) {
  const auto classes = classes_of(call, out);
  const auto rows = rows_of(call, out);
  if (!classes || !rows || rows->rows * rows->length == 0) return;
  const FlopIntervals whole =
      rows->inner == 1 ? softmax_of_rows(rows->rows, rows->length, *classes) : softmax_across(*rows, *classes);
  const std::int64_t padded = rows->inner == 1 ? round_up(rows->length, classes->f32 ? 8 : 4) : rows->length;
  explain_whole(call, rows->rows * padded, whole, *classes, out);
}

void explain_log_softmax(const KernelCall& call, Explanation& out) {
  const auto classes = classes_of(call, out);
  const auto rows = rows_of(call, out);
  if (!classes || !rows || rows->rows * rows->length == 0) return;
  if (rows->inner == 1 && rows->length < 3) return out.refuse("log_softmax of rows this short has no model");
  const FlopIntervals whole = log_softmax_of(*rows, *classes);
  explain_whole(call, rows->rows * rows->length, whole, *classes, out);
  log_by_values(rows->rows, *classes, out);
}

// A hidden element is neither taken off nor raised to a power.
void hide_elements(std::int64_t elements, std::int64_t rows, const PrecisionClasses& classes, Explanation& out) {
  ValueRange range = range_of_exps(elements, classes);
  range.each[classes.add].low -= 1;
  // A row without any has no largest element, whose exp ends early in f64, and no sum to divide by.
  range.slack[FlopClass::div_f64] = {-rows, 0};
  if (!classes.f32) {
    range.slack[FlopClass::add_f64] = {0, rows * (kExpF64 - 1)};
    range.slack[FlopClass::mul_f64] = {0, rows * kExpF64};
  }
  out.differs_by_values(range);
}

// What it does where nothing is masked; the mask hides any number of elements, of a row all or none.
void explain_masked_softmax(const KernelCall& call, Explanation& out) {
  const auto classes = classes_of(call, out);
  const auto sizes = sizes_at(call.inputs, 0);
  if (!classes) return;
  if (!sizes || sizes->empty()) return out.refuse("the shape is not known");
  const std::int64_t rank = static_cast<std::int64_t>(sizes->size());
  const auto dim = is_none_at(call.inputs, 2) ? std::optional(Sizes{-1}) : ints_at_place(call.inputs, 2, 1);
  if (!dim || (dim->front() != -1 && dim->front() != rank - 1))
    return out.refuse("a masked softmax along other than the last dim has no model");
  const auto annotated = annotated_of(call, out);
  const std::int64_t elements = product(*sizes), rows = elements == 0 ? 0 : elements / sizes->back();
  if (!annotated || elements == 0) return;
  FlopIntervals whole = exps(elements, rows, *classes);
  add_point(whole, classes->add, elements);
  add_point(whole, FlopClass::add_f64, elements);
  add_point(whole, FlopClass::mul_f64, elements);
  add_point(whole, FlopClass::div_f64, rows);
  out.add_rest(kMasked, *annotated, whole);
  hide_elements(elements, rows, *classes, out);
}

// The third operand says whether halves become f32.
template <void (*explain)(const KernelCall&, Explanation&)>
void explain_native(const KernelCall& call, Explanation& out) {
  if (bool_at_place(call.inputs, 2) != false) return out.refuse("a cast inside has no model");
  explain(call, out);
}

constexpr KernelModel kModels[] = {
    {"aten::_masked_softmax", explain_masked_softmax},
    {"aten::_log_softmax", explain_native<explain_log_softmax>, Layout::any},
    {"aten::_safe_softmax", explain_softmax, Layout::any},
    {"aten::_softmax", explain_native<explain_softmax>, Layout::any},
    {"aten::log_softmax.int", explain_log_softmax, Layout::any},
    {"aten::softmax.int", explain_softmax, Layout::any},
};

}  // namespace

FlopIntervals softmax_of_rows(std::int64_t rows, std::int64_t length, const PrecisionClasses& classes) {
  const std::int64_t padded = round_up(length, classes.f32 ? 8 : 4);
  FlopIntervals total = exps(rows * padded, rows, classes);
  add_point(total, classes.add, rows * (padded + summed_lanes(length, classes.f32) - 1));
  add_point(total, classes.mul, rows * padded);
  add_point(total, classes.div, rows);
  return total;
}

void exp_by_values(std::int64_t count, const PrecisionClasses& classes, Explanation& out) {
  out.differs_by_values(range_of_exps(count, classes));
}

void log_by_values(std::int64_t count, const PrecisionClasses& classes, Explanation& out) {
  const std::int64_t more = classes.f32 ? 0 : 10;
  ValueRange logs;
  logs.slack[FlopClass::add_f64] = {-13 * count, more * count};
  logs.slack[FlopClass::mul_f64] = {-10 * count, more * count};
  out.differs_by_values(logs);
}

std::span<const KernelModel> softmax_models() { return kModels; }
std::span<const CauseInfo> softmax_causes() { return kCauses; }

}  // namespace flopaudit
