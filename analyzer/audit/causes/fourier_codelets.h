// Straight-line code of MKL's Fourier transforms: what one transform of few points takes, counted in its instructions.
// All else is built of these: fourier_transforms.cc, fourier_odd_reals.cc.
#pragma once

#include <cstdint>
#include <optional>

#include "analyzer/audit/causes/fourier_transforms.h"

namespace flopaudit {

// Up to so many points the code is straight.
inline constexpr std::int64_t kMostStraight = 16;

// One transform of 1 to 16 points. Complex ones without a scale; real ones without one, or by 1/n.
TransformOps straight_complex(std::int64_t points, bool f32);
TransformOps straight_real(std::int64_t points, bool f32, bool forward, bool by_points);

// A complex transform of so many points inside of a longer one, in whole vectors: 2 to 16 points, or an odd prime.
TransformOps radix_ops(std::int64_t radix);

// Real transforms that are multiplied by 1/sqrt(n), of 8 to 64 points, a power of two; nothing for other lengths.
std::optional<TransformOps> rooted_power(std::int64_t points, bool f32, bool forward);

// A complex transform in f64 of less than 64 points that lie apart, or are multiplied by 1/sqrt(n): by prime factors,
// without roots between them. Nothing for powers of two, and from 64 points on.
std::optional<TransformOps> apart_complex(std::int64_t points);

}  // namespace flopaudit
