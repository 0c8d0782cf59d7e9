#include "analyzer/audit/causes/fourier_call.h"

#include <algorithm>

namespace flopaudit {
namespace {

constexpr const char* kOps =
    "aten::fft_fft, ifft, rfft, irfft, their forms of two dims, their kernels _fft_c2c, _fft_r2c, _fft_c2r; stft, "
    "istft";
constexpr const char* kEvidence =
    "testdata/validation/standard.csv; all lengths up to 1024, others up to 4096, powers of two up to 65536, f32 and "
    "f64";
constexpr CauseInfo kCauses[] = {
    {"mixed radix",
     "A transform is built of small ones, of 2 to 16 points, with multiplications by roots of unity between them.",
     kOps, "standard",
     "up to 16 points: straight-line code (fourier_codelets.cc); n points: n/r transforms of r points for each radix "
     "r, "
     "and n - n/r roots of 2 add and 4 mul for all radices but one; radices: the odd primes, and of the power of two "
     "4s "
     "and 8s (f64: 16); odd n: no roots that are 1, and in f32 an even number of columns a stage; a prime p above 13: "
     "(p-1)*(p+4) add, (p-1)^2 mul, and in f32 what half-filled vectors add; primes above 47 (f64: 89; 149 where 4, in "
     "f64 2, divides n): 2 transforms of the next of 128, 144, ... 2048 points from 2n - 1, and as many roots and 2n; "
     "real: even n: complex of n/2, 2n + 2 add and n mul for n rounded to 8; odd n: fourier_odd_reals.cc; several "
     "dims: "
     "powers of two",
     kEvidence},
    {"roots of unity",
     "Sines and cosines are computed in f64 at each call, as is the transform of the chirp that a large prime is "
     "convolved with.",
     kOps, "standard",
     "powers of two: from 2048 points about 2.544*n add and 3.46*n mul; else n/8 angles, where 4 does not divide n "
     "n/4, "
     "where n is odd n/2: 18 add and 26 mul each, below 3/16 10 and 3 more, in the second quarter 6 and 1 more; real, "
     "even n: n/4 add and n/4 mul in f64, n/2 mul (powers of two: n/4) in its own type; large primes: the angles of 2n "
     "and of the longer transform, and one of it with 2 mul a point",
     kEvidence},
    {"scaled transform", "The result is multiplied by 1/n, or by 1/sqrt(n).", kOps, "standard",
     "1/n: a mul for each real number, below 17 points code of its own; f32: 2 div a call, 3 for powers of two from "
     "32; "
     "1/sqrt(n): n + 1 of n real points (back: n), in f32 two for each of a complex result, no div; f64 of 17 to 63 "
     "points: by prime factors without roots (fourier_codelets.cc), as are points that lie apart; scaled apart, f32 "
     "takes two for each number, too",
     kEvidence},
    {"frames", "Frames are multiplied by the window; back, they are added to zeros, as are the squared windows.",
     "aten::stft, istft", "standard",
     "stft: a mul an element; istft: an element a mul and an add, and n mul and frames*n add for the window, 1 div a "
     "number of the result",
     "testdata/audit/probes.tsv, testdata/validation/standard.csv: 16 to 512 points, f32 and f64"},
};
constexpr const CauseInfo& kRadix = kCauses[0];
constexpr const CauseInfo& kRoots = kCauses[1];
constexpr const CauseInfo& kScale = kCauses[2];
constexpr const CauseInfo& kFrames = kCauses[3];

constexpr const char* kNoModel =
    "a transform of this length has no model: all up to 1024 points have, up to 4096 those without a prime above 13, "
    "of "
    "real numbers as many twice, and powers of two up to 65536";

std::optional<PrecisionClasses> real_precision(std::optional<DType> dtype) {
  if (dtype == DType::c64) return precision_of(DType::f32);
  return precision_of(dtype == DType::c128 ? DType::f64 : dtype);
}

}  // namespace

FourierCall::FourierCall(const KernelCall& call, Explanation& out)
    : out_(out), annotated_(annotated_of(call, out)), classes_(real_precision(dtype_at_place(call.inputs, 0))) {
  if (!classes_) out.refuse("only f32 and f64, and complex numbers of them, have a model");
}

void FourierCall::complex(std::int64_t points, std::int64_t times, Direction direction, bool apart) {
  if (!is_known() || times == 0) return;
  const auto plain = complex_transform(points, f32());
  const auto ops = scaled_complex_transform(points, f32(), direction.scale, apart);
  if (!ops || !plain) return out_.refuse(kNoModel);
  transforms(*plain, times);
  roots(complex_roots(points, f32()));
  scaled(times * TransformOps{ops->add - plain->add, ops->mul - plain->mul},
         apart ? 0 : divisions_of(direction.scale, points));
}

void FourierCall::real(std::int64_t points, std::int64_t times, Direction direction, bool apart) {
  if (!is_known() || times == 0) return;
  const std::int64_t longest_alone = f32() ? 8192 : 4096;
  if (times == 1 && points > longest_alone)
    return out_.refuse("a single real transform of so many points has no model");
  const auto plain = real_transform(points, f32(), {direction.forward, Scale::none});
  const auto ops = real_transform(points, f32(), direction, apart);
  if (!ops || !plain) return out_.refuse(kNoModel);
  transforms(*plain, times);
  // Straight code with its own roots.
  const bool rooted = direction.scale == Scale::by_root && (points == 32 || points == 64) && !apart;
  if (!rooted) roots(real_roots(points, f32()));
  scaled(times * TransformOps{ops->add - plain->add, ops->mul - plain->mul},
         apart ? 0 : divisions_of(direction.scale, points));
}

void FourierCall::scaled(const TransformOps& ops, std::int64_t divisions) { beside(kScale, ops, divisions); }

void FourierCall::roots(const FlopIntervals& counts) {
  for (std::size_t i = 0; i < kFlopClassCount; ++i) out_.add(kRoots, static_cast<FlopClass>(i), counts.classes[i]);
  whole_ += counts;
}

void FourierCall::frames(const TransformOps& ops, std::int64_t divisions) { beside(kFrames, ops, divisions); }

void FourierCall::finish() {
  if (is_known()) out_.add_rest(kRadix, *annotated_, whole_);
}

void FourierCall::transforms(const TransformOps& ops, std::int64_t times) {
  add_point(whole_, classes_->add, times * ops.add);
  add_point(whole_, classes_->mul, times * ops.mul);
}

void FourierCall::beside(const CauseInfo& cause, const TransformOps& ops, std::int64_t divisions) {
  if (!is_known()) return;
  out_.add(cause, classes_->add, ops.add);
  out_.add(cause, classes_->mul, ops.mul);
  out_.add(cause, classes_->div, divisions);
  transforms(ops, 1);
  add_point(whole_, classes_->div, divisions);
}

// 1/n is divided, and what the longer powers of two are checked by; in f64 the few are dispatch noise.
std::int64_t FourierCall::divisions_of(Scale scale, std::int64_t points) const {
  if (scale != Scale::by_points || !f32() || points == 1) return 0;
  return is_power_of_two(points) && points >= 32 ? 3 : 2;
}

bool is_complex_at(const Facts& facts, std::size_t index) {
  const auto dtype = dtype_at_place(facts, index);
  return dtype == DType::c64 || dtype == DType::c128;
}

std::optional<Scale> scale_by_word(const KernelCall& call, std::size_t place, bool forward) {
  const Scale usual = forward ? Scale::none : Scale::by_points, other = forward ? Scale::by_points : Scale::none;
  if (place >= call.inputs.size() || is_none_at(call.inputs, place)) return usual;
  const StrFact* word = call.inputs[place].get<StrFact>();
  if (word == nullptr || !word->value) return std::nullopt;
  return *word->value == "ortho" ? Scale::by_root : *word->value == "forward" ? other : usual;
}

std::optional<Scale> scale_by_number(const KernelCall& call, std::size_t place) {
  const auto number = number_at_place(call.inputs, place);
  if (!number) return std::nullopt;
  return *number == 0 ? Scale::none : *number == 1 ? Scale::by_root : Scale::by_points;
}

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

std::span<const CauseInfo> fourier_causes() { return kCauses; }

}  // namespace flopaudit
