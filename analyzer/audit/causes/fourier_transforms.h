// How many operations MKL's Fourier transforms take. A transform of few points is straight-line code; of more it goes
// by mixed radix: stages of small transforms, with a multiplication by a root of unity (2 add, 4 mul) before them. One
// with a large prime is a convolution (Bluestein): two transforms of a rounder length. A real transform of an even
// length is a complex one of half the points and a pass that takes it apart; of an odd one it has stages of its own.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "analyzer/audit/causes/kernel_model.h"

namespace flopaudit {

struct TransformOps {
  std::int64_t add = 0, mul = 0;

  TransformOps& operator+=(const TransformOps& other) {
    add += other.add, mul += other.mul;
    return *this;
  }
  friend TransformOps operator*(std::int64_t times, const TransformOps& ops) {
    return {times * ops.add, times * ops.mul};
  }
};

enum class Scale : std::uint8_t { none, by_points, by_root };

struct Direction {
  bool forward = true;
  Scale scale = Scale::none;
};

inline bool is_power_of_two(std::int64_t points) { return (points & (points - 1)) == 0; }

// The primes of a length, from the smallest.
std::vector<std::int64_t> prime_factors(std::int64_t points);

// The length of the transforms that one with a large prime is convolved by; nothing: it goes by its own primes.
std::optional<std::int64_t> convolution_length(std::int64_t points, bool f32);

// One complex transform by its own primes, whatever they are.
TransformOps mixed_radix_transform(std::int64_t points, bool f32);
// One complex transform, unscaled; nothing where it has no model.
std::optional<TransformOps> complex_transform(std::int64_t points, bool f32);
// The same with its scale, and of points that lie apart in memory.
std::optional<TransformOps> scaled_complex_transform(std::int64_t points, bool f32, Scale scale, bool apart);

// One real transform with its scale.
std::optional<TransformOps> real_transform(std::int64_t points, bool f32, Direction direction, bool apart = false);
// An unscaled one of an odd length above 16 without a large prime.
TransformOps odd_real_transform(std::int64_t points, bool f32, bool forward);

// What each call makes anew: tables of roots, and the transform of a convolution's other side.
FlopIntervals complex_roots(std::int64_t points, bool f32);
FlopIntervals real_roots(std::int64_t points, bool f32);

}  // namespace flopaudit
