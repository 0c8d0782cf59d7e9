#include "analyzer/audit/causes/lu_blocks.h"

#include <algorithm>
#include <array>

#include "analyzer/audit/causes/gemm.h"

namespace flopaudit {
namespace {

// A product that packing multiplies by alpha, and that fills its vectors.
BlockLanes packed(std::int64_t rows, std::int64_t columns, std::int64_t depth, const PrecisionClasses& classes) {
  Explanation parts;
  explain_packed_gemm({.rows = rows, .depth = depth, .columns = columns}, classes, parts);
  BlockLanes lanes;
  for (const CauseDelta& delta : parts.deltas()) {
    lanes.add += delta.delta[classes.add].low;
    lanes.mul += delta.delta[classes.mul].low;
  }
  return lanes;
}

// Takes a product off what is behind a block: its columns are the rows of MKL's kernel. Few of them are not packed, but
// scaled; the smallest in f64 scale their results.
BlockLanes taken_off(std::int64_t rows, std::int64_t columns, std::int64_t depth, const PrecisionClasses& classes) {
  constexpr std::int64_t kFewRows = 8, kFewColumns = 4, kSmall = 10;
  if (!classes.f32 && rows <= kSmall && columns <= kSmall && depth <= kSmall) return {0, rows * columns};
  if (rows < kFewRows || columns < kFewColumns) return {0, rows * depth};
  return packed(rows, columns, depth, classes);
}

// Sums of a block of up to 16 columns that merge their accumulators, in f32: by the rows past a multiple of 4, which
// say where each column begins in memory.
std::int64_t merged_in_panel(std::int64_t rows, std::int64_t columns) {
  constexpr std::int64_t kFrom = 10;
  constexpr std::array<std::array<std::int64_t, 7>, 4> kMerged = {{{0, 0, 0, 20, 49, 87, 134},
                                                                   {0, 20, 58, 78, 107, 165, 232},
                                                                   {0, 0, 29, 49, 96, 116, 183},
                                                                   {20, 40, 60, 80, 147, 205, 254}}};
  if (columns < kFrom) return 0;
  return kMerged[static_cast<std::size_t>(rows % 4)][static_cast<std::size_t>(columns - kFrom)];
}

// Columns one by one, each from those to its left, twice, with alpha.
BlockLanes panel(std::int64_t rows, std::int64_t columns, bool f32) {
  const std::int64_t left = columns - 1;
  if (f32) return {merged_in_panel(rows, columns), left * left};
  return {columns < 2 ? 0 : 2 * left * (columns - 2), 2 * left * left};
}

// The triangle of a block's rows against the columns behind it.
BlockLanes solved_behind(std::int64_t rows, std::int64_t columns, const PrecisionClasses& classes) {
  if (!classes.f32) return {columns / 4 * 4 * rows, 0};
  return lanes_between_blocks(rows, columns, classes);
}

// What solved rows take off those that are left.
BlockLanes off_what_is_left(std::int64_t sides, std::int64_t left, std::int64_t solved,
                            const PrecisionClasses& classes) {
  constexpr std::int64_t kFewSides = 4, kFewRows = 4;
  if (sides < kFewSides || left < kFewRows) return {0, sides * solved};
  BlockLanes lanes = packed(sides, left, solved, classes);
  if (!classes.f32 && left % 2 == 1) lanes.add += sides / 4 * 4;  // the last row is summed up in two
  return lanes;
}

// Up to 32 columns are taken by blocks of one panel; of more f64 takes 32, f32 as many as leave not more than those.
std::int64_t first_columns(std::int64_t columns, bool f32) {
  constexpr std::int64_t kLargest = 32;
  if (columns <= kLargest) return f32 ? 16 : 8;
  std::int64_t first = kLargest;
  while (f32 && 2 * first < columns) first *= 2;
  return first;
}

}  // namespace

BlockLanes lanes_of_lu(std::int64_t rows, std::int64_t columns, const PrecisionClasses& classes) {
  const std::int64_t in_panel = classes.f32 ? 16 : 8;
  if (columns <= in_panel) return panel(rows, columns, classes.f32);
  const std::int64_t first = first_columns(columns, classes.f32);
  BlockLanes lanes = lanes_of_lu(rows, first, classes);
  lanes += solved_behind(first, columns - first, classes);
  lanes += taken_off(columns - first, rows - first, first, classes);
  return lanes += lanes_of_lu(rows - first, columns - first, classes);
}

BlockLanes lanes_between_blocks(std::int64_t rows, std::int64_t sides, const PrecisionClasses& classes) {
  constexpr std::int64_t kLargeF32 = 64;
  const std::int64_t block = block_of_solve(classes.f32), large_block = classes.f32 ? kLargeF32 : block;
  BlockLanes lanes;
  for (std::int64_t solved = large_block; solved < rows; solved += large_block) {
    lanes += off_what_is_left(sides, rows - solved, large_block, classes);
  }
  for (std::int64_t large = 0; large < rows; large += large_block) {
    const std::int64_t in_block = std::min(large_block, rows - large);
    for (std::int64_t solved = block; solved < in_block; solved += block)
      lanes += off_what_is_left(sides, in_block - solved, block, classes);
  }
  return lanes;
}

}  // namespace flopaudit
