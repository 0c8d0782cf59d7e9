// MKL packs both operands into blocks of at most 256 of the depth, multiplies one of them by alpha while packing, and
// adds each block's result to the output. Its inner kernel takes 2 rows, 4 columns and 4 of the depth at a time.
#include "analyzer/audit/causes/gemm.h"

#include <algorithm>
#include <array>

namespace flopaudit {
namespace {

constexpr const char* kOps = "aten::linear, mm, addmm, bmm, baddbmm, matmul; convolutions on im2col";
constexpr const char* kEvidence =
    "testdata/audit/probes.tsv: rows 1-37, columns 1-55, depths 1-4608 one at a time, rows to 40000, and 40 mixed "
    "sizes, "
    "f32 and f64; "
    "all of 1 to 33 rows, columns and depths with either operand transposed";

constexpr CauseInfo kCauses[] = {
    {"gemm epilogue",
     "The result of each block of at most 256 of the depth is added to the output, from 0 the first time.", kOps,
     "standard", "rows*columns*blocks add; blocks = ceil(depth/256), two halves from 257 to 511", kEvidence},
    {"gemm alpha multiply", "Packing multiplies one operand by alpha, also when alpha is 1.", kOps, "standard",
     "columns*depth mul, once more each 5000 rows; rows*depth below 8 rows; 1 or 2 a result for a matrix times a "
     "vector, 2 for few rows, few "
     "columns or a depth below 4 of a transposed second one",
     kEvidence},
    {"gemm ragged tail", "Rows are padded to 2 and the depth to 4; columns past a multiple of 4 take a slower kernel.",
     kOps, "standard",
     "pad2(rows)*pad4(depth)*(columns rounded down to 4) lanes; f64: tail columns in pairs; f32: 5 add a row, tail "
     "column and block, and more for rows past a multiple of 4; a transposed first operand: only what pairs of tail "
     "columns take; where rows (up to 5000) times the depth of a block is more than 131072, through pad4(depth), with "
     "no such "
     "adds for a single column",
     kEvidence},
    {"dot product merge", "A dot product keeps several accumulators that are added up at its end.",
     "aten::linear, mv, matmul, bmm, dot with one row or column, or few rows or columns of a transposed operand",
     "standard",
     "one column: f32 5 add a result from a depth of 5 (in fours, the last 1 to 3 take 9, 14 and 23 from 12), f64 4; "
     "else from a depth of 8: pairs of rows 8 add a result (f64 3), a last row 6 (2), 10 (8) in the tail columns; both "
     "operands transposed: 1, and a last row in f64 up to 4 more",
     kEvidence},
    {"small sums in a loop", "What adds to a bias and is 2 to 10 in all sizes is a loop of ATen, without MKL.", kOps,
     "standard", "f32, an odd number of rows, depth 3 or 4, transposed: depth*2*floor((columns mod 8)/2) add and mul",
     kEvidence},
};
constexpr const CauseInfo& kEpilogue = kCauses[0];
constexpr const CauseInfo& kAlpha = kCauses[1];
constexpr const CauseInfo& kRagged = kCauses[2];
constexpr const CauseInfo& kMerge = kCauses[3];
constexpr const CauseInfo& kOwnLoop = kCauses[4];

constexpr std::int64_t kBlock = 256;
constexpr std::int64_t kRowBlock = 5000;  // the second matrix is packed once for each

struct DepthBlocks {
  std::int64_t largest;
  std::int64_t count;
  std::int64_t last;  // the depth of the last one

  // Over all blocks, of a function of a block's depth.
  template <typename Function>
  std::int64_t sum(const Function& of) const {
    return (count - 1) * of(largest) + of(last);
  }
};

DepthBlocks depth_blocks(std::int64_t depth) {
  const std::int64_t half = round_up(depth / 2, 4);
  const std::int64_t largest = depth <= kBlock ? depth : depth >= 2 * kBlock ? kBlock : half;
  const std::int64_t count = blocks_of(depth, largest);
  return {largest, count, depth - (count - 1) * largest};
}

// Against a large packed block the columns past a multiple of 4 go through the padded depth.
bool is_large(const Gemm& gemm, const DepthBlocks& blocks) {
  constexpr std::int64_t kLargestBlock = 131072;
  return std::min(gemm.rows, kRowBlock) * blocks.largest > kLargestBlock;
}

// A single column has no accumulators of its own there, and a pair has those of whole eights of rows.
std::int64_t f32_large_tail_adds(const Gemm& gemm, const DepthBlocks& blocks) {
  const std::int64_t tail = gemm.columns % 4, last_rows = gemm.rows % 4;
  const std::int64_t padded_depth = round_up(gemm.depth, 4);
  const std::int64_t padding = tail * gemm.rows * (padded_depth - gemm.depth);
  if (tail < 2) return padding;
  const std::int64_t steps = tail == 2 ? 10 * (gemm.rows / 8 * 8) : 15 * (gemm.rows - last_rows);
  return padding + blocks.count * steps + last_rows * (2 * padded_depth + 2 * blocks.count);
}

// Adds of the f32 kernel for the columns past a multiple of 4, beyond one a product and the epilogue.
std::int64_t f32_tail_adds(const Gemm& gemm, const DepthBlocks& blocks) {
  const std::int64_t tail = gemm.columns % 4;
  const std::int64_t last_rows = gemm.rows % 4;
  if (is_large(gemm, blocks)) return f32_large_tail_adds(gemm, blocks);
  if (gemm.transposed_first) return tail == 1 ? 0 : last_rows * (2 * gemm.depth + 2 * blocks.count);
  const std::int64_t steps =
      5 * tail * (gemm.rows - last_rows) * blocks.sum([](std::int64_t depth) { return depth >= 4 ? 1 : 0; });
  // Rows past a multiple of 4: one eighth of the depth twice for a single column, all of it twice for a pair, and a
  // quarter of it twice more for a pair and a single one.
  const std::int64_t each = tail == 1 ? blocks.sum([](std::int64_t depth) { return 2 * (depth / 8); })
                            : tail == 2
                                ? 2 * gemm.depth + 2 * blocks.count
                                : 2 * gemm.depth + blocks.sum([](std::int64_t depth) { return 2 + 2 * (depth / 4); });
  return steps + last_rows * each;
}

// Muls for those columns: alpha over the pair that pads one column pair to 4 lanes, and the rows past a multiple of 4.
std::int64_t f32_tail_muls(const Gemm& gemm, const DepthBlocks& blocks) {
  const std::int64_t tail = gemm.columns % 4;
  const bool large = is_large(gemm, blocks);
  const std::int64_t depth = large ? round_up(gemm.depth, 4) : gemm.depth;
  const std::int64_t padding = tail * gemm.rows * (depth - gemm.depth);
  if (tail < 2) return padding;
  const std::int64_t packing = gemm.transposed_second && tail == 3 ? 2 * (gemm.depth % 4) : 2 * gemm.depth;
  return padding + blocks_of(gemm.rows, kRowBlock) * packing + 2 * depth * (gemm.rows % 4);
}

void explain_packed(const Gemm& gemm, const PrecisionClasses& classes, Explanation& out) {
  const DepthBlocks blocks = depth_blocks(gemm.depth);
  const std::int64_t tail = gemm.columns % 4;
  const std::int64_t whole = gemm.columns - tail;
  const std::int64_t padded_rows = round_up(gemm.rows, 2);
  const std::int64_t padded_depth = round_up(gemm.depth, 4);
  const std::int64_t main_lanes = whole * (padded_rows * padded_depth - gemm.rows * gemm.depth);
  out.add(kEpilogue, classes.add, gemm.batch * gemm.rows * gemm.columns * blocks.count);
  out.add(kAlpha, classes.mul, gemm.batch * gemm.columns * gemm.depth * blocks_of(gemm.rows, kRowBlock));
  if (!classes.f32) {
    const std::int64_t pairs = tail / 2 * 2 * padded_rows * padded_depth + tail % 2 * gemm.rows * padded_depth;
    const std::int64_t lanes = gemm.batch * (main_lanes + pairs - tail * gemm.rows * gemm.depth);
    out.add(kRagged, classes.add, lanes);
    out.add(kRagged, classes.mul, lanes);
    return;
  }
  const std::int64_t tail_adds = tail == 0 ? 0 : f32_tail_adds(gemm, blocks);
  out.add(kRagged, classes.add, gemm.batch * (main_lanes + tail_adds));
  out.add(kRagged, classes.mul, gemm.batch * (main_lanes + f32_tail_muls(gemm, blocks)));
}

// Fewer than 8 rows, fewer than 4 columns or a depth below 4 of a row-major second matrix: scaled rows, no padding.
void explain_unpacked(const Gemm& gemm, const PrecisionClasses& classes, Explanation& out) {
  const std::int64_t scaled = gemm.rows == 1 && !classes.f32 ? 2 * gemm.depth : gemm.rows * gemm.depth;
  out.add(kAlpha, classes.mul, gemm.batch * scaled);
  if (gemm.depth == 1 && gemm.rows > 1 && !gemm.adds_to_result)
    out.add(kEpilogue, classes.add, -gemm.batch * gemm.rows * gemm.columns);  // no accumulator at all
}

// Few rows, few columns or a depth below 4 against a transposed second matrix: dot products, two rows at a time.
void explain_dots(const Gemm& gemm, const PrecisionClasses& classes, Explanation& out) {
  const std::int64_t results = gemm.rows * gemm.columns, tail = gemm.columns % 4, whole = gemm.columns - tail;
  const std::int64_t odd = gemm.rows % 2;
  constexpr std::int64_t kShort = 4, kLong = 8;
  std::int64_t merge = results;
  if (gemm.transposed_first) {
    // The last row is merged once for each of its kernels: 32 of the depth at a time, and 8.
    constexpr std::int64_t kLongest = 32;
    const std::int64_t kernels = (gemm.depth >= kLongest ? 3 : 0) + (gemm.depth % kLongest >= kLong ? 1 : 0);
    if (!classes.f32) merge += odd * gemm.columns * kernels;
  } else if (gemm.depth < kLong) {
    merge += odd * whole * (classes.f32 ? (gemm.depth < kShort ? 0 : 5) : (gemm.depth > 1 ? 1 : 0));
  } else {
    const std::int64_t paired = results - odd * gemm.columns;
    merge = classes.f32 ? 8 * paired + odd * (6 * whole + 10 * tail) : 3 * paired + odd * (2 * whole + 8 * tail);
  }
  out.add(kMerge, classes.add, gemm.batch * merge);
  out.add(kAlpha, classes.mul, gemm.batch * 2 * results);
}

// A sum of scaled columns of one transposed matrix, or of one row of single numbers.
void explain_scaled_columns(const Gemm& gemm, const PrecisionClasses& classes, Explanation& out) {
  out.add(kAlpha, classes.mul, gemm.batch * gemm.depth * (classes.f32 ? 1 : 2));
}

void explain_own_loop(const Gemm& gemm, const PrecisionClasses& classes, Explanation& out) {
  if (gemm.transposed_first) return out.refuse("a small sum with a transposed first matrix has no model");
  if (!classes.f32 || !gemm.transposed_second || gemm.rows % 2 == 0 || (gemm.depth != 3 && gemm.depth != 4)) return;
  const std::int64_t lanes = gemm.batch * gemm.depth * (gemm.columns % 8 / 2 * 2);
  out.add(kOwnLoop, classes.add, lanes);
  out.add(kOwnLoop, classes.mul, lanes);
}

}  // namespace

bool lies_by_columns(const std::vector<std::int64_t>& strides) {
  return strides.back() != 1 && strides[strides.size() - 2] == 1;
}

// Single numbers lie together whatever their strides are.
bool lies_apart(std::int64_t rows, std::int64_t columns, const std::vector<std::int64_t>& strides) {
  return strides.back() != 1 && strides[strides.size() - 2] != 1 && (rows != 1 || columns != 1);
}

std::optional<Gemm> batch_of(const Gemm& sizes, const std::vector<std::int64_t>& first,
                             const std::vector<std::int64_t>& second, Explanation& out) {
  // A single one is copied, row by row.
  const bool apart = lies_apart(sizes.rows, sizes.depth, first) || lies_apart(sizes.depth, sizes.columns, second);
  if (apart && sizes.batch > 1) {
    out.refuse("a batch of matrices whose rows and columns lie apart has no model");
    return std::nullopt;
  }
  Gemm gemm = sizes;
  gemm.transposed_first = lies_by_columns(first), gemm.transposed_second = lies_by_columns(second);
  if (gemm.batch == 1) return gemm;
  if (gemm.depth == 1 && second.front() == 0) {
    out.refuse("a repeated matrix with a depth of 1 has no model");
    return std::nullopt;
  }
  if (gemm.rows == 1 && gemm.depth > 1) gemm.transposed_first = first[first.size() - 2] == 1;
  if (gemm.depth == 1 && gemm.columns > 1) gemm.transposed_second = second[second.size() - 2] == 1;
  return gemm;
}

bool adds_in_own_loop(const Gemm& gemm) {
  const auto small = [](std::int64_t size) { return size >= 2 && size <= 10; };
  return gemm.adds_to_result && small(gemm.rows) && small(gemm.depth) && small(gemm.columns);
}

void explain_gemm(const Gemm& gemm, const PrecisionClasses& classes, Explanation& out) {
  if (gemm.rows == 0 || gemm.columns == 0 || gemm.depth == 0 || gemm.batch == 0) return;
  if (adds_in_own_loop(gemm)) return explain_own_loop(gemm, classes, out);
  if (gemm.columns == 1) {
    const bool by_columns = gemm.rows == 1 ? !gemm.transposed_second : gemm.transposed_first;
    return by_columns ? explain_scaled_columns(gemm, classes, out)
                      : explain_gemv(gemm.batch, gemm.rows, gemm.depth, classes, out);
  }
  if (gemm.rows == 1 && gemm.transposed_second) return explain_gemv(gemm.batch, gemm.columns, gemm.depth, classes, out);
  const bool packed = gemm.rows >= 8 && gemm.columns >= 4 && gemm.depth >= 4;
  if (packed) return explain_packed(gemm, classes, out);
  if (gemm.transposed_second && gemm.depth > 1) return explain_dots(gemm, classes, out);
  explain_unpacked(gemm, classes, out);
}

void explain_packed_gemm(const Gemm& gemm, const PrecisionClasses& classes, Explanation& out) {
  explain_packed(gemm, classes, out);
}

// ATen multiplies tiny batches in a loop of its own, without any of MKL's extras.
void explain_batched_product(const Gemm& gemm, const PrecisionClasses& classes, Explanation& out) {
  if (gemm.products() < kTinyProduct) return;
  if (gemm.batch == 1 || gemm.depth == 0) return explain_gemm(gemm, classes, out);
  const bool columns_by_columns = gemm.rows == 1 && gemm.transposed_first;
  if (gemm.columns == 1 && gemm.depth == 1) return explain_dots(gemm, classes, out);
  if (gemm.transposed_second && (gemm.columns == 1 || gemm.depth == 1 || columns_by_columns))
    return explain_dots(gemm, classes, out);
  if (gemm.columns == 1) {
    // A single row that is no column of a matrix is scaled twice in f64, as it is by itself.
    const std::int64_t scaled = gemm.rows == 1 && !gemm.transposed_first && !classes.f32 ? 2 : 1;
    return explain_scaled_matrix(scaled * gemm.batch * gemm.rows * gemm.depth, classes, out);
  }
  if (columns_by_columns) return explain_scaled_matrix(gemm.batch * gemm.depth, classes, out);
  Gemm product = gemm;
  product.adds_to_result = gemm.depth == 1;  // a batch is added to zeros
  explain_gemm(product, classes, out);
}

void explain_gemv(std::int64_t batch, std::int64_t rows, std::int64_t depth, const PrecisionClasses& classes,
                  Explanation& out) {
  out.add(kAlpha, classes.mul, batch * rows * (classes.f32 ? 1 : 2));
  if (!classes.f32) return out.add(kMerge, classes.add, batch * 4 * rows);
  // Rows in fours; the last 1 to 3 have kernels of their own.
  constexpr std::int64_t kFromDepth = 5, kLastFromDepth = 12;
  constexpr std::array<std::int64_t, 4> kLast = {0, 9, 14, 23};
  const std::int64_t last = rows % 4;
  std::int64_t merge = depth < kFromDepth ? 0 : 5 * (rows - last);
  if (depth >= kLastFromDepth) merge += kLast[static_cast<std::size_t>(last)];
  out.add(kMerge, classes.add, batch * merge);
}

void explain_dot(const PrecisionClasses& classes, Explanation& out) {
  out.add(kMerge, classes.add, classes.f32 ? 20 : 8);
}

void explain_scaled_matrix(std::int64_t elements, const PrecisionClasses& classes, Explanation& out) {
  out.add(kAlpha, classes.mul, elements);
}

std::span<const CauseInfo> gemm_causes() { return kCauses; }

}  // namespace flopaudit
