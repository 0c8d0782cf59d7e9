#include "analyzer/audit/causes/cascade_sum.h"

#include <algorithm>

namespace flopaudit {
namespace {

// Steps double their length from 2^17 on in a row and from 2^20 on in columns; none of that size was measured.
constexpr std::int64_t kLongestRow = std::int64_t{1} << 20, kLongestColumn = std::int64_t{1} << 16;

// A sum runs on 4 levels: each 16 steps of one are added to the next.
constexpr std::int64_t kLevels = 4, kAccumulators = 4;
std::int64_t merges_of(std::int64_t steps) {
  std::int64_t merges = 0;
  for (std::int64_t level = 1, every = 16; level < kLevels; ++level, every *= 16) merges += steps / every;
  return merges;
}

// Adds of a row of neighbours: 4 vectors, merged across levels, accumulators, lanes, and into the output. Rows that are
// shorter than a vector, or whose elements lie apart, take 4 scalars instead.
std::int64_t adds_of_row(std::int64_t length, std::int64_t lanes, bool f32) {
  const bool vectorized = lanes > 1;
  // The f32 merge is compiled with 2 lanes more a level than it needs.
  const std::int64_t merge = kAccumulators * lanes + (vectorized && f32 ? 2 : 0);
  const std::int64_t finish = (kLevels - 1) * kAccumulators * lanes + (kAccumulators - 1) * lanes;
  return length + merges_of(length / lanes / kAccumulators) * merge + finish + (vectorized ? lanes : 0) + 1;
}

// 4 columns, or vectors of them, at a time, each in an accumulator of its own; what is left over has 4 each.
std::int64_t adds_of_columns(std::int64_t rows, std::int64_t columns, std::int64_t lanes) {
  const std::int64_t together = rows + kLevels + merges_of(rows), alone = adds_of_row(rows, 1, false);
  const std::int64_t in_blocks = columns / (4 * lanes) * (4 * lanes);
  return in_blocks * together + (columns - in_blocks) * alone;
}

struct Loop {
  std::int64_t size = 1;
  std::int64_t stride = 0;  // of the operand
};

// Joins loops, from the inside, that go through the operand without a gap; dims of 1 are none.
void join(std::vector<Loop>& loops, const Loop& outer) {
  if (outer.size == 1) return;
  if (!loops.empty() && loops.back().stride * loops.back().size == outer.stride)
    loops.back().size *= outer.size;
  else
    loops.push_back(outer);
}

// The dims of each kind as loops from the inside: reduced ones by the operand's strides, others by the result's.
std::vector<Loop> loops_over(const std::vector<std::int64_t>& sizes, const std::vector<std::int64_t>& strides,
                             const std::vector<bool>& reduced, bool which) {
  std::vector<Loop> dims;
  for (std::size_t dim = sizes.size(); dim-- > 0;) {
    if (reduced[dim] == which && sizes[dim] != 1) dims.push_back({sizes[dim], strides[dim]});
  }
  if (which)
    std::stable_sort(dims.begin(), dims.end(), [](const Loop& a, const Loop& b) { return a.stride < b.stride; });
  std::vector<Loop> loops;
  for (const Loop& dim : dims) join(loops, dim);
  return loops;
}

}  // namespace

std::optional<CascadeSum> cascade_sum(const std::vector<std::int64_t>& sizes, const std::vector<std::int64_t>& strides,
                                      const std::vector<bool>& reduced, bool f32) {
  for (std::size_t dim = 0; dim < sizes.size(); ++dim) {
    if (sizes[dim] > 1 && strides[dim] == 0) return std::nullopt;
  }
  std::vector<Loop> summed = loops_over(sizes, strides, reduced, true);
  const std::vector<Loop> kept = loops_over(sizes, strides, reduced, false);
  if (summed.empty() && kept.size() > 1) return std::nullopt;
  if (summed.empty()) summed.emplace_back();
  // The kernel gets two loops; where two are summed it adds up the inner one for each turn of the other.
  const Loop inner = summed.front();
  const Loop outer = summed.size() > 1 ? summed[1] : kept.empty() ? Loop() : kept.front();
  const std::int64_t turns = product(sizes) / (inner.size * outer.size);
  const std::int64_t vector = f32 ? 8 : 4;
  if (inner.stride == 1 && inner.size >= vector) {
    if (inner.size > kLongestRow) return std::nullopt;
    return CascadeSum{turns * outer.size * adds_of_row(inner.size, vector, f32), false};
  }
  if (inner.size > kLongestColumn) return std::nullopt;
  if (outer.stride == 1 && outer.size >= vector)
    return CascadeSum{turns * adds_of_columns(inner.size, outer.size, vector), true};
  if (inner.stride < outer.stride) return CascadeSum{turns * outer.size * adds_of_row(inner.size, 1, f32), false};
  return CascadeSum{turns * adds_of_columns(inner.size, outer.size, 1), true};
}

}  // namespace flopaudit
