// How oneDNN cuts an im2col convolution into products: the search that its f32 kernel does before it starts, for one
// thread and data that lies by channel. Source: oneDNN's gemm convolution, init_conf; the cache is the one that the
// counted program sees (256 KB of second level, whatever the machine has).
#pragma once

#include <cstdint>

namespace flopaudit {

struct Im2colProblem {
  std::int64_t products = 1;   // images * groups
  std::int64_t inputs = 1;     // channels of a group
  std::int64_t channels = 1;   // outputs of a group
  std::int64_t positions = 1;  // of the output map
  std::int64_t taps = 1;       // of the window, one channel
  std::int64_t stride_height = 1, stride_width = 1;
};

// The largest block along each dim; the last one may be smaller.
struct Im2colBlocks {
  std::int64_t positions, channels, inputs;
};

// All numbers of the problem are 1 or more; strides up to 2^10, products times positions up to 2^31, the product of all
// below 2^56.
Im2colBlocks im2col_blocks(const Im2colProblem& problem);

}  // namespace flopaudit
