#include "analyzer/audit/causes/triangles.h"

#include "analyzer/audit/causes/lu_blocks.h"

namespace flopaudit {
namespace {

constexpr std::int64_t kTogether = 4;  // right sides

// Sides of f64 that go by fours multiply by the diagonal's reciprocals, which are taken once; rows past a multiple of 4
// divide.
std::int64_t quotients_of_fours(const Triangle& triangle) {
  const std::int64_t fours = triangle.sides / kTogether, rows = triangle.rows;
  const std::int64_t reciprocal = rows == 1 ? 1 : rows / 4 * 4;
  return fours == 0 || triangle.unit ? 0 : reciprocal - kTogether * fours * reciprocal;
}

// Four such sides; what rows past a multiple of 4 take off is scaled.
TriangleLanes four_in_columns(std::int64_t rows, bool unit) {
  const std::int64_t whole = rows / 4 * 4;
  if (rows == 1) return {4, unit ? 0 : 4};
  const std::int64_t scaled = (unit ? 0 : 1) + (rows % 4 == 0 ? 0 : 1);
  return {4 * whole, 4 * scaled * whole};
}

TriangleLanes in_columns(const Triangle& triangle, const PrecisionClasses& classes) {
  constexpr std::int64_t kBlockOfOne = 32;
  if (triangle.sides == 1)
    return {0, (classes.f32 ? 1 : 2) * kBlockOfOne * (blocks_of(triangle.rows, kBlockOfOne) - 1)};
  const BlockLanes between = lanes_between_blocks(triangle.rows, triangle.sides, classes);
  TriangleLanes lanes = {between.add, between.mul};
  if (classes.f32) return lanes;
  const TriangleLanes four = four_in_columns(triangle.rows, triangle.unit);
  const std::int64_t fours = triangle.sides / kTogether;
  return lanes += {fours * four.add, fours * four.mul, quotients_of_fours(triangle)};
}

// Dot products merge their accumulators. One side alone from 9 rows:
std::int64_t merged_of_one(std::int64_t rows, bool f32) {
  constexpr std::int64_t kShort = 8;
  if (rows <= kShort) return 0;
  const std::int64_t longer = rows - kShort;
  return f32 ? longer / 2 * 14 + longer % 2 * 9 : 2 * longer + longer % 2 * 5;
}

// A side beside others, but not four of them.
TriangleLanes one_of_several(const Triangle& triangle, bool f32) {
  constexpr std::int64_t kShort = 8;
  const std::int64_t rows = triangle.rows;
  if (!f32) return {rows <= kShort ? 0 : 7 * (rows - kShort), rows < 2 ? 0 : rows};
  if (rows < 6) return {};
  if (rows < kShort) return {10};
  const std::int64_t odd = triangle.unit && triangle.upward ? -5 : 4;
  return {5 * (rows - 4) + (rows % 2 == 1 ? odd : 0)};
}

TriangleLanes four_turned(std::int64_t rows, bool f32, bool unit) {
  if (f32) return {rows <= 4 ? 0 : 20 * (rows - 4)};
  if (rows == 1) return {4, unit ? 0 : 4};
  const std::int64_t whole = rows / 4 * 4, rest = rows % 4;
  return {4 * whole + (rows < 4 ? 0 : rest * (rows < 8 ? 4 : 12)), (unit ? 0 : 4 * whole) + (rows < 4 ? 4 : 12) * rest};
}

TriangleLanes in_dots(const Triangle& triangle, bool f32) {
  if (triangle.sides == 1) return {merged_of_one(triangle.rows, f32)};
  const TriangleLanes four = four_turned(triangle.rows, f32, triangle.unit), one = one_of_several(triangle, f32);
  const std::int64_t fours = triangle.sides / kTogether, ones = triangle.sides % kTogether;
  return {fours * four.add + ones * one.add, fours * four.mul + ones * one.mul, f32 ? 0 : quotients_of_fours(triangle)};
}

}  // namespace

std::optional<TriangleLanes> lanes_of_triangle(const Triangle& triangle, const PrecisionClasses& classes) {
  constexpr std::int64_t kWithoutBlocks = 32;
  const bool one = triangle.sides == 1, f32 = classes.f32;
  if (!triangle.turned) {
    const std::int64_t largest = one ? kLargestLuByBlocks : f32 ? kLargestSolveByBlocks : kWithoutBlocks;
    return triangle.rows <= largest ? std::optional(in_columns(triangle, classes)) : std::nullopt;
  }
  if (triangle.rows > (one || !f32 ? kWithoutBlocks : block_of_solve(f32))) return std::nullopt;
  return in_dots(triangle, f32);
}

}  // namespace flopaudit
