// MKL packs both operands into blocks of at most 256 of the depth, multiplies one of them by alpha while packing, and
// adds each block's result to the output. Its inner kernel takes 2 rows, 4 columns and 4 of the depth at a time.
#include "analyzer/audit/causes/gemm.h"

namespace flopaudit {
namespace {

constexpr const char* kOps = "aten::linear, mm, addmm, bmm, baddbmm, matmul; convolutions on im2col";
constexpr const char* kEvidence =
    "testdata/audit/probes.tsv: rows 1-37, columns 1-55, depths 1-4608 one at a time, and 40 mixed sizes, f32 and f64";

constexpr CauseInfo kCauses[] = {
    {"gemm epilogue",
     "The result of each block of at most 256 of the depth is added to the output, from 0 the first time.", kOps,
     "standard", "rows*columns*blocks add; blocks = ceil(depth/256), two halves from 257 to 511", kEvidence},
    {"gemm alpha multiply", "Packing multiplies one operand by alpha, also when alpha is 1.", kOps, "standard",
     "columns*depth mul; rows*depth below 8 rows; 1 or 2 a result for a matrix times a vector, 2 for a transposed one "
     "of depth 2 or 3",
     kEvidence},
    {"gemm ragged tail", "Rows are padded to 2 and the depth to 4; columns past a multiple of 4 take a slower kernel.",
     kOps, "standard",
     "pad2(rows)*pad4(depth)*(columns rounded down to 4) lanes; f64: tail columns in pairs; f32: 5 add a row, tail "
     "column and block, and more for rows past a multiple of 4",
     kEvidence},
    {"dot product merge", "A dot product keeps several accumulators that are added up at its end.",
     "aten::linear, mv, matmul, bmm, dot with one row or column", "standard",
     "f32: 5 add a result, 4 more for the last 1-3; f64: 4; f32 pairs of rows: 8, f64: 3", kEvidence},
};
constexpr const CauseInfo& kEpilogue = kCauses[0];
constexpr const CauseInfo& kAlpha = kCauses[1];
constexpr const CauseInfo& kRagged = kCauses[2];
constexpr const CauseInfo& kMerge = kCauses[3];

constexpr std::int64_t kBlock = 256;
constexpr std::int64_t kTinyProduct = 400;  // multiplications; smaller ones go another way

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

// Adds of the f32 kernel for the columns past a multiple of 4, beyond one a product and the epilogue.
Interval f32_tail_adds(const Gemm& gemm, const DepthBlocks& blocks) {
  const std::int64_t tail = gemm.columns % 4;
  const std::int64_t last_rows = gemm.rows % 4;
  const std::int64_t whole_rows = gemm.rows - last_rows;
  const std::int64_t steps = 5 * tail * whole_rows * blocks.sum([](std::int64_t depth) { return depth >= 4 ? 1 : 0; });
  // A single tail column of a tall packed operand goes another way: seen from 143360 packed elements, not up to 131072.
  constexpr std::int64_t kTallFrom = 143360, kNotTallTo = 131072;
  if (tail == 1 && gemm.rows * blocks.largest > kNotTallTo) {
    if (gemm.rows * blocks.largest >= kTallFrom && last_rows == 0) return {0, 0};
    return {0, steps + last_rows * gemm.depth};
  }
  // Rows past a multiple of 4: one eighth of the depth twice for a single column, all of it twice for a pair, and a
  // quarter of it twice more for a pair and a single one.
  const std::int64_t each = tail == 1 ? blocks.sum([](std::int64_t depth) { return 2 * (depth / 8); })
                            : tail == 2
                                ? 2 * gemm.depth + 2 * blocks.count
                                : 2 * gemm.depth + blocks.sum([](std::int64_t depth) { return 2 + 2 * (depth / 4); });
  return {steps + last_rows * each, steps + last_rows * each};
}

// Muls for those columns: alpha over the pair that pads one column pair to 4 lanes, and the rows past a multiple of 4.
std::int64_t f32_tail_muls(const Gemm& gemm) {
  const std::int64_t tail = gemm.columns % 4;
  if (tail < 2) return 0;
  const std::int64_t packing = gemm.transposed_second && tail == 3 ? 2 * (gemm.depth % 4) : 2 * gemm.depth;
  return packing + 2 * gemm.depth * (gemm.rows % 4);
}

void explain_packed(const Gemm& gemm, const PrecisionClasses& classes, Explanation& out) {
  const DepthBlocks blocks = depth_blocks(gemm.depth);
  const std::int64_t tail = gemm.columns % 4;
  const std::int64_t whole = gemm.columns - tail;
  const std::int64_t padded_rows = round_up(gemm.rows, 2);
  const std::int64_t padded_depth = round_up(gemm.depth, 4);
  const std::int64_t main_lanes = whole * (padded_rows * padded_depth - gemm.rows * gemm.depth);
  out.add(kEpilogue, classes.add, gemm.batch * gemm.rows * gemm.columns * blocks.count);
  out.add(kAlpha, classes.mul, gemm.batch * gemm.columns * gemm.depth);
  if (!classes.f32) {
    const std::int64_t pairs = tail / 2 * 2 * padded_rows * padded_depth + tail % 2 * gemm.rows * padded_depth;
    const std::int64_t lanes = gemm.batch * (main_lanes + pairs - tail * gemm.rows * gemm.depth);
    out.add(kRagged, classes.add, lanes);
    out.add(kRagged, classes.mul, lanes);
    return;
  }
  Interval adds = tail == 0 ? Interval{} : f32_tail_adds(gemm, blocks);
  adds.low = gemm.batch * (adds.low + main_lanes);
  adds.high = gemm.batch * (adds.high + main_lanes);
  out.add(kRagged, classes.add, adds);
  out.add(kRagged, classes.mul, gemm.batch * (main_lanes + f32_tail_muls(gemm)));
}

// Fewer than 8 rows, or 2 or 3 columns, of a row-major second matrix: scaled rows, no padding, no epilogue.
void explain_unpacked(const Gemm& gemm, const PrecisionClasses& classes, Explanation& out) {
  const std::int64_t scaled = gemm.rows == 1 && !classes.f32 ? 2 * gemm.depth : gemm.rows * gemm.depth;
  out.add(kAlpha, classes.mul, gemm.batch * scaled);
  if (gemm.depth == 1)
    out.add(kEpilogue, classes.add, -gemm.batch * gemm.rows * gemm.columns);  // no accumulator at all
}

// A depth of 2 or 3 against a transposed second matrix.
void explain_shallow(const Gemm& gemm, const PrecisionClasses& classes, Explanation& out) {
  if (gemm.columns < 4 || gemm.rows * gemm.depth * gemm.columns < kTinyProduct)
    return out.refuse("a product this shallow and small with a transposed matrix has no model");
  const std::int64_t results = gemm.rows * gemm.columns;
  const std::int64_t last_row = !classes.f32 && gemm.rows % 2 == 1 ? gemm.columns / 4 * 4 : 0;
  out.add(kEpilogue, classes.add, gemm.batch * results);
  out.add(kAlpha, classes.mul, gemm.batch * 2 * results);
  out.add(kRagged, classes.add, gemm.batch * last_row);
}

// Few rows or columns against a transposed second matrix: dot products, two rows at a time.
void explain_dots(const Gemm& gemm, const PrecisionClasses& classes, Explanation& out) {
  const std::int64_t paired = gemm.rows / 2 * 2 * gemm.columns;
  const std::int64_t single = gemm.rows % 2 * gemm.columns;
  out.add(kMerge, classes.add, gemm.batch * (classes.f32 ? 8 * paired + 6 * single : 3 * paired + 2 * single));
  out.add(kAlpha, classes.mul, gemm.batch * 2 * gemm.rows * gemm.columns);
}

}  // namespace

void explain_gemm(const Gemm& gemm, const PrecisionClasses& classes, Explanation& out) {
  if (gemm.rows == 0 || gemm.columns == 0 || gemm.depth == 0 || gemm.batch == 0) return;
  if (gemm.columns == 1) return explain_gemv(gemm.batch, gemm.rows, gemm.depth, classes, out);
  if (gemm.rows == 1 && gemm.transposed_second) {
    return explain_gemv(gemm.batch, gemm.columns, gemm.depth, classes, out);
  }
  if (gemm.transposed_second) {
    if (gemm.columns < 4 && gemm.rows % 2 == 1)
      return out.refuse("an odd number of rows and fewer than 4 columns of a transposed matrix have no model");
    const bool skinny = gemm.rows < 8 || gemm.columns < 4;
    if (gemm.depth == 2 || gemm.depth == 3) return explain_shallow(gemm, classes, out);
    if (gemm.depth < (skinny ? 8 : 4))
      return out.refuse("a product this shallow with a transposed matrix has no model");
    return skinny ? explain_dots(gemm, classes, out) : explain_packed(gemm, classes, out);
  }
  if (gemm.rows < 8 && gemm.columns < 4) return out.refuse("a product of few rows and few columns has no model");
  const bool unpacked = gemm.rows < 8 || gemm.columns < 4 || gemm.depth < 4;
  return unpacked ? explain_unpacked(gemm, classes, out) : explain_packed(gemm, classes, out);
}

void explain_batched_product(const Gemm& gemm, const PrecisionClasses& classes, Explanation& out) {
  // ATen multiplies tiny batches in a loop of its own, without any of MKL's extras.
  if (gemm.rows * gemm.depth * gemm.columns < kTinyProduct) return;
  if (gemm.columns == 1 && gemm.batch > 1) {
    return explain_scaled_matrix(gemm.batch * gemm.rows * gemm.depth, classes, out);
  }
  explain_gemm(gemm, classes, out);
}

void explain_gemv(std::int64_t batch, std::int64_t rows, std::int64_t depth, const PrecisionClasses& classes,
                  Explanation& out) {
  out.add(kAlpha, classes.mul, batch * rows * (classes.f32 ? 1 : 2));
  if (!classes.f32) return out.add(kMerge, classes.add, batch * 4 * rows);
  if (depth < 5) return;
  const std::int64_t last_rows = rows % 4;
  const std::int64_t parts = last_rows / 2 + last_rows % 2;  // the last 3 are a pair and a single
  if (last_rows != 0 && depth < 8) {
    return out.add(kMerge, classes.add, {batch * 5 * (rows - last_rows), batch * (5 * rows + 4 * parts)});
  }
  out.add(kMerge, classes.add, batch * (5 * rows + 4 * parts));
}

void explain_dot(const PrecisionClasses& classes, Explanation& out) {
  out.add(kMerge, classes.add, classes.f32 ? 20 : 8);
}

void explain_scaled_matrix(std::int64_t elements, const PrecisionClasses& classes, Explanation& out) {
  out.add(kAlpha, classes.mul, elements);
}

std::span<const CauseInfo> gemm_causes() { return kCauses; }

}  // namespace flopaudit
