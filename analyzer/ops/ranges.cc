// Tensors made from their positions: ranges, spectra of a range, the windows of signal processing, index grids. Each
// counts the arithmetic of its definition per element:
//   linspace start + i*step; logspace base^that; bartlett 1 - |2i/N - 1|; hann and hamming a - b*cos(2 pi i/N)
//   blackman 0.42 - 0.5*cos(2 pi i/N) + 0.08*cos(4 pi i/N); kaiser I0(beta*sqrt(1 - (2i/N - 1)^2)) / I0(beta)
#include <cmath>

#include "analyzer/ops/all_ops.h"
#include "analyzer/ops/default_dtype.h"
#include "analyzer/ops/draw_bounds.h"
#include "analyzer/ops/shape_helpers.h"
#include "analyzer/ops/size_conditions.h"
#include "analyzer/ops/work_helpers.h"

namespace flopaudit {
namespace {

RuleResult<Facts> made(const Facts& inputs, Dims dims, std::size_t dtype_place, DType otherwise) {
  for (const Dim& dim : dims) {
    if (dim && !must_be_at_least(*dim, 0)) return misfit("a size is negative: " + text(dims));
  }
  FA_RULE(const std::optional<DType> dtype, dtype_argument_at(inputs, dtype_place, otherwise));
  return one(tensor_fact(dtype, std::move(dims)));
}

// linspace(start, end, steps, dtype): bounds that are tensors have no dims.
template <std::size_t dtype_place>
RuleResult<Facts> shape_of_space(const Facts& inputs) {
  for (const std::size_t bound : {0, 1}) {
    const TensorFact* tensor = inputs[bound].tensor();
    if (tensor != nullptr && tensor->dims && !tensor->dims->empty()) {
      return misfit("a bound should have no dims: " + inputs[bound].to_string());
    }
  }
  FA_RULE(const Expr steps, int_at(inputs, 2));
  DType own = default_dtype();  // that of complex bounds
  for (const std::size_t bound : {0, 1}) {
    const TensorFact* tensor = inputs[bound].tensor();
    if (tensor != nullptr && tensor->dtype && is_complex(*tensor->dtype)) {
      own = promote_types(own, DType::c64).value_or(own);
    }
  }
  FA_RULE(Facts facts, made(inputs, {Dim(steps)}, dtype_place, own));
  const std::optional<DType> dtype = facts[0].tensor()->dtype;
  if (is_complex(own) && dtype && !is_complex(*dtype)) {
    return misfit("complex bounds need a complex dtype: " + shapes_text(inputs, {0, 1}));
  }
  return facts;
}

// range(start, end, step): both ends belong to it.
template <bool has_step>
RuleResult<Facts> shape_of_range(const Facts& inputs) {
  FA_RULE(const double start, number_at(inputs, 0));
  FA_RULE(const double end, number_at(inputs, 1));
  double step = 1;
  if (has_step) {
    FA_RULE(step, number_at(inputs, 2));
  }
  const double length = std::floor((end - start) / step);
  const std::size_t dtype_place = has_step ? 3 : 2;
  FA_RULE(const std::optional<DType> dtype, dtype_argument_at(inputs, dtype_place, default_dtype()));
  if (dtype && is_integral(*dtype) && std::trunc(step) == 0) {
    return misfit("a step of no integer: " + inputs[has_step ? 2 : 0].to_string());
  }
  if (step == 0 || !(length >= 0)) return misfit("the step does not lead from " + shapes_text(inputs, {0, 1}));
  if (!(length < 9e15)) return misfit("the range is too long");
  return made(inputs, {Dim(Expr(static_cast<std::int64_t>(length) + 1))}, has_step ? 3 : 2, default_dtype());
}

template <std::size_t dtype_place>
RuleResult<Facts> shape_of_window(const Facts& inputs) {
  FA_RULE(const Expr length, int_at(inputs, 0));
  FA_RULE(Facts facts, made(inputs, {Dim(length)}, dtype_place, default_dtype()));
  const std::optional<DType> dtype = facts[0].tensor()->dtype;
  if (dtype && !is_floating(*dtype)) return misfit("a window needs a floating dtype, not " + std::string(name(*dtype)));
  return facts;
}

RuleResult<Facts> shape_of_eye(const Facts& inputs) {
  FA_RULE(const Expr rows, int_at(inputs, 0));
  FA_RULE(const Expr columns, int_at(inputs, 1));
  return made(inputs, {Dim(rows), Dim(columns)}, 2, default_dtype());
}

// tril_indices(rows, columns, offset): the positions in the lower triangle, of row r min(columns, r + offset + 1).
Expr lower_triangle(std::int64_t rows, const Expr& columns, std::int64_t offset) {
  Expr count = 0;
  for (std::int64_t row = 0; row < rows; ++row) count += min(columns, max(Expr(0), Expr(row + offset + 1)));
  return count;
}
template <bool upper>
RuleResult<Facts> shape_of_triangle_indices(const Facts& inputs) {
  FA_RULE(const std::int64_t rows, constant_at(inputs, 0));
  FA_RULE(const std::int64_t columns, constant_at(inputs, 1));
  FA_RULE(const std::int64_t offset, constant_at(inputs, 2));
  if (rows < 0 || columns < 0) return misfit("a size is negative: " + shapes_text(inputs, {0, 1}));
  if (rows > 1 << 20) return missing("a triangle of more than 2^20 rows");
  constexpr std::int64_t kFar = std::int64_t{1} << 61;
  if (offset > kFar || offset < -kFar) return misfit("the offset is too large: " + std::to_string(offset));
  const Expr lower = lower_triangle(rows, columns, upper ? offset - 1 : offset);
  const Expr count = upper ? Expr(rows) * Expr(columns) - lower : lower;
  return made(inputs, {Dim(Expr(2)), Dim(count)}, 3, DType::i64);
}

// empty_permuted(size, physical_layout): the dims in the order of their strides
RuleResult<Facts> shape_of_permuted(const Facts& inputs) {
  FA_RULE(const Dims sizes, ints_at(inputs, 0));
  FA_RULE(const std::vector<std::int64_t> layout, constants_at(inputs, 1));
  std::vector<bool> seen(sizes.size(), false);
  bool fits = layout.size() == sizes.size();
  for (std::size_t i = 0; fits && i < layout.size(); ++i) {
    fits = layout[i] >= 0 && layout[i] < static_cast<std::int64_t>(sizes.size()) &&
           !seen[static_cast<std::size_t>(layout[i])];
    if (fits) seen[static_cast<std::size_t>(layout[i])] = true;
  }
  if (!fits) return misfit("the layout is no order of the dims: " + shapes_text(inputs, {0, 1}));
  return made(inputs, sizes, 2, default_dtype());
}

// empty_strided(size, stride): strides are not followed.
template <std::size_t size_place>
RuleResult<Facts> shape_of_strided(const Facts& inputs) {
  FA_RULE(const Dims sizes, ints_at(inputs, size_place));
  FA_RULE(const std::vector<Fact> strides, list_at(inputs, size_place + 1));
  if (sizes.size() != strides.size()) {
    return misfit("as many sizes as strides: " + shapes_text(inputs, {size_place, size_place + 1}));
  }
  const bool empty = product(sizes) == Expr(0);
  for (std::size_t i = 0; i < sizes.size() && !empty; ++i) {
    if (constant_of(strides[i]).value_or(0) >= 0 || !sizes[i] || always_less(*sizes[i], 2) != false) continue;
    return misfit("a stride is negative: " + inputs[size_place + 1].to_string());
  }
  const TensorFact* self = size_place > 0 ? inputs[0].tensor() : nullptr;
  if (self != nullptr && !self->dtype) return missing("the dtype of the tensor is unknown");
  return made(inputs, sizes, size_place + 2, self != nullptr ? *self->dtype : default_dtype());
}

// rand(size, generator, dtype), and normal(mean, std, size, generator, dtype).
template <std::size_t size_place>
RuleResult<Facts> shape_of_drawn(const Facts& inputs) {
  FA_RULE(const Dims sizes, ints_at(inputs, size_place));
  return made(inputs, sizes, size_place + 2, default_dtype());
}
RuleResult<Facts> shape_of_normal_numbers(const Facts& inputs) {
  if (number_of(inputs.at(1)).value_or(0) < 0) {
    return misfit("a negative standard deviation: " + inputs[1].to_string());
  }
  return shape_of_drawn<2>(inputs);
}
// randint(high, size, generator, dtype), randint(low, high, size, generator, dtype)
template <std::size_t size_place>
RuleResult<Facts> shape_of_drawn_integers(const Facts& inputs) {
  FA_RULE(const Dims sizes, ints_at(inputs, size_place));
  FA_RULE(const std::optional<DType> dtype, dtype_argument_at(inputs, size_place + 2, default_dtype()));
  FA_REFUSE(check_draw(dtype, size_place == 2 ? inputs[0] : Fact::integer(0), inputs[size_place - 1]));
  return made(inputs, sizes, size_place + 2, default_dtype());  // the schema's own dtype is i64
}
RuleResult<Facts> shape_of_permutation(const Facts& inputs) {
  FA_RULE(const Expr count, int_at(inputs, 0));
  return made(inputs, {Dim(count)}, 2, DType::i64);
}

constexpr auto kMul = WorkClass::mul, kAdd = WorkClass::add, kDiv = WorkClass::div, kCos = WorkClass::cos;
constexpr WorkRule kRange = per_output<kMul, kAdd>;
constexpr WorkRule kLogspace = per_output<kMul, kAdd, WorkClass::pow>;
constexpr WorkRule kBartlett = per_output<kMul, kAdd, kAdd>;
constexpr WorkRule kHann = per_output<kMul, kCos, kMul, kAdd>;
constexpr WorkRule kBlackman = per_output<kMul, kCos, kMul, kAdd, kMul, kCos, kMul, kAdd>;
constexpr WorkRule kKaiser = per_output<kMul, kAdd, kMul, kAdd, WorkClass::sqrt, kMul, WorkClass::bessel, kDiv>;

constexpr char kRangeText[] = "mul = n, add = n";
constexpr char kLogText[] = "mul = n, add = n, pow = n";
constexpr char kBartlettText[] = "mul = n, add = 2n";
constexpr char kHannText[] = "mul = 2n, cos = n, add = n";
constexpr char kBlackmanText[] = "mul = 4n, cos = 2n, add = 2n";
constexpr char kKaiserText[] = "mul = 3n, add = 2n, sqrt = n, bessel = n, div = n";

// n: elements of the result. Rows without a formula: no arithmetic, bytes only.
// clang-format off
constexpr OpSpec kRows[] = {
    // name                                   shape rule                        work rule    formula
    {"aten::bartlett_window",                 shape_of_window<1>,               kBartlett,   kBartlettText},
    {"aten::bartlett_window.periodic",        shape_of_window<2>,               kBartlett,   kBartlettText},
    {"aten::blackman_window",                 shape_of_window<1>,               kBlackman,   kBlackmanText},
    {"aten::blackman_window.periodic",        shape_of_window<2>,               kBlackman,   kBlackmanText},
    {"aten::empty_permuted",                  shape_of_permuted,              nullptr,     ""},
    {"aten::empty_strided",                   shape_of_strided<0>,              nullptr,     ""},
    {"aten::eye.m",                           shape_of_eye,                     writes_only, ""},
    {"aten::hamming_window",                  shape_of_window<1>,               kHann,       kHannText},
    {"aten::hamming_window.periodic",         shape_of_window<2>,               kHann,       kHannText},
    {"aten::hamming_window.periodic_alpha",   shape_of_window<3>,               kHann,       kHannText},
    {"aten::hamming_window.periodic_alpha_beta", shape_of_window<4>,            kHann,       kHannText},
    {"aten::hann_window",                     shape_of_window<1>,               kHann,       kHannText},
    {"aten::hann_window.periodic",            shape_of_window<2>,               kHann,       kHannText},
    {"aten::kaiser_window",                   shape_of_window<1>,               kKaiser,     kKaiserText},
    {"aten::kaiser_window.beta",              shape_of_window<3>,               kKaiser,     kKaiserText},
    {"aten::kaiser_window.periodic",          shape_of_window<2>,               kKaiser,     kKaiserText},
    {"aten::linspace",                        shape_of_space<3>,                kRange,      kRangeText},
    {"aten::linspace.Scalar_Tensor",          shape_of_space<3>,                kRange,      kRangeText},
    {"aten::linspace.Tensor_Scalar",          shape_of_space<3>,                kRange,      kRangeText},
    {"aten::linspace.Tensor_Tensor",          shape_of_space<3>,                kRange,      kRangeText},
    {"aten::logspace",                        shape_of_space<4>,                kLogspace,   kLogText},
    {"aten::logspace.Scalar_Tensor",          shape_of_space<4>,                kLogspace,   kLogText},
    {"aten::logspace.Tensor_Scalar",          shape_of_space<4>,                kLogspace,   kLogText},
    {"aten::logspace.Tensor_Tensor",          shape_of_space<4>,                kLogspace,   kLogText},
    {"aten::new_empty_strided",               shape_of_strided<1>,              nullptr,     ""},
    {"aten::normal.float_float",              shape_of_normal_numbers,          writes_only, ""},
    {"aten::rand.generator",                  shape_of_drawn<0>,                writes_only, ""},
    {"aten::randint.generator",               shape_of_drawn_integers<1>,       writes_only, ""},
    {"aten::randint.low_generator",           shape_of_drawn_integers<2>,       writes_only, ""},
    {"aten::randn.generator",                 shape_of_drawn<0>,                writes_only, ""},
    {"aten::randperm.generator",              shape_of_permutation,             writes_only, ""},
    {"aten::range",                           shape_of_range<false>,            kRange,      kRangeText},
    {"aten::range.step",                      shape_of_range<true>,             kRange,      kRangeText},
    {"aten::tril_indices",                    shape_of_triangle_indices<false>, writes_only, ""},
    {"aten::triu_indices",                    shape_of_triangle_indices<true>,  writes_only, ""},
};
// clang-format on

}  // namespace

std::span<const OpSpec> range_ops() { return kRows; }

}  // namespace flopaudit
