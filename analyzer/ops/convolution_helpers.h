// A convolution of any spelling, its arguments in one place: what the floating, quantized, prepacked and deformable
// ones share. Output i, tap j meets input position i*stride - padding + j*dilation; transposed, input i and tap j meet
// that output position.
#pragma once

#include <cstddef>
#include <vector>

#include "analyzer/ops/shape_helpers.h"

namespace flopaudit {

// Where an overload has its arguments. The input is the first, the weight the second. kNone: it has no such argument,
// and the convolution the plain value.
struct ConvolutionPlaces {
  static constexpr int kNone = -1;
  static constexpr int kDepthwise = -2;  // for groups: as many as channels

  int bias = kNone, stride = kNone, padding = kNone, dilation = kNone, output_padding = kNone, groups = kNone;
  int kernel = kNone;      // the kernel's sizes once more
  int transposed = kNone;  // a bool argument that decides
  bool is_transposed = false;
  bool takes_unbatched = true;
  bool any_dilation = false;          // those below 1 are not refused here
  bool bounds_output_padding = true;  // below the stride or the dilation
  bool truncates = false;             // sizes are rounded towards 0, and may be 0, as in oneDNN
  bool may_be_empty = false;          // an output of no size is one
  bool dispatches = false;            // LibTorch picks the kernel: of no batch or no channels none of them
  std::size_t spatial = 0;            // 0: as the weight has
};

struct Convolution {
  bool transposed = false;
  bool batched = true;
  bool truncates = false, dispatches = false;
  bool may_be_empty = false;  // an output of no size is one
  std::size_t spatial = 0;    // spatial dims
  Dims input;                 // [N,] C, spatial
  Dims weight;                // [Cout, Cin/groups, kernel], transposed [Cin, Cout/groups, kernel]
  std::vector<Expr> stride, dilation, output_padding;
  std::vector<Expr> padding_before, padding_after;
  Expr groups = 1;

  const Dim& channels() const { return input[batched ? 1 : 0]; }
  const Dim& size(std::size_t dim) const { return input[dim + (batched ? 2 : 1)]; }
  const Dim& kernel(std::size_t dim) const { return weight[dim + 2]; }
  Dim output_channels() const;
  bool has_no_batch() const { return batched && input[0] == Dim(Expr(0)); }
  bool has_no_channels() const { return channels() == Dim(Expr(0)); }
};

// Refuses what cannot be a convolution; single dims may be unknown.
RuleResult<Convolution> read_convolution(const Facts& inputs, const ConvolutionPlaces& places);
RuleResult<Dims> convolution_output(const Convolution& conv, const Facts& inputs);

// All taps, and those that meet the image (transposed: that land inside the output). All dims must be known.
struct ConvolutionMacs {
  Expr all, valid;
};
RuleResult<ConvolutionMacs> convolution_macs(const Convolution& conv, const Dims& output);

}  // namespace flopaudit
