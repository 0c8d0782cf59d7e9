#include "analyzer/audit/causes/onednn_product.h"

#include <bit>

#include "analyzer/audit/causes/kernel_model.h"

namespace flopaudit {
namespace {

constexpr std::int64_t kLanes = 8;
constexpr std::int64_t kColumnsAtOnce = 6;

// A dim is cut into whole blocks while two of them are left; the rest is one block while it is not much larger, else
// two halves. `of(size)` summed over all blocks.
template <typename Function>
std::int64_t sum_over_blocks(std::int64_t size, std::int64_t block, std::int64_t largest, const Function& of) {
  std::int64_t sum = 0;
  if (size >= 2 * block) {
    const std::int64_t whole = size / block - 1;
    sum += whole * of(block);
    size -= whole * block;
  }
  if (size <= largest) return sum + of(size);
  const std::int64_t half = (size + 1) / 2;
  return sum + of(half) + of(size - half);
}

constexpr std::int64_t kRows = 4032;                            // of a block
constexpr std::int64_t kColumns = 48, kColumnsTransposed = 96;  // the first
constexpr std::int64_t kDepth = 256, kDepthTransposed = 96;     // the second

// Whole groups, and one more for each bit of what is left over.
std::int64_t padded_by_halves(std::int64_t size, std::int64_t group) {
  return group * (size / group + std::popcount(static_cast<std::uint64_t>(size % group)));
}

OnednnCounts counts_of_copied(const OnednnProduct& product) {
  constexpr std::int64_t kRowsAtOnce = 16, kCopiedColumns = 4;
  const std::int64_t lanes =
      padded_by_halves(product.rows, kRowsAtOnce) * padded_by_halves(product.columns, kCopiedColumns);
  const std::int64_t added_up = blocks_of(product.depth, kDepth) - (product.adds_to_result ? 0 : 1);
  return {lanes * product.depth + product.rows * product.columns * added_up, lanes * product.depth, 1, 2};
}

}  // namespace

// Source: gemm_driver.cpp, nocopy_checker_avx2, for one thread.
bool copies_operands(const OnednnProduct& product) {
  constexpr double kWorthACopy = 0.0038;
  const double share = 1.0 / static_cast<double>(product.rows) + 1.0 / static_cast<double>(product.columns);
  const std::int64_t shallow = product.second_transposed ? 1 : 2;
  return !product.never_copies && share < kWorthACopy && product.depth > shallow;
}

OnednnCounts counts_of(const OnednnProduct& product) {
  if (copies_operands(product)) return counts_of_copied(product);
  const std::int64_t block = product.second_transposed ? kDepthTransposed : kDepth;
  const auto padded_to = [](std::int64_t multiple) {
    return [multiple](std::int64_t size) { return round_up(size, multiple); };
  };
  const std::int64_t parts = sum_over_blocks(product.depth, block, block, [](std::int64_t) { return 1; });
  const std::int64_t lanes = sum_over_blocks(product.rows, kRows, kRows + kRows / 2, padded_to(kLanes));
  const std::int64_t at_once = product.first_transposed ? kColumnsTransposed : kColumns;
  const std::int64_t columns =
      sum_over_blocks(product.columns, at_once, at_once + at_once / 2, padded_to(kColumnsAtOnce));
  const std::int64_t added_up = parts - (product.adds_to_result ? 0 : 1);
  const std::int64_t asked = product.never_copies ? 0 : 1;
  return {lanes * (product.depth * product.columns + parts * columns + added_up * product.columns),
          lanes * product.columns * (product.depth + parts), 1 + asked, 1 + 2 * asked};
}

OnednnCounts counts_of_matrix_times_vector(std::int64_t rows, std::int64_t depth) {
  const std::int64_t lanes = padded_by_halves(rows, kLanes);
  return {lanes * depth, (lanes + kLanes) * depth};
}

// 16 of the depth at a time in several accumulators, which are added up at the end; then 8, 4, 2 and 1, each of which
// is added up by itself.
OnednnCounts counts_of_transposed_matrix_times_vector(std::int64_t rows, std::int64_t depth) {
  constexpr std::int64_t kAtOnce = 16, kMerge = 28, kMergeOfPart = 36;
  const std::int64_t whole = depth / kAtOnce * kAtOnce, rest = depth % kAtOnce;
  const std::int64_t parts = std::popcount(static_cast<std::uint64_t>(rest));
  std::int64_t add = kMergeOfPart * parts, mul = 12 * parts;
  if (whole > 0) add += whole + kMerge, mul += whole + 4;
  return {rows * add, rows * mul};
}

}  // namespace flopaudit
