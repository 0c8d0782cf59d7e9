#include "analyzer/audit/causes/triangles.h"

#include <algorithm>

#include "analyzer/audit/causes/lu_blocks.h"

namespace flopaudit {
namespace {

constexpr std::int64_t kTogether = 4;  // right sides

// Sides of f64 that go by fours multiply by the diagonal's reciprocals, which are taken once; rows past a multiple of 4
// divide.
std::int64_t quotients_of_fours(std::int64_t reciprocals, std::int64_t fours) {
  return fours == 0 ? 0 : reciprocals - kTogether * fours * reciprocals;
}

// Sides of f64 by fours, within a block; what rows past a multiple of 4 take off is scaled.
TriangleLanes fours_in_columns(std::int64_t rows, std::int64_t fours, bool unit) {
  const std::int64_t whole = rows / 4 * 4, scaled = (unit ? 0 : 1) + (rows % 4 == 0 ? 0 : 1);
  return {4 * fours * whole, 4 * fours * scaled * whole, unit ? 0 : quotients_of_fours(whole, fours)};
}

// A triangle that is a number fills its vectors.
TriangleLanes fours_of_number(std::int64_t fours, bool unit) {
  return {4 * fours, unit ? 0 : 4 * fours, unit ? 0 : quotients_of_fours(1, fours)};
}

TriangleLanes in_columns(const Triangle& triangle, const PrecisionClasses& classes) {
  constexpr std::int64_t kBlockOfOne = 32;
  if (triangle.sides == 1)
    return {0, (classes.f32 ? 1 : 2) * kBlockOfOne * (blocks_of(triangle.rows, kBlockOfOne) - 1)};
  const BlockLanes between = lanes_between_blocks(triangle.rows, triangle.sides, classes);
  TriangleLanes lanes = {between.add, between.mul};
  const std::int64_t fours = triangle.sides / kTogether;
  if (classes.f32) return lanes;
  if (triangle.rows == 1) return fours_of_number(fours, triangle.unit);
  const std::int64_t block = block_of_solve(classes.f32);
  for (std::int64_t solved = 0; solved < triangle.rows; solved += block)
    lanes += fours_in_columns(std::min(block, triangle.rows - solved), fours, triangle.unit);
  return lanes;
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
  const std::int64_t reciprocals = f32 || triangle.unit ? 0 : triangle.rows == 1 ? 1 : triangle.rows / 4 * 4;
  return {fours * four.add + ones * one.add, fours * four.mul + ones * one.mul, quotients_of_fours(reciprocals, fours)};
}

}  // namespace

std::optional<TriangleLanes> lanes_of_triangle(const Triangle& triangle, const PrecisionClasses& classes) {
  constexpr std::int64_t kWithoutBlocks = 32;
  const bool one = triangle.sides == 1, f32 = classes.f32;
  if (!triangle.turned)
    return triangle.rows <= kLargestSolveByBlocks ? std::optional(in_columns(triangle, classes)) : std::nullopt;
  if (triangle.rows > (one || !f32 ? kWithoutBlocks : block_of_solve(f32))) return std::nullopt;
  return in_dots(triangle, f32);
}

}  // namespace flopaudit
