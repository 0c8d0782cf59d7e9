// What MKL's triangular solves execute beside the textbook's n*(n-1)/2 products and n quotients a right side.
#pragma once

#include <cstdint>
#include <optional>

#include "analyzer/audit/causes/kernel_model.h"

namespace flopaudit {

// `turned`: the triangle is read across its columns, which makes dot products. `unit`: its diagonal is 1. `upward`: the
// last row is solved first.
struct Triangle {
  std::int64_t rows = 0, sides = 0;
  bool turned = false, unit = false, upward = false;
};

struct TriangleLanes {
  std::int64_t add = 0, mul = 0, div = 0;

  TriangleLanes& operator+=(const TriangleLanes& other) {
    add += other.add, mul += other.mul, div += other.div;
    return *this;
  }
};

// Nothing: so many rows or sides were not resolved.
std::optional<TriangleLanes> lanes_of_triangle(const Triangle& triangle, const PrecisionClasses& classes);

}  // namespace flopaudit
