// Discrete Fourier transforms, dim by dim: counts in fourier_helpers.h. A transform that is real on one side runs its
// last dim first or last, on half of the numbers; the dims before it run on what that leaves.
#include <algorithm>

#include "analyzer/ops/all_ops.h"
#include "analyzer/ops/default_dtype.h"
#include "analyzer/ops/fourier_helpers.h"
#include "analyzer/ops/shape_helpers.h"
#include "analyzer/ops/size_conditions.h"

namespace flopaudit {
namespace {

// complex: both sides; from_real: fft_rfft and fft_ihfft; to_real: fft_irfft and fft_hfft
enum class Side { complex, from_real, to_real };
// Where `n` or `s`, and the dims, stand: one dim by number, or many by lists.
enum class Extent { one, many };

struct Transform {
  Dims padded;  // the input cut or padded to the sizes asked for
  Dims result;
  std::vector<std::size_t> dims;  // in the order named; the last is the real one
  Dim points;                     // of the last dim's transform
  std::optional<DType> real;
};

RuleResult<std::vector<std::size_t>> transformed_dims(const Facts& inputs, Extent extent, std::size_t rank,
                                                      const Dims& sizes) {
  std::vector<std::size_t> dims;
  if (none_at(inputs, 2)) {  // as many of the last as there are sizes, or all
    const std::size_t count = none_at(inputs, 1) ? rank : sizes.size();
    if (count > rank) return misfit("more sizes than dims: " + shapes_text(inputs, {0, 1}));
    for (std::size_t i = rank - count; i < rank; ++i) dims.push_back(i);
    return dims;
  }
  std::vector<std::int64_t> listed;
  if (extent == Extent::one || constant_of(inputs[2])) {
    FA_RULE(const std::int64_t dim, constant_at(inputs, 2));
    listed = {dim};
  } else {
    FA_RULE(listed, constants_at(inputs, 2));
  }
  for (const std::int64_t entry : listed) {
    if (rank == 0) return misfit("a 0-dim tensor has no dim to transform");
    FA_RULE(const std::size_t dim, wrap_dim(entry, rank));
    if (std::find(dims.begin(), dims.end(), dim) != dims.end()) {
      return misfit("dim " + std::to_string(dim) + " is named twice");
    }
    dims.push_back(dim);
  }
  return dims;
}

RuleResult<Dims> asked_sizes(const Facts& inputs) {
  if (none_at(inputs, 1)) return Dims();
  if (const std::optional<Expr> single = integer_of(inputs[1])) return Dims{*single};
  return ints_at(inputs, 1);
}

std::optional<RuleFailure> check_norm(const Facts& inputs) {
  if (inputs.size() < 4 || none_at(inputs, 3)) return std::nullopt;
  FA_RULE(const std::string norm, string_at(inputs, 3));
  if (norm == "forward" || norm == "backward" || norm == "ortho") return std::nullopt;
  return misfit("the normalization is forward, backward or ortho and not " + norm);
}

// (self, n or s, dim, norm)
RuleResult<Transform> transform_of(const Facts& inputs, Side side, Extent extent) {
  Transform t;
  FA_RULE(const Dims input, dims_at(inputs, 0));
  FA_RULE(t.real, transform_dtype(inputs, 0));
  const std::optional<DType> dtype = inputs[0].tensor()->dtype;
  if (side == Side::from_real && dtype && is_complex(*dtype)) {
    return misfit("this transform is of real numbers: " + inputs[0].to_string());
  }
  FA_RULE(const Dims sizes, asked_sizes(inputs));
  FA_RULE(t.dims, transformed_dims(inputs, extent, input.size(), sizes));
  FA_REFUSE(check_norm(inputs));
  if (!none_at(inputs, 1) && sizes.size() != t.dims.size()) {
    return misfit("as many sizes as dims are needed: " + shapes_text(inputs, {1, 2}));
  }
  t.padded = input;
  const bool one_number = inputs[1].get<ListFact>() == nullptr;  // in a list -1 asks for nothing
  const auto halved = [](const Dim& dim) { return dim ? Dim(floor_div(*dim, 2) + Expr(1)) : std::nullopt; };
  for (std::size_t i = 0; i < t.dims.size(); ++i) {
    const bool last = i + 1 == t.dims.size();
    const bool asked = i < sizes.size() && (one_number || !(sizes[i] && *sizes[i] == Expr(-1)));
    const Dim own = input[t.dims[i]];
    Dim points = asked ? sizes[i] : own;
    if (last && side == Side::to_real && !asked) points = own ? Dim((*own - Expr(1)) * Expr(2)) : std::nullopt;
    if (points && always_less(*points, 1) == true) {
      return misfit("a transform of " + points->to_string() + " points: " + inputs[0].to_string());
    }
    t.padded[t.dims[i]] = last && side == Side::to_real ? halved(points) : points;
    if (last) t.points = points;
  }
  if (t.dims.empty() && side != Side::complex) return misfit("a real transform needs a dim: " + inputs[0].to_string());
  t.result = t.padded;
  if (side == Side::from_real) t.result[t.dims.back()] = halved(t.points);
  if (side == Side::to_real) t.result[t.dims.back()] = t.points;
  return t;
}

template <Side side, Extent extent>
RuleResult<Facts> shape_of_transform(const Facts& inputs) {
  FA_RULE(const Transform t, transform_of(inputs, side, extent));
  return one(tensor_fact(side == Side::to_real ? t.real : complex_of_real(t.real), t.result));
}

RuleResult<Work> work_of(const Transform& t, Side side, const Facts& inputs, const Facts& outputs) {
  Dims real = t.padded;  // the real side of the last dim, and the complex numbers beside it
  Dims complex = t.result;
  if (side == Side::to_real) {
    real = t.result;
    complex = t.padded;
  }
  const std::optional<Expr> real_elements = product(real);
  const std::optional<Expr> complex_elements = product(complex);
  if (!real_elements || !complex_elements || !t.points) return missing("a size of the transform is unknown");
  WorkCounter counter(inputs, outputs);
  for (std::size_t i = 0; i < t.dims.size(); ++i) {
    const bool half = side != Side::complex && i + 1 == t.dims.size();
    count_transforms(counter, t.real, half ? *real_elements : *complex_elements, half ? *t.points : *complex[t.dims[i]],
                     half);
  }
  return counter.work();
}

template <Side side, Extent extent>
RuleResult<Work> work_of_transform(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const Transform t, transform_of(inputs, side, extent));
  return work_of(t, side, inputs, outputs);
}

// --- the kernels below: _fft_c2c(self, dim, normalization, forward), _fft_r2c(self, dim, normalization, onesided),
// _fft_c2r(self, dim, normalization, last_dim_size) ---

template <Side side>
RuleResult<Transform> kernel_of(const Facts& inputs) {
  Transform t;
  FA_RULE(const Dims input, dims_at(inputs, 0));
  FA_RULE(t.real, transform_dtype(inputs, 0));
  const std::optional<DType> dtype = inputs[0].tensor()->dtype;
  if (dtype && (is_integral(*dtype) || is_complex(*dtype) == (side == Side::from_real))) {
    return misfit(std::string("this transform is of ") + (side == Side::from_real ? "real" : "complex") +
                  " numbers: " + inputs[0].to_string());
  }
  FA_RULE(const std::vector<std::int64_t> listed, constants_at(inputs, 1));
  for (const std::int64_t entry : listed) {
    if (entry < 0) return misfit("a kernel counts no dims from the end: " + inputs[1].to_string());
    FA_RULE(const std::size_t dim, wrap_dim(entry, input.size()));
    if (std::ranges::find(t.dims, dim) != t.dims.end()) {
      return misfit("dim " + std::to_string(entry) + " is named twice");
    }
    if (input[dim] == Expr(0)) return misfit("a transform of 0 points: " + inputs[0].to_string());
    t.dims.push_back(dim);
  }
  t.padded = t.result = input;
  if (t.dims.empty()) return t;
  t.points = input[t.dims.back()];
  if (side == Side::to_real) {
    const Dim halves = input[t.dims.back()];
    FA_RULE(t.points, int_at(inputs, 3));
    if (halves && !must_be_equal(*halves, floor_div(*t.points, 2) + Expr(1))) {
      return misfit(t.points->to_string() + " points have not this many halves: " + inputs[0].to_string());
    }
    t.result[t.dims.back()] = t.points;
  } else if (side == Side::from_real) {
    FA_RULE(const bool onesided, bool_at(inputs, 3));
    if (onesided && t.points) t.result[t.dims.back()] = floor_div(*t.points, 2) + Expr(1);
  }
  return t;
}

template <Side side>
RuleResult<Facts> shape_of_kernel(const Facts& inputs) {
  FA_RULE(const Transform t, kernel_of<side>(inputs));
  return one(tensor_fact(side == Side::to_real ? t.real : complex_of_real(t.real), t.result));
}
template <Side side>
RuleResult<Work> work_of_kernel(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const Transform t, kernel_of<side>(inputs));
  if (t.dims.empty()) return copies(inputs, outputs);
  return work_of(t, side, inputs, outputs);
}

// --- fft_fftfreq(n, d, dtype, ...): multiples of 1/(n*d), one mul each; fft_rfftfreq: the first half ---

template <bool half>
RuleResult<Facts> shape_of_frequencies(const Facts& inputs) {
  FA_RULE(const Expr points, int_at(inputs, 0));
  FA_RULE(const std::optional<DType> dtype, dtype_argument_at(inputs, 2, default_dtype()));
  if (dtype && is_integral(*dtype)) return misfit("frequencies are of a floating dtype");
  const bool negative = always_less(points, 0) == true;  // halved towards 0
  const Expr halved = negative ? ceil_div(points, 2) : floor_div(points, 2);
  const Expr count = half ? halved + Expr(1) : points;
  if (always_less(count, 0) == true) return misfit("frequencies of " + points.to_string() + " points");
  return one(tensor_fact(dtype, {count}));
}

RuleResult<Work> work_of_frequencies(const Facts& inputs, const Facts& outputs) {
  return WorkCounter(inputs, outputs).per_output(WorkClass::mul).work();
}

RuleResult<Facts> shape_of_shift(const Facts& inputs) {
  FA_RULE(const Dims dims, dims_at(inputs, 0));
  if (dims.empty() || inputs[1] == Fact::list({})) {
    return misfit("there is no dim to shift: " + shapes_text(inputs, {0, 1}));
  }
  if (none_at(inputs, 1)) return same_as_first(inputs);
  FA_RULE(const std::vector<std::int64_t> shifted, constants_at(inputs, 1));  // a dim may be named twice
  for (const std::int64_t dim : shifted) {
    FA_RULE([[maybe_unused]] const std::size_t at, wrap_dim(dim, dims.size()));
  }
  return same_as_first(inputs);
}

constexpr auto kC = Side::complex;
constexpr auto kFrom = Side::from_real;
constexpr auto kTo = Side::to_real;
constexpr auto kOne = Extent::one;
constexpr auto kMany = Extent::many;

// e complex numbers, n points of each transform; log2 rounded up
constexpr char kComplexText[] = "each dim: mul = 2*e*log2 n, add = 3*e*log2 n";
constexpr char kRealText[] =
    "last dim, e real numbers: mul = e*log2 n, add = 3/2*e*log2 n; other dims: mul = 2*e*log2 n, add = 3*e*log2 n";

// clang-format off
constexpr OpSpec kRows[] = {
    // name                  shape rule                       work rule                       formula
    {"aten::_fft_c2c",       shape_of_kernel<kC>,             work_of_kernel<kC>,             kComplexText},
    {"aten::_fft_c2r",       shape_of_kernel<kTo>,            work_of_kernel<kTo>,            kRealText},
    {"aten::_fft_r2c",       shape_of_kernel<kFrom>,          work_of_kernel<kFrom>,          kRealText},
    {"aten::fft_fft",        shape_of_transform<kC, kOne>,    work_of_transform<kC, kOne>,    kComplexText},
    {"aten::fft_fft2",       shape_of_transform<kC, kMany>,   work_of_transform<kC, kMany>,   kComplexText},
    {"aten::fft_fftfreq",    shape_of_frequencies<false>,     work_of_frequencies,            "mul = n"},
    {"aten::fft_fftn",       shape_of_transform<kC, kMany>,   work_of_transform<kC, kMany>,   kComplexText},
    {"aten::fft_fftshift",   shape_of_shift,                  copies,                         ""},
    {"aten::fft_hfft",       shape_of_transform<kTo, kOne>,   work_of_transform<kTo, kOne>,   kRealText},
    {"aten::fft_hfft2",      shape_of_transform<kTo, kMany>,  work_of_transform<kTo, kMany>,  kRealText},
    {"aten::fft_hfftn",      shape_of_transform<kTo, kMany>,  work_of_transform<kTo, kMany>,  kRealText},
    {"aten::fft_ifft",       shape_of_transform<kC, kOne>,    work_of_transform<kC, kOne>,    kComplexText},
    {"aten::fft_ifft2",      shape_of_transform<kC, kMany>,   work_of_transform<kC, kMany>,   kComplexText},
    {"aten::fft_ifftn",      shape_of_transform<kC, kMany>,   work_of_transform<kC, kMany>,   kComplexText},
    {"aten::fft_ifftshift",  shape_of_shift,                  copies,                         ""},
    {"aten::fft_ihfft",      shape_of_transform<kFrom, kOne>, work_of_transform<kFrom, kOne>, kRealText},
    {"aten::fft_ihfft2",     shape_of_transform<kFrom, kMany>, work_of_transform<kFrom, kMany>, kRealText},
    {"aten::fft_ihfftn",     shape_of_transform<kFrom, kMany>, work_of_transform<kFrom, kMany>, kRealText},
    {"aten::fft_irfft",      shape_of_transform<kTo, kOne>,   work_of_transform<kTo, kOne>,   kRealText},
    {"aten::fft_irfft2",     shape_of_transform<kTo, kMany>,  work_of_transform<kTo, kMany>,  kRealText},
    {"aten::fft_irfftn",     shape_of_transform<kTo, kMany>,  work_of_transform<kTo, kMany>,  kRealText},
    {"aten::fft_rfft",       shape_of_transform<kFrom, kOne>, work_of_transform<kFrom, kOne>, kRealText},
    {"aten::fft_rfft2",      shape_of_transform<kFrom, kMany>, work_of_transform<kFrom, kMany>, kRealText},
    {"aten::fft_rfftfreq",   shape_of_frequencies<true>,      work_of_frequencies,            "mul = n/2 + 1"},
    {"aten::fft_rfftn",      shape_of_transform<kFrom, kMany>, work_of_transform<kFrom, kMany>, kRealText},
};
// clang-format on

}  // namespace

std::span<const OpSpec> fourier_ops() { return kRows; }

}  // namespace flopaudit
