// What one product of oneDNN's own f32 kernel executes where it must do without AVX2: its im2col and col2im
// convolutions and its LSTM are made of it. Source: oneDNN's avx gemm (jit_avx_gemm_f32) for the blocks; lanes and
// accumulators by probing one dim at a time.
#pragma once

#include <cstdint>

namespace flopaudit {

// `rows` lie together in memory and fill the lanes of vectors; as oneDNN sees them, by columns.
struct OnednnProduct {
  std::int64_t rows = 0, columns = 0, depth = 0;
  bool second_transposed = false;
  bool adds_to_result = false;  // the result is not empty before
  bool never_copies = false;    // the caller wants the operands read where they are
  bool first_transposed = false;
};

struct OnednnCounts {
  std::int64_t add = 0, mul = 0;
  std::int64_t setup_add = 0, setup_div = 0;  // f64: whether to copy, and how to cut it
};

// Read where they are: lanes of 8 rows and 6 columns at a time; each part of the depth is scaled by alpha and added to
// those before it. Large operands are copied first, which scales nothing: 16 rows and 4 columns at a time, what is left
// over in halves.
OnednnCounts counts_of(const OnednnProduct& product);
bool copies_operands(const OnednnProduct& product);

// One column: a matrix times a vector, without blocks and without setup. With a transposed matrix each row is a dot
// product.
OnednnCounts counts_of_matrix_times_vector(std::int64_t rows, std::int64_t depth);
OnednnCounts counts_of_transposed_matrix_times_vector(std::int64_t rows, std::int64_t depth);

}  // namespace flopaudit
