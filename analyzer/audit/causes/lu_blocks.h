// What MKL's LU factorisation and solves of more than 16 rows execute beside the textbook's products: blocks of
// columns, what is taken off behind them by matrix products, and the triangular solves between.
#pragma once

#include <cstdint>

#include "analyzer/audit/causes/kernel_model.h"

namespace flopaudit {

struct BlockLanes {
  std::int64_t add = 0, mul = 0;

  BlockLanes& operator+=(const BlockLanes& other) {
    add += other.add, mul += other.mul;
    return *this;
  }
};

inline constexpr std::int64_t kLargestLuByBlocks = 128, kLargestSolveByBlocks = 128;

// Of a factorisation of more than 16 rows and not more columns.
BlockLanes lanes_of_lu(std::int64_t rows, std::int64_t columns, const PrecisionClasses& classes);

// What the products between the blocks of one triangle take, for so many right sides: blocks of 64 rows, and within
// them smaller ones.
BlockLanes lanes_between_blocks(std::int64_t rows, std::int64_t sides, const PrecisionClasses& classes);
inline std::int64_t block_of_solve(bool f32) { return f32 ? 16 : 32; }

}  // namespace flopaudit
