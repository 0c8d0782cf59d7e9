// Calls of Fourier transforms, and of frames of a signal. Each call makes its tables of roots anew; what one transform
// takes: fourier_transforms.h.
#include <algorithm>

#include "analyzer/audit/causes/fourier_transforms.h"

namespace flopaudit {
namespace {

constexpr const char* kOps =
    "aten::fft_fft, ifft, rfft, irfft, fft2, fftn, ifft2, their kernels _fft_c2c, _fft_r2c, _fft_c2r; stft, istft";
constexpr const char* kEvidence =
    "testdata/validation/standard.csv; all lengths up to 1024 that have a model, powers of two up to 65536, f32 and "
    "f64";
constexpr CauseInfo kCauses[] = {
    {"mixed radix",
     "A transform is built of small ones, of 2 to 16 points, with multiplications by roots of unity between them.",
     kOps, "standard",
     "up to 16 points: straight-line code (fourier_transforms.cc); n points: n/r transforms of r points for each radix "
     "r, and n - "
     "n/r roots of 2 add and 4 mul for all radices but one; radices: the odd primes up to 13, and of the power of two "
     "4s and 8s (f64: 16); real: complex of n/2, 2n + 2 add and n mul (2n - 6 and n - 4 where n mod 8 is 4)",
     kEvidence},
    {"roots of unity", "Sines and cosines of an eighth of the circle are computed in f64, at each call.", kOps,
     "standard",
     "powers of two: from 2048 points about 2.544*n add and 3.46*n mul; else an angle in n/8: 18 add and 26 mul, for "
     "22 "
     "to 23 % of them 10 and 3 more; real: n/4 add and n/4 mul in f64, n/2 mul (powers of two: n/4) in the result's "
     "type",
     kEvidence},
    {"scaled transform", "The result is multiplied by 1/n, or by 1/sqrt(n).", kOps, "standard",
     "1/n: a mul for each real number of the result, padded to vectors below 16 points; f32: 2 div a call, 3 for "
     "powers of "
     "two from 32; 1/sqrt(n): n + 1 of n real points, in f32 2 a number of a complex result, no div",
     kEvidence},
    {"frames", "Frames are multiplied by the window; back, they are added to zeros, as are the squared windows.",
     "aten::stft, istft", "standard",
     "stft: a mul an element; istft: an element a mul and an add, and n mul and frames*n add for the window, 1 div a "
     "number of the result",
     "testdata/validation/standard.csv: 16 to 512 points, f32 and f64"},
};
constexpr const CauseInfo& kRadix = kCauses[0];
constexpr const CauseInfo& kRoots = kCauses[1];
constexpr const CauseInfo& kScale = kCauses[2];
constexpr const CauseInfo& kFrames = kCauses[3];

// --- calls ---

std::optional<PrecisionClasses> real_precision(std::optional<DType> dtype) {
  if (dtype == DType::c64) return precision_of(DType::f32);
  return precision_of(dtype == DType::c128 ? DType::f64 : dtype);
}

bool is_complex_at(const Facts& facts, std::size_t index) {
  const auto dtype = dtype_at_place(facts, index);
  return dtype == DType::c64 || dtype == DType::c128;
}

constexpr const char* kNoModel =
    "a transform of this length has no model: multiples of 4 up to 1024 without a prime above 13 have, powers of two "
    "up "
    "to 65536, and up to 16 points";

constexpr const char* kOtherNorm = "this normalization has no model at this length";

enum class Scale : std::uint8_t { none, by_points, by_root };

struct Direction {
  bool forward = true;
  Scale scale = Scale::none;
};

// What a call executes: `whole` becomes known part by part, and what no other cause says is the radices'.
class FourierCall {
 public:
  FourierCall(const KernelCall& call, Explanation& out)
      : out_(out), annotated_(annotated_of(call, out)), classes_(real_precision(dtype_at_place(call.inputs, 0))) {
    if (!classes_) out.refuse("only f32 and f64, and complex numbers of them, have a model");
  }

  void complex(std::int64_t points, std::int64_t times, Direction direction) {
    if (!is_known() || times == 0) return;
    const auto ops = complex_transform(points, classes_->f32);
    if (!ops || (points > kMostStraight && points % 4 != 0)) return out_.refuse(kNoModel);
    if (!check_scale(points, direction)) return;
    if (direction.scale == Scale::by_root && !classes_->f32 && !is_power_of_two(points)) return out_.refuse(kOtherNorm);
    transforms(*ops, times);
    roots(complex_roots(points));
    scaled(direction.scale, points, times * complex_lanes(points, direction.scale));
  }

  void real(std::int64_t points, std::int64_t times, Direction direction) {
    if (!is_known() || times == 0) return;
    const auto ops = real_transform(points, classes_->f32, direction.forward);
    if (!ops) return out_.refuse(kNoModel);
    if (!check_scale(points, direction)) return;
    transforms(*ops, times);
    roots(real_roots(points, classes_->f32));
    const bool is_scaled = direction.scale != Scale::none;
    // The inverse has its multiplications already.
    const std::int64_t forward_lanes = !is_scaled ? 0 : points + (direction.scale == Scale::by_root ? 1 : 0);
    scaled(direction.scale, points, times * (direction.forward ? forward_lanes : is_scaled ? 0 : -points));
  }

  void beside(const CauseInfo& cause, const TransformOps& ops, std::int64_t divisions = 0) {
    if (!is_known()) return;
    out_.add(cause, classes_->add, ops.add);
    out_.add(cause, classes_->mul, ops.mul);
    out_.add(cause, classes_->div, divisions);
    add_point(whole_, classes_->add, ops.add);
    add_point(whole_, classes_->mul, ops.mul);
    add_point(whole_, classes_->div, divisions);
  }

  void finish() {
    if (is_known()) out_.add_rest(kRadix, *annotated_, whole_);
  }

 private:
  bool is_known() const { return annotated_ && classes_ && out_.refusal().empty(); }

  void transforms(const TransformOps& ops, std::int64_t times) {
    add_point(whole_, classes_->add, times * ops.add);
    add_point(whole_, classes_->mul, times * ops.mul);
  }
  void roots(const FlopIntervals& counts) {
    for (std::size_t i = 0; i < kFlopClassCount; ++i) out_.add(kRoots, static_cast<FlopClass>(i), counts.classes[i]);
    whole_ += counts;
  }
  // Few points were measured with the scales that ops have of themselves.
  bool check_scale(std::int64_t points, Direction direction) {
    const bool usual = direction.scale == (direction.forward ? Scale::none : Scale::by_points);
    constexpr std::int64_t kOtherCode = 64;  // powers of two up to this have code of their own for 1/sqrt(n)
    const bool short_root = direction.scale == Scale::by_root && is_power_of_two(points) && points <= kOtherCode;
    if (!usual && (points <= kMostStraight || short_root)) out_.refuse(kOtherNorm);
    return out_.refusal().empty();
  }

  // 1/n is divided, and what the longer powers of two are checked by; in f64 the few are dispatch noise.
  void scaled(Scale scale, std::int64_t points, std::int64_t lanes) {
    const bool divides = scale == Scale::by_points && classes_->f32 && points > 1;
    beside(kScale, {0, lanes}, !divides ? 0 : is_power_of_two(points) && points >= 32 ? 3 : 2);
  }

  // Of few points a number takes a vector for itself, or a last one does; by a root all are complex products.
  std::int64_t complex_lanes(std::int64_t points, Scale scale) const {
    if (scale == Scale::none || points == 1) return 0;
    if (!classes_->f32) return 2 * points;
    if (points > kMostStraight) return (scale == Scale::by_root ? 4 : 2) * points;
    if (points == 9 || points == 15) return 2 * (points + 3);
    const bool alone = points <= 5 || points == 7 || points == 11 || points == 13;
    return alone ? 4 * points : 2 * points;
  }

  Explanation& out_;
  std::optional<FlopIntervals> annotated_;
  std::optional<PrecisionClasses> classes_;
  FlopIntervals whole_;
};

// What an op's word for its normalization means in its direction; nothing where it is not known.
std::optional<Scale> scale_by_word(const KernelCall& call, std::size_t place, bool forward) {
  const Scale usual = forward ? Scale::none : Scale::by_points, other = forward ? Scale::by_points : Scale::none;
  if (place >= call.inputs.size() || is_none_at(call.inputs, place)) return usual;
  const StrFact* word = call.inputs[place].get<StrFact>();
  if (word == nullptr || !word->value) return std::nullopt;
  return *word->value == "ortho" ? Scale::by_root : *word->value == "forward" ? other : usual;
}

// The same by ATen's numbers.
std::optional<Scale> scale_by_number(const KernelCall& call, std::size_t place) {
  const auto number = number_at_place(call.inputs, place);
  if (!number) return std::nullopt;
  return *number == 0 ? Scale::none : *number == 1 ? Scale::by_root : Scale::by_points;
}

// The dims that are transformed, as many of the last as the op says where none is named; nothing where they are not
// known.
std::optional<std::vector<std::size_t>> dims_of(const KernelCall& call, std::size_t place, std::size_t rank,
                                                std::size_t otherwise) {
  std::vector<std::size_t> dims;
  if (is_none_at(call.inputs, place)) {
    for (std::size_t dim = rank - std::min(rank, otherwise); dim < rank; ++dim) dims.push_back(dim);
    return dims;
  }
  const auto listed = ints_at_place(call.inputs, place, 1);
  if (!listed) return std::nullopt;
  for (const std::int64_t dim : *listed) {
    dims.push_back(static_cast<std::size_t>(dim < 0 ? dim + static_cast<std::int64_t>(rank) : dim));
  }
  return dims;
}

// Several dims one after the other; powers of two of 8 to 256, which keep their own code then.
void explain_planes(const Sizes& sizes, const std::vector<std::size_t>& dims, Direction direction, bool f32,
                    FourierCall& fourier, Explanation& out) {
  constexpr std::int64_t kLeast = 8, kMost = 256;
  for (const std::size_t dim : dims) {
    if (!is_power_of_two(sizes[dim]) || sizes[dim] < kLeast || sizes[dim] > kMost)
      return out.refuse("a transform of several dims has no model but of powers of two from 8 to 256");
  }
  const bool alike = sizes[dims[0]] == sizes[dims[1]] && (sizes[dims[0]] == 16 || sizes[dims[0]] == 32);
  if (dims.size() != 2 || (f32 && alike) || (f32 && !direction.forward))
    return out.refuse("a transform of these dims has no model");
  for (const std::size_t dim : dims) {
    const bool last = dim == dims.back();
    fourier.complex(sizes[dim], product(sizes) / sizes[dim], last ? direction : Direction{});
  }
}

void explain_complex(const KernelCall& call, const std::vector<std::size_t>& dims, Direction direction,
                     Explanation& out) {
  const auto result = sizes_at(call.outputs, 0);
  if (!result) return out.refuse("a shape is not known");
  if (dims.size() == 1 && direction.scale != Scale::none && dims.front() + 1 != result->size())
    return out.refuse("a scaled transform along other than the last dim has no model");
  FourierCall fourier(call, out);
  if (product(*result) == 0) return;
  if (dims.size() == 1)
    fourier.complex((*result)[dims.front()], product(*result) / (*result)[dims.front()], direction);
  else
    explain_planes(*result, dims, direction, dtype_at_place(call.inputs, 0) == DType::c64, fourier, out);
  fourier.finish();
}

// A real transform along the last dim; `real` has its points there.
void explain_real(const KernelCall& call, const std::vector<std::size_t>& dims, const Facts& real, Direction direction,
                  Explanation& out) {
  const auto sizes = sizes_at(real, 0);
  if (!sizes) return out.refuse("a shape is not known");
  if (dims.size() != 1 || dims.front() + 1 != sizes->size())
    return out.refuse("a real transform of other than the last dim has no model");
  FourierCall fourier(call, out);
  const std::int64_t points = sizes->back();
  if (points > 0) fourier.real(points, product(*sizes) / points, direction);
  fourier.finish();
}

// The input cut or padded to as many points as the op asks for.
std::optional<Facts> padded_input(const KernelCall& call) {
  const auto sizes = sizes_at(call.inputs, 0);
  if (!sizes || sizes->empty()) return std::nullopt;
  Facts facts = {call.inputs[0]};
  const auto points = ints_at_place(call.inputs, 1, 1);
  if (is_none_at(call.inputs, 1)) return facts;
  if (!points) return std::nullopt;
  std::vector<Expr> dims(sizes->begin(), sizes->end());
  dims.back() = points->front();
  facts[0] = Fact::tensor(*dtype_at_place(call.inputs, 0), dims);
  return facts;
}

constexpr const char* kUnknownDims = "the dims of the transform are not known";

template <bool forward, std::size_t otherwise>
void explain_fft(const KernelCall& call, Explanation& out) {
  const auto result = sizes_at(call.outputs, 0);
  const auto scale = scale_by_word(call, 3, forward);
  if (!result || !scale) return out.refuse("the transform is not known");
  const auto dims = dims_of(call, 2, result->size(), otherwise);
  if (!dims || dims->empty()) return out.refuse(kUnknownDims);
  if (is_complex_at(call.inputs, 0)) return explain_complex(call, *dims, {forward, *scale}, out);
  if (!forward) return out.refuse("an inverse of real numbers has no model");
  explain_real(call, *dims, call.outputs, {true, *scale}, out);  // half of it is the other half's conjugate
}

void explain_rfft(const KernelCall& call, Explanation& out) {
  const auto input = padded_input(call);
  const auto scale = scale_by_word(call, 3, true);
  if (!input || !scale) return out.refuse("the transform is not known");
  const auto dims = dims_of(call, 2, sizes_at(*input, 0)->size(), 1);
  if (!dims) return out.refuse(kUnknownDims);
  explain_real(call, *dims, *input, {true, *scale}, out);
}

void explain_irfft(const KernelCall& call, Explanation& out) {
  const auto result = sizes_at(call.outputs, 0);
  const auto scale = scale_by_word(call, 3, false);
  if (!result || !scale) return out.refuse("the transform is not known");
  const auto dims = dims_of(call, 2, result->size(), 1);
  if (!dims) return out.refuse(kUnknownDims);
  explain_real(call, *dims, call.outputs, {false, *scale}, out);
}

void explain_c2c(const KernelCall& call, Explanation& out) {
  const auto result = sizes_at(call.outputs, 0);
  const auto forward = bool_at_place(call.inputs, 3);
  const auto scale = scale_by_number(call, 2);
  if (!result || !forward || !scale) return out.refuse("the transform is not known");
  const auto dims = dims_of(call, 1, result->size(), 0);
  if (!dims || dims->empty()) return out.refuse(kUnknownDims);
  explain_complex(call, *dims, {*forward, *scale}, out);
}

template <bool forward>
void explain_real_kernel(const KernelCall& call, Explanation& out) {
  const Facts& real = forward ? call.inputs : call.outputs;
  const auto sizes = sizes_at(real, 0);
  const auto scale = scale_by_number(call, 2);
  if (!sizes || !scale) return out.refuse("the transform is not known");
  const auto dims = dims_of(call, 1, sizes->size(), 0);
  if (!dims) return out.refuse(kUnknownDims);
  explain_real(call, *dims, real, {forward, *scale}, out);
}

// --- frames ---

template <std::size_t shift>
void explain_stft(const KernelCall& call, Explanation& out) {
  const auto result = sizes_at(call.outputs, 0);
  const auto points = number_at_place(call.inputs, 1);
  const auto as_complex = bool_at_place(call.inputs, 7 + shift);
  if (!result || !points || !as_complex) return out.refuse("the frames are not known");
  if (is_complex_at(call.inputs, 0) || is_complex_at(call.inputs, 4))
    return out.refuse("frames of complex numbers have no model");
  const auto normalized = bool_at_place(call.inputs, 5 + shift);
  if (!normalized) return out.refuse("the frames are not known");
  const std::size_t frames_dim = result->size() - (*as_complex ? 1 : 2);
  const std::int64_t batch = frames_dim == 2 ? result->front() : 1;
  const std::int64_t frames = batch * (*result)[frames_dim];
  const auto length = static_cast<std::int64_t>(*points);
  FourierCall fourier(call, out);
  fourier.real(length, frames, {true, *normalized ? Scale::by_root : Scale::none});
  if (!is_none_at(call.inputs, 4)) {
    // ATen's loop over an uneven row has a tail of its own, which overlapping frames do not let it see as one.
    if (length % 4 != 0) return out.refuse("frames of other than a multiple of 4 have no model");
    fourier.beside(kFrames, {0, frames * length});
  }
  fourier.finish();
}

void explain_istft(const KernelCall& call, Explanation& out) {
  const auto input = sizes_at(call.inputs, 0), result = sizes_at(call.outputs, 0);
  const auto points = number_at_place(call.inputs, 1);
  if (!input || !result || !points) return out.refuse("the frames are not known");
  const auto normalized = bool_at_place(call.inputs, 6);
  if (!normalized) return out.refuse("the frames are not known");
  if (is_complex_at(call.outputs, 0)) return out.refuse("a signal of complex numbers has no model");
  const std::int64_t batch = input->size() == 3 ? input->front() : 1, frames = input->back();
  const auto length = static_cast<std::int64_t>(*points);
  if ((*input)[input->size() - 2] != length / 2 + 1) return out.refuse("frames of both sides have no model");
  if (length % 4 != 0) return out.refuse("frames of other than a multiple of 4 have no model");
  const auto strides = strides_at(call, 0);
  if (!strides) return out.refuse("it is not known how the frames lie in memory");
  // As stft leaves them; frames that lie apart are transformed where they are, in f32 otherwise.
  if ((*strides)[input->size() - 2] != 1 && dtype_at_place(call.inputs, 0) == DType::c64)
    return out.refuse("frames of f32 whose numbers lie apart have no model");
  FourierCall fourier(call, out);
  fourier.real(length, batch * frames, {false, *normalized ? Scale::by_root : Scale::by_points});
  fourier.beside(kFrames, {(batch + 1) * frames * length, (batch * frames + 1) * length}, product(*result));
  fourier.finish();
}

constexpr KernelModel kModels[] = {
    {"aten::_fft_c2c", explain_c2c},
    {"aten::_fft_c2r", explain_real_kernel<false>},
    {"aten::_fft_r2c", explain_real_kernel<true>},
    {"aten::fft_fft", explain_fft<true, 1>},
    {"aten::fft_fft2", explain_fft<true, 2>},
    {"aten::fft_fftn", explain_fft<true, SIZE_MAX>},
    {"aten::fft_ifft", explain_fft<false, 1>},
    {"aten::fft_ifft2", explain_fft<false, 2>},
    {"aten::fft_irfft", explain_irfft},
    {"aten::fft_rfft", explain_rfft},
    {"aten::istft", explain_istft, Layout::any},
    {"aten::stft", explain_stft<0>, Layout::any},
    {"aten::stft.center", explain_stft<2>, Layout::any},
};

}  // namespace

std::span<const KernelModel> fourier_models() { return kModels; }
std::span<const CauseInfo> fourier_causes() { return kCauses; }

}  // namespace flopaudit
