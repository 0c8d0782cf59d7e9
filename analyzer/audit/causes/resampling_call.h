// A resampling as its kernels see it.
#pragma once

#include <optional>
#include <vector>

#include "analyzer/audit/causes/kernel_model.h"

namespace flopaudit {

enum class ResamplingMethod { nearest, nearest_exact, linear, cubic, lanczos };

struct Resampling {
  ResamplingMethod method = ResamplingMethod::nearest;
  std::int64_t batch = 1, channels = 1;
  Sizes in, out;  // without batch and channels
  bool align_corners = false;
  std::vector<std::optional<double>> scales;  // given, a dim each
  bool computes_size = false;                 // the op was given factors and no size
  PrecisionClasses classes{};
  bool channels_last = false;  // all channels of a pixel lie together in memory

  std::size_t dims() const { return out.size(); }
  std::int64_t pixels() const { return product(out) * batch; }
  bool stays(std::size_t dim) const { return in[dim] == out[dim]; }
};

// Operands in the order of aten::upsample_*, with or without .vec. Nothing, and `out` refused, where something is not
// known or the type has no model.
std::optional<Resampling> read_resampling(const KernelCall& call, ResamplingMethod method, Explanation& out);

}  // namespace flopaudit
