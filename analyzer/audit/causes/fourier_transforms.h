// How many operations MKL's Fourier transforms take: a transform of few points is straight-line code; of more it goes
// by mixed radix: stages of small transforms, with a multiplication by a root of unity (2 add, 4 mul) before all of
// them but one. A real transform is a complex one of half the points and a pass that takes it apart.
#pragma once

#include <cstdint>
#include <optional>

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

// Up to so many points the code is straight.
inline constexpr std::int64_t kMostStraight = 16;

inline bool is_power_of_two(std::int64_t points) { return (points & (points - 1)) == 0; }

// One complex transform; nothing where it has no model.
std::optional<TransformOps> complex_transform(std::int64_t points, bool f32);
// One real transform, forwards; backwards with the multiplications by 1/n.
std::optional<TransformOps> real_transform(std::int64_t points, bool f32, bool forward);

// One real transform of 8 to 64 points, a power of two, with multiplications by 1/sqrt(n): straight-line code, without
// tables; nothing for other lengths.
std::optional<TransformOps> rooted_transform(std::int64_t points, bool f32, bool forward);

// The tables of roots that each call makes anew.
FlopIntervals complex_roots(std::int64_t points);
FlopIntervals real_roots(std::int64_t points, bool f32);

}  // namespace flopaudit
