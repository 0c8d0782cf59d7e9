// The tables that each call of a Fourier transform makes anew.
#include "analyzer/audit/causes/fourier_codelets.h"

namespace flopaudit {
namespace {

void add_f64(FlopIntervals& counts, Interval adds, Interval muls) {
  counts[FlopClass::add_f64] += adds;
  counts[FlopClass::mul_f64] += muls;
}

void add_f64(FlopIntervals& counts, std::int64_t adds, std::int64_t muls) {
  add_f64(counts, Interval{adds, adds}, Interval{muls, muls});
}

// Longer powers of two, by libm's and MKL's branches.
void add_angles_of_power(std::int64_t points, FlopIntervals& counts) {
  constexpr std::int64_t kMostStored = 1024;
  if (points <= kMostStored) return;
  add_f64(counts, Interval{1017 * points / 400, 1019 * points / 400 + 1},
          Interval{1383 * points / 400, 1385 * points / 400 + 1});
}

// Sines and cosines: of an eighth of the circle where 4 divides the points, of a quarter where 2 does, else of a half,
// whose second quarter is turned back. An angle below 3/16 takes a longer way.
void add_angles(std::int64_t points, FlopIntervals& counts) {
  if (is_power_of_two(points)) return add_angles_of_power(points, counts);
  const std::int64_t angles = points % 4 == 0 ? points / 8 : points % 4 == 2 ? points / 4 : (points - 1) / 2;
  const std::int64_t turned = points % 2 == 0 ? 0 : angles - points / 4;
  constexpr double kCircle = 6.283185307179586, kShortest = 0.1875;
  const auto longer = static_cast<std::int64_t>(kShortest * static_cast<double>(points) / kCircle);
  add_f64(counts, 18 * angles + 1 + 6 * turned + 10 * longer, 26 * angles + 1 + turned + 3 * longer);
  add_point(counts, FlopClass::div_f64, 1);
}

// The transform of a convolution's chirp, multiplied by 1/length.
void add_chirp(std::int64_t length, bool f32, FlopIntervals& counts) {
  const TransformOps longer = mixed_radix_transform(length, f32);
  const auto classes = precision_of(f32 ? DType::f32 : DType::f64);
  add_point(counts, classes->add, longer.add);
  add_point(counts, classes->mul, longer.mul + 2 * length);
  add_point(counts, classes->div, 1);
  add_angles(length, counts);
}

// What takes the halves of a real transform apart.
void add_pass(std::int64_t points, bool f32, FlopIntervals& counts) {
  if (!f32) {
    const std::int64_t numbers = 2 * blocks_of(points, 8);
    return add_f64(counts, numbers, 2 * numbers);
  }
  const std::int64_t numbers = blocks_of(points, 4), short_of = points % 8 == 2 || points % 8 == 4 ? 1 : 0;
  add_f64(counts, numbers, numbers);
  add_point(counts, FlopClass::mul_f32, is_power_of_two(points) ? numbers : 2 * numbers - short_of);
}

}  // namespace

FlopIntervals complex_roots(std::int64_t points, bool f32) {
  FlopIntervals counts;
  if (points <= kMostStraight) return counts;
  add_angles(points, counts);
  if (const auto length = convolution_length(points, f32)) {
    add_angles(2 * points, counts);
    add_chirp(*length, f32, counts);
  }
  return counts;
}

FlopIntervals real_roots(std::int64_t points, bool f32) {
  if (points % 2 != 0) return complex_roots(points, f32);
  FlopIntervals counts;
  if (points <= kMostStraight || (points == 32 && !f32)) return counts;
  add_angles(points, counts);
  add_pass(points, f32, counts);
  if (const auto length = convolution_length(points / 2, f32)) add_chirp(*length, f32, counts);
  return counts;
}

}  // namespace flopaudit
