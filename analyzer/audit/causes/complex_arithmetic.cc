// Arithmetic of complex numbers, element by element. A vector of 256 bits holds 4 numbers of c64 or 2 of c128; loops
// take two vectors a turn. What is past them is compiled in halves: a pair of c64, or one number of c128.
#include "analyzer/audit/causes/elements.h"
#include "analyzer/audit/causes/inner_loops.h"

namespace flopaudit {
namespace {

constexpr const char* kEvidence =
    "1 to 33 and 100 numbers, broadcast, apart and in place, c64 and c128; testdata/validation/standard.csv";
constexpr CauseInfo kCauses[] = {
    {"complex products",
     "Vectors multiply both parts by both parts and subtract and add all of them; an odd number takes half a vector.",
     "aten::mul of complex numbers", "standard",
     "each number 4 mul and 4 add; c64: an odd loop one more; in place, what is past whole turns, and all that lies "
     "apart, twice",
     kEvidence},
    {"complex alpha", "ATen multiplies the second operand by alpha as a complex number, also when alpha is 1.",
     "aten::add, sub, rsub of complex numbers", "standard",
     "each number 4 mul and 6 add; past whole turns, and where an operand leaps, 4 numbers of c64 16 and 16, a pair "
     "alike, one 8 and 12; pairs of c128 8 and 8, one 4 and 6; in place all as one",
     kEvidence},
    {"complex quotients", "Vectors divide by the larger part first; scalars by libgcc's branches.",
     "aten::div of complex numbers", "standard",
     "turns: c64 72 mul and 72 add, c128 20 and 20; a pair of c64 24 and 24 (in place a number 9 and 9), a number of "
     "c128 12 and 12; the divisions depend on the values",
     kEvidence},
    {"complex functions", "ATen computes them by libm, number by number.", "aten::square, pow, exp of complex numbers",
     "standard",
     "square: 3 mul and 2 add, pairs and fours "
     "of c64 whole vectors; exp: by libm's branches",
     kEvidence},
};
constexpr const CauseInfo& kProducts = kCauses[0];
constexpr const CauseInfo& kComplexAlpha = kCauses[1];
constexpr const CauseInfo& kQuotients = kCauses[2];
constexpr const CauseInfo& kFunctions = kCauses[3];

struct ComplexCall {
  PrecisionClasses classes;  // of the parts
  FlopIntervals annotated;
  InnerLoops loops;
  bool in_place;
};

std::optional<PrecisionClasses> parts_of(std::optional<DType> dtype) {
  if (dtype == DType::c64) return precision_of(DType::f32);
  if (dtype == DType::c128) return precision_of(DType::f64);
  return std::nullopt;
}

bool is_in_place(std::string_view op) {
  const std::string_view name = op.substr(0, op.find('.'));
  return name.ends_with('_');
}

std::optional<ComplexCall> complex_call(const KernelCall& call, Explanation& out, std::size_t typed_by_input) {
  const bool by_result = typed_by_input == SIZE_MAX;
  const auto dtype = by_result ? dtype_at_place(call.outputs, 0) : dtype_at_place(call.inputs, typed_by_input);
  const auto classes = parts_of(dtype);
  const auto annotated = annotated_of(call, out);
  const auto loops = inner_loops_of(call);
  if (!classes) out.refuse("a number that is not complex has no model here");
  if (!loops) out.refuse("it is not known how an operand lies in memory");
  if (!out.refusal().empty()) return std::nullopt;
  return ComplexCall{*classes, *annotated, *loops, is_in_place(call.op)};
}

constexpr std::size_t kByResult = SIZE_MAX;

void explain_counts(const CauseInfo& cause, const ComplexCall& complex, Interval add, Interval mul, Interval div,
                    Explanation& out) {
  FlopIntervals whole;
  whole[complex.classes.add] += add;
  whole[complex.classes.mul] += mul;
  whole[complex.classes.div] += div;
  out.add_rest(cause, complex.annotated, whole);
}

Interval point(std::int64_t count) { return {count, count}; }

// How many numbers of a loop go in turns of two vectors.
std::int64_t in_turns(const ComplexCall& complex) {
  const std::int64_t turn = complex.classes.f32 ? 8 : 4;
  return complex.loops.leaps ? 0 : complex.loops.length / turn * turn;
}

void explain_product(const KernelCall& call, Explanation& out) {
  const auto complex = complex_call(call, out, kByResult);
  if (!complex) return;
  const std::int64_t length = complex->loops.length, turns = in_turns(*complex);
  std::int64_t numbers = complex->classes.f32 ? round_up(length, 2) : length;
  if (complex->in_place && complex->classes.f32) numbers = turns + 2 * (length - turns);
  const Interval each = point(4 * numbers * complex->loops.count);
  explain_counts(kProducts, *complex, each, each, {}, out);
}

// What is left over is compiled in vectors where it is 3 numbers or more, in c64 2.
struct Sum {
  std::int64_t add = 0, mul = 0;
};
Sum leftover_sum(std::int64_t length, bool f32) {
  if (f32) {
    const std::int64_t vectors = length / 4 + (length % 4 >= 2 ? 1 : 0), alone = length % 2;
    return {16 * vectors + 12 * alone, 16 * vectors + 8 * alone};
  }
  const std::int64_t pairs = length >= 3 ? length / 2 : 0, alone = length - 2 * pairs;
  return {8 * pairs + 6 * alone, 8 * pairs + 4 * alone};
}

void explain_sum(const KernelCall& call, Explanation& out) {
  const auto complex = complex_call(call, out, kByResult);
  if (!complex) return;
  const bool f32 = complex->classes.f32;
  const std::int64_t length = complex->loops.length, turns = in_turns(*complex), rest = length - turns;
  Sum sum = leftover_sum(rest, f32);
  if (complex->in_place) sum = {(f32 ? 12 : 6) * rest, (f32 ? 8 : 4) * rest};
  explain_counts(kComplexAlpha, *complex, point(complex->loops.count * (6 * turns + sum.add)),
                 point(complex->loops.count * (4 * turns + sum.mul)), {}, out);
}

void explain_quotient(const KernelCall& call, Explanation& out) {
  const auto complex = complex_call(call, out, kByResult);
  if (!complex) return;
  const std::int64_t count = complex->loops.count, turns = in_turns(*complex), rest = complex->loops.length - turns;
  const bool f32 = complex->classes.f32;
  // In place c64 goes number by number, without the branches.
  const bool short_way = f32 && complex->in_place;
  const std::int64_t alone = f32 && !short_way ? (rest + 1) / 2 : rest;
  const std::int64_t each = short_way ? 9 : f32 ? 24 : 12, most = short_way ? 4 : f32 ? 20 : 10;
  const Interval operations = point(count * (f32 ? 9 * turns : 5 * turns) + count * alone * each);
  if (complex->loops.length > 0) out.depends_on_data();
  const Interval divisions = {count * (turns + alone * (short_way ? 1 : most / 2)), count * (3 * turns + alone * most)};
  explain_counts(kQuotients, *complex, operations, operations, divisions, out);
}

void explain_square(const KernelCall& call, Explanation& out) {
  const auto complex = complex_call(call, out, kByResult);
  if (!complex) return;
  if (!complex->loops.is_plain) return out.refuse("squares of complex numbers that lie apart have no model");
  const std::int64_t length = complex->loops.length;
  const std::int64_t rest = length % 4, vectors = length / 4 + (rest >= 2 ? 1 : 0);
  const std::int64_t numbers = complex->classes.f32 ? 4 * vectors + rest % 2 : length;
  explain_counts(kFunctions, *complex, point(2 * numbers * complex->loops.count),
                 point(3 * numbers * complex->loops.count), {}, out);
}

void explain_power(const KernelCall& call, Explanation& out) {
  if (number_at_place(call.inputs, 1) != 2.0)
    return out.refuse("a power of complex numbers but the second has no model");
  explain_square(call, out);
}

// What libm's functions take of one number, at least and at most.
struct Range {
  Interval add = {}, mul = {}, div = {}, sqrt = {};             // in its own type
  Interval add_inside = {}, mul_inside = {}, sqrt_inside = {};  // in f64 inside of c64
};

void explain_range(const ComplexCall& complex, const Range& range, std::int64_t numbers, Explanation& out) {
  FlopIntervals whole;
  const auto add = [&](FlopClass flop_class, Interval each) {
    whole[flop_class] += {each.low * numbers, each.high * numbers};
  };
  add(complex.classes.add, range.add);
  add(complex.classes.mul, range.mul);
  add(complex.classes.div, range.div);
  add(complex.classes.sqrt, range.sqrt);
  add(FlopClass::add_f64, range.add_inside);
  add(FlopClass::mul_f64, range.mul_inside);
  add(FlopClass::sqrt_f64, range.sqrt_inside);
  out.add_rest(kFunctions, complex.annotated, whole);
}

// Vectors of 4 numbers of c64 are multiplied by what libm has for each; those that a vector is filled up with take a
// shorter way.
void explain_exp(const KernelCall& call, Explanation& out) {
  const auto complex = complex_call(call, out, kByResult);
  if (!complex) return;
  if (!complex->loops.is_plain) return out.refuse("complex numbers that lie apart have no model here");
  const std::int64_t numbers = complex->loops.length * complex->loops.count;
  if (numbers > 0) out.depends_on_data();
  if (!complex->classes.f32)
    return explain_range(*complex, {.add = {0, 130}, .mul = {0, 90}, .div = {0, 1}}, numbers, out);
  const std::int64_t filled = round_up(numbers, 4) - numbers;
  FlopIntervals whole;
  whole[FlopClass::add_f32] = {0, 2 * numbers};
  whole[FlopClass::mul_f32] = {numbers, 8 * (numbers + filled)};
  whole[FlopClass::div_f32] = {0, numbers};
  whole[FlopClass::add_f64] = {0, 22 * numbers + 9 * filled};
  whole[FlopClass::mul_f64] = {0, 29 * numbers + 11 * filled};
  out.add_rest(kFunctions, complex->annotated, whole);
}

// Instead of the models of their ops where a number is complex.
constexpr KernelModel kComplexModels[] = {
    {"aten::add.Scalar", explain_sum, Layout::any},
    {"aten::add.Tensor", explain_sum, Layout::any},
    {"aten::add_.Scalar", explain_sum, Layout::any},
    {"aten::add_.Tensor", explain_sum, Layout::any},
    {"aten::div.Scalar", explain_quotient, Layout::any},
    {"aten::div.Tensor", explain_quotient, Layout::any},
    {"aten::div_.Scalar", explain_quotient, Layout::any},
    {"aten::div_.Tensor", explain_quotient, Layout::any},
    {"aten::exp", explain_exp, Layout::any},
    {"aten::mul.Scalar", explain_product, Layout::any},
    {"aten::mul.Tensor", explain_product, Layout::any},
    {"aten::mul_.Scalar", explain_product, Layout::any},
    {"aten::mul_.Tensor", explain_product, Layout::any},
    {"aten::pow.Tensor_Scalar", explain_power, Layout::any},
    {"aten::pow_.Scalar", explain_power, Layout::any},
    {"aten::rsub.Scalar", explain_sum, Layout::any},
    {"aten::rsub.Tensor", explain_sum, Layout::any},
    {"aten::square", explain_square, Layout::any},
    {"aten::sub.Scalar", explain_sum, Layout::any},
    {"aten::sub.Tensor", explain_sum, Layout::any},
    {"aten::sub_.Scalar", explain_sum, Layout::any},
    {"aten::sub_.Tensor", explain_sum, Layout::any},
};
}  // namespace

std::span<const KernelModel> models_of_complex_numbers() {
  static const std::vector<KernelModel> kAll = [] {
    std::vector<KernelModel> rows(std::begin(kComplexModels), std::end(kComplexModels));
    for (const auto& table : {models_of_complex_products(), models_of_complex_sums()})
      rows.insert(rows.end(), table.begin(), table.end());
    return rows;
  }();
  return kAll;
}
std::span<const CauseInfo> complex_causes() { return kCauses; }

}  // namespace flopaudit
